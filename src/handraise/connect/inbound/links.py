"""Where somebody came from: campaign names and click ids in the address of a page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
CLICK_IDS: Final = (
    "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "li_fat_id", "ttclid", "twclid", "rdt_cid",
    "epik", "yclid", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok",
)  # fmt: skip
CAMPAIGN: Final = frozenset((*UTM, *CLICK_IDS))
_OF_CAMPAIGN: Final = {
    "source": "utm_source",
    "medium": "utm_medium",
    "name": "utm_campaign",
    "term": "utm_term",
    "content": "utm_content",
    "id": "utm_id",
}
_LONGEST: Final = 500
_PARAMETERS: Final = re.compile(r"[?&#]")
_HOST: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")
_DIRECT: Final = "$direct"  # how some clients write that there is no referrer


def campaign_in(url: str) -> dict[str, str]:
    """The campaign names and click ids of an address, the first of each, decoded.

    Examples
    --------
    >>> campaign_in("https://acme.com/a?utm_source=Spring%20Sale&x=1#gclid=7")
    {'utm_source': 'Spring Sale', 'gclid': '7'}
    """
    found: dict[str, str] = {}
    for part in _PARAMETERS.split(url)[1:]:
        name, _, value = part.partition("=")
        name = name.lower()
        if value and name in CAMPAIGN and name not in found:
            text = unquote_plus(value).replace("\x00", "")[:_LONGEST].strip()
            if text:
                found[name] = text
    return found


# Many visitors come by the same link.
_kept_campaign_in: Final = lru_cache(maxsize=4096)(campaign_in)


def path_of(url: str) -> str:
    """The path of an address, decoded; ``/`` when it names a site alone.

    Examples
    --------
    >>> path_of("https://acme.com/pricing?x=1"), path_of("https://acme.com")
    ('/pricing', '/')
    """
    rest = _PARAMETERS.split(_HOST.sub("", url, count=1), maxsplit=1)[0]
    return unquote(rest).replace("\x00", "") or "/"


def add_campaign(properties: dict[str, Any], context: Mapping[str, Any]) -> None:
    """Put the campaign of the address and of the context among the properties; what is there stays.

    The address counts before the context; the address itself is left as it is.
    """
    if properties.get("referrer") == _DIRECT:
        del properties["referrer"]
    for name in ("url", "search"):
        url = properties.get(name)
        if isinstance(url, str) and "=" in url:
            _fill(properties, _kept_campaign_in(url))
    campaign = context.get("campaign")
    if isinstance(campaign, Mapping):
        _fill(
            properties,
            {
                ours: text[:_LONGEST]
                for theirs, ours in _OF_CAMPAIGN.items()
                if isinstance(text := campaign.get(theirs), str) and text
            },
        )


def _fill(properties: dict[str, Any], found: Mapping[str, str]) -> None:
    for name, value in found.items():
        if properties.get(name) is None:
            properties[name] = value
