"""Client ratios of a year, and attacks on them: turned back into numbers of sick leaves, and searched for hidden clients.

The attacker knows everything but one number: everybody's hours, the sick leaves of the other clients, and how errors
follow from counts where agents are alike. A ratio is then y / E × E₀ / y₀, and its error √(1/y + 1/y₀).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse, stats
from sqlmodel import Session

from ethics.disclosure import Figures
from ethics.wellbeing import contrasts, publishing, release
from ethics.wellbeing.contrasts import OTHER, Support
from ethics.wellbeing.release import Cell
from ethics.wellbeing.results import ClientRatio, Ratio
from ethics.workforce.panel import REACH, Panel
from ethics.workforce.quarters import Quarter
from tests import releases

WEEKS = 56
#: Half the last digit that is told, and as little more as numbers in a computer need.
HALF = 0.05 + 1e-9


@dataclass(frozen=True)
class Counts:
    """Sick leaves after work for a client and after all other work, and how many the client would have at their rate."""

    client: int
    others: int
    expected: float
    agents: float

    def line(self) -> ClientRatio:
        """What is published where the error follows from the counts alone, which serves the attacker best."""
        found = contrasts._Compared(math.log(self.client / self.expected), self.error(self.client), self.agents, 0.1)
        support = Support(1e5, 40, 30, 30, float(self.client), 0.1)
        return release.rounded_client(contrasts._result(1, support, found))

    def error(self, y: int) -> float:
        return math.sqrt(1 / y + 1 / self.others)


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """From few sick leaves to many, at clients good and bad."""
    client = draw(st.integers(1, 300))
    ratio = math.exp(draw(st.floats(-1.5, 2.3)))
    others = draw(st.one_of(st.integers(10, 100), st.integers(100, 5_000)))
    return Counts(client, others, client / ratio, draw(st.floats(8, 300)))


def ratio_fits_several_counts(of: Counts, told: ClientRatio) -> None:
    """Attack 7: the ratio by itself, with the client's expected number known, is that of two numbers at least."""
    if told.ratio is None:
        return
    found = [y for y in range(1, 3 * of.client + 99) if abs(y / of.expected - told.ratio.rate_ratio) <= HALF]
    assert len(found) >= 2, (found, told.ratio)


def interval_fits_several_counts(of: Counts, told: ClientRatio) -> None:
    """Attack 7: so is the interval by itself, with its factor known: y = 1 / (error² - 1 / y₀)."""
    if told.ratio is None:
        return
    half = float(stats.t.ppf(0.975, of.agents - 1))
    low, high = told.ratio.low, told.ratio.high
    least = math.log(max(high - HALF, HALF) / (low + HALF))
    most = math.log((high + HALF) / (low - HALF)) if low > HALF else math.inf
    found = [y for y in range(1, 3 * of.client + 99) if least <= 2 * half * of.error(y) <= most]
    assert len(found) >= 2, (found, told.ratio)


COUNT_ATTACKS = (ratio_fits_several_counts, interval_fits_several_counts)


@dataclass(frozen=True, eq=False)
class Year:
    """A year of work in blocks of weeks, each for one client, in turns; and the clients that may stand alone."""

    panel: Panel
    among: tuple[int, ...]


def panel(client: NDArray[np.int64], onset: NDArray[np.int64], clients: int) -> Panel:
    """The panel of agents who each worked full weeks for these clients (A, T), counted from 0, and fell ill (A, T)."""
    agents, weeks = client.shape
    rows = (np.arange(agents)[:, None] * (weeks + REACH) + REACH + np.arange(weeks)).ravel()
    hours = sparse.csr_array(
        (np.full(client.size, 3750.0), (rows, client.ravel())), shape=(agents * (weeks + REACH), clients)
    )
    who, when = np.repeat(np.arange(agents), weeks), np.tile(np.arange(weeks), agents)
    ill = onset.ravel()
    return Panel(who, when, ill, np.full(client.size, 5), 3 * ill, hours, tuple(range(1, clients + 1)), weeks)


@st.composite
def years(draw: st.DrawFn) -> Year:
    """Two to four clients, all agents alike, so that nothing blurs what counts tell; and up to two with a few of them."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    agents, clients, small = draw(st.integers(25, 100)), draw(st.integers(2, 4)), draw(st.sampled_from([0, 0, 1, 2]))
    block = draw(st.sampled_from([8, 13, 17, 26]))
    client = (np.arange(WEEKS) // block + np.arange(agents)[:, None]) % clients
    for number in range(clients, clients + small):
        few = chance.choice(agents, draw(st.integers(2, 22)), replace=False)
        client[few, chance.integers(30) :] = number
    bad = np.exp(chance.normal(0, 0.4, clients + small))
    onset = chance.random(client.shape) < draw(st.sampled_from([0.02, 0.03, 0.05])) * bad[client]
    may = draw(st.sets(st.integers(1, clients + small), min_size=1))
    return Year(panel(client, onset.astype(np.int64), clients + small), tuple(sorted(may)))


def published(of: Year) -> list[ClientRatio]:
    """A year's lines as publishing makes them."""
    alone = contrasts.publishable_groups(of.panel, among=of.among)
    return [release.rounded_client(line) for line in contrasts.client_ratios(of.panel, groups=alone)]


def shares(of: Panel) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Agents (N,), onsets (N,) and each client's part of the four weeks before (N, C), said a second time."""
    weekly = of.hours.toarray().reshape(of.agents, of.weeks + REACH, -1)[:, REACH:]
    before = np.zeros_like(weekly)
    for lag in range(1, 5):
        before[:, lag:] += weekly[:, :-lag]
    whole = before[of.agent, of.week]
    rows = (of.week >= 4) & (whole.sum(axis=1) > 0)
    whole = whole[rows]
    return of.agent[rows], of.onset[rows], whole / whole.sum(axis=1, keepdims=True)


def only_clients_that_may_stand_alone(of: Year, told: Sequence[ClientRatio]) -> None:
    """No line of a client that is hidden somewhere; the others are one line, of two clients or more, and no smaller."""
    agent, onset, share = shares(of.panel)
    alone = [line.client for line in told if line.client != OTHER]
    assert set(alone) <= set(of.among)
    hidden = [k for k, client in enumerate(of.panel.clients) if client not in alone]
    assert len(hidden) != 1
    groups = [[of.panel.clients.index(client)] for client in alone] + ([hidden] if hidden and alone else [])
    for columns in groups:
        part = share[:, columns].sum(axis=1)
        ill = np.bincount(agent, part * onset)
        assert len(set(agent[part > 0].tolist())) >= 20
        assert (ill > 0).sum() >= 10
        assert 4 * ill.max() <= ill.sum() + 1e-9


def hidden_clients_are_in_no_fit(of: Year, told: Sequence[ClientRatio]) -> None:
    """Whoever worked for which of the hidden clients: every line is the same to the last digit."""
    alone = {line.client for line in told}
    hidden = [k for k, client in enumerate(of.panel.clients) if client not in alone]
    if not hidden:
        return
    hours = of.panel.hours.toarray()
    pooled = hours[:, hidden].sum(axis=1)
    hours[:, hidden] = 0
    hours[np.arange(len(hours)), np.array(hidden)[np.arange(len(hours)) % len(hidden)]] = pooled
    p = of.panel
    moved = Panel(p.agent, p.week, p.onset, p.risk, p.length, sparse.csr_array(hours), p.clients, p.weeks)
    assert published(Year(moved, tuple(alone - {OTHER}))) == list(told)


@dataclass(frozen=True)
class Four:
    """A year's quarters: how many agents of each client are told in each, 0 where they are not shown; which comes last."""

    agents: tuple[tuple[int, ...], ...]
    last: int


@st.composite
def fours(draw: st.DrawFn) -> Four:
    """Five clients, mostly shown and mostly large enough."""
    agents = st.sampled_from([0, 19, 20, 20, 21, 25, 25, 30])
    quarter = st.tuples(*[agents] * 5)
    return Four(tuple(draw(st.tuples(*[quarter] * 4))), draw(st.integers(1, 4)))


@cache
def _busy() -> Panel:
    """Five clients of which each may stand alone as far as its sick leaves go."""
    client = (np.arange(64) // 13 + np.arange(90)[:, None]) % 5
    return panel(client, (np.random.default_rng(1).random(client.shape) < 0.05).astype(np.int64), 5)


def four_quarters_of_twenty_are_behind_every_line(tx: Session, of: Four) -> int:
    """Attack 7: a client that is hidden or small in any quarter of the year has no line. How many have one."""
    cells = [
        tuple(Cell(n, f"Client {n}", Figures(k, 9, 40) if k else None) for n, k in enumerate(quarter, 1))
        for quarter in of.agents
    ]
    for number in {1, 2, 3, 4} - {of.last}:
        releases.store(tx, releases.quarter(f"2025Q{number}", dt.date(2026, 2, 20), clients=cells[number - 1]))
    with (
        patch.object(publishing.people, "panel", lambda *_: _busy()),
        patch.object(publishing.completeness, "year_known", lambda *_: True),
    ):
        found = publishing._year(tx, Quarter(2025, of.last), cells[of.last - 1])
    assert found is not None
    alone = {line.client for line in found.lines} - {OTHER}
    assert alone <= {n for n in range(1, 6) if min(quarter[n - 1] for quarter in of.agents) >= 20}
    return len(alone)


YEAR_ATTACKS = (only_clients_that_may_stand_alone, hidden_clients_are_in_no_fit)


def counted_out(of: Year, told: Sequence[ClientRatio]) -> tuple[int, int]:
    """How many lines with a ratio there are, and of how many both inversions together name the number, and no other."""
    _, onset, share = shares(of.panel)
    alone = [line.client for line in told]
    hit = lines = 0
    for line in told:
        if line.ratio is None:
            continue
        mine = [
            k for k, c in enumerate(of.panel.clients) if c == line.client or (line.client == OTHER and c not in alone)
        ]
        part = share[:, mine].sum(axis=1)
        true, others = float(part @ onset), float((1 - part) @ onset)
        y = np.arange(1, 4 * true + 20, 0.25)  # a spell counts by the client's part of four weeks
        lines += 1
        hit += _named(y, line.ratio, float(part.sum() / (1 - part).sum()) * others, others, true)
    return lines, hit


def _named(y: NDArray[np.float64], told: Ratio, expected: float, others: float, true: float) -> bool:
    error = np.sqrt(1 / y + 1 / others)
    middle = np.linspace(max(told.rate_ratio - HALF, 0.01), told.rate_ratio + HALF, 41)[:, None]
    ends = (middle * np.exp(-2 * error), middle * np.exp(2 * error))
    by_ends = ((abs(ends[0] - told.low) <= HALF) & (abs(ends[1] - told.high) <= HALF)).any(axis=0)
    found = y[(abs(y / expected - told.rate_ratio) <= HALF) & by_ends]
    return bool(len(found) and found[-1] - found[0] < 1 and found[0] - 0.5 < true < found[-1] + 0.5)
