"""One tree of errors. Each message says what is wrong and what to do next, in the user's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class HandraiseError(Exception):
    """Any error a user can act on; its text is meant for them."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong (or doubtful) in a definition, at its place in the file.

    `line` and `column` count from 1, as editors do; 0 means "the file as a whole".
    """

    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"
    code: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.severity}: {self.message}"


class DefinitionInvalid(HandraiseError):
    """The definition cannot be used; `problems` lists every reason with its line and column."""

    def __init__(self, problems: Sequence[Problem], source: str = "definition") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__("\n".join(f"{source}:{problem}" for problem in self.problems))


class InputInvalid(HandraiseError):
    """A file, a column or an option cannot be used; the message names it and says what would do."""


class LeadUnknown(HandraiseError):
    """No lead of that id is in the input."""
