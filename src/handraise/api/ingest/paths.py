"""Every path of the ingest door, and whose client uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Form = Literal["results", "pixel"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A path that takes events.

    `more` goes into the answer because the client looks for it. `is_for_servers` keeps browsers' keys out.
    """

    adapter: str
    form: Form = "results"
    methods: tuple[str, ...] = ("POST",)
    more: Mapping[str, Any] = field(default_factory=dict)
    is_for_servers: bool = False


_SEGMENT: Final = Entry("segment")
_POSTHOG: Final = Entry("posthog", more={"status": "Ok"}, methods=("POST", "GET"))
_CALLS: Final = ("track", "identify", "page", "screen", "group", "alias", "batch")

# Without the slash at the end, which is taken either way.
ENTRIES: Final[Mapping[str, Entry]] = {
    **{f"/v1/{name}": _SEGMENT for name in (*_CALLS, *(call[0] for call in _CALLS))},
    "/v1/import": Entry("segment", is_for_servers=True),
    **dict.fromkeys(("/batch", "/e", "/i/v0/e", "/capture"), _POSTHOG),
    "/com.snowplowanalytics.snowplow/tp2": Entry("snowplow"),
    "/i": Entry("snowplow", form="pixel", methods=("GET",)),
}

# Read or not, nothing of these is kept: measurements of the client itself, recordings of the screen.
DROPPED: Final = frozenset({"/v1/m", "/s"})
POSTHOG_SETTINGS: Final = frozenset({"/decide", "/flags"})
RUDDER_SETTINGS: Final = "/sourceConfig"
PROJECTS: Final = "/v1/projects/"
SETTINGS: Final = "/settings"
POSTHOG_ARRAY: Final = "/array/"
HOOKS: Final = "/hooks/"
