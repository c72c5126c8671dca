"""Whose doing it is: the lead that each message belongs to.

A message names somebody by up to three ids. The strongest that is known decides: user id, then e-mail
address, then anonymous id. New ids are linked to the lead that was found, and the first comer keeps an id.

- A browser (a lead with nothing but anonymous ids) that turns out to be somebody is merged into them.
- Two known people whose ids meet stay two: that they met is kept as a suggestion, and the event goes to the
  one with the stronger id.
- A browser of somebody known who now gives another user id or address is shared until somebody says
  otherwise: the newcomer is a lead of their own, suggested as the same.

Most messages name somebody known by ids that agree; the statement that stores them sees that itself and they
never come here. All locks are taken in one order (ids, then roots, then accounts), so batches wait for one
another and never in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from handraise.core.errors import HandraiseError
from handraise.core.message import Message
from handraise.core.traits import account_facts_in, facts_in
from handraise.store import accounts, facts, families, merges
from handraise.store.aliases import KNOWN_BY, Alias, AliasKind, aliases_of, leads_named, link
from handraise.store.facts import Said
from handraise.store.leads import make_leads

_TRIES: Final = 20
_BY: Final = "identify"


class IdsMoving(HandraiseError):
    """Other batches kept taking the same new ids; the batch can be sent again."""


def resolve(
    connection: sa.Connection,
    messages: Sequence[Message],
    now: datetime,
    *,
    sources: Sequence[str] | None = None,
) -> list[int]:
    """The lead each message belongs to; people and companies are made, linked, merged and told of on the way.

    Call it once in a transaction. The leads given are those the ids name, not their roots.

    Parameters
    ----------
    sources
        For each message, whose word its traits are (`form`, `product`, `crm` …). By default what a browser
        sends is `form`, what a server sends `product`.

    Raises
    ------
    IdsMoving
        When other transactions took the same new ids again and again.
    """
    found = _linked(connection, messages, now)
    sources = sources or [source_of(message) for message in messages]
    said = _said(messages, found.leads, sources)
    told = facts.news(connection, said)
    groups = _groups(messages, found.leads, sources)
    changed = facts.moved(connection, told) | found.newly_known
    touched = {
        *changed,
        *(lead for pair in found.merging for lead in pair),
        *accounts.without(connection, {one.lead for one in groups}),
    } - found.made
    if touched:
        merges.locked_roots(connection, touched)
    if told.said:
        facts.learn(connection, said)  # looks again: somebody else may have held the locks
    else:
        facts.write(connection, told)
    apart = [pair for pair in found.merging if not _merged(connection, *pair, now)]
    merges.suggest(connection, [*found.meeting, *((*pair, "their ids met") for pair in apart)], now)
    if changed:
        _settle(connection, changed, now)
    if groups:
        _tell_of_groups(connection, groups, now)
    return found.leads


def ids_of(message: Message) -> tuple[Alias, ...]:
    """The ids a message names somebody by, the strongest first.

    An e-mail address among the properties of a call with a user id may be somebody else's (an invited
    colleague's), so it counts only where the person themselves is told of.

    Examples
    --------
    >>> noon = datetime(2026, 3, 1, 12)
    >>> told = {"anonymous_id": "b1", "user_id": "u1", "email": "a@b.co"}
    >>> ids_of(Message("identify", "identify", "m1", noon, noon, **told))
    (Alias(kind='user_id', value='u1'), Alias(kind='email', value='a@b.co'),
     Alias(kind='anonymous_id', value='b1'))
    """
    is_of_person = message.kind == "identify" or not message.user_id or "email" in message.traits
    given: tuple[tuple[AliasKind, str | None], ...] = (
        ("user_id", message.user_id),
        ("email", message.email if is_of_person and message.kind != "group" else None),
        ("anonymous_id", message.anonymous_id),
        ("anonymous_id", message.previous_id),
    )
    return tuple(dict.fromkeys(Alias(kind, value) for kind, value in given if value))


def source_of(message: Message) -> str:
    """Whose word a message is when nobody says: a person's at a browser (`form`), or the application's."""
    library = message.context.get("library")
    name = library.get("name") if isinstance(library, dict) else None
    is_browser = "userAgent" in message.context or (isinstance(name, str) and name.endswith((".js", "web")))
    return "form" if is_browser else "product"


# --- ids --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Linked:
    """Whom a batch names, after new people were made and new ids linked.

    `made` are the leads that are new, `newly_known` those that were a browser, or nobody, until now.
    """

    leads: list[int]
    made: frozenset[int]
    newly_known: frozenset[int]
    merging: list[tuple[int, int]]
    meeting: list[tuple[int, int, str]]


def _linked(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> _Linked:
    named = [ids_of(message) for message in messages]
    previous = {Alias("user_id", one.previous_id) for one in messages if one.previous_id}
    for _ in range(_TRIES):
        linking = _linking(connection, named, previous)
        leads = [linking.lead_for(ids) for ids in named]
        made = _made(connection, linking, now)
        if made is None:
            continue  # somebody else linked one of the ids first: look again

        def real(lead: int, made: Mapping[int, int] = made) -> int:
            return made.get(lead, lead)

        return _Linked(
            [real(lead) for lead in leads],
            frozenset(made.values()),
            frozenset(real(lead) for lead in linking.newly_known),
            [(real(one), real(other)) for one, other in linking.merging],
            [(real(one), real(other), why) for one, other, why in linking.meeting],
        )
    raise IdsMoving("Other batches are naming the same new people at this moment. Try again.")


class _Linking:
    """Works out in memory whom the ids of a batch name. New leads are negative numbers until they are made.

    `roots` and `known_by` (the kinds of ids that name a root) are needed of leads whose ids may meet.
    """

    def __init__(
        self, leads: dict[Alias, int], roots: Mapping[int, int], known_by: dict[int, set[AliasKind]]
    ) -> None:
        self._leads, self._known_by = leads, known_by
        self._tops = dict(roots)
        self.linked: dict[Alias, int] = {}
        self.new: list[int] = []
        self.merging: list[tuple[int, int]] = []
        self.meeting: list[tuple[int, int, str]] = []
        self.newly_known: set[int] = set()

    def lead_for(self, ids: tuple[Alias, ...]) -> int:
        """The lead that these ids name; those of them that named nobody name it from now on."""
        ids = tuple(self._as_user(one) for one in ids)
        lead = self._named(ids)
        for one in ids:
            other = self._leads.get(one)
            if other is None:
                self._link(one, lead)
            elif self._top(other) != self._top(lead):
                self._meet(lead, other, one)
        return lead

    def is_person(self, lead: int) -> bool:
        """Whether the lead itself was linked to more than anonymous ids in this batch."""
        return lead in self.newly_known

    def is_known(self, lead: int) -> bool:
        """Whether more than anonymous ids name the lead or those merged with it."""
        return bool(self._known_by.get(self._top(lead)))

    def _as_user(self, one: Alias) -> Alias:
        """The id that an alias call replaces may be a user's."""
        user = Alias("user_id", one.value)
        return user if one.kind == "anonymous_id" and one not in self._leads and user in self._leads else one

    def _named(self, ids: tuple[Alias, ...]) -> int:
        strong = [one for one in ids if one.kind in KNOWN_BY]
        for one in strong:
            if one in self._leads:
                return self._leads[one]
        for one in ids:
            lead = self._leads.get(one)
            # A browser whose owner goes by another id of that kind: somebody else sits at it.
            if lead is not None and not self._kinds(lead) & {kind for kind, _ in strong}:
                return lead
        self.new.append(-1 - len(self.new))
        return self.new[-1]

    def _link(self, one: Alias, lead: int) -> None:
        self._leads[one] = self.linked[one] = lead
        if one.kind in KNOWN_BY:
            self._known_by.setdefault(self._top(lead), set()).add(one.kind)
            self.newly_known.add(lead)

    def _meet(self, lead: int, other: int, by: Alias) -> None:
        if not self.is_known(other):
            self._merge(other, lead)
        elif not self.is_known(lead):
            self._merge(lead, other)
        else:
            self.meeting.append((lead, other, f"both were named at once, one by {_said_as(by)}"))

    def _merge(self, child: int, parent: int) -> None:
        self.merging.append((child, parent))
        self._tops[self._top(child)] = self._top(parent)

    def _kinds(self, lead: int) -> set[AliasKind]:
        return self._known_by.get(self._top(lead), set())

    def _top(self, lead: int) -> int:
        while (above := self._tops.get(lead, lead)) != lead:
            lead = above
        return lead


def _said_as(one: Alias) -> str:
    return {"user_id": "user id", "email": "e-mail address"}.get(one.kind, "browser")


def _linking(
    connection: sa.Connection,
    named: Sequence[tuple[Alias, ...]],
    previous: set[Alias],
) -> _Linking:
    wanted = {one for ids in named for one in ids} | previous
    leads = leads_named(connection, wanted)
    doubtful: set[int] = set()
    for ids in named:
        told = {leads.get(one) for one in ids}
        if len(told) > 1 or (previous and len(ids) > 1):
            doubtful |= {lead for lead in told if lead is not None}
    if not doubtful:
        return _Linking(leads, {}, {})
    if previous:
        doubtful |= {leads[one] for one in previous if one in leads}
    roots = merges.roots_of(connection, doubtful)
    known_by = {
        root: {one.kind for one in ids if one.kind in KNOWN_BY}
        for root, ids in aliases_of(connection, sorted(set(roots.values()))).items()
    }
    return _Linking(leads, roots, known_by)


def _made(connection: sa.Connection, linking: _Linking, now: datetime) -> dict[int, int] | None:
    """The new leads by their negative numbers, with their ids linked; None when an id was taken meanwhile."""
    if not linking.new and not linking.linked:
        return {}
    savepoint = connection.begin_nested()
    ids = make_leads(connection, [linking.is_person(one) for one in linking.new], now)
    made = dict(zip(linking.new, ids, strict=True))
    wanted = {one: made.get(lead, lead) for one, lead in linking.linked.items()}
    if link(connection, wanted, now) != wanted.keys():
        savepoint.rollback()
        return None
    savepoint.commit()
    return made


# --- merges, facts, accounts ------------------------------------------------------------------------------


def _merged(connection: sa.Connection, child: int, parent: int, now: datetime) -> bool:
    """Whether the browser is one with the person now; not when it was found to be somebody meanwhile."""
    if families.merge(connection, child, parent, _BY, "its ids met", now, only_anonymous=True) is not None:
        return True
    roots = merges.roots_of(connection, (child, parent))
    return roots[child] == roots[parent]


def _said(messages: Sequence[Message], leads: Sequence[int], sources: Sequence[str]) -> list[Said]:
    return [
        Said(lead, fact, value, source, message.occurred_at, message.received_at)
        for message, lead, source in zip(messages, leads, sources, strict=True)
        if message.bot is None and (message.traits or message.email)
        for fact, value in facts_in(message).items()
    ]


def _settle(connection: sa.Connection, leads: Iterable[int], now: datetime) -> None:
    """Find anew what holds of these leads, and the accounts they belong to."""
    roots = set(merges.roots_of(connection, leads).values())
    domains = {
        root: domain
        for root, held in facts.refresh(connection, roots).items()
        if (domain := accounts.domain_for(held.get("lead.email"), held.get("account.domain"))) is not None
    }
    found = accounts.with_domains(connection, domains.values(), now)
    accounts.assign(connection, {root: found[domain] for root, domain in domains.items()})


class _Told(NamedTuple):
    """What a group call tells of which group, on whose word, and who is in it."""

    lead: int
    group: str
    facts: dict[str, Any]
    source: str
    message: Message


def _groups(messages: Sequence[Message], leads: Sequence[int], sources: Sequence[str]) -> list[_Told]:
    return [
        _Told(lead, message.group_id, account_facts_in(message), source, message)
        for message, lead, source in zip(messages, leads, sources, strict=True)
        if message.kind == "group" and message.group_id and message.bot is None
    ]


def _tell_of_groups(connection: sa.Connection, told: Sequence[_Told], now: datetime) -> None:
    """Put the people of each group into its account, and write down what was told of it."""
    roots = merges.roots_of(connection, {one.lead for one in told})
    known = accounts.with_groups(connection, {one.group for one in told})
    unknown = [one for one in told if one.group not in known]
    known |= accounts.link_groups(connection, _homes(connection, unknown, roots, now), now)
    accounts.assign(connection, {roots[one.lead]: known[one.group] for one in told})
    said = [
        Said(known[one.group], fact, value, one.source, one.message.occurred_at, one.message.received_at)
        for one in told
        for fact, value in one.facts.items()
    ]
    facts.learn_of_accounts(connection, said, now)


def _homes(
    connection: sa.Connection, told: Sequence[_Told], roots: Mapping[int, int], now: datetime
) -> dict[str, int]:
    """The account of each new group: of its own domain, else of the first of its people, else a new one."""
    domains = {
        one.group: domain
        for one in told
        if (domain := accounts.domain_for(None, one.facts.get("account.domain"))) is not None
    }
    by_domain = accounts.with_domains(connection, domains.values(), now)
    of_people = accounts.of_leads(connection, {roots[one.lead] for one in told})
    homes = {group: by_domain[domain] for group, domain in domains.items()}
    for one in told:
        if one.group not in homes:
            homes[one.group] = of_people.get(roots[one.lead]) or accounts.make(connection, now)
    return homes
