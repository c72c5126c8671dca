"""The same rules and conditions in both languages, each read by somebody who speaks it."""

import pytest

from handraise.core import words
from handraise.core.definition import read_definition
from handraise.core.words import ENGLISH, GERMAN, Tongue
from tests.core.words.test_words import SIGNALS

TEXT = SIGNALS.replace("  webinar_attended", "  roi_check: {event: ROI Checked}\n  webinar_attended")
GRADES = "grades: {fit: {A: 40, B: 0}, engagement: {1: 40, 2: 0}}"
RULES = [
    (
        "signal: pricing_visit",
        "a pricing visit",
        "ein Besuch der Preisseite",
    ),
    (
        "signal: roi_check",
        "a ROI check",
        "ein Ereignis „roi check“",
    ),
    (
        "signal: [demo_request, webinar_attended]",
        "a demo request or an attended webinar",
        "eine Demo-Anfrage oder eine Webinar-Teilnahme",
    ),
    (
        "signal: pricing_visit, at_least: 3, within: 7 days",
        "3 or more pricing visits within 7 days",
        "3 oder mehr Besuche der Preisseite innerhalb von 7 Tagen",
    ),
    (
        "signal: roi_check, at_least: 2, in_last: 1 week",
        "2 or more ROI checks in the last 1 week",
        "2 oder mehr Ereignisse „roi check“ in den letzten 7 Tagen",
    ),
    (
        "signal: pricing_visit, in_last: 1 day",
        "a pricing visit in the last 1 day",
        "ein Besuch der Preisseite in den letzten 24 Stunden",
    ),
    (
        "signal: pricing_visit, at_least: 2, within: 1 hour, in_last: 30 days",
        "2 or more pricing visits within 1 hour, in the last 30 days",
        "2 oder mehr Besuche der Preisseite innerhalb von einer Stunde, in den letzten 30 Tagen",
    ),
    (
        "signal: pricing_visit, each: true",
        "each pricing visit",
        "jeder Besuch der Preisseite",
    ),
    (
        "signal: pricing_visit, each: 1 per week, at_most: 3",
        "each pricing visit (once a week, the latest 3 count)",
        "jeder Besuch der Preisseite (einmal pro Woche, nur die letzten 3 Male zählen)",
    ),
    (
        "signal: pricing_visit, each: 2 per day",
        "each pricing visit (up to 2 a day)",
        "jeder Besuch der Preisseite (bis zu 2-mal pro Tag)",
    ),
    (
        "signal: pricing_visit, each: 1 per session, at_most: 1",
        "each pricing visit (once a session, only the latest counts)",
        "jeder Besuch der Preisseite (einmal pro Sitzung, nur das letzte Mal zählt)",
    ),
    (
        "signal: pricing_visit, each: 1 per 30 days",
        "each pricing visit (once every 30 days)",
        "jeder Besuch der Preisseite (einmal alle 30 Tage)",
    ),
    (
        "signal: email_click, distinct: campaign, at_least: 3, in_last: 60 days",
        "e-mail clicks with 3 or more different campaigns in the last 60 days",
        "Klicks in E-Mails mit 3 oder mehr verschiedenen Kampagnen in den letzten 60 Tagen",
    ),
    (
        "signal: email_click, distinct: form_id, at_least: 2",
        "e-mail clicks with 2 or more different form ids",
        "Klicks in E-Mails mit 2 oder mehr verschiedenen Werten von „form id“",
    ),
    (
        "signal: any_page, distinct: path",
        "pages with a known path",
        "Seitenaufrufe mit bekanntem Pfad",
    ),
    (
        "signal: any_page, sum: seconds, at_least: 600",
        "pages that add up to 10 minutes or more",
        "Seitenaufrufe von zusammen 10 Minuten oder mehr",
    ),
    (
        "signal: any_page, sum: amount, at_least: 2.5",
        "pages whose amount adds up to 2.5 or more",
        "Seitenaufrufe mit „amount“ von zusammen 2,5 oder mehr",
    ),
    (
        "signal: email_open, same: campaign, at_least: 3",
        "3 or more e-mail opens with the same campaign",
        "3 oder mehr geöffnete E-Mails mit derselben Kampagne",
    ),
    (
        "signal: email_open, same: path",
        "e-mail opens with a known path",
        "geöffnete E-Mails mit bekanntem Pfad",
    ),
    (
        "same_session: [demo_request, pricing_visit]",
        "a demo request and a pricing visit in one session",
        "eine Demo-Anfrage und ein Besuch der Preisseite in einer Sitzung",
    ),
    (
        "sequence: [webinar_attended, roi_check, demo_request], within: 14 days",
        "an attended webinar, then a ROI check, then a demo request, within 14 days",
        (
            "eine Webinar-Teilnahme, dann ein Ereignis „roi check“, dann eine Demo-Anfrage, innerhalb "
            "von 14 Tagen"
        ),
    ),
    (
        "none_of: email_open, in_last: 30 days",
        "no e-mail open for 30 days",
        "keine geöffnete E-Mail seit 30 Tagen",
    ),
    (
        "none_of: [email_open, pricing_visit], in_last: 1 month",
        "no e-mail open or pricing visit for 1 month",
        "keine geöffnete E-Mail und kein Besuch der Preisseite seit einem Monat",
    ),
    (
        "signal: demo_request, when: {lead.email_kind: business}",
        "a demo request, only when kind of e-mail address is business",
        "eine Demo-Anfrage, nur wenn die Art der E-Mail-Adresse geschäftlich ist",
    ),
    (
        "signal: demo_request, half_life: 1 week",
        "a demo request, halves every 1 week",
        "eine Demo-Anfrage, halbiert sich jede Woche",
    ),
    (
        "signal: demo_request, lose: 50 % every 3 months",
        "a demo request, loses 50 % every 3 months",
        "eine Demo-Anfrage, verliert alle 3 Monate 50 %",
    ),
]
CONDITIONS = [
    (
        "{lead.seniority: [vp, director]}",
        "title level is VP or director",
        "die Titelstufe VP oder Director ist",
    ),
    (
        "{account.employees: {between: [50, 500]}}",
        "company has 50 to 500 employees",
        "die Firma 50 bis 500 Beschäftigte hat",
    ),
    (
        "{account.employees: {at_least: 1000}}",
        "company has 1,000 or more employees",
        "die Firma mindestens 1.000 Beschäftigte hat",
    ),
    (
        "{account.employees: {at_most: 1}}",
        "company has at most 1 employee",
        "die Firma höchstens 1 beschäftigte Person hat",
    ),
    (
        "{lead.country: {not_in: [KP, IR]}}",
        "country is known and none of KP, IR",
        "das Land bekannt und keines von KP und IR ist",
    ),
    (
        "{not: {lead.country: [KP, IR]}}",
        "country is anything but KP or IR",
        "das Land etwas anderes als KP oder IR ist",
    ),
    (
        "{lead.title: {starts_with: [Chief, Head]}}",
        "job title starts with Chief or Head",
        "die Berufsbezeichnung mit Chief oder Head beginnt",
    ),
    (
        '{lead.title: {contains: "growth"}}',
        "job title contains “growth”",
        "die Berufsbezeichnung „growth“ enthält",
    ),
    (
        '{lead.title: {matches: "head.*"}}',
        "job title matches the pattern head.*",
        "die Berufsbezeichnung dem Muster head.* entspricht",
    ),
    (
        "{lead.email_domain: {in_list: competitors}}",
        "e-mail domain is on the list “competitors”",
        "die E-Mail-Domain auf der Liste „competitors“ steht",
    ),
    (
        "{not: {lead.email_domain: {in_list: competitors}}}",
        "e-mail domain is not on the list “competitors”",
        "die E-Mail-Domain nicht auf der Liste „competitors“ steht",
    ),
    (
        "{account.technologies: {has: [hubspot, salesforce]}}",
        "technology in use includes hubspot or salesforce",
        "die Liste der eingesetzten Technologien hubspot oder salesforce umfasst",
    ),
    (
        "{account.technologies: {lacks: hubspot}}",
        "technology in use does not include hubspot",
        "die Liste der eingesetzten Technologien hubspot nicht umfasst",
    ),
    (
        "{account.name: {unknown: true}}",
        "company name is not known",
        "der Name der Firma nicht bekannt ist",
    ),
    (
        "{not: {account.name: {unknown: true}}}",
        "company name is known",
        "der Name der Firma bekannt ist",
    ),
    (
        "{lead.created_at: {before: 2026-01-31}}",
        "date of the first record is before 31 January 2026",
        "der Tag der ersten Erfassung vor dem 31. Januar 2026 liegt",
    ),
    (
        "{lead.created_at: {after: 2026-01-31T14:05:00Z}}",
        "date of the first record is 31 January 2026, 14:05 UTC or later",
        "der Tag der ersten Erfassung am 31. Januar 2026, 14:05 UTC oder später liegt",
    ),
    (
        "{lead.created_at: {in_last: 30 days}}",
        "date of the first record is less than 30 days ago",
        "der Tag der ersten Erfassung weniger als 30 Tage zurückliegt",
    ),
    (
        "{lead.created_at: {before: 30 days}}",
        "date of the first record is at least 30 days ago",
        "der Tag der ersten Erfassung mindestens 30 Tage zurückliegt",
    ),
    (
        "{account.open_roles: {at_least: 3}}",
        "company open roles is 3 or more",
        "die Firmenangabe „open roles“ mindestens 3 ist",
    ),
    (
        "{sessions: {at_least: 2}}",
        "there are 2 or more sessions",
        "es mindestens 2 Sitzungen gab",
    ),
    (
        "{sessions: 1}",
        "there is 1 session",
        "es 1 Sitzung gab",
    ),
    (
        "{first_seen: {in_last: 7 days}}",
        "the lead was first seen less than 7 days ago",
        "der Lead erstmals vor weniger als 7 Tagen gesehen wurde",
    ),
    (
        "{last_seen: {before: 30 days}}",
        "the lead was last seen at least 30 days ago",
        "der Lead zuletzt vor mindestens 30 Tagen gesehen wurde",
    ),
    (
        "{fit: 30}",
        "fit reaches 30 points",
        "die Passung 30 Punkte erreicht",
    ),
    (
        "{total: 50}",
        "fit and engagement together reach 50 points",
        "die Summe aus Passung und Engagement 50 Punkte erreicht",
    ),
    (
        "fit",
        "fit reaches its bar of 30 points",
        "die Passung die Schwelle von 30 Punkten erreicht",
    ),
    (
        "{grade: [A1, B1]}",
        "grade is A1 or B1",
        "die Note A1 oder B1 ist",
    ),
    (
        "{pattern: keen}",
        "the pattern “keen” is true",
        "das Muster „keen“ zutrifft",
    ),
    (
        "{any: [{pattern: keen}, {pattern: calm}]}",
        "one of the patterns “keen” or “calm” is true",
        "eines der Muster „keen“ oder „calm“ zutrifft",
    ),
    (
        "{not: {pattern: keen}}",
        "the pattern “keen” is not true",
        "das Muster „keen“ nicht zutrifft",
    ),
    (
        "{signal: demo_request}",
        "there is a demo request",
        "eine Demo-Anfrage vorliegt",
    ),
    (
        "{not: {signal: demo_request}}",
        "there is no demo request",
        "keine Demo-Anfrage vorliegt",
    ),
    (
        "{not: {same_session: [demo_request, pricing_visit]}}",
        "there is no demo request and a pricing visit in one session",
        "nicht gilt, dass eine Demo-Anfrage und ein Besuch der Preisseite in einer Sitzung vorliegen",
    ),
    (
        "{none_of: email_open, in_last: 30 days}",
        "there is no e-mail open for 30 days",
        "seit 30 Tagen keine geöffnete E-Mail vorliegt",
    ),
    (
        "{signal: roi_check, at_least: 3}",
        "there are 3 or more ROI checks",
        "3 oder mehr Ereignisse „roi check“ vorliegen",
    ),
    (
        "{not: {total: 50}}",
        "fit and engagement together stay below 50 points",
        "die Summe aus Passung und Engagement unter 50 Punkten bleibt",
    ),
    (
        "{any: [fit, {all: [engagement, {pattern: keen}]}]}",
        (
            "fit reaches its bar of 30 points, or engagement reaches its bar of 40 points and the "
            "pattern “keen” is true"
        ),
        (
            "die Passung die Schwelle von 30 Punkten erreicht, oder das Engagement die Schwelle von 40 "
            "Punkten erreicht und das Muster „keen“ zutrifft"
        ),
    ),
    (
        "{all: [{any: [{lead.seniority: vp}, {signal: demo_request}]}, engagement]}",
        ("either title level is VP or there is a demo request, and engagement reaches its bar of 40 points"),
        (
            "mindestens eine dieser Bedingungen erfüllt ist (die Titelstufe ist VP; eine Demo-Anfrage "
            "liegt vor) und das Engagement die Schwelle von 40 Punkten erreicht"
        ),
    ),
    (
        ("{all: [{any: [{lead.seniority: vp}, {signal: demo_request}, fit]}, {lead.country: [DE, AT]}]}"),
        (
            "one of (title level is VP; there is a demo request; fit reaches its bar of 30 points), "
            "and country is DE or AT"
        ),
        (
            "mindestens eine dieser Bedingungen erfüllt ist (die Titelstufe ist VP; eine Demo-Anfrage "
            "liegt vor; die Passung erreicht die Schwelle von 30 Punkten) und das Land DE oder AT ist"
        ),
    ),
    (
        "{not: {signal: pricing_visit, at_least: 3}}",
        "it is not so that there are 3 or more pricing visits",
        "nicht gilt, dass 3 oder mehr Besuche der Preisseite vorliegen",
    ),
]


def rule(keys: str, tongue: Tongue) -> str:
    """An engagement rule of 15 points, in words."""
    text = TEXT.replace("{bar: 40}", f"{{bar: 40, rules: [{{rule: r, {keys}, points: 15}}]}}")
    (only,) = read_definition(f"{text}qualify: {{mql: fit}}").definition.engagement.rules
    return words.rule_words(only, tongue)


def mql(condition: str, tongue: Tongue) -> str:
    """What an MQL is, in words."""
    text = f"{TEXT}qualify: {{mql: {condition}, {GRADES}}}"
    return words.mql_words(read_definition(text).definition, tongue)


@pytest.mark.parametrize(("keys", "english", "german"), RULES, ids=range(len(RULES)))
def test_a_rule_reads_well_in_both_languages(keys: str, english: str, german: str) -> None:
    assert rule(keys, ENGLISH) == f"+15 for {english}"
    assert rule(keys, GERMAN) == f"+15: {german}"


@pytest.mark.parametrize(("condition", "english", "german"), CONDITIONS, ids=range(len(CONDITIONS)))
def test_a_condition_reads_well_in_both_languages(condition: str, english: str, german: str) -> None:
    assert mql(condition, ENGLISH) == f"A lead is an MQL when {english}."
    assert mql(condition, GERMAN) == f"Ein Lead ist ein MQL, wenn {german}."
