"""The page Wellbeing: it shows what was published and nothing else, and HR confirms, sets and publishes on it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.language import Refused
from ethics.palette import LIGHT
from ethics.people import accounts
from ethics.wellbeing import release, terms
from ethics.wellbeing.models import AbsenceTerms, DayCost, StoredRelease
from ethics.wellbeing.publishing import Prepared
from ethics.wellbeing.results import ESTIMATED, ClientRatio, Ratio
from tests.house import House, furnish
from tests.releases import FEW, HELD, UNSURE, UP, keep, made, ready, unpublish
from tests.test_pages import opened, words

PATH = "ethics/wellbeing/pages/wellbeing.py"
#: Numbers that are rules or method, not data: per 10 in 1,000, 95%, weeks 1–8, at most 0.05, at least 10 agents.
RULES = {0.0, 1.0, 2.0, 4.0, 8.0, 10.0, 95.0, 1000.0, 0.05}
#: Weeks and sick leaves that an answer needs at least.
LEAST = {52.0, 200.0}


@pytest.fixture
def house(house: House) -> House:
    """The furnished house before a quarter is published."""
    unpublish(house.db)
    return house


@pytest.fixture
def names(house: House) -> dict[int, str]:
    with house.db.read() as tx:
        return {client.id or 0: client.name for client in tx.exec(select(Client))}


@pytest.fixture
def bare(lite: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with people and nothing else."""
    monkeypatch.setattr("ethics.pages.desk.database", lambda: lite)
    return furnish(lite, sample=False)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethics.wellbeing.publishing.today", lambda: dt.date(2026, 11, 22))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The rows of every file that the page offers."""
    offered: list[tuple[Any, ...]] = []

    def download(_t: Any, _name: str, header: list[str], rows: list[tuple[Any, ...]], *, key: str) -> None:
        assert all(len(row) == len(header) for row in rows), key
        offered.extend(rows)

    monkeypatch.setattr("ethics.pages.look.download", download)
    return offered


def charts(at: AppTest) -> list[list[dict[str, Any]]]:
    """The data of every chart, as they go to the browser; tooltips are among them."""
    drawn = []
    for element in at.get("vega_lite_chart"):
        tables = [pa.ipc.open_stream(one.data.data).read_all() for one in element.proto.datasets]
        drawn.append([row for table in tables for row in table.to_pylist()])
    return drawn


def bars(at: AppTest) -> list[dict[str, Any]]:
    """The intervals of the last chart."""
    return [row for row in charts(at)[-1] if "strong" in row]


def inks(at: AppTest) -> set[str]:
    """The colours of the names and the numbers in the first chart."""
    layers = json.loads(at.get("vega_lite_chart")[0].proto.spec)["layer"]
    names = {layer["encoding"]["y"]["axis"]["labelColor"] for layer in layers if "y" in layer["encoding"]}
    return names | {layer["mark"]["color"] for layer in layers if layer["mark"]["type"] == "text"}


def numbers(text: str) -> set[float]:
    """The numbers in a text, as English writes them."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.replace("\\", ""))
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", plain)}


def leaves(told: Any) -> Iterator[Any]:
    if isinstance(told, dict):
        for value in told.values():
            yield from leaves(value)
    elif isinstance(told, list):
        for value in told:
            yield from leaves(value)
    elif told is not None:
        yield told


def stored(*content: str) -> set[float]:
    """Every number of stored quarters; of days and names those inside."""
    found: set[float] = set()
    for one in content:
        for leaf in leaves(json.loads(one)):
            found |= numbers(leaf) if isinstance(leaf, str) else {abs(float(leaf))}
    return found


def everything(at: AppTest) -> str:
    """All text of the page, its tables, cards, choices and charts."""
    parts = [words(at)]
    parts += [f"{card.label} {card.value}" for card in at.metric]
    parts += [frame.value.to_csv(index=False, sep="\t") for frame in (*at.table, *at.dataframe)]
    parts += [" ".join(box.options) for box in at.selectbox]
    parts += [str(value) for rows in charts(at) for value in leaves(rows)]
    return "\n".join(parts)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE])
@pytest.mark.parametrize("headline", [UP, UNSURE, HELD, FEW], ids=lambda h: h.status + str(h.claimed))
def test_every_number_on_the_page_and_in_its_file_was_published(
    house: House, names: dict[int, str], files: list[tuple[Any, ...]], headline: Any, role: Role
) -> None:
    kept = [keep(house.db, made(names, "2025Q4", UNSURE, year=True)), keep(house.db, made(names, headline=headline))]
    at = opened(house, role, PATH)
    allowed = stored(*(release.write(one)[0] for one in kept)) | RULES | (LEAST if headline is FEW else set())
    hidden = {2.0, float(len(names) - 2)}  # how many are not shown
    shown = numbers(everything(at))
    assert len(shown & allowed) > 40
    assert shown - allowed - hidden == set()
    assert numbers(repr(files)) - allowed == set()


@pytest.mark.parametrize("role", [Role.HR, Role.MANAGER, Role.EXECUTIVE])
def test_the_title_is_the_answer(house: House, names: dict[int, str], role: Role) -> None:
    keep(house.db, made(names))
    at = opened(house, role, PATH)
    assert at.title[0].value.startswith("More mismatches go together with more sick leave: 1.42 times as many")
    assert "Q3 2026 · published 18 Nov 2026, unchanged since" in words(at)


@pytest.mark.parametrize("headline", [UP, UNSURE, HELD, FEW], ids=lambda h: h.status + str(h.claimed))
def test_the_limits_and_the_method_stand_beside_every_answer(
    house: House, names: dict[int, str], headline: Any
) -> None:
    keep(house.db, made(names, headline=headline))
    text = words(opened(house, Role.EXECUTIVE, PATH))
    assert "no method cures that" in text
    assert "The E-value says" in text


def test_what_is_withheld_has_no_days_and_no_euros(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names, headline=HELD))
    text = everything(opened(house, Role.EXECUTIVE, PATH))
    assert "No claim about mismatches and sick leave" in text
    assert "reporting may follow burden" in text
    assert "€" not in text


def test_what_is_withheld_is_said_before_the_chart_which_is_grey_and_called_not_claimed(
    house: House, names: dict[int, str]
) -> None:
    keep(house.db, made(names, headline=HELD))
    at = opened(house, Role.EXECUTIVE, PATH)
    order = [one.type for one in at.main if one.type in ("title", "warning", "vega_lite_chart", "table")]
    assert order[:3] == ["title", "warning", "vega_lite_chart"]
    assert at.warning[0].value.startswith("Withheld: the claim")
    assert not any(bar["strong"] for bar in charts(at)[0] if "strong" in bar)
    assert inks(at) == {LIGHT.mute}
    assert "Computed, but not claimed" in at.get("vega_lite_chart")[0].proto.spec


def test_an_estimate_that_is_claimed_has_no_note_above_its_chart(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names))
    at = opened(house, Role.EXECUTIVE, PATH)
    assert "not claimed" not in at.get("vega_lite_chart")[0].proto.spec
    assert inks(at) == {LIGHT.ink}
    assert not at.warning


def test_a_hidden_figure_is_a_word_in_the_table_and_in_the_file(
    house: House, names: dict[int, str], files: list[tuple[Any, ...]]
) -> None:
    keep(house.db, made(names))
    at = opened(house, Role.EXECUTIVE, PATH)
    table = at.dataframe[0].value
    last = names[max(names)]
    assert table.loc[table["client"] == last, "days"].isna().all()
    assert ("2026Q3", last, "", "not shown", "not shown", "not shown") in files
    assert not any(word in words(at) for word in ("dominance", "too few agents", "because of"))


def test_clients_of_the_published_year_are_drawn_claimed_ones_full(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names, "2025Q4", year=True))
    keep(house.db, made(names))
    at = opened(house, Role.EXECUTIVE, PATH)
    first, second = sorted(names)[:2]
    assert [(bar["name"], bar["strong"]) for bar in bars(at)] == [
        (names[first], True),
        (names[second], False),
        ("Other clients together", False),
    ]
    assert f"{len(names) - 2} clients are not shown by themselves, to protect people." in words(at)


def test_a_limit_of_nought_is_drawn_at_the_edge_and_told_as_it_is(house: House, names: dict[int, str]) -> None:
    line = ClientRatio(min(names), ESTIMATED, Ratio(0.4, 0.0, 12.5))
    keep(house.db, made(names, ratios=release.YearRatios(2026, (line,))))
    at = opened(house, Role.EXECUTIVE, PATH)
    (bar,) = bars(at)
    assert (bar["low"], bar["high"], bar["written"]) == (0.1, 10.0, "0.4 (0.0–12.5)")


def test_before_a_year_is_published_there_is_a_place_that_says_when(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names))
    assert "No year has been published yet" in words(opened(house, Role.EXECUTIVE, PATH))


def test_a_manager_reads_of_the_company_and_of_the_own_clients_only(
    house: House, names: dict[int, str], files: list[tuple[Any, ...]]
) -> None:
    keep(house.db, made(names, "2025Q4", year=True))
    keep(house.db, made(names))
    at = opened(house, Role.MANAGER, PATH)
    own = {names[client] for client in house.client_ids[:2]}
    assert set(at.dataframe[0].value["client"]) == own
    assert {row[1] for row in files} == own | {"The whole company"}
    assert not any(name in everything(at) for name in set(names.values()) - own)
    assert "Other clients together" not in everything(at)
    assert at.metric[0].value == "318"


def test_a_manager_who_is_an_officer_too_reads_of_the_own_clients_only(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names, "2025Q4", year=True))
    keep(house.db, made(names))
    with house.db.write() as tx:
        admin, number = house.actor(Role.ADMINISTRATOR), house.user_ids[Role.MANAGER]
        both = [Role.MANAGER, Role.OFFICER]
        accounts.change_person(tx, admin, number, roles=both, client_ids=house.client_ids[:1], active=True)
    own = {names[house.client_ids[0]]}
    at = opened(house, Role.MANAGER, PATH)
    assert set(at.dataframe[0].value["client"]) == own
    assert not any(name in everything(at) for name in set(names.values()) - own)


def test_a_manager_without_clients_reads_of_the_company(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names))
    with house.db.write() as tx:
        admin, number = house.actor(Role.ADMINISTRATOR), house.user_ids[Role.MANAGER]
        accounts.change_person(tx, admin, number, roles=[Role.MANAGER], client_ids=[], active=True)
    at = opened(house, Role.MANAGER, PATH)
    assert "No clients to show" in words(at)
    assert at.metric[0].value == "318"
    assert not at.dataframe


def test_another_quarter_is_read_as_it_was_published(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names, "2026Q2", UNSURE))
    keep(house.db, made(names))
    at = opened(house, Role.EXECUTIVE, PATH)
    assert at.selectbox(key="wellbeing_quarter").options == ["Q3 2026", "Q2 2026"]
    at.selectbox(key="wellbeing_quarter").select("2026Q2").run()
    assert at.title[0].value.startswith("We cannot tell")
    assert "published 18 Aug 2026" in words(at)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE])
def test_only_hr_publishes_and_confirms(house: House, names: dict[int, str], role: Role) -> None:
    keep(house.db, made(names))
    at = opened(house, role, PATH)
    assert not [button.key for button in at.button if button.key and button.key.startswith(("publish", "terms", "day"))]
    assert "Terms of sick leave" not in words(at)


def test_nothing_published_says_what_comes_next(bare: House) -> None:
    text = words(opened(bare, Role.EXECUTIVE, PATH))
    assert "No quarter has been published yet" in text
    assert "HR publishes a quarter from six weeks after its end" in text


def test_hr_reads_the_terms_before_anything_else_and_confirms_them(bare: House) -> None:
    at = opened(bare, Role.HR, PATH)
    assert at.title[0].value == "Before the first sick leave comes in, confirm its terms"
    text = words(at)
    assert "No name, no diagnosis, no reason." in text
    assert "up to 60 full months after the month in which it ended" in text
    assert "Nobody sees a person's." in text
    assert (
        "Officers see no figures of sick leave; the risk score that they see has agent burden, in steps of ten" in text
    )
    assert "Once a year also a ratio for each client" in text
    at.date_input(key="terms_heard").set_value(dt.date(2026, 10, 6))
    at.text_input(key="terms_where").set_value("DPIA 12, *shared*")
    at.button(key="terms_confirm").click().run()
    with bare.db.read() as tx:
        row = tx.exec(select(AbsenceTerms)).one()
    assert (row.version, row.heard_on, row.assessment) == (terms.VERSION, dt.date(2026, 10, 6), "DPIA 12, *shared*")
    assert at.title[0].value == "No quarter has been published yet"
    assert r"impact assessment: DPIA 12, \*shared\*" in words(at)


@pytest.mark.parametrize(
    ("heard", "where", "says"),
    [
        (None, "DPIA 12", "Say the day on which staff were heard."),
        (dt.date(2026, 10, 6), "", "Say where the impact assessment is kept"),
    ],
)
def test_half_a_confirmation_is_none(bare: House, heard: dt.date | None, where: str, says: str) -> None:
    at = opened(bare, Role.HR, PATH)
    at.date_input(key="terms_heard").set_value(heard)
    at.text_input(key="terms_where").set_value(where)
    at.button(key="terms_confirm").click().run()
    assert says in at.error[0].value
    with bare.db.read() as tx:
        assert tx.exec(select(AbsenceTerms)).all() == []


def test_hr_sets_what_a_day_costs(house: House) -> None:
    at = opened(house, Role.HR, PATH)
    at.number_input(key="day_cost_euros").set_value(385.5)
    at.button(key="day_cost_save").click().run()
    with house.db.read() as tx:
        assert [row.cents for row in tx.exec(select(DayCost))] == [38_550]
    assert "A calendar day of sick leave, weekends included, costs 385.50 euros." in words(at)


def test_a_quarter_is_published_in_two_steps_and_then_read(
    house: House, names: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []

    def prepare(tx: Any, _actor: Any, quarter: Any) -> Prepared:
        prepared.append(str(quarter))
        return ready(tx, made(names, str(quarter)))

    monkeypatch.setattr("ethics.wellbeing.publishing.prepare", prepare)
    at = opened(house, Role.HR, PATH)
    at.button(key="publish_2026Q3_choose").click().run()
    assert "This cannot be taken back." in words(at)
    assert prepared == []
    at.button(key="publish_2026Q3_back").click().run()
    assert "This cannot be taken back." not in words(at)
    at.button(key="publish_2026Q3_choose").click().run()
    at.button(key="publish_2026Q3_go").click().run()
    with house.db.read() as tx:
        assert [row.quarter for row in tx.exec(select(StoredRelease))] == prepared == ["2026Q3"]
    assert at.title[0].value.startswith("More mismatches go together")
    assert not [button for button in at.button if button.key and button.key.startswith("publish_2026Q3")]


def test_a_refusal_to_publish_is_a_sentence_and_stores_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(_tx: Any, _actor: Any, quarter: Any) -> Prepared:
        raise Refused("{quarter} has been published already, and stays as it is.", quarter=str(quarter))

    monkeypatch.setattr("ethics.wellbeing.publishing.prepare", prepare)
    at = opened(house, Role.HR, PATH)
    at.button(key="publish_2026Q3_choose").click().run()
    at.button(key="publish_2026Q3_go").click().run()
    assert [error.value for error in at.error] == ["2026Q3 has been published already, and stays as it is."]
    with house.db.read() as tx:
        assert tx.exec(select(StoredRelease)).all() == []


def test_what_stands_in_the_way_of_a_quarter_is_said(house: House) -> None:
    at = opened(house, Role.HR, PATH)
    assert "Q4 2026 can be published from 11 Feb 2027" in words(at)
    assert not [button for button in at.button if button.key == "publish_2026Q4_choose"]


def test_hr_is_told_at_the_top_that_a_quarter_waits(house: House, names: dict[int, str]) -> None:
    keep(house.db, made(names, "2026Q2"))
    at = opened(house, Role.HR, PATH)
    assert at.info[0].value == "One quarter can be published: at the end of this page."
