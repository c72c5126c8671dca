"""Work in the background that a record tells of: how it ends."""

from collections.abc import Callable, Mapping
from typing import Any

from handraise.core.errors import HandraiseError


def ended(work: Callable[[], Mapping[str, Any]], log: Any, failure: str) -> dict[str, Any]:
    """How work in the background ended, as its record keeps it: with what it gives, or with what is wrong.

    Never raises: what is no error of the user's goes into the log, under `failure`.
    """
    try:
        return {"state": "done", **work()}
    except HandraiseError as error:
        return {"state": "failed", "problem": str(error)}
    except Exception:
        log.exception(failure)
        return {"state": "failed", "problem": "a mistake of ours; the log has it"}
