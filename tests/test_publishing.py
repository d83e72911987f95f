"""A quarter is published once, as it stood, and never changes: not by a late note, a move, an erasure, or anybody."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ethics import disclosure
from ethics.access import TERMINAL
from ethics.audit import AuditEntry
from ethics.database import Database, now
from ethics.disclosure import Figures
from ethics.language import Refused
from ethics.people.models import ClientManager, User
from ethics.wellbeing import publishing, releases, terms
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.results import NOT_ENOUGH_DATA
from ethics.workforce.quarters import Quarter
from tests import files
from tests.releases import UP, published

QUARTER = Quarter(2026, 1)
#: Mondays of the weeks that touch the quarter.
WEEKS = [dt.date(2025, 12, 29) + dt.timedelta(weeks=n) for n in range(14)]
#: Days of sick leave of the agents of each team, from the quarter's first Monday on.
NORTH = [0, 0, 0, 0, 0, 0, 4, 5, 6, 7, 3, 2]
SOUTH = [0, 0, 0, 0, 0, 3, 4, 5, 6, 2, 8]


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients with a team each, 12 and 11 people, every week of the quarter worked, sick leave in it."""
    files.bring(db, "clients", "name\nAcme Oy\nBeta Oy\n")
    shifts, spells = [], []
    for team, client, days in (("North", "Acme", NORTH), ("South", "Beta", SOUTH)):
        for n, ill in enumerate(days):
            shifts += [f"{team}{n},{monday},{client} Oy,8,30,{team}" for monday in WEEKS]
            if ill:
                first = dt.date(2026, 3, 3)
                spells.append(f"{team}{n},{first},{first + dt.timedelta(days=ill - 1)}")
    assert files.bring(db, "shifts", "agent,date,client,hours,contacts,team\n" + "\n".join(shifts)).ok
    assert files.bring(db, "spells", "agent,start,end\n" + "\n".join(spells)).ok
    return db


def publish(db: Database, quarter: Quarter = QUARTER) -> None:
    with db.read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, quarter)
    with db.write() as tx:
        publishing.publish(tx, TERMINAL, prepared)


def stored(db: Database) -> tuple[str, str]:
    with db.read() as tx:
        row = tx.get(StoredRelease, "2026Q1")
        assert row is not None
        return row.content, row.sha256


def test_a_quarter_shows_the_tree_of_company_clients_and_teams(centre: Database) -> None:
    publish(centre)
    with centre.read() as tx:
        shown = releases.latest(tx)
    assert shown is not None
    assert shown.total == Figures(23, 12, sum(NORTH) + sum(SOUTH))
    assert [(c.name, c.figures) for c in shown.clients] == [
        ("Acme Oy", Figures(12, 6, 27)),
        ("Beta Oy", Figures(11, 6, 28)),
    ]
    assert [(c.client, c.name, c.figures) for c in shown.teams] == [
        (1, "North", Figures(12, 6, 27)),
        (2, "South", Figures(11, 6, 28)),
    ]
    assert [month.first.month for month in shown.months] == [1, 2, 3]
    assert (shown.headline.status, shown.ratios) == ("not-enough-data", None)


def test_too_little_for_an_answer_is_too_little_for_counts(centre: Database) -> None:
    """Six weeks before the quarter's end 17 sick leaves begin: that, and how many worked, would be a figure of its own."""
    with centre.read() as tx:
        found = publishing.prepare(tx, TERMINAL, QUARTER).release.headline
    assert found.status == NOT_ENOUGH_DATA
    assert (found.agents, found.onsets, found.effective_agents, found.minimum_detectable) == (None,) * 4


def test_an_answer_without_a_total_tells_no_counts_either(centre: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_headline", lambda *_: UP)
    with centre.read() as tx:
        assert publishing.prepare(tx, TERMINAL, QUARTER).release.headline == UP
    monkeypatch.setattr(publishing, "_tree", lambda *_: publishing._Tree(None, (), (), ()))
    with centre.read() as tx:
        found = publishing.prepare(tx, TERMINAL, QUARTER).release.headline
    assert (found.ratio, found.agents, found.onsets) == (UP.ratio, None, None)


def test_one_team_that_may_not_be_shown_takes_its_only_neighbour_with_it(centre: Database) -> None:
    """Two of South move away: nine are left, and Acme's figures would tell theirs by subtraction."""
    with centre.write() as tx:
        tx.execute(
            sa.text(
                "DELETE FROM shift WHERE agent_id IN (SELECT max(agent_id) FROM shift UNION SELECT max(agent_id) - 1 FROM shift)"
            )
        )
        tx.execute(sa.text("DELETE FROM spell WHERE agent_id NOT IN (SELECT agent_id FROM shift)"))
    publish(centre)
    with centre.read() as tx:
        shown = releases.latest(tx)
    assert shown is not None
    assert shown.total is not None
    assert [c.figures for c in (*shown.clients, *shown.teams)] == [None] * 4


def join(db: Database) -> None:
    joined = "agent,date,client,hours,contacts,team\nNew1,2026-02-02,Acme Oy,8,9,North\n"
    assert files.bring(db, "shifts", joined).ok


def leave(db: Database) -> None:
    with db.write() as tx:
        tx.execute(sa.text("DELETE FROM shift WHERE agent_id = 1"))


def transfer(db: Database) -> None:
    moved = "\n".join(f"North1,{monday},Acme Oy,8,30,South" for monday in WEEKS)
    assert files.bring(db, "shifts", "agent,date,client,hours,contacts,team\n" + moved).ok


def late_note(db: Database) -> None:
    assert files.bring(db, "spells", "agent,start,end\nNorth0,2026-02-02,2026-02-06\n").ok


def erasure(db: Database) -> None:
    with db.write() as tx:
        for table in ("spell", "shift", "agent_week"):
            tx.execute(sa.text(f"DELETE FROM {table} WHERE agent_id = 7"))


def renaming(db: Database) -> None:
    with db.write() as tx:
        tx.execute(sa.text("UPDATE client SET name = 'Gamma Oy', name_key = 'gamma oy' WHERE id = 1"))


def computed(db: Database) -> object:
    """What a fresh computation of the quarter comes to."""
    with db.read() as tx:
        return publishing._tree(tx, QUARTER)


@pytest.mark.parametrize("happens", [join, leave, transfer, late_note, erasure, renaming])
def test_whatever_happens_later_a_published_quarter_is_the_same_to_the_byte(
    centre: Database, happens: Callable[[Database], None]
) -> None:
    publish(centre)
    before, first = stored(centre), computed(centre)
    happens(centre)
    assert computed(centre) != first  # published today, it would be another
    assert stored(centre) == before
    with centre.read() as tx, pytest.raises(Refused, match="published already, and stays"):
        publishing.prepare(tx, TERMINAL, QUARTER)


def test_the_audit_trail_holds_the_hash(centre: Database) -> None:
    publish(centre)
    with centre.read() as tx:
        told = [e.body for e in tx.exec(sa.select(AuditEntry)).scalars() if "publish wellbeing" in e.body]
    assert [stored(centre)[1] in body for body in told] == [True]


def test_two_who_publish_at_once_publish_once(centre: Database) -> None:
    with centre.read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, QUARTER)
    publish(centre)
    with centre.write() as tx, pytest.raises(Refused, match="published already"):
        publishing.publish(tx, TERMINAL, prepared)


def test_of_two_who_publish_at_the_same_instant_one_waits_and_is_refused(centre: Database) -> None:
    with centre.read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, QUARTER)
    refused: list[str] = []

    def second() -> None:
        try:
            with centre.write() as tx:
                publishing.publish(tx, TERMINAL, prepared)
        except (Refused, DBAPIError) as error:
            refused.append(str(error))

    other = threading.Thread(target=second)
    with centre.write() as tx:
        publishing.publish(tx, TERMINAL, prepared)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(30)
    assert refused == ["Q1 2026 has been published already, and stays as it is."]


def another_file(db: Database) -> None:
    late_note(db)


def a_file_taken_back(db: Database) -> None:
    with db.read() as tx:
        newest = tx.execute(sa.text("SELECT max(id) FROM import_batch")).scalar()
    files.take_back(db, newest)


def a_deletion(db: Database) -> None:
    with db.write() as tx:
        tx.execute(sa.text("DELETE FROM spell WHERE agent_id = 7"))


def another_quarter_of_the_year(db: Database) -> None:
    with db.write() as tx:
        published(tx, quarter="2026Q3", ratios=None)


def another_cost(db: Database) -> None:
    with db.write() as tx:
        terms.set_day_cost(tx, TERMINAL, 37_000)


def another_client_for_a_manager(db: Database) -> None:
    with db.write() as tx:
        tx.add(ClientManager(user_id=9, client_id=2))


@pytest.mark.parametrize(
    "happens",
    [
        another_file,
        a_file_taken_back,
        a_deletion,
        another_quarter_of_the_year,
        another_cost,
        another_client_for_a_manager,
    ],
)
def test_what_was_computed_of_other_data_is_not_published(
    centre: Database, happens: Callable[[Database], None]
) -> None:
    with centre.write() as tx:
        tx.add(User(id=9, name="Test manager", login="m", password_hash="x", created_at=now()))
        tx.flush()
        tx.add(ClientManager(user_id=9, client_id=1))
    with centre.read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, QUARTER)
    happens(centre)
    with centre.write() as tx, pytest.raises(Refused, match="The data changed while Q1 2026 was computed"):
        publishing.publish(tx, TERMINAL, prepared)


def test_without_terms_nothing_is_published(centre: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "VERSION", terms.VERSION + 1)
    with centre.read() as tx, pytest.raises(Refused, match="confirm that staff have been heard"):
        publishing.prepare(tx, TERMINAL, QUARTER)


def test_when_the_control_finds_anything_nothing_is_published(
    centre: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure, "audit", lambda *_: ["a way"])
    with centre.read() as tx, pytest.raises(Refused, match="Nothing was stored"):
        publishing.prepare(tx, TERMINAL, QUARTER)


def test_the_content_is_plain_json_without_a_person(centre: Database) -> None:
    publish(centre)
    told = json.loads(stored(centre)[0])
    assert set(told) == {
        "quarter", "first", "last", "published_on", "method", "total", "clients", "teams", "months", "headline", "ratios",
        "day_cost", "euros",
    }  # fmt: skip
    assert "agent_id" not in stored(centre)[0]
    assert "North1" not in stored(centre)[0]
