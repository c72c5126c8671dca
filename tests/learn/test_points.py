"""Learned points: few rules, whole points, the right ones, and nothing where there is nothing."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.definition.conditions import AtLeast, Between, FactTest
from handraise.core.definition.hashing import content_hash
from handraise.core.differences import differences
from handraise.core.errors import InputInvalid
from handraise.engine.backtest import FactChanges
from handraise.example import PLANTED
from handraise.learn.intervals import Floats
from handraise.learn.past import Bools, Ints, Past, judged, past_of
from handraise.learn.points import Asked, Evidence, Learned, TooLittle, Wanted, gathered, learn, learning
from handraise.learn.points.candidates import Candidate, answers, bands, of_signal, unique
from handraise.learn.points.choosing import Table, fitted
from handraise.learn.points.measures import auc, calibration, calibration_error, gain, mean_auc, stratified
from handraise.learn.points.rounding import rounded, scale_of
from handraise.learn.points.signals import found_signals
from handraise.learn.points.writing import written
from tests.learn.company import company, definition, past

EMPTY = read_definition("{name: Empty, fit: {bar: 0}, qualify: {mql: fit}}").definition
NOW = 1_790_000_000_000_000
DAY = 86_400_000_000


@cache
def of_company(target: str = "sql") -> Evidence:
    """What there is to learn from in the example company, from the data alone."""
    return gathered(EMPTY, past(4_000), Asked(target))


@cache
def learned() -> Learned:
    """A card of the company."""
    return learn(of_company(), Wanted(rules=12, step=5), seed=1)


def table(n: int, seed: int, chance: str = "real") -> Past:
    """A base without events: two facts that tell, two that do not, and what became of each lead."""
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 1_000, n)
    source = rng.choice(["search", "referral", "paid"], n)
    noise = rng.choice(list("abcdef"), n)
    number = rng.normal(size=n).round(3)
    log_odds = -1.5 + 1.6 * (size >= 500) + 1.4 * (source == "referral")
    share = 1 / (1 + np.exp(-log_odds)) if chance == "real" else np.full(n, 0.3)
    facts = {
        "lead.size": pa.array(
            [None if hidden else int(one) for hidden, one in zip(rng.random(n) < 0.1, size, strict=True)]
        ),
        "lead.source": pa.array(source),
        "lead.noise": pa.array(noise),
        "lead.number": pa.array(number),
        "lead.bought": pa.array((rng.random(n) < share).astype(int)),
    }
    ids = pa.array([f"L{row:05d}" for row in range(n)])
    return past_of(ids, facts, lambda: iter(()), pa.table({"lead_id": pa.array([], pa.string())}), NOW)


@cache
def of_table() -> Evidence:
    """What there is to learn from in such a base."""
    return gathered(EMPTY, table(2_000, 1), Asked("lead.bought"))


@pytest.fixture
def cards_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LightGBM beside the cards: it is not what is tested, and takes its time."""
    monkeypatch.setattr(learning, "is_there", lambda: False)


# ------------------------------------------------------------------------------------ choosing


@pytest.mark.usefixtures("cards_only")
def test_card_finds_what_tells_and_leaves_the_rest() -> None:
    found = learn(of_table(), Wanted(rules=6, step=5), seed=1)

    assert found.card is not None
    about = {each.candidate.about for each in found.card.rules}
    assert {"lead.size", "lead.source"} <= about
    referral = next(each for each in found.card.rules if each.candidate.name == "source is referral")
    assert referral.points > 0


def test_same_seed_gives_the_same_card_and_figures() -> None:
    one, other = (
        learn(gathered(EMPTY, table(1_500, 2), Asked("lead.bought")), Wanted(rules=4), seed=7)
        for _ in range(2)
    )

    assert one.card is not None
    assert one.card == other.card
    assert [each.auc for each in one.folds.models] == [each.auc for each in other.folds.models]


@pytest.mark.usefixtures("cards_only")
def test_card_itself_does_not_depend_on_the_seed() -> None:
    evidence = of_table()
    one, other = (learn(evidence, Wanted(rules=4), seed=seed) for seed in (1, 2))

    assert one.points is not None
    assert other.points is not None
    assert one.points.points.tolist() == other.points.points.tolist()


@pytest.mark.usefixtures("cards_only")
def test_points_stay_in_their_range_and_steps() -> None:
    evidence = of_table()
    found = learn(evidence, Wanted(rules=6, low=-4, high=12, step=2), seed=1)

    assert found.points is not None
    assert all(-4 <= each <= 12 and each % 2 == 0 and each for each in found.points.points.tolist())


@pytest.mark.usefixtures("cards_only")
def test_range_from_zero_gives_positive_points_only() -> None:
    evidence = of_table()
    found = learn(evidence, Wanted(rules=6, low=0, high=50, step=5), seed=1)

    assert found.points is not None
    assert min(found.points.points) > 0


@pytest.mark.usefixtures("cards_only")
def test_sign_that_is_fixed_is_kept() -> None:
    evidence = of_table()
    found = learn(evidence, Wanted(rules=6, step=5), signs={"lead.source": -1, "size": 1}, seed=1)

    assert found.card is not None
    signs = {(each.candidate.about, each.points > 0) for each in found.card.rules}
    assert signs <= {("lead.source", False), ("lead.size", True)}
    assert len(signs) == 2


def test_sign_of_something_unknown_is_refused_with_the_nearest_name() -> None:
    evidence = of_table()

    with pytest.raises(InputInvalid, match=r"--sign lead.sorce.*lead.source"):
        learn(evidence, signs={"lead.sorce": 1})


@pytest.mark.usefixtures("cards_only")
def test_no_more_rules_on_one_fact_than_wanted() -> None:
    evidence = of_table()
    found = learn(evidence, Wanted(rules=8, of_a_group=1), seed=1)

    assert found.card is not None
    about = [each.candidate.about for each in found.card.rules]
    assert len(about) == len(set(about))


# ------------------------------------------------------------------------------------- rounding


@pytest.mark.parametrize("seed", range(6))
def test_rounding_is_as_good_as_trying_every_card(seed: int) -> None:
    """Three rules from −3 to 3, none 0: of 216 cards the best by exact loss is found, or one as good."""
    rng = np.random.default_rng(seed)
    held = (rng.random((800, 3)) < rng.uniform(0.2, 0.7, 3)).astype(np.float32)
    weights = rng.normal(size=3) * 1.2
    reached = (rng.random(800) < 1 / (1 + np.exp(0.5 - held @ weights))).astype(np.float64)
    counted = Table.of(held, reached)

    found = rounded(counted, fitted(counted), Wanted(low=-3, high=3))

    every = [np.array(each) for each in product((-3, -2, -1, 1, 2, 3), repeat=3)]
    best = min(loss(held, reached, each) for each in every)
    assert loss(held, reached, found) <= best + 0.05


def loss(held: np.typing.NDArray[np.float32], reached: Floats, points: Ints) -> float:
    """Log-loss of a card with the best slope and intercept, lead by lead."""
    totals = (held @ points).astype(np.int64)
    chance = scale_of(totals, reached).chance(totals)
    return float(-(reached * np.log(chance) + (1 - reached) * np.log(1 - chance)).sum())


def test_intervals_of_a_total_hold_what_is_seen() -> None:
    """Of the true probabilities at 21 totals, about one in twenty lies outside its interval."""
    rng = np.random.default_rng(3)
    outside = []
    for _ in range(60):
        totals = rng.integers(-10, 11, 600)
        reached = (rng.random(600) < 1 / (1 + np.exp(1.0 - 0.2 * totals))).astype(np.float64)
        at = np.arange(-10, 11)
        low, high = scale_of(totals, reached).between(at)
        true = 1 / (1 + np.exp(1.0 - 0.2 * at))
        outside.append(np.mean((true < low) | (true > high)))

    assert 0.01 <= float(np.mean(outside)) <= 0.10


@pytest.mark.usefixtures("cards_only")
def test_card_that_does_not_hold_on_later_leads_says_so() -> None:
    """The first seven in ten follow one rule, the others its opposite."""
    evidence = gathered(EMPTY, table(2_000, 1), Asked("lead.bought", in_order=True))
    turned = np.where(np.arange(2_000) < 1_400, evidence.reached, 1 - evidence.reached)

    assert learn(evidence, Wanted(rules=4), seed=1).holds_later
    assert learn(replace(evidence, reached=turned), Wanted(rules=4), seed=1).holds_later is False
    assert learn(of_table(), Wanted(rules=4), seed=1).holds_later is None


# ------------------------------------------------------------------- nothing, and too little to learn


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.usefixtures("cards_only")
def test_shuffled_labels_have_nothing_to_learn(seed: int) -> None:
    evidence = of_company()
    shuffled = np.random.default_rng(seed).permutation(evidence.reached)

    found = learn(replace(evidence, reached=shuffled), Wanted(rules=5), seed=seed)

    assert found.card is None
    assert found.points is None


@pytest.mark.usefixtures("cards_only")
def test_base_without_signal_has_nothing_to_learn() -> None:
    found = learn(gathered(EMPTY, table(3_000, 5, "none"), Asked("lead.bought")), Wanted(rules=6), seed=1)

    assert found.card is None
    assert found.folds.models[0].auc.low <= 0.5


@pytest.mark.usefixtures("cards_only")
def test_too_few_wins_are_refused_with_what_would_do() -> None:
    evidence = gathered(EMPTY, table(200, 1), Asked("lead.bought"))
    hits = int(evidence.reached.sum())
    assert 50 <= min(hits, 200 - hits) < 100

    with pytest.raises(
        TooLittle, match=r"10 rules need 100 leads .* wait for \d+ more, or ask for at most \d rules"
    ):
        learn(evidence)
    assert learn(evidence, Wanted(rules=5), seed=1).folds.tested == 200


def test_very_few_wins_are_refused_for_any_card() -> None:
    evidence = gathered(EMPTY, table(60, 1), Asked("lead.bought"))

    with pytest.raises(TooLittle, match="1 rules need 50 leads"):
        learn(evidence, Wanted(rules=1))


def test_target_that_is_no_yes_or_no_is_refused() -> None:
    with pytest.raises(InputInvalid, match="neither yes nor no"):
        gathered(EMPTY, table(200, 1), Asked("lead.noise"))
    with pytest.raises(InputInvalid, match="no column of the leads"):
        gathered(EMPTY, table(200, 1), Asked("lead.sold"))


# ----------------------------------------------------------------------------- what may be looked at


@pytest.mark.usefixtures("cards_only")
def test_column_known_only_after_sales_is_refused_with_the_reason() -> None:
    base = table(2_000, 1)
    base = replace(
        base, facts={**base.facts, "lead.call_result": base.facts["lead.bought"].cast(pa.string())}
    )

    open_to_it = gathered(EMPTY, base, Asked("lead.bought"))
    guarded = gathered(EMPTY, base, Asked("lead.bought", known_after=("call*",)))

    assert [each.fact for each in open_to_it.suspicions] == ["lead.call_result"]
    assert [each.name for each in guarded.refused] == ["lead.call_result"]
    assert "only after sales worked the lead" in guarded.refused[0].why
    assert not guarded.suspicions
    assert not any("lead.call_result" in each.facts for each in guarded.candidates)
    card = learn(guarded, Wanted(rules=4), seed=1).card
    assert card is not None
    assert all(each.candidate.about != "lead.call_result" for each in card.rules)


def test_column_that_is_not_there_cannot_be_known_after() -> None:
    with pytest.raises(InputInvalid, match="there is no such column"):
        gathered(EMPTY, table(200, 1), Asked("lead.bought", known_after=("tags",)))


def leaky(late: bool) -> tuple[Past, FactChanges, Ints]:
    """A base with a fact that repeats the answer, learned a day after the decision or a day before it."""
    base = table(2_000, 1)
    decided = NOW - DAY * np.arange(10, 2_010)
    texts = base.facts["lead.bought"].cast(pa.string())
    base = replace(base, facts={**base.facts, "lead.tag": texts})
    return (
        base,
        FactChanges(
            np.arange(2_000),
            decided + (DAY if late else -DAY),
            pa.array(["lead.tag"] * 2_000),
            texts,
        ),
        decided,
    )


def test_fact_that_came_after_sales_is_refused_by_its_time() -> None:
    base, history, decided = leaky(late=True)

    found = gathered(EMPTY, base, Asked("lead.bought", decided=decided), history)

    assert [each.name for each in found.refused] == ["lead.tag"]
    assert "100 % of 2,000" in found.refused[0].why
    assert "only after sales came" in found.refused[0].why
    assert not any("lead.tag" in each.facts for each in found.candidates)
    assert found.when is not None


def test_fact_that_came_before_sales_is_kept_and_told_when_too_good() -> None:
    base, history, decided = leaky(late=False)

    found = gathered(EMPTY, base, Asked("lead.bought", decided=decided), history)

    assert not found.refused
    assert any("lead.tag" in each.facts for each in found.candidates)
    assert [each.fact for each in found.suspicions] == ["lead.tag"]


def test_each_lead_has_what_was_known_of_it_then() -> None:
    base, history, decided = leaky(late=True)
    early = np.arange(0, 2_000, 2)  # half of them were known before: not most came after, so the fact stays
    since = history.since.copy()
    since[early] = decided[early] - DAY
    later_half = replace(history, since=since)

    found = gathered(EMPTY, base, Asked("lead.bought", decided=decided), later_half)

    assert not found.refused
    then = found.past.facts["lead.tag"]
    assert np.array_equal(np.asarray(then.is_valid()), np.arange(2_000) % 2 == 0)


def test_what_leads_did_after_the_first_contact_is_not_looked_at() -> None:
    base = past(1_000)
    names = [each for signal in found_signals(EMPTY, base, base.sold.is_known) for each in of_signal(signal)]
    late = base.events().__iter__().__next__()
    instants = np.asarray(late["occurred_at"].combine_chunks().cast(pa.int64()))
    places = {lead: row for row, lead in enumerate(base.ids.to_pylist())}
    rows = np.array([places.get(lead, -1) for lead in late["lead_id"].to_pylist()])
    before = (rows >= 0) & (instants <= base.cut[np.maximum(rows, 0)])
    cut_off = replace(base, events=lambda: [late.filter(pa.array(before))])

    found: list[Bools] = [answers(EMPTY, names[:60], each, base.cut) for each in (base, cut_off)]

    assert np.array_equal(found[0], found[1])


def test_events_that_arrived_late_were_not_known() -> None:
    base = past(1_000)
    events = base.events().__iter__().__next__()
    received = pa.array(np.full(events.num_rows, NOW), pa.timestamp("us", "UTC"))
    unheard = events.drop_columns(["received_at"]).append_column("received_at", received)
    base = replace(base, events=lambda: [unheard])

    found = gathered(EMPTY, base, Asked("accepted"))

    behaviours = [place for place, each in enumerate(found.candidates) if each.is_behaviour]
    contacted = base.cut < NOW
    asked_for_more = [place for place in behaviours if "no " not in found.candidates[place].name]
    assert not found.held[contacted][:, asked_for_more].any()


def test_names_and_dotted_columns_give_no_rule_and_say_why() -> None:
    base = table(1_500, 1)
    base = replace(
        base,
        facts={
            **base.facts,
            "lead.emp.rate": base.facts["lead.size"],
            "lead.number_of_file": pa.array(np.arange(1_500)),
        },
    )

    why = {each.name: each.why for each in gathered(EMPTY, base, Asked("lead.bought")).left_out}

    assert "--map" in why["lead.emp.rate"]
    assert "a value of its own" in why["lead.number_of_file"]


def test_bands_are_round_and_inside_the_values() -> None:
    found = list(bands(np.random.default_rng(1).uniform(0, 10_000, 2_000)))

    edges = {float(str(test.bound)) for test in found if isinstance(test, AtLeast)}
    assert all(float(f"{edge:.2g}") == edge for edge in edges)
    assert any(isinstance(test, Between) for test in found)
    assert not list(bands(np.array([np.nan] * 50)))


def test_questions_that_ask_the_same_stand_once_under_names_of_their_own() -> None:
    one = Candidate("large", FactTest("lead.size", (AtLeast(5),)), "lead.size")  # type: ignore[arg-type]
    same = replace(one, name="big")
    other = Candidate("large", FactTest("account.size", (AtLeast(5),)), "account.size")  # type: ignore[arg-type]

    assert [each.name for each in unique([one, same, other])] == ["large", "large (account.size)"]


# --------------------------------------------------------------------------------- the company


def test_score_of_the_definition_is_the_total_of_the_card() -> None:
    """For every lead at its own moment, by the one evaluator, in both dimensions."""
    found = learned()
    assert found.card is not None
    as_definition = found.card.definition(EMPTY, "Learned")
    read: Definition = read_definition(written(as_definition, ["a note"])).definition

    scored = judged(read, found.evidence.past, found.evidence.moments)

    assert np.array_equal(scored.fit + scored.engagement, 100 * found.totals)
    assert np.array_equal(scored.is_mql, found.totals >= found.card.bar.total)
    assert content_hash(read) == content_hash(as_definition)
    assert as_definition.fit.rules
    assert as_definition.engagement.rules


def test_learned_definition_differs_from_another_in_words() -> None:
    found = learned()
    assert found.card is not None

    said = [each.sentence for each in differences(definition(), found.card.definition(EMPTY, "Learned"))]

    assert any("requested demo" in sentence for sentence in said)


DRIVERS = {
    "account.employees": None,  # bands of it go both ways
    "demo_requested": "demo_request",
    "trial_started": "trial_started",
    "pricing_page": "pricing_visit",
    "customers_page": "case_study",
    "vs_page": "comparison_page",
    "product_webinar_attended": "product_webinar",
    "careers_page": "careers_page",
}


def test_planted_drivers_are_found_with_their_sign() -> None:
    card = learned().card
    assert card is not None
    found = {each.candidate.about: each.points for each in card.rules}
    signs = {name: each.points for each in card.rules for name in [each.candidate.name]}

    assert {"demo_requested", "pricing_page", "customers_page", "account.employees"} <= set(found)
    assert signs["title level is student"] < 0
    for about, driver in DRIVERS.items():
        if driver is not None and about in found:
            assert (found[about] > 0) is (PLANTED[driver] > 0), about
    assert not {"newsletter_subscribed", "ebook_content_downloaded", "meeting_booked"} & set(found)


@pytest.mark.usefixtures("cards_only")
def test_rules_of_a_definition_are_tried_under_their_names() -> None:
    evidence = gathered(definition(), past(2_000), Asked("accepted"))
    names = {each.name for each in evidence.candidates}

    assert {rule.rule for rule in definition().rules} <= names
    found = learn(evidence, Wanted(rules=5), seed=1).card
    assert found is not None
    assert "lists" in written(found.definition(definition(), "Learned")) or not any(
        each.candidate.name == "target industry" for each in found.rules
    )


@pytest.mark.usefixtures("cards_only")
def test_definition_that_leaks_gains_nothing_once_time_counts() -> None:
    """Meetings that sales books look splendid over the whole history, and are not on the card."""
    open_ended = replace(
        past(4_000), sold=replace(past(4_000).sold, contact=np.full(4_000, past(4_000).until))
    )
    late = gathered(EMPTY, open_ended, Asked("sql"))
    about = [each.about for each in late.candidates]
    leaking = learn(late, Wanted(rules=12, step=5), seed=1)
    card = learned().card

    assert "meeting_booked" in about
    assert card is not None
    assert all(each.candidate.about != "meeting_booked" for each in card.rules)
    assert learned().folds.models[0].auc.high < leaking.folds.models[0].auc.low


def test_card_is_shown_beside_models_and_later_leads() -> None:
    found = learned()

    assert found.later is not None
    names = [each.name for each in found.folds.models]
    assert names == [each.name for each in found.later.models]
    assert {"Full logistic regression", "LightGBM"} <= set(names)
    assert found.later.learned + found.later.tested == found.folds.tested
    card, trees = found.folds.models[0], found.folds.of("LightGBM")
    assert 0.7 < card.auc.value <= trees.auc.high


def test_bar_lets_through_about_the_share_asked_for() -> None:
    card = learned().card
    assert card is not None

    assert 0.15 <= (card.bar.qualified.value or 0.0) <= 0.25
    assert card.bar.precision.n == sum(each.seen.n for each in card.steps if each.low >= card.bar.total)


def test_steps_cover_every_lead_and_case_once() -> None:
    card = learned().card
    assert card is not None

    assert sum(each.leads for each in card.steps) == 4_000
    assert sum(each.seen.n for each in card.steps) == len(of_company().reached)
    assert [each.chance.value for each in card.steps] == sorted(each.chance.value for each in card.steps)
    assert company(4_000).leads.num_rows == 4_000


# ------------------------------------------------------------------------------------ measures


def test_auc_counts_pairs() -> None:
    rng = np.random.default_rng(1)
    scores, reached = rng.integers(0, 6, 90).astype(np.float64), (rng.random(90) < 0.4).astype(np.float64)
    hits, misses = scores[reached == 1], scores[reached == 0]
    pairs = [(a > b) + 0.5 * (a == b) for a in hits for b in misses]

    assert auc(scores, reached).value == pytest.approx(np.mean(pairs))


def test_auc_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(300):
        reached = (rng.random(150) < 0.3).astype(np.float64)
        held.append(not mean_auc([auc(rng.normal(size=150) + reached, reached)]).excludes(0.76025))

    assert 0.91 <= np.mean(held) <= 0.985


def test_honest_chances_have_no_calibration_error_and_gain_over_the_base_rate() -> None:
    rng = np.random.default_rng(4)
    chances = rng.uniform(0.05, 0.95, 40_000)
    reached = (rng.random(40_000) < chances).astype(np.float64)

    assert calibration_error(chances, reached) < 0.012
    assert calibration_error(np.sqrt(chances), reached) > 0.1
    assert gain(chances, reached, np.full(40_000, 0.5)).low > 0
    assert gain(np.full(40_000, 0.5), reached, np.full(40_000, 0.5)).value == 0


def test_interval_of_the_calibration_error_holds_the_error() -> None:
    rng = np.random.default_rng(5)
    for n in (60, 600, 6_000):
        chances = rng.uniform(0.05, 0.95, n)
        found = calibration(chances, (rng.random(n) < chances).astype(np.float64), seed=1)

        assert 0 <= found.low <= found.value <= found.high


def test_folds_have_the_same_share() -> None:
    reached = (np.arange(1_000) < 103).astype(np.float64)
    fold = stratified(reached, 5, seed=1)

    shares = [reached[fold == each].sum() for each in range(5)]
    assert max(shares) - min(shares) <= 1
