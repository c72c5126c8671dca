"""`handraise version`."""

import platform

from handraise.cli import output
from handraise.cli.options import Json


def installed() -> str:
    """The version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("handraise")
    except PackageNotFoundError:
        return "unknown (not installed as a package)"


def version(json: Json = False) -> None:
    """Print the version."""
    if json:
        output.document({"handraise": installed(), "python": platform.python_version()})
        return
    output.say(f"handraise {installed()}")
