"""What esbuild made of `web/assets`: scripts, styles and fonts under names that change with their content."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from handraise.core.errors import HandraiseError

FOLDER: Final = Path(__file__).parent / "static" / "built"
BUILT_PATH: Final = "/static/built"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class AssetsNotBuilt(HandraiseError):
    """The pages' scripts and styles are made when the package is built; in a checkout, by `make assets`."""

    def __init__(self) -> None:
        super().__init__("The scripts and styles of the pages are not built; run `make assets` once.")


class AssetUnknown(HandraiseError):
    """A template names a script or style that there is no source of."""


@dataclass(frozen=True)
class Built:
    """Where each file is: `app.js` → `app-5F3A.js`."""

    names: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path = FOLDER) -> "Built":
        """Read the manifest; raises `AssetsNotBuilt`."""
        try:
            return cls(json.loads((folder / "manifest.json").read_text()))
        except FileNotFoundError:
            raise AssetsNotBuilt from None

    def address(self, name: str) -> str:
        """The address of a file such as `app.js` or `pages/inbox.js`."""
        if name not in self.names:
            raise AssetUnknown(f"`{name}` is not among what was built; run `make assets`.")
        return f"{BUILT_PATH}/{self.names[name]}"


class BuiltFiles(StaticFiles):
    """Serves them; a browser need never ask again, since another content has another name."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, to be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = _FOR_EVER
        return response
