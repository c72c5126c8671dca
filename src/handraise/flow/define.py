"""Publishing definitions, signing them, and having them score in shadow, act, or act no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from handraise.core.definition.hashing import content_hash, scoring_hash
from handraise.core.errors import DefinitionInvalid, HandraiseError
from handraise.core.lint import lint
from handraise.core.saying import Saying
from handraise.core.words import Tongue
from handraise.engine.companion import Companion
from handraise.engine.evaluate import Evaluator
from handraise.store import definitions, dirty, plans, settings_kept
from handraise.store.definitions import SIDES, Rollout, Side, Version, read_text
from handraise.store.plans import Plan


@dataclass(frozen=True)
class _Sides:
    """Who has to sign."""

    sides: Sequence[str]

    def __str__(self) -> str:
        return " and ".join(self.sides)

    def told(self, tongue: Tongue) -> str:
        return tongue.both([tongue.retold(Saying(each)) for each in self.sides])


class DefinitionNotSigned(HandraiseError):
    """A definition acts only when marketing and sales have both signed this very version."""

    def __init__(self, version: Version, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            Saying(
                "Version {id} of `{name}` is not signed for {missing}. Have it signed, or put it in shadow, "
                "where it scores and does not act.",
                id=version.id,
                name=version.name,
                missing=_Sides(self.missing),
            )
        )


class SignedByOne(HandraiseError):
    """The same person signed for the other side already."""


class NoEarlierVersion(HandraiseError):
    """There is nothing to roll back to."""


class PlanInThePast(HandraiseError):
    """A version cannot go live at a time that is over."""


def publish(
    connection: sa.Connection,
    text: str,
    lists: Mapping[str, Sequence[str]],
    by: str,
    note: str | None,
    now: datetime,
) -> Version:
    """Keep a version of a definition. Published again unchanged, it is the same version.

    Parameters
    ----------
    text
        The file, in YAML.
    lists
        Managed lists by name, and the files that `lists:` names by what it calls them.

    Raises
    ------
    DefinitionInvalid
        With everything that is wrong, as `handraise check` says it.
    TooComplex
        When it asks for more than the evaluator takes.
    """
    read = read_text(text, lists)
    if wrong := [problem for problem in lint(read) if problem.severity == "error"]:
        raise DefinitionInvalid(wrong)
    definition = read.definition
    Evaluator(definition), Companion(definition)
    return definitions.add_version(
        connection,
        name=definition.name,
        motion=definition.motion,
        content_hash=content_hash(definition),
        scoring_hash=scoring_hash(definition),
        text=text,
        lists={name: sorted(entries) for name, entries in lists.items()},
        note=note,
        published_at=now,
        published_by=by,
    )


def sign(connection: sa.Connection, version_id: int, side: Side, by: str, now: datetime) -> None:
    """Sign a version for marketing or for sales. Signing again changes nothing.

    Raises
    ------
    SignedByOne
        When the same person signed for the other side; an administrator can allow it by the setting
        `one_person_may_sign_for_both`.
    VersionUnknown
        When there is no such version.
    """
    version = definitions.version(connection, version_id)
    definitions.lock_name(connection, version.name)
    others = [
        signed for other, signed in definitions.signatures(connection, version_id).items() if other != side
    ]
    may_sign_both = settings_kept.kept(connection, "one_person_may_sign_for_both")
    if not may_sign_both and any(signed.by == by for signed in others):
        raise SignedByOne(
            Saying(
                "{by} signed version {version} of `{name}` for {side} already. Somebody else signs for "
                "{other}; where one person speaks for both, an administrator allows it by the setting "
                "one_person_may_sign_for_both.",
                by=by,
                version=version_id,
                name=version.name,
                side=_Sides((others[0].side,)),
                other=_Sides((side,)),
            )
        )
    definitions.add_signature(connection, version_id, side, by, now)


def go_live(
    connection: sa.Connection, version_id: int, by: str, now: datetime, reason: str | None = None
) -> Rollout:
    """Have a version act from now on, in place of the one that did; every lead is scored again.

    Nothing happens when it acts already.

    Raises
    ------
    DefinitionNotSigned
        Unless both sides have signed it.
    VersionUnknown
        When there is no such version.
    """
    version = _signed(connection, version_id)
    plans.end(connection, version.name, "withdrawn", now)
    return _made_live(connection, version, by, now, reason)


def plan_live(
    connection: sa.Connection,
    version_id: int,
    at: datetime,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> Plan:
    """Have a signed version go live at `at`, in place of what was planned for its definition before.

    Raises
    ------
    DefinitionNotSigned
        Unless both sides have signed it.
    PlanInThePast
        When `at` is over.
    VersionUnknown
        When there is no such version.
    """
    if at <= now:
        raise PlanInThePast(Saying("Choose a time that is still to come, or make the version live now."))
    version = _signed(connection, version_id)
    plans.end(connection, version.name, "withdrawn", now)
    return plans.plan(connection, version.name, version_id, at, by, now, reason)


def withdraw_plan(connection: sa.Connection, name: str, now: datetime) -> bool:
    """Have no version go live later; False when none was to."""
    definitions.lock_name(connection, name)
    return bool(plans.end(connection, name, "withdrawn", now))


def begin_planned(connection: sa.Connection, plan_id: int, now: datetime) -> Rollout | None:
    """Make the version of a plan live, by whom it was decided; None when the plan has ended meanwhile."""
    found = plans.open_plan(connection, plan_id)
    if found is None or found.at > now:
        return None
    version = _signed(connection, found.version_id)
    plans.end(connection, found.name, "live", now)
    return _made_live(connection, version, found.decided_by, now, found.reason)


def shadow(
    connection: sa.Connection, version_id: int, by: str, now: datetime, reason: str | None = None
) -> Rollout:
    """Have a version score beside the live one without acting; every lead is scored again.

    It needs no signature. Nothing happens when it scores already.

    Raises
    ------
    VersionUnknown
        When there is no such version.
    """
    version = definitions.version(connection, version_id)
    definitions.lock_name(connection, version.name)
    for there in definitions.open_rollouts(connection, version.name):
        if there.version_id == version_id:
            return there
    definitions.change_rollouts(connection)
    made = definitions.open_rollout(connection, version, "shadow", by, now, reason)
    _mark_all(connection, version, "shadow", now)
    return made


def end_shadow(connection: sa.Connection, version_id: int, now: datetime) -> bool:
    """Have a version score in shadow no more; False when it did not.

    Raises
    ------
    VersionUnknown
        When there is no such version.
    """
    version = definitions.version(connection, version_id)
    definitions.lock_name(connection, version.name)
    there = [
        each
        for each in definitions.open_rollouts(connection, version.name)
        if each.version_id == version_id and each.mode == "shadow"
    ]
    definitions.close_rollouts(connection, [each.id for each in there], now)
    return bool(there)


def roll_back(connection: sa.Connection, name: str, by: str, reason: str, now: datetime) -> Rollout:
    """Have the version act again that was live before this one; every lead is scored again.

    Rolled back once more, the later version is back: it was the one before.

    Raises
    ------
    NoEarlierVersion
        When no other version of it was ever live.
    """
    definitions.lock_name(connection, name)
    before = before_live(connection, name)
    if before is None:
        raise NoEarlierVersion(
            Saying("No other version of `{name}` was ever live, so there is none to go back to.", name=name)
        )
    return _made_live(connection, definitions.version(connection, before), by, now, reason)


def retire(connection: sa.Connection, name: str, now: datetime) -> int:
    """Have a definition act and score no more, live or in shadow; gives how many rollouts ended.

    What it decided stays; its history and scores stay too. A plan for it is withdrawn.
    """
    definitions.lock_name(connection, name)
    plans.end(connection, name, "withdrawn", now)
    there = definitions.open_rollouts(connection, name)
    definitions.close_rollouts(connection, [each.id for each in there], now)
    return len(there)


def before_live(connection: sa.Connection, name: str) -> int | None:
    """The version that a roll-back of this definition leads to; None when there is none."""
    lived = [each for each in definitions.rollouts(connection, name) if each.mode == "live"]
    current = next((each.version_id for each in lived if each.is_open), None)
    return next((each.version_id for each in lived if not each.is_open and each.version_id != current), None)


def _signed(connection: sa.Connection, version_id: int) -> Version:
    """The version, if both sides have signed it; nobody else rolls out its definition until we are done."""
    version = definitions.version(connection, version_id)
    definitions.lock_name(connection, version.name)
    signed = definitions.signatures(connection, version_id)
    if missing := [side for side in SIDES if side not in signed]:
        raise DefinitionNotSigned(version, missing)
    return version


def _made_live(
    connection: sa.Connection, version: Version, by: str, now: datetime, reason: str | None
) -> Rollout:
    there = definitions.open_rollouts(connection, version.name)
    for each in there:
        if each.mode == "live" and each.version_id == version.id:
            return each
    definitions.change_rollouts(connection)
    ending = [each.id for each in there if each.mode == "live" or each.version_id == version.id]
    definitions.close_rollouts(connection, ending, now)
    made = definitions.open_rollout(connection, version, "live", by, now, reason)
    _mark_all(connection, version, "live", now)
    return made


def _mark_all(connection: sa.Connection, version: Version, mode: str, now: datetime) -> None:
    cause = {"definition": version.name, "version": version.id, "mode": mode}
    dirty.mark_all(connection, "definition", cause, now)
