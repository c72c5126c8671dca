"""The product's own PostgreSQL: a private server in a folder, shared by every process that opens it."""

from handraise.store.embedded.errors import (
    BinariesMissing,
    ClusterNotCreated,
    DatabaseFolderRefused,
    EmbeddedError,
    FolderUnreachable,
    ServerNotRunning,
    ServerNotStarted,
    ServerNotStopped,
)
from handraise.store.embedded.server import Embedded

__all__ = [
    "BinariesMissing",
    "ClusterNotCreated",
    "DatabaseFolderRefused",
    "Embedded",
    "EmbeddedError",
    "FolderUnreachable",
    "ServerNotRunning",
    "ServerNotStarted",
    "ServerNotStopped",
]
