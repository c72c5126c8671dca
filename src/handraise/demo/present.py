"""The present: visitors who are still to come act before you, and sellers answer some of them.

Everything goes through the doors that anybody uses: the capture API with a write key, and the API with keys
that act for the sellers. The times between are made short; what they do is what the example says.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Event
from typing import Any, Final

import httpx

from handraise.core.errors import HandraiseError
from handraise.demo.cast import LogIn
from handraise.demo.courses import Deed, deeds_of
from handraise.demo.past import Script, course_of
from handraise.demo.visitors import SITE, By, Call, Visitor
from handraise.example import COVERED_COUNTRIES

AT_ONCE: Final = 3
"""Visitors who are on the site at the same time."""
BEFORE: Final = 9
"""Of somebody with a long history, as many calls before they raise their hand are shown."""
FIRST_CALLS: Final = 10
RAISED: Final = "Demo Requested"
GAP: Final = 15
"""Beats between two things that are done with a hand-off."""
YOURS: Final = 3
"""Of so many hand-offs, one is left for whoever looks at the product."""

Told = Callable[..., None]
_DONE: Final = (200, 201, 204)
_GONE: Final = (403, 404, 409, 422)


class CallRefused(HandraiseError):
    """The product did not take a call of the example, which is a mistake of ours."""


def scene(visitor: Visitor) -> tuple[Call, ...]:
    """What is shown of a visitor: who they are, and what leads up to raising their hand, if they do."""
    calls = visitor.calls
    raised = next((place for place, call in enumerate(calls) if call.body.get("event") == RAISED), None)
    if raised is None:
        shown = set(range(min(FIRST_CALLS, len(calls))))
    else:
        shown = set(range(max(0, raised - BEFORE), raised + 1))
    shown |= {place for place, call in enumerate(calls) if call.body["type"] in ("identify", "group")}
    return tuple(calls[place] for place in sorted(shown))


def raises_hand(script: Script, visitor: Visitor) -> bool:
    """Whether they do what mostly makes an MQL: a buyer of a covered country who asks for a demo."""
    if visitor.account is None or visitor.account["country"] not in COVERED_COUNTRIES:
        return False
    is_buyer = script.truth[visitor.id]["persona"] == "buyer"
    return is_buyer and any(call.body.get("event") == RAISED for call in visitor.calls)


def mixed(coming: Iterator[tuple[Script, Visitor]]) -> Iterator[tuple[Script, Visitor]]:
    """The same visitors, of each forty first those who raise their hand, two of them to one of the others."""
    while some := list(islice(coming, 40)):
        raising = [one for one in some if raises_hand(*one)]
        others = [one for one in some if not raises_hand(*one)]
        while raising:
            yield from raising[:2]
            yield from others[:1]
            raising, others = raising[2:], others[1:]


@dataclass
class Replay:
    """Lets visitors come and sellers answer, a step a beat, until told to stop.

    Parameters
    ----------
    address
        Where the product answers.
    coming
        Who is still to come, without end, each with the script they are of.
    known
        Addresses of people who came before: they do not come again.
    told
        Hears what happens: `arrived`, `handed_off`, `answered`, with what to say of it.
    """

    address: str
    keys: Mapping[By, str]
    log_ins: Sequence[LogIn]
    coming: Iterator[tuple[Script, Visitor]]
    known: frozenset[str]
    clock: Callable[[], datetime]
    told: Told
    beat: float = 1.0

    def run(self, stop: Event) -> None:
        """Go on until `stop` is set. A product that does not answer for a while is waited for."""
        began = self.clock()
        with httpx.Client(base_url=self.address, timeout=15) as client:
            sellers = _Sellers(client, [one for one in self.log_ins if one.role == "sales"], self.told, began)
            calls = self._calls(sellers)
            call = next(calls)
            beats = 0
            while not stop.wait(self.beat):
                try:
                    self._send(client, *call)
                    call = next(calls)
                    beats += 1
                    sellers.act(beats, self.clock())
                except httpx.TransportError:
                    stop.wait(self.beat)

    def _calls(self, sellers: "_Sellers") -> Iterator[tuple[Visitor, Call]]:
        """One call after the other, of the visitors who are on the site in turn."""
        fresh = mixed(one for one in self.coming if one[1].email not in self.known)
        here: list[tuple[Visitor, Iterator[Call]]] = []
        while True:
            while len(here) < AT_ONCE:
                script, visitor = next(fresh)
                sellers.expect(script, visitor)
                here.append((visitor, iter(scene(visitor))))
            visitor, calls = here.pop(0)
            call = next(calls, None)
            if call is not None:
                here.append((visitor, calls))
                yield visitor, call

    def _send(self, client: httpx.Client, visitor: Visitor, call: Call) -> None:
        now = self.clock().isoformat()
        batch = [{**call.body, "timestamp": now}]
        body: dict[str, Any] = {"batch": batch, "sentAt": now}
        if call.by == "website":
            answer = client.post(
                "/v1/batch", json={**body, "writeKey": self.keys["website"]}, headers={"Origin": SITE}
            )
        else:
            answer = client.post("/v1/batch", json=body, auth=(self.keys["servers"], ""))
        if answer.status_code >= 500:
            raise httpx.TransportError("the product is starting again")
        if answer.status_code not in _DONE:
            raise CallRefused(f"{answer.status_code} {answer.text[:300]}")
        self.told("arrived", lead=visitor.email, what=_words(call), is_telling=call.is_telling)


def _words(call: Call) -> str:
    """What a call says, in short."""
    kind = call.body["type"]
    properties = call.body.get("properties", {})
    if kind == "page":
        return f"looks at {properties.get('path', 'a page')}"
    if kind == "identify":
        return "says who they are"
    if kind == "group":
        return f"is with {call.body['traits'].get('name', 'a company')}"
    named = properties.get("title") or properties.get("campaign")
    return f"{call.body['event']}" + (f": {named}" if named else "")


@dataclass
class _Plan:
    """What is still to be done with a hand-off, by whom, and from which beat on."""

    log_in: LogIn
    lead: str
    lead_id: int
    deeds: list[Deed]
    from_beat: int


@dataclass
class _Sellers:
    """The sellers of the example, at their desks."""

    client: httpx.Client
    log_ins: Sequence[LogIn]
    told: Told
    began: datetime
    plans: dict[int, _Plan] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    _expected: dict[str, tuple[Script, Visitor]] = field(default_factory=dict)

    def expect(self, script: Script, visitor: Visitor) -> None:
        """Hear of a visitor who is coming."""
        self._expected[visitor.email] = (script, visitor)

    def act(self, beat: int, now: datetime) -> None:
        """One of them looks for new hand-offs, and somebody does what is due next, if anything is."""
        if self.log_ins:
            self._look(self.log_ins[beat % len(self.log_ins)], beat)
        due = next((number for number, plan in self.plans.items() if plan.from_beat <= beat), None)
        if due is not None:
            self._do(due, self.plans[due], beat, now)

    def _look(self, log_in: LogIn, beat: int) -> None:
        asked = {"whose": "mine", "state": "open", "limit": "50"}
        answer = self.client.get("/api/v1/handoffs", params=asked, headers=_as(log_in))
        for one in answer.json()["items"] if answer.status_code == 200 else ():
            expected = self._expected.get(one["email"] or "")
            is_new = one["id"] not in self.seen and datetime.fromisoformat(one["opened_at"]) >= self.began
            if expected is None or not is_new:
                continue
            self.seen.add(one["id"])
            self.told("handed_off", lead=one["email"], to=log_in.name)
            if one["id"] % YOURS:
                script, visitor = expected
                deeds = deeds_of(course_of(script, visitor.id, 1), self.began)
                self.plans[one["id"]] = _Plan(log_in, one["email"], one["lead_id"], deeds, beat + GAP)

    def _do(self, number: int, plan: _Plan, beat: int, now: datetime) -> None:
        if not plan.deeds:
            del self.plans[number]
            return
        deed = plan.deeds.pop(0)
        path, body = _request(number, plan.lead_id, deed, now)
        answer = self.client.post(path, json=body, headers=_as(plan.log_in))
        if answer.status_code in _GONE:  # somebody else was quicker, or there is nothing left to do
            del self.plans[number]
            return
        if answer.status_code not in _DONE:
            raise httpx.TransportError(f"the product answers {answer.status_code}")
        self.told("answered", lead=plan.lead, by=plan.log_in.name, what=deed.verb)
        plan.from_beat = beat + GAP


def _request(number: int, lead_id: int, deed: Deed, now: datetime) -> tuple[str, dict[str, Any] | None]:
    """The path and the body that do it."""
    handed = f"/api/v1/handoffs/{number}"
    match deed.verb:
        case "accept":
            return f"{handed}/accept", None
        case "reject":
            return f"{handed}/reject", {"reason": deed.detail}
        case "contact":
            return f"{handed}/contact", {"at": now.isoformat(), "how": "call"}
        case "qualify":
            return f"/api/v1/leads/{lead_id}/framework-answers", {"framework": "bant", "answers": deed.detail}
        case "recycle":
            return f"{handed}/outcome", {"outcome": "recycled", "reason": deed.detail}
        case "lost":
            return f"{handed}/outcome", {"outcome": "lost", "reason": deed.detail}
        case "opportunity" | "won":
            amount = {"amount_cents": deed.detail * 100, "currency": "EUR"}
            return f"{handed}/outcome", {"outcome": deed.verb, **amount}
        case _:
            return f"{handed}/outcome", {"outcome": deed.verb}


def _as(log_in: LogIn) -> dict[str, str]:
    return {"Authorization": f"Bearer {log_in.key}"}
