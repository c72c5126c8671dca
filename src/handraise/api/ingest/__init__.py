"""Where events come in over HTTP: clients of Segment, RudderStack, PostHog, Snowplow, and by webhook."""

from handraise.api.ingest.door import IngestDoor, Seconds
from handraise.api.ingest.keys import SourceCache
from handraise.api.ingest.limits import RateLimits

__all__ = ["IngestDoor", "RateLimits", "Seconds", "SourceCache"]
