"""Pictures for the documentation, drawn from what the commands really print.

``python scripts/pictures.py`` runs them on the example company in a terminal and writes docs/pictures/*.svg,
each for light and for dark pages, and, where Chromium is installed, the top of the document. Nothing in a
picture is typed by hand but the command.
"""

import fcntl
import os
import pty
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pick_leads import picked
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
COLUMNS: Final = 100
MARGIN: Final = 3  # columns of paper at the right
AS_OF: Final = "2026-10-01T00:00Z"
FILES: Final = "--leads leads.csv --accounts accounts.csv --events events.parquet"

_LIGHT_ANSI: Final = [
    (36, 34, 31), (166, 44, 36), (62, 107, 48), (138, 92, 0), (38, 84, 140), (120, 60, 120), (20, 104, 110),
    (110, 106, 99),
]  # fmt: skip
_DARK_ANSI: Final = [
    (235, 231, 224), (240, 128, 116), (150, 196, 130), (226, 178, 90), (132, 176, 228), (206, 154, 206),
    (118, 194, 198), (160, 154, 145),
]  # fmt: skip
THEMES: Final = {
    "": TerminalTheme((250, 248, 244), (36, 34, 31), _LIGHT_ANSI, _LIGHT_ANSI),
    "-dark": TerminalTheme((30, 28, 26), (235, 231, 224), _DARK_ANSI, _DARK_ANSI),
}
# rich's own frame loads a font from a foreign server and draws a window; ours is the text on paper.
FRAME: Final = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>{lines}</defs>
<rect fill="BACKGROUND" x="0" y="0" width="{width}" height="{height}" rx="8"/>
<g transform="translate(24, 18)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass(frozen=True)
class Picture:
    """One command and the name of its picture; `shown` is what stands at the prompt, if not the command."""

    name: str
    command: str
    shown: str = ""
    columns: int = COLUMNS


def in_a_terminal(command: str, folder: Path, columns: int = COLUMNS) -> str:
    """What the command prints to a terminal, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, columns, 0, 0))
    program, *arguments = shlex.split(command)
    path = Path(sys.executable).parent / program
    process = subprocess.Popen(
        ["/usr/bin/env", "-u", "NO_COLOR", "TERM=xterm-256color", f"COLUMNS={columns}", path, *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    printed = bytearray()
    while chunk := _read(ours):
        printed += chunk
    os.close(ours)
    process.wait()
    return printed.decode("utf-8").replace("\r\n", "\n").rstrip()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other side has closed
        return b""


def drawn(picture: Picture, printed: str, theme: TerminalTheme, unique_id: str) -> str:
    """The prompt and what was printed, as SVG."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(
            record=True,
            width=picture.columns + MARGIN,
            file=nowhere,
            force_terminal=True,
            color_system="truecolor",
        )
        console.print(Text(f"$ {picture.shown or picture.command}", style="dim"))
        console.print()
        console.print(Text.from_ansi(printed))
    frame = FRAME.replace("BACKGROUND", theme.background_color.hex)
    svg = console.export_svg(theme=theme, code_format=frame, unique_id=unique_id)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def photograph(page: Path, picture: Path) -> None:
    """The top of an HTML page as PNG; nothing happens where there is no Chromium."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        return
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,1050"]
    subprocess.run(
        [chromium, *options, f"--screenshot={picture}", page.as_uri()],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Draw every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        in_a_terminal("handraise example --out . --leads 2000 --seed 1", folder)
        in_a_terminal("handraise init saas.yaml --template b2b-saas", folder)
        in_a_terminal(f"handraise score saas.yaml {FILES} --as-of {AS_OF} --out scores.parquet", folder)
        mql, short, never = picked(str(folder / "scores.parquet"))
        text = (folder / "saas.yaml").read_text(encoding="utf-8")
        wrong = text.replace("{between: [50, 500]}", "{between: [500, 50]}").replace(
            "signal: pricing_visit,                   p", "signal: pricing_visits,                  p"
        )
        (folder / "mistaken.yaml").write_text(wrong, encoding="utf-8")
        in_a_terminal("handraise document saas.yaml --out saas.html", folder)
        photograph(folder / "saas.html", PICTURES / "document.png")
        explain = f"handraise explain saas.yaml {{}} {FILES} --as-of {AS_OF}"
        for picture in (
            Picture("explain-mql", explain.format(mql), f"handraise explain saas.yaml {mql} …"),
            Picture("explain-short", explain.format(short), f"handraise explain saas.yaml {short} …"),
            Picture("explain-never", explain.format(never), f"handraise explain saas.yaml {never} …"),
            Picture("check", "handraise check mistaken.yaml", columns=118),
        ):
            printed = in_a_terminal(picture.command, folder, picture.columns)
            for suffix, theme in THEMES.items():
                name = f"{picture.name}{suffix}"
                (PICTURES / f"{name}.svg").write_text(drawn(picture, printed, theme, name), encoding="utf-8")


if __name__ == "__main__":
    main()
