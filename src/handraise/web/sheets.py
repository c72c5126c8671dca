"""What is taken away as a file: tables, and pages on paper."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from starlette.responses import Response

from handraise.files.guarding import guarded


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file called `name`; None is an empty cell, and no cell becomes a formula where it is opened."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(head)
    for row in rows:
        lines.writerow(["" if cell is None else guarded(str(cell)) for cell in row])
    return Response(
        written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def as_pdf(made: bytes, name: str) -> Response:
    """A PDF called `name`, to be kept."""
    return Response(
        made,
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
