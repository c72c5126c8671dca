"""What the example company's visitors send: their history as calls of libraries, in order of arrival."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from handraise.example import ExampleCompany

By = Literal["website", "servers"]
SITE: Final = "https://www.lumendesk.example"
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCANNER: Final = "Mozilla/5.0 (compatible; ExampleScanner/1.0; bot)"
# The mail provider is set to report opens and clicks; what was merely delivered says nothing about anybody.
UNREPORTED: Final = "Email Delivered"
TELLING: Final = frozenset(
    ("Demo Requested", "Contact Form Submitted", "Content Downloaded", "Webinar Attended", "Trial Started")
)
TELLING_PATHS: Final = ("/pricing", "/vs/", "/compare")
_NOT_KNOWN: Final = (None, "", "Select")
_BY_MAIL: Final = ("email", "product", "sales", "webinar")
_PROPERTIES: Final = ("path", "url", "title", "kind", "campaign", "seconds")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a library.

    Attributes
    ----------
    at
        When it arrives; `body` says when it happened.
    by
        Whose key it comes with: the site's in the visitor's browser, or a server's.
    lead
        The example's lead it is about.
    is_telling
        Whether it may be what makes an MQL: the product is then looked at right after it.
    """

    at: datetime
    by: By
    lead: str
    body: Mapping[str, Any]
    is_telling: bool = False


@dataclass(frozen=True)
class Visitor:
    """Somebody of the example, with what they send and what only sales brings about.

    Attributes
    ----------
    lead
        The row of the example's table of leads.
    account
        The row of the account, None where there is none.
    calls
        In order of arrival. Who they are is told when they become known; what is before that is anonymous.
    of_sales
        What followed sales' first contact of `contact_at` in the example (mails, meetings, visits by a link).
        It comes only if sales makes contact, and then as long after it.
    """

    lead: Mapping[str, Any]
    account: Mapping[str, Any] | None
    calls: tuple[Call, ...]
    of_sales: tuple[Call, ...] = ()

    @property
    def id(self) -> str:
        """The example's number of the lead."""
        return str(self.lead["lead_id"])

    @property
    def email(self) -> str:
        """The address the product knows them by."""
        return str(self.lead["email"]).strip().lower()


def visitors_of(company: ExampleCompany, leads: Collection[str], mark: str = "") -> list[Visitor]:
    """These leads of the company (by their `lead_id`) as visitors, in the order in which they became known.

    `mark` goes into every id, so that visitors of two companies of different seeds stay apart.
    """
    wanted = pa.array(sorted(leads), pa.string())
    rows = company.leads.filter(pc.is_in(company.leads["lead_id"], wanted)).to_pylist()
    accounts = {row["account_id"]: row for row in company.accounts.to_pylist()}
    events: dict[str, list[dict[str, Any]]] = {row["lead_id"]: [] for row in rows}
    for event in company.events.filter(pc.is_in(company.events["lead_id"], wanted)).to_pylist():
        if event["event"] != UNREPORTED:
            events[event["lead_id"]].append(event)
    return [_visitor(row, accounts.get(row["account_id"]), events[row["lead_id"]], mark) for row in rows]


def in_order(calls: Iterator[Call]) -> list[Call]:
    """The calls as they arrive; those of one instant stay in the order they came in."""
    return sorted(calls, key=lambda call: call.at)


def moved(call: Call, by: timedelta) -> Call:
    """The same call, so much later; its id is another, as it is another event.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> body = {"messageId": "m1", "timestamp": noon.isoformat()}
    >>> later = moved(Call(noon, "website", "L1", body), timedelta(hours=1))
    >>> later.at.hour, later.body["timestamp"]
    (13, '2026-03-01T13:00:00+00:00')
    """
    happened = datetime.fromisoformat(str(call.body["timestamp"])) + by
    return Call(call.at + by, call.by, call.lead, {**call.body, "timestamp": happened.isoformat()},
                call.is_telling)  # fmt: skip


def _visitor(
    lead: Mapping[str, Any], account: Mapping[str, Any] | None, events: Sequence[Mapping[str, Any]], mark: str
) -> Visitor:
    browser = f"browser-{mark}{lead['lead_id'].lower()}"
    calls = [*_introduction(lead, account, browser, mark)]
    of_sales: list[Call] = []
    for event in events:
        (of_sales if event["source"] == "sales" else calls).append(_call(lead, event, browser, mark))
    # Who sends a form off says who they are with it: the introduction comes first in its instant.
    return Visitor(lead, account, tuple(in_order(iter(calls))), tuple(in_order(iter(of_sales))))


def _introduction(
    lead: Mapping[str, Any], account: Mapping[str, Any] | None, browser: str, mark: str
) -> Iterator[Call]:
    """The call in which they say who they are, and the one in which the company is looked up."""
    told = {
        "email": lead["email"],
        "firstName": lead["first_name"],
        "lastName": lead["last_name"],
        "title": lead["title"],
        "phone": lead["phone"],
        "country": lead["country"],
        "source": lead["source"],
        "campaign": lead["campaign"],
        "consent": True if lead["consent"] else None,
        "company": None if account is None else account["name"],
    }
    at = lead["created_at"]
    yield Call(at, "website", lead["lead_id"], {
        "type": "identify", "messageId": f"who-{browser}", "timestamp": at.isoformat(),
        "anonymousId": browser, "traits": _known(told), "context": {"userAgent": BROWSER},
    }, is_telling=True)  # fmt: skip
    if account is not None:
        traits = {
            "website": account["domain"],
            "name": account["name"],
            "industry": account["industry"],
            "employees": account["employees"],
            "revenue": account["revenue"],
            "country": account["country"],
            "technologies": account["technologies"] or None,
            "growthStage": account["growth_stage"],
            "targetAccount": account["target_account"],
        }
        yield Call(at, "servers", lead["lead_id"], {
            "type": "group", "messageId": f"company-{browser}", "timestamp": at.isoformat(),
            "anonymousId": browser, "groupId": f"{mark}{account['account_id']}", "traits": _known(traits),
        }, is_telling=True)  # fmt: skip


def _call(lead: Mapping[str, Any], event: Mapping[str, Any], browser: str, mark: str) -> Call:
    properties = _known({name: event[name] for name in _PROPERTIES})
    context: dict[str, Any] = {"userAgent": SCANNER if event["is_bot"] else BROWSER}
    body: dict[str, Any] = {
        "messageId": f"{mark}{event['message_id']}",
        "timestamp": event["occurred_at"].isoformat(),
        "properties": properties,
        "context": context,
    }
    is_page = event["event"] == "page"
    body |= {"type": "page"} if is_page else {"type": "track", "event": event["event"]}
    if event["source"] in _BY_MAIL and not is_page:
        by: By = "servers"
        properties["email"] = lead["email"]
    else:
        by = "website"
        body["anonymousId"] = browser
        context |= _known({"sessionId": event["session_id"], "campaign": _campaign(event)})
        if event["referrer"]:
            context["page"] = {"referrer": event["referrer"]}
    return Call(event["received_at"], by, lead["lead_id"], body, _is_telling(event))


def _campaign(event: Mapping[str, Any]) -> dict[str, str] | None:
    if event["source"] in (None, "direct", "organic"):
        return None
    return _known({"source": event["source"], "name": event["campaign"]})


def _is_telling(event: Mapping[str, Any]) -> bool:
    if event["event"] == "page":
        return str(event["path"]).startswith(TELLING_PATHS)
    return event["event"] in TELLING


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in _NOT_KNOWN}
