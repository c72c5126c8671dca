"""Hostile texts that a lead can write, and a brief that holds one of them everywhere."""

from typing import Any

from handraise.connect.brief_view import BriefView, brief_view

HTML = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "'><iframe srcdoc='<script>1</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<!--<img src=--><img src=x onerror=1//>",
    "</li></ul><form action=https://evil.example><input name=q>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "＜script＞alert(1)＜/script＞",
]
CRLF = [
    "x\r\nBcc: all@example.com",
    "x\nBcc: all@example.com",
    "x\rBcc: all@example.com",
    "x\r\n\r\n<h1>Now mine</h1>",
    "x%0d%0aBcc: all@example.com",
    "x\u2028Bcc: all@example.com",
    "x\u2029Bcc: all@example.com",
    "x\x85Bcc: all@example.com",
    "x\x0bBcc: all@example.com",
    "x\x0cBcc: all@example.com",
    "x\x1eBcc: all@example.com",
    "=?utf-8?q?=0D=0ABcc=3A_all=40example.com?=",
    "x\r\n.\r\nMAIL FROM:<a@evil.example>",
    "x\r\nContent-Type: text/html\r\n\r\n<script>1</script>",
    "x\n\nFirst contact due: never",
    "x\nAccept: https://evil.example/",
]
SLACK = [
    "<!channel> urgent",
    "<!here|here>",
    "<!everyone>",
    "<@U012ABCDEF>",
    "<#C012ABCDEF>",
    "<https://evil.example|Open>",
    "<!date^1392734382^Posted {date}^https://evil.example|x>",
    "<!subteam^S012ABC>",
    "&lt;!channel&gt;",
    "*bold* _slanted_ ~struck~ `code` ```block```",
    ">quoted\n>>> more",
    ":rotating_light: :tada:",
    "\u202e<!channel>",
    "<\u200b!channel>",
]
TEMPLATE = [
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7}",
    "{0.__class__}",
    "%(x)s",
    "{{ brief.__class__ }}",
]
OTHER = [
    *("a\x00b", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "\ud800", "x" * 100_000, "&" * 5_000, "é" * 10_000),
    *("'; drop table leads; --", '=HYPERLINK("https://evil.example")', "\t=1+1", "\ufeffx", "\U000e0041x"),
    *(
        "javascript:alert(1)",
        "data:text/html,<script>1</script>",
        'https://evil.example/"><script>1</script>',
    ),
]
CORPUS = [*HTML, *CRLF, *SLACK, *TEMPLATE, *OTHER]


def brief_of(text: Any) -> BriefView:
    """A brief in which a lead wrote the same everywhere."""
    seen = {"what": text, "count": text, "first_at": text, "last_at": text}
    touch = {"at": text, "source": text, "medium": text, "campaign": text, "referrer": text}
    told = {
        "name": text,
        "account": text,
        "lead_type": text,
        "temperature": text,
        "grade": text,
        "total": 9500,
        "why_now": [{"words": text, "points": 5000}, {"words": text, "points": text}],
        "facts": [
            {"fact": "lead.title", "label": text, "value": text},
            {"label": text, "value": [text]},
            text,
        ],
        "history": {kind: [seen] for kind in ("pages", "content", "mails", "chat", "events")} | {"more": 3},
        "first_touch": touch,
        "last_touch": touch | {"medium": "other"},
        "people": [{"name": text, "title": text}],
        "conversations": [{"at": text, "owner": text, "kind": text, "summary": text}],
        "missing": [{"label": text, "question": text}],
        "opening": text,
        "due_at": text,
        "links": {"lead": text, "accept": text, "reject": text},
    }
    return brief_view(told, handoff_id="h-7", email=text)
