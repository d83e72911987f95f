"""A client's picture at a date: score, rate, what would change it, and the counts that go with them. Not yet stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from sqlmodel import Session

from ethics.database import now
from ethics.mismatches import tally
from ethics.mismatches.models import Decision
from ethics.mismatches.rates import posterior_rates
from ethics.mismatches.trend import shown_weeks
from ethics.mismatches.words import NORMAL_WORK
from ethics.risk import burden, gathering, mending, response
from ethics.risk.evidence import Panel
from ethics.risk.models import StoredScore
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy
from ethics.risk.score import Evidence, Reading, Score, score_clients
from ethics.risk.would_change import Now, changes
from ethics.wellbeing import releases
from ethics.wellbeing.releases import YearPublished
from ethics.workforce.contacts import client_contacts

RATE_DECIMALS: Final = 2


def pictures(
    tx: Session,
    as_of: dt.date,
    rules: Policy,
    *,
    judged_on: dt.date,
    client_ids: Collection[int] | None = None,
    others: Mapping[int, tuple[int, int]] | None = None,
) -> dict[int, StoredScore]:
    """The pictures of `client_ids` (of all when None) as of a date, by what is known on `judged_on`.

    `others`: mismatches and contacts of further clients, by number, that rates borrow strength from.
    """
    found = gathering.gather(tx, [as_of], rules, judged_on=judged_on, client_ids=client_ids)
    if not found.clients:
        return {}
    names = gathering.names(tx, client_ids)
    failed = gathering.failed_knockouts(tx, judged_on, found.clients)
    evidence = [_evidence(found, k, names[client], failed.get(client, {})) for k, client in enumerate(found.clients)]
    scores = dict(zip(found.clients, score_clients(evidence, rules), strict=True))
    rates = _rates(found, others or {})
    since, until = gathering.window(as_of, rules)
    flags = list(tally.tallies(tx, since=since, until=until, late_on=judged_on, client_ids=client_ids))
    withdrawn, stretches = gathering.matters(tx, rules, found.clients)
    wrong, weight = (part[:, 0] for part in response.sums(stretches, found.clients, [judged_on.toordinal()], rules))
    present = Now(found, wrong, weight, {client: score.score for client, score in scores.items()})
    mended = mending.mended(tx, as_of, rules, flags, judged_on=judged_on, clients=found.clients, withdrawn=withdrawn)
    would = changes(present, list(mended), rules)
    counts = _counts(tx, as_of, flags, found.clients)
    year = burden.in_force(releases.years(tx), judged_on, rules.burden)
    return {
        client: StoredScore(
            client_id=client,
            as_of=as_of,
            judged_on=judged_on,
            computed_at=now(),
            policy_version=rules.version,
            score=scores[client].score,
            low=scores[client].low,
            high=scores[client].high,
            band=scores[client].band,
            rate_mean=rates[client][0],
            rate_low=rates[client][1],
            rate_high=rates[client][2],
            contacts=int(found.whole[k, 0]),
            mismatches=int(found.mismatches[k, 0]),
            detail={
                **_detail(
                    scores[client], (round(float(wrong[k]), 2), round(float(weight[k]), 2)), _published(year, client)
                ),
                **counts[client],
                "would_change": [asdict(change) for change in would.get(client, [])],
            },
        )
        for k, client in enumerate(found.clients)
    }


def _evidence(found: Panel, k: int, name: str, failed: Mapping[str, tuple[str, ...]]) -> Evidence:
    def reading(which: int) -> Reading | None:
        low, score, high = found.readings[k, 0, which].tolist()
        return None if np.isnan(score) else Reading(score, low, high)

    return Evidence(
        client=name,
        contacts=float(found.contacts[k, 0]),
        counts={
            dimension: (0.0, float(a), float(b), float(c), float(d))
            for dimension, (a, b, c, d) in zip(MISMATCH_DIMENSIONS, found.counts[k, 0], strict=True)
        },
        proved_severity_4=int(found.proved[k, 0]),
        failed_knockouts=tuple(item for items in failed.values() for item in items),
        response=reading(0),
        agent_burden=reading(1),
    )


def _rates(found: Panel, others: Mapping[int, tuple[int, int]]) -> dict[int, tuple[float, float, float]]:
    """Mean, low and high of the mismatch rates per 1,000 contacts of the window, with strength from all clients."""
    own = {client: (int(found.mismatches[k, 0]), int(found.whole[k, 0])) for k, client in enumerate(found.clients)}
    whole = dict(sorted({**others, **own}.items()))
    counts, contacts = zip(*whole.values(), strict=True)
    rates = posterior_rates(np.array(counts), np.array(contacts))
    table = np.round(np.stack([rates.mean, rates.low, rates.high], axis=1), RATE_DECIMALS)
    return {client: tuple(row) for client, row in zip(whole, table.tolist(), strict=True) if client in own}


def _counts(
    tx: Session, as_of: dt.date, found: Collection[tally.Tally], clients: Collection[int]
) -> dict[int, dict[str, Any]]:
    """What pages show beside the score: weeks, categories, and what waits undecided."""
    mondays = shown_weeks(as_of)
    weekly = tally.by_week(found)
    worked = client_contacts(tx, client_ids=clients, since=mondays[0], until=as_of)
    contacts = {(client, monday): n for client, monday, n in worked}
    by_client: dict[int, list[tally.Tally]] = defaultdict(list)
    for one in found:
        by_client[one.client_id].append(one)
    return {
        client: {
            "weeks": [[contacts.get((client, monday), 0), weekly[client, monday]] for monday in mondays],
            "categories": dict(sorted(_by_category(by_client[client]).items())),
            "open": sum(t.n for t in by_client[client] if t.status == Decision.OPEN and t.shown),
            "overdue": sum(t.n for t in by_client[client] if t.late and t.counts),
            "normal_work": sum(
                t.n
                for t in by_client[client]
                if t.category in NORMAL_WORK and t.status != Decision.DISMISSED and t.shown
            ),
        }
        for client in clients
    }


def _by_category(found: Iterable[tally.Tally]) -> Counter[str]:
    """Mismatches that count, by category."""
    kinds: Counter[str] = Counter()
    for one in found:
        if one.counts:
            kinds[one.category] += one.n
    return kinds


def _published(year: YearPublished | None, client: int) -> dict[str, Any]:
    """The ratio behind the agent burden, as it was published; empty without one."""
    line = burden.shown(year, client)
    if year is None or line is None or line.ratio is None:
        return {}
    return {"year": year.ratios.year, "published_on": year.published_on.isoformat(), **asdict(line.ratio)}


def _detail(score: Score, matters: tuple[float, float], published: Mapping[str, Any]) -> dict[str, Any]:
    """The score's parts. `matters`: how many of the client's went wrong, and how many there are, decayed; `published`:
    the ratio of sick leave behind the burden."""
    return {
        "dimensions": {
            name: {
                "score": line.score,
                "low": line.low,
                "high": line.high,
                "contribution": line.contribution,
                "weight_share": round(line.weight_share, 4),
                "evidence": [round(n, 2) for n in line.evidence],
                "matters": list(matters) if name == "response" else [],
                "published": dict(published) if name == "agent_burden" else {},
            }
            for name, line in score.dimensions.items()
        },
        "contributions": [list(part) for part in score.contributions],
        "unknown": list(score.unknown),
        "weakest": score.weakest,
        "floor": score.floor,
    }
