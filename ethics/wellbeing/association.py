"""The headline: do spells begin more often after more mismatches? One answer for the whole centre. Pure.

Poisson regression of onsets with agent and week effects, on the dose of the four weeks before and on the clients' own
shares of the hours, so that lasting differences between clients are not taken for mismatches, and on what an agent's
own flags can have added to the dose. p by circular shifts; the interval by the wider of two errors, by agents and by
shifts. Nothing here knows who filed what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from ethics.wellbeing.dose import Mismatches, client_rates, controls, dose
from ethics.wellbeing.fixed_effects import Fit, fit_poisson
from ethics.wellbeing.randomisation import aggregate, shift
from ethics.wellbeing.results import (
    DECIMALS,
    ESTIMATED,
    NOT_ENOUGH_DATA,
    PER,
    WITHHELD,
    Amount,
    Headline,
    Ratio,
    Window,
)
from ethics.wellbeing.rows import Rows
from ethics.workforce.panel import Panel

Array = NDArray[np.float64]

#: Mismatches work for so many weeks: the dose is of the weeks t - LAST to t - FIRST.
FIRST, LAST = 1, 4
OTHER_WINDOWS: Final = ((1, 2), (1, 8))
#: p at most this is a claim, if the interval agrees. With both, 4.0% ± 0.6 were claimed where nothing was.
LEVEL: Final = 0.05
SAME_WEEK_LEVEL: Final = 0.05
CONFIDENCE: Final = 0.95
#: Less is not enough data. Judgement, not theorems.
LEAST_CLIENTS, LEAST_WEEKS, LEAST_ONSETS, LEAST_EFFECTIVE = 6, 52, 200, 10.0
#: More than this as the smallest ratio that would be found is not enough data; more than LOW_POWER is said.
MOST_DETECTABLE, LOW_POWER = 3.0, 1.5
#: Mismatches per 1,000 contacts above which contacts must be missing.
MOST_RATE: Final = 200.0
#: Found four times in five: so many errors from nought.
POWER_ERRORS: Final = 2.8
#: Dose below which a client counts as calm.
CALM: Final = 0.1
#: Agents may flag more, or less, in the weeks before they fall ill: by this part of their usual, give or take.
OWN_SPREAD: Final = 1.0
SEED: Final = 20_24_09


@dataclass(frozen=True, eq=False, slots=True)
class _Estimate:
    """Log rate ratio per mismatch per 1,000 contacts, its error, its effective number of agents, and the fit."""

    slope: float
    error: float
    effective: float
    fit: Fit

    @property
    def failed(self) -> bool:
        """There is no fit at all; a fit without an estimate has too little movement."""
        return bool(self.fit.problem) and self.fit.problem != "collinear"

    @property
    def known_effective(self) -> float | None:
        """The effective number of agents; None without an estimate."""
        return self.effective if np.isfinite(self.effective) else None

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        quantile = stats.t.ppf((1 + CONFIDENCE) / 2, max(self.effective - 1, 1.0))
        return float(quantile) * self.error

    @property
    def ratio(self) -> Ratio | None:
        """The rate ratio per PER mismatches; None where the fit gives none."""
        if not np.isfinite([self.slope, self.error]).all():
            return None
        middle, half = PER * self.slope, PER * self.half
        with np.errstate(over="ignore"):
            ends = np.exp([middle, middle - half, middle + half])
        return Ratio(*map(float, ends)) if np.isfinite(ends).all() else None

    @property
    def detectable(self) -> float | None:
        """The smallest true ratio that would be found four times in five."""
        with np.errstate(over="ignore"):
            ratio = float(np.exp(PER * POWER_ERRORS * self.error))
        return ratio if np.isfinite(ratio) else None


def headline(panel: Panel, mismatches: Mismatches, *, seed: int = SEED) -> Headline:
    """Return the centre's answer; the same panel, mismatches and seed give the same answer.

    `mismatches` has the panel's clients as rows and its weeks as columns. Nothing is raised for data that are too few:
    the answer then says so.
    """
    generator = np.random.default_rng(seed)
    rows = Rows.of(panel, mismatches, FIRST, LAST)
    counts = Headline(
        NOT_ENOUGH_DATA,
        agents=len(np.unique(rows.panel.agent)),
        onsets=int(rows.panel.onset.sum()),
        clients=int((rows.shares.sum(axis=0) > 0).sum()),
        weeks=len(np.unique(rows.panel.week)),
    )
    if counts.onsets == 0:
        return replace(counts, reasons=_lacking(counts))
    if float(rows.during.max()) > MOST_RATE:
        return replace(counts, reasons=("absurd-rates",))
    own = controls(rows.shares)
    main = _estimate(rows, own, generator)
    counts = replace(counts, effective_agents=main.known_effective, minimum_detectable=main.detectable)
    reasons = ("no-fit",) if main.failed else _lacking(counts)
    if reasons:
        return replace(counts, reasons=reasons)
    without = _fit(rows.panel, _columns(rows.own, own), replace(main.fit, beta=main.fit.beta[1:]))
    timing = shift(_aggregate(rows, without, main.fit), rows.during, generator)
    same_week = shift(_aggregate(rows, main.fit), rows.within(client_rates(mismatches, 0, 0)), generator)
    windows = []
    for first, last in OTHER_WINDOWS:
        other = Rows.of(panel, mismatches, first, last)
        windows.append(Window(first, last, _estimate(other, controls(other.shares), generator, main.fit).ratio))
    ratio = main.ratio
    limit = 1.0 if ratio is None else _nearer(ratio)
    withheld = same_week.p < SAME_WEEK_LEVEL
    spells, days = (None, None) if withheld else _above_calm(rows, main)
    return replace(
        counts,
        status=WITHHELD if withheld else ESTIMATED,
        reasons=("same-week",) if withheld else (),
        claimed=limit != 1 and timing.p <= LEVEL and not withheld,
        ratio=ratio,
        p=timing.p,
        dose_only=_estimate(rows, None, generator, main.fit).ratio,
        windows=tuple(windows),
        lead_p=_lead(rows, main.fit),
        same_week_p=same_week.p,
        low_power=main.detectable is not None and main.detectable > LOW_POWER,
        e_value=None if ratio is None else e_value(ratio.rate_ratio),
        e_value_limit=None if ratio is None else e_value(limit),
        spells=spells,
        days=days,
    )


def e_value(ratio: float) -> float:
    """How strongly something unmeasured must go with both mismatches and spells to explain a rate ratio away."""
    ratio = max(ratio, 1 / ratio)
    return ratio + float(np.sqrt(ratio * (ratio - 1)))


def _nearer(ratio: Ratio) -> float:
    """The limit of the interval nearer to 1; 1 when the interval holds 1 as it is shown."""
    shown = ratio.rounded(DECIMALS)
    if shown.low > 1:
        return ratio.low
    return ratio.high if shown.high < 1 else 1.0


def _lacking(counts: Headline) -> tuple[str, ...]:
    """What there is too little of, as codes."""
    effective, detectable = counts.effective_agents, counts.minimum_detectable
    checks = (
        ("few-clients", counts.clients < LEAST_CLIENTS),
        ("few-weeks", counts.weeks < LEAST_WEEKS),
        ("few-onsets", (counts.onsets or 0) < LEAST_ONSETS),
        ("few-effective-agents", effective is None or effective < LEAST_EFFECTIVE),
        ("little-movement", detectable is None or detectable > MOST_DETECTABLE),
    )
    return tuple(code for code, lacking in checks if lacking)


def _columns(*parts: Array | sparse.csr_array | None) -> sparse.csr_array:
    """Columns beside each other, sparse."""
    columns = [sparse.csr_array(part[:, None]) if isinstance(part, np.ndarray) else part for part in parts]
    return sparse.csr_array(sparse.hstack([column for column in columns if column is not None]))


def _fit(panel: Panel, columns: sparse.csr_array, start: Fit | None = None) -> Fit:
    """The regression of onsets on columns; begun from an earlier one it comes to the same end, sooner."""
    return fit_poisson(panel.onset, columns, panel.agent, panel.week, np.log(panel.risk), start=start)


def _estimate(
    rows: Rows, own: sparse.csr_array | None, generator: np.random.Generator, start: Fit | None = None
) -> _Estimate:
    """The dose's coefficient, beside the clients' own shares if given; its error is the wider of two."""
    fit = _fit(rows.panel, _columns(rows.dose, None if own is None else rows.own, own), start)
    if fit.problem or 0 in fit.dropped:
        return _Estimate(np.nan, np.nan, np.nan, fit)
    beside = own is not None
    timing = shift(_aggregate(rows, fit, fit if beside else None), rows.during, generator)
    wider = max(1.0, timing.spread * float(fit.model_covariance[0, 0]) / fit.error(0))
    slope, variance, uncertain = float(fit.beta[0]), float(fit.covariance[0, 0]), 0.0
    if beside and 1 not in fit.dropped:
        # What is known beforehand of the second coefficient is worth one observation of nought.
        shared, spare = float(fit.covariance[0, 1]), float(fit.covariance[1, 1])
        part = shared / (spare + OWN_SPREAD**2)
        slope -= part * float(fit.beta[1])
        variance += part * (part * spare - 2 * shared)
        uncertain = (part * OWN_SPREAD) ** 2
    variance = variance * wider**2 + uncertain
    return _Estimate(slope, float(np.sqrt(variance)), fit.effective_clusters(_first(fit)), fit)


def _first(fit: Fit) -> Array:
    """The contrast that is the first coefficient."""
    contrast: Array = np.eye(1, len(fit.beta))[0]
    return contrast


def _aggregate(rows: Rows, fit: Fit, full: Fit | None = None) -> Array:
    """Residuals by client and week, of the weeks that the rows have.

    With the full fit, the part of the agents' own is taken out in proportion, as it is from the dose when that is
    estimated: shifts must not vary by what the model holds fixed.
    """
    weights = rows.shares
    if full is not None and np.isfinite(full.model_covariance[0, 1]):
        slope = float(full.model_covariance[0, 1] / full.model_covariance[0, 0])
        weights = sparse.csr_array(rows.shares + slope * rows.own_parts)
    residuals = np.where(fit.rows, rows.panel.onset - fit.mu, 0.0)
    return rows.within(aggregate(weights, residuals, rows.panel.week, rows.panel.weeks))


def _lead(rows: Rows, start: Fit) -> float | None:
    """Does illness come before a move? p of the usual rates of the clients worked for in the weeks to come.

    Nothing that is yet to happen can make ill; if it goes with onsets, agents are moved after illness. The clients'
    usual rates and not this month's, which are less steady; beside the shares up to the week of the onset itself: so
    an agent who is moved is compared with where that agent was on the day. Both find more of the moves that there are.
    """
    shares, worked = rows.panel.shares(-LAST, -FIRST)
    until_now, _ = rows.panel.shares(0, LAST)
    usable = worked & (rows.panel.week < rows.panel.weeks - LAST)
    panel = rows.panel.chosen(usable)
    if not panel.onset.any():
        return None
    usual = np.broadcast_to(rows.rates.mean(axis=1, keepdims=True), rows.rates.shape)
    ahead = dose(sparse.csr_array(shares[usable]), usual, panel.week)
    own = controls(sparse.csr_array(until_now[usable]))
    fit = _fit(
        panel,
        _columns(ahead, rows.dose[usable], rows.own[usable], own),
        replace(start, beta=np.append(0.0, start.beta)),
    )
    if fit.problem or 0 in fit.dropped:
        return None
    freedom = max(fit.effective_clusters(_first(fit)) - 1, 1.0)
    return float(2 * stats.t.sf(abs(fit.beta[0]) / fit.error(0), freedom))


def _above_calm(rows: Rows, main: _Estimate) -> tuple[Amount, Amount | None]:
    """Spells, and days of them, above what the same agents would have had at calm clients: estimate and interval.

    Limits are those of the coefficient, and may be below nought: cutting them off would make nothing look like much.
    """
    above = np.maximum(rows.dose - np.quantile(rows.dose, CALM), 0.0)[main.fit.rows]
    expected = main.fit.mu[main.fit.rows]
    slopes = (main.slope, main.slope - main.half, main.slope + main.half)
    spells = [float(expected @ -np.expm1(-slope * above)) for slope in slopes]
    # Of spells whose end is known: with others the mean would follow from the day on which it is asked.
    known = rows.panel.length[rows.panel.length > 0]
    days = Amount(*(float(known.mean()) * spell for spell in spells)) if len(known) else None
    return Amount(*spells), days
