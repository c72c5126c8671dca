"""When the invented histories happen: the 400 days that end at ``AS_OF``, the instant all is scored at."""

from datetime import UTC, datetime

AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 400
DAY_MS = 86_400_000
SPAN_MS = DAYS * DAY_MS
AS_OF_MS = int(AS_OF.timestamp()) * 1000
START_MS = AS_OF_MS - SPAN_MS
