"""German nouns with what their sentences need: gender and plural."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Gender = Literal["m", "f", "n"]
_ONE: Final[Mapping[Gender, str]] = {"m": "ein", "f": "eine", "n": "ein"}
_EACH: Final[Mapping[Gender, str]] = {"m": "jeder", "f": "jede", "n": "jedes"}
_THE_SAME: Final[Mapping[Gender, str]] = {"m": "demselben", "f": "derselben", "n": "demselben"}
_ANOTHER: Final[Mapping[Gender, str]] = {"m": "einem anderen", "f": "einer anderen", "n": "einem anderen"}
_KNOWN: Final[Mapping[Gender, str]] = {"m": "bekanntem", "f": "bekannter", "n": "bekanntem"}


@dataclass(frozen=True)
class Noun:
    """A noun in the singular and plural, both without article.

    Examples
    --------
    >>> visit = Noun("Besuch der Preisseite", "Besuche der Preisseite", "m")
    >>> visit.one, visit.none, visit.each
    ('ein Besuch der Preisseite', 'kein Besuch der Preisseite', 'jeder Besuch der Preisseite')
    >>> Noun("Kampagne", "Kampagnen", "f").with_the_same, Noun("Pfad", "Pfade", "m").with_different
    ('mit derselben Kampagne', 'verschiedenen Pfaden')
    """

    single: str
    plural: str
    gender: Gender

    @property
    def one(self) -> str:
        """One of them."""
        return f"{_ONE[self.gender]} {self.single}"

    @property
    def none(self) -> str:
        """None of them."""
        return f"k{self.one}"

    @property
    def each(self) -> str:
        """Each of them."""
        return f"{_EACH[self.gender]} {self.single}"

    @property
    def with_the_same(self) -> str:
        """Several things that share one."""
        return f"mit {_THE_SAME[self.gender]} {self.single}"

    @property
    def with_another(self) -> str:
        """A thing with one that was not there before."""
        return f"mit {_ANOTHER[self.gender]} {self.single}"

    @property
    def with_a_known(self) -> str:
        """Things of which it is known."""
        return f"mit {_KNOWN[self.gender]} {self.single}"

    @property
    def with_different(self) -> str:
        """The dative plural after a number: 3 `verschiedenen Pfaden`."""
        head, *rest = self.plural.split(" ")
        dative = head if head.endswith(("n", "s")) else f"{head}n"
        return " ".join(["verschiedenen", dative, *rest])


SIGNALS: Final[Mapping[str, Noun]] = {
    "any_download": Noun("Download", "Downloads", "m"),
    "any_page": Noun("Seitenaufruf", "Seitenaufrufe", "m"),
    "attended_webinar": Noun("Webinar-Teilnahme", "Webinar-Teilnahmen", "f"),
    "calculator_download": Noun("Download des Rechners", "Downloads des Rechners", "m"),
    "call_to_action_click": Noun(
        "Klick auf eine Handlungsaufforderung", "Klicks auf eine Handlungsaufforderung", "m"
    ),
    "careers_visit": Noun("Besuch der Karriereseite", "Besuche der Karriereseite", "m"),
    "case_study_download": Noun("Download einer Fallstudie", "Downloads von Fallstudien", "m"),
    "case_study_visit": Noun("Besuch einer Fallstudie", "Besuche von Fallstudien", "m"),
    "chat_start": Noun("Chat-Start", "Chat-Starts", "m"),
    "comparison": Noun("Besuch der Vergleichsseite", "Besuche der Vergleichsseite", "m"),
    "comparison_visit": Noun("Besuch der Vergleichsseite", "Besuche der Vergleichsseite", "m"),
    "contact_form": Noun("Kontaktanfrage", "Kontaktanfragen", "f"),
    "content_click": Noun("Klick auf einen Inhalt", "Klicks auf Inhalte", "m"),
    "demo_booking": Noun("Demo-Buchung", "Demo-Buchungen", "f"),
    "demo_request": Noun("Demo-Anfrage", "Demo-Anfragen", "f"),
    "ebook_download": Noun("E-Book-Download", "E-Book-Downloads", "m"),
    "educational_webinar": Noun("Fachwebinar", "Fachwebinare", "n"),
    "email_click": Noun("Klick in einer E-Mail", "Klicks in E-Mails", "m"),
    "email_open": Noun("geöffnete E-Mail", "geöffnete E-Mails", "f"),
    "guide_download": Noun("Leitfaden-Download", "Leitfaden-Downloads", "m"),
    "guide_visit": Noun("Besuch eines Leitfadens", "Besuche von Leitfäden", "m"),
    "newsletter_signup": Noun("Newsletter-Anmeldung", "Newsletter-Anmeldungen", "f"),
    "pricing_visit": Noun("Besuch der Preisseite", "Besuche der Preisseite", "m"),
    "product_page_visit": Noun("Besuch einer Produktseite", "Besuche von Produktseiten", "m"),
    "product_webinar": Noun("Produktwebinar", "Produktwebinare", "n"),
    "trial_start": Noun("Teststart", "Teststarts", "m"),
    "unsubscribe": Noun("Abmeldung vom Newsletter", "Abmeldungen vom Newsletter", "f"),
    "watched_demo_video": Noun("Aufruf des Demo-Videos", "Aufrufe des Demo-Videos", "m"),
    "webinar": Noun("Webinar", "Webinare", "n"),
    "webinar_attended": Noun("Webinar-Teilnahme", "Webinar-Teilnahmen", "f"),
    "whitepaper_download": Noun("Whitepaper-Download", "Whitepaper-Downloads", "m"),
}
"""The signals of our own templates. What an author calls a signal is quoted as it stands."""

PROPERTIES: Final[Mapping[str, Noun]] = {
    "campaign": Noun("Kampagne", "Kampagnen", "f"),
    "kind": Noun("Art", "Arten", "f"),
    "path": Noun("Pfad", "Pfade", "m"),
    "session_id": Noun("Sitzung", "Sitzungen", "f"),
    "title": Noun("Titel", "Titel", "m"),
    "url": Noun("Link", "Links", "m"),
}
_THE: Final[Mapping[Gender, str]] = {"m": "der", "f": "die", "n": "das"}


def signal(name: str) -> Noun:
    """The noun for a signal.

    Examples
    --------
    >>> signal("demo_request").one, signal("roi_check").one
    ('eine Demo-Anfrage', 'ein Ereignis „roi check“')
    """
    if name in SIGNALS:
        return SIGNALS[name]
    called = f"„{' '.join(name.replace('_', ' ').split())}“"
    return Noun(f"Ereignis {called}", f"Ereignisse {called}", "n")


def property_noun(name: str) -> Noun:
    """The noun for a property of events.

    Examples
    --------
    >>> property_noun("path").with_another, property_noun("form_id").with_different
    ('mit einem anderen Pfad', 'verschiedenen Werten von „form id“')
    """
    called = f"„{name.replace('_', ' ')}“"
    return PROPERTIES.get(name, Noun(f"Wert von {called}", f"Werte von {called}", "m"))


def with_article(noun: Noun) -> str:
    """The noun with its definite article."""
    return f"{_THE[noun.gender]} {noun.single}"
