"""A quarter is published once, as it stood, and never changes: not by a late note, a move, an erasure, or anybody."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ethics import disclosure
from ethics.access import TERMINAL, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.database import Database
from ethics.disclosure import Figures
from ethics.language import Refused
from ethics.wellbeing import publishing, release, releases, terms
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.results import Amount, Ratio
from ethics.workforce.quarters import Quarter
from tests import files
from tests.conftest import someone
from tests.releases import RELEASE, UP, published

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
    files.bring(db, "shifts", "agent,date,client,hours,contacts,team\nNew1,2026-02-02,Acme Oy,8,9,North\n")


def leave(db: Database) -> None:
    with db.write() as tx:
        tx.execute(sa.text("DELETE FROM shift WHERE agent_id = 1"))


def transfer(db: Database) -> None:
    files.bring(db, "shifts", "agent,date,client,hours,contacts,team\n" + "\n".join(
        f"North1,{monday},Acme Oy,8,30,South" for monday in WEEKS))  # fmt: skip


def late_note(db: Database) -> None:
    files.bring(db, "spells", "agent,start,end\nNorth0,2026-02-02,2026-02-06\n")


def erasure(db: Database) -> None:
    with db.write() as tx:
        for table in ("spell", "shift", "agent_week"):
            tx.execute(sa.text(f"DELETE FROM {table} WHERE agent_id = 7"))


def renaming(db: Database) -> None:
    with db.write() as tx:
        tx.execute(sa.text("UPDATE client SET name = 'Gamma Oy', name_key = 'gamma oy' WHERE id = 1"))


@pytest.mark.parametrize("happens", [join, leave, transfer, late_note, erasure, renaming])
def test_whatever_happens_later_a_published_quarter_is_the_same_to_the_byte(centre: Database, happens: object) -> None:
    publish(centre)
    before = stored(centre)
    assert callable(happens)
    happens(centre)
    assert stored(centre) == before
    with centre.read() as tx, pytest.raises(Refused, match="published already, and stays"):
        publishing.prepare(tx, TERMINAL, QUARTER)


@pytest.mark.parametrize("statement", ["UPDATE wellbeing_release SET content = '{}'", "DELETE FROM wellbeing_release"])
def test_the_database_itself_refuses_to_change_one(centre: Database, statement: str) -> None:
    publish(centre)
    with pytest.raises(DBAPIError, match="never changed"), centre.write() as tx:
        tx.execute(sa.text(statement))


def test_one_that_was_altered_all_the_same_is_never_shown(lite: Database) -> None:
    with lite.write() as tx:
        published(tx)
        tx.execute(sa.text("DROP TRIGGER release_no_update"))
        tx.execute(sa.text("UPDATE wellbeing_release SET content = replace(content, '529', '530')"))
    with lite.read() as tx, pytest.raises(Refused, match="it was altered"):
        releases.releases(tx, someone(Role.HR))


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


def test_a_quarter_waits_six_weeks_for_late_notes(centre: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "today", lambda: dt.date(2026, 5, 11))
    with centre.read() as tx, pytest.raises(Refused, match="Q1 2026 can be published from 12 May 2026"):
        publishing.prepare(tx, TERMINAL, QUARTER)
    monkeypatch.setattr(publishing, "today", lambda: dt.date(2026, 5, 12))
    publish(centre)


def test_a_quarter_with_a_week_missing_or_without_its_last_sick_leave_waits(centre: Database) -> None:
    with centre.write() as tx:
        tx.execute(sa.text("DELETE FROM client_week WHERE week_start = '2026-02-02'"))
    with centre.read() as tx, pytest.raises(Refused, match="weeks of Q1 2026 are missing"):
        publishing.prepare(tx, TERMINAL, QUARTER)
    with centre.write() as tx:
        tx.execute(sa.text("DELETE FROM spell"))
    with centre.read() as tx:
        standing = {str(s.quarter): s for s in publishing.standings(tx, TERMINAL)}
    assert list(standing) == ["2026Q1"]
    assert standing["2026Q1"].obstacle is not None


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


def test_a_manager_reads_the_company_and_the_managers_own_clients(lite: Database) -> None:
    with lite.write() as tx:
        published(tx)
    with lite.read() as tx:
        (seen,) = releases.releases(tx, someone(Role.MANAGER, user_id=1, clients=(1,)))
        (whole,) = releases.releases(tx, someone(Role.EXECUTIVE))
    assert whole == RELEASE
    assert (seen.total, seen.headline) == (RELEASE.total, RELEASE.headline)
    assert [c.client for c in (*seen.clients, *seen.teams)] == [1, 1]
    assert seen.ratios is not None
    assert [line.client for line in seen.ratios.lines] == [1]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AGENT, Role.ADMINISTRATOR])
def test_others_read_nothing(lite: Database, role: Role) -> None:
    with lite.write() as tx:
        published(tx)
    with lite.read() as tx, pytest.raises(NotAllowed):
        releases.releases(tx, someone(role))


def test_a_release_written_and_read_is_the_same_and_so_are_its_bytes() -> None:
    content, sha256 = release.write(RELEASE)
    assert release.read(content) == RELEASE
    assert release.write(release.read(content)) == (content, sha256)


def test_nothing_finer_than_what_is_shown_is_stored() -> None:
    fine = replace(
        UP, ratio=Ratio(1.41803, 1.10711, 1.82891), p=0.00416, effective_agents=210.7, days=Amount(842.3, 278.6, 1336.9)
    )
    assert release.rounded(fine) == UP
    (_, line) = RELEASE.ratios.lines if RELEASE.ratios else ()
    rough = replace(line, ratio=Ratio(2.3571, 1.3891, 4.0449), p=0.0004, minimum_detectable=1.473)
    assert release.rounded_client(rough) == line


def test_euros_are_days_times_the_cost_and_unknown_without_either() -> None:
    assert release.euros(Amount(10.0, -2.0, 22.0), 37_050) == Amount(3705.0, -741.0, 8151.0)
    assert release.euros(None, 37_050) is None
    assert release.euros(Amount(1, 1, 1), None) is None


def test_a_years_ratios_are_computed_when_its_last_quarter_is_published(
    lite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three quarters stored with 25 people at client 1 and 19 at client 2 in one: only client 1 stands alone."""
    from ethics.wellbeing.release import Cell

    asked = []
    monkeypatch.setattr(publishing.contrasts, "publishable_groups", lambda _panel, among: sorted(among))
    monkeypatch.setattr(
        publishing.contrasts, "client_ratios", lambda _panel, *, groups: asked.append(list(groups)) or []
    )
    monkeypatch.setattr(publishing.people, "panel", lambda *_: _Nobody())
    cells = (Cell(1, "Acme Oy", Figures(25, 9, 40)), Cell(2, "Beta Oy", Figures(25, 9, 40)), Cell(3, "Gamma Oy", None))
    small = (cells[0], Cell(2, "Beta Oy", Figures(19, 9, 40)), cells[2])
    with lite.write() as tx:
        published(tx, quarter="2025Q1", ratios=None, clients=cells)
        published(tx, quarter="2025Q3", ratios=None, clients=small)
        assert publishing._year(tx, Quarter(2025, 4), cells) is None
        published(tx, quarter="2025Q2", ratios=None, clients=cells)
        found = publishing._year(tx, Quarter(2025, 4), cells)
    assert found is not None
    assert (found.year, asked) == (2025, [[1]])


class _Nobody:
    week = np.zeros(0, dtype=np.int64)

    def chosen(self, _rows: object) -> _Nobody:
        return self


def test_the_content_is_plain_json_without_a_person(centre: Database) -> None:
    publish(centre)
    told = json.loads(stored(centre)[0])
    assert set(told) == {
        "quarter", "first", "last", "published_on", "method", "total", "clients", "teams", "months", "headline", "ratios",
        "day_cost", "euros",
    }  # fmt: skip
    assert "agent_id" not in stored(centre)[0]
    assert "North1" not in stored(centre)[0]
