"""The page Wellbeing as it is read: it shows to each role what was published and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.palette import LIGHT
from ethics.people import accounts
from ethics.wellbeing import release
from ethics.wellbeing.results import ESTIMATED, ClientRatio, Ratio
from tests.apps import opened, words
from tests.downloads import Files, caught
from tests.house import House
from tests.releases import FEW, HELD, UNSURE, UP, keep, made

PATH = "ethics/wellbeing/pages/wellbeing.py"
#: Numbers that are rules or method, not data: per 10 in 1,000, 95%, weeks 1–8, at most 0.05, at least 10 agents.
RULES = {0.0, 1.0, 2.0, 4.0, 8.0, 10.0, 95.0, 1000.0, 0.05}
#: Weeks and sick leaves that an answer needs at least.
LEAST = {52.0, 200.0}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethics.wellbeing.publishing.today", lambda: dt.date(2026, 11, 22))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    return caught(monkeypatch)


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
    unpublished: House, names: dict[int, str], files: Files, headline: Any, role: Role
) -> None:
    kept = [
        keep(unpublished.db, made(names, "2025Q4", UNSURE, year=True)),
        keep(unpublished.db, made(names, headline=headline)),
    ]
    at = opened(unpublished, role, PATH)
    allowed = stored(*(release.write(one)[0] for one in kept)) | RULES | (LEAST if headline is FEW else set())
    hidden = {2.0, float(len(names) - 2)}  # how many are not shown
    shown = numbers(everything(at))
    assert len(shown & allowed) > 40
    assert shown - allowed - hidden == set()
    assert numbers(repr(files)) - allowed == set()


@pytest.mark.parametrize("role", [Role.HR, Role.MANAGER, Role.EXECUTIVE])
def test_the_title_is_the_answer(unpublished: House, names: dict[int, str], role: Role) -> None:
    keep(unpublished.db, made(names))
    at = opened(unpublished, role, PATH)
    assert at.title[0].value.startswith("More mismatches go together with more sick leave: 1.42 times as many")
    assert "Q3 2026 · published 18 Nov 2026, unchanged since" in words(at)


@pytest.mark.parametrize("headline", [UP, UNSURE, HELD, FEW], ids=lambda h: h.status + str(h.claimed))
def test_the_limits_and_the_method_stand_beside_every_answer(
    unpublished: House, names: dict[int, str], headline: Any
) -> None:
    keep(unpublished.db, made(names, headline=headline))
    text = words(opened(unpublished, Role.EXECUTIVE, PATH))
    assert "no method cures that" in text
    assert "The E-value says" in text


def test_what_is_withheld_has_no_days_and_no_euros(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names, headline=HELD))
    text = everything(opened(unpublished, Role.EXECUTIVE, PATH))
    assert "No claim about mismatches and sick leave" in text
    assert "reporting may follow burden" in text
    assert "€" not in text


def test_what_is_withheld_is_said_before_the_chart_which_is_grey_and_called_not_claimed(
    unpublished: House, names: dict[int, str]
) -> None:
    keep(unpublished.db, made(names, headline=HELD))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    order = [one.type for one in at.main if one.type in ("title", "warning", "vega_lite_chart", "table")]
    assert order[:3] == ["title", "warning", "vega_lite_chart"]
    assert at.warning[0].value.startswith("Withheld: the claim")
    assert not any(bar["strong"] for bar in charts(at)[0] if "strong" in bar)
    assert inks(at) == {LIGHT.mute}
    assert "Computed, but not claimed" in at.get("vega_lite_chart")[0].proto.spec


def test_an_estimate_that_is_claimed_has_no_note_above_its_chart(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    assert "not claimed" not in at.get("vega_lite_chart")[0].proto.spec
    assert inks(at) == {LIGHT.ink}
    assert not at.warning


def test_a_hidden_figure_is_a_word_in_the_table_and_in_the_file(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    table = at.dataframe[0].value
    last = names[max(names)]
    assert table.loc[table["client"] == last, "days"].isna().all()
    assert ("2026Q3", last, "", "not shown", "not shown", "not shown") in files["leave_csv"]
    assert not any(word in words(at) for word in ("dominance", "too few agents", "because of"))


def test_clients_of_the_published_year_are_drawn_claimed_ones_full(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names, "2025Q4", year=True))
    keep(unpublished.db, made(names))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    first, second = sorted(names)[:2]
    assert [(bar["name"], bar["strong"]) for bar in bars(at)] == [
        (names[first], True),
        (names[second], False),
        ("Other clients together", False),
    ]
    assert f"{len(names) - 2} clients are not shown by themselves, to protect people." in words(at)


def test_a_limit_of_nought_is_drawn_at_the_edge_and_told_as_it_is(unpublished: House, names: dict[int, str]) -> None:
    line = ClientRatio(min(names), ESTIMATED, Ratio(0.4, 0.0, 12.5))
    keep(unpublished.db, made(names, ratios=release.YearRatios(2026, (line,))))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    (bar,) = bars(at)
    assert (bar["low"], bar["high"], bar["written"]) == (0.1, 10.0, "0.4 (0.0–12.5)")


@pytest.mark.parametrize("headline", [UP, UNSURE, HELD], ids=lambda h: h.status + str(h.claimed))
def test_every_interval_that_is_drawn_is_told_in_one_line_of_words(
    unpublished: House, names: dict[int, str], headline: Any
) -> None:
    """On a phone the numbers beside the intervals are not drawn."""
    keep(unpublished.db, made(names, headline=headline, year=True))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    lines = [numbers(line) for line in words(at).splitlines()]
    drawn = [bar["written"] for rows in charts(at) for bar in rows if "strong" in bar]
    assert len(drawn) == (6 if headline is UNSURE else 7)
    assert [one for one in drawn if not any(numbers(one) <= line for line in lines)] == []


def test_a_chart_has_a_height_that_needs_no_fitting(unpublished: House, names: dict[int, str]) -> None:
    """Vega warns in the browser's console of a fit where rows have a step."""
    keep(unpublished.db, made(names))
    spec = json.loads(opened(unpublished, Role.EXECUTIVE, PATH).get("vega_lite_chart")[0].proto.spec)
    assert (spec["height"], spec["autosize"]["type"]) == (4 * 32, "fit-x")


def test_before_a_year_is_published_there_is_a_place_that_says_when(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names))
    assert "No year has been published yet" in words(opened(unpublished, Role.EXECUTIVE, PATH))


def test_a_manager_reads_of_the_company_and_of_the_own_clients_only(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names, "2025Q4", year=True))
    keep(unpublished.db, made(names))
    at = opened(unpublished, Role.MANAGER, PATH)
    own = {names[client] for client in unpublished.client_ids[:2]}
    assert set(at.dataframe[0].value["client"]) == own
    assert {row[1] for row in files["leave_csv"]} == own | {"The whole company"}
    assert not any(name in everything(at) for name in set(names.values()) - own)
    assert "Other clients together" not in everything(at)
    assert at.metric[0].value == "318"


def test_a_manager_who_is_an_officer_too_reads_of_the_own_clients_only(
    unpublished: House, names: dict[int, str]
) -> None:
    keep(unpublished.db, made(names, "2025Q4", year=True))
    keep(unpublished.db, made(names))
    with unpublished.db.write() as tx:
        admin, number = unpublished.actor(Role.ADMINISTRATOR), unpublished.user_ids[Role.MANAGER]
        both = [Role.MANAGER, Role.OFFICER]
        accounts.change_person(tx, admin, number, roles=both, client_ids=unpublished.client_ids[:1], active=True)
    own = {names[unpublished.client_ids[0]]}
    at = opened(unpublished, Role.MANAGER, PATH)
    assert set(at.dataframe[0].value["client"]) == own
    assert not any(name in everything(at) for name in set(names.values()) - own)


def test_a_manager_without_clients_reads_of_the_company(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names))
    with unpublished.db.write() as tx:
        admin, number = unpublished.actor(Role.ADMINISTRATOR), unpublished.user_ids[Role.MANAGER]
        accounts.change_person(tx, admin, number, roles=[Role.MANAGER], client_ids=[], active=True)
    at = opened(unpublished, Role.MANAGER, PATH)
    assert "No clients to show" in words(at)
    assert at.metric[0].value == "318"
    assert not at.dataframe


def test_another_quarter_is_read_as_it_was_published(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names, "2026Q2", UNSURE))
    keep(unpublished.db, made(names))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    assert at.selectbox(key="wellbeing_quarter").options == ["Q3 2026", "Q2 2026"]
    at.selectbox(key="wellbeing_quarter").select("2026Q2").run()
    assert at.title[0].value.startswith("We cannot tell")
    assert "published 18 Aug 2026" in words(at)
