"""API keys: programs' way in."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.roles import GRANTS, ROLES
from handraise.flow import access
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store.access import keys
from handraise.web.routes.settings.people import ROLE_WORDS
from handraise.web.routes.settings.sections import Fields, show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, local_moment, visit_of

router = site("/settings/api-keys")
MayKey = Annotated[Call, needs("users:write")]
_MOST = 500


@router.get("")
def list_keys(call: MayKey) -> Response:
    """Every key, of which only the end is known."""
    return _list(call)


@router.post("")
def add_key(
    call: MayKey,
    form: Fields,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    role: Annotated[str, Form(max_length=20)],
    expires_at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Make a key, which is shown on the answer and nowhere else."""
    scopes = [grant.permission for grant in GRANTS if f"scope_{grant.permission}" in form]
    try:
        if not scopes:
            raise InputInvalid(visit_of(call).gettext("Choose what the key is good for: one scope or more."))
        until = local_moment(visit_of(call), expires_at) if expires_at else None
        _, key = access.add_key(
            call.connection,
            name=name.strip(),
            scopes=[*scopes],
            role=role,
            expires_at=until,
            by=call.by,
            now=call.now,
        )
    except InputInvalid as error:
        return _list(call, status=422, wrong=visit_of(call).told(error), chosen=scopes, name=name, role=role)
    return _list(call, status=201, key=key)


@router.post("/{key_id}/revoke")
def revoke(call: MayKey, key_id: Id) -> Response:
    """Make a key worth nothing from now on."""
    access.revoke_key(call.connection, key_id, call.by, call.now)
    return go_to(call, "/settings/api-keys", said=visit_of(call).gettext("The key is worth nothing now."))


def _list(call: Call, status: int = 200, **values: object) -> Response:
    found = sorted(keys(call.connection, limit=_MOST), key=lambda one: (one.revoked_at is not None, -one.id))
    roles = [(role, visit_of(call).gettext(ROLE_WORDS[role])) for role in ROLES]
    return show_section(
        call,
        "api_keys",
        status=status,
        found=found,
        grants=GRANTS,
        roles=roles,
        **{"wrong": "", "key": None, "chosen": (), "name": "", "role": "admin", **values},
    )
