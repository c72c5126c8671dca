"""Our own evaluator in the benchmark: the whole way from Parquet to scores with their lines, as Arrow tables.

Every figure is of the complete answer: fit, engagement, total, grade, verdict, when each lead became an MQL,
when its verdict changes next, and every line with its points, count, latest time and evidence.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.contestant import FLOOR_READING_ALL, Contestant
from bench.data import Dataset
from bench.period import AS_OF
from bench.template_c import POINTS
from handraise.core.definition import Definition, read_definition
from handraise.core.event import Event, Lead
from handraise.engine.asked import microseconds_of
from handraise.engine.base import Base, base_of
from handraise.engine.batch import LEAD, SESSION, TIME, BatchEvaluator, score_stream
from handraise.engine.evaluate import Evaluator
from handraise.engine.results import Tables
from handraise.engine.run import Moment
from handraise.files.mapping import Mapping
from handraise.files.score import score_files

CONTESTANTS: tuple[Contestant, ...] = (
    Contestant("ours", "bench.ours:template_c"),
    Contestant("ours (files)", "bench.ours:to_parquet"),
    Contestant("ours (40 rules)", "bench.ours:forty_rules", against=FLOOR_READING_ALL, is_template_c=False),
)
LATENCIES: dict[str, str] = {
    "one_lead_ms": "bench.ours:one_lead",
    "hundred_leads_ms": "bench.ours:hundred_leads",
}
CLI_START: tuple[str, ...] = ("-m", "handraise", "templates")

OF_ACCOUNT = ("employees", "industry")
NUMBERS = (TIME, "seconds")
# As the command line does: Arrow's default allocator gives large pages back between row groups and asks for
# them again, which cost half a second of kernel time at 5 M events; the system's allocator does not.
pa.set_memory_pool(pa.system_memory_pool())
MOMENT = Moment(microseconds_of(AS_OF))


def definition_of(name: str) -> Definition:
    """A definition that lies beside this file."""
    return read_definition((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")).definition


def base_from(data: Dataset, evaluator: BatchEvaluator) -> Base:
    """The leads of the data set."""
    leads = pq.read_table(data.leads_file, memory_map=False)
    columns = {
        f"{'account' if name in OF_ACCOUNT else 'lead'}.{name}": leads[name]
        for name in leads.column_names
        if name != LEAD
    }
    return base_of(leads[LEAD].combine_chunks(), columns, evaluator.plan, evaluator.facts)


def row_groups(data: Dataset, columns: list[str]) -> Iterator[pa.Table]:
    """The events, a row group at a time."""
    encoded = [name for name in columns if name not in NUMBERS]
    for path in data.event_files:
        file = pq.ParquetFile(path, read_dictionary=encoded, memory_map=False)
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=columns, use_threads=False)


def scored(data: Dataset, name: str) -> pa.Table:
    """Every lead of the data set, scored."""
    evaluator = BatchEvaluator(definition_of(name))
    base = base_from(data, evaluator)
    tables = Tables(evaluator.plan, base)
    columns = [LEAD, TIME, *evaluator.columns, *([SESSION] if evaluator.plan.needs_sessions else [])]
    events = row_groups(data, columns)
    return pa.concat_tables([tables.table(one) for one in score_stream(evaluator, base, events, MOMENT)])


def template_c(data: Dataset) -> Callable[[], pa.Table]:
    """Template C, turned into the peers' columns once the clock has stopped."""
    answer = scored(data, "template_c")
    return lambda: as_the_peers(answer)


def to_parquet(data: Dataset) -> Callable[[], pa.Table]:
    """Template C as `handraise score` does it: the input checked, the scores written as Parquet."""
    folder = TemporaryDirectory()
    out = Path(folder.name) / "scores.parquet"
    mapping = Mapping.parse([f"{name}=account.{name}" for name in OF_ACCOUNT])
    definition = definition_of("template_c")
    score_files(definition, data.leads_file, None, data.folder / "events", AS_OF, out, mapping=mapping)
    return lambda: as_the_peers(read_back(out, folder))


def read_back(path: Path, folder: "TemporaryDirectory[str]") -> pa.Table:
    """What was written, and the folder removed."""
    with folder:
        return pq.read_table(path)


def forty_rules(data: Dataset) -> pa.Table:
    """The large definition; without the column by which the peers are told apart."""
    return scored(data, "forty_rules").drop_columns(["total"])


def as_the_peers(answer: pa.Table) -> pa.Table:
    """One column of whole points a rule, from the lines."""
    answer = answer.combine_chunks()
    lines = answer["lines"].combine_chunks()
    lead = np.repeat(np.arange(answer.num_rows), np.diff(lines.offsets.to_numpy()))
    fields = dict(zip([field.name for field in lines.type.value_type], lines.values.flatten(), strict=True))
    rules = fields["rule"].cast(pa.string())
    points = fields["points"].cast(pa.float64()).to_numpy()
    columns = {"lead_id": answer["lead_id"]}
    for name in ("fit", "engagement", "total"):
        columns[name] = answer[name].cast(pa.float64()).cast(pa.int64())
    for name in POINTS:
        given = np.zeros(answer.num_rows, np.int64)
        chosen = pc.equal(rules, name).to_numpy(zero_copy_only=False)
        given[lead[chosen]] = points[chosen]
        columns[name] = pa.array(given)
    return pa.table(columns)


def some_leads(count: int) -> list[Lead]:
    """Leads with fifty events each, as the live product would hand them over."""
    paths = ("/", "/pricing", "/features/a", "/customers/b", "/vs/c", "/blog/d", "/docs/e")
    events = tuple(
        Event(
            "page",
            AS_OF - timedelta(hours=7 * n),
            {"path": paths[n % 7], "seconds": 20.0 + n},
            None,
            f"s{n // 5}",
        )
        for n in range(50)
    )
    facts = {
        "lead.title": "VP Marketing",
        "lead.email": "ann@firm.example",
        "account.employees": 120,
        "lead.country": "DE",
    }
    return [Lead(f"L{n}", facts, events) for n in range(count)]


def prepared(count: int) -> Callable[[], object]:
    """Score so many leads by the large definition, in this process."""
    evaluator, leads = Evaluator(definition_of("forty_rules")), some_leads(count)
    return lambda: evaluator.scores(leads, AS_OF)


def one_lead(_: Dataset) -> Callable[[], object]:
    """One lead with fifty events, forty rules."""
    return prepared(1)


def hundred_leads(_: Dataset) -> Callable[[], object]:
    """A hundred such leads."""
    return prepared(100)
