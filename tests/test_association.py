"""Facts about the headline: it finds what is there, claims little where nothing is, and says when it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import sparse

from ethics.wellbeing import association
from ethics.wellbeing.association import e_value, headline
from ethics.wellbeing.dose import Mismatches, client_rates, own_parts, steadiness
from ethics.wellbeing.fixed_effects import fit_poisson
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, WITHHELD, Headline, Ratio
from ethics.workforce.panel import Panel
from tests.validation.wellbeing import COLUMNS, asked
from tests.validation.worlds import Drawn, World, draw

SMALL = World(agents=200, clients=14, weeks=100)
STRONG = World(agents=300, ratio=2.5, permanent=0.1, monthly=0.1)


@cache
def drawn(world: World, seed: int = 1) -> Drawn:
    return draw(world, seed)


@cache
def found(world: World, seed: int = 1) -> Headline:
    return headline(drawn(world, seed).panel, drawn(world, seed).mismatches)


def many(world: World, number: int) -> dict[str, np.ndarray]:
    answers = np.array([asked(world, 500 + seed) for seed in range(number)])
    return dict(zip(COLUMNS, answers.T, strict=True))


def test_the_same_input_gives_the_same_answer() -> None:
    again = draw(SMALL, 1)
    assert headline(again.panel, again.mismatches) == found(SMALL)


def test_neither_the_numbers_of_agents_nor_the_order_of_clients_matters() -> None:
    world = drawn(SMALL)
    panel, (agents, weeks) = world.panel, (world.panel.agents, world.panel.hours.shape[0] // world.panel.agents)
    order = np.arange(agents)[::-1]
    rows = np.argsort(order[panel.agent], kind="stable")
    clients = np.arange(14)[::-1]
    hours = panel.hours[(order[:, None] * weeks + np.arange(weeks)).ravel()][:, clients]
    other = Panel(
        order[panel.agent][rows],
        panel.week[rows],
        panel.onset[rows],
        panel.risk[rows],
        panel.length[rows],
        sparse.csr_array(hours),
        panel.clients[::-1],
        panel.weeks,
    )
    m = world.mismatches
    flipped = Mismatches(m.weighted[clients], m.squares[clients], m.count[clients], m.contacts[clients])
    one, two = found(SMALL).ratio, headline(other, flipped).ratio
    assert one is not None
    assert two is not None
    # The error by shifts is drawn anew, the estimate is not.
    assert two.rate_ratio == pytest.approx(one.rate_ratio, rel=1e-6)
    assert np.log(two.high / two.low) == pytest.approx(np.log(one.high / one.low), rel=0.15)


def test_a_strong_effect_is_claimed_and_the_interval_holds_it() -> None:
    answer = found(STRONG)
    assert answer.status == ESTIMATED
    assert answer.claimed
    assert answer.p == 0.001
    assert answer.ratio is not None
    assert 1 < answer.ratio.low <= 2.5 <= answer.ratio.high
    assert [(window.first, window.last) for window in answer.windows] == [(1, 2), (1, 8)]
    assert all(window.ratio is not None and window.ratio.rate_ratio > 1.3 for window in answer.windows)


def test_the_ratio_is_that_of_the_regression_written_out() -> None:
    panel, mismatches = drawn(STRONG).panel, drawn(STRONG).mismatches
    shares, worked = panel.shares(1, 4)
    usable = worked & (panel.week >= 4)
    people, share, rates = panel.chosen(usable), shares.toarray()[usable], client_rates(mismatches)
    parts = own_parts(people, sparse.csr_array(share), 1, 4).toarray()
    now, usual = rates[:, people.week].T, rates.mean(axis=1)
    keener = steadiness(mismatches) * (parts * (now / usual - 1)).sum(axis=1)
    x = np.column_stack([(share * now).sum(axis=1), keener, share[:, 1:]])
    fit = fit_poisson(people.onset, x, people.agent, people.week, np.log(people.risk))
    # What flagging near illness adds, one known beforehand as 0 ± 1, is taken off in part.
    slope = fit.beta[0] - fit.covariance[0, 1] / (fit.covariance[1, 1] + 1) * fit.beta[1]
    answer = found(STRONG)
    assert answer.ratio is not None
    assert answer.ratio.rate_ratio == pytest.approx(np.exp(10 * slope), rel=1e-6)
    assert answer.dose_only is not None
    alone = fit_poisson(people.onset, x[:, :1], people.agent, people.week, np.log(people.risk)).beta[0]
    assert answer.dose_only.rate_ratio == pytest.approx(np.exp(10 * alone), rel=1e-6)


def test_an_interval_without_1_is_no_claim_when_p_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(association, "LEVEL", 0.0005)
    answer = headline(drawn(STRONG).panel, drawn(STRONG).mismatches)
    assert answer.p == 0.001
    assert answer.ratio == found(STRONG).ratio
    assert not answer.claimed


def test_counts_are_those_of_the_rows_with_a_whole_window() -> None:
    answer, panel = found(STRONG), drawn(STRONG).panel
    _, worked = panel.shares(1, 4)
    rows = worked & (panel.week >= 4)
    assert (answer.agents, answer.clients, answer.weeks) == (300, 20, 100)
    assert answer.onsets == panel.onset[rows].sum()


def test_spells_above_the_calm_level_are_near_the_truth_and_days_follow() -> None:
    answer, world = found(STRONG), drawn(STRONG)
    assert answer.spells is not None
    assert answer.days is not None
    assert answer.spells.low <= world.spells <= answer.spells.high
    _, worked = world.panel.shares(1, 4)
    ill = worked & (world.panel.week >= 4) & (world.panel.onset > 0)
    assert answer.days.mean / answer.spells.mean == pytest.approx(world.panel.length[ill].mean())
    assert answer.days.high / answer.spells.high == pytest.approx(world.panel.length[ill].mean())


def test_spells_whose_end_is_not_known_make_days_neither_more_nor_less() -> None:
    """Of every thirtieth spell nobody sent the end: the others' mean length tells the days."""
    world = drawn(STRONG)
    open_ended = np.zeros(len(world.panel.week), bool)
    open_ended[np.flatnonzero(world.panel.onset)[::30]] = True
    answer = headline(replace(world.panel, length=np.where(open_ended, 0, world.panel.length)), world.mismatches)
    assert answer.days is not None
    assert answer.spells == found(STRONG).spells
    _, worked = world.panel.shares(1, 4)
    ended = worked & (world.panel.week >= 4) & (world.panel.onset > 0) & ~open_ended
    assert answer.spells is not None
    assert answer.days.mean / answer.spells.mean == pytest.approx(world.panel.length[ended].mean())


def test_without_a_single_known_end_there_are_spells_and_no_days() -> None:
    world = drawn(STRONG)
    answer = headline(replace(world.panel, length=0 * world.panel.length), world.mismatches)
    assert answer.spells == found(STRONG).spells
    assert answer.days is None


@pytest.mark.parametrize(
    ("interval", "claimed"), [((1.004, 1.7), False), ((1.012, 1.7), True), ((0.5, 0.996), False), ((0.5, 0.984), True)]
)
def test_a_claim_needs_an_interval_without_1_as_it_is_shown(
    interval: tuple[float, float], claimed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratio = Ratio(interval[0] * 1.2 if interval[0] > 1 else interval[1] * 0.8, *interval)
    monkeypatch.setattr(association._Estimate, "ratio", ratio)
    answer = headline(drawn(STRONG).panel, drawn(STRONG).mismatches)
    assert answer.p == 0.001
    assert answer.claimed is claimed
    # What is shown to hold 1 needs nothing to explain it away.
    assert answer.e_value_limit is not None
    assert (answer.e_value_limit > 1) is claimed


def test_fewer_spells_after_more_mismatches_are_told_as_they_are() -> None:
    answer = found(replace(STRONG, ratio=0.4))
    assert answer.ratio is not None
    assert answer.spells is not None
    assert answer.ratio.high < 1
    assert answer.spells.low < answer.spells.mean < answer.spells.high < 0
    assert answer.e_value_limit == pytest.approx(e_value(answer.ratio.high))


def test_without_an_effect_claims_are_rare_and_intervals_hold_the_truth() -> None:
    # Of 20 at 5% each, more than 5 come once in three thousand times.
    answers = many(World(), 20)
    known = int((~np.isnan(answers["covered"])).sum())
    assert known >= 15
    assert answers["claimed"].sum() <= 5
    assert np.nansum(answers["covered"]) >= known - 5


def test_agents_who_flag_more_before_they_fall_ill_do_not_make_an_effect() -> None:
    # With everybody's own flags in the dose and nothing against it, the bias is 0.3.
    answers = many(World(near=3.0, permanent=0.1, monthly=0.1), 12)
    assert abs(np.nanmean(answers["error"])) < 0.15


def test_moves_after_illness_are_seen_before_they_happen() -> None:
    moved, left = found(World(feedback=0.5)), found(World())
    assert moved.lead_p is not None
    assert left.lead_p is not None
    assert moved.lead_p < 0.001 < left.lead_p


def test_reporting_that_rises_with_burden_withholds_the_claim_and_the_days() -> None:
    answer = found(World(reporting="with-burden", ratio=1.5), 3)
    assert answer.status == WITHHELD
    assert answer.reasons == ("same-week",)
    assert not answer.claimed
    assert (answer.spells, answer.days) == (None, None)
    assert answer.ratio is not None
    assert answer.same_week_p is not None
    assert answer.same_week_p < 0.05


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        (World(agents=200, clients=5, weeks=70), "few-clients"),
        (World(agents=400, clients=10, weeks=50), "few-weeks"),
        (World(agents=30, clients=8, weeks=70), "few-onsets"),
        (World(agents=60, clients=12, weeks=104), "little-movement"),
    ],
)
def test_too_little_of_something_is_said_and_no_ratio_shown(world: World, reason: str) -> None:
    answer = found(world)
    assert answer.status == NOT_ENOUGH_DATA
    assert reason in answer.reasons
    assert (answer.ratio, answer.p, answer.spells, answer.e_value, answer.windows) == (None, None, None, None, ())
    assert not answer.claimed
    assert answer.agents == world.agents
    assert answer.minimum_detectable is not None


def test_without_onsets_nothing_can_be_said() -> None:
    panel = drawn(SMALL).panel
    healthy = Panel(
        panel.agent, panel.week, 0 * panel.onset, panel.risk, 0 * panel.length, panel.hours, panel.clients, panel.weeks
    )
    answer = headline(healthy, drawn(SMALL).mismatches)
    assert answer.status == NOT_ENOUGH_DATA
    assert {"few-onsets", "few-effective-agents", "little-movement"} <= set(answer.reasons)


def test_an_empty_panel_is_not_enough_data() -> None:
    panel = drawn(SMALL).panel
    answer = headline(panel.chosen(np.zeros(len(panel.week), bool)), drawn(SMALL).mismatches)
    assert (answer.status, answer.agents, answer.weeks) == (NOT_ENOUGH_DATA, 0, 0)


def test_without_mismatches_there_is_no_movement() -> None:
    none = np.zeros((14, 100))
    answer = headline(drawn(SMALL).panel, Mismatches(none, none, none, drawn(SMALL).mismatches.contacts))
    assert answer.status == NOT_ENOUGH_DATA
    assert answer.reasons == ("few-effective-agents", "little-movement")
    assert answer.minimum_detectable is None


@pytest.mark.parametrize(("ratio", "expected"), [(1.0, 1.0), (1.5, 2.366), (1 / 1.5, 2.366), (2.0, 3.414)])
def test_the_e_value_is_vanderweeles(ratio: float, expected: float) -> None:
    assert e_value(ratio) == pytest.approx(expected, abs=5e-4)


def test_an_interval_with_1_in_it_needs_nothing_to_explain_it_away() -> None:
    answer = found(World())
    assert answer.ratio is not None
    assert answer.ratio.low < 1 < answer.ratio.high
    assert answer.e_value_limit == 1
