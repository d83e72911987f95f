"""What the house does by itself: when, alone, and without falling over."""

from __future__ import annotations

import importlib
import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from ethics import rounds
from ethics.database import Database
from ethics.notices import digest, post, urgent


@pytest.fixture(autouse=True)
def own_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of rounds for this test alone."""
    monkeypatch.setattr(rounds, "_ROUNDS", {})


def test_a_job_runs_in_the_minutes_that_its_interval_divides(lite: Database) -> None:
    ran: dict[str, list[int]] = {"often": [], "seldom": []}
    minute = 0

    @rounds.every(1)
    def often(_db: Database) -> None:
        ran["often"].append(minute)

    @rounds.every(10)
    def seldom(_db: Database) -> None:
        ran["seldom"].append(minute)

    for minute in range(21):
        rounds.run(lite, minute=minute)
    assert ran == {"often": list(range(21)), "seldom": [0, 10, 20]}


def test_run_all_runs_every_job_once_with_the_database(lite: Database) -> None:
    got = []

    @rounds.every(7)
    def first(db: Database) -> None:
        got.append(db)

    @rounds.every(60)
    def second(db: Database) -> None:
        got.append(db)

    assert rounds.run_all(lite) == []
    assert got == [lite, lite]


def test_an_interval_below_a_minute_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="a minute"):
        rounds.every(0)


def test_a_module_that_is_imported_twice_registers_once() -> None:
    for _ in range(2):
        for module in (digest, urgent, post):
            importlib.reload(module)
    assert sorted(rounds._ROUNDS) == [
        "ethics.notices.digest.send_digest",
        "ethics.notices.post.tell_failures",
        "ethics.notices.urgent.send_urgent",
    ]


def test_a_failing_job_stops_no_other_and_its_message_stays_out_of_the_log(
    lite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    ran = []

    @rounds.every(1)
    def broken(_db: Database) -> None:
        raise ValueError("Luvattiin 19,90 €")

    @rounds.every(1)
    def sound(_db: Database) -> None:
        ran.append(1)

    failed = rounds.run_all(lite)
    assert ran == [1]
    assert [name.rsplit(".", 1)[1] for name in failed] == ["broken"]
    assert "ValueError at" in caplog.text
    assert "test_rounds.py" in caplog.text
    assert "19,90" not in caplog.text


def test_one_thread_walks_and_stops_when_told(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MINUTE", 0.01)
    ran = []

    @rounds.every(1)
    def tick(_db: Database) -> None:
        ran.append(threading.current_thread().name)

    stop, again = rounds.start(lite), rounds.start(lite)
    walking = [thread for thread in threading.enumerate() if thread.name == rounds.THREAD]
    deadline = time.monotonic() + 10
    while len(ran) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    again()
    count = len(ran)
    time.sleep(0.05)
    assert (len(walking), walking[0].daemon) == (1, True)
    assert count >= 3
    assert len(ran) == count
    assert all(name.startswith(rounds.THREAD) for name in ran)
    stop()


def test_a_dead_database_does_not_end_the_walk(lite: Database, caplog: pytest.LogCaptureFixture) -> None:
    @rounds.every(1)
    def asks(db: Database) -> None:
        with db.read() as tx:
            tx.execute(text("SELECT * FROM no_such_table"))

    assert len(rounds.run_all(lite)) == 1
    assert "OperationalError" in caplog.text


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # one process serves a SQLite house
def test_two_processes_do_not_do_the_same_job_at_once(db: Database) -> None:
    """On PostgreSQL the second finds the lock taken and passes on; the next time the job is free again."""
    ran, held, go_on = [], threading.Event(), threading.Event()

    @rounds.every(1)
    def slow(_db: Database) -> None:
        ran.append(1)
        held.set()
        assert go_on.wait(10)

    first = threading.Thread(target=rounds.run_all, args=(db,))
    first.start()
    assert held.wait(10)
    other = Database(db.url)
    assert rounds.run_all(other) == []
    assert ran == [1]
    go_on.set()
    first.join(10)
    assert rounds.run_all(other) == []
    assert ran == [1, 1]
    other.dispose()


def test_a_job_that_failed_gives_its_lock_back(db: Database) -> None:
    tried = []

    @rounds.every(1)
    def broken(_db: Database) -> None:
        tried.append(1)
        raise RuntimeError

    assert [len(rounds.run_all(db)) for _ in range(3)] == [1, 1, 1]
    assert len(tried) == 3


def test_a_server_that_does_not_answer_is_a_failed_job_and_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    class Gone:
        is_sqlite = False
        writer = SimpleNamespace(connect=lambda: (_ for _ in ()).throw(ConnectionError("secret")))

    @rounds.every(1)
    def never(_db: Database) -> None:
        raise AssertionError

    assert len(rounds.run_all(Gone())) == 1  # type: ignore[arg-type]
    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text
