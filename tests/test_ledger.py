"""The promise ledger as pages and reviews read it: campaigns, counts, and how a promise stood at an earlier day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from ethics.access import Role
from ethics.clients import campaigns, promises
from ethics.clients.models import Client, Promise, PromiseEvent
from ethics.clients.standing import Standing, known_on
from ethics.database import Database, now
from ethics.language import Refused
from ethics.mismatches.ledger import answer
from ethics.mismatches.models import Flag
from reports.client_file import PromiseLine, from_json, to_json
from reports.gather import client_file
from reports.pdf.review import render
from tests.client_files import rich_file
from tests.conftest import someone
from tests.papers import text_of
from tests.promises import DAY, MANAGER, OFFICER, WEEK, build, found, judge, line, withdraw, write
from tests.snapshots import snapshot


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


# Campaigns


@pytest.mark.parametrize(
    ("name", "days", "says"),
    [
        (" . ", (None, None), "Write the campaign's name"),
        ("x" * 121, (None, None), "too long"),
        ("AUTUMN,", (None, None), "a campaign called “Autumn” already"),
        ("Spring", (DAY, DAY - WEEK), "The last day is before the first"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(
    centre: Database, name: str, days: tuple[dt.date | None, dt.date | None], says: str
) -> None:
    with centre.write() as tx:
        campaigns.add_campaign(tx, MANAGER, 1, name="Autumn")
        campaigns.add_campaign(tx, OFFICER, 2, name="Autumn")  # another client's may be called the same
    with pytest.raises(Refused, match=says), centre.write() as tx:
        campaigns.add_campaign(tx, MANAGER, 1, name=name, from_date=days[0], until_date=days[1])


def test_reporters_are_offered_the_campaigns_that_run_today_of_clients_that_are_served(centre: Database) -> None:
    with centre.write() as tx:
        for name, first, last in (
            ("Always", None, None),
            ("Last day", DAY - WEEK, DAY),
            ("Over", None, DAY - dt.timedelta(days=1)),
            ("To come", DAY + dt.timedelta(days=1), None),
        ):
            campaigns.add_campaign(tx, OFFICER, 1, name=name, from_date=first, until_date=last)
        campaigns.add_campaign(tx, OFFICER, 2, name="Gone")
        beta = tx.get(Client, 2)
        assert beta is not None
        beta.status = "ended"
    with centre.read() as tx:
        assert [list(names.values()) for names in campaigns.running_for(tx, DAY).values()] == [["Always", "Last day"]]
        assert campaigns.running(tx, someone(Role.AGENT)) == campaigns.running_for(tx, DAY)
        assert [(line.name, line.running) for line in campaigns.campaigns(tx, MANAGER, 1)] == [
            ("Always", True),
            ("Last day", True),
            ("Over", False),
            ("To come", False),
        ]


def test_reporters_pick_promises_that_are_made_now_or_broken_and_still_sold(centre: Database) -> None:
    with centre.write() as tx:
        autumn, spring = (campaigns.add_campaign(tx, OFFICER, 1, name=name) for name in ("Autumn", "Spring"))
    write(centre, text="Made now")
    write(centre, text="Of autumn", campaign_id=autumn)
    write(centre, text="Of spring", campaign_id=spring)
    write(centre, text="To come", from_date=DAY + WEEK)
    over = {name: write(centre, text=name, until_date=DAY - WEEK) for name in ("Over", "Still sold", "Withdrawn")}
    judge(centre, over["Still sold"], "broken")
    judge(centre, over["Withdrawn"], "broken")
    withdraw(centre, over["Withdrawn"])
    with centre.read() as tx:
        assert list(promises.for_flags(tx, 1).values()) == ["Made now", "Of autumn", "Of spring", "Still sold"]
        assert list(promises.for_flags(tx, 1, autumn).values()) == ["Made now", "Of autumn", "Still sold"]
        assert list(promises.for_flags(tx, 1, on=DAY + WEEK).values())[-1] == "To come"
        assert promises.for_flags(tx, 2) == {}


# What pages read


def flag(tx: Session, promise_id: int, **other: Any) -> None:
    values = {"category": "M05", "status": "open", **other}
    tx.add(
        Flag(
            client_id=1,
            promise_id=promise_id,
            severity=3,
            certainty="saw",
            text="x",
            met_on=DAY,
            filed_on=DAY,
            disclosed="imported",
            **values,
        )
    )


def test_the_ledger_counts_what_was_tied_to_each_promise(centre: Database) -> None:
    number, other = write(centre), write(centre, text="No fees")
    with centre.write() as tx:
        for values in (
            {"status": "confirmed"},
            {"status": "confirmed", "category": "M01"},  # normal work
            {"status": "dismissed"},
            {"status": "open"},
            {"status": "open", "withheld": True},
            {"status": "held"},
        ):
            flag(tx, number, **values)
    assert (line(centre, number).mismatches, line(centre, number).open_flags) == (1, 1)
    assert (line(centre, other).mismatches, line(centre, other).open_flags) == (0, 0)


def test_what_is_still_sold_comes_first(centre: Database) -> None:
    for text, verdict in (("Kept", "kept"), ("Withdrawn", "broken"), ("Unproven", "unproven"), ("Sold", "broken")):
        judge(centre, write(centre, text=text), verdict)
    withdraw(centre, next(one.id for one in found(centre).lines if one.text == "Withdrawn"))
    whole = found(centre)
    assert [one.text for one in whole.lines] == ["Sold", "Withdrawn", "Unproven", "Kept"]
    assert (whole.broken, whole.still_sold, whole.unproven, whole.kept) == (2, 1, 1, 1)
    assert str(whole.answer) == "2 of 4 promises are broken, 1 of them is still sold"


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((0, 0, 0), "No promises in the ledger"),
        ((1, 0, 0), "The one promise is not proved broken"),
        ((6, 0, 0), "None of 6 promises is proved broken"),
        ((6, 1, 1), "1 of 6 promises is broken and still sold"),
        ((6, 1, 0), "1 of 6 promises is broken; it is not sold any more"),
        ((6, 2, 0), "2 of 6 promises are broken; none of them is sold any more"),
        ((6, 2, 2), "2 of 6 promises are broken and still sold"),
        ((6, 3, 2), "3 of 6 promises are broken, 2 of them are still sold"),
    ],
)
def test_the_answer_says_how_many_are_broken_and_still_sold(counts: tuple[int, int, int], says: str) -> None:
    assert str(answer(*counts)) == says


# What reviews read


def _event(act: str, on: dt.date, **facts: str) -> PromiseEvent:
    return PromiseEvent(promise_id=1, at=now(), act=act, facts={"on": on.isoformat(), **facts})


@pytest.mark.parametrize(
    ("weeks_ago", "verdict", "withdrawn_weeks_ago", "sold"),
    [
        (9, "unproven", None, False),
        (8, "broken", None, True),
        (6, "broken", 6, False),
        (4, "broken", None, True),
        (2, "kept", None, False),
    ],
)
def test_at_an_earlier_day_a_promise_stands_as_it_stood_then(
    weeks_ago: int, verdict: str, withdrawn_weeks_ago: int | None, sold: bool
) -> None:
    promise = Promise(client_id=1, text="x", row_key="x", verdict="kept", verdict_on=DAY - 2 * WEEK)
    events = [
        PromiseEvent(promise_id=1, at=now(), act="added", facts={}),
        _event("judged", DAY - 8 * WEEK, verdict="broken"),
        _event("withdrawn", DAY - 6 * WEEK),
        _event("judged", DAY - 4 * WEEK, verdict="broken"),
        _event("judged", DAY - 2 * WEEK, verdict="kept"),
    ]
    stood = known_on(promise, events, DAY - weeks_ago * WEEK)
    withdrawn = None if withdrawn_weeks_ago is None else DAY - withdrawn_weeks_ago * WEEK
    assert (stood.verdict, stood.withdrawn_on, stood.still_sold) == (verdict, withdrawn, sold)


def test_a_withdrawal_of_later_was_not_known_yet() -> None:
    promise = Promise(
        client_id=1, text="x", row_key="x", verdict="broken", verdict_on=DAY - 4 * WEEK, withdrawn_on=DAY - WEEK
    )
    assert known_on(promise, [], DAY - 2 * WEEK) == Standing("broken", DAY - 4 * WEEK, None)
    assert known_on(promise, [], DAY) == Standing("broken", DAY - 4 * WEEK, DAY - WEEK)


def test_todays_verdict_is_in_todays_client_file_and_not_in_an_earlier_one(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken")
    with centre.read() as tx:
        now_known = client_file(tx, MANAGER, 1).promises[0]
        then_known = client_file(tx, MANAGER, 1, as_of=DAY - WEEK).promises[0]
    assert (now_known.verdict, now_known.still_sold, now_known.verdict_on) == ("broken", True, DAY)
    assert (then_known.verdict, then_known.still_sold, then_known.verdict_on) == ("unproven", False, None)


def test_a_review_made_before_withdrawals_were_kept_is_still_read() -> None:
    data = to_json(rich_file())
    for promise in data["promises"]:
        for name in ("campaign", "still_sold", "withdrawn_on", "verdict_on"):
            del promise[name]
    assert from_json(data) == rich_file()


def test_a_review_says_on_paper_what_is_still_sold_and_what_was_withdrawn() -> None:
    lines = (
        PromiseLine("First", "", "", None, None, "broken", 3, "Autumn", True, None, dt.date(2026, 11, 1)),
        PromiseLine("Second", "", "", None, None, "broken", 9, "", False, dt.date(2026, 11, 2), dt.date(2026, 11, 1)),
    )
    text = text_of(render(snapshot(replace(rich_file(), promises=lines)), "en"))
    assert "A broken promise counts as still sold until somebody shows it withdrawn." in text
    assert "“First” Autumn Broken Still sold 3 “Second” Broken withdrawn 2 Nov 2026 9" in text
    silent = text_of(render(snapshot(replace(rich_file(), promises=lines[1:])), "en"))
    assert "still sold" not in silent.casefold()
