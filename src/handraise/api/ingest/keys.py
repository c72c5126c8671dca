"""Whose request it is: the write key, wherever a client puts it, and the source it belongs to."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeGuard

import sqlalchemy as sa

from handraise.api.ingest.requests import Request, RequestRefused
from handraise.connect.inbound.requests import basic
from handraise.store.session import Database, DatabaseAway
from handraise.store.sources import Source, source_by_key

FRESH_FOR: Final = 10.0
"""Seconds after which a source is looked up again: so long may a revoked key still work."""
_MOST_KEPT: Final = 10_000
_LONGEST_KEY: Final = 200
_Entry = tuple[float, Source | None]  # when it was looked up, and what was found
_IN_QUERY: Final = ("writeKey", "api_key", "token", "aid")


def key_in_head(request: Request) -> str | None:
    """The key that the head of the request gives: the user of Basic authorization, or a parameter."""
    credentials = basic(request.headers)
    if credentials and credentials[0]:
        return credentials[0]
    return next((found for name in _IN_QUERY if (found := request.parameter(name))), None)


def no_key() -> RequestRefused:
    """The answer to a request without a key that we know."""
    return RequestRefused(
        401,
        "unknown_key",
        "the write key is missing, unknown or revoked: send it as the user of Basic authorization, or as "
        "writeKey in the body. `handraise sources` shows the sources.",
        # Not Basic: browsers would ask their user for a password.
        {"www-authenticate": 'WriteKey realm="handraise"'},
    )


class SourceCache:
    """Sources by write key, looked up again every few seconds.

    When the database does not answer, what was known before goes on being used: the request is told so
    anyway when its events cannot be stored.
    """

    def __init__(
        self, database: Database, *, fresh_for: float = FRESH_FOR, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._fresh_for = fresh_for
        self._ticks = ticks
        self._known: OrderedDict[str, _Entry] = OrderedDict()

    def known(self, key: str | None) -> Source | None:
        """The active source of the key, as far as it need not be looked up."""
        entry = self._known.get(key) if key else None
        return entry[1] if self._is_fresh(entry) else None

    async def source_of(self, key: str | None) -> Source:
        """The active source of the key.

        Raises
        ------
        RequestRefused
            401 when there is none.
        DatabaseAway
            When it cannot be looked up, or the database went away in the middle of it.
        """
        if not key or len(key) > _LONGEST_KEY:
            raise no_key()
        entry = self._known.get(key)
        if not self._is_fresh(entry):
            entry = await self._looked_up(key, entry)
        if entry[1] is None:
            raise no_key()
        return entry[1]

    def _is_fresh(self, entry: _Entry | None) -> TypeGuard[_Entry]:
        return entry is not None and self._ticks() - entry[0] <= self._fresh_for

    async def _looked_up(self, key: str, known: _Entry | None) -> _Entry:
        try:
            source = await asyncio.to_thread(self._look_up, key)
        except DatabaseAway:
            if known is None:
                raise
            return known
        entry = (self._ticks(), source)
        self._known[key] = entry
        self._known.move_to_end(key)
        if len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return entry

    def _look_up(self, key: str) -> Source | None:
        try:
            with self._database.transaction() as connection:
                return source_by_key(connection, key)
        except sa.exc.DBAPIError as error:
            raise DatabaseAway("The source of the key cannot be looked up right now.") from error
