"""Where the shared real data lies, if it is here; tests that need it skip when it is not."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_path(name: str) -> Path:
    """Path of a shared file such as ``data/leads/x_education.csv``; skips the test when it is absent."""
    path = _SHARED / name
    if not path.exists():
        pytest.skip(f"needs the shared real data ({name}), which is not beside this checkout")
    return path
