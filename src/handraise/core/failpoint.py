"""Named points at which a test can have the process die, to prove that nothing is lost wherever it dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, get_args

from handraise.core.errors import InputInvalid

Failpoint = Literal["receive", "store", "answer", "claim", "score", "decide", "apply", "commit", "deliver"]
FAILPOINTS: Final[tuple[Failpoint, ...]] = get_args(Failpoint)

_armed: dict[Failpoint, Callable[[], None]] = {}


def failpoint(name: Failpoint) -> None:
    """Does nothing, unless somebody armed this point."""
    if _armed and (act := _armed.get(name)) is not None:
        act()


def arm(name: str, act: Callable[[], None]) -> None:
    """Have `act` called whenever this process passes the point: a test raises, chaos kills.

    Raises
    ------
    InputInvalid
        When there is no such point.
    """
    for known in FAILPOINTS:
        if known == name:
            _armed[known] = act
            return
    raise InputInvalid(f"there is no failpoint `{name}`; they are {', '.join(FAILPOINTS)}")


def disarm() -> None:
    """No point does anything any more."""
    _armed.clear()


@contextmanager
def armed(name: Failpoint, act: Callable[[], None]) -> Iterator[None]:
    """The point armed for as long as the block lasts.

    Examples
    --------
    >>> passed = []
    >>> with armed("claim", lambda: passed.append("claim")):
    ...     failpoint("claim")
    ...     failpoint("score")
    >>> failpoint("claim")
    >>> passed
    ['claim']
    """
    arm(name, act)
    try:
        yield
    finally:
        _armed.pop(name, None)
