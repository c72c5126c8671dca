"""German is complete: every text that a page marks has a translation, none is guessed or left over."""

import re

from scripts.words import missing, texts

from handraise.web.wording import FOLDER, LANGUAGES, catalog, translations

_VALUE = re.compile(r"%\(\w+\)s")


def test_every_text_has_its_german() -> None:
    assert missing("de") == []  # `.venv/bin/python scripts/words.py` prints what to add


def test_no_translation_is_of_a_text_that_is_gone() -> None:
    marked = set(texts())
    left = [
        message.id
        for part in (FOLDER / "de").glob("*.po")
        for message in catalog(part, "de")
        if message.id and message.id not in marked
    ]
    assert left == []


def test_a_translation_puts_in_the_same_values() -> None:
    for part in (FOLDER / "de").glob("*.po"):
        for message in catalog(part, "de"):
            if isinstance(message.id, str) and isinstance(message.string, str):
                assert sorted(_VALUE.findall(message.id)) == sorted(_VALUE.findall(message.string)), (
                    message.id
                )


def test_what_is_offered_can_be_read() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} | {"en"} == set(LANGUAGES)
    assert translations("de").gettext("Log in") == "Anmelden"
    assert translations("fr").gettext("Log in") == "Log in"
