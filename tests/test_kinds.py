"""What single kinds of file do, who may bring them in, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import col, select

from ethics.access import TERMINAL, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.clients.models import Client, Product, Promise
from ethics.database import Database
from ethics.imports import batches
from ethics.imports.batches import import_file, import_table, undo
from ethics.imports.kinds import KINDS
from ethics.imports.mapping import Mapping
from ethics.language import Refused
from ethics.mismatches.models import Flag
from ethics.workforce.models import Agent, Shift, Spell
from tests.conftest import someone
from tests.files import CLIENTS, FILES, LATER, bring, everything, ready, take_back

# What single kinds do


def test_columns_that_a_file_leaves_out_keep_their_values(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    outcome = bring(db, "clients", "name,sector\nACME OY.,telecom\n")
    assert outcome.changed == 1
    with db.read() as tx:
        acme = tx.exec(select(Client).where(Client.name_key == "acme oy")).one()
        assert (acme.name, acme.sector, acme.business_id, acme.monthly_revenue_cents) == (
            "ACME OY.",
            "telecom",
            "2617416-4",
            100_000,
        )


def test_imported_flags_have_no_reporter(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "flags", FILES["flags"])
    with db.read() as tx:
        for flag in tx.exec(select(Flag)):
            assert (flag.disclosed, flag.reporter_id, flag.certainty) == ("imported", None, "heard")
            assert flag.met_on == flag.filed_on == dt.date(2026, 1, 7)


def test_two_agents_who_wrote_the_same_are_two_flags_and_an_overlapping_export_adds_none(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    assert bring(db, "flags", FILES["flags"]).added == 2
    overlapping = (
        FILES["flags"].splitlines()[0]
        + "\nBeta Oy,2026-01-06,M03,2,x,open\n"
        + "\n".join(FILES["flags"].splitlines()[1:])
    )
    outcome = bring(db, "flags", overlapping)
    assert (outcome.added, outcome.unchanged) == (1, 2)


def test_products_come_with_their_promises_and_go_with_them(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    outcome = bring(db, "promises", FILES["promises"])
    with db.read() as tx:
        assert tx.exec(select(Product.name, Promise.text).join(Promise)).all() == [("Fast", "Always on")]
    take_back(db, outcome.batch_id)
    with db.read() as tx:
        assert tx.exec(select(Product)).all() == []


def test_formulas_are_stored_as_the_text_they_are(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(
        db, "flags", 'client,date,category,severity,text\nAcme Oy,2026-01-07,M05,3,"=HYPERLINK(""http://x"",""y"")"\n'
    )
    with db.read() as tx:
        assert tx.exec(select(Flag.text)).all() == ['=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("kind", ["clients", "contacts", "shifts", "spells", "promises"])
def test_two_rows_about_the_same_are_refused(db: Database, kind: str) -> None:
    ready(db, kind)
    outcome = bring(db, kind, FILES[kind] + FILES[kind].splitlines()[1] + "\n")
    assert [(e.row, str(e.what)[:28]) for e in outcome.errors] == [(4, "Row 2 is already about this.")]


def test_no_agent_works_more_than_24_hours_a_day_over_all_files(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "shifts", "agent,date,client,hours\nA1,2026-01-05,Acme Oy,12\n")
    outcome = bring(db, "shifts", "agent,date,client,hours\nA2,2026-01-05,Beta Oy,24\nA1,2026-01-05,Beta Oy,12.01\n")
    assert [(e.row, e.column, e.value) for e in outcome.errors] == [(3, "hours", "24.01")]
    with db.read() as tx:
        assert len(tx.exec(select(Shift)).all()) == 1
    assert bring(db, "shifts", "agent,date,client,hours\nA1,2026-01-05,Beta Oy,12\n").ok


def test_overlapping_spells_in_a_file_are_refused_with_both_rows(db: Database) -> None:
    outcome = bring(
        db, "spells", "agent,start,end\nA1,2026-01-20,2026-01-21\nA2,2026-01-01,\nA1,2026-01-12,2026-01-20\n"
    )
    assert [(e.row, str(e.what)[:50]) for e in outcome.errors] == [
        (4, "Rows 2 and 4 are spells of one agent that overlap.")
    ]


def test_a_spell_that_overlaps_an_imported_one_is_refused(db: Database) -> None:
    bring(db, "spells", FILES["spells"])
    outcome = bring(
        db, "spells", "agent,start,end\nA1,2026-01-15,2026-01-16\nA2,2026-02-01,2026-02-20\nA1,2026-01-16,2026-01-17\n"
    )
    assert [e.row for e in outcome.errors] == [2, 4]
    assert (
        str(outcome.errors[0].what)
        == "It overlaps sick leave that came in earlier. Correct the days, or undo the earlier import."
    )
    assert bring(
        db, "spells", "agent,start,end\nA1,2026-01-16,2026-01-17\nA2,2026-03-01,2026-03-04\nA2,2026-03-05,\n"
    ).ok


#: Guesses about A1 and A2: right, right but for its end, an agent with other sick leave, an agent without any.
GUESSES = (
    "A1,2026-01-12,2026-01-15",
    "A1,2026-01-12,2026-01-13",
    "A1,2026-04-12,2026-04-15",
    "A3,2026-01-12,2026-01-15",
)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_guess_about_sick_leave_gets_one_answer_whether_it_is_right_or_not(db: Database, dry_run: bool) -> None:
    answers = []
    bring(db, "spells", FILES["spells"])
    for guess in GUESSES:
        outcome = bring(db, "spells", f"agent,start,end\n{guess}\n", dry_run=dry_run)
        answers.append(replace(outcome, batch_id=None))
        with db.read() as tx:
            newest = batches.batches(tx, someone(Role.HR))[0]
            assert (newest.added, newest.changed, newest.unchanged) == (0, 0, 0)
        if not dry_run:
            take_back(db, outcome.batch_id)
    assert answers == [replace(answers[0])] * len(GUESSES)
    assert (answers[0].ok, answers[0].rows, answers[0].counted) == (True, 1, False)


def test_whoever_only_checks_sick_leave_is_on_record_with_counts_alone(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "contacts", FILES["contacts"], dry_run=True)
    bring(db, "spells", FILES["spells"])
    bring(db, "spells", f"agent,start,end\n{GUESSES[0]}\n", dry_run=True)
    for dry_run in (True, False):
        bring(db, "spells", "agent,start,end\nA1,2026-01-15,2026-01-16\nA3,2026-01-15,\n", dry_run=dry_run)
    with db.read() as tx:
        said = [json.loads(e.body) for e in tx.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))]
    checks = [(one["actor"], one["rows"], one["errors"]) for one in said if one["act"] == "check spells"]
    assert checks == [("terminal", 1, 0), ("terminal", 2, 1), ("terminal", 2, 1)]
    assert len([one for one in said if one["act"].startswith("check")]) == 3
    assert [set(one) & {"added", "changed"} for one in said if one.get("kind") == "spells"] == [set()]


def test_sick_leave_brings_no_column_that_it_does_not_need(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    before = everything(db)
    with pytest.raises(Refused, match="“Yksikkö” is not needed"):
        bring(db, "spells", "agent,start,end,Yksikkö\nA1,2026-01-12,2026-01-13,1\n")
    assert everything(db) == before
    named = Mapping(columns={"agent": "Työntekijä", "start": "Poissaolo alkaa", "end": "Sick leave ends"})
    assert bring(db, "spells", "Työntekijä,Poissaolo alkaa,Sick leave ends\nA1,2026-01-12,\n", mapping=named).ok
    assert bring(db, "shifts", "agent,date,client,hours,Laji\nA1,2026-01-05,Acme Oy,7,ilta\n").ignored == ("Laji",)


def test_a_column_of_reasons_refuses_the_file_and_leaves_nothing_of_it(db: Database) -> None:
    before = everything(db)
    with pytest.raises(Refused, match="“Poissaolon syy”"):
        bring(db, "spells", "agent,start,end,Poissaolon syy\nA1,2026-01-12,,flunssa\n")
    assert everything(db) == before


def test_employee_numbers_are_nowhere_in_the_database(lite: Database) -> None:
    bring(lite, "clients", CLIENTS)
    bring(lite, "shifts", "agent,date,client,hours\nEMP-777123,2026-01-05,Acme Oy,7\n")
    bring(lite, "spells", "agent,start,end\nEMP-777123,2026-01-12,2026-01-13\n")
    with lite.read() as tx:
        assert len(tx.exec(select(Agent)).all()) == 1
        assert [s.agent_id for s in tx.exec(select(Spell))] == [s.agent_id for s in tx.exec(select(Shift))]
    path = Path(lite.url.removeprefix("sqlite:///"))
    lite.dispose()
    for file in path.parent.glob(f"{path.name}*"):
        assert b"777123" not in file.read_bytes()


# Who may


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", Role)
def test_business_is_imported_by_hr_and_administrators_people_by_hr_alone(
    lite: Database, kind: str, role: Role
) -> None:
    allowed = role is Role.HR or (role is Role.ADMINISTRATOR and not KINDS[kind].about_people)
    ready(lite, kind)
    first = bring(lite, kind, FILES[kind])
    actor = someone(role)
    with lite.write() as tx:
        if allowed:
            import_file(tx, actor, kind, LATER[kind].encode(), file_name="x.csv")
            batches.remember_mapping(tx, actor, kind, Mapping(decimal=","))
            assert batches.remembered_mapping(tx, actor, kind) == Mapping(decimal=",")
            assert kind in {b.kind for b in batches.batches(tx, actor)}
            return
        for verb in (
            lambda: import_file(tx, actor, kind, FILES[kind].encode(), file_name="x.csv"),
            lambda: import_table(tx, actor, kind, pd.DataFrame(), name="x"),
            lambda: undo(tx, actor, first.batch_id or 0),
            lambda: batches.remember_mapping(tx, actor, kind, Mapping()),
            lambda: batches.remembered_mapping(tx, actor, kind),
        ):
            with pytest.raises(NotAllowed):
                verb()
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(NotAllowed):
                batches.batches(tx, actor)


def test_the_audit_knows_who_imported_what_and_no_free_text(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    flags = bring(db, "flags", FILES["flags"])
    take_back(db, flags.batch_id)
    with db.read() as tx:
        bodies = [e.body for e in tx.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))]
    assert ['"act":"import"' in bodies[0], '"kind":"flags"' in bodies[1], '"act":"undo import"' in bodies[2]] == [
        True
    ] * 3
    assert not any("Not told" in body or "Acme" in body for body in bodies)


def test_the_name_of_a_file_is_only_shown(lite: Database) -> None:
    with lite.write() as tx:
        name = "../../etc/pass\x00wd\u202egpj.csv"
        assert import_file(tx, TERMINAL, "clients", CLIENTS.encode(), file_name=name).file_name == "passwdgpj.csv"


# Tables without a file


def test_a_data_frame_lands_like_a_file(db: Database) -> None:
    with db.write() as tx:
        frame = pd.DataFrame({"name": ["Acme Oy"], "since": [dt.date(2020, 1, 1)], "monthly_revenue": [1000.5]})
        assert import_table(tx, TERMINAL, "clients", frame, name="sample").added == 1
        assert import_table(tx, TERMINAL, "clients", frame, name="sample").already == 1
        client = tx.exec(select(Client)).one()
        assert (client.since, client.monthly_revenue_cents) == (dt.date(2020, 1, 1), 100_050)
