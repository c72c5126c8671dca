"""Reasons and frameworks."""

from typing import Annotated, Any, Final

from fastapi import Form
from starlette.responses import Response

from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.framework import VALUE_KINDS
from handraise.core.reasons import Consequence, ReasonKind, reason_of
from handraise.core.saying import Saying
from handraise.http.callers import Call, needs
from handraise.store import frameworks, reasons
from handraise.web.routes.settings.sections import show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of

router = site("/settings")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
KINDS: Final[tuple[ReasonKind, ...]] = ("reject", "disqualify", "recycle", "lost")
_MOST_CRITERIA: Final = 50


# --- reasons ------------------------------------------------------------------------------------------------


@router.get("/reasons")
def list_reasons(call: MayRead) -> Response:
    """The four lists of reasons."""
    return _reasons(call)


@router.post("/reasons")
def put_reason(
    call: MayWrite,
    kind: Annotated[ReasonKind, Form()],
    code: Annotated[str, Form(max_length=50)],
    label: Annotated[str, Form(max_length=200)],
    then: Annotated[Consequence, Form()] = "recycle",
) -> Response:
    """Add a reason, or change what it says."""
    code, label = code.strip().lower(), label.strip()
    plain = code.replace("_", "")
    if not label or not (plain.isascii() and plain.isalnum() and code[:1].isalpha()):
        wrong = visit_of(call).gettext(
            "A code is letters, digits and _, such as no_budget; and say what people read."
        )
        return _reasons(call, status=422, wrong=wrong, given=(kind, code, label, then))
    reasons.put_reason(call.connection, kind, code, label, then)
    call.record("reason.put", f"reason:{kind}", {"code": code, "then": then})
    return go_to(call, "/settings/reasons", said=visit_of(call).gettext("Saved."))


@router.post("/reasons/retire")
def retire_reason(
    call: MayWrite, kind: Annotated[ReasonKind, Form()], code: Annotated[str, Form(max_length=50)]
) -> Response:
    """Take a reason out of its list; what was decided with it keeps it."""
    reason_of(kind, code, reasons.reasons(call.connection, kind))
    reasons.retire_reason(call.connection, kind, code)
    call.record("reason.retire", f"reason:{kind}", {"code": code})
    return go_to(call, "/settings/reasons", said=visit_of(call).gettext("Saved."))


def _reasons(
    call: Call,
    status: int = 200,
    wrong: str = "",
    given: tuple[str, str, str, str] = ("reject", "", "", "recycle"),
) -> Response:
    lists = [(kind, reasons.reasons(call.connection, kind)) for kind in KINDS]
    return show_section(call, "reasons", status=status, lists=lists, wrong=wrong, given=given)


# --- frameworks ---------------------------------------------------------------------------------------------


@router.get("/frameworks")
def list_frameworks(call: MayRead) -> Response:
    """The frameworks that can be used."""
    return _frameworks(call)


@router.post("/frameworks")
def put_framework(
    call: MayWrite,
    name: Annotated[str, Form(max_length=50)],
    criteria: Annotated[str, Form(max_length=20_000)],
    label: Annotated[str, Form(max_length=200)] = "",
    needs_of: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Keep a framework of one's own: a criterion a line, `name: question`, `(kind)` where it is no text."""
    try:
        content: dict[str, Any] = {
            "name": name.strip().lower(),
            "label": label.strip(),
            "criteria": [_criterion(line) for line in criteria.splitlines() if line.strip()][:_MOST_CRITERIA],
        }
        if needs_of.strip():
            if not needs_of.strip().isdecimal():
                raise InputInvalid(Saying("say with a number how many answers make an SQL"))
            content["needs"] = int(needs_of)
        frameworks.put_framework(call.connection, content)
    except HandraiseError as error:
        given = {"name": name, "label": label, "criteria": criteria, "needs_of": needs_of}
        return _frameworks(call, status=422, wrong=visit_of(call).told(error), given=given)
    call.record("framework.put", "framework", {"name": content["name"]})
    return go_to(call, "/settings/frameworks", said=visit_of(call).gettext("Saved."))


def _frameworks(call: Call, status: int = 200, **values: object) -> Response:
    found = list(frameworks.frameworks(call.connection).values())
    blank = {"name": "", "label": "", "criteria": "", "needs_of": ""}
    return show_section(
        call,
        "frameworks",
        status=status,
        found=found,
        kinds=VALUE_KINDS,
        **{"wrong": "", "given": blank, **values},
    )


def _criterion(line: str) -> dict[str, str]:
    """`budget (money): What have you set aside?`."""
    head, _, question = line.partition(":")
    name, _, kind = head.partition("(")
    key = name.strip().lower().replace(" ", "_")
    made = {"name": key, "label": name.strip(), "question": question.strip()}
    return made | ({"kind": kind.strip(" )")} if kind else {})
