"""The texts of the pages that have no German yet, as gettext: append them to a file of `web/locale/de`.

`.venv/bin/python scripts/words.py >> src/handraise/web/locale/de/inbox.po`
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from handraise.web import wording

WEB = Path(wording.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "to_translate": None}


def texts() -> Iterator[str | tuple[str, ...]]:
    """Every text that is marked for translation; one that counts as a pair."""
    methods = [("**.py", "python"), ("**.jinja", "jinja2")]
    options = {
        "**.jinja": {"extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols", "trimmed": "true"}
    }
    found = extract_from_dir(
        str(WEB),
        methods,
        options,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in ("assets", "static"),
    )
    for _file, _line, text, _comments, _context in found:
        yield text


def missing(language: str) -> list[str | tuple[str, ...]]:
    """Texts without a translation, or with one that is only guessed."""
    known = {
        message.id
        for part in (wording.FOLDER / language).glob("*.po")
        for message in wording.catalog(part, language)
        if message.id and not message.fuzzy and all([*_each(message.string)])
    }
    return sorted({text for text in texts() if text not in known}, key=str)


def _each(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


def main() -> None:
    """Print them."""
    made = Catalog(locale="de")
    for text in missing("de"):
        made.add(text)
    written = BytesIO()
    write_po(written, made, omit_header=True)
    sys.stdout.write(written.getvalue().decode())


if __name__ == "__main__":
    main()
