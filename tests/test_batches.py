"""Files in and out again: counted, repeatable, undoable, all or nothing, on both engines."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from sqlalchemy import text
from sqlmodel import col, select

from ethics import settings as house
from ethics.__main__ import main
from ethics.access import TERMINAL, Actor, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.clients.models import Client, Product, Promise
from ethics.database import Database, Table, now, today
from ethics.imports import batches, command
from ethics.imports.batches import Outcome, import_file, import_table, undo
from ethics.imports.kinds import KINDS
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.language import NotFound, Refused
from ethics.mismatches.models import Flag
from ethics.people.models import User
from ethics.workforce.models import Agent, Shift, Spell

CLIENTS = "name,business_id,monthly_revenue\nAcme Oy,2617416-4,1000\nBeta Oy,,\n"
FILES = {
    "clients": CLIENTS,
    "contacts": "client,week,contacts\nAcme Oy,2026-W01,100\nBeta Oy,2026-W01,50\n",
    "shifts": "agent,date,client,hours,contacts,team\nA1,2026-01-05,Acme Oy,7.5,30,T1\nA2,2026-02-06,Beta Oy,8,,\n",
    "spells": "agent,start,end\nA1,2026-01-12,2026-01-15\nA2,2026-03-01,\n",
    "promises": "client,product,text,source,from,until\nAcme Oy,Fast,Always on,web,2026-01-01,\nBeta Oy,,Free,,,\n",
    "flags": "client,date,category,severity,text,status\n" + 2 * "Acme Oy,2026-01-07,M05,3,Not told,open\n",
}
#: The same files with one row's value changed and one row added.
LATER = {
    "clients": CLIENTS.replace("1000", "2000") + "Gamma Oy,,\n",
    "contacts": FILES["contacts"].replace(",50", ",60") + "Acme Oy,2026-W02,7\n",
    "shifts": FILES["shifts"].replace("7.5", "6.25") + "A1,2026-01-06,Beta Oy,1,1,T2\n",
    "spells": FILES["spells"].replace("2026-03-01,", "2026-03-01,2026-03-09") + "A1,2026-05-01,2026-05-02\n",
    "promises": FILES["promises"].replace("2026-01-01,", "2026-01-01,2026-06-01") + "Beta Oy,New,Cheap,,,\n",
    "flags": FILES["flags"].replace("Not told,open\n", "Not told,confirmed\n", 1) + "Beta Oy,2026-01-08,M03,2,,open\n",
}


def someone(role: Role) -> Actor:
    return Actor(name="Somebody", roles=frozenset({role}))


def bring(db: Database, kind: str, content: str | bytes | Path, **options: Any) -> Outcome:
    with db.write() as tx:
        data = content.encode() if isinstance(content, str) else content
        return import_file(tx, TERMINAL, kind, data, file_name=f"{kind}.csv", **options)


def take_back(db: Database, number: int | None) -> None:
    assert number is not None
    with db.write() as tx:
        undo(tx, TERMINAL, number)


def everything(db: Database) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of all tables but the journal's: batches, audit, teams that nobody is in any more, random keys of flags."""
    apart = {"import_batch", "audit_entry", "team", "score"}
    with db.read() as tx:
        return {
            name: {
                tuple(str(r[c.name]) for c in table.c if c.name != "id") for r in tx.execute(table.select()).mappings()
            }
            for name, table in Table.metadata.tables.items()
            if name not in apart
        }


def ready(db: Database, kind: str) -> None:
    if kind != "clients":
        bring(db, "clients", CLIENTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_adds_its_rows(db: Database, kind: str) -> None:
    ready(db, kind)
    outcome = bring(db, kind, FILES[kind])
    assert (outcome.errors, outcome.rows, outcome.added, outcome.changed, outcome.unchanged) == ((), 2, 2, 0, 0)
    with db.read() as tx:
        batch = tx.get(Batch, outcome.batch_id)
        assert batch is not None
        assert (batch.kind, batch.rows, batch.added, batch.imported_by) == (kind, 2, 2, "terminal")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_twice_changes_nothing(db: Database, kind: str) -> None:
    ready(db, kind)
    first = bring(db, kind, FILES[kind])
    before = everything(db)
    again = bring(db, kind, FILES[kind])
    assert (again.already, again.batch_id, again.added, again.changed) == (first.batch_id, None, 0, 0)
    reordered = bring(db, kind, FILES[kind].replace("\n", "\r\n"))
    assert (reordered.added, reordered.changed, reordered.unchanged) == (0, 0, 2)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_overlapping_file_changes_what_differs_and_undoing_it_restores_every_row(db: Database, kind: str) -> None:
    ready(db, kind)
    bring(db, kind, FILES[kind])
    before = everything(db)
    later = bring(db, kind, LATER[kind])
    assert (later.errors, later.added, later.changed, later.unchanged) == ((), 1, 1, 1)
    assert everything(db) != before
    take_back(db, later.batch_id)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_the_only_file_leaves_nothing_of_it(db: Database, kind: str) -> None:
    ready(db, kind)
    before = everything(db)
    take_back(db, bring(db, kind, FILES[kind]).batch_id)
    assert everything(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_undone_file_may_be_imported_again(db: Database, kind: str) -> None:
    ready(db, kind)
    take_back(db, bring(db, kind, FILES[kind]).batch_id)
    assert bring(db, kind, FILES[kind]).added == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_dry_run_tells_the_counts_and_writes_nothing(db: Database, kind: str) -> None:
    ready(db, kind)
    bring(db, kind, FILES[kind])
    before = everything(db)
    outcome = bring(db, kind, LATER[kind], dry_run=True)
    assert (outcome.dry_run, outcome.batch_id, outcome.added, outcome.changed) == (True, None, 1, 1)
    assert everything(db) == before
    assert bring(db, kind, LATER[kind]).added == 1


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "clients"])
def test_one_wrong_row_among_good_ones_and_nothing_is_written(db: Database, kind: str) -> None:
    ready(db, kind)
    before = everything(db)
    first, *rest = FILES[kind].splitlines()
    outcome = bring(
        db,
        kind,
        "\n".join([first, *rest, rest[0].replace("Acme Oy", "Acne Oy").replace("A1,2026-01-12", "A1,2026-13-12")]),
    )
    assert (outcome.ok, outcome.error_count, outcome.batch_id, outcome.errors[0].row) == (False, 1, None, 4)
    assert everything(db) == before


def test_an_unknown_client_is_refused_with_the_name_it_was_probably_meant_to_be(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    (wrong,) = bring(db, "contacts", "client,week,contacts\nAcne Oy,2026-W01,1\n").errors
    assert (wrong.row, wrong.column, wrong.value) == (2, "client", "Acne Oy")
    assert (
        str(wrong.what)
        == "There is no client “Acne Oy”. Did you mean “Acme Oy”? Correct the name, or import the client first."
    )


def test_a_mapping_may_allow_new_clients_and_undoing_takes_them_away(db: Database) -> None:
    mapping = Mapping(create_clients=True)
    outcome = bring(db, "contacts", FILES["contacts"], mapping=mapping)
    assert outcome.new_clients == 2
    changed = bring(db, "clients", CLIENTS)
    with pytest.raises(Refused, match="changed clients that this one added"):
        take_back(db, outcome.batch_id)
    take_back(db, changed.batch_id)
    take_back(db, outcome.batch_id)
    with db.read() as tx:
        assert tx.exec(select(Client)).all() == []


# Undoing


def test_batches_of_a_kind_are_undone_newest_first(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    first, second = bring(db, "contacts", FILES["contacts"]), bring(db, "contacts", LATER["contacts"])
    with pytest.raises(Refused, match=f"Batch {second.batch_id}, “contacts.csv”, came after it"):
        take_back(db, first.batch_id)
    take_back(db, second.batch_id)
    take_back(db, first.batch_id)
    with pytest.raises(Refused, match="undone already"):
        take_back(db, first.batch_id)
    with pytest.raises(NotFound):
        take_back(db, 99)


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("clients", "spells")])
def test_clients_that_something_refers_to_are_not_undone(db: Database, kind: str) -> None:
    clients = bring(db, "clients", CLIENTS)
    bring(db, kind, FILES[kind])
    before = everything(db)
    with pytest.raises(Refused, match=r"“(Acme|Beta) Oy” came with this batch and is in use"):
        take_back(db, clients.batch_id)
    assert everything(db) == before


def test_clients_that_were_only_changed_by_a_batch_do_not_stand_in_its_way(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "contacts", FILES["contacts"])
    take_back(db, bring(db, "clients", CLIENTS.replace("1000", "2000")).batch_id)


def test_what_people_have_decided_is_neither_changed_nor_undone(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    flags = bring(db, "flags", FILES["flags"])
    with db.write() as tx:
        officer = User(name="Oona", login="oona", password_hash="x", created_at=now())
        tx.add(officer)
        tx.flush()
        for flag in tx.exec(select(Flag)):
            flag.status, flag.decided_by, flag.decided_at = "dismissed", officer.id, now()
    outcome = bring(db, "flags", FILES["flags"].replace("open", "confirmed"))
    assert (outcome.changed, outcome.unchanged) == (0, 2)
    with db.read() as tx:
        assert {f.status for f in tx.exec(select(Flag))} == {"dismissed"}
    take_back(db, outcome.batch_id)
    with pytest.raises(Refused, match="have been decided since"):
        take_back(db, flags.batch_id)


def test_promises_that_were_judged_are_not_undone(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    promises = bring(db, "promises", FILES["promises"])
    with db.write() as tx:
        tx.execute(text("UPDATE promise SET verdict = 'broken' WHERE text = 'Free'"))
    with pytest.raises(Refused, match="judged or flagged"):
        take_back(db, promises.batch_id)


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
    assert "started on 12 Jan 2026" in str(outcome.errors[0].what)
    assert bring(
        db, "spells", "agent,start,end\nA1,2026-01-16,2026-01-17\nA2,2026-03-01,2026-03-04\nA2,2026-03-05,\n"
    ).ok


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


# The terminal


@pytest.fixture
def run(
    lite: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `python -m ethics` on an empty database: exit code, what it printed, what it complained."""
    monkeypatch.setattr(command, "database", lambda: lite)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ethics", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_the_terminal_imports_a_file(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "m.toml").write_text('[constants]\nsector = "retail"', encoding="utf-8")
    file, mapping = str(tmp_path / "c.csv"), str(tmp_path / "m.toml")
    counts = "2 rows read: 2 added, 0 changed, 0 as before, 0 left out by the mapping.\n"
    assert run("import", "clients", file, "--dry-run") == (0, counts + "This was a dry run: nothing was written.\n", "")
    assert run("import", "clients", file) == (0, counts + "This is batch 1.\n", "")
    code, printed, _ = run("import", "clients", file, "--mapping", mapping, "--json")
    assert code == 0
    assert {"ok": True, "changed": 2, "batch_id": 2, "errors": []}.items() <= json.loads(printed).items()


def test_the_terminal_prints_the_error_table_and_exits_with_2(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text("name,since\nAcme Oy,x\x1b[2J\n", encoding="utf-8")
    code, printed, complained = run("import", "clients", str(tmp_path / "c.csv"))
    assert (code, printed) == (2, "")
    assert complained.splitlines() == [
        "row  column  value     what is wrong",
        "2    since   x\\x1b[2J  This is not a date. Write it like 2026-11-22, or say its format in a mapping.",
        "One error: nothing was imported.",
    ]
    code, printed, _ = run("import", "clients", str(tmp_path / "c.csv"), "--json")
    assert (code, json.loads(printed)["errors"][0]["row"]) == (2, 2)


@pytest.mark.parametrize(
    "words",
    [
        ["clients", "none.csv"],
        ["invoices", __file__],
        ["clients", __file__],
        ["clients", __file__, "--mapping", "x.toml"],
    ],
)
def test_the_terminal_refuses_in_one_sentence(run: Callable[..., tuple[int, str, str]], words: list[str]) -> None:
    code, printed, complained = run("import", *words)
    assert (code, printed, len(complained.splitlines())) == (2, "", 1)


def test_without_secrets_a_command_says_how_to_make_them(tmp_path: Path) -> None:
    environment = {**os.environ, "REILU_HOME": str(tmp_path), "LC_ALL": "en_GB.UTF-8"}
    ended = subprocess.run(
        [sys.executable, "-m", "ethics", "migrate"],
        cwd=house.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert "python -m ethics secrets" in ended.stderr


# Size


MEASURE = """
import resource, sys
from pathlib import Path
from ethics.access import TERMINAL
from ethics.database import Database
from ethics.imports.batches import import_file
import ethics.people.models
db = Database(sys.argv[1])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2)
with db.write() as tx:
    import_file(tx, TERMINAL, "shifts", b"agent,date,client,hours\\nA1,2025-01-01,Acme Oy,7\\n", file_name="warm up")
before = peak()
with db.write() as tx:
    outcome = import_file(tx, TERMINAL, "shifts", Path(sys.argv[2]), file_name="large")
print(outcome.added, peak() - before)
"""


def test_a_million_shifts_are_imported_in_bounded_memory(lite: Database, tmp_path: Path) -> None:
    """4,000 agents on 250 days: 40 MB of CSV. Two caches of 64 MB and some chunks may be held, never the file."""
    bring(lite, "clients", CLIENTS)
    agents, days = np.tile(np.arange(4000), 250), np.repeat(np.arange(250), 4000)
    path = tmp_path / "shifts.csv"
    first = np.datetime64(today() - dt.timedelta(days=300))
    arrow_csv.write_csv(
        pa.table(
            {
                "agent": pa.array(agents).cast(pa.string()),
                "date": pa.array(first + days).cast(pa.string()),
                "client": pa.array(["Acme Oy", "Beta Oy"]).take(pa.array(agents % 2)),
                "hours": pa.array(agents % 8 + 1),
                "contacts": pa.array(agents % 60),
                "team": pa.array(agents // 20).cast(pa.string()),
            }
        ),
        path,
    )
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, lite.url, str(path)],
        cwd=house.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    added, growth = map(int, run.stdout.split())
    assert added == 1_000_000
    assert growth < 400, f"{growth} MB"
