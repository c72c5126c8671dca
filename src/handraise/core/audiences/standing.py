"""Where a lead stands in the lifecycle, as words that an audience may ask: beside the definition's own.

A definition may not ask them, since it is what moves leads. To the evaluator they are facts like others.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from handraise.core.definition.asking import TIME_GROUP, TestReader
from handraise.core.definition.conditions import Equals, Test
from handraise.core.definition.grammar import Choice, Flag, ListOf, Reading
from handraise.core.definition.source import Node
from handraise.core.stage import STAGES

_STAGES: Final = ListOf(Choice(*STAGES), single=True, what="a stage or a list of stages")
_PREFIX: Final = "standing."


def standing_fact(word: str) -> str:
    """The name under which the evaluator knows the word.

    Examples
    --------
    >>> standing_fact("stage")
    'standing.stage'
    """
    return _PREFIX + word


def _stage(node: Node, to: Reading) -> tuple[Test, ...]:
    return (Equals(tuple(_STAGES.read(node, to))),)


def _yes_or_no(node: Node, to: Reading) -> tuple[Test, ...]:
    return (Equals((Flag().read(node, to),)),)


STANDING: Final[Mapping[str, Callable[[Node, Reading], tuple[Test, ...]]]] = MappingProxyType(
    {
        "stage": _stage,
        "stage_since": TIME_GROUP.read,
        "stalled": _yes_or_no,
        "owner": TestReader().read,
        "rejected": TIME_GROUP.read,
        "reject_reason": TestReader().read,
        "nurture": TestReader().read,
    }
)
"""How each word is read."""
