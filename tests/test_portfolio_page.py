"""The page Portfolio: alarms first, search and pages for many clients, and silence as a question."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import now
from ethics.language import reader
from ethics.palette import LIGHT
from ethics.risk.models import Alarm, ClientWatch
from reports import portfolio_charts
from reports.pages import portfolio_table
from reports.portfolio import PAGE, Portfolio, PortfolioLine, pages, portfolio
from tests.apps import opened, words
from tests.house import House

PATH = "reports/pages/portfolio.py"
MONDAY = dt.date(2026, 10, 5)


def raise_alarm(house: House, client_id: int, *, week: dt.date = MONDAY, **changes: Any) -> int:
    """An open alarm: 9 mismatches in two weeks, where 3.1 were to be expected."""
    weeks = [
        {"week": (week - dt.timedelta(weeks=1)).isoformat(), "contacts": 900, "mismatches": 4, "expected": 1.5},
        {"week": week.isoformat(), "contacts": 950, "mismatches": 5, "expected": 1.6},
    ]
    row: dict[str, Any] = {"statistic": 900.0, "threshold": 600.0, "weeks": weeks, "raised_at": now()} | changes
    with house.db.write() as tx:
        alarm = Alarm(client_id=client_id, week=week, since=week - dt.timedelta(weeks=1), **row)
        tx.add(alarm)
        tx.flush()
        return alarm.id or 0


def clear_watches(house: House) -> None:
    with house.db.write() as tx:
        for row in [*tx.exec(select(Alarm)), *tx.exec(select(ClientWatch))]:
            tx.delete(row)


def fall_silent(house: House, client_id: int, *, observed: int = 23) -> None:
    said = {
        "quiet": "history",
        "observed": observed,
        "typical_by_size": 50.0,
        "expected_by_history": 109.3,
        "from": "2026-05-18",
        "until": "2026-11-01",
    }
    with house.db.write() as tx:
        tx.merge(
            ClientWatch(
                client_id=client_id, as_of=MONDAY, computed_at=now(), statistic=0, threshold=9, weeks=[], silence=said
            )
        )


def many(house: House, n: int = 60) -> None:
    with house.db.write() as tx:
        tx.add_all(Client(name=f"Harbour {k:02d} Oy", name_key=f"harbour {k}") for k in range(n))


def table(at: AppTest) -> list[str]:
    """The clients on the shown page of the table."""
    return list(at.dataframe[0].value["client"])


def test_an_open_alarm_comes_first_and_names_its_numbers(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0])
    at = opened(house, Role.MANAGER, PATH)
    assert at.title[0].value == "Alarm at one of 2 clients"
    assert "since 28 Sept 2026: 9 mismatches in 2 weeks, where 3.1 were to be expected" in words(at)
    assert "Yours to do" in words(at)


def test_an_executive_reads_of_the_alarm_whose_task_it_is(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0])
    at = opened(house, Role.EXECUTIVE, PATH)
    assert at.title[0].value == "Alarm at one of 6 clients"
    assert "Yours to do" not in words(at)
    assert "managers and the officers look" in words(at)


def test_an_alarm_at_a_client_of_somebody_else_is_not_shown(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[-1])
    at = opened(house, Role.MANAGER, PATH)
    assert "Alarm" not in at.title[0].value
    assert "▲ Alarm" not in words(at)


def test_only_three_alarms_stand_at_the_top_and_the_rest_are_counted(house: House) -> None:
    clear_watches(house)
    for client_id in house.client_ids[:5]:
        raise_alarm(house, client_id)
    at = opened(house, Role.OFFICER, PATH)
    assert at.title[0].value == "Alarms at 5 of 6 clients"
    assert words(at).count("▲ Alarm]") == 3
    assert "2 more in the table." in words(at)


def test_a_click_on_an_alarm_opens_its_client(house: House) -> None:
    clear_watches(house)
    number = raise_alarm(house, house.client_ids[0])
    at = opened(house, Role.MANAGER, PATH)
    at.button(key=f"alarm_{number}").click().run()
    assert not at.exception
    assert str(house.client_ids[0]) in at.query_params["id"]


def test_few_clients_stand_on_one_page_without_a_search(house: House) -> None:
    at = opened(house, Role.OFFICER, PATH)
    assert len(table(at)) == 6
    assert not at.text_input


def test_sixty_more_clients_are_paged_and_found_by_name(house: House) -> None:
    many(house)
    at = opened(house, Role.OFFICER, PATH)
    assert len(table(at)) == PAGE
    at.text_input(key="portfolio_search").set_value("hARBOUR 5").run()
    assert table(at) == [f"Harbour 5{k} Oy" for k in range(10)]
    at.text_input(key="portfolio_search").set_value("no such thing").run()
    assert not at.dataframe
    assert "No client has that in its name" in words(at)


def test_the_second_page_has_the_rest(house: House) -> None:
    many(house)
    with house.db.read() as tx:
        whole = portfolio(tx, house.actor(Role.OFFICER))
    leaves = pages(whole.lines)
    assert [len(leaf) for leaf in leaves] == [50, 16]
    assert [line.name for leaf in leaves for line in leaf] == [line.name for line in whole.lines]
    assert pages([]) == [()]


def test_silence_is_a_question_with_what_to_do_and_never_good_news(house: House) -> None:
    clear_watches(house)
    fall_silent(house, house.client_ids[0])
    at = opened(house, Role.MANAGER, PATH)
    assert "Where is it quiet?" in [head.value for head in at.header]
    assert "Is it safe to speak about" in words(at)
    assert "23 flags in 24 weeks" in words(at)
    assert "about 109 would be usual" in words(at)
    assert "not good news" in words(at)


def test_without_silence_there_is_no_section_about_it(house: House) -> None:
    clear_watches(house)
    assert "Where is it quiet?" not in [head.value for head in opened(house, Role.MANAGER, PATH).header]


def line(k: int, *, mismatches: int = 5, contacts: int = 10_000, name: str = "") -> PortfolioLine:
    return PortfolioLine(
        client_id=k,
        name=name or f"Client {k:04d}",
        status="active",
        score=10.0,
        low=5.0,
        high=15.0,
        band="fair_play",
        weakest="response",
        rate=1.0,
        rate_low=0.5,
        rate_high=1.5,
        contacts=contacts,
        mismatches=mismatches,
        weekly=(0.0,) * 26,
        trend=None,
        open_flags=0,
        last_review=None,
        categories={"M03": mismatches},
    )


def whole(*lines: PortfolioLine) -> Portfolio:
    return Portfolio(lines, MONDAY, 1, (25.0, 45.0, 70.0), 1)


def test_the_quietest_come_first() -> None:
    from reports.client_file import SilenceLine

    def silent(k: int, expected: float) -> PortfolioLine:
        return replace(line(k), silence=SilenceLine("size", 3, expected, MONDAY, MONDAY))

    assert [one.client_id for one in whole(silent(1, 9.0), line(2), silent(3, 80.0)).quiet()] == [3, 1]


def test_at_most_eight_names_stand_in_the_funnel_and_only_of_those_outside() -> None:
    many_out = whole(
        *(line(k, mismatches=300 + 90 * k, contacts=10_000 + k) for k in range(12)), *(line(k) for k in range(12, 1000))
    )
    spec = portfolio_charts.funnel(many_out, reader("en"), LIGHT)
    named = next(rows for rows in spec["datasets"].values() if rows and "late" in rows[0])
    assert len(named) == 8
    assert all(row["out"] for row in named)


def test_a_funnel_with_nobody_outside_names_nobody_and_says_so() -> None:
    calm = whole(*(line(k) for k in range(20)))
    assert portfolio_charts.outside(calm) == []
    assert portfolio_charts.funnel_says(calm, reader("en")).startswith("Nobody stands above")
    assert portfolio_charts.funnel(calm, reader("en"), LIGHT)["layer"]


def test_the_heat_map_shows_twenty_clients_of_a_thousand() -> None:
    spec = portfolio_charts.heatmap(whole(*(line(k) for k in range(1000))), reader("en"), LIGHT)
    assert len({row["client"] for rows in spec["datasets"].values() for row in rows}) == 20


def test_the_file_has_every_client_and_every_column() -> None:
    lines = whole(*(line(k) for k in range(120)))
    rows = portfolio_table._rows(reader("en"), lines)
    assert len(rows) == 120
    assert {len(row) for row in rows} == {len(portfolio_table._HEADER)}


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_name_of_120_letters_breaks_no_chart(language: str) -> None:
    long = whole(line(1, mismatches=900, name="Å" * 120), *(line(k) for k in range(2, 30)))
    assert portfolio_charts.funnel(long, reader(language), LIGHT)["layer"]
    assert "Å" * 50 in portfolio_charts.funnel_says(long, reader(language))
