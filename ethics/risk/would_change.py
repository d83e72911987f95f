"""What would change a score: each thing that could be put right, and the score that the same formula gives without it.

A promise withdrawn makes its mismatches count less and answers a matter; a question answered answers one; requirements
met take their floor away; and flags that wait undecided may turn out to be none. Nothing here is a forecast: it is what
the score would be today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ethics.risk import response
from ethics.risk.evidence import Panel
from ethics.risk.formula import Columns, evaluate
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy
from ethics.risk.score import band_of, decay

#: So many are shown.
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Mended:
    """One thing put right for a client. `subject` names it: a promise's or a question's key, a requirement's code.

    `spared`: what would count less, as (category, severity, day of contact, how much less of how many). `wrong` and
    `matters` are added to the client's response. `floorless`: the floor of failed requirements would go.
    """

    client: int
    kind: str
    subject: str
    spared: tuple[tuple[str, int, dt.date, float], ...] = ()
    wrong: float = 0.0
    matters: float = 0.0
    floorless: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What putting one thing right would make of the score."""

    kind: str
    subject: str
    score: float
    band: str


@dataclass(frozen=True, eq=False, slots=True)
class Now:
    """The present: one day's evidence (T = 1), and what the clients' responses are made of, by client."""

    panel: Panel
    wrong: NDArray[np.float64]
    weight: NDArray[np.float64]
    scores: Mapping[int, float | None]


def changes(now: Now, mended: Sequence[Mended], policy: Policy) -> dict[int, list[Change]]:
    """The changes that lower each client's score most, the best first, at most three for each client."""
    place = {client: k for k, client in enumerate(now.panel.clients)}
    rows = [place[one.client] for one in mended]
    if not rows:
        return {}
    counts, floor = now.panel.counts[rows, 0].copy(), now.panel.floor(policy)[rows, 0].copy()
    readings = now.panel.readings[rows, 0].copy()
    wrong, weight = now.wrong[rows].copy(), now.weight[rows].copy()
    proved = policy.lower_limit(policy.floors.proved_severity_4) * (now.panel.proved[rows, 0] > 0)
    day = int(now.panel.days[0])
    for k, one in enumerate(mended):
        for category, severity, met, n in one.spared:
            dimension = policy.dimension_of(category)
            weeks = (day - met.toordinal()) // 7
            if dimension is None or not severity or not 0 <= weeks < policy.window_weeks:
                continue
            cell = (k, MISMATCH_DIMENSIONS.index(dimension), severity - 1)
            counts[cell] = max(counts[cell] - n * decay(weeks, policy.half_life_weeks), 0.0)
        wrong[k] += one.wrong
        weight[k] += one.matters
        if one.floorless:
            floor[k] = proved[k]
    readings[:, 0] = response.readings(np.maximum(wrong, 0), weight, policy.response)
    found = evaluate(Columns(now.panel.contacts[rows, 0], counts, readings, floor), policy)
    score = found.tenths()[1]
    by_client: dict[int, list[Change]] = {}
    for one, tenth in zip(mended, score.tolist(), strict=True):
        present = now.scores[one.client]
        if present is not None and 0 <= tenth < round(10 * present):
            by_client.setdefault(one.client, []).append(
                Change(one.kind, one.subject, tenth / 10, band_of(tenth / 10, policy))
            )
    return {
        client: sorted(some, key=lambda c: (c.score, c.kind, c.subject))[:SHOWN] for client, some in by_client.items()
    }
