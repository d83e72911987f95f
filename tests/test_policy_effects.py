"""What a changed policy changes: present scores, as its preview says, and the weeks to come, never those that ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import col, select

from ethics.clients.models import Client
from ethics.database import Database
from ethics.risk import history, policy_change, scores
from ethics.risk.models import ScoreWeek, StoredPolicy, StoredScore
from ethics.workforce.models import ContactWeek
from tests.policy_changes import ADMIN, LAST_SUNDAY, MONDAY, administered, build, changed, put


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


@pytest.fixture
def empty(lite: Database) -> Database:
    return administered(lite)


def stored(db: Database) -> dict[int, StoredScore]:
    with db.read() as tx:
        return scores.latest(tx)


def weeks(db: Database) -> list[dict[str, Any]]:
    """Every row of the history, with what was replaced."""
    with db.read() as tx:
        rows = tx.exec(
            select(ScoreWeek).order_by(col(ScoreWeek.client_id), col(ScoreWeek.week), col(ScoreWeek.revision))
        )
        return [row.model_dump() for row in rows]


def test_present_scores_are_computed_anew_at_once(centre: Database) -> None:
    before = stored(centre)
    put(centre, changed(centre, severity_weights__4=32, severity_weights__3=32))
    after = stored(centre)
    assert after[1].score is not None
    assert after[1].score > (before[1].score or 0)
    assert {row.policy_version for row in after.values()} == {4}


def test_a_preview_says_the_scores_that_the_change_then_gives(centre: Database) -> None:
    content = changed(centre, severity_weights__4=64, severity_weights__3=64, bands__fair_play=20)
    with centre.read() as tx:
        seen = policy_change.preview(tx, ADMIN, content)
    before = stored(centre)
    put(centre, content)
    after = stored(centre)
    assert seen.clients == 2
    assert {line.client_id: (line.score_before, line.score_after) for line in seen.lines} == {
        number: (before[number].score, after[number].score) for number in (1, 2)
    }
    assert {line.client_id: (line.band_before, line.band_after) for line in seen.lines} == {
        number: (before[number].band, after[number].band) for number in (1, 2)
    }


def test_a_preview_stores_nothing(centre: Database) -> None:
    before = {number: row.model_dump() for number, row in stored(centre).items()}
    with centre.write() as tx:
        policy_change.preview(tx, ADMIN, changed(centre, severity_weights__4=64))
        assert not tx.new
        assert not tx.dirty
    assert {number: row.model_dump() for number, row in stored(centre).items()} == before
    with centre.read() as tx:
        assert tx.exec(select(StoredPolicy)).all() == []


def test_those_whose_band_changes_come_first_in_a_preview(centre: Database) -> None:
    with centre.write() as tx:
        tx.get_one(Client, 2).name = "Aamu Oy"  # scores 3 and would come first by name; Lumikki Oy scores 12
    with centre.read() as tx:
        seen = policy_change.preview(tx, ADMIN, changed(centre, bands__fair_play=8))
    assert [(line.name, line.changes_band) for line in seen.lines] == [("Lumikki Oy", True), ("Aamu Oy", False)]
    assert (seen.bands, seen.moved) == (1, 0)


def test_a_client_that_is_not_scored_yet_is_new_in_a_preview(empty: Database) -> None:
    with empty.write() as tx:
        tx.add(Client(id=1, name="Lumikki Oy", name_key="lumikki oy"))
    with empty.read() as tx:
        line = policy_change.preview(tx, ADMIN, changed(empty, bands__watch=40)).lines[0]
    assert (line.score_before, line.band_before, line.moves) == (None, "unknown", 0.0)


@pytest.mark.parametrize(
    "values",
    [
        {"severity_weights__4": 64, "severity_weights__3": 64, "bands__watch": 40},
        {"window_weeks": 13},  # other weeks than before would now count in the older ones
        {"window_weeks": 13, "half_life_weeks": 4, "response__late": 100},
    ],
)
def test_ended_weeks_keep_their_policy_and_the_next_week_gets_the_new_one(
    centre: Database, values: dict[str, Any]
) -> None:
    with centre.write() as tx:
        for week in range(7, 22):
            monday = MONDAY - dt.timedelta(weeks=week)
            tx.add(ContactWeek(client_id=2, week_start=monday, contacts=2_000, batch_id=1))
        tx.flush()
        history.bring_up_to_date(tx)
    before = weeks(centre)
    put(centre, changed(centre, **values))
    with centre.write() as tx:
        assert history.bring_up_to_date(tx) == 0
    assert weeks(centre) == before
    assert {row["policy_version"] for row in before} == {3}
    with centre.write() as tx:  # late data about the last week but one: that row is found wrong, and scored anew
        sunday = LAST_SUNDAY - dt.timedelta(weeks=1)
        row = tx.get(ContactWeek, (2, sunday - dt.timedelta(days=6)))
        assert row is not None
        row.contacts = 3_000
        tx.flush()
        history.bring_up_to_date(tx)
    kept = [row for row in weeks(centre) if row["replaced_at"] is None and row["policy_version"] == 3]
    anew = [row for row in weeks(centre) if row["policy_version"] == 4]
    assert kept
    assert {row["client_id"] for row in anew} == {2}
    assert min(row["week"] for row in anew) == sunday


def test_a_week_that_ends_after_the_change_is_scored_by_the_new_policy(centre: Database) -> None:
    put(centre, changed(centre, bands__watch=40))
    with centre.write() as tx:
        for row in tx.exec(select(ScoreWeek).where(ScoreWeek.week == LAST_SUNDAY)):
            tx.delete(row)  # as if the last week had ended only now
        tx.flush()
        assert history.bring_up_to_date(tx) == 2  # one week of two clients
    by_week = {(row["week"] == LAST_SUNDAY, row["policy_version"]) for row in weeks(centre)}
    assert by_week == {(False, 3), (True, 4)}
