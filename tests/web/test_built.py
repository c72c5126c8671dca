"""What a browser loads: little, our own, and in the colours of the charts."""

import gzip
import re
from pathlib import Path

import pytest

from handraise.rendering.charts import TOKENS
from handraise.web.built import BUILT_PATH, FOLDER, AssetsNotBuilt, AssetUnknown, Built
from tests.web.browsing import ASSETS, Site

MOST = 150 * 1024
CHARTS = "charts.js"


def test_pages_without_charts_load_little_script() -> None:
    built = Built.read()
    scripts = {
        name: FOLDER / file for name, file in built.names.items() if name.endswith(".js") and name != CHARTS
    }
    assert "app.js" in scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts.values()) <= MOST


def test_the_colours_of_pages_are_those_of_the_charts() -> None:
    written = (ASSETS / "styles/tokens.css").read_text()
    found = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", written))
    assert {name: found[name] for name in TOKENS} == {name: ", ".join(pair) for name, pair in TOKENS.items()}


def test_without_what_is_built_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetsNotBuilt, match="make assets"):
        Built.read(tmp_path)
    with pytest.raises(AssetUnknown, match="nowhere"):
        Built({}).address("nowhere.js")


def test_files_are_kept_for_ever_and_pages_are_not(site: Site) -> None:
    built = Built.read()
    kept = site.ask("GET", built.address("app.js"))
    assert (kept.status_code, kept.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    page = site.ask("GET", "/login")
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert site.ask("GET", f"{BUILT_PATH}/../../application.py").status_code == 404
