"""Messages in the language of whoever gets them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

import handraise.connect.mails as mails
from handraise.connect.brief_view import BriefView, brief_view
from handraise.connect.mails import handoff_mail, sla_breach_mail, sla_warning_mail
from handraise.connect.message_words import German, MessageWords, message_words
from handraise.connect.ports import Mail
from handraise.connect.slack_blocks import handoff_message
from handraise.core.brief import told_in
from handraise.core.effects import LeadType
from handraise.core.words import ENGLISH, GERMAN, Tongue

KEPT: Final[dict[str, Any]] = {
    "name": "Jane Doe",
    "account": "Acme",
    "temperature": "hot",
    "lead_type": "demo_request",
    "grade": "A1",
    "total": 6250,
    "why_now": [{"words": "a demo request", "points": 6250}],
    "opening": "Hello Jane, you asked us for a demo. What would you like to see first?",
    "translations": {
        "de": {
            "why_now": ["eine Demo-Anfrage"],
            "opening": "Guten Tag Jane, Sie haben uns um eine Demo gebeten. Was möchten Sie zuerst sehen?",
        }
    },
    "facts": [{"fact": "account.employees", "label": "number of employees", "value": "120"}],
    "history": {
        "pages": [{"what": "page /pricing", "count": 3, "last_at": "2026-03-02T08:00:00+00:00"}],
        "more": 2_000,
    },
    "missing": [{"criterion": "need", "label": "Need", "question": "What do you want to solve?"}],
    "due_at": "2026-03-02T09:05:00+00:00",
    "links": {"lead": "https://desk.example.com/leads/7", "accept": "https://desk.example.com/a"},
}
AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOLD: Final[dict[str, Any]] = {"to": "ae@example.com", "delivery_id": "d-1", "date": AT}


def view(tongue: Tongue) -> BriefView:
    return brief_view(told_in(KEPT, tongue), handoff_id="7", words=message_words(tongue))


def lines(mail: Mail) -> list[str]:
    return [line.strip() for line in mail.text.splitlines() if line.strip()]


def test_the_mail_about_a_handoff_is_german_for_whom_reads_german() -> None:
    mail = handoff_mail(view(GERMAN), **TOLD)
    assert mail.subject == "Jane Doe, Acme: eine Demo-Anfrage (+62,5)"
    assert lines(mail) == [
        "Jane Doe, Acme",
        "Lead: heiß, Demo-Anfrage, Note A1",
        "Erstkontakt fällig: 2026-03-02 09:05 UTC",
        "Warum jetzt (62,5 Punkte)",
        "- +62,5 eine Demo-Anfrage",
        "Passung",
        "- Zahl der Beschäftigten: 120",
        "Was sie taten",
        "- 2026-03-02 08:00 UTC · page /pricing (3-mal)",
        "- und 2.000 weitere",
        "Noch zu erfahren",
        "- Bedarf: Was möchten Sie lösen?",
        "Ein möglicher Einstieg: Guten Tag Jane, Sie haben uns um eine Demo gebeten. "
        "Was möchten Sie zuerst sehen?",
        "Annehmen: https://desk.example.com/a",
        "Öffnen: https://desk.example.com/leads/7",
    ]
    assert '<html lang="de">' in str(mail.html)


def test_warnings_say_in_german_what_is_due() -> None:
    warning = sla_warning_mail(view(GERMAN), **TOLD)
    assert warning.subject == "Bald fällig: Jane Doe, Acme"
    assert lines(warning)[0] == "Erstkontakt bald fällig: Jane Doe, Acme"
    step = GERMAN.retold("It is offered to somebody else.")
    breach = sla_breach_mail(view(GERMAN), next_step=step, **TOLD)
    assert lines(breach)[:3] == [
        "Erstkontakt überfällig: Jane Doe, Acme",
        "Fällig war er: 2026-03-02 09:05 UTC",
        "Jetzt: Der Lead wird jemand anderem angeboten.",
    ]


def test_slack_has_its_buttons_in_german() -> None:
    message = handoff_message(view(GERMAN), [("no_budget", "Kein Budget")], channel="C1")
    said = re.findall(r"'text': '([^']*)'", str(message.blocks))
    assert {"Annehmen", "Öffnen", "Ablehnen, weil …", "Warum jetzt: 62,5 Punkte"} <= {
        text.strip("*") for text in said
    }
    assert message.text.startswith("Übergabe: Jane Doe, Acme")


@pytest.mark.parametrize("template", sorted(Path(mails.__path__[0]).glob("*.jinja")), ids=lambda at: at.name)
def test_every_fixed_text_of_a_mail_has_its_german(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert set(re.findall(r'say\("([^"]+)"\)', text)) <= set(German.HEADINGS)


def test_every_kind_of_lead_has_its_german() -> None:
    kinds = {*LeadType.__args__, "hot", "warm"}  # type: ignore[attr-defined]
    assert set(German.KINDS) == kinds


def test_german_says_all_that_english_says() -> None:
    said = {name for name in vars(MessageWords) if not name.startswith("_")}
    assert said <= set(vars(German))


def test_english_is_what_it_was() -> None:
    assert handoff_mail(view(ENGLISH), **TOLD).subject == "Jane Doe at Acme: a demo request (+62.5)"
