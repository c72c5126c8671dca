"""How functions are compiled: once a machine, kept on disk, with exact floating point."""

import hashlib
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import numba as nb

COMPILED: Final = ("compiling", "kernel", "keys", "layout", "passes")


@cache
def cache_folder() -> str:
    """Where compiled code is kept: a folder of its own for every version of the engine's code.

    numba stamps its cache with the file of each function alone; the folder's name takes in all of them.
    """
    code = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in COMPILED)
    name = f"{nb.__version__}-{hashlib.sha256(code).hexdigest()[:16]}"
    try:
        folder = Path.home() / ".cache" / "handraise" / "engine" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
    except (OSError, RuntimeError):
        folder = Path(tempfile.gettempdir()) / f"handraise-engine-{name}"
    return str(folder)


def inner(function: Callable[..., Any]) -> Any:
    """Compile for other compiled code only.

    Without a door to Python of its own, a function costs a fraction of the compile time.
    """
    return nb.njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


def door(function: Callable[..., Any]) -> Any:
    """Compile for Python, keep the result on disk, release the GIL while it runs.

    An operator's NUMBA_CACHE_DIR comes first; other users of numba in the process keep their own setting.
    """
    before = nb.config.CACHE_DIR
    nb.config.CACHE_DIR = before or cache_folder()
    try:
        return nb.njit(function, cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
    finally:
        nb.config.CACHE_DIR = before
