"""Scores from the ledger: the planted truth of the sample centre comes back, and evidence moves what it should."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from ethics.access import TERMINAL
from ethics.clients.models import Client
from ethics.database import Database
from ethics.imports import batches
from ethics.imports.sample import Role, Truth, generate
from ethics.imports.sample.loading import load
from ethics.mismatches.models import Decision
from ethics.mismatches.trend import trend
from ethics.risk import gathering, scores
from ethics.risk.models import ScoreWeek
from reports.client_file import from_json, to_json
from reports.gather import client_file
from reports.portfolio import Portfolio, portfolio
from tests.centre import build
from tests.ledgers import LOOKED_AT, UNTIL, WEEK, Clock, flag, sample


@pytest.fixture(scope="module", autouse=True)
def clock() -> Iterator[Clock]:
    """The sample ends a week before today, whenever this runs."""
    with pytest.MonkeyPatch.context() as patch:
        yield Clock(patch, LOOKED_AT)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[tuple[Database, Truth]]:
    """The sample centre at its full default size."""
    db = sample(tmp_path_factory, tmp_path_factory.mktemp("centre"))
    yield db, generate(until=UNTIL).truth
    db.dispose()


@pytest.fixture(scope="module")
def whole(centre: tuple[Database, Truth]) -> Portfolio:
    with centre[0].read() as tx:
        return portfolio(tx, TERMINAL)


def test_the_three_bad_clients_stand_on_top(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    assert {line.name for line in whole.lines[:3]} == set(centre[1].bad)
    assert all(line.band in ("remedy", "no_thanks") for line in whole.lines[:3])


@pytest.mark.parametrize("role", [Role.DISAPPOINTED, Role.OUTAGE, Role.GOOD, Role.CHAT])
def test_disappointed_customers_and_open_outages_are_fair_play(
    centre: tuple[Database, Truth], whole: Portfolio, role: Role
) -> None:
    bands = {line.name: line.band for line in whole.lines}
    assert {bands[name] for name in centre[1].clients[role]} == {"fair_play"}


def test_the_client_that_gets_worse_is_told_apart(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    directions = {line.name: line.trend.direction for line in whole.lines if line.trend}
    (hidden,) = centre[1].clients[Role.HIDDEN_TERMS]
    assert directions[hidden] == "worse"
    assert list(directions.values()).count("worse") == 1


def test_the_weakest_dimension_is_the_planted_one(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    weakest = {line.name: line.weakest for line in whole.lines}
    truth = centre[1].clients
    assert weakest[truth[Role.NO_PRODUCT][0]] == "product_truth"
    assert weakest[truth[Role.HIDDEN_TERMS][0]] == "product_truth"
    assert weakest[truth[Role.SALES_PRESSURE][0]] == "sales_conduct"


def test_the_chat_clients_contacts_come_from_its_own_file(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    (chat,) = centre[1].clients[Role.CHAT]
    assert next(line.contacts for line in whole.lines if line.name == chat) > 10_000


def test_rates_hold_the_planted_ones_within_their_intervals(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    """Mean over two years, as planted; the intervals are of 95%, so of twelve one may miss."""
    planted = centre[1].confirmed[[f"M{n:02d}" for n in range(3, 13)]].sum(axis=1)
    late = {line.name: line.open_flags for line in whole.lines}
    steady = [line for line in whole.lines if late[line.name] < 5]
    inside = sum(line.rate_low * 0.97 <= planted[line.name] <= line.rate_high * 1.03 for line in steady)
    assert inside >= len(steady) - 2


def test_a_client_file_survives_its_journey_through_json(centre: tuple[Database, Truth]) -> None:
    import json

    with centre[0].read() as tx:
        file = client_file(tx, TERMINAL, 1)
    assert from_json(json.loads(json.dumps(to_json(file)))) == file


def test_screen_and_paper_say_the_same_score(centre: tuple[Database, Truth], whole: Portfolio) -> None:
    with centre[0].read() as tx:
        for line in whole.lines:
            file = client_file(tx, TERMINAL, line.client_id)
            assert (file.score, file.low, file.high, file.band) == (line.score, line.low, line.high, line.band)
            assert round(sum(points for _, points in file.contributions), 1) == file.score


def test_a_client_file_holds_no_agent_no_reporter_and_no_absence_but_the_published(
    centre: tuple[Database, Truth],
) -> None:
    with centre[0].read() as tx:
        found = to_json(client_file(tx, TERMINAL, 1))
    published = repr(found.pop("wellbeing"))
    for word in ("agent_id", "pseudonym", "reporter", "spell", "sick"):
        assert word not in repr(found)
        assert word not in published or word == "spell"  # how many there were in all, as it was published


def test_undoing_an_import_brings_the_old_scores_back(lite: Database) -> None:
    with lite.write() as tx:
        load(tx, clients=4, agents=30, weeks=20, until=UNTIL)
        before = {row.client_id: (row.as_of, row.score) for row in scores.latest(tx).values()}
        name = tx.exec(select(Client.name).where(Client.id == 1)).one()
    content = f"client,date,category,severity,certainty,text,status\n{name},2026-11-20,M04,4,proof,Ei ole,confirmed\n".encode()
    with lite.write() as tx:
        outcome = batches.import_file(tx, TERMINAL, "flags", content, file_name="f.csv")
    with lite.read() as tx:
        raised = scores.latest(tx)[1]
    assert raised.as_of == dt.date(2026, 11, 20)
    assert (raised.score or 0) >= 45
    with lite.write() as tx:
        batches.undo(tx, TERMINAL, outcome.batch_id or 0)
        assert {row.client_id: (row.as_of, row.score) for row in scores.latest(tx).values()} == before
        beyond = select(ScoreWeek).where(ScoreWeek.week > UNTIL, col(ScoreWeek.replaced_at).is_(None))
        assert not tx.exec(beyond).all()


@pytest.mark.parametrize(
    ("late", "early", "direction"),
    [
        ((40, 10_000), (10, 10_000), "worse"),
        ((10, 10_000), (40, 10_000), "better"),
        ((12, 10_000), (10, 10_000), "steady"),
        ((0, 100), (0, 100), "steady"),
    ],
)
def test_a_change_that_chance_explains_is_no_trend(
    late: tuple[int, int], early: tuple[int, int], direction: str
) -> None:
    found = trend(late, early)
    assert found is not None
    assert found.direction == direction


def test_without_contacts_there_is_no_trend() -> None:
    assert trend((0, 0), (3, 100)) is None


def test_a_place_on_an_earlier_date_is_among_all_clients_of_that_date(lite: Database) -> None:
    with lite.write() as tx:
        load(tx, clients=5, agents=30, weeks=30, until=UNTIL)
        file = client_file(tx, TERMINAL, 2, as_of=dt.date(2026, 8, 2))
    assert file.clients == 5
    assert file.position is not None


@pytest.mark.parametrize(
    ("role", "promise"),
    [
        (Role.HIDDEN_TERMS, "19,90 €/kk kaksi vuotta, hinta ei muutu."),
        (Role.HIDDEN_TERMS, "Irtisano milloin vain, ilman kuluja."),
        (Role.NO_PRODUCT, "Asennamme Raikas-ilmanvahdin kotiisi kahdessa viikossa."),
        (Role.SALES_PRESSURE, "Kolme numeroa lahjaksi, tilaus päättyy itsestään."),
    ],
)
def test_the_planted_promises_are_the_broken_ones(
    centre: tuple[Database, Truth], whole: Portfolio, role: Role, promise: str
) -> None:
    (name,) = centre[1].clients[role]
    number = next(line.client_id for line in whole.lines if line.name == name)
    with centre[0].read() as tx:
        found = {line.text: line for line in client_file(tx, TERMINAL, number).promises}
    assert found[promise].verdict == "broken"
    assert found[promise].mismatches > 20


def test_asking_for_the_present_day_by_its_date_forgives_no_late_flag(lite: Database) -> None:
    """The sample ends a week before today, so its undecided flags are late now and were not on its last day."""
    with lite.write() as tx:
        load(tx, clients=4, agents=30, weeks=20)
        day = gathering.data_until(tx)
        before = {number: (row.score, row.mismatches) for number, row in scores.latest(tx).items()}
        asked = scores.at(tx, day)
        assert {number: (row.score, row.mismatches) for number, row in asked.items()} == before


def test_a_day_asked_for_one_client_says_of_it_what_it_says_of_it_among_all(lite: Database) -> None:
    day = UNTIL - 5 * WEEK
    with lite.write() as tx:
        load(tx, clients=4, agents=30, weeks=20, until=UNTIL)
        whole, alone = (scores.at(tx, day, client_ids=which) for which in (None, [2]))
    assert (set(whole), set(alone)) == ({1, 2, 3, 4}, {2})
    for name in ("score", "low", "high", "rate_mean", "rate_low", "rate_high", "detail"):
        assert getattr(alone[2], name) == getattr(whole[2], name), name


def test_of_the_flags_that_wait_too_long_those_are_told_that_count(lite: Database) -> None:
    met = UNTIL - 5 * WEEK
    with build(lite).write() as tx:
        for category, severity in (("M05", 3), ("M08", 1), ("M01", 3), ("M02", 3), ("M05", 0)):
            flag(tx, 1, met, category=category, severity=severity, status=Decision.OPEN)
        scores.compute(tx)
        found = scores.latest(tx)[1]
    assert (found.detail["overdue"], found.mismatches, found.detail["open"]) == (2, 2, 5)


def test_a_review_of_an_earlier_date_knows_what_was_imported_since_the_last_one(lite: Database) -> None:
    earlier = dt.date(2026, 9, 6)
    with lite.write() as tx:
        load(tx, clients=4, agents=30, weeks=20, until=UNTIL)
        before = client_file(tx, TERMINAL, 1, as_of=earlier)
        name = tx.exec(select(Client.name).where(Client.id == 1)).one()
        late = f"client,date,category,severity,status\n{name},2026-09-02,M05,3,confirmed\n".encode()
        batches.import_file(tx, TERMINAL, "flags", late, file_name="f.csv")
        after = client_file(tx, TERMINAL, 1, as_of=earlier)
    assert after.mismatches == before.mismatches + 1
    assert (after.score or 0) > (before.score or 0)
