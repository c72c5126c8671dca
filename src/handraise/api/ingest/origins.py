"""Which pages may use a key: a browser's is public, so it is good for its own origins and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from handraise.api.ingest.requests import Request, RequestRefused
from handraise.store.sources import Source

_PREFLIGHT_FOR: Final = "7200"


def origin_of(request: Request) -> str | None:
    """Where the page is from that sent the request; an image's request has only the page's address."""
    origin = request.headers.get("origin")
    if origin is not None or request.method != "GET":
        return origin
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    return f"{page.scheme}://{page.netloc}" if page.scheme and page.netloc else None


def is_allowed(origin: str, allowed: Iterable[str]) -> bool:
    """Whether the origin is one of those allowed; `https://*.acme.com` allows every host beneath.

    Examples
    --------
    >>> is_allowed("https://www.acme.com", ["https://*.acme.com"])
    True
    >>> is_allowed("https://acme.com.evil.com", ["https://acme.com"]), is_allowed("null", ["https://a.b"])
    (False, False)
    """
    origin = origin.lower()
    return any(one == "*" or origin == one or _is_beneath(origin, one) for one in allowed)


def _is_beneath(origin: str, pattern: str) -> bool:
    scheme, star, host = pattern.partition("://*.")
    if not star or not origin.startswith(f"{scheme}://"):
        return False
    front = origin.removeprefix(f"{scheme}://").removesuffix(f".{host}")
    return origin.endswith(f".{host}") and front != "" and all(c.isalnum() or c in "-." for c in front)


def check_origin(request: Request, source: Source) -> None:
    """Refuse a browser's key used elsewhere, and a server's key used in a browser.

    A server's key in a page is a secret that everybody can read: refusing it there is how its owner learns.
    """
    if source.kind == "browser":
        origin = origin_of(request)
        if origin is None or not is_allowed(origin, source.origins):
            raise RequestRefused(
                403,
                "origin_not_allowed",
                "this key is good only for pages of the origins that its source names: add yours there, or "
                "use a server's key on a server",
            )
    elif "origin" in request.headers:
        raise RequestRefused(
            403,
            "server_key_in_browser",
            "this is a server's key and must not be in a page: rotate it, and make a browser source",
        )


def sharing_headers(request: Request) -> Mapping[str, str]:
    """What lets a page read the answer. No cookie means anything here, so senders may include theirs."""
    origin = request.headers.get("origin")
    if origin is None:
        return {}
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "vary": "origin",
    }


def preflight_headers(request: Request) -> Mapping[str, str]:
    """The answer to a browser that asks first; the request itself is checked when it comes."""
    return {
        **sharing_headers(request),
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": request.headers.get(
            "access-control-request-headers", "authorization, content-type"
        ),
        "access-control-max-age": _PREFLIGHT_FOR,
    }
