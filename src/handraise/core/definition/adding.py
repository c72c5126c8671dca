"""What a form adds to a definition's text: rules, signals, disqualifiers, routes, service levels."""

from collections.abc import Mapping
from dataclasses import dataclass

from handraise.core.definition.form import PLACES, TRUTHS, Kind
from handraise.core.definition.rewriting import item_count, keys_of, with_item, with_value_made
from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying


@dataclass(frozen=True)
class Asked:
    """A condition as a form asks for it: a test of a fact, a signal that is counted, both, or none.

    `value` may be several, which commas separate. `test` is `is`, or a word of the language.
    """

    fact: str = ""
    test: str = "is"
    value: str = ""
    signal: str = ""
    at_least: str = ""
    within: str = ""
    in_last: str = ""

    def written(self) -> dict[str, object]:
        """The condition as the language has it; empty when nothing is asked.

        Examples
        --------
        >>> Asked("account.employees", "between", "50, 500").written()
        {'account.employees': {'between': ['50', '500']}}
        >>> Asked(signal="pricing", at_least="3", within="7 days").written()
        {'signal': 'pricing', 'at_least': '3', 'within': '7 days'}
        """
        made: dict[str, object] = {}
        if self.signal:
            windows = {"at_least": self.at_least, "within": self.within, "in_last": self.in_last}
            made = {"signal": self.signal, **{name: one for name, one in windows.items() if one}}
        if self.fact and self.value:
            made |= _tested(self.fact, self.test, self.value)
        elif self.value:
            raise InputInvalid(Saying("Say which fact the value is of."))
        elif self.fact:
            raise InputInvalid(Saying("Say what `{fact}` should be.", fact=self.fact))
        return made


def with_fit_rule(text: str, rule: str, asked: Asked, points: str) -> str:
    r"""The text with a rule about who they are.

    Examples
    --------
    >>> text = "fit: {rules: [{rule: a, when: {lead.age: 5}, points: 1}]}\n"
    >>> with_fit_rule(text, "b", Asked("account.employees", "at_least", "50"), "10").count("at_least: 50")
    1
    """
    return with_item(text, ("fit", "rules"), {"rule": rule, "when": _needed(asked), "points": points})


def with_engagement_rule(text: str, rule: str, asked: Asked, points: str, each: str = "") -> str:
    """The text with a rule that counts a signal, of leads of whom the facts hold.

    Parameters
    ----------
    each
        For points more than once, such as `1 per week`; "" for once.
    """
    counted = Asked(
        signal=asked.signal, at_least=asked.at_least, within=asked.within, in_last=asked.in_last
    ).written()
    if not counted:
        raise InputInvalid(Saying("Choose the signal that is counted."))
    item = {"rule": rule, **counted, **({"each": each} if each else {})}
    whom = Asked(asked.fact, asked.test, asked.value).written()
    return with_item(
        text, ("engagement", "rules"), {**item, **({"when": whom} if whom else {}), "points": points}
    )


def with_signal(text: str, name: str, event: str, asked: Asked) -> str:
    """The text with a signal: an event, perhaps only where a property is so."""
    if name in keys_of(text, PLACES["signals"]):
        raise InputInvalid(Saying("There is a signal `{name}` already.", name=name))
    where = Asked(asked.fact, asked.test, asked.value).written()
    return with_value_made(
        text, (*PLACES["signals"], name), {"event": event, **({"where": where} if where else {})}
    )


def with_disqualifier(text: str, reason: str, asked: Asked) -> str:
    """The text with a reason for which nobody is an MQL."""
    return with_item(text, PLACES["disqualify"], {"reason": reason, "when": _needed(asked)})


def with_route(text: str, to: str, team: str, asked: Asked) -> str:
    """The text with a route to a role (`account_owner`, `lead_owner`, `queue`) or to a team."""
    if not to and not team:
        raise InputInvalid(Saying("Say to whom: a team, or the account's owner."))
    return _before_the_rest(text, "route", {"team": team} if team else {"to": to}, asked)


def with_service_level(text: str, within: str, hours: str, asked: Asked) -> str:
    """The text with a time within which first contact is due."""
    return _before_the_rest(text, "sla", {"within": within, **({"hours": hours} if hours else {})}, asked)


def _before_the_rest(text: str, kind: Kind, item: Mapping[str, object], asked: Asked) -> str:
    """With a line of a list of which the first that applies counts: before the one that always does."""
    path, when = PLACES[kind], asked.written()
    last = item_count(text, path) - 1
    is_rest = last >= 0 and not {"when", "to"} & set(keys_of(text, (*path, last)))
    line = {**item, **({"when": when} if when else {})}
    return with_item(text, path, line, last if when and is_rest else None)


def _needed(asked: Asked) -> Mapping[str, object]:
    when = asked.written()
    if not when:
        raise InputInvalid(Saying("Say when it holds: a fact with its value, or a signal."))
    return when


def _tested(fact: str, test: str, value: str) -> dict[str, object]:
    values = [part.strip() for part in value.split(",") if part.strip()]
    wanted: object = TRUTHS.get(values[0], values[0]) if len(values) == 1 else values
    return {fact: wanted if test == "is" else {test: wanted}}
