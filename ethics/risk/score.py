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
dimensions are known. This is so for each client, not on average: every posterior is read off the same fixed points
of the unit cube, through quantile functions that rise with the shape, and all later steps are monotone. The points
are a lattice (N. M. Korobov, 1959), 1,021 in 18 dimensions. Nothing is drawn at random, and no client's score
depends on another client. Scores and points have one decimal. `ethics.risk.formula` has the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, overload

import numpy as np

from ethics.risk.formula import SEVERITIES, Columns, Results, evaluate, tenths
from ethics.risk.points import Array
from ethics.risk.policy import MISMATCH_DIMENSIONS, READING_DIMENSIONS, Policy

Severities = tuple[float, float, float, float, float]

UNKNOWN = "unknown"
FLOOR = "floor"


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
    if not clients:
        return []
    return list(_records(clients, evaluate(columns(clients, policy), policy, intervals=True), policy))


def columns(clients: Sequence[Evidence], policy: Policy) -> Columns:
    """Evidence as arrays, in the order given."""
    nobody = Reading(math.nan, math.nan, math.nan)
    readings = [(e.response or nobody, e.agent_burden or nobody) for e in clients]
    return Columns(
        contacts=np.array([e.contacts for e in clients], dtype=np.float64),
        counts=np.array([[_counts(e, name)[1:] for name in MISMATCH_DIMENSIONS] for e in clients], dtype=np.float64),
        readings=np.array([[(r.low, r.score, r.high) for r in pair] for pair in readings], dtype=np.float64),
        floor=np.array([max(floors(e, policy).values(), default=0.0) for e in clients]),
    )


def floors(evidence: Evidence, policy: Policy) -> dict[str, float]:
    """The points to which each rule that applies lifts the score."""
    found = {}
    if evidence.proved_severity_4:
        found["proved_severity_4"] = policy.lower_limit(policy.floors.proved_severity_4)
    if evidence.failed_knockouts:
        found["failed_knockout"] = policy.lower_limit(policy.floors.failed_knockout)
    return found


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
        if len(counts) != 1 + SEVERITIES or not all(math.isfinite(n) and n >= 0 for n in counts):
            refuse(f"{name} needs five counts, one for each severity from 0 to 4, all 0 or more")
        if name in READING_DIMENSIONS and any(counts):
            refuse(f"no mismatch counts in {name}: it is measured elsewhere")
    for reading in (evidence.response, evidence.agent_burden):
        if reading is not None and not 0 <= reading.low <= reading.score <= reading.high <= 100:
            refuse("a reading must have 0 <= low <= score <= high <= 100")


def _records(clients: Sequence[Evidence], found: Results, policy: Policy) -> Iterator[Score]:
    names = tuple(policy.dimensions)
    low, score, high = found.tenths()
    mean, low_of, high_of = tenths(found.mean), tenths(found.low_of), tenths(found.high_of)
    own, worst = tenths(found.score), found.worst
    for i, evidence in enumerate(clients):
        seen = np.flatnonzero(found.known[i]).tolist()
        points = _shared_out(int(own[i]), [float(found.parts[i, d]) for d in seen])
        dimensions = {
            names[d]: DimensionScore(
                score=int(mean[i, d]) / 10,
                low=int(low_of[i, d]) / 10,
                high=int(high_of[i, d]) / 10,
                weight_share=float(found.share[i, d]),
                contribution=tenth / 10,
                evidence=_counts(evidence, names[d]) if names[d] in MISMATCH_DIMENSIONS else (),
            )
            for d, tenth in zip(seen, points, strict=True)
        }
        ends = (int(low[i]), int(score[i]), int(high[i]))
        yield _finished(evidence, policy, dimensions, ends, int(own[i]) if seen else 0, names[worst[i]])


def _finished(
    evidence: Evidence,
    policy: Policy,
    dimensions: Mapping[str, DimensionScore],
    ends: tuple[int, int, int],
    own: int,
    weakest: str,
) -> Score:
    """Write the record: `ends` are low, score and high in tenths with the floors, `own` the score without."""
    unknown = tuple(name for name in policy.dimensions if name not in dimensions)
    low, score, high = ends
    if score < 0:
        return Score(None, None, None, UNKNOWN, {}, (), unknown, None, None, policy.version)
    lift = [(FLOOR, (score - own) / 10)] if score > own else []
    rules = floors(evidence, policy)
    return Score(
        score=score / 10,
        low=low / 10,
        high=high / 10,
        band=band_of(score / 10, policy),
        dimensions=dimensions,
        contributions=(*((name, d.contribution) for name, d in dimensions.items()), *lift),
        unknown=unknown,
        weakest=weakest if dimensions else None,
        floor=max(rules, key=lambda name: rules[name]) if lift else None,
        policy_version=policy.version,
    )


def _shared_out(total: int, parts: Sequence[float]) -> list[int]:
    """Round parts to tenths that add up to `total`, by largest remainder; the earlier of equals gains."""
    tenths = [math.floor(10 * part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda k: tenths[k] - 10 * parts[k])
    for k in by_remainder[: total - sum(tenths)]:
        tenths[k] += 1
    return tenths


def _counts(evidence: Evidence, dimension: str) -> tuple[float, ...]:
    return tuple(evidence.counts.get(dimension, (0.0,) * (1 + SEVERITIES)))
