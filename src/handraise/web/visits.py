"""Who looks at a page: their language, zone, theme, and what they may; and how a page is answered."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.roles import Permission, Reach, reach
from handraise.core.saying import Saying
from handraise.core.stage import Stage
from handraise.core.words import Tongue, tongue_of
from handraise.http.callers import Call, csrf_token, is_secure, services_of, session_token
from handraise.http.problems import Refusal
from handraise.store import definitions
from handraise.store.access import Member, member_by_id
from handraise.web.laying_out import environment
from handraise.web.navigation import START, Destination, destinations
from handraise.web.wording import LANGUAGES, language_for, translations

Theme = Literal["system", "light", "dark"]
THEMES: Final[Sequence[Theme]] = ("system", "light", "dark")
THEME_COOKIE: Final = "handraise_theme"
KEYS_COOKIE: Final = "handraise_keys"
_SAID_COOKIE: Final = "handraise_said"
_SAID_SECONDS: Final = 30
_SIGNATURE: Final = 16  # bytes
_BEFORE_A_PASSWORD: Final = ("/password", "/logout")


@dataclass
class Visit:
    """One look at a page. `call` and `member` are None where nobody has logged in.

    `is_new` is whether no definition acts yet, and the viewer is one of those who bring that about.
    """

    request: Request = field(repr=False)
    now: datetime
    call: Call | None = None
    member: Member | None = None
    is_new: bool = False

    @property
    def language(self) -> str:
        """One of `LANGUAGES`."""
        own = self.member.language if self.member else None
        return language_for(own, self.request.headers.get("accept-language", ""))

    @property
    def tongue(self) -> Tongue:
        """What a definition, a score and what may come are said in."""
        return tongue_of(self.language)

    @property
    def zone(self) -> ZoneInfo:
        """The viewer's."""
        return ZoneInfo(self.member.zone if self.member else "UTC")

    @property
    def theme(self) -> Theme:
        """What they chose; `system` when nothing."""
        given = self.request.cookies.get(THEME_COOKIE)
        return cast(Theme, given) if given in THEMES else "system"

    @property
    def has_keys(self) -> bool:
        """Whether keys of one letter do something; who dictates, or types by accident, turns them off."""
        return self.request.cookies.get(KEYS_COOKIE) != "off"

    @property
    def words(self) -> NullTranslations:
        """Texts in their language."""
        return translations(self.language)

    def gettext(self, text: str, **values: object) -> str:
        """A text in their language, with values put in: `_("%(n)s leads", n=3)`."""
        said = self.words.gettext(text)
        return said % values if values else said

    def told(self, error: HandraiseError) -> str:
        """What is wrong, in their language."""
        return self.tongue.retold(error.said)

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """A text in their language that counts something."""
        return self.words.ngettext(one, many, n) % {"n": n, **values}

    def may(self, permission: Permission) -> bool:
        """Whether they may at all: what nobody may do is not shown."""
        return self.call is not None and self.call.caller.may(permission)

    def sees_all(self, permission: Permission) -> bool:
        """Whether they may with everything, not only with their own or their team's."""
        return self.call is not None and reach(self.call.caller.role, permission) is Reach.ALL

    @property
    def csrf_token(self) -> str:
        """What forms and scripts send along; empty where nobody has logged in."""
        token = session_token(self.request)
        return csrf_token(services_of(self.request), token) if token and self.member else ""

    @property
    def navigation(self) -> Sequence[Destination]:
        """Where they may go."""
        if self.call is None:
            return ()
        return destinations(self.request.app.state.served, self.may, is_new=self.is_new)


def visit_of(call: Call) -> Visit:
    """The look at a page that the call is; asked twice it is the same.

    Raises
    ------
    Refusal
        403 when it is a program's, or by somebody who has to set a password first.
    """
    found: Visit | None = getattr(call.request.state, "visit", None)
    if found is None:
        caller = call.caller
        if caller.kind != "member":
            raise Refusal(
                403, "people_only", Saying("Pages are for people who are logged in, not for API keys.")
            )
        if caller.must_change_password and call.request.url.path not in _BEFORE_A_PASSWORD:
            raise Refusal(403, "password_change_needed", Saying("Set your own password first."))
        member = member_by_id(call.connection, caller.id)
        found = call.request.state.visit = Visit(call.request, call.now, call, member)
        found.is_new = found.may(START.permission) and not definitions.acts(call.connection)
    return found


def visit_without(request: Request) -> Visit:
    """A look by somebody who has not logged in, or of whom we cannot tell."""
    return Visit(request, services_of(request).now())


def local_moment(visit: Visit, given: str) -> datetime:
    """A time of a form (`2026-03-02T09:30`), which is in the viewer's zone.

    Raises
    ------
    InputInvalid
        When it is none.
    """
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        raise InputInvalid(Saying("Give a date and a time.")) from None
    return (read if read.tzinfo else read.replace(tzinfo=visit.zone)).astimezone(UTC)


def stage_names(_: Callable[[str], str]) -> Mapping[Stage, str]:
    """What people call the stages."""
    return {
        "subscriber": _("Subscriber"),
        "lead": _("Lead"),
        "mql": _("MQL"),
        "sal": _("SAL"),
        "sql": _("SQL"),
        "opportunity": _("Opportunity"),
        "customer": _("Customer"),
        "recycled": _("Recycled"),
        "disqualified": _("Disqualified"),
    }


# --- answers ------------------------------------------------------------------------------------------------


def show(
    at: Call | Visit,
    template: str,
    /,
    *,
    part: str | None = None,
    status: int = 200,
    said: str | None = None,
    **values: Any,
) -> Response:
    """A page, or with `part` only that block of it, for htmx.

    Parameters
    ----------
    template
        Below `web/templates`: `inbox/list.html.jinja`.
    said
        What happened, for a toast; works for answers to htmx. After a redirect use `go_to`.
    values
        What the template shows.
    """
    visit = at if isinstance(at, Visit) else visit_of(at)
    found = environment(visit.language).get_template(template)
    heard = _heard(visit.request)
    told = {
        "visit": visit,
        "_heard": heard,
        "LANGUAGES": LANGUAGES,
        "stage_names": stage_names(visit.gettext),
        **values,
    }
    text = found.render(told) if part is None else "".join(found.blocks[part](found.new_context(told)))
    response = HTMLResponse(text, status)
    if heard is not None and part is None:
        response.delete_cookie(_SAID_COOKIE, path="/", httponly=True, samesite="lax")
    if said is not None:
        response.headers["hx-trigger"] = json.dumps({"said": {"text": said}})
    return response


def go_to(at: Call | Visit, address: str, *, said: str | None = None) -> Response:
    """Send the browser to another of our pages; `said` is told there."""
    request = at.request
    address = own_address(address)
    if request.headers.get("hx-request") == "true":
        response = Response(status_code=200, headers={"hx-redirect": address})
    else:
        response = RedirectResponse(address, 303)
    if said is not None:
        response.set_cookie(
            _SAID_COOKIE,
            _signed(request, said),
            max_age=_SAID_SECONDS,
            path="/",
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )
    return response


def own_address(given: str | None, otherwise: str = "/") -> str:
    r"""An address to go on to, if it is one of this site: a path.

    Examples
    --------
    >>> own_address("/leads?text=ann"), own_address("//elsewhere.example"), own_address(r"/\elsewhere")
    ('/leads?text=ann', '/', '/')
    >>> own_address("https://elsewhere.example"), own_address("/a\r\nb"), own_address(None)
    ('/', '/', '/')
    """
    if not given or len(given) > 2000 or not given.startswith("/") or given.startswith(("//", "/\\")):
        return otherwise
    if any(not letter.isprintable() for letter in given):
        return otherwise
    parts = urlsplit(given)
    return otherwise if parts.scheme or parts.netloc else given


def _signed(request: Request, said: str) -> str:
    key = services_of(request).key_for("said")
    content = said[:300].encode()
    return base64.urlsafe_b64encode(hmac.digest(key, content, "sha256")[:_SIGNATURE] + content).decode()


def _heard(request: Request) -> str | None:
    """What the page before had to say; only what we said ourselves."""
    given = request.cookies.get(_SAID_COOKIE)
    if given is None:
        return None
    try:
        signed = base64.urlsafe_b64decode(given.encode())
        content = signed[_SIGNATURE:]
        expected = hmac.digest(services_of(request).key_for("said"), content, "sha256")[:_SIGNATURE]
        return content.decode() if hmac.compare_digest(expected, signed[:_SIGNATURE]) else None
    except (ValueError, binascii.Error):
        return None


def remember(response: Response, request: Request, name: str, value: str) -> None:
    """Remember a choice in this browser."""
    response.set_cookie(
        name,
        value,
        max_age=int(timedelta(days=400).total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
