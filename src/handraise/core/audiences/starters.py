"""Audiences to begin with: four that every team asks for."""

from dataclasses import dataclass
from typing import Final

from handraise.core.definition.model import Definition


@dataclass(frozen=True)
class Starter:
    """An audience to begin with; `asks_bars` when it takes a definition with bars for fit and engagement."""

    key: str
    text: str
    asks_bars: bool = False


STARTERS: Final = (
    Starter(
        "retarget",
        """\
# Right for us, but quiet: show them something.
who:
  all:
    - fit
    - not: engagement
    - stage: [subscriber, lead, recycled]
""",
        asks_bars=True,
    ),
    Starter(
        "educate",
        """\
# Keen, but not whom we sell to today: a nurture stream of their own.
who:
  all:
    - not: fit
    - engagement
    - stage: [subscriber, lead, recycled]
""",
        asks_bars=True,
    ),
    Starter(
        "rejected-and-back",
        """\
# Sales said no, and they have come back since.
who:
  all:
    - rejected: {before: 7 days}
    - last_seen: {in_last: 7 days}
    - stage: [lead, mql, recycled]
""",
    ),
    Starter(
        "stalled-mqls",
        """\
# MQLs that nobody has taken on in time.
who:
  all:
    - stage: mql
    - stalled: true
""",
    ),
)


def starters_for(definition: Definition) -> tuple[Starter, ...]:
    """Those that mean something under this definition."""
    has_bars = definition.fit.bar is not None and definition.engagement.bar is not None
    return tuple(one for one in STARTERS if has_bars or not one.asks_bars)
