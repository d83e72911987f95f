"""Real input: 3,186 consumer complaints become contacts, and those about broken promises flags."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import col, func, select

from ethics.access import TERMINAL
from ethics.clients import clients
from ethics.clients.models import Client
from ethics.clients.names import key
from ethics.database import Database
from ethics.imports.batches import import_file, undo
from ethics.imports.mapping import Mapping
from ethics.mismatches.models import Flag
from ethics.workforce.contacts import client_contacts
from ethics.workforce.models import ContactWeek
from reports import reviews

HERE = Path(__file__).parent
COMPLAINTS = HERE.parent.parent / "shared" / "data" / "complaints.csv"
pytestmark = pytest.mark.skipif(not COMPLAINTS.exists(), reason="complaints.csv is not beside this checkout")


def rows() -> list[dict[str, str]]:
    with COMPLAINTS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mapping(kind: str) -> Mapping:
    return Mapping.from_toml(HERE / "data" / f"complaints-{kind}.toml")


def bring_in(db: Database) -> None:
    for kind in ("contacts", "flags"):
        with db.write() as tx:
            outcome = import_file(tx, TERMINAL, kind, COMPLAINTS, file_name=COMPLAINTS.name, mapping=mapping(kind))
            assert outcome.errors == ()


def test_every_complaint_is_one_contact_of_its_company_in_its_week(db: Database) -> None:
    with db.write() as tx:
        outcome = import_file(
            tx, TERMINAL, "contacts", COMPLAINTS, file_name=COMPLAINTS.name, mapping=mapping("contacts")
        )
    expected: Counter[tuple[str, dt.date]] = Counter()
    for row in rows():
        day = dt.datetime.strptime(row["Date received"], "%m/%d/%Y").date()  # noqa: DTZ007
        expected[key(row["Company"]), day - dt.timedelta(days=day.weekday())] += 1
    assert (outcome.rows, outcome.added, outcome.new_clients) == (3186, len(expected), len({c for c, _ in expected}))
    with db.read() as tx:
        keys = dict(tx.exec(select(Client.id, Client.name_key)).all())
        stored = client_contacts(tx)
    found = {
        (keys[int(client)], week): int(n)
        for client, week, n in zip(stored.clients, stored.weeks.astype(object), stored.contacts, strict=True)
    }
    assert found == expected


def test_complaints_about_broken_promises_are_flags_with_categories(db: Database) -> None:
    bring_in(db)
    categories = mapping("flags").values["category"]
    issues = [row for row in rows() if " ".join(row["Issue"].casefold().split()) in categories]
    with db.read() as tx:
        flags = tx.exec(select(Flag.category, func.count()).group_by(Flag.category)).all()
        confirmed = tx.exec(select(func.count()).where(Flag.status == "confirmed")).one()
        assert set(tx.exec(select(Flag.disclosed).distinct())) == {"imported"}
    assert dict(flags) == Counter(categories[" ".join(row["Issue"].casefold().split())] for row in issues)
    assert confirmed == sum("relief" in row["Company response to consumer"] for row in issues)


def test_capitals_and_spaces_in_a_companys_name_make_no_second_company(db: Database) -> None:
    shouted = b'Date received,Company,Issue\n7/29/2013," WELLS  FARGO & COMPANY ",Late fee\n'
    bring_in(db)
    with db.write() as tx:
        before = tx.exec(select(func.count()).select_from(Client)).one()
        outcome = import_file(tx, TERMINAL, "contacts", shouted, file_name="more.csv", mapping=mapping("contacts"))
        assert outcome.errors == ()
        assert (outcome.added, outcome.changed, outcome.new_clients) == (0, 1, 0)
        assert tx.exec(select(func.count()).select_from(Client)).one() == before


def test_undoing_both_imports_leaves_no_company_behind(db: Database) -> None:
    bring_in(db)
    with db.write() as tx:
        undo(tx, TERMINAL, 2)
        undo(tx, TERMINAL, 1)
        assert tx.exec(select(func.count()).select_from(Flag)).one() == 0
        assert tx.exec(select(func.count()).select_from(ContactWeek)).one() == 0
        assert tx.exec(select(func.count()).select_from(Client).where(col(Client.id) > 0)).one() == 0


def test_a_real_company_is_scored_and_its_review_printed(lite: Database) -> None:
    bring_in(lite)
    with lite.write() as tx:
        client = clients.by_name(tx, TERMINAL, "WELLS FARGO  & COMPANY")
        number = reviews.make(tx, TERMINAL, client.id or 0, as_of=dt.date(2016, 12, 31))
        file = reviews.frozen(tx, TERMINAL, number)["file"]
        text = "\n".join(
            page.extract_text() for page in PdfReader(io.BytesIO(reviews.pdf(tx, TERMINAL, number, "en"))).pages
        )
    received = [
        dt.datetime.strptime(row["Date received"], "%m/%d/%Y").date()  # noqa: DTZ007
        for row in rows()
        if row["Company"] == client.name
    ]
    in_window = [day for day in received if dt.date(2015, 1, 4) <= day <= dt.date(2016, 12, 31)]
    assert abs(file["contacts"] - len(in_window)) <= 7  # contacts come by week, the window begins inside one
    assert 0 < file["low"] < file["score"] < file["high"] < 100
    assert file["clients"] > 400
    assert "Wells Fargo & Company" in text
    assert f"{round(file['score'])}" in text
