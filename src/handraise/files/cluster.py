"""Events in any order, sorted by lead outside of memory, for the stream that needs each lead in one place."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from handraise.core.errors import HandraiseError
from handraise.files.events import EventSource, ParquetFiles, Progress, decoded, no_progress
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems


class SortingFailed(HandraiseError):
    """The events could not be sorted by lead: usually the disk of the temporary folder is full."""


def clustered_folder(source: EventSource, folder: Path, progress: Progress = no_progress) -> EventSource:
    """The same events with each lead in one place, in the order of the lead ids and of time.

    Parameters
    ----------
    source
        Events in any order.
    folder
        A folder of yours for the sorted file and what the sort needs meanwhile; each about as large as
        the events. Remove it when done with the result.

    Returns
    -------
    EventSource
        Streamed from the folder. What was wrong with rows has been said by `source` already.
    """
    import duckdb

    sorted_file = folder / "events.parquet"
    scratch = folder / "sorting"
    scratch.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={"memory_limit": "1GB", "temp_directory": str(scratch), "threads": "2"}
    )
    try:
        connection.register("unsorted", _reader(source))
        target = str(sorted_file).replace("'", "''")
        connection.execute(
            "copy (select * from unsorted order by lead_id, occurred_at) "  # noqa: S608
            f"to '{target}' (format parquet, compression snappy, row_group_size 500000)"
        )
    except duckdb.Error as error:
        raise SortingFailed(f"the events could not be sorted by lead: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()
    return ParquetFiles(
        sorted_file, mapping=Mapping(), wanted=None, zone="UTC", problems=Problems(), progress=progress
    )


def _reader(source: EventSource) -> pa.RecordBatchReader:
    """The source as record batches of one schema."""
    tables = source.tables()
    first = decoded(next(tables))
    schema = first.schema

    def batches() -> Iterator[pa.RecordBatch]:
        yield from first.to_batches()
        for table in tables:
            yield from decoded(table).select(schema.names).cast(schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())
