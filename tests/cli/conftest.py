"""The command line as people use it: arguments in, an exit code and two streams out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handraise.cli import run
from handraise.example import generate, write
from handraise.templates import template_text


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def handraise(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command."""

    def answer(*arguments: object) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Answer(code, out, err)

    return answer


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small example company as files."""
    folder = tmp_path_factory.mktemp("company")
    write(generate(leads=120, seed=3), folder)
    return folder


@pytest.fixture
def files(company: Path) -> list[str]:
    """The options that name the company's files."""
    return [
        *("--leads", str(company / "leads.csv")),
        *("--accounts", str(company / "accounts.csv")),
        *("--events", str(company / "events.parquet")),
        *("--as-of", "2026-10-01"),
    ]


@pytest.fixture
def saas(tmp_path: Path) -> Path:
    """The B2B SaaS template as a file."""
    path = tmp_path / "saas.yaml"
    path.write_text(template_text("b2b-saas"), encoding="utf-8")
    return path
