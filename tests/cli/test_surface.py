"""What holds for every command: help with an example, exit codes, quiet errors, quick start, documented."""

import io
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from handraise.cli import COMMANDS, EXAMPLES
from handraise.cli.output import Progress, progress_words
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numpy", "pyarrow", "numba", "duckdb", "phonenumbers", "babel")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(handraise: Run, command: str) -> None:
    answer = handraise(*command.split(), "--help")
    assert answer.code == 0
    assert EXAMPLES[command] in " ".join(answer.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_machines(handraise: Run, command: str) -> None:
    assert "--json" in handraise(*command.split(), "--help").out


def test_the_first_page_names_every_command(handraise: Run) -> None:
    out = handraise("--help").out
    assert all(f"  {command.split()[0]} " in out for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check"],
        ["check", "nowhere.yaml"],
        ["check", "."],
        ["score", "nowhere.yaml", "--leads", "x.csv", "--out", "y.csv"],
        ["templates", "--colour"],
        ["example", "--out", "x", "--leads", "many"],
        ["diff", "one.yaml"],
        ["document", "nowhere.yaml"],
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(handraise: Run, arguments: list[str]) -> None:
    answer = handraise(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("error: ")
    assert len(answer.err.splitlines()) == 1


def test_a_broken_definition_is_wrong_input_to_other_commands(handraise: Run, saas: Path) -> None:
    saas.write_text("name: x\nqualify: {mql: {totl: 5}}\n")
    answer = handraise("document", saas)
    assert answer.code == 2
    assert answer.err.startswith(f"{saas}:2:17: error: ")
    assert answer.err.splitlines()[2].endswith("^")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"\x00", "name: \u00e4".encode("latin-1")])
def test_a_file_that_is_no_text_is_no_traceback(handraise: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    assert handraise("check", file).code in (1, 2)


def test_a_fault_of_ours_says_so_without_a_traceback(
    handraise: Run, saas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the sky fell")

    monkeypatch.setattr("handraise.core.lint.lint", broken)
    answer = handraise("check", saas)
    assert answer.code == 3
    assert "a fault of ours (RuntimeError: the sky fell)" in answer.err


def test_version_is_told_in_two_ways(handraise: Run) -> None:
    assert handraise("version").out == handraise("--version").out
    assert handraise("version", "--json").json["handraise"] in handraise("--version").out


def in_a_process(*arguments: str, code: str = "from handraise.cli import main; main()") -> str:
    """Both streams of a Python process that runs the code."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["templates"], ["check", "FILE"], ["diff", "FILE", "FILE"], ["schema"], ["version"]],
)
def test_commands_that_do_not_score_start_without_heavy_libraries(saas: Path, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom handraise.cli import run\nrun(sys.argv[1:])\n"
        f"print('loaded:', [name for name in {HEAVY} if name in sys.modules])"
    )
    out = in_a_process(*(str(saas) if a == "FILE" else a for a in arguments), code=code)
    assert out.splitlines()[-1] == "loaded: []"


def test_a_document_needs_no_numbers_library(saas: Path) -> None:
    code = "import sys\nfrom handraise.cli import run\nrun(sys.argv[1:])\nprint('numpy' in sys.modules)"
    assert in_a_process("document", str(saas), code=code).splitlines()[-1] == "False"


def test_no_colours_where_nobody_looks(handraise: Run, saas: Path) -> None:
    saas.write_text("name: x\nqualify: {mql: {totl: 5}}\n")
    assert "\x1b" not in handraise("check", saas).out


def test_a_reader_that_goes_away_is_no_error(saas: Path) -> None:
    code = (
        "import sys, os\nfrom handraise.cli import main\nr, w = os.pipe()\nos.close(r)\nos.dup2(w, 1)\n"
        "sys.argv = ['handraise', 'schema']\nmain()"
    )
    assert in_a_process(code=code) == ""


def test_a_terminal_with_few_letters_gets_its_answer(saas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    out = in_a_process("document", str(saas))
    assert out.startswith("# B2B SaaS")
    assert "Traceback" not in out


# ------------------------------------------------------------------------------------------ progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_after_a_second() -> None:
    stream = Terminal()
    with Progress("scoring", "events", stream, iter([0.0, 0.5, 2.0]).__next__) as progress:
        progress(10, 100)
        assert stream.getvalue() == ""
        progress(50, 100)
        assert "scoring  50 of 100 events · 50 % · 25 a second · 2 s left" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_progress_is_silent_in_a_pipe() -> None:
    stream = io.StringIO()
    with Progress("scoring", "events", stream, iter([0.0, 5.0]).__next__) as progress:
        progress(10, 100)
    assert stream.getvalue() == ""


def test_progress_without_a_known_end_promises_none() -> None:
    assert progress_words("reading", "events", 10, None, 2.0) == "reading  10 events · 5 a second"


# ------------------------------------------------------------------------------------- documentation


@pytest.mark.parametrize("page", ["commands.md", "definition.md"])
def test_the_reference_is_what_the_program_says(page: str) -> None:
    pages = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["PAGES"]
    assert (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") == pages[page](), (
        "run: python scripts/reference.py"
    )


def test_every_command_and_exit_code_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert all(f"\n## {command}\n" in text for command in COMMANDS)
    assert all(f"| {code} |" in text for code in (0, 1, 2, 3, 130))
