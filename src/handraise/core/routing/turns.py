"""Whose turn it is: a fair order by weight that survives restarts, absences and new colleagues.

Everybody who could have taken a hand-off earns their share of one turn; whoever gets it pays for a whole
turn. What each is owed is all there is to remember. The next turn goes, of those who have earned part of one,
to the person who would soonest be owed a whole one: while the same people are free, nobody is ever a whole
hand-off away from their share. (The person owed most is the simpler rule, and has no such bound.)

Somebody who cannot take hand-offs earns nothing, and a newcomer is owed nothing: neither is flooded on
arrival.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from handraise.core.errors import InputInvalid

# One turn in the units that ledgers keep: divisible by every number to 30, so that usual weights divide it.
TURN: Final = 2_329_089_562_800


@dataclass(frozen=True)
class TeamLedger:
    """Where a team's turns stand: by person, what part of a turn they are owed, in units of 1/`TURN`.

    Negative for those who had more than their share. Never more than one turn either way, so that nothing
    which happened long ago is made up for all at once.
    """

    owed: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def as_json(self) -> dict[str, int]:
        """What to keep; `from_json` reads it again.

        Examples
        --------
        >>> TeamLedger.from_json(TeamLedger({7: TURN // 2}).as_json()) == TeamLedger({7: TURN // 2})
        True
        """
        return {str(person): units for person, units in sorted(self.owed.items())}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "TeamLedger":
        """The ledger that was kept; an empty mapping is the beginning.

        Raises
        ------
        InputInvalid
            When something else than whole numbers by person was kept.
        """
        owed: dict[int, int] = {}
        for person, units in kept.items():
            if not person.isdecimal() or not isinstance(units, int) or isinstance(units, bool):
                raise InputInvalid(f"a team's ledger says {units!r} for {person!r}: empty it to begin anew")
            owed[int(person)] = units
        return cls(owed)

    def of(self, person: int) -> int:
        """What this person is owed, in units; nothing for a newcomer."""
        return self.owed.get(person, 0)


def next_in_turn(ledger: TeamLedger, weights: Mapping[int, int], among: Collection[int] | None = None) -> int:
    """The person whose turn it is, of `among` (default: all who have a weight).

    Parameters
    ----------
    ledger
        Where the turns stand.
    weights
        Everybody who could take this one; weights are above 0.
    among
        Those of them who may be chosen.

    Examples
    --------
    >>> ledger, order = TeamLedger(), []
    >>> for _ in range(6):
    ...     order.append(next_in_turn(ledger, {1: 3, 2: 2, 3: 1}))
    ...     ledger = charged(ledger, {1: 3, 2: 2, 3: 1}, order[-1])
    >>> order
    [1, 2, 1, 2, 1, 3]
    """
    choice = sorted(weights if among is None else among)
    earned = _earned(weights)
    with_a_claim = [person for person in choice if ledger.of(person) + earned[person] > 0]

    def until_owed_a_turn(person: int) -> Fraction:
        return Fraction(TURN - ledger.of(person), weights[person])

    return min(
        with_a_claim or choice, key=lambda person: (until_owed_a_turn(person), -weights[person], person)
    )


def charged(
    ledger: TeamLedger, weights: Mapping[int, int], chosen: int, members: Collection[int] | None = None
) -> TeamLedger:
    """The ledger after `chosen` got one: all of `weights` have earned, `chosen` has paid.

    Whoever is not one of `members` (default: everybody stays) has left the team and is forgotten.
    """
    earned = _earned(weights)
    owed = {person: units for person, units in ledger.owed.items() if members is None or person in members}
    for person, units in earned.items():
        paid = sum(earned.values()) if person == chosen else 0
        owed[person] = max(-TURN, min(TURN, owed.get(person, 0) + units - paid))
    return TeamLedger(MappingProxyType(owed))


def _earned(weights: Mapping[int, int]) -> dict[int, int]:
    """Each person's part of one turn, in units; what rounding loses the payer does not pay."""
    total = sum(weights.values())
    return {person: weight * TURN // total for person, weight in weights.items()}
