"""How log lines are written: one JSON object a line, with the request's id, without anything about people."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog

_HIDDEN: Final = "[hidden]"
# Generous on purpose: a word too many is hidden before one too few.
_PERSONAL: Final = re.compile(
    r"""
    [^\s@"'<>(),;:=]+(?:@|%40)[^\s@"'<>(),;:=]+       # an e-mail address, also within a URL
    | hr_[kw]_[A-Za-z0-9_-]+                          # our own keys
    | xox[a-z]-[A-Za-z0-9-]+                          # Slack's tokens
    | whsec_[A-Za-z0-9+/=_-]+                         # secrets of webhooks
    | (?i:bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}      # authorization headers
    | hooks\.slack\.com/\S+                           # incoming webhooks
    | (?<=://)[^\s/@]+:[^\s/@]+(?=@)                  # credentials in addresses
    """,
    re.VERBOSE,
)
_SECRET_NAMES: Final = re.compile(
    r"password|secret|token|authorization|cookie|api_?key|write_?key|e_?mail", re.IGNORECASE
)


def hidden(value: Any) -> Any:
    """The value without e-mail addresses and secrets, at any depth.

    Examples
    --------
    >>> hidden({"error": "no mail to jo@acme.example", "count": 3})
    {'error': 'no mail to [hidden]', 'count': 3}
    """
    if isinstance(value, str):
        return _PERSONAL.sub(_HIDDEN, value)
    if isinstance(value, Mapping):
        return {
            hidden(str(name)): _HIDDEN if _SECRET_NAMES.search(str(name)) else hidden(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [hidden(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return hidden(str(value))


def _hide(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = hidden(line)
    return found


class _ToStandardError(logging.StreamHandler[TextIO]):
    """To what standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def set_up(level: str = "info", form: str = "json", *, to: TextIO | None = None) -> None:
    """Send every log line, the libraries' too, to standard error in one form."""
    least = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _ToStandardError() if to is None else logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _hide,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(least)
    # These tell of every request they make, with its address, of every look at the schema, of every job.
    for name in ("httpx", "httpcore", "alembic", "procrastinate"):
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
