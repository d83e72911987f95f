"""The page Client: the alarm and its closing, what would change the score, silence, and how sure each part is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.database import now
from ethics.language import reader
from ethics.risk.alarms import AlarmLine, AlarmWeek
from ethics.risk.models import Alarm, ClientWatch, StoredScore
from reports import words
from reports.client_file import ChangeLine, ClientFile, DimensionLine, EventLine, HistoryLine, SilenceLine
from tests.apps import opened
from tests.apps import words as text
from tests.client_files import AS_OF, rich_file
from tests.house import House
from tests.test_portfolio_page import MONDAY, clear_watches, fall_silent, raise_alarm

PATH = "reports/pages/client.py"
REASON = "The price list was changed in October; the client writes to all customers by 15 November."


def at_client(house: House, role: Role) -> AppTest:
    return opened(house, role, PATH, id=str(house.client_ids[0]))


def press(at: AppTest, number: int, reason: str) -> AppTest:
    at.text_area(key=f"alarm_reason_{number}").set_value(reason)
    button = next(b for b in at.button if b.label == "Close the alarm")
    return button.click().run()


def stored(house: House, number: int) -> Alarm:
    with house.db.read() as tx:
        alarm = tx.get(Alarm, number)
        assert alarm is not None
        return alarm


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OFFICER])
def test_an_alarm_is_shown_with_its_weeks_and_closed_with_a_reason(house: House, role: Role) -> None:
    clear_watches(house)
    number = raise_alarm(house, house.client_ids[0])
    at = at_client(house, role)
    assert "Alarm: what has happened since 28 Sept 2026?" in [head.value for head in at.header]
    assert "9 mismatches in 2 weeks, where 3.1 were to be expected" in text(at)
    at = press(at, number, REASON)
    assert not at.exception
    alarm = stored(house, number)
    assert (alarm.reason, alarm.closed_by) == (REASON, house.user_ids[role])
    assert not any(b.label == "Close the alarm" for b in at.button)
    assert "The price list was changed" in text(at)


def count_again(house: House, client_id: int, mismatches: tuple[int, ...]) -> None:
    """The newest watch of a client, with so many mismatches in the weeks that end with the alarm's."""
    first = MONDAY - dt.timedelta(weeks=len(mismatches) - 1)
    weeks = [
        {"week": (first + dt.timedelta(weeks=k)).isoformat(), "contacts": 900, "mismatches": n}
        | {"expected": 1.5, "low": 0, "high": 4}
        for k, n in enumerate(mismatches)
    ]
    with house.db.write() as tx:
        tx.merge(
            ClientWatch(client_id=client_id, as_of=MONDAY, computed_at=now(), statistic=0, threshold=9, weeks=weeks)
        )


@pytest.mark.parametrize(
    ("counted", "shows"), [((4, 5), None), ((4, 0), ["4", "0"]), ((0,), ["not known", "0"]), ((), None)]
)
def test_an_alarm_whose_counts_have_changed_shows_what_they_are_now(
    house: House, counted: tuple[int, ...], shows: list[str] | None
) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0])
    count_again(house, house.client_ids[0], counted)
    at = at_client(house, Role.MANAGER)
    weeks = next(one.value for one in at.table if "Expected" in one.value)
    assert (list(weeks["Now"]) if "Now" in weeks else None) == shows
    says = "The counts have changed since the alarm was raised." in [caption.value for caption in at.caption]
    assert says is (shows is not None)


def test_a_client_without_contacts_has_no_rate(house: House) -> None:
    client_id = house.client_ids[0]
    with house.db.write() as tx:
        score = tx.get(StoredScore, client_id)
        assert score is not None
    assert "mismatches per 1,000 contacts (95%" in text(at_client(house, Role.MANAGER))
    with house.db.write() as tx:
        tx.merge(score).contacts = 0
    said = text(at_client(house, Role.MANAGER))
    assert "mismatches per 1,000 contacts (95%" not in said
    assert "No contacts have been counted yet, so there is no rate." in said


def test_without_a_reason_the_alarm_stays_open(house: House) -> None:
    clear_watches(house)
    number = raise_alarm(house, house.client_ids[0])
    at = press(at_client(house, Role.MANAGER), number, "ok")
    assert [error.value for error in at.error] == ["Write what was found and what is done about it: somebody will ask."]
    assert stored(house, number).closed_on is None
    assert at.text_area(key=f"alarm_reason_{number}").value == "ok"


def test_an_executive_reads_the_alarm_but_cannot_close_it(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0])
    at = at_client(house, Role.EXECUTIVE)
    assert "Alarm: what has happened since 28 Sept 2026?" in [head.value for head in at.header]
    assert not at.text_area
    assert not any(b.label == "Close the alarm" for b in at.button)


def test_an_alarm_found_in_old_data_is_told_as_history_and_nobodys_task(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0], past=True)
    at = at_client(house, Role.MANAGER)
    assert not any(head.value.startswith("Alarm") for head in at.header)
    assert "One earlier alarm" in [expander.label for expander in at.expander]
    assert "never anybody's task" in text(at)


def test_a_reason_is_shown_as_it_was_written(house: House) -> None:
    clear_watches(house)
    raise_alarm(house, house.client_ids[0], closed_on=dt.date(2026, 10, 20), reason="*Prices* [rose](http://x) :red[!]")
    shown = next(m.value for m in at_client(house, Role.MANAGER).markdown if m.value.startswith("Closed 20 Oct 2026"))
    assert "\\*Prices\\*" in shown
    assert "[rose](" not in shown


def test_the_page_asks_what_would_change_the_score_and_how_it_moved(house: House) -> None:
    heads = [head.value for head in at_client(house, Role.MANAGER).header]
    for head in ("What would change it?", "How has the risk moved?", "How sure is each part?"):
        assert head in heads


def shown(file: ClientFile, part: str) -> AppTest:
    """A part of the page drawn for a made-up file."""

    def draw(file: object, part: str) -> None:
        from typing import Any

        from ethics.language import reader
        from reports.pages import outlook, quiet

        known: Any = file
        draws = {"change": outlook.would_change, "dimensions": outlook.dimensions, "quiet": quiet.client}
        draws[part](reader("en"), known)

    at = AppTest.from_function(draw, kwargs={"file": file, "part": part}, default_timeout=30).run()
    assert not at.exception, at.exception
    return at


def test_each_thing_that_would_change_the_score_says_from_what_to_what() -> None:
    changes = (
        ChangeLine("promise", 47.0, "remedy", text="19,90 €/kk *aina*"),
        ChangeLine("requirements", 49.0, "remedy", items=("A1", "A3")),
        ChangeLine("flags", 52.0, "remedy", n=25),
    )
    said = text(shown(replace(rich_file(), would_change=changes), "change"))
    assert "**58 → 47** :orange-badge[:material/build: Remedy]" in said
    assert "Withdraw the promise" in said
    assert "\\*aina\\*" in said
    assert "A1, A3" in said
    assert "25 overdue flags" in said


def test_when_nothing_would_change_the_score_the_page_says_why() -> None:
    said = text(shown(replace(rich_file(), would_change=()), "change"))
    assert "Nothing in the ledger would lower it today" in said
    assert "no question waits" in said


def test_silence_names_a_promise_that_was_withdrawn_lately() -> None:
    quiet = SilenceLine("history", 23, 109.0, dt.date(2026, 5, 18), dt.date(2026, 11, 1))
    withdrawn = EventLine(dt.date(2026, 6, 1), "withdrawn", "Two days.")
    said = text(shown(replace(rich_file(), silence=quiet, events=(withdrawn,)), "quiet"))
    assert "A promise was withdrawn on 1 Jun 2026" in said
    alone = text(shown(replace(rich_file(), silence=quiet, events=()), "quiet"))
    assert "withdrawn" not in alone
    assert "not good news" in alone
    assert not shown(replace(rich_file(), silence=None), "quiet").markdown


def test_silence_is_asked_on_the_clients_page(house: House) -> None:
    clear_watches(house)
    fall_silent(house, house.client_ids[0])
    assert any("Is it safe to speak about" in head.value for head in at_client(house, Role.MANAGER).header)


def test_unknown_dimensions_are_named_with_the_reason() -> None:
    file = replace(rich_file(), unknown=("response", "agent_burden"))
    rows = shown(file, "dimensions").table[0].value
    last = rows.iloc[-1].tolist()
    assert last == ["Agent burden", "not known", "–", "no yearly ratio of sick leave has been published of this client"]
    assert "no promise proved broken" in rows.iloc[-2].tolist()[-1]


def test_what_a_dimension_rests_on_leaves_out_normal_work_and_nothings() -> None:
    line = DimensionLine("product_truth", 60.0, 50.0, 70.0, 20.0, (9.0, 0.04, 2.5, 0.0, 1.0))
    assert words.rests_on(line, reader("en")) == "Clear 2.5 · Grave 1.0"
    assert words.rests_on(replace(line, evidence=(9.0, 0.0, 0.0, 0.0, 0.0)), reader("en")) == "no mismatch counts today"


@pytest.mark.parametrize(
    ("then", "version", "says"),
    [
        (41.0, 1, "Up 17 points in eight weeks."),
        (59.0, 1, "Down one point in eight weeks."),
        (58.3, 1, "Unchanged in eight weeks."),
        (41.0, 9, None),
        (None, 1, None),
    ],
)
def test_a_move_is_told_only_against_the_same_policy(then: float | None, version: int, says: str | None) -> None:
    week = HistoryLine(AS_OF - dt.timedelta(weeks=8), then, then, then, version)
    found = words.moved(replace(rich_file(), history=(week,)))
    assert (None if found is None else str(found)) == says


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ((1.5, 1.6), "9 mismatches in 2 weeks, where 3.1 were to be expected"),
        ((None, 1.6), "5 mismatches in one week, where 1.6 were to be expected"),
        ((None, None), "9 mismatches in 2 weeks"),
    ],
)
def test_an_alarm_compares_only_the_weeks_of_which_something_was_expected(
    expected: tuple[float | None, float | None], says: str
) -> None:
    week = dt.date(2026, 10, 5)
    weeks = tuple(AlarmWeek(week, 900, n, e) for n, e in zip((4, 5), expected, strict=True))
    alarm = AlarmLine(1, 1, "Client", week, week, 900.0, 600.0, weeks, False, None, "")
    assert str(words.raised(alarm)) == says
