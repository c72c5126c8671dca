"""Where MQLs come from, what became of them, and what they cost: by a fact of theirs, or by their hand-off.

Every rate is one of a cohort. Leads are those first seen in the period, with how many of them became an MQL;
MQLs are those made in the period, with how far each got within so many days of its own, of those whose days
are over. Facts are as they hold now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa

from handraise.core.spend import Spent, summed
from handraise.store import spend
from handraise.store.reports.funnel import MADE, REACHED, WITHIN, Reached
from handraise.store.reports.periods import month_of, start_of

By = Literal[
    "lead.source", "lead.campaign", "lead.country", "account.industry", "account.employees", "rep",
    "lead_type", "motion", "temperature",
]  # fmt: skip
Touch = Literal["said", "first", "last"]
What = Literal["leads", "qualified", "mqls", "sal", "sql", "customer", "won"]
BYS: Final[tuple[By, ...]] = get_args(By)
TOUCHED: Final[frozenset[By]] = frozenset(("lead.source", "lead.campaign"))
"""What a visit says too, so that the first or the last one may count instead of the fact."""

_FACT: Final = "coalesce(l.facts ->> %(fact)s, a.facts ->> %(fact)s, '')"
# Nobody but the lead has these; a query that names no account reads none.
_OWN_FACT: Final = "coalesce(l.facts ->> %(fact)s, '')"
# The sizes that definitions speak of; what is no plain number stays as it was said.
_SIZE: Final = f"""case when {_FACT} ~ '^[0-9]{{1,9}}$' then
    (array['1-10', '11-49', '50-500', '501-5000', '5001+'])[
        width_bucket(({_FACT})::int, array[11, 50, 501, 5001]) + 1] else {_FACT} end"""
_SAID_BY_VISIT: Final = {
    "lead.source": (
        "coalesce(nullif(h.brief -> %(touch)s ->> 'source', ''), "
        "substring(h.brief -> %(touch)s ->> 'referrer' from '^https?://(?:www\\.)?([^/:]+)'), '')"
    ),
    "lead.campaign": "coalesce(h.brief -> %(touch)s ->> 'campaign', '')",
}
_BY_HANDOFF: Final = {
    "rep": "coalesce(h.owner_id::text, '')",
    "lead_type": "coalesce(h.lead_type, '')",
    "motion": "coalesce(v.motion, '')",
    "temperature": "coalesce(h.temperature, '')",
}
# A hand-off is that of the MQL it followed: the last one, if there were several.
_HANDED: Final = """
left join (
    select distinct on (c.root, c.made_at) c.root, c.made_at, f.owner_id, f.lead_type, f.temperature,
        f.version_id, f.brief
    from cycles c
    join handraise.handoff f on f.opened_at >= c.made_at and f.opened_at < c.until
    join handraise.lead fl on fl.id = f.lead_id and coalesce(fl.root_id, fl.id) = c.root
    where c.made_at <= %(end)s
    order by c.root, c.made_at, f.opened_at desc, f.id desc
) h on h.root = c.root and h.made_at = c.made_at
left join handraise.definition_version v on v.id = h.version_id
"""
_MQLS: Final = """, cycles as (
    select *, coalesce(lead(made_at) over (partition by root order by made_at), 'infinity') as until from made
), grouped as (
    select c.*, c.made_at >= %(from)s as is_now, {group} as grp
    from cycles c
    join handraise.lead l on l.id = c.root
    left join handraise.account a on a.id = l.account_id
    {handed}
    where c.made_at <= %(end)s and (c.made_at >= %(from)s or c.made_at <= %(before)s)
)
"""
_COUNTS: Final = ", ".join(
    [
        "count(*)",
        *(f"count({stage}_at)" for stage in REACHED),
        *(
            f"count(*) filter (where made_at + {days} * interval '24 hours' <= %(end)s{reached})"
            for days in WITHIN
            for reached in ("", *(f" and {s}_at < made_at + {days} * interval '24 hours'" for s in REACHED))
        ),
    ]
)
_CELLS: Final = f"""
select is_now, date_trunc('month', made_at at time zone 'UTC')::date, grp, {_COUNTS}
from grouped group by 1, 2, 3
"""  # noqa: S608 - of constants alone
# A deal is that of the MQL it was opened after.
_WON: Final = """
join (
    select coalesce(f.root_id, f.id) as root, d.currency, d.amount_cents,
        coalesce(d.opened_at, d.closed_at) as begun_at
    from handraise.deal d join handraise.lead f on f.id = d.lead_id where d.state = 'won'
) d on d.root = g.root and d.begun_at >= g.made_at and d.begun_at < g.until and g.is_now
"""
_DEALS: Final = f"""
select g.grp, d.currency, count(*), count(d.amount_cents), sum(d.amount_cents)
from grouped g {_WON} group by 1, 2
"""  # noqa: S608 - of constants alone
_LEADS: Final = """, qualified as (select distinct root from made where made_at <= %(end)s), grouped as (
    select l.id as root, q.root is not null as is_mql, {group} as grp
    from handraise.lead l
    left join handraise.account a on a.id = l.account_id
    left join qualified q on q.root = l.id
    where l.root_id is null and l.is_known and l.created_at >= %(from)s and l.created_at <= %(end)s
)
"""
_WHO: Final[Mapping[What, str]] = {
    "leads": "true",
    "qualified": "g.is_mql",
    "mqls": "g.is_now",
    "won": "g.is_now",
    **{
        stage: f"""g.is_now and g.{stage}_at is not null
            and (%(days)s::int is null or (g.made_at + %(days)s::int * interval '24 hours' <= %(end)s
                and g.{stage}_at < g.made_at + %(days)s::int * interval '24 hours'))"""
        for stage in REACHED
    },
}


@dataclass(frozen=True)
class Asked:
    """What is asked for: groups, the last so many months up to now, and what decides on source and campaign.

    Attributes
    ----------
    touch
        `said`: the fact, as forms, files and the CRM say it. `first` and `last`: the visit that began the way
        to the hand-off, or the last before it. Only for `TOUCHED`.
    """

    by: By = "lead.source"
    months: int = 12
    touch: Touch = "said"

    @property
    def has_leads(self) -> bool:
        """Whether leads that are no MQL have the groups too; what a hand-off says they have not."""
        return self.by not in _BY_HANDOFF and not self.is_by_visit

    @property
    def is_by_visit(self) -> bool:
        """Whether a visit decides."""
        return self.touch != "said" and self.by in TOUCHED

    @property
    def has_spend(self) -> bool:
        """Whether what was spent is known by group."""
        return self.by in TOUCHED


@dataclass
class Line:
    """A group, or all together.

    Attributes
    ----------
    key
        The source, the campaign, the number of the member…; empty: not known.
    leads, qualified
        First seen in the period, and how many of those became an MQL. None: leads have no such group.
    mqls, before
        How many times a lead became an MQL, in the period and in the same time before it.
    so_far
        How many of the MQLs got to a stage by now, whenever.
    due, reached
        MQLs that were made so many days ago or more, and how many of those got to a stage within them.
    deals, without_amount
        Won deals of these MQLs, and how many have no amount or no currency.
    revenue, deals_in, spent
        By currency: hundredths won, deals that they are of, hundredths spent.
    by_month
        MQLs of each month.
    """

    key: str
    leads: int | None = None
    qualified: int | None = None
    mqls: int = 0
    before: int = 0
    so_far: dict[Reached, int] = field(default_factory=lambda: dict.fromkeys(REACHED, 0))
    due: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WITHIN, 0))
    reached: dict[Reached, dict[int, int]] = field(
        default_factory=lambda: {stage: dict.fromkeys(WITHIN, 0) for stage in REACHED}
    )
    deals: int = 0
    without_amount: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    deals_in: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    by_month: dict[date, int] = field(default_factory=dict)

    @property
    def growth(self) -> float | None:
        """Against the same time before, as a share; None when that had none."""
        return self.mqls / self.before - 1 if self.before else None

    def cost(self, currency: str, what: Reached | Literal["mql"]) -> float | None:
        """Spend for each MQL of the period, or each that got to a stage by now; None without either."""
        count = self.mqls if what == "mql" else self.so_far[what]
        spent = self.spent.get(currency)
        return None if spent is None or not count else spent / count

    def deal_size(self, currency: str) -> float | None:
        """Hundredths of an average deal with an amount; None without one."""
        count = self.deals_in.get(currency)
        return self.revenue[currency] / count if count else None

    def times_back(self, currency: str) -> float | None:
        """Revenue for each unit spent (2.5: two and a half times the spend); None where nothing was spent."""
        spent = self.spent.get(currency)
        return self.revenue.get(currency, 0) / spent if spent else None


@dataclass(frozen=True)
class Channels:
    """The whole and its groups, those with most MQLs first; `currencies`: those spent, then those earned."""

    total: Line
    lines: tuple[Line, ...]
    months: tuple[date, ...]
    currencies: tuple[str, ...]


def channels(connection: sa.Connection, asked: Asked, now: datetime) -> Channels:
    """Everything of a period by group."""
    lines: dict[str, Line] = {}
    total = Line("", leads=0, qualified=0)
    _add_mqls(connection, asked, now, lines, total)
    if asked.has_leads:
        _add_leads(connection, asked, now, lines, total)
    else:
        # All together are known all the same.
        _add_leads(connection, Asked(months=asked.months), now, {}, total)
    _add_deals(connection, asked, now, lines, total)
    _add_spend(connection, asked, now, lines, total)
    found = sorted(lines.values(), key=lambda one: (-one.mqls, -(one.leads or 0), one.key))
    currencies = dict.fromkeys([*total.spent, *total.revenue])
    months = tuple(month_of(now, number) for number in range(1 - asked.months, 1))
    return Channels(total, tuple(found), months, tuple(currencies))


def members_of(
    connection: sa.Connection,
    asked: Asked,
    now: datetime,
    group: str | None,
    what: What,
    days: int | None = None,
) -> list[int]:
    """The leads that a number counts, each once.

    `group` None means all; `days` asks who got to the stage within them, of those whose days are over.
    """
    template = _LEADS if what in ("leads", "qualified") else _MQLS
    query = f"""{MADE}{_written(template, asked)}
select distinct g.root from grouped g {_WON if what == "won" else ""}
where {_WHO[what]} and (%(group)s::text is null or g.grp = %(group)s::text)
"""  # noqa: S608 - of constants alone
    given = {**_parameters(asked, now, template), "group": group, "days": days}
    return list(connection.exec_driver_sql(query, given).scalars())


# ------------------------------------------------------------------------------------------------- counting


def _add_mqls(
    connection: sa.Connection, asked: Asked, now: datetime, lines: dict[str, Line], total: Line
) -> None:
    for row in _rows(connection, _MQLS, _CELLS, asked, now):
        is_now, month, group, mqls, *counts = row
        for line in (_line(lines, asked, group), total):
            if not is_now:
                line.before += mqls
                continue
            line.mqls += mqls
            line.by_month[month] = line.by_month.get(month, 0) + mqls
            given = iter(counts)
            for stage in REACHED:
                line.so_far[stage] += next(given)
            for days in WITHIN:
                line.due[days] += next(given)
                for stage in REACHED:
                    line.reached[stage][days] += next(given)


def _add_leads(
    connection: sa.Connection, asked: Asked, now: datetime, lines: dict[str, Line], total: Line
) -> None:
    counts = "select grp, count(*), count(*) filter (where is_mql) from grouped group by 1"
    for group, leads, qualified in _rows(connection, _LEADS, counts, asked, now):
        for line in (_line(lines, asked, group), total):
            line.leads = (line.leads or 0) + leads
            line.qualified = (line.qualified or 0) + qualified


def _add_deals(
    connection: sa.Connection, asked: Asked, now: datetime, lines: dict[str, Line], total: Line
) -> None:
    for group, currency, deals, with_amount, cents in _rows(connection, _MQLS, _DEALS, asked, now):
        for line in (_line(lines, asked, group), total):
            line.deals += deals
            if currency is None or not with_amount:
                line.without_amount += deals
                continue
            line.without_amount += deals - with_amount
            line.revenue[currency] = line.revenue.get(currency, 0) + int(cents)
            line.deals_in[currency] = line.deals_in.get(currency, 0) + with_amount


def _add_spend(
    connection: sa.Connection, asked: Asked, now: datetime, lines: dict[str, Line], total: Line
) -> None:
    spent = spend.spent_between(connection, month_of(now, 1 - asked.months), month_of(now))
    total.spent = summed(spent)
    if not asked.has_spend:
        return
    groups: dict[str, list[Spent]] = {}
    for one in spent:
        groups.setdefault(one.source if asked.by == "lead.source" else one.campaign, []).append(one)
    for key, among in groups.items():
        if key:  # what was spent on no campaign is no campaign's
            _line(lines, asked, key).spent = summed(among)


def _line(lines: dict[str, Line], asked: Asked, key: str) -> Line:
    if key not in lines:
        lines[key] = Line(key, leads=0, qualified=0) if asked.has_leads else Line(key)
    return lines[key]


def _rows(connection: sa.Connection, template: str, rest: str, asked: Asked, now: datetime) -> Iterable[Any]:
    query = f"{MADE}{_written(template, asked)}{rest}"
    return connection.exec_driver_sql(query, _parameters(asked, now, template))


def _written(template: str, asked: Asked) -> str:
    if asked.by in _BY_HANDOFF:
        group, handed = _BY_HANDOFF[asked.by], _HANDED
    elif asked.is_by_visit:
        group, handed = _SAID_BY_VISIT[asked.by], _HANDED
    elif asked.by == "account.employees":
        group, handed = _SIZE, ""
    else:
        group, handed = (_OWN_FACT if asked.by.startswith("lead.") else _FACT), ""
    return template.replace("{group}", group).replace("{handed}", handed)


def _parameters(asked: Asked, now: datetime, template: str) -> Mapping[str, Any]:
    first, earlier = month_of(now, 1 - asked.months), month_of(now, 1 - 2 * asked.months)
    # As far into its last month as this period is into this one.
    before = start_of(month_of(now, -asked.months)) + (now - start_of(month_of(now)))
    return {
        # The moves that are looked at: those of leads first seen in the period are all in it.
        "start": start_of(first if template is _LEADS else earlier),
        "from": start_of(first),
        "end": now,
        "before": min(before, start_of(first) - timedelta(microseconds=1)),
        "fact": asked.by,
        "touch": f"{asked.touch}_touch",
    }
