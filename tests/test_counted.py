"""Flags as arrays say of every day what the tally of that day says: which of them count, and which are proved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Final

import numpy as np
import pytest
from sqlmodel import Session

from ethics.database import Database
from ethics.mismatches import tally
from ethics.mismatches.counted import NEVER, ORDER, Counted, counted
from ethics.mismatches.models import Certainty, Decision, Disclosed
from ethics.mismatches.words import CATEGORIES
from ethics.risk.evidence import judged
from tests.ledgers import Clock, flag, people

FIRST: Final = dt.date(2026, 3, 2)
DAYS: Final = 75
LAST: Final = FIRST + dt.timedelta(days=DAYS)
DAY: Final = dt.timedelta(days=1)


@pytest.fixture
def house(db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    Clock(monkeypatch, LAST)
    with db.write() as tx:
        people(tx, 1, 2)
    return db


def fill(tx: Session, seed: int, n: int = 240, *, running: bool = False) -> None:
    """Flags in every standing: from files and from people, decided on some day or from the start, paused or not."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        met = FIRST + int(rng.integers(0, DAYS)) * DAY
        filed = met + int(rng.choice([0, 0, 1, 20])) * DAY
        status = rng.choice(list(Decision), p=[0.05, 0.35, 0.35, 0.2, 0.05])
        decided = filed + int(rng.integers(-3, 40)) * DAY if rng.random() < 0.7 else None
        waiting = running and status == Decision.OPEN and rng.random() < 0.5
        flag(
            tx,
            int(rng.integers(1, 3)),
            met,
            filed_on=filed,
            category=str(rng.choice(list(CATEGORIES))),
            severity=int(rng.integers(0, 5)),
            certainty=str(rng.choice(list(Certainty))),
            disclosed=str(rng.choice(list(Disclosed))),
            status=str(status),
            decided=decided if status != Decision.OPEN or rng.random() < 0.2 else None,
            paused_days=int(rng.choice([0, 0, 3, 14])),
            waiting_since=filed + int(rng.integers(0, 10)) * DAY if waiting else None,
            withheld=bool(rng.random() < 0.05),
        )


Seen = Counter[tuple[int, str, int, int]]


def by_arrays(found: Counted, day: dt.date) -> tuple[Seen, Seen]:
    """What counts on a day, and what of it is proved: client, category, severity and day of the contact."""
    on = day.toordinal()
    whole: Seen = Counter()
    proved: Seen = Counter()
    columns = (found.client, found.category, found.severity, found.met, found.since, found.until, found.proved_since)
    for client, category, severity, met, since, until, proof in zip(*(c.tolist() for c in columns), strict=True):
        if since <= on < until:
            whole[client, ORDER[category], severity, met] += 1
            if proof <= on:
                proved[client, ORDER[category], severity, met] += 1
    return whole, proved


def by_tally(tx: Session, day: dt.date, since: dt.date = FIRST) -> tuple[Seen, Seen]:
    whole: Seen = Counter()
    proved: Seen = Counter()
    for one in tally.tallies(tx, since=since, until=day, late_on=day):
        if one.counts:
            key = one.client_id, one.category, one.severity, one.met_on.toordinal()
            whole[key] += one.n
            if one.proof and one.status == Decision.CONFIRMED:
                proved[key] += one.n
    return whole, proved


@pytest.mark.parametrize("seed", [1, 2])
def test_on_every_day_the_flags_that_count_are_those_of_the_tally(house: Database, seed: int) -> None:
    with house.write() as tx:
        fill(tx, seed)
        found = counted(tx, until=LAST)
        for k in range(DAYS + 1):
            assert by_arrays(found, FIRST + k * DAY) == by_tally(tx, FIRST + k * DAY), FIRST + k * DAY
    whole, proved = by_arrays(found, LAST)
    assert whole.total() > 40
    assert proved.total() > 5


def test_a_running_pause_holds_a_flag_back_on_the_present_day_as_in_the_tally(house: Database) -> None:
    with house.write() as tx:
        fill(tx, 3, running=True)
        for k in range(0, DAYS + 1, 3):
            day = FIRST + k * DAY
            assert by_arrays(counted(tx, until=day), day) == by_tally(tx, day), day


def test_an_earlier_day_that_is_judged_by_today_has_the_decisions_of_today(house: Database) -> None:
    """As the present picture asks: contacts until the data's last day, late and decided by today."""
    until = LAST - 12 * DAY
    with house.write() as tx:
        fill(tx, 4)
        found = judged(counted(tx, until=until, judged_on=LAST), LAST.toordinal())
        today: Seen = Counter()
        for one in tally.tallies(tx, since=FIRST, until=until, late_on=LAST):
            if one.counts:
                today[one.client_id, one.category, one.severity, one.met_on.toordinal()] += one.n
    assert by_arrays(found, LAST)[0] == today


@pytest.mark.parametrize(
    ("other", "since", "until"),
    [
        ({}, 0, None),  # a file's confirmed flag counts from its day
        ({"filed_on": FIRST + 5 * DAY}, 5, None),
        ({"status": Decision.OPEN}, 8, None),
        ({"status": Decision.OPEN, "filed_on": FIRST + 5 * DAY}, 13, None),
        ({"status": Decision.OPEN, "paused_days": 6}, 14, None),
        ({"decided": FIRST + 3 * DAY}, 3, None),
        ({"decided": FIRST + 30 * DAY}, 8, None),
        ({"status": Decision.DISMISSED, "decided": FIRST + 30 * DAY}, 8, 30),
        ({"status": Decision.MERGED, "decided": FIRST + 30 * DAY}, 8, 30),
        ({"status": Decision.OPEN, "waiting_since": FIRST + 7 * DAY}, 22, None),  # paused at most fourteen days
        ({"status": Decision.OPEN, "waiting_since": FIRST + 8 * DAY}, 8, None),  # overdue before it was paused
        ({"status": Decision.OPEN, "waiting_since": FIRST + 20 * DAY}, 8, None),
    ],
)
def test_a_flag_counts_from_its_confirmation_or_its_eighth_day_until_it_is_dismissed_or_merged(
    house: Database, other: dict[str, Any], since: int, until: int | None
) -> None:
    with house.write() as tx:
        flag(tx, 1, FIRST, **other)
        found = counted(tx, until=LAST)
    assert found.since.tolist() == [FIRST.toordinal() + since]
    assert found.until.tolist() == [NEVER if until is None else FIRST.toordinal() + until]


@pytest.mark.parametrize(
    "other",
    [
        {"status": Decision.DISMISSED},
        {"status": Decision.DISMISSED, "decided": FIRST + 8 * DAY},
        {"status": Decision.HELD},
        {"status": Decision.MERGED},
        {"status": Decision.MERGED, "decided": FIRST + 8 * DAY},
        {"status": Decision.OPEN, "filed_on": LAST - 7 * DAY},
        {"severity": 0},
        {"severity": 0, "status": Decision.OPEN},
        {"category": "M01"},
        {"category": "M02"},
        {"withheld": True},
        {"filed_on": LAST + DAY},
    ],
)
def test_what_never_counts_is_not_among_them(house: Database, other: dict[str, Any]) -> None:
    with house.write() as tx:
        flag(tx, 1, FIRST, **other)
        assert counted(tx, until=LAST).client.tolist() == []
        assert not any(one.counts for one in tally.tallies(tx, since=FIRST, until=LAST))


@pytest.mark.parametrize(
    ("other", "proved"),
    [
        ({"certainty": Certainty.PROOF}, 0),
        ({"certainty": Certainty.PROOF, "decided": FIRST + 30 * DAY}, 30),
        ({"certainty": Certainty.PROOF, "status": Decision.OPEN}, None),
        ({"certainty": Certainty.SAW}, None),
        ({"certainty": Certainty.PROOF, "status": Decision.DISMISSED, "decided": FIRST + 30 * DAY}, None),
    ],
)
def test_a_mismatch_is_proved_from_the_day_that_somebody_confirmed_its_proof(
    house: Database, other: dict[str, Any], proved: int | None
) -> None:
    with house.write() as tx:
        flag(tx, 1, FIRST, **other)
        found = counted(tx, until=LAST)
    assert found.proved_since.tolist() == [NEVER if proved is None else FIRST.toordinal() + proved]


def test_clients_and_first_days_that_were_not_asked_for_are_left_out(house: Database) -> None:
    with house.write() as tx:
        for client_id, day in ((1, FIRST), (1, FIRST + 9 * DAY), (2, FIRST + 9 * DAY)):
            flag(tx, client_id, day)
        found = counted(tx, since=FIRST + DAY, until=LAST, client_ids=[1])
        assert (found.client.tolist(), found.met.tolist()) == ([1], [(FIRST + 9 * DAY).toordinal()])
        assert counted(tx, until=LAST, client_ids=[]).client.tolist() == []
