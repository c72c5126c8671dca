"""What people set for themselves: language, zone, theme."""

from typing import Annotated, Literal
from zoneinfo import available_timezones

from fastapi import Form
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.http.callers import MemberCall
from handraise.store import people
from handraise.web.sites import site
from handraise.web.visits import KEYS_COOKIE, THEME_COOKIE, THEMES, Theme, go_to, own_address, remember, show
from handraise.web.wording import LANGUAGES, to_translate, translations

router = site("/me")


@router.get("")
def own_page(call: MemberCall) -> Response:
    """What somebody has set for themselves."""
    return show(
        call, "own.html.jinja", zones=[(zone, zone) for zone in sorted(available_timezones())], themes=THEMES
    )


@router.post("")
def change(
    call: MemberCall,
    language: Annotated[str, Form(max_length=10)],
    zone: Annotated[str, Form(max_length=100)],
) -> Response:
    """Change one's language and zone."""
    if language not in LANGUAGES or zone not in available_timezones():
        raise InputInvalid(Saying("Choose a language and a time zone of the lists."))
    assert call.caller.member_id is not None
    people.update_member(call.connection, call.caller.member_id, language=language, zone=zone)
    call.record("member.own", call.by, {"language": language, "zone": zone})
    said = translations(language).gettext(to_translate("Saved."))
    return go_to(call, "/me", said=said)


@router.post("/theme")
def choose_theme(
    call: MemberCall, theme: Annotated[Theme, Form()], to: Annotated[str, Form(max_length=2000)] = "/me"
) -> Response:
    """Light, dark, or as the system is, in this browser."""
    response = go_to(call, own_address(to, "/me"))
    remember(response, call.request, THEME_COOKIE, theme)
    return response


@router.post("/keys")
def choose_keys(call: MemberCall, keys: Annotated[Literal["on", "off"], Form()]) -> Response:
    """Whether keys of one letter do something, in this browser."""
    response = go_to(call, "/me")
    remember(response, call.request, KEYS_COOKIE, keys)
    return response
