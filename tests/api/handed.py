"""Hand-offs as the product opens them, in reach of its interface: Ada, Ben and Cleo with browsers."""

from dataclasses import dataclass, field

import pytest

from handraise.flow import access
from handraise.store.access import member_by_id
from tests.api.calling import PASSWORD, Caller, Calling
from tests.flow.selling import Floor


@dataclass
class Handed:
    """The application, people on a sales floor, and who calls."""

    calling: Calling
    floor: Floor
    known: dict[int, Caller] = field(default_factory=dict)

    def member(self, member_id: int | None) -> Caller:
        """That member, logged in."""
        assert member_id is not None
        if member_id not in self.known:
            self.known[member_id] = self._logged_in(member_id)
        return self.known[member_id]

    def _logged_in(self, member_id: int) -> Caller:
        with self.calling.services.database.transaction() as connection:
            first = access.reset_password(connection, member_id, "test", self.calling.clock.now)
            email = member_by_id(connection, member_id).email
        caller = Caller(self.calling, id=member_id)
        assert caller.log_in(email, first).status_code == 201
        changed = caller.request("PUT", "/session/password", json={"current": first, "new": PASSWORD})
        assert changed.status_code == 204, changed.text
        return caller

    @property
    def admin(self) -> Caller:
        return self.member(self.floor.admin)

    def owner(self, handoff_id: int) -> Caller:
        return self.member(self.floor.row(handoff_id).owner_id)

    def another(self, handoff_id: int) -> Caller:
        return self.member(self.floor.another(handoff_id).id)

    def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what, but for logging in."""
        rows = self.floor.office.rows("select actor, action, subject from audit_entry order by seq")
        return [tuple(row) for row in rows if row.action.split(".")[0] not in ("password", "session")]


@pytest.fixture
def handed(calling: Calling) -> Handed:
    return Handed(calling, Floor(calling.services.database))
