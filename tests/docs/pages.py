"""The documentation as these tests read it: pages, their fenced blocks, their links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATED = "<!-- written by "
OUTSIDE_DOCS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(
    r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)"
    r"|<(?:img|source)[^>]*\s(?:src|srcset)=\"(?P<source>[^\"]+)\""
)
_HEADING = re.compile(r"^#{1,6}\s+(?P<words>.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, what the fence says, and its text."""

    page: str
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page of words in the repository, in a fixed order."""
    return [*(ROOT / name for name in OUTSIDE_DOCS), *sorted(DOCS.rglob("*.md"))]


def blocks() -> Iterator[Block]:
    """Every fenced block of the pages written by hand; what a program writes is tested with that program."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if text.startswith(GENERATED):
            continue
        for found in _FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(str(page.relative_to(ROOT)), line, found["info"].strip(), found["body"])


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Targets of its links and pictures."""
    return [found["target"] or found["source"] for found in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """The anchors that its headings give, as code hosts write them.

    Examples
    --------
    >>> slug("Who they are: fit"), slug("In a window (`in_last`, `within`)")
    ('who-they-are-fit', 'in-a-window-in_last-within')
    """
    return {slug(found["words"]) for found in _HEADING.finditer(prose(page))}


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
