"""One lead out of the files: the same score as in the run."""

from pathlib import Path

import pytest

from handraise.core.errors import LeadUnknown
from handraise.core.score import Score
from handraise.engine.evaluate import evaluate
from handraise.files.histories import lead_history
from tests.files.company import (
    AS_OF,
    WRITERS,
    as_csv,
    as_folder,
    as_parquet,
    example,
    scores,
    small,
    template,
    written,
)  # fmt: skip
from tests.files.malformed import LEADS


def in_hundredths(row: dict[str, object], name: str) -> int:
    return int(row[name] * 100)  # type: ignore[operator]


def assert_alike(score: Score, row: dict[str, object]) -> None:
    for name in ("fit", "engagement", "total"):
        assert getattr(score, name) == in_hundredths(row, name)
    for name in ("grade", "is_mql", "became_mql_at", "disqualified", "next_change_at"):
        assert getattr(score, name) == row[name], name
    assert len(score.lines) == len(row["lines"])  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*WRITERS, "folder"])
@pytest.mark.parametrize("name", ["b2b-saas", "full"])
def test_a_lead_alone_scores_as_it_does_among_all(tmp_path: Path, name: str, kind: str) -> None:
    company = example()
    leads = as_csv(company.leads, tmp_path / "leads.csv")
    accounts = as_csv(company.accounts, tmp_path / "accounts.csv")
    suffix, write = WRITERS.get(kind, ("", as_folder))
    events = write(company.events, tmp_path / f"events{suffix}")
    found = scores(template(name), leads, accounts, events)
    zone = template(name).timezone
    for lead_id in sorted(found)[::60]:
        lead = lead_history(lead_id, leads, accounts, events, zone=zone)
        assert lead.lead_id == lead_id
        (score,) = evaluate(template(name), [lead], AS_OF)
        assert_alike(score, found[lead_id])


def test_a_history_has_all_properties_and_facts_not_only_those_asked_for(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", "lead_id,title,shoe size\nL1,CEO,43\n")
    events = written(
        tmp_path / "events.jsonl",
        '{"lead_id": "L1", "event": "page", "occurred_at": "2026-01-01T00:00:00Z", "message_id": "m",'
        ' "session_id": 5, "is_bot": "no",'
        ' "properties": {"path": "/", "form": {"field": 1}, "nothing": null}}\n',
    )
    lead = lead_history("L1", leads, events=events)
    assert lead.facts == {"lead.title": "CEO", "lead.shoe size": "43"}
    (event,) = lead.events
    assert event.properties == {"path": "/", "form.field": 1}
    assert (event.message_id, event.session_id, event.is_bot) == ("m", "5", False)


def test_an_unknown_lead_is_refused_with_the_nearest_ids(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", "lead_id,title\nL0001,CEO\nL0002,CFO\nX9,CTO\n")
    with pytest.raises(LeadUnknown, match=r"no lead `l0001` .* did you mean `L0001`"):
        lead_history("l0001", leads)
    with pytest.raises(LeadUnknown, match="L0002"):
        lead_history("L00002", leads)
    with pytest.raises(LeadUnknown, match="there is no lead `nobody`"):
        lead_history("nobody", leads)


def test_a_lead_without_events_has_none(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = as_parquet(example().events, tmp_path / "events.parquet", rows=500)
    lead = lead_history("L1", leads, events=events)
    assert lead.events == ()
    assert evaluate(small(), [lead], AS_OF)[0].fit == 2000
