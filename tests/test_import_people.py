"""Files about people: their mappings and what is kept of them tell of nobody, and they stay apart from the sample centre."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from ethics import settings as house_settings
from ethics.access import TERMINAL, Role
from ethics.database import Database
from ethics.imports import batches, privacy
from ethics.imports.kinds import kind
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch, StoredMapping
from ethics.imports.sample import loading
from ethics.language import Refused
from tests import files
from tests.apps import opened
from tests.house import House
from tests.test_import_page import upload

KEPT, FILTER = "write it into the file", r"out of \[skip_unless\]"


@pytest.mark.parametrize(
    ("name", "page", "why"),
    [
        ("spells", {"constants": {"agent": "E-4711"}}, KEPT),
        ("spells", {"constants": {"start": "2026-10-01"}}, KEPT),
        ("spells", {"constants": {"end": "2026-10-09"}}, KEPT),
        ("spells", {"values": {"agent": {"E-9": "E-10"}}}, KEPT),
        ("spells", {"values": {"end": {"ei tietoa": "2026-10-09"}}}, KEPT),
        ("spells", {"skip_unless": {"agent": ["E-4711"]}}, "holds sick leave only"),
        ("spells", {"skip_unless": {"Yksikkö": ["A"]}}, "holds sick leave only"),
        ("spells", {"skip_unless": {"Poissaolon syy": ["masennus"]}}, "remove the column"),
        ("shifts", {"constants": {"agent": "E-4711"}}, KEPT),
        ("shifts", {"constants": {"date": "2026-10-01"}}, KEPT),
        ("shifts", {"values": {"agent": {"E-9": "E-10"}}}, KEPT),
        ("shifts", {"skip_unless": {"agent": ["E-4711"]}}, FILTER),
        ("shifts", {"columns": {"agent": "Tekijä"}, "skip_unless": {"tekijä ": ["E-4711"]}}, FILTER),
        ("shifts", {"columns": {"date": "Päivä"}, "skip_unless": {"Päivä": ["1.10.2026"]}}, FILTER),
        ("shifts", {"skip_unless": {"Henkilönumero": ["4711"]}}, FILTER),
        ("shifts", {"skip_unless": {"employee id": ["4711"]}}, FILTER),
        ("shifts", {"skip_unless": {"Diagnoosi": ["F32"]}}, "remove the column"),
    ],
)
def test_a_mapping_of_people_says_nothing_of_them(lite: Database, name: str, page: dict[str, Any], why: str) -> None:
    mapping = Mapping.from_dict(page)
    with lite.write() as tx, pytest.raises(Refused, match=why):
        batches.remember_mapping(tx, TERMINAL, name, mapping)
    heads = ["agent", "start", "end"] if name == "spells" else ["agent", "date", "client", "hours"]
    heads = [mapping.columns.get(h, h) for h in heads if h not in mapping.constants]
    heads += [h for h in mapping.skip_unless if h.strip().casefold() not in {head.casefold() for head in heads}]
    for dry_run in (True, False):
        with pytest.raises(Refused, match=why):
            files.bring(lite, name, ",".join(heads) + "\n", mapping=mapping, dry_run=dry_run)
    with lite.read() as tx:
        assert tx.exec(select(Batch)).all() == []
        assert tx.exec(select(StoredMapping)).all() == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("spells", {"columns": {"agent": "Työntekijä", "start": "Alku"}, "dates": {"format": "%d.%m.%Y"}}),
        ("shifts", {"constants": {"client": "Acme Oy", "hours": "7.5"}, "values": {"team": {"1": "North"}}}),
        ("shifts", {"skip_unless": {"Vuoron laji": ["työ"], "Team": ["North"], "Henkilöstöryhmä": ["asiakaspalvelu"]}}),
        ("flags", {"constants": {"date": "2026-10-01"}, "skip_unless": {"reason": ["x"]}}),
    ],
)
def test_a_mapping_that_tells_of_nobody_is_kept(lite: Database, name: str, page: dict[str, Any]) -> None:
    mapping = Mapping.from_dict(page)
    with lite.write() as tx:
        batches.remember_mapping(tx, TERMINAL, name, mapping)
        assert batches.remembered_mapping(tx, TERMINAL, name) == mapping


def test_a_mapping_that_an_older_reilu_kept_is_not_offered_again(lite: Database) -> None:
    with lite.write() as tx:
        tx.add(StoredMapping(kind="shifts", mapping={"constants": {"agent": "E-4711"}}))
        tx.flush()
        assert batches.remembered_mapping(tx, TERMINAL, "shifts") is None


# What is kept of a file


@pytest.mark.parametrize(("name", "keyed"), [("spells", True), ("shifts", True), ("clients", False)])
def test_a_file_of_one_row_cannot_be_guessed_from_what_is_kept_of_it(lite: Database, name: str, keyed: bool) -> None:
    files.ready(lite, name)
    content = files.FILES[name]
    first = files.bring(lite, name, content)
    with lite.read() as tx:
        batch = tx.get(Batch, first.batch_id)
        assert batch is not None
        assert len(batch.sha256) == 64
        assert (batch.sha256 != hashlib.sha256(content.encode()).hexdigest()) == keyed
    assert files.bring(lite, name, content).already == first.batch_id


def test_with_another_key_a_file_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    one = privacy.fingerprint(kind("spells"), "0" * 64)
    assert one == privacy.fingerprint(kind("spells"), "0" * 64)
    other = house_settings.settings().model_copy(update={"pseudonym_key": SecretStr("another key, of enough letters")})
    monkeypatch.setattr(privacy, "settings", lambda: other)
    assert privacy.fingerprint(kind("spells"), "0" * 64) != one


# The form


def test_the_form_asks_for_no_number_and_no_day_of_anybody(house: House) -> None:
    """A file whose columns are all called something else, so that each would be asked for."""
    asked = {}
    for name in ("spells", "shifts"):
        at = upload(opened(house, Role.HR), name, "x.csv", b"a,b\n1,2\n")
        asked[name] = [str(field.key).rsplit("const_")[-1] for field in at.text_input if "const_" in str(field.key)]
    assert asked == {"spells": [], "shifts": ["client", "hours", "contacts", "team"]}


def test_a_mapping_file_with_a_number_is_refused_on_the_page(house: House) -> None:
    at = upload(opened(house, Role.HR), "shifts", "x.csv", b"date,client,hours\n2026-10-01,A,7\n")
    mapping = b'[constants]\nagent = "E-4711"\n'
    at.file_uploader(key="import_mapping_shifts").set_value(("m.toml", mapping, "application/toml")).run()
    with house.db.write() as tx:
        for batch in tx.exec(select(Batch)):
            batch.imported_by = "Test HR"  # as in a house of one's own
    at.button(key="import_go").click().run()
    assert "write it into the file" in at.error[0].value


# Beside the sample centre


@pytest.mark.parametrize("name", ["shifts", "spells"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_real_people_do_not_come_in_beside_the_sample_centre(house: House, name: str, dry_run: bool) -> None:
    with pytest.raises(Refused, match="another REILU_HOME"):
        files.bring(house.db, name, files.FILES[name], dry_run=dry_run)


def test_the_page_says_what_to_do(house: House) -> None:
    at = upload(opened(house, Role.HR), "spells", "s.csv", b"agent,start,end\nA1,2026-01-12,2026-01-15\n")
    at.button(key="import_go").click().run()
    assert "another REILU_HOME" in at.error[0].value


def test_business_files_may_be_tried_in_the_sample_centre(house: House) -> None:
    assert files.bring(house.db, "clients", "name\nSuopursu Oy\n").ok


def test_once_the_sample_centre_is_undone_real_people_come_in(house: House) -> None:
    with house.db.write() as tx:
        for batch in tx.exec(select(Batch)):
            batch.undone_at = batch.imported_at
    assert files.bring(house.db, "spells", files.FILES["spells"]).ok


def test_the_sample_centre_does_not_come_in_beside_real_sick_leave(lite: Database) -> None:
    files.bring(lite, "spells", files.FILES["spells"])
    with lite.write() as tx, pytest.raises(Refused, match="There is sick leave here already"):
        loading.load(tx)
