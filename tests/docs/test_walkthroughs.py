"""The commands that a page tells its reader to run work, in their order, and print what the page says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import Block, blocks

BIN = Path(sys.executable).parent
STEPS = [block for block in blocks() if block.info in ("sh run", "sh run fails", "text printed")]
PAGES = sorted({step.page for step in STEPS})


def run(step: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step in the folder, with our command first on the path."""
    return subprocess.run(
        ["bash", "-eu", "-c", f'PATH="{BIN}:$PATH"\n{step.text}'],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def settled(printed: str) -> list[str]:
    """The lines that were printed, without how long it took and the space at their ends."""
    return [re.sub(r" in [0-9.]+ s.*", " in … s", line).rstrip() for line in printed.splitlines()]


def test_the_tutorial_and_the_how_to_for_your_own_files_are_walked_through() -> None:
    assert {"docs/tutorial/first-score.md", "docs/how-to/score-your-own-csv.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_each_step_of_a_page_does_and_prints_what_it_says(page: str, tmp_path: Path) -> None:
    printed = ""
    for step in STEPS:
        if step.page != page:
            continue
        if step.info == "text printed":
            missing = [line for line in settled(step.text) if line not in settled(printed)]
            assert missing == [], f"{step}\n{printed}"
            continue
        done = run(step, tmp_path)
        printed = done.stdout + done.stderr
        assert done.returncode == (1 if step.info == "sh run fails" else 0), f"{step}\n{printed}"
