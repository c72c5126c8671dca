"""Behaviours in words: what somebody did, how often, how close together, how lately."""

from handraise.core.definition.conditions import Behaviour, Each
from handraise.core.words.clause import Clause
from handraise.core.words.tongues import ENGLISH, Tongue


def behaviour_words(behaviour: Behaviour, tongue: Tongue = ENGLISH) -> str:
    """What is looked for, as a noun: `3 or more pricing visits within 7 days`.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from handraise.core.duration import Duration
    >>> from handraise.core.words.tongues import GERMAN
    >>> visits = Behaviour("signal", ("pricing_visit",), at_least=Decimal(3), within=Duration(7, "day"))
    >>> behaviour_words(visits)
    '3 or more pricing visits within 7 days'
    >>> behaviour_words(visits, GERMAN)
    '3 oder mehr Besuche der Preisseite innerhalb von 7 Tagen'
    >>> behaviour_words(Behaviour("none_of", ("email_open",), in_last=Duration(30, "day")))
    'no e-mail open for 30 days'
    """
    signals = behaviour.signals
    match behaviour.form:
        case "same_session":
            said = tongue.same_session(signals)
        case "sequence":
            said = tongue.sequence(signals)
        case "none_of":
            return _silence(behaviour, tongue)
        case _:
            said = _counted(behaviour, tongue)
    return tongue.windowed(said, behaviour.within, behaviour.in_last, steps=behaviour.form == "sequence")


def there_is(behaviour: Behaviour, tongue: Tongue = ENGLISH) -> Clause:
    """What is looked for, as a clause: `there are 3 or more pricing visits within 7 days`."""
    if behaviour.form == "none_of" and behaviour.each is None:
        return tongue.there_is_silence(behaviour.signals, behaviour.in_last)
    measured = behaviour.distinct or behaviour.sum or behaviour.same
    several = behaviour.form == "signal" and (behaviour.at_least > 1 or measured is not None)
    return tongue.there_is(
        behaviour_words(behaviour, tongue), several=several, together=behaviour.form == "same_session"
    )


def there_is_no(behaviour: Behaviour, tongue: Tongue = ENGLISH) -> Clause:
    """What is looked for and did not happen, as a clause: `there is no pricing visit`."""
    is_one = behaviour.form == "signal" and len(behaviour.signals) == 1
    return tongue.there_is_no(behaviour_words(behaviour, tongue), there_is(behaviour, tongue), is_one=is_one)


def _counted(behaviour: Behaviour, tongue: Tongue) -> str:
    signals, least = behaviour.signals, behaviour.at_least
    if behaviour.each is not None:
        return tongue.every(signals, each_words(behaviour.each, tongue), behaviour.at_most)
    if behaviour.distinct is not None:
        return tongue.different(signals, least, behaviour.distinct)
    if behaviour.sum is not None:
        return tongue.added_up(signals, least, behaviour.sum)
    if behaviour.same is not None:
        return tongue.sharing(signals, least, behaviour.same)
    return tongue.times(signals, least)


def _silence(behaviour: Behaviour, tongue: Tongue) -> str:
    each = behaviour.each
    if each is None or each.duration is None:
        return tongue.silence(behaviour.signals, behaviour.in_last)
    return tongue.every_silence(behaviour.signals, each.duration, behaviour.in_last, behaviour.at_most)


def each_words(each: Each, tongue: Tongue = ENGLISH) -> str:
    """How often points are given: `once a week`."""
    if each.unit == "event":
        return ""
    return tongue.once_per(each.unit, each.count, each.duration)
