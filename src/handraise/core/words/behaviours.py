"""Behaviours in words: what somebody did, how often, how close together, how lately."""

from handraise.core.definition.conditions import Behaviour, Each
from handraise.core.words import english as say
from handraise.core.words import phrases


def behaviour_words(behaviour: Behaviour) -> str:
    """What is looked for, as a noun: `3 or more pricing visits within 7 days`.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from handraise.core.duration import Duration
    >>> visits = Behaviour("signal", ("pricing_visit",), at_least=Decimal(3), within=Duration(7, "day"))
    >>> behaviour_words(visits)
    '3 or more pricing visits within 7 days'
    >>> behaviour_words(Behaviour("none_of", ("email_open",), in_last=Duration(30, "day")))
    'no e-mail open for 30 days'
    """
    nouns = [say.named(signal) for signal in behaviour.signals]
    match behaviour.form:
        case "same_session":
            said = phrases.same_session([say.one(noun) for noun in nouns])
        case "sequence":
            said = phrases.sequence([say.one(noun) for noun in nouns])
        case "none_of":
            return _silence(behaviour, nouns)
        case _:
            said = _counted(behaviour, nouns)
    return phrases.windowed(said, behaviour.within, behaviour.in_last, steps=behaviour.form == "sequence")


def there_is(behaviour: Behaviour) -> str:
    """What is looked for, as a clause: `there are 3 or more pricing visits within 7 days`."""
    measured = behaviour.distinct or behaviour.sum or behaviour.same
    several = behaviour.form == "signal" and (behaviour.at_least > 1 or measured is not None)
    return phrases.there_is(behaviour_words(behaviour), several=several)


def _counted(behaviour: Behaviour, nouns: list[str]) -> str:
    least = behaviour.at_least
    if behaviour.each is not None:
        return phrases.every(nouns, each_words(behaviour.each), behaviour.at_most)
    if behaviour.distinct is not None:
        return phrases.different(nouns, least, behaviour.distinct)
    if behaviour.sum is not None:
        return phrases.added_up(nouns, least, behaviour.sum)
    if behaviour.same is not None:
        return phrases.sharing(nouns, least, behaviour.same)
    return phrases.times(nouns, least)


def _silence(behaviour: Behaviour, nouns: list[str]) -> str:
    if behaviour.each is None or behaviour.each.duration is None:
        return phrases.silence(nouns, behaviour.in_last)
    return phrases.every_silence(nouns, behaviour.each.duration, behaviour.in_last, behaviour.at_most)


def each_words(each: Each) -> str:
    """How often points are given: `once a week`."""
    if each.unit == "event":
        return ""
    return phrases.once_per(each.unit, each.count, each.duration)
