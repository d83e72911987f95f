"""Each client against the others: do spells begin more often after work for it? Pure.

The same regression as the headline's, with the clients' shares of the hours of the four weeks before instead of a dose:
it needs no mismatches. Who has too few agents for figures of its own is pooled before anything is fitted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from ethics.wellbeing.association import CONFIDENCE, FIRST, LAST
from ethics.wellbeing.fixed_effects import Fit, fit_poisson
from ethics.wellbeing.results import CLIENT_DECIMALS, ESTIMATED, NOT_ENOUGH_DATA, ClientRatio, Ratio
from ethics.workforce.panel import Panel

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

#: The clients that are not shown, pooled.
OTHER: Final = 0
#: Expected share of false claims among the claims (Benjamini and Hochberg).
FALSE_CLAIMS: Final = 0.05
#: A mover has at least so many weeks with hours for the client in the four weeks before, and as many without.
WEEKS_EACH: Final = 4
#: Less is not enough data: of all clients together, and of one.
LEAST_ONSETS_IN_ALL, LEAST_MOVERS, LEAST_ONSETS, LEAST_EFFECTIVE, MOST_OF_ONE = 50, 10, 20.0, 8.0, 0.5
#: A client's ratio is a cell of a table: fewer agents, or one agent with so much of its spells, is not shown.
LEAST_AGENTS, LEAST_WITH_SPELLS, MOST_DROP = 20, 10, 0.25


@dataclass(frozen=True, eq=False, slots=True)
class Support:
    """What a client's ratio rests on. Onsets are weighted by the client's share of the hours before.

    `hours` are those of the rows' windows, each once in every row that looks back on it. `agents` worked for it, `with_spells` fell ill after that, `movers` also have weeks without it; `drop_one` is the
    largest part of its onsets that one agent has.
    """

    hours: float
    agents: int
    with_spells: int
    movers: int
    onsets: float
    drop_one: float

    @property
    def publishable(self) -> bool:
        """Enough agents, and no agent stands out."""
        enough = self.agents >= LEAST_AGENTS and self.with_spells >= LEAST_WITH_SPELLS
        return enough and self.drop_one <= MOST_DROP


def client_ratios(panel: Panel, *, groups: Collection[int] | None = None) -> list[ClientRatio]:
    """Return how each client of `groups` compares with the hour-weighted others; the rest are one, OTHER, at the end.

    All clients without `groups`. Nothing is raised for data that are too few: the client's status says so.
    """
    people, alone, worked = _exposed(panel)
    names, shares = _grouped(panel, alone, groups)
    rests_on = _supports(people, shares, worked)
    lacking = [ClientRatio(name, NOT_ENOUGH_DATA) for name in names]
    hours = np.array([support.hours for support in rests_on])
    if people.onset.sum() < LEAST_ONSETS_IN_ALL or (hours > 0).sum() < 2:
        return lacking
    base = int(np.argmax(hours))
    others = np.flatnonzero((np.arange(len(names)) != base) & (hours > 0))
    fit = fit_poisson(people.onset, shares[:, others], people.agent, people.week, np.log(people.risk))
    if fit.problem:
        return lacking
    # What could not be estimated takes part in no comparison.
    known = np.setdiff1d(np.append(others, base), others[list(fit.dropped)])
    weight = np.zeros(len(names))
    weight[known] = hours[known]
    results = []
    for column, name in enumerate(names):
        found, beside = None, np.where(np.arange(len(names)) == column, 0.0, weight)
        if weight[column] > 0 and beside.any():
            contrast = -beside / beside.sum()
            contrast[column] = 1.0
            found = _compared(fit, contrast[others])
        results.append(_result(name, rests_on[column], found))
    return _claimed(results)


def supports(panel: Panel, *, groups: Collection[int] | None = None) -> dict[int, Support]:
    """What the ratio of each client of `groups` (all without), and of OTHER, rests on."""
    people, alone, worked = _exposed(panel)
    names, shares = _grouped(panel, alone, groups)
    return dict(zip(names, _supports(people, shares, worked), strict=True))


def publishable_groups(panel: Panel, among: Collection[int] | None = None) -> tuple[int, ...]:
    """The clients (of `among`, all without) that may have a ratio of their own, such that what is pooled may as well.

    The pooled ratio follows from the others and the hours, so it must stand the same test, and be of two clients at
    least, or it is one client's ratio under another name: while it is not so, the client with fewest hours is pooled
    too.
    """
    people, alone, worked = _exposed(panel)
    by_client = dict(zip(panel.clients, _supports(people, alone, worked), strict=True))
    wanted = set(panel.clients if among is None else among)
    shown = [client for client, one in by_client.items() if one.publishable and client in wanted]
    shown.sort(key=lambda client: (-by_client[client].hours, client))
    while shown:
        names, shares = _grouped(panel, alone, shown)
        pooled = _supports(people, shares, worked)[-1]
        several = sum(one.hours > 0 for client, one in by_client.items() if client not in shown) > 1
        if names[-1] != OTHER or pooled.hours == 0 or (pooled.publishable and several):
            break
        shown.pop()
    return tuple(sorted(shown))


def _exposed(panel: Panel) -> tuple[Panel, sparse.csr_array, Array]:
    """The rows whose whole window lies in the panel and in which the agent worked, their shares (N, C) and hours (N,)."""
    shares, worked = panel.shares(FIRST, LAST)
    usable = worked & (panel.week >= LAST)
    people = panel.chosen(usable)
    weekly = np.asarray(panel.hours.sum(axis=1)).ravel() / 100
    # A window that lies in the panel has a row of hours for each of its weeks.
    hours = np.sum([weekly[people.rows_at(lag)] for lag in range(FIRST, LAST + 1)], axis=0)
    return people, sparse.csr_array(shares[usable]), hours


def _grouped(
    panel: Panel, alone: sparse.csr_array, groups: Collection[int] | None
) -> tuple[list[int], sparse.csr_array]:
    """Names of the columns and shares (N, K): a column for each client of `groups`, one for the rest if there are any."""
    wanted = set(panel.clients if groups is None else groups)
    names = [client for client in panel.clients if client in wanted]
    place = {client: column for column, client in enumerate(names)}
    column = np.array([place.get(client, len(names)) for client in panel.clients], dtype=np.int64)
    if len(names) < len(panel.clients):
        names.append(OTHER)
    size = len(panel.clients)
    pooling = sparse.csr_array((np.ones(size), (np.arange(size), column)), shape=(size, len(names)))
    return names, sparse.csr_array(alone @ pooling)


def _supports(people: Panel, shares: sparse.csr_array, hours: Array) -> list[Support]:
    """What each column of the shares (N, K) of the rows' hours (N,) rests on."""
    columns = sparse.csc_array(shares)
    rows_of = np.bincount(people.agent, minlength=people.agents)
    found = []
    for start, stop in pairwise(columns.indptr):
        row, share = columns.indices[start:stop], columns.data[start:stop]
        agents, place = np.unique(people.agent[row], return_inverse=True)
        weeks = np.bincount(place, minlength=len(agents))
        onsets = np.bincount(place, share * people.onset[row], len(agents))
        total = float(onsets.sum())
        found.append(
            Support(
                hours=float(share @ hours[row]),
                agents=len(agents),
                with_spells=int((onsets > 0).sum()),
                movers=int(((weeks >= WEEKS_EACH) & (rows_of[agents] - weeks >= WEEKS_EACH)).sum()),
                onsets=total,
                drop_one=float(onsets.max()) / total if total > 0 else 1.0,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Compared:
    """A log ratio with its error, effective number of agents and the largest part that one agent has in the error."""

    log_ratio: float
    error: float
    effective: float
    one: float


def _compared(fit: Fit, contrast: Array) -> _Compared:
    known = np.setdiff1d(np.arange(len(contrast)), fit.dropped)
    contrast = contrast[known]
    covariance = fit.covariance[np.ix_(known, known)]
    square = (fit.influence[:, known] @ contrast) ** 2
    total, fourth = float(square.sum()), float(square @ square)
    return _Compared(
        float(fit.beta[known] @ contrast),
        float(np.sqrt(contrast @ covariance @ contrast)),
        total**2 / fourth if fourth > 0 else 0.0,
        float(square.max()) / total if total > 0 else 1.0,
    )


def _result(name: int, support: Support, found: _Compared | None) -> ClientRatio:
    """One client's answer, before claims."""
    enough = support.movers >= LEAST_MOVERS and support.onsets >= LEAST_ONSETS
    if found is None or not enough or found.effective < LEAST_EFFECTIVE or found.one > MOST_OF_ONE:
        return ClientRatio(name, NOT_ENOUGH_DATA)
    freedom = found.effective - 1
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * found.error
    with np.errstate(over="ignore"):
        ends = np.exp(found.log_ratio + np.array([0.0, -half, half]))
    if not (np.isfinite(ends).all() and found.error > 0):
        return ClientRatio(name, NOT_ENOUGH_DATA)
    # Where fewer would be expected at the others' rate, one sick leave moves the ratio by more than half its last digit,
    # which names their number.
    if support.onsets < LEAST_ONSETS * ends[0]:
        return ClientRatio(name, NOT_ENOUGH_DATA)
    p = float(stats.t.sf(found.log_ratio / found.error, freedom))
    return ClientRatio(name, ESTIMATED, Ratio(*map(float, ends)), p)


def _claimed(results: list[ClientRatio]) -> list[ClientRatio]:
    """Claims by Benjamini and Hochberg over the clients that were tested.

    Whose interval holds 1 as it is shown is tested with p = 1: so what is claimed is seen, and no rarer error hides one.
    """
    ps = [None if one.p is None else one.p if _above(one.ratio) else 1.0 for one in results]
    tested = sorted(p for p in ps if p is not None)
    limits = [p for rank, p in enumerate(tested, 1) if p <= FALSE_CLAIMS * rank / len(tested)]
    limit = max(limits, default=-1.0)
    return [replace(one, claimed=p is not None and p <= limit) for one, p in zip(results, ps, strict=True)]


def _above(ratio: Ratio | None) -> bool:
    """Whether the interval, as it is shown, lies above 1."""
    return ratio is not None and ratio.rounded(CLIENT_DECIMALS).low > 1
