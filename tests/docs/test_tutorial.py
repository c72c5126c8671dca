"""The commands of the tutorial work, in their order, one after the other."""

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import Block, blocks

STEPS = [
    block
    for block in blocks()
    if block.page == "docs/tutorial/first-score.md" and block.info.startswith("sh tutorial")
]
BIN = Path(sys.executable).parent


def run(step: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step of the tutorial in the folder, with our command first on the path."""
    return subprocess.run(
        ["bash", "-eu", "-c", f'PATH="{BIN}:$PATH"\n{step.text}'],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_each_step_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    assert len(STEPS) >= 6
    for step in STEPS:
        done = run(step, tmp_path)
        expected = 1 if step.info.endswith("fails") else 0
        assert done.returncode == expected, f"{step}\n{done.stdout}\n{done.stderr}"
        assert done.stderr == "" or "note:" in done.stderr, f"{step}\n{done.stderr}"
    assert {path.name for path in tmp_path.iterdir()} >= {"lumen", "saas.yaml", "scores.csv", "stricter.html"}
