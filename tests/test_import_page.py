"""The page Imports: a file is checked, brought in, undone; its columns are matched; what is wrong is said."""

from __future__ import annotations

from typing import Any

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Client
from ethics.imports.models import Batch
from tests.apps import opened
from tests.house import House


def upload(at: AppTest, kind: str, name: str, content: bytes) -> AppTest:
    at.button_group(key="import_kind").set_value(kind).run()
    at.file_uploader(key=f"import_file_{kind}").set_value((name, content, "text/csv")).run()
    return at


CLIENTS = b"name,business_id,sector\nSuopursu Oy,,energy\n"


def test_hr_checks_a_file_imports_it_and_undoes_it(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", CLIENTS)
    at.button(key="import_check").click().run()
    assert "nothing has been written" in at.success[0].value
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    with house.db.read() as tx:
        batch = tx.exec(select(Batch).order_by(Batch.id.desc())).first()  # type: ignore[union-attr]
    assert batch is not None
    at.button(key="import_go").click().run()
    assert "already imported" in at.info[0].value
    at.button(key=f"undo_go_{batch.id}").click().run()
    with house.db.read() as tx:
        assert not tx.exec(select(Client).where(Client.name == "Suopursu Oy")).all()


def test_a_wrong_file_gets_its_error_table_and_writes_nothing(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", b"name,since\nSuopursu Oy,31.2.2026\n")
    at.button(key="import_go").click().run()
    assert "Nothing was written" in at.error[0].value
    table: Any = at.table[0].value
    assert table.iloc[0].tolist()[:2] == ["2", "since"]


def test_columns_are_matched_by_hand_and_remembered(house: House) -> None:
    content = b"Yritys,Ala\nSuopursu Oy,energia\n"
    at = upload(opened(house, Role.HR), "clients", "yritykset.csv", content)
    key = next(s.key for s in at.selectbox if s.key and s.key.endswith("col_name"))
    at.selectbox(key=key).select("Yritys").run()
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    again = upload(
        opened(house, Role.HR), "clients", "yritykset.csv", b"Yritys,Ala\nSuopursu Oy,energia\nVaivero Oy,media\n"
    )
    key = next(s.key for s in again.selectbox if s.key and s.key.endswith("col_name"))
    assert again.selectbox(key=key).value == "Yritys"


def test_a_renamed_program_is_refused_in_a_sentence(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "clients.csv", b"\x7fELF" + b"\0" * 100)
    assert at.error
    assert "CSV" in at.error[0].value


def test_a_mapping_file_may_be_brought_to_the_page(house: House) -> None:
    content = b"Yritys;Kuukausi\nSuopursu Oy;100,50\n"
    at = upload(opened(house, Role.HR), "clients", "yritykset.csv", content)
    mapping = b'decimal = ","\n[columns]\nname = "Yritys"\nmonthly_revenue = "Kuukausi"\n'
    at.file_uploader(key="import_mapping_clients").set_value(("m.toml", mapping, "application/toml")).run()
    at.button(key="import_go").click().run()
    assert "Imported as batch" in at.success[0].value
    with house.db.read() as tx:
        found = tx.exec(select(Client).where(Client.name == "Suopursu Oy")).one()
    assert found.monthly_revenue_cents == 10_050


def test_a_mapping_file_that_is_no_mapping_says_so(house: House) -> None:
    at = upload(opened(house, Role.HR), "clients", "c.csv", CLIENTS)
    at.file_uploader(key="import_mapping_clients").set_value(("m.toml", b"[columns\n", "application/toml")).run()
    assert "not TOML" in at.error[0].value
