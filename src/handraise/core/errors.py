"""One tree of errors. Each message says what is wrong and what to do next, in the user's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from handraise.core.saying import Saying


class HandraiseError(Exception):
    """Any error a user can act on; its text is meant for them."""

    @property
    def said(self) -> str:
        """The text: a `Saying` where it can be told in another language."""
        given = self.args[0] if self.args else ""
        return given if isinstance(given, Saying) else str(self)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong (or doubtful) in a definition, at its place in the file.

    `line` and `column` count from 1, as editors do; 0 means "the file as a whole". The message is a `Saying`,
    to be told in another language.
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
