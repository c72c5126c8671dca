"""The quarterly review in words: one page, for the browser and for PDF, so that both say the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import sqlalchemy as sa

from handraise.core.calibration import MOST_REJECTED
from handraise.core.quarter import Quarter
from handraise.core.sla import Compliance
from handraise.core.words import tongue_of
from handraise.flow.review import Effect, Review
from handraise.learn.shares import Estimate, Share, counted, difference
from handraise.rendering.review import Labels, Page, Row, Section, Signatory, Strip, Table
from handraise.store.reports import answers
from handraise.store.reports.review import AT_ONCE, WITHIN, Span
from handraise.store.reviews import TOPICS, Topic
from handraise.web.clockface import spelled
from handraise.web.laying_out import written_day, written_number, written_points, written_share
from handraise.web.naming import LEAD_TYPES, names_of
from handraise.web.wording import to_translate as _
from handraise.web.wording import translations

MINUTES: Final[Mapping[Topic, int]] = {
    "agreement": 10, "signals": 10, "fit": 8, "speed": 8, "reasons": 8, "rejected": 10, "effect": 6,
}  # fmt: skip
"""The hour that a review takes."""
QUESTIONS: Final[Mapping[Topic, str]] = {
    "agreement": _("Do both teams still agree?"),
    "signals": _("Does what we reward still go with accepted leads?"),
    "fit": _("Has the ideal customer moved?"),
    "speed": _("Is sales fast enough?"),
    "reasons": _("Why does sales say no?"),
    "rejected": _("What do rejected MQLs have in common?"),
    "effect": _("What did the definition do that we expected of it?"),
}
_VERDICTS: Final[Mapping[str, str]] = {
    "raises": _("more often accepted"),
    "lowers": _("less often accepted"),
    "alone": _("tells, by itself"),
    "shared": _("tells the same as others"),
    "of_sales": _("is sales' own work"),
    "unclear": _("no difference seen"),
    "rare": _("too few to compare"),
}
_CHANGES: Final[Mapping[str, str]] = {
    "reversed": _("has turned round"),
    "lost": _("told before, tells nothing now"),
    "weaker": _("weaker than before"),
    "stronger": _("stronger than before"),
    "new": _("tells now, did not before"),
}
_NUMBERS: Final = (
    _("First quarter of %(year)s"),
    _("Second quarter of %(year)s"),
    _("Third quarter of %(year)s"),
    _("Fourth quarter of %(year)s"),
)
_REPS: Final = 12
_NAMED: Final = 4


@dataclass(frozen=True)
class Speaking:
    """A language, and the zone in which days are told."""

    language: str
    zone: tzinfo

    def gettext(self, text: str, **values: object) -> str:
        """A text, with values put in."""
        said = translations(self.language).gettext(text)
        return said % values if values else said

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """A text that counts something; `n` is written as a number there."""
        said = translations(self.language).ngettext(one, many, n)
        return said % {"n": self.number(n), **values}

    def number(self, value: float, places: int = 0) -> str:
        """A number."""
        return written_number(self.language, value, places)

    def points(self, hundredths: int) -> str:
        """Points with their sign."""
        return written_points(self.language, hundredths, sign=True)

    def percent(self, value: float) -> str:
        """A share of [0, 1] in per cent."""
        return written_share(self.language, value)

    def day(self, at: datetime) -> str:
        """A day."""
        return written_day(self.language, at.astimezone(self.zone))

    def quarter(self, quarter: Quarter) -> str:
        """A quarter as people say it."""
        return self.gettext(_NUMBERS[quarter.number - 1], year=quarter.year)

    def share(self, one: Share | None) -> str:
        """A share with its number and interval; as a count where it is too few for a rate."""
        if one is None or one.value is None:
            return "–"
        if one.is_few:
            return self.gettext("%(count)s of %(n)s", count=self.number(one.count), n=self.number(one.n))
        return self.gettext(
            "%(share)s of %(n)s (%(low)s–%(high)s)",
            share=self.percent(one.value), n=self.number(one.n),
            low=self.number(one.low * 100), high=self.percent(one.high),
        )  # fmt: skip

    def weekly(self, one: Estimate) -> str:
        """How many a week, with the interval."""
        return self.gettext(
            "%(value)s (%(low)s–%(high)s)",
            value=self.number(one.value, 1), low=self.number(one.low, 1), high=self.number(one.high, 1),
        )  # fmt: skip


def page_of(found: Review, say: Speaking, people: Mapping[str, str]) -> Page:
    """The review in a language.

    Parameters
    ----------
    people
        Names by what records call them (`member:7`).
    """
    telling = _Telling(found, say, people)
    gettext = say.gettext
    return Page(
        kind=gettext("Quarterly review of the definition"),
        title=say.quarter(found.quarter),
        subtitle=gettext("%(name)s, version %(version)s", name=found.name, version=found.version.id)
        + ("" if found.is_over else gettext("; the quarter so far, up to %(day)s", day=say.day(found.until))),
        summary=telling.summary(),
        sections=tuple(telling.section(topic) for topic in TOPICS),
        agreed=tuple(telling.signatories()),
        labels=Labels(
            decision=gettext("Decision"),
            nothing_decided=gettext("Nothing is decided yet."),
            agreed=gettext("Agreed"),
            name=gettext("Name"),
            date=gettext("Date"),
            signature=gettext("Signature"),
        ),
        footer=f"{gettext('Quarterly review')} {found.quarter} · {found.name}",
    )


def people_of(connection: sa.Connection, found: Review) -> dict[str, str]:
    """Names of everybody that a review speaks of."""
    told = [one.by for one in found.signed.values()]
    told += [one.by for one in found.decisions.values()]
    told += [one.by for one in found.agreed.values()]
    return names_of(connection, told)


class _Telling:
    """One review, one language."""

    def __init__(self, found: Review, say: Speaking, people: Mapping[str, str]) -> None:
        self.found, self.say, self.people = found, say, people
        self._ = say.gettext
        self.now, self.before = answers.tally(found.cells), answers.tally(found.cells_before)

    def name(self, by: str) -> str:
        return self.people.get(by, by)

    def section(self, topic: Topic) -> Section:
        tellers: Mapping[Topic, Callable[[], dict[str, Any]]] = {
            "agreement": self.agreement,
            "signals": self.signals,
            "fit": self.fit,
            "speed": self.speed,
            "reasons": self.reasons,
            "rejected": self.rejected,
            "effect": self.effect,
        }
        decided = self.found.decisions.get(topic)
        return Section(
            topic=topic,
            question=self._(QUESTIONS[topic]),
            minutes=self.say.ngettext("%(n)s minute", "%(n)s minutes", MINUTES[topic]),
            decision="" if decided is None else decided.text,
            decided="" if decided is None else f"{self.name(decided.by)}, {self.say.day(decided.at)}",
            **tellers[topic](),
        )

    def summary(self) -> str:
        found, say = self.found, self.say
        parts = [
            say.ngettext(
                "%(n)s MQL; %(before)s in the quarter before.",
                "%(n)s MQLs; %(before)s in the quarter before.",
                found.mqls, before=say.number(found.mqls_before),
            )
        ]  # fmt: skip
        known = [(days, share) for days, share in found.sqls.items() if share is not None and share.n]
        if known:
            days, share = known[-1]
            parts.append(
                self._("SQL within %(days)s days: %(share)s; the quarter before: %(before)s.",
                       days=days, share=say.share(share), before=say.share(found.sqls_before[days]))
            )  # fmt: skip
        else:
            parts.append(
                self._("The youngest have not had 30 days yet, so nobody can say how many become SQL.")
            )
        return " ".join(parts)

    # ------------------------------------------------------------------------------------------ agreement

    def agreement(self) -> dict[str, Any]:
        share = Share(self.now.rejected, self.now.answered)
        parts = [self._signed(), self._rejection(share, Share(self.before.rejected, self.before.answered))]
        reps = answers.tallies(self.found.cells, lambda cell: (cell.rep_id, cell.rep))
        there = sorted(
            ((rep, tally) for (_id, rep), tally in reps.items() if tally.answered),
            key=lambda one: -one[1].answered,
        )[:_REPS]
        apart = self._apart([Share(tally.rejected, tally.answered) for _rep, tally in there])
        if apart:
            parts.append(apart)
        rows = [
            Row(
                (rep or self._("Nobody's"), self.say.number(tally.answered), self.say.share(one)),
                _strip(one, MOST_REJECTED),
            )
            for rep, tally in there
            for one in [Share(tally.rejected, tally.answered)]
        ]  # fmt: skip
        columns = (self._("Rep"), self._("Answered"), self._("Rejected"))
        return self._told(parts, self._("Rejections by rep"), columns, rows, self._("Rejected, and the line"))

    def _signed(self) -> str:
        found = self.found
        signed = {side: (self.name(one.by), self.say.day(one.at)) for side, one in found.signed.items()}
        if len(signed) < 2:
            return self._("Version %(version)s is not signed by both sides.", version=found.version.id)
        (marketing, then), (sales, later) = signed["marketing"], signed["sales"]
        return self._(
            "Version %(version)s is signed: by %(marketing)s for marketing (%(then)s), by %(sales)s for "
            "sales "
            "(%(later)s).",
            version=found.version.id, marketing=marketing, then=then, sales=sales, later=later,
        )  # fmt: skip

    def _rejection(self, share: Share, before: Share) -> str:
        values = {"share": self.say.share(share), "before": self.say.share(before),
                  "line": self.say.percent(MOST_REJECTED)}  # fmt: skip
        if not share.n:
            return self._("Sales has answered none of the hand-offs of this quarter yet.")
        if share.is_few:
            return self._("Sales rejected %(share)s: too few for a rate.", share=values["share"])
        if share.low > MOST_REJECTED:
            return self._(
                "Sales rejects too many: %(share)s; the line is %(line)s, the quarter before %(before)s.",
                **values,
            )
        if (share.value or 0) > MOST_REJECTED:
            return self._(
                "Sales rejected %(share)s: above the line of %(line)s, which may be chance; the quarter "
                "before %(before)s.",
                **values,
            )
        return self._(
            "Sales rejected %(share)s: below the line of %(line)s; the quarter before %(before)s.", **values
        )

    def _apart(self, shares: Sequence[Share]) -> str:
        """Whether the ends of those with answers enough differ by more than chance."""
        enough = sorted((one for one in shares if not one.is_few), key=lambda one: one.value or 0)
        if len(enough) < 2:
            return ""
        between = difference(enough[-1], enough[0])
        if between is None or between.low <= 0:
            return self._("The reps answer alike.")
        return self._(
            "The reps differ by %(points)s points (%(low)s–%(high)s): the same lead is good to one and "
            "bad to another.",
            points=self.say.number(between.value * 100), low=self.say.number(between.low * 100),
            high=self.say.number(between.high * 100),
        )  # fmt: skip

    # -------------------------------------------------------------------------------- what history says

    def _study(self) -> Mapping[str, Any] | None:
        study = self.found.study
        return None if study is None or study.state != "done" else study.found

    def _without_study(self) -> dict[str, Any]:
        study = self.found.study
        if study is not None and study.state == "failed":
            problem = tongue_of(self.say.language).retold(study.problem or "")
            return {"answer": self._("History could not be looked at: %(problem)s", problem=problem)}
        return {"answer": self._("History has not been looked at yet.")}

    def _rules(self, dimension: str) -> list[Mapping[str, Any]]:
        study = self._study() or {"rules": []}
        return [one for one in study["rules"] if one["dimension"] == dimension]

    def _said_of(self, one: Mapping[str, Any]) -> str:
        verdict = one["verdict"]
        parts = [self._(_VERDICTS[verdict])] if verdict is not None else [self._("no answers yet")]
        change = _CHANGES.get(one["change"])
        if change is not None:
            parts.append(self._(change))
        return "; ".join(parts)

    def _of_history(self) -> tuple[str, ...]:
        study = self._study()
        if study is None:
            return ()
        return (
            self._(
                "Up to %(day)s: sales got %(handed)s of %(leads)s leads and answered %(answered)s. What "
                "goes together need not cause it.",
                day=self.say.day(datetime.fromisoformat(study["until"])),
                handed=self.say.number(study["handed"]),
                leads=self.say.number(study["leads"]), answered=self.say.number(study["answered"]),
            ),
        )  # fmt: skip

    def signals(self) -> dict[str, Any]:
        if self._study() is None:
            return self._without_study()
        tables = []
        for dimension, name in (("engagement", self._("Engagement rules")), ("fit", self._("Fit rules"))):
            rows = [
                Row((*self._head(one), self.say.share(_maybe(one["having"])), self._said_of(one)),
                    _held(one["having"], one["without"]))
                for one in self._rules(dimension)
            ]  # fmt: skip
            columns = (name, self._("Points"), self._("Accepted with it"), self._("History says"))
            drawn = self._("Accepted; the mark: without")
            tables += [Table(name, columns, tuple(rows), (1,), drawn)] if rows else []
        rules = [*self._rules("engagement"), *self._rules("fit")]
        return {"answer": self._verdict(rules), "tables": tuple(tables), "notes": self._of_history()}

    def _head(self, one: Mapping[str, Any]) -> tuple[str, str]:
        return one["rule"], self.say.points(one["points"])

    def _verdict(self, rules: Sequence[Mapping[str, Any]]) -> str:
        rewarding = [one for one in rules if one["points"] > 0]
        if not rewarding:
            return self._("The definition rewards nothing here.")
        told = [one for one in rewarding if one["verdict"] in ("raises", "alone", "shared") and _rises(one)]
        against = [
            one["rule"]
            for one in rewarding
            if one["verdict"] == "lowers" or (one["verdict"] == "alone" and not _rises(one))
        ]
        nothing = [one["rule"] for one in rewarding if one["verdict"] == "unclear"]
        parts = [
            self.say.ngettext(
                "%(told)s of %(n)s rule with points goes with accepted leads.",
                "%(told)s of %(n)s rules with points go with accepted leads.",
                len(rewarding), told=self.say.number(len(told)),
            )
        ]  # fmt: skip
        if against:
            parts.append(self._("Rewarded, but accepted less often: %(rules)s.", rules=_few(against)))
        if nothing:
            parts.append(self._("Rewarded, but no difference is seen: %(rules)s.", rules=_few(nothing)))
        return " ".join(parts)

    def fit(self) -> dict[str, Any]:
        study = self._study()
        if study is None:
            return self._without_study()
        rules = self._rules("fit")
        fit = next((one for one in study["scores"] if one["name"] == "fit"), None)
        moved = [one["rule"] for one in rules if one["moved"]]
        if fit is None:
            parts = [
                self._(
                    "Too few leads were handed over in the quarter to tell whether they are others than "
                    "before."
                )
            ]
        elif fit["has_shifted"]:
            parts = [self._("The leads have become others: their fit scores have shifted (stability "
                            "index %(index)s).",
                            index=self.say.number(fit["index"], 2))]  # fmt: skip
        elif fit["has_moved"]:
            parts = [self._("The leads have changed a little: their fit scores have moved (stability "
                            "index %(index)s).",
                            index=self.say.number(fit["index"], 2))]  # fmt: skip
        else:
            parts = [self._("The leads are who they were before: their fit scores have not moved.")]
        if moved:
            parts.append(
                self._("These hold for more or fewer leads than before: %(rules)s.", rules=_few(moved))
            )
        rows = [
            Row(
                (
                    *self._head(one),
                    self.say.share(_maybe(one["fired_before"])),
                    self.say.share(_maybe(one["fired"])),
                ),
                _held(one["fired"], one["fired_before"]),
            )
            for one in rules
        ]  # fmt: skip
        columns = (self._("Rule"), self._("Points"), self._("Holds for, before"), self._("This quarter"))
        drawn = self._("This quarter; the mark: before")
        told = self._told(parts, self._("Fit rules"), columns, rows, drawn)
        return {**told, "notes": self._of_history()}

    # ---------------------------------------------------------------------------------------------- sales

    def speed(self) -> dict[str, Any]:
        whole = self.found.speed.get(None)
        if whole is None or not whole.met + whole.breached:
            return {"answer": self._("No service level was decided in this quarter.")}
        parts = [
            self._(
                "First contact was in time for %(share)s; the quarter before: %(before)s.",
                share=self.say.share(_in_time(whole)),
                before=self.say.share(_in_time(self.found.speed_before)),
            )
        ]  # fmt: skip
        if whole.median is not None and whole.p90 is not None:
            parts.append(self._("Half were reached within %(median)s of working time, nine in ten within "
                                "%(p90)s.",
                                median=spelled(whole.median), p90=spelled(whole.p90)))  # fmt: skip
        if whole.uncontacted:
            parts.append(
                self.say.ngettext(
                    "%(n)s overdue was never reached.", "%(n)s overdue were never reached.", whole.uncontacted
                )
            )
        rows = [
            Row(
                (self._(LEAD_TYPES.get(str(kind), str(kind))), self.say.share(_in_time(one)),
                 _time(one.median), _time(one.p90), self.say.number(one.uncontacted)),
                _strip(_in_time(one), None),
            )
            for kind, one in self.found.speed.items()
            if kind is not None and one.met + one.breached
        ]  # fmt: skip
        columns = (
            self._("Lead"),
            self._("In time"),
            self._("Median"),
            self._("Nine in ten"),
            self._("Never reached"),
        )
        return self._told(
            parts, self._("Service levels by lead type"), columns, rows, self._("In time"), right=(2, 3, 4)
        )

    def reasons(self) -> dict[str, Any]:
        now, before = answers.reasons_of(self.found.cells), answers.reasons_of(self.found.cells_before)
        total, then = sum(now.values()), sum(before.values())
        if not total:
            return {"answer": self._("Nothing was rejected in this quarter.")}
        first = next(iter(now))
        parts = [
            self.say.ngettext(
                "%(n)s hand-off was rejected. The most frequent reason: %(reason)s, %(share)s.",
                "%(n)s hand-offs were rejected. The most frequent reason: %(reason)s, %(share)s.",
                total, reason=self._label(first), share=self.say.share(Share(now[first], total)),
            )
        ]  # fmt: skip
        rows = [
            Row((self._label(code), self.say.number(count), self.say.share(Share(count, total)),
                 self.say.share(Share(before.get(code, 0), then))),
                _strip(Share(count, total), Share(before.get(code, 0), then).value))
            for code, count in now.items()
        ]  # fmt: skip
        columns = (self._("Reason"), self._("Rejected"), self._("Share"), self._("Quarter before"))
        drawn = self._("Share; the mark: before")
        return self._told(parts, self._("Rejections by reason"), columns, rows, drawn, right=(1,))

    def rejected(self) -> dict[str, Any]:
        handful = self.found.handful
        if not handful:
            return {"answer": self._("Nothing was rejected in this quarter.")}
        parts = [
            self._("Open each and read it aloud: should the definition have let it through? Then write "
                   "down what is to change.")
        ]  # fmt: skip
        rows = [
            Row(
                (one.name or one.email or self._("Lead %(n)s", n=one.lead_id), one.account or "–",
                 self._label(one.reason or ""), one.note or "–", one.rep or "–",
                 "–" if one.answered_at is None else self.say.day(one.answered_at)),
                link=f"/leads/{one.lead_id}",
            )
            for one in handful
        ]  # fmt: skip
        columns = (
            self._("Lead"),
            self._("Account"),
            self._("Reason"),
            self._("Note"),
            self._("Rep"),
            self._("Rejected on"),
        )
        return self._told(parts, self._("Rejected MQLs to read together"), columns, rows, "", right=())

    def _label(self, code: str) -> str:
        return self.found.labels.get(code, code)

    # --------------------------------------------------------------------------------------------- effect

    def effect(self) -> dict[str, Any]:
        tables = []
        parts: list[str] = []
        changes: list[str] = []
        notes: list[str] = []
        for one in self.found.effects:
            parts.append(self._as_expected(one))
            changes += one.changes or ()
            tables.append(self._effect_table(one))
            if one.expected is not None:
                notes.append(
                    self._("Expected of version %(version)s: as it was frozen when it was proposed, on "
                           "%(day)s.",
                           version=one.version.id, day=self.say.day(one.expected.as_of))
                )  # fmt: skip
        notes.append(
            self._("Before and since are at most 13 weeks each; what became an MQL on the first day had "
                   "been waiting for the change and is told by itself.")
        )  # fmt: skip
        return {
            "answer": " ".join(parts),
            "tables": tuple(tables),
            "changes": tuple(changes),
            "notes": tuple(notes),
        }

    def _as_expected(self, one: Effect) -> str:
        values = {"version": one.version.id, "day": self.say.day(one.rollout.from_at)}
        since = _a_week(one.since)
        if one.expected is None:
            return self._(
                "Version %(version)s, live since %(day)s: nothing was frozen of what it was expected to do.",
                **values,
            )
        if since is None:
            return self._(
                "Version %(version)s, live since %(day)s: too early to hold against what was expected.",
                **values,
            )
        weekly = one.expected.weekly_after * one.expected.factor
        values |= {"since": self.say.weekly(since), "expected": self.say.number(weekly, 1)}
        if since.excludes(weekly):
            if since.value > weekly:
                return self._(
                    "Version %(version)s, live since %(day)s, makes more MQLs a week than expected: "
                    "%(since)s, not %(expected)s.",
                    **values,
                )
            return self._(
                "Version %(version)s, live since %(day)s, makes fewer MQLs a week than expected: "
                "%(since)s, not %(expected)s.",
                **values,
            )
        return self._(
            "Version %(version)s, live since %(day)s, makes as many MQLs a week as expected: %(since)s; "
            "expected were %(expected)s.",
            **values,
        )

    def _effect_table(self, one: Effect) -> Table:
        say, expected, before, since = self.say, one.expected, one.before, one.since
        weekly = _a_week(since)
        weekly_before = None if before is None else _a_week(before, is_settled=True)
        handed = None if expected is None else expected.handed_off
        rows = [
            Row((self._("MQLs a week"),
                 "–" if expected is None else say.number(expected.weekly_after * expected.factor, 1),
                 "–" if weekly_before is None else say.weekly(weekly_before),
                 "–" if weekly is None else say.weekly(weekly))),
            Row((self._("MQLs on the first day"),
                 "–" if expected is None or handed is None else say.number(handed * expected.factor), "–",
                 say.number(since.at_once))),
            Row((self._("Rejected, of those answered"), "–",
                 "–" if before is None else say.share(Share(before.rejected, before.answered)),
                 say.share(Share(since.rejected, since.answered)))),
            Row((self._("SQL within %(days)s days", days=WITHIN), "–",
                 "–" if before is None else say.share(Share(before.sqls, before.ripe)),
                 say.share(Share(since.sqls, since.ripe)))),
        ]  # fmt: skip
        name = self._("Version %(version)s: expected, before and since", version=one.version.id)
        columns = (
            self._("Version %(version)s", version=one.version.id),
            self._("Expected"),
            self._("Before"),
            self._("Since"),
        )
        return Table(name, columns, tuple(rows), right=(1, 2, 3))

    # --------------------------------------------------------------------------------------------- shared

    def _told(
        self, parts: Sequence[str], name: str, columns: tuple[str, ...], rows: Sequence[Row], drawn: str,
        right: tuple[int, ...] = (1,),
    ) -> dict[str, Any]:  # fmt: skip
        tables = (Table(name, columns, tuple(rows), right, drawn),) if rows else ()
        return {"answer": " ".join(parts), "tables": tables}

    def signatories(self) -> Iterator[Signatory]:
        for side, said in (("marketing", self._("For marketing")), ("sales", self._("For sales"))):
            one = next((one for one in self.found.agreed.values() if one.side == side), None)
            if one is None or not one.is_current:
                yield Signatory(said, "", "")
            else:
                yield Signatory(said, self.name(one.by), self.say.day(one.at))


def _strip(share: Share, mark: float | None) -> Strip | None:
    return None if share.value is None else Strip(share.value, share.low, share.high, mark)


def _few(names: Sequence[str]) -> str:
    """The first of them; the table has them all."""
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _maybe(counted: Sequence[int] | None) -> Share | None:
    return None if counted is None else Share(*counted)


def _held(drawn: Sequence[int] | None, mark: Sequence[int] | None) -> Strip | None:
    """One share, held against another."""
    share, against = _maybe(drawn), _maybe(mark)
    return None if share is None else _strip(share, None if against is None else against.value)


def _rises(one: Mapping[str, Any]) -> bool:
    """Whether leads with it are accepted more often."""
    having, without = Share(*one["having"]), Share(*one["without"])
    return (having.value or 0) > (without.value or 0)


def _in_time(one: Compliance | None) -> Share:
    return Share(0, 0) if one is None else Share(one.met, one.met + one.breached)


def _time(one: timedelta | None) -> str:
    return "–" if one is None else spelled(one)


def _a_week(one: Span, *, is_settled: bool = False) -> Estimate | None:
    """MQLs a week, without the first day unless things had settled before; None for less than a week."""
    length = one.end - one.start - (timedelta() if is_settled else AT_ONCE)
    weeks = length / timedelta(weeks=1)
    if weeks < 1:
        return None
    return counted(one.mqls - (0 if is_settled else one.at_once), per=weeks)
