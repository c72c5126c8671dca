"""What can be wrong with the embedded server, each with what to do about it."""

from handraise.core.errors import HandraiseError


class EmbeddedError(HandraiseError):
    """Any trouble with the embedded PostgreSQL."""


class BinariesMissing(EmbeddedError):
    """There are no PostgreSQL programs to run: install the package again, or use a server of your own."""


class FolderUnreachable(EmbeddedError):
    """A folder cannot be used by the account the server must run as; the message names the folder."""


class DatabaseFolderRefused(EmbeddedError):
    """The data folder is another version's, somebody else's or no database: it was left untouched."""


class ClusterNotCreated(EmbeddedError):
    """A new database could not be made (a full disk, no permission); the message ends with its output."""


class ServerNotStarted(EmbeddedError):
    """The server did not come up; the message ends with the end of its log."""


class ServerNotStopped(EmbeddedError):
    """The server did not go away in time; nothing is lost, its process still runs."""


class ServerNotRunning(EmbeddedError):
    """An address was asked for while no server runs: start it first."""
