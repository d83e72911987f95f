"""Facts about the risk score: what moves it, what it is made of, and that it says what it does not know."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethics.risk.policy import DIMENSIONS, MISMATCH_DIMENSIONS, Policy, load_policy
from ethics.risk.score import Evidence, Reading, Score, Severities, band_of, decay, score_client, score_clients

POLICY = load_policy()

amounts = st.one_of(st.just(0.0), st.floats(0, 3), st.floats(0, 400), st.integers(0, 30).map(float))
severities = st.tuples(amounts, amounts, amounts, amounts, amounts)
readings = st.one_of(
    st.none(), st.lists(st.floats(0, 100), min_size=3, max_size=3).map(sorted).map(lambda v: Reading(v[1], v[0], v[2]))
)
evidences = st.builds(
    Evidence,
    client=st.just("Aalto"),
    contacts=st.one_of(st.just(0.0), st.floats(1, 1e6)),
    counts=st.dictionaries(st.sampled_from(MISMATCH_DIMENSIONS), severities),
    proved_severity_4=st.sampled_from([0, 0, 0, 2]),
    failed_knockouts=st.sampled_from([(), (), ("A01",)]),
    response=readings,
    agent_burden=readings,
)
served = evidences.filter(lambda evidence: evidence.contacts > 0)


def everywhere(*counts: float) -> dict[str, Severities]:
    """The same five counts in each mismatch dimension."""
    a, b, c, d, e = counts
    return dict.fromkeys(MISMATCH_DIMENSIONS, (a, b, c, d, e))


def numbers(score: Score) -> tuple[float, float, float]:
    assert score.score is not None
    assert score.low is not None
    assert score.high is not None
    return score.low, score.score, score.high


def never_lower(after: Score, before: Score) -> bool:
    return all(a >= b for a, b in zip(numbers(after), numbers(before), strict=True))


# --- What moves the score -----------------------------------------------------------------------------------


@settings(max_examples=60)
@given(served, st.sampled_from(MISMATCH_DIMENSIONS), st.integers(1, 4), st.floats(1e-6, 50))
def test_more_mismatches_never_lower_score_low_or_high(
    evidence: Evidence, dimension: str, severity: int, more: float
) -> None:
    counts = [*evidence.counts.get(dimension, (0.0,) * 5)]
    counts[severity] += more
    a, b, c, d, e = counts
    worse = replace(evidence, counts={**evidence.counts, dimension: (a, b, c, d, e)})
    assert never_lower(score_client(worse, POLICY), score_client(evidence, POLICY))


@settings(max_examples=60)
@given(served, st.one_of(st.just(1.0), st.floats(1e-3, 1e6)))
def test_more_contacts_never_raise_score_low_or_high(evidence: Evidence, more: float) -> None:
    calmer = replace(evidence, contacts=evidence.contacts + more)
    assert never_lower(score_client(evidence, POLICY), score_client(calmer, POLICY))


@settings(max_examples=30)
@given(served, readings, readings)
def test_a_worse_reading_never_lowers_score_low_or_high(
    evidence: Evidence, one: Reading | None, other: Reading | None
) -> None:
    one, other = one or Reading(20, 10, 40), other or Reading(50, 50, 50)
    worse = Reading(max(one.score, other.score), max(one.low, other.low), max(one.high, other.high))
    scores = [score_client(replace(evidence, response=reading), POLICY) for reading in (worse, one)]
    assert never_lower(*scores)


@settings(max_examples=30)
@given(served, st.floats(0, 1e4))
def test_severity_0_is_normal_work_and_moves_nothing(evidence: Evidence, normal: float) -> None:
    counts = {name: (normal, *evidence.counts.get(name, (0.0,) * 5)[1:]) for name in MISMATCH_DIMENSIONS}
    after = score_client(replace(evidence, counts=counts), POLICY)
    assert numbers(after) == numbers(score_client(evidence, POLICY))


def test_a_graver_mismatch_weighs_more() -> None:
    scores = [
        score_client(Evidence("A", 5000, {"product_truth": counts}), POLICY).score
        for counts in [(0, 0, 0, 0, 0), (0, 4, 0, 0, 0), (0, 0, 4, 0, 0), (0, 0, 0, 4, 0), (0, 0, 0, 0, 4)]
    ]
    assert scores == sorted(scores, key=lambda score: score or 0)
    assert len(set(scores)) == 5


@settings(max_examples=30)
@given(evidences, st.lists(evidences, max_size=5))
def test_other_clients_change_nothing(evidence: Evidence, others: list[Evidence]) -> None:
    assert score_clients([*others, evidence, *others], POLICY)[len(others)] == score_client(evidence, POLICY)


@settings(max_examples=30)
@given(evidences)
def test_the_order_of_the_dimensions_does_not_matter(evidence: Evidence) -> None:
    turned = replace(evidence, counts=dict(reversed(list(evidence.counts.items()))))
    assert score_client(turned, POLICY) == score_client(evidence, POLICY)


# --- What it is made of -------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(evidences)
def test_a_score_lies_within_its_interval_and_is_the_exact_sum_of_its_contributions(evidence: Evidence) -> None:
    score = score_client(evidence, POLICY)
    if score.score is None:
        assert (score.low, score.high, score.band, score.contributions) == (None, None, "unknown", ())
        return
    low, middle, high = numbers(score)
    assert 0 <= low <= middle <= high <= 100
    assert score.band == band_of(middle, POLICY)
    assert sum(round(10 * points) for _, points in score.contributions) == round(10 * middle)
    assert all(points >= 0 and points == round(points, 1) for _, points in score.contributions)
    assert all(0 <= d.low <= d.score <= d.high <= 100 for d in score.dimensions.values())


@settings(max_examples=60)
@given(evidences)
def test_unknown_dimensions_are_named_and_the_known_ones_share_the_whole_weight(evidence: Evidence) -> None:
    score = score_client(evidence, POLICY)
    looked = evidence.contacts > 0 or any(any(counts[1:]) for counts in evidence.counts.values())
    expected = [] if looked else [*MISMATCH_DIMENSIONS]
    expected += [name for name in ("response", "agent_burden") if getattr(evidence, name) is None]
    assert score.unknown == tuple(expected)
    assert set(score.dimensions) == set(DIMENSIONS) - set(score.unknown)
    if score.dimensions:
        assert sum(dimension.weight_share for dimension in score.dimensions.values()) == pytest.approx(1)


@settings(max_examples=30)
@given(served)
def test_the_score_can_be_checked_from_the_dimensions_shown(evidence: Evidence) -> None:
    score = score_client(replace(evidence, proved_severity_4=0, failed_knockouts=()), POLICY)
    shown = [(dimension.weight_share, dimension.score) for dimension in score.dimensions.values()]
    by_hand = (1 - POLICY.weakest_link) * sum(share * points for share, points in shown)
    by_hand += POLICY.weakest_link * max(points for _, points in shown)
    assert score.score == pytest.approx(by_hand, abs=0.1001)


def test_the_weakest_link_is_named_and_carries_its_part() -> None:
    evidence = Evidence("A", 20_000, {"customer_rights": (0, 0, 0, 30, 0)}, response=Reading(10, 5, 20))
    score = score_client(evidence, POLICY)
    weak = score.dimensions["customer_rights"]
    assert score.weakest == "customer_rights"
    part = (1 - POLICY.weakest_link) * weak.weight_share + POLICY.weakest_link
    assert weak.contribution == pytest.approx(part * weak.score, abs=0.11)


def test_normal_work_is_a_dimension_of_nothing() -> None:
    for category in ("M01", "M02"):
        with pytest.raises(ValueError, match=f"{category} is not a dimension"):
            score_client(Evidence("A", 100, {category: (0, 1, 0, 0, 0)}), POLICY)


# --- What is not known --------------------------------------------------------------------------------------


def test_a_client_of_whom_nothing_is_known_has_no_score() -> None:
    score = score_client(Evidence("A", 0), POLICY)
    assert (score.score, score.low, score.high, score.band) == (None, None, None, "unknown")
    assert (score.unknown, score.weakest, score.dimensions) == (DIMENSIONS, None, {})


def test_one_mismatch_without_contacts_makes_all_four_mismatch_dimensions_known() -> None:
    score = score_client(Evidence("A", 0, {"enablement": (0, 1, 0, 0, 0)}), POLICY)
    assert set(score.dimensions) == set(MISMATCH_DIMENSIONS)
    assert len(MISMATCH_DIMENSIONS) == 4


def test_normal_work_without_contacts_makes_nothing_known() -> None:
    score = score_client(Evidence("A", 0, {"sales_conduct": (3, 0, 0, 0, 0)}), POLICY)
    assert (score.score, score.unknown) == (None, DIMENSIONS)


def test_another_kind_of_mismatch_does_not_dilute_the_first() -> None:
    first: dict[str, Severities] = {"product_truth": (0, 0, 0, 0, 1)}
    second: dict[str, Severities] = {"product_truth": (0, 0, 0, 0, 1), "enablement": (0, 1, 0, 0, 0)}
    assert never_lower(score_client(Evidence("A", 0, second), POLICY), score_client(Evidence("A", 0, first), POLICY))


def test_a_lone_reading_is_the_score_with_its_own_interval() -> None:
    score = score_client(Evidence("A", 0, response=Reading(30, 20, 55)), POLICY)
    assert numbers(score) == (20, 30, 55)
    assert score.contributions == (("response", 30.0),)


# --- Floors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "floor"),
    [
        (Evidence("A", 20_000, proved_severity_4=1), "proved_severity_4"),
        (Evidence("A", 20_000, failed_knockouts=("A01",)), "failed_knockout"),
    ],
)
def test_a_floor_lifts_a_good_mean_to_remedy_and_says_so(evidence: Evidence, floor: str) -> None:
    score = score_client(evidence, POLICY)
    assert (score.score, score.low, score.band, score.floor) == (45.0, 45.0, "remedy", floor)
    name, points = score.contributions[-1]
    assert name == "floor"
    assert points > 40


def test_a_floor_below_the_mean_changes_nothing() -> None:
    evidence = Evidence("A", 20_000, everywhere(0, 0, 0, 60, 0))
    assert score_client(replace(evidence, proved_severity_4=3), POLICY) == score_client(evidence, POLICY)


def test_a_floor_under_an_unknown_client_leaves_everything_above_it_open() -> None:
    score = score_client(Evidence("A", 0, failed_knockouts=("A01",)), POLICY)
    assert numbers(score) == (45, 45, 100)
    assert score.contributions == (("floor", 45.0),)
    assert score.unknown == DIMENSIONS


# --- What the policy's numbers mean -------------------------------------------------------------------------


def test_twenty_thousand_contacts_without_a_mismatch_score_below_10() -> None:
    score = score_client(Evidence("A", 20_000), POLICY)
    assert numbers(score)[1] < 10
    assert numbers(score)[2] < 25


def test_the_usual_half_a_mismatch_per_thousand_is_fair_play() -> None:
    score = score_client(Evidence("A", 20_000, everywhere(0, 1.5, 1, 0, 0)), POLICY)
    assert numbers(score)[1] < 20
    assert score.band == "fair_play"


def test_hidden_terms_at_three_per_thousand_need_a_remedy_though_all_else_is_well() -> None:
    counts = {**everywhere(0, 1.5, 1, 0, 0), "product_truth": (0, 1.5, 1, 60, 0)}
    evidence = Evidence("A", 20_000, counts)
    assert score_client(evidence, POLICY).band == "remedy"
    assert score_client(evidence, POLICY).dimensions["product_truth"].score >= 70
    good = Reading(10, 5, 20)
    assert numbers(score_client(replace(evidence, response=good, agent_burden=good), POLICY))[1] >= 45


def test_a_new_client_is_fair_play_with_a_wide_interval() -> None:
    score = score_client(Evidence("A", 200), POLICY)
    assert score.band == "fair_play"
    assert numbers(score)[2] - numbers(score)[0] > 30


def test_bad_everywhere_is_no_thanks() -> None:
    assert score_client(Evidence("A", 20_000, everywhere(0, 0, 0, 40, 0)), POLICY).band == "no_thanks"


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (None, "unknown"),
        (0, "fair_play"),
        (24.4, "fair_play"),
        (24.6, "watch"),
        (25, "watch"),
        (45, "remedy"),
        (70, "no_thanks"),
    ],
)
def test_a_score_belongs_to_the_first_band_whose_limit_it_stays_below(score: float | None, band: str) -> None:
    assert band_of(score, POLICY) == band


# --- An independent computation -----------------------------------------------------------------------------


def simulated(evidence: Evidence, policy: Policy, size: int) -> tuple[np.ndarray, float, np.ndarray]:
    """Mean of each dimension, score and interval by long simulation: numpy's Gamma, the formula spelt out."""
    generator = np.random.default_rng(17)
    weights, shares = np.array(policy.severity_weights[1:]), np.array(policy.prior.severity_shares)
    columns = []
    for name in MISMATCH_DIMENSIONS:
        reference = policy.dimensions[name].reference or math.nan
        mismatches = policy.prior.rate * reference * policy.prior.contacts / 1000 / (shares @ weights)
        shape = shares * mismatches + np.array(evidence.counts.get(name, (0,) * 5)[1:])
        rate = generator.gamma(shape, size=(size, 4)) @ weights / ((policy.prior.contacts + evidence.contacts) / 1000)
        columns.append(100 * rate / (rate + reference))
    draws = np.array(columns)
    weight = np.array([policy.dimensions[name].weight for name in MISMATCH_DIMENSIONS])
    weight /= weight.sum()
    means = draws.mean(axis=1)
    w = policy.weakest_link
    score = (1 - w) * weight @ means + w * means.max()
    return means, float(score), np.quantile((1 - w) * weight @ draws + w * draws.max(axis=0), [0.025, 0.975])


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("new", 200),
        Evidence("clean", 20_000),
        Evidence("usual", 20_000, everywhere(0, 1.5, 1, 0, 0)),
        Evidence("decayed", 3000, everywhere(0, 0.4, 0.3, 1.2, 0.1)),
        Evidence("one grave", 800, {"sales_conduct": (0, 0, 0, 0, 1)}),
        Evidence("hidden terms", 20_000, {"product_truth": (0, 3, 1, 60, 0), "enablement": (0, 9, 2, 0, 0)}),
    ],
    ids=lambda evidence: evidence.client,
)
def test_the_score_agrees_with_long_simulation(evidence: Evidence) -> None:
    """The score to 0.1 points (and 0.05 for rounding), the limits to 1 point; simulation errs below 0.05."""
    score = score_client(evidence, POLICY)
    means, middle, limits = simulated(evidence, POLICY, 200_000)
    assert [score.dimensions[name].score for name in MISMATCH_DIMENSIONS] == pytest.approx(means.tolist(), abs=0.2)
    assert score.score == pytest.approx(middle, abs=0.15)
    assert numbers(score)[::2] == pytest.approx(tuple(limits), abs=1)


def test_a_thousand_clients_take_less_than_three_seconds() -> None:
    generator = np.random.default_rng(5)
    clients = [
        Evidence(str(k), float(contacts), everywhere(*generator.gamma(1, 5, 5)), response=Reading(30, 20, 50))
        for k, contacts in enumerate(generator.uniform(100, 50_000, 1000))
    ]
    score_client(clients[0], POLICY)
    start = time.process_time()
    assert len(score_clients(clients, POLICY)) == 1000
    assert time.process_time() - start < 3


# --- Decay and refusals -------------------------------------------------------------------------------------


def test_evidence_counts_half_after_each_half_life() -> None:
    assert decay(0, 26) == 1
    assert decay(26, 26) == 0.5
    assert decay(np.array([0.0, 13.0, 52.0]), 26) == pytest.approx([1, math.sqrt(0.5), 0.25])


@pytest.mark.parametrize(("weeks", "half_life"), [(-1, 26), (math.nan, 26), (1, 0), (1, math.nan)])
def test_evidence_from_the_future_and_a_half_life_of_nothing_are_refused(weeks: float, half_life: float) -> None:
    with pytest.raises(ValueError, match=r"future|half-life"):
        decay(weeks, half_life)


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (Evidence("Aalto", -1), "Aalto cannot be scored: contacts"),
        (Evidence("Aalto", math.inf), "contacts must be a number"),
        (Evidence("Aalto", 10, {"honesty": (0, 0, 0, 0, 0)}), "honesty is not a dimension"),
        (Evidence("Aalto", 10, {"enablement": (0, -1, 0, 0, 0)}), "enablement needs five counts"),
        (Evidence("Aalto", 10, {"enablement": (0, 1)}), "needs five counts"),  # type: ignore[dict-item]
        (Evidence("Aalto", 10, {"response": (0, 1, 0, 0, 0)}), "measured elsewhere"),
        (Evidence("Aalto", 10, proved_severity_4=-1), "cannot be negative"),
        (Evidence("Aalto", 10, response=Reading(30, 40, 50)), "low <= score"),
        (Evidence("Aalto", 10, agent_burden=Reading(30, 20, 101)), "high <= 100"),
    ],
)
def test_senseless_evidence_is_refused_with_the_clients_name(evidence: Evidence, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        score_client(evidence, POLICY)
