"""The caller as the steps of a hand-off know who acts."""

from handraise.core.actor import Actor
from handraise.http.callers import Call


def actor_of(call: Call) -> Actor:
    """Who acts; behind a key it may be the member it acts for."""
    caller = call.caller
    return Actor(caller.kind, caller.id, caller.role, caller.member_id if caller.kind == "key" else None)
