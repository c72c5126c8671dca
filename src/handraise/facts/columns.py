"""How the text of a column becomes a value: yes or no, a list, an instant, a number, an address."""

from datetime import UTC, datetime
from decimal import Decimal

from handraise.facts.company import number_range
from handraise.facts.email import email_domain
from handraise.facts.folding import folded


def text_of(text: str) -> str | None:
    """The text without white space around it; None when nothing is left.

    Examples
    --------
    >>> text_of("  Berlin ")
    'Berlin'
    """
    return text.strip() or None


def email_of(text: str) -> str | None:
    """An e-mail address without its display name, the domain in lower case; other text is only trimmed.

    Examples
    --------
    >>> email_of("Ann <Ann.Lee@ACME.com>")
    'Ann.Lee@acme.com'
    """
    domain = email_domain(text)
    if domain is None:
        return text_of(text)
    address = text.strip().removesuffix(">").rpartition("<")[2].strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    return f"{address.rpartition('@')[0]}@{domain}"


def number_of(text: str) -> Decimal | None:
    """An exact number as people write it (``1,200``, ``2.5k``), or None.

    Examples
    --------
    >>> number_of("1,200"), number_of("10-20")
    (Decimal('1200'), None)
    """
    found = number_range(text)
    return found.low if found is not None and found.low == found.high else None


def boolean_of(text: str) -> bool | None:
    """Yes or no in English, German, French, Spanish or as 1 and 0; None for anything else.

    Examples
    --------
    >>> boolean_of("Ja"), boolean_of("0"), boolean_of("perhaps")
    (True, False, None)
    """
    word = folded(text).strip()
    if word in _YES:
        return True
    return False if word in _NO else None


_YES = frozenset(
    {"yes", "y", "true", "t", "1", "1.0", "on", "x", "ja", "j", "wahr", "oui", "o", "vrai", "si", "verdadero"}
)
_NO = frozenset({"no", "n", "false", "f", "0", "0.0", "off", "nein", "falsch", "non", "faux", "falso"})


def list_of(text: str) -> tuple[str, ...] | None:
    """Entries between ``;`` or ``|`` or of a JSON array, trimmed, each once; None when there is none.

    Examples
    --------
    >>> list_of("Salesforce; HubSpot ;salesforce"), list_of('["Slack", "Jira"]')
    (('Salesforce', 'HubSpot'), ('Slack', 'Jira'))
    """
    entries: dict[str, str] = {}
    array = _json_array(text)
    for entry in text.replace("|", ";").split(";") if array is None else array:
        if entry.strip():
            entries.setdefault(entry.strip().casefold(), entry.strip())
    return tuple(entries.values()) or None


def _json_array(text: str) -> list[str] | None:
    if not text.lstrip().startswith("["):
        return None
    import json

    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [str(entry) for entry in read if isinstance(entry, str | int | float)]


def time_of(text: str) -> datetime | None:
    """An instant in ISO 8601, in UTC; a time without a zone is read as UTC, a bare date as its first moment.

    Examples
    --------
    >>> time_of("2025-03-01T10:00:00+02:00").isoformat()
    '2025-03-01T08:00:00+00:00'
    >>> time_of("yesterday") is None
    True
    """
    try:
        read = datetime.fromisoformat(text.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
