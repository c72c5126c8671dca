"""Whose doing it is: e-mail addresses as senders write them."""

from functools import lru_cache

from handraise.facts.email import email_domain

_LONGEST = 320


def email_of(*candidates: object) -> str | None:
    """The first of the candidates that is an e-mail address, normalised; None when none is.

    Lower case, without a display name or ``mailto:``, the domain in ASCII: two ways to write an address are
    one. What follows a ``+`` stays, since the sender means it.

    Examples
    --------
    >>> email_of(None, "Ann <Ann.Lee@MÜNCHEN.de>")
    'ann.lee@xn--mnchen-3ya.de'
    """
    for candidate in candidates:
        if isinstance(candidate, str) and "@" in candidate and (found := _normalised(candidate)):
            return found
    return None


@lru_cache(maxsize=16_384)
def _normalised(text: str) -> str | None:
    domain = email_domain(text)
    if domain is None:
        return None
    address = text.rstrip()
    if address.endswith(">"):
        address = address[:-1].rpartition("<")[2]
    local = address.strip().rpartition("@")[0]
    if local[:7].lower() == "mailto:":
        local = local[7:]
    found = f"{local.lower()}@{domain}"
    return found if len(found) <= _LONGEST and found.isprintable() else None
