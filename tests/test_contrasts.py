"""Facts about the client ratios: each client against the others, nobody shown by few agents, false claims rare."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from ethics.wellbeing import contrasts
from ethics.wellbeing.contrasts import OTHER, client_ratios, publishable_groups, supports
from ethics.wellbeing.fixed_effects import fit_poisson
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, ClientRatio, Ratio
from ethics.workforce.panel import REACH, Panel
from tests.validation.wellbeing import compared
from tests.validation.worlds import Drawn, World, draw

ALIKE = World(agents=200, clients=8, permanent=0.0, monthly=0.0)
BAD = replace(ALIKE, bad=1, bad_ratio=3.0)


@cache
def drawn(world: World, seed: int = 1) -> Drawn:
    return draw(world, seed)


def with_hours(panel: Panel, hours: sparse.csr_array, clients: tuple[int, ...]) -> Panel:
    return Panel(
        panel.agent, panel.week, panel.onset, panel.risk, panel.length, sparse.csr_array(hours), clients, panel.weeks
    )


def dense_shares(panel: Panel) -> tuple[Panel, np.ndarray]:
    shares, worked = panel.shares(1, 4)
    rows = worked & (panel.week >= 4)
    return panel.chosen(rows), shares.toarray()[rows]


def hours_before(panel: Panel) -> np.ndarray:
    """Hours of each client (C,) in the four weeks before each row that is used, counted by hand."""
    hours, weeks = panel.hours.toarray() / 100, panel.hours.shape[0] // panel.agents
    found = np.zeros(len(panel.clients))
    for agent, week in zip(panel.agent, panel.week, strict=True):
        if week >= 4:
            now = agent * weeks + REACH + week
            found += hours[now - 4 : now].sum(axis=0)
    return found


def part_time(panel: Panel, client: int) -> Panel:
    """The panel in which whoever works for the client at all works a tenth of the hours, everywhere."""
    weeks = panel.hours.shape[0] // panel.agents
    by_agent = panel.hours.toarray().reshape(panel.agents, weeks, -1)
    less = np.where(by_agent[:, :, client].sum(axis=1) > 0, 0.1, 1.0)
    return with_hours(panel, (by_agent * less[:, None, None]).reshape(panel.hours.shape), panel.clients)


def test_a_bad_client_is_claimed_and_no_other() -> None:
    world = drawn(BAD)
    answers = client_ratios(world.panel)
    bad = world.panel.clients[int(np.argmax(world.clients))]
    assert [one.client for one in answers if one.claimed] == [bad]
    found = next(one for one in answers if one.client == bad).ratio
    assert found is not None
    assert found.low <= 3 <= found.high


def test_hours_are_hours_and_not_sums_of_shares() -> None:
    """Two agents of twenty weeks, one 40 hours a week for client 1, one 4 hours for client 2: sixteen rows of each."""
    hours = np.zeros((2, 20 + REACH, 2))
    hours[0, REACH:, 0], hours[1, REACH:, 1] = 4000, 400
    agent, week = (grid.ravel() for grid in np.indices((2, 20)))
    nothing, days = np.zeros(40, np.int64), np.full(40, 5)
    panel = Panel(agent, week, nothing, days, nothing, sparse.csr_array(hours.reshape(-1, 2)), (1, 2), 20)
    assert {client: one.hours for client, one in supports(panel).items()} == {1: 16 * 4 * 40, 2: 16 * 4 * 4}


def test_a_ratio_is_against_the_hour_weighted_others_whichever_client_is_left_out() -> None:
    """Whoever works for the bad client works part-time: its share of the weeks is far above that of the hours."""
    worst = int(np.argmax(drawn(BAD).clients))
    panel = part_time(drawn(BAD).panel, worst)
    (people, shares), hours = dense_shares(panel), hours_before(panel)
    assert shares.sum(axis=0)[worst] / shares.sum() > 1.5 * hours[worst] / hours.sum()
    # The client with fewest hours as the base: what is compared must not change.
    base = int(np.argmin(hours))
    kept = np.delete(np.arange(8), base)
    fit = fit_poisson(people.onset, shares[:, kept], people.agent, people.week, np.log(people.risk))
    beta, covariance = np.zeros(8), np.zeros((8, 8))
    beta[kept], covariance[np.ix_(kept, kept)] = fit.beta, fit.covariance
    for place, one in enumerate(client_ratios(panel)):
        weight = np.delete(hours, place) / np.delete(hours, place).sum()
        contrast = np.insert(-weight, place, 1.0)
        if one.ratio is None:
            continue
        assert np.log(one.ratio.rate_ratio) == pytest.approx(contrast @ beta, abs=1e-6)
        error = np.sqrt(contrast @ covariance @ contrast)
        freedom = fit.effective_clusters(contrast[kept]) - 1
        assert one.p == pytest.approx(stats.t.sf(contrast @ beta / error, freedom), rel=1e-4)
        half = stats.t.ppf(0.975, freedom) * error
        assert np.log(one.ratio.high / one.ratio.low) == pytest.approx(2 * half, rel=1e-5)


def test_clients_that_are_not_shown_are_pooled_before_the_fit() -> None:
    panel = drawn(BAD).panel
    hours = panel.hours.toarray()
    merged = np.column_stack([hours[:, [1, 3]], hours[:, [0, 2, 4, 5, 6, 7]].sum(axis=1)])
    by_hand = client_ratios(with_hours(panel, merged, (2, 4, 99)))
    pooled = client_ratios(panel, groups={2, 4})
    assert [one.client for one in pooled] == [2, 4, OTHER]
    assert [replace(one, client=0) for one in pooled] == [replace(one, client=0) for one in by_hand]


def test_without_clients_of_their_own_there_is_nothing_to_compare() -> None:
    assert client_ratios(drawn(ALIKE).panel, groups=()) == [ClientRatio(OTHER, NOT_ENOUGH_DATA)]


def test_fewer_than_fifty_onsets_are_not_enough_for_anybody() -> None:
    panel = drawn(ALIKE).panel
    few = panel.chosen((panel.onset == 0) | (np.cumsum(panel.onset) <= 40))
    assert {one.status for one in client_ratios(few)} == {NOT_ENOUGH_DATA}


def test_a_client_of_few_movers_is_not_compared_and_the_others_are() -> None:
    panel = drawn(ALIKE).panel
    weeks = panel.hours.shape[0] // panel.agents
    hours = panel.hours.toarray()
    # Nine agents also work for a ninth client now and then.
    own = np.zeros((len(hours), 1), np.int64)
    for agent in range(9):
        rows = agent * weeks + np.arange(20, 100, 9)
        own[rows, 0] = hours[rows].sum(axis=1)
    answers = client_ratios(with_hours(panel, np.hstack([hours, own]), (*panel.clients, 9)))
    assert answers[-1].status == NOT_ENOUGH_DATA
    assert answers[-1].ratio is None
    assert ESTIMATED in {one.status for one in answers[:-1]}


def test_a_client_without_hours_changes_nothing() -> None:
    panel = drawn(ALIKE).panel
    empty = sparse.csr_array((panel.hours.shape[0], 1), dtype=np.int64)
    answers = client_ratios(with_hours(panel, sparse.hstack([panel.hours, empty]), (*panel.clients, 9)))
    assert answers == [*client_ratios(panel), ClientRatio(9, NOT_ENOUGH_DATA)]


@given(st.lists(st.one_of(st.none(), st.floats(1e-6, 1.0)), max_size=12))
def test_claims_are_those_of_benjamini_and_hochberg(ps: list[float | None]) -> None:
    answers = contrasts._claimed([ClientRatio(1, ESTIMATED, Ratio(2.0, 1.5, 2.7), p=p) for p in ps])
    known = [p for p in ps if p is not None]
    adjusted = iter(stats.false_discovery_control(known) if known else [])
    assert [one.claimed for one in answers] == [p is not None and bool(next(adjusted) <= 0.05) for p in ps]


@pytest.mark.parametrize(("low", "claimed"), [(0.94, False), (1.04, False), (1.049, False), (1.06, True), (1.3, True)])
def test_a_claim_needs_an_interval_that_lies_above_1_as_it_is_shown(low: float, claimed: bool) -> None:
    (answer,) = contrasts._claimed([ClientRatio(1, ESTIMATED, Ratio(1.4, low, 1.9), p=0.001)])
    assert answer.claimed is claimed


def test_who_shows_no_interval_above_1_does_not_help_others_to_a_claim() -> None:
    """At 5% of two, p of .04 is a claim beside another of .03, and none beside one that is not shown as such."""
    ps = [ClientRatio(1, ESTIMATED, Ratio(1.4, 1.1, 1.9), p=0.04)]
    beside = [ClientRatio(2, ESTIMATED, Ratio(1.4, low, 1.9), p=0.03) for low in (1.1, 1.0)]
    assert [contrasts._claimed([*ps, other])[0].claimed for other in beside] == [True, False]


@pytest.mark.parametrize(("log_ratio", "error"), [(800.0, 1.0), (0.0, 400.0), (0.1, 0.0), (float("nan"), 1.0)])
@pytest.mark.filterwarnings("error")
def test_a_ratio_beyond_numbers_is_not_enough_data(log_ratio: float, error: float) -> None:
    well = contrasts.Support(1.0, 40, 30, 30, 50.0, 0.1)
    found = contrasts._Compared(log_ratio, error, 30.0, 0.1)
    assert contrasts._result(1, well, found) == ClientRatio(1, NOT_ENOUGH_DATA)


def test_where_all_are_alike_few_are_claimed_and_intervals_hold_the_truth() -> None:
    answers = np.array([compared(ALIKE, 900 + seed) for seed in range(25)])
    assert answers[:, 0].sum() <= 6
    assert np.nanmean(answers[:, 2]) == pytest.approx(0.95, abs=0.05)
    assert answers[:, 3].mean() > 0.5


def test_what_a_ratio_rests_on_is_counted_by_agent() -> None:
    people, shares = dense_shares(drawn(ALIKE).panel)
    hours = hours_before(drawn(ALIKE).panel)
    for place, client in enumerate(people.clients):
        share = shares[:, place]
        onsets = [float((share * people.onset)[people.agent == agent].sum()) for agent in range(200)]
        weeks = [int((share[people.agent == agent] > 0).sum()) for agent in range(200)]
        without = [int((share[people.agent == agent] == 0).sum()) for agent in range(200)]
        found = supports(drawn(ALIKE).panel)[client]
        assert found.hours == pytest.approx(hours[place])
        assert found.agents == sum(week > 0 for week in weeks)
        assert found.with_spells == sum(onset > 0 for onset in onsets)
        assert found.movers == sum(week >= 4 and none >= 4 for week, none in zip(weeks, without, strict=True))
        assert found.onsets == pytest.approx(sum(onsets))
        assert found.drop_one == pytest.approx(max(onsets) / sum(onsets))


@pytest.mark.parametrize(
    ("agents", "with_spells", "largest", "shown"),
    [(20, 10, 0.25, True), (19, 10, 0.25, False), (20, 9, 0.25, False), (20, 10, 0.251, False)],
)
def test_a_ratio_is_shown_with_twenty_agents_ten_of_them_ill_and_none_standing_out(
    agents: int, with_spells: int, largest: float, shown: bool
) -> None:
    assert contrasts.Support(1.0, agents, with_spells, agents, 10.0, largest).publishable is shown


def test_few_agents_are_not_published_many_are() -> None:
    assert not any(one.publishable for one in supports(drawn(World(agents=15, clients=6, weeks=60)).panel).values())
    assert all(one.publishable for one in supports(drawn(ALIKE).panel).values())


def split(panel: Panel, agents: int, client: int) -> Panel:
    """The panel with a client of its own for what so many agents do for the client."""
    hours = panel.hours.toarray()
    weeks = hours.shape[0] // panel.agents
    own = np.zeros(len(hours), np.int64)
    own[: agents * weeks] = hours[: agents * weeks, client]
    hours[: agents * weeks, client] = 0
    return with_hours(panel, np.column_stack([hours, own]), (*panel.clients, 9))


def test_what_is_pooled_must_stand_the_same_test() -> None:
    # Alone in the pool, a client of twelve agents could be worked out from the others: the smallest goes with it.
    panel = split(drawn(ALIKE).panel, 12, 0)
    by_client = supports(panel)
    shown = publishable_groups(panel)
    assert not by_client[9].publishable
    smallest = min(range(1, 9), key=lambda client: by_client[client].hours)
    assert shown == tuple(client for client in range(1, 9) if client != smallest)
    assert supports(panel, groups=shown)[OTHER].publishable


def test_nothing_is_published_of_too_few() -> None:
    assert publishable_groups(drawn(World(agents=15, clients=6, weeks=60)).panel) == ()
    assert publishable_groups(drawn(ALIKE).panel) == tuple(range(1, 9))


def test_who_may_not_stand_alone_for_another_reason_is_pooled_and_the_pool_is_looked_at_again() -> None:
    """Eight publishable clients of which two were not shown in every quarter; and one of them so, which then pools another."""
    panel = drawn(ALIKE).panel
    assert publishable_groups(panel, among=range(1, 7)) == tuple(range(1, 7))
    # Alone, the eighth would only be hidden by name: another client goes with it.
    with_one = publishable_groups(panel, among=range(1, 8))
    assert (len(with_one), set(with_one) < set(range(1, 8))) == (6, True)
    assert publishable_groups(drawn(replace(ALIKE, clients=2)).panel, among=(1,)) == ()
    apart = split(panel, 12, 0)
    assert len(publishable_groups(apart, among=range(1, 9))) == 7
