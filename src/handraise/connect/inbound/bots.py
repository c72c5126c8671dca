"""Who is no person: by the browser's own words, and by what nobody does by hand."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol

_NAMES: Final = {
    "search engine": (
        "googlebot", "google-inspectiontool", "googleother", "adsbot-google", "mediapartners-google",
        "bingbot", "bingpreview", "adidxbot", "slurp", "duckduckbot", "duckassistbot", "baiduspider",
        "yandexbot", "yandex.com/bots", "sogou", "exabot", "applebot", "petalbot", "seznambot", "naver.me",
        "yeti/", "qwantbot", "qwantify", "mojeekbot", "coccocbot", "ia_archiver", "archive.org_bot", "ccbot",
    ),
    "SEO crawler": (
        "ahrefsbot", "ahrefssiteaudit", "semrushbot", "siteauditbot", "mj12bot", "dotbot", "rogerbot",
        "screaming frog", "blexbot", "dataforseobot", "serpstatbot", "sistrix", "seokicks", "barkrowler",
        "megaindex", "linkdexbot", "contentkingapp", "oncrawl", "deepcrawl", "lumar", "sitebulb",
    ),
    "AI crawler": (
        "gptbot", "chatgpt-user", "oai-searchbot", "claudebot", "claude-web", "claude-user",
        "claude-searchbot", "anthropic-ai", "perplexitybot", "perplexity-user", "google-extended",
        "bytespider", "amazonbot", "meta-externalagent", "meta-externalfetcher", "cohere-ai", "diffbot",
        "youbot", "mistralai-user", "imagesiftbot", "timpibot",
    ),
    "link preview": (
        "facebookexternalhit", "facebot", "twitterbot", "linkedinbot", "slackbot", "slack-imgproxy",
        "discordbot", "telegrambot", "whatsapp/", "skypeuripreview", "microsoftpreview", "pinterestbot",
        "redditbot", "embedly", "iframely", "vkshare", "mastodon/", "bluesky cardyb", "googledocs",
        "google-read-aloud", "feedfetcher", "feedly", "flipboardproxy", "outbrain", "quora link preview",
    ),
    "mail scanner": (
        "barracuda", "mimecast", "proofpoint", "urldefense", "safelinks", "microsoft-office-protection",
        "symantec", "messagelabs", "trendmicro", "trend micro", "forcepoint", "websense", "fireeye",
        "trellix", "ironport", "cisco-secure", "sophos", "zscaler", "fortiguard", "checkpoint", "avanan",
        "mailcontrol", "cloudmark", "vadesecure", "hornetsecurity",
        "virustotal", "urlscan", "phishtank", "netcraft",
    ),
    "monitoring": (
        "uptimerobot", "pingdom", "statuscake", "site24x7", "newrelicpinger", "datadogsynthetics",
        "datadog/synthetics", "betteruptime", "better uptime", "better stack", "gtmetrix", "ptst/",
        "speedcurve", "catchpoint", "checkly", "freshping", "hetrixtools", "nodeping", "uptime-kuma",
        "dynatracesynthetic", "ruxitsynthetic", "zabbix", "nagios", "check_http", "blackbox-exporter",
        "lighthouse", "pagespeed", "google page speed", "cookiebot", "onetrust", "dareboost", "kube-probe",
        "elb-healthchecker", "googlehc", "sentryuptimebot", "w3c_validator", "detectify", "qualys", "nessus",
        "censysinspect", "expanse", "internetmeasurement", "nmap", "zgrab", "nuclei", "nikto", "sqlmap",
    ),
    "driven browser": (
        "headlesschrome", "headlessshell", "phantomjs", "slimerjs", "electron-html-to", "puppeteer",
        "playwright", "selenium", "webdriver", "cypress/", "nightmare", "prerender", "rendertron",
        "browserless", "htmlunit",
    ),
    "program": (
        "curl/", "wget/", "python-requests", "python-urllib", "python-httpx", "aiohttp/", "scrapy",
        "go-http-client", "java/", "apache-httpclient", "axios/", "node-fetch", "undici", "got (",
        "libwww-perl", "lwp::", "guzzlehttp", "ruby/", "faraday", "httpie", "postmanruntime", "insomnia/",
        "powershell", "winhttp", "libcurl", "http_request2", "php/", "reqwest", "colly",
    ),
}  # fmt: skip
"""Public names that such clients give themselves, in lower case, by what they are.

Not among them: what fetches pictures for a person who reads mail (GoogleImageProxy), and what apps use.
"""
_ANY_BOT: Final = re.compile(
    r"(?<![a-z])(?:bot|crawler|spider|scraper)\b|[a-z]{2}(?:bot|crawler|spider)(?=[/;) ]|$)"
)
_TELEPHONE: Final = "cubot"
"""A maker of telephones."""


def by_user_agent(text: object) -> str | None:
    """Why the browser's own words name no person, such as ``search engine: googlebot``; None when they may.

    Takes the user agent of the *browser* (``context.userAgent``): that of a server's library says nothing
    about the person whom the call is about.

    Examples
    --------
    >>> by_user_agent("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)")
    'AI crawler: gptbot'
    >>> by_user_agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36") is None
    True
    """
    if not isinstance(text, str) or not text:
        return None
    return _named(text[:1_000])


@lru_cache(maxsize=8_192)
def _named(text: str) -> str | None:
    low = text.lower()
    for what, names in _NAMES.items():
        for name in names:
            if name in low:
                return f"{what}: {name.strip(' /(')}"
    return "crawler: names itself one" if _ANY_BOT.search(low.replace(_TELEPHONE, "")) else None


# --- by what nobody does by hand --------------------------------------------------------------------------

CLICK: Final = "Email Link Clicked"
DELIVERY: Final = "Email Delivered"
FLOOD: Final = 20
FLOOD_WITHIN: Final = timedelta(seconds=10)
SWEEP: Final = 3
SWEEP_WITHIN: Final = timedelta(seconds=10)
SOON: Final = timedelta(seconds=60)
AT_ONCE: Final = timedelta(seconds=2)
LOOKS_WITHIN: Final = timedelta(minutes=5)


class Happening(Protocol):
    """What is asked of an event; `Message` and the evaluator's `Event` both are one."""

    @property
    def event(self) -> str:
        """The Segment name."""

    @property
    def occurred_at(self) -> datetime:
        """When, with a zone."""

    @property
    def properties(self) -> Mapping[str, object]:
        """What is known of it."""


def behaviour(events: Sequence[Happening]) -> str | None:
    """Why somebody's recent events are not a person's, the first reason; None when they may be."""
    found = suspected(events)
    return found[min(found)] if found else None


def suspected(events: Sequence[Happening]) -> dict[int, str]:
    """Which of a lead's recent events no person did, by their places, and why.

    ``page flood``: over 20 page views within 10 seconds. ``link sweep``: 3 or more different links of one
    mail within 10 seconds of each other and within a minute of its delivery. ``instant click``: a click
    within 2 seconds of delivery with no page view in the five minutes after it. Scanners follow every link of
    a mail as it arrives; the lead's later click is left alone, so a person behind a scanner still counts.

    Parameters
    ----------
    events
        In any order. Those of a mail belong together by their property `email_id`, otherwise `campaign`.
    """
    order = sorted(range(len(events)), key=lambda place: events[place].occurred_at)
    pages = [place for place in order if events[place].event == "page"]
    found = dict.fromkeys(_flood(events, pages), "page flood")
    delivered: dict[object, datetime] = {}
    clicks: dict[object, list[int]] = {}
    for place in order:
        mail = _mail(events[place])
        if mail is not None and events[place].event == DELIVERY:
            delivered.setdefault(mail, events[place].occurred_at)
        elif mail is not None and events[place].event == CLICK:
            clicks.setdefault(mail, []).append(place)
    seen = [events[place].occurred_at for place in pages if place not in found]
    for mail, places in clicks.items():
        if mail in delivered:
            found |= _of_mail(events, places, delivered[mail], seen)
    return found


def _mail(event: Happening) -> object:
    found = event.properties.get("email_id") or event.properties.get("campaign")
    return found if isinstance(found, str | int) else None


def _flood(events: Sequence[Happening], pages: list[int]) -> set[int]:
    found: set[int] = set()
    first = 0
    for last, place in enumerate(pages):
        while events[place].occurred_at - events[pages[first]].occurred_at > FLOOD_WITHIN:
            first += 1
        if last - first + 1 > FLOOD:
            found.update(pages[first : last + 1])
    return found


def _of_mail(
    events: Sequence[Happening], clicks: list[int], delivered: datetime, seen: list[datetime]
) -> dict[int, str]:
    found: dict[int, str] = {}
    for place in clicks:
        at = events[place].occurred_at
        looked = any(at <= view <= at + LOOKS_WITHIN for view in seen)
        if timedelta() <= at - delivered < AT_ONCE and not looked:
            found[place] = "instant click"
    soon = [place for place in clicks if timedelta() <= events[place].occurred_at - delivered <= SOON]
    for place in soon:
        start = events[place].occurred_at
        burst = [other for other in soon if timedelta() <= events[other].occurred_at - start <= SWEEP_WITHIN]
        if len({events[other].properties.get("link_url") for other in burst}) >= SWEEP:
            found |= dict.fromkeys(burst, "link sweep")
    return found
