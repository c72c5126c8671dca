"""Pictures of the pages for the documentation, of the example company in a real browser.

``python scripts/screens.py`` fills an example company, looks at it as the people who work there do, and
writes docs/pictures/page-*.png, some for light and for dark pages. Needs Chromium; takes about two minutes.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
SIZE: Final = {"width": 1280, "height": 800}
THEMES: Final = {"": "light", "-dark": "dark"}


@dataclass(frozen=True)
class Shot:
    """A page as somebody of a role sees it; `ready` is there once it is as it will stay."""

    name: str
    role: str
    path: str
    ready: str = "main"
    is_dark_too: bool = False


SHOTS: Final = (
    Shot("inbox", "admin", "/inbox?whose=all", ".handed", is_dark_too=True),
    Shot("lead", "sales", "/leads/{lead}", "#outlook .sentence"),
    Shot("change", "marketing", "/definition/drafts/{draft}", "#preview .figures", is_dark_too=True),
    Shot("channels", "marketing", "/reports/channels", ".drawn svg"),
)


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """The example company, served: its address, and by role who logs in with which password."""
    folder.chmod(0o755)  # its PostgreSQL runs as somebody else when this runs as root
    command = [sys.executable, "-m", "handraise", "demo", "--folder", str(folder / "demo"), "--no-replay"]
    with subprocess.Popen([*command, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            people = {}
            for line in running.stdout:
                told = json.loads(line)
                if told["event"] == "log_in":
                    people[told["role"]] = told["email"], told["password"]
                if told["event"] == "ready":
                    break
            yield told["address"], people
        finally:
            running.send_signal(signal.SIGINT)


def log_in(page: Page, address: str, email: str, password: str) -> None:
    """As a person does."""
    page.goto(f"{address}/login")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login)"))


def lead_worth_seeing(page: Page, address: str) -> str:
    """The number of an MQL whose score has the most lines."""
    page.goto(f"{address}/leads?stage=mql")
    links = page.locator("[data-row]").evaluate_all("all => all.slice(0, 8).map(one => one.pathname)")
    lines = {}
    for link in links:
        page.goto(f"{address}{link}")
        lines[link] = page.locator("#receipt tbody tr").count()
    return max(lines, key=lambda link: lines[link]).rsplit("/", 1)[-1]


def changed_draft(page: Page, address: str) -> str:
    """The number of a draft in which the bar is lower than in the live version."""
    page.goto(f"{address}/definition")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_url(re.compile(r"/drafts/\d+"))
    bar = page.locator("input[name='set:qualify/mql/total']")
    bar.fill(str(int(bar.input_value()) - 10))
    page.keyboard.press("Tab")
    page.locator("#preview .changes").wait_for(timeout=60_000)
    return page.url.rsplit("/", 1)[-1]


def main() -> None:
    """Draw them all."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        sys.exit("Chromium is not installed: scripts/chromium.sh does it.")
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder)) as (address, people),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        known: dict[str, str] = {}
        for suffix, theme in THEMES.items():
            for shot in SHOTS:
                if theme == "dark" and not shot.is_dark_too:
                    continue
                context = browser.new_context(
                    viewport=SIZE, color_scheme=theme, locale="en-GB", timezone_id="Europe/Berlin"
                )
                page = context.new_page()
                log_in(page, address, *people[shot.role])
                if "{lead}" in shot.path and "lead" not in known:
                    known["lead"] = lead_worth_seeing(page, address)
                if "{draft}" in shot.path and "draft" not in known:
                    known["draft"] = changed_draft(page, address)
                page.goto(address + shot.path.format(**known))
                page.locator(shot.ready).first.wait_for(timeout=60_000)
                page.wait_for_timeout(500)
                page.screenshot(path=PICTURES / f"page-{shot.name}{suffix}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
