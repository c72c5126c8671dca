"""Texts that come from leads, made fit for one line of a message."""

import re
from typing import Final
from urllib.parse import urlsplit

# Joiners (U+200C, U+200D) stay: Persian names and many emoji are written with them.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|\u200c|(?:\. |['’ -])(?=[^\W\d_])){0,39}")


def one_line(text: object, longest: int = 200) -> str:
    r"""Any value as one line: no line breaks, nothing invisible or turning the writing round, cut with `…`.

    Examples
    --------
    >>> one_line("Acme\r\nBcc: all@example.com")
    'Acme Bcc: all@example.com'
    >>> one_line("abcdef", longest=4), one_line(None)
    ('abc…', '')
    """
    if text is None:
        return ""
    seen = _SURROGATE.sub("\ufffd", _UNSEEN.sub(" ", str(text)))
    line = " ".join(seen.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def called(name: object) -> str:
    """A name that may be repeated to whoever owns the address; empty when it could be an advertisement.

    A form takes anybody's address, so a confirmation must not carry a stranger's words or links there.

    Examples
    --------
    >>> called("Zoë O'Neill"), called("win at evil.example"), called("CLICK http://x.example")
    ("Zoë O'Neill", '', '')
    """
    line = one_line(name, 60)
    return line if _NAME.fullmatch(line) and line.count(" ") <= 4 else ""


def web_link(url: object) -> str:
    """The URL when it is one that a page may link to, else nothing.

    Examples
    --------
    >>> web_link("https://desk.example.com/handoffs/7"), web_link("javascript:alert(1)")
    ('https://desk.example.com/handoffs/7', '')
    """
    if not isinstance(url, str) or len(url) > 2000 or not re.fullmatch(r"[\x21-\x7e]+", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return url if is_web and not re.search(r"[<>\"'|\\`]", url) else ""
