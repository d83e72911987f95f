"""The risk score of one client: 0 is fair play, 100 the worst; its interval, its parts, and what is unknown.

For each mismatch dimension and severity 1 to 4 the rate per 1,000 contacts has a Gamma prior that the policy
fixes, so its posterior is Gamma(prior shape + mismatches, prior thousands + thousands of contacts). Counts
and contacts come decayed: old evidence is less evidence (a power prior: Ibrahim and Chen, Statistical Science
15, 2000). With r the rates weighted by severity, a dimension scores 100 r / (r + reference), and the client

    (1 - weakest_link) × weighted mean of the known dimensions + weakest_link × the worst known dimension.

The score puts the dimensions' posterior means into this formula, so that it can be checked from what is
shown; low and high are the central 95% of the formula over the posterior. A dimension that nobody knows is
left out and the weights of the others are scaled up; if none is known there is no score (None, band
"unknown").

One more mismatch never lowers score, low or high, and one more contact never raises them, as long as the same
dimensions are known. This holds exactly, not on average: every posterior is read off the same fixed points of
the unit cube, through quantile functions that rise with the shape, and all later steps are monotone to the
last bit. The points are a lattice (N. M. Korobov, 1959), 1,021 in 18 dimensions. Nothing is drawn at random,
and no client's score depends on another client. Scores and points have one decimal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, overload

import numpy as np
from scipy.special import ndtri

from ethics.risk.points import POINTS, TAIL, Array, gamma_draws, order
from ethics.risk.policy import MISMATCH_DIMENSIONS, READING_DIMENSIONS, Policy

Severities = tuple[float, float, float, float, float]

UNKNOWN = "unknown"
FLOOR = "floor"

SCORED_SEVERITIES = 4
# So many clients' draws stay in the processor's cache.
BATCH = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """A dimension measured elsewhere: score from 0 to 100 (0 = fair play) and its 95% interval."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one client on one date.

    `contacts` is the decayed number of contacts (not thousands). `counts` has, by mismatch dimension, the
    decayed mismatches of severity 0 to 4 (confirmed, or reported and overdue); a dimension that is not named
    has none. A reading is None when unknown.
    """

    client: str
    contacts: float
    counts: Mapping[str, Severities] = field(default_factory=dict)
    proved_severity_4: int = 0
    failed_knockouts: tuple[str, ...] = ()
    response: Reading | None = None
    agent_burden: Reading | None = None


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One known dimension. `weight_share` is its part of the weighted mean; the known ones add up to 1.

    `contribution` is its points of the client's score, the weakest link's part included. `evidence` holds the
    decayed mismatches of severity 0 to 4 behind it; it is empty for a reading.
    """

    score: float
    low: float
    high: float
    weight_share: float
    contribution: float
    evidence: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A client's score; `score`, `low` and `high` are None, and the band "unknown", when nothing is known.

    `dimensions` holds the known ones in the policy's order; `unknown` names the others; `weakest` is the
    highest, the earlier of equals. `contributions` are points by dimension, then "floor" if a floor lifted
    the score: counted in tenths they add up to the score exactly. `floor` names the rule that lifted it:
    "proved_severity_4" or "failed_knockout".
    """

    score: float | None
    low: float | None
    high: float | None
    band: str
    dimensions: Mapping[str, DimensionScore]
    contributions: tuple[tuple[str, float], ...]
    unknown: tuple[str, ...]
    weakest: str | None
    floor: str | None
    policy_version: int


@overload
def decay(weeks_ago: float, half_life: float) -> float: ...
@overload
def decay(weeks_ago: Array, half_life: float) -> Array: ...
def decay(weeks_ago: float | Array, half_life: float) -> float | Array:
    """Return the weight of evidence that old: 1 now, a half after each half-life (both in weeks).

    Raises ValueError for a half-life that is not positive and for evidence from the future.
    """
    if not half_life > 0:
        raise ValueError(f"A half-life must be above 0 weeks, not {half_life}.")
    if not np.all(np.asarray(weeks_ago) >= 0):
        raise ValueError("Evidence cannot come from the future: weeks ago must be 0 or more.")
    weight = np.exp2(-np.asarray(weeks_ago, dtype=np.float64) / half_life)
    return float(weight) if weight.ndim == 0 else weight


def band_of(score: float | None, policy: Policy) -> str:
    """Return the band of a score: the first whose limit its whole number stays below; "unknown" for None.

    Pages and reviews show whole numbers: a 69.7 that reads "70" must not stand in the band that ends at 70.
    """
    if score is None:
        return UNKNOWN
    return next((band for band, limit in policy.bands.items() if round(score) < limit), "no_thanks")


def score_client(evidence: Evidence, policy: Policy) -> Score:
    """Score one client. Raises ValueError for senseless evidence."""
    return score_clients([evidence], policy)[0]


def score_clients(clients: Sequence[Evidence], policy: Policy) -> list[Score]:
    """Score each client by itself, in the order given. Raises ValueError that names the client."""
    for evidence in clients:
        _check(evidence, policy)
    batches = (clients[start : start + BATCH] for start in range(0, len(clients), BATCH))
    return [score for batch in batches for score in _score_batch(batch, policy)]


def _check(evidence: Evidence, policy: Policy) -> None:
    def refuse(why: str) -> NoReturn:
        raise ValueError(f"The evidence about {evidence.client} cannot be scored: {why}.")

    if not (math.isfinite(evidence.contacts) and evidence.contacts >= 0):
        refuse(f"contacts must be a number, 0 or more, not {evidence.contacts}")
    if evidence.proved_severity_4 < 0:
        refuse("the number of proved mismatches cannot be negative")
    for name, counts in evidence.counts.items():
        if name not in policy.dimensions:
            refuse(f"{name} is not a dimension")
        if len(counts) != 1 + SCORED_SEVERITIES or not all(math.isfinite(n) and n >= 0 for n in counts):
            refuse(f"{name} needs five counts, one for each severity from 0 to 4, all 0 or more")
        if name in READING_DIMENSIONS and any(counts):
            refuse(f"no mismatch counts in {name}: it is measured elsewhere")
    for reading in (evidence.response, evidence.agent_burden):
        if reading is not None and not 0 <= reading.low <= reading.score <= reading.high <= 100:
            refuse("a reading must have 0 <= low <= score <= high <= 100")


def _score_batch(clients: Sequence[Evidence], policy: Policy) -> Iterator[Score]:
    names, rows = tuple(policy.dimensions), np.arange(len(clients))
    mean, low, high = (np.zeros((len(clients), len(names))) for _ in range(3))
    known = np.zeros((len(clients), len(names)), dtype=bool)
    draws = np.zeros((len(names), len(clients), POINTS))
    for d, name in enumerate(names):
        if name in MISMATCH_DIMENSIONS:
            known[:, d] = [e.contacts > 0 or any(_counts(e, name)[1:]) for e in clients]
            values = _mismatch_draws(name, clients, policy)
            mean[:, d] = values.sum(axis=1) / POINTS
        else:
            readings = [e.response if name == "response" else e.agent_burden for e in clients]
            known[:, d] = [reading is not None for reading in readings]
            values = _reading_draws(readings)
            mean[:, d] = [0.0 if reading is None else reading.score for reading in readings]
        low[:, d], high[:, d] = _interval(values, mean[:, d])
        # Each dimension takes the points in an order of its own; that is what makes dimensions independent.
        draws[d] = values[:, order(SCORED_SEVERITIES * d)] * known[:, d, None]

    mean *= known
    weight = known * np.array([dimension.weight for dimension in policy.dimensions.values()])
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    score = _combined(mean.T, share.T, policy)
    ends = _interval(_combined(draws, share.T[:, :, None], policy), score)
    worst = np.argmax(np.where(known, mean, -1), axis=1)
    parts = (1 - policy.weakest_link) * share * mean
    parts[rows, worst] += policy.weakest_link * mean[rows, worst]

    for i, evidence in enumerate(clients):
        seen = np.flatnonzero(known[i]).tolist()
        points = _shared_out(_tenths(score[i]), [float(parts[i, d]) for d in seen])
        dimensions = {
            names[d]: DimensionScore(
                score=_tenths(mean[i, d]) / 10,
                low=_tenths(low[i, d]) / 10,
                high=_tenths(high[i, d]) / 10,
                weight_share=float(share[i, d]),
                contribution=tenths / 10,
                evidence=_counts(evidence, names[d]) if names[d] in MISMATCH_DIMENSIONS else (),
            )
            for d, tenths in zip(seen, points, strict=True)
        }
        interval = (_tenths(ends[0][i]), _tenths(score[i]), _tenths(ends[1][i])) if seen else None
        yield _finished(evidence, policy, dimensions, interval, names[worst[i]])


def _combined(scores: Array, share: Array, policy: Policy) -> Array:
    """Combine the dimensions, which are the first axis; an unknown one holds 0 and has share 0."""
    usual = np.zeros(scores.shape[1:])
    for score, part in zip(scores, share, strict=True):
        usual = usual + part * score
    return np.asarray((1 - policy.weakest_link) * usual + policy.weakest_link * scores.max(axis=0))


def _finished(
    evidence: Evidence,
    policy: Policy,
    dimensions: Mapping[str, DimensionScore],
    interval: tuple[int, int, int] | None,
    weakest: str,
) -> Score:
    """Apply the floors to (low, score, high) in tenths and write the record.

    A floor is a rule, not an estimate: whatever the true rates, the score would be lifted. So low and high
    are lifted as well, and an interval that lay wholly below the floor has no width.
    """
    floors = {"": 0}
    if evidence.proved_severity_4:
        floors["proved_severity_4"] = _tenths(policy.lower_limit(policy.floors.proved_severity_4))
    if evidence.failed_knockouts:
        floors["failed_knockout"] = _tenths(policy.lower_limit(policy.floors.failed_knockout))
    floor = max(floors, key=lambda name: floors[name])
    unknown = tuple(name for name in policy.dimensions if name not in dimensions)
    if interval is None and not floor:
        return Score(None, None, None, UNKNOWN, {}, (), unknown, None, None, policy.version)
    # With nothing known but the floor, the score may be anything from there on.
    low, score, high = interval or (0, 0, 1000)
    lifted = max(score, floors[floor])
    lift = [(FLOOR, (lifted - score) / 10)] if lifted > score else []
    return Score(
        score=lifted / 10,
        low=max(low, floors[floor]) / 10,
        high=max(high, floors[floor]) / 10,
        band=band_of(lifted / 10, policy),
        dimensions=dimensions,
        contributions=(*((name, d.contribution) for name, d in dimensions.items()), *lift),
        unknown=unknown,
        weakest=weakest if dimensions else None,
        floor=floor if lift else None,
        policy_version=policy.version,
    )


def _tenths(points: float) -> int:
    return math.floor(10 * points + 0.5)


def _shared_out(total: int, parts: Sequence[float]) -> list[int]:
    """Round parts to tenths that add up to `total`, by largest remainder; the earlier of equals gains."""
    tenths = [math.floor(10 * part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda k: tenths[k] - 10 * parts[k])
    for k in by_remainder[: total - sum(tenths)]:
        tenths[k] += 1
    return tenths


def _interval(values: Array, centre: Array) -> tuple[Array, Array]:
    """Return the central 95% of each row by order statistics, widened to hold the centre."""
    ordered = np.partition(values, (TAIL, POINTS - 1 - TAIL), axis=1)
    return np.minimum(ordered[:, TAIL], centre), np.maximum(ordered[:, POINTS - 1 - TAIL], centre)


def _counts(evidence: Evidence, dimension: str) -> tuple[float, ...]:
    return tuple(evidence.counts.get(dimension, (0.0,) * (1 + SCORED_SEVERITIES)))


def _mismatch_draws(name: str, clients: Sequence[Evidence], policy: Policy) -> Array:
    """Return posterior draws of a dimension's score, shape (clients, POINTS)."""
    reference, prior = policy.dimensions[name].reference or math.inf, policy.prior
    by_severity = list(zip(prior.severity_shares, policy.severity_weights[1:], strict=True))
    typical_weight = sum(share * weight for share, weight in by_severity)
    prior_mismatches = prior.rate * reference / typical_weight * prior.contacts / 1000
    counts = np.array([_counts(evidence, name)[1:] for evidence in clients], dtype=np.float64)
    thousands = np.array([[(prior.contacts + evidence.contacts) / 1000] for evidence in clients])
    load = np.zeros((len(clients), POINTS))
    for k, (share, weight) in enumerate(by_severity):
        load = load + weight * gamma_draws(share * prior_mismatches + counts[:, k])[:, order(k)]
    # Not 100 r / (r + reference): this form cannot fall, even in the last bit, when r rises.
    return np.asarray(100 * (1 - reference / (reference + load / thousands)))


def _reading_draws(readings: Sequence[Reading | None]) -> Array:
    """Return draws of readings, shape (clients, POINTS): half a normal on each side, cut off at low and high.

    The cut keeps every draw rising with each of the three numbers.
    """
    limits = [(0.0, 0.0, 0.0) if r is None else (r.low, r.score, r.high) for r in readings]
    low, score, high = np.array(limits, dtype=np.float64).T[:, :, None]
    normal = ndtri((np.arange(POINTS) + 0.5) / POINTS) / ndtri(0.975)
    up, down = np.clip(normal, 0, 1), np.clip(-normal, 0, 1)
    return np.asarray(np.where(normal > 0, (1 - up) * score + up * high, (1 - down) * score + down * low))
