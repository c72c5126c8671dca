"""The ingest door under the real server, in a process of its own: ``python -m tests.api.served URL SOCKET``.

Its patience is short, so that a test of slow senders takes no longer than it must.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from handraise.api.connections import Patience
from handraise.api.ingest import IngestDoor, Seconds, SourceCache
from handraise.api.serving import Server, listening_at
from handraise.flow.capture import GroupCommit
from handraise.flow.pipeline import receive_all
from handraise.store.session import Database

PATIENCE = 1.0


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (a process of its own reads the clock)


async def serve(url: str, socket: Path) -> None:
    database = Database(url)
    group = GroupCommit(database, receive_all, clock=clock)
    door = IngestDoor(group, SourceCache(database), clock=clock, seconds=Seconds(body=PATIENCE))
    server = Server(door, listening_at(socket), Patience(head=PATIENCE, body=PATIENCE))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()
    database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
