"""The engine against the oracle, field by field, on thousands of random cases."""

import os

import pytest

from handraise.engine.evaluate import evaluate
from tests import oracle
from tests.builders import differing_fields
from tests.cases import Case, case

LEADS = 20
CHUNKS = 8
CASES = int(os.environ.get("HANDRAISE_ORACLE_CASES", "3000"))  # noqa: TID251 - how long the proof runs
FIRST = int(os.environ.get("HANDRAISE_ORACLE_FIRST_SEED", "0"))  # noqa: TID251 - and where it begins
SEEDS = range(FIRST, FIRST + max(1, CASES // LEADS))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_engine_says_what_the_oracle_says(chunk: int) -> None:
    for seed in SEEDS[chunk::CHUNKS]:
        differing = differences(case(seed, LEADS))
        assert not differing, differing[0]


def differences(one: Case) -> list[str]:
    """Every lead of the case that the two score differently, told so that it can be tried by hand."""
    found = evaluate(one.definition, one.leads, one.as_of)
    assert [score.lead_id for score in found] == [lead.lead_id for lead in one.leads]
    told = []
    for lead, score in zip(one.leads, found, strict=True):
        expected = oracle.score(one.definition, lead, one.as_of)
        differing = differing_fields(score, expected)
        if differing:
            events = "\n".join(f"  {event}" for event in sorted(lead.events, key=lambda e: e.occurred_at))
            what = "\n".join(
                f"  {name}:\n    engine {mine}\n    oracle {yours}"
                for name, (mine, yours) in differing.items()
            )
            told.append(
                f"seed {one.seed}, {lead.lead_id}, as of {one.as_of.isoformat()}\n{what}\n\n{one.text}\n"
                f"facts {dict(lead.facts)}\n{events}"
            )
    return told
