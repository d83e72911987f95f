"""The proof: after two hundred mixed flags nothing that is kept says who filed an anonymous one, from where, or when.

One house on each engine. People sign in, file by name and in confidence and read their own; between them a hundred
forms come through the anonymous door, sent from a browser that is signed in, tells its make and comes from an address.
Then everything that is kept is searched: every table in the order in which it lies, the engine's own bookkeeping, the
audit trail, the logs, the database's files and a backup. The door's own words promise what is asserted here, no more.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from scipy.stats import kendalltau
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ethics import audit, backup, gate, postgres
from ethics.database import Database, Table, today
from ethics.door import mixing, routes
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.models import Disclosed, Flag, Message, Receipt
from ethics.people import doors
from tests.house import PASSWORD
from tests.visits import LOGINS, WORDS, Filed, anonymous, dump, keys, people, read_and_write_back, rows, signed

FLAGS = 200
MAKE, ADDRESS = "Mozilla/5.0 (MARKED-BROWSER)", "203.0.113.77"


@dataclass
class Lived:
    """A house after two hundred flags."""

    db: Database
    filed: Filed
    log: str
    records: list[logging.LogRecord]
    cookie: str
    folder: Path


def application() -> Starlette:
    return Starlette(
        routes=[*doors.routes(lambda _actor, _tell: None), *routes.routes()],
        middleware=[Middleware(gate.Headers, csp="default-src 'self'"), Middleware(gate.Gate)],
    )


@pytest.fixture
def lived(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Lived:
    for module in ("ethics.database", "ethics.gate", "ethics.people.doors", "ethics.door.counter"):
        monkeypatch.setattr(f"{module}.database", lambda: db)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    caplog.set_level(logging.DEBUG)
    began = time.time()
    people(db)
    filed, order = Filed(), ["anonymous"] * 70 + ["held"] * 30 + ["signed"] * 100
    filed.deeds.append((began, time.time()))
    random.Random(7).shuffle(order)
    with TestClient(application(), client=(ADDRESS, 50_000), headers={"user-agent": MAKE}) as browser:
        began = time.time()
        sign_in = {"login": LOGINS[4], "password": PASSWORD, "next": "/"}
        browser.post("/auth/sign-in", data=sign_in, follow_redirects=False)
        filed.deeds.append((began, time.time()))
        cookie = browser.cookies["reilu"]
        for number, kind in enumerate(order):
            if kind == "signed":
                signed(db, filed, number)
            else:
                anonymous(browser, filed, number, held=kind == "held")
            if number % 40 == 0:
                read_and_write_back(db, browser, filed)
    for _ in range(4):
        mixing.refill(db)
    mixing.mix(db)
    logging.getLogger().removeHandler(handler)
    return Lived(db, filed, written.getvalue(), list(caplog.records), cookie, tmp_path)


def moments(db: Database) -> Iterator[tuple[str, float]]:
    """Every point in time that any table holds."""
    for name in Table.metadata.tables:
        for row in rows(db, name):
            for column, value in row.items():
                if isinstance(value, dt.datetime):
                    yield f"{name}.{column}", value.timestamp()
                elif isinstance(value, str):
                    for found in re.findall(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00", value):
                        yield f"{name}.{column}", dt.datetime.fromisoformat(found).timestamp()


def test_nothing_that_is_kept_leads_from_an_anonymous_flag_to_anybody_or_any_moment(lived: Lived) -> None:
    """One long test, because two hundred flags are filed once an engine."""
    db, filed = lived.db, lived.filed
    assert len(filed.texts) + filed.named == FLAGS
    everything = dump(db)
    assert everything.count(WORDS) >= 100

    _no_marks(everything, lived, where="the tables")
    _weeks_only(db, filed)
    _no_moment(db, filed)
    _no_order(db, filed)
    _no_trail(db, filed)
    _no_log(lived)
    _no_file(lived)
    _no_backup(lived)


def _no_marks(text: str, lived: Lived, *, where: str) -> None:
    """Neither receipt nor token, neither cookie, address nor browser."""
    marks = [ADDRESS, "MARKED-BROWSER", lived.cookie]
    for receipt in lived.filed.receipts:
        plain = receipt.replace("-", "")
        marks += [receipt, receipt.replace("-", " "), plain, plain[:12], plain[12:]]
    marks += [part for token in lived.filed.tokens for part in (token, token.split(".")[0])]
    assert [mark for mark in marks if mark in text] == [], where


def _weeks_only(db: Database, filed: Filed) -> None:
    """An anonymous row holds no user, no moment, and no date but the Monday of its week or its period."""
    mondays = {monday(today()), period(today()), period(today()) + dt.timedelta(weeks=4)}
    found = [row for row in rows(db, "flag") if row["disclosed"] == Disclosed.ANONYMOUS]
    assert len(found) == len(filed.texts)
    officers_own = {"acknowledged_on", "waiting_since"}
    for row in found:
        assert (row["reporter_id"], row["batch_id"], row["row_key"], row["contact_ref"]) == (None, None, None, "")
        dates = {k: v for k, v in row.items() if isinstance(v, dt.date) and k not in officers_own}
        assert set(dates.values()) <= mondays, dates
        assert row["decided_at"] is None
    assert {row["week"] for row in rows(db, "receipt")} == {monday(today())}
    replies = [row for row in rows(db, "message") if row["side"] == "reporter"]
    assert replies
    assert {row["written_on"] for row in replies} == {monday(today())}
    assert rows(db, "door_slot") == []


def _no_moment(db: Database, filed: Filed) -> None:
    """No point in time in any table falls into an anonymous visit; those of whole seconds are of some other deed."""
    exact = [(where, moment) for where, moment in moments(db) if moment % 1]
    whole = [(where, moment) for where, moment in moments(db) if not moment % 1]
    assert exact
    assert len(whole) > filed.named / 2
    assert [(w, m) for w, m in exact for began, ended in filed.spans if began < m < ended] == []
    assert [(w, m) for w, m in whole if not any(began < m + 1 and m < ended for began, ended in filed.deeds)] == []


def _no_order(db: Database, filed: Filed) -> None:
    """Rows lie in the order of their random keys, which says nothing of the order in which they came."""
    by_text = keys(db)
    came = [by_text[text] for text in filed.texts]
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in came)
    tau = kendalltau(range(len(came)), [sorted(came).index(key) for key in came]).statistic
    assert abs(tau) < 0.4  # six standard deviations for a hundred random keys
    with db.read() as tx:
        raw = tx.connection()
        if db.is_sqlite:
            for table in (Flag, Receipt, Message):
                with pytest.raises(sa.exc.OperationalError, match="rowid"):
                    raw.exec_driver_sql(f"SELECT rowid FROM {table.__tablename__}")
            return
        lies = raw.exec_driver_sql("SELECT id, xmin::text FROM flag WHERE disclosed = 'anonymous' ORDER BY ctid").all()
        assert [key for key, _ in lies] == sorted(came)
        assert len({xmin for _, xmin in lies}) == 1
        for name in ("receipt", "message"):
            found = raw.exec_driver_sql(f"SELECT id, xmin::text FROM {name} ORDER BY ctid").all()
            assert [key for key, _ in found] == sorted(key for key, _ in found)
            assert len({xmin for _, xmin in found}) == 1


def _no_trail(db: Database, filed: Filed) -> None:
    """The audit trail holds what officers and named people did, and nothing at all of the door."""
    by_text = keys(db)
    bodies = [row["body"] for row in rows(db, "audit_entry")]
    acts = [re.search(r'"act":"([^"]+)"', body)[1] for body in bodies]  # type: ignore[index]
    assert set(acts) == {"sign in", "file flag", "ask reporter"}
    for body in bodies:
        if '"act":"ask reporter"' not in body:
            assert not any(key in body for key in by_text.values())
    with db.read() as tx:
        assert audit.head(tx)[0] == len(bodies)


def _no_log(lived: Lived) -> None:
    """Nothing was logged while an anonymous visit went on, and no text, receipt or address at any time."""
    _no_marks(lived.log, lived, where="the log")
    assert WORDS not in lived.log
    ours = [r for r in lived.records if not r.name.startswith(("httpx", "httpcore", "asyncio"))]
    during = [r.getMessage() for r in ours for began, ended in lived.filed.spans if began < r.created < ended]
    assert during == []


def _no_file(lived: Lived) -> None:
    """SQLite's own files hold no mark either, and the log of changes is empty after mixing."""
    if not lived.db.is_sqlite:
        return
    path = Path(str(sa.make_url(lived.db.url).database))
    for name in (path, path.with_name(path.name + "-wal")):
        if name.exists():
            _no_marks(name.read_bytes().decode("latin-1"), lived, where=name.name)
    wal = path.with_name(path.name + "-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    written = path.stat().st_mtime
    assert not any(began < written < ended for began, ended in lived.filed.spans)


def _no_backup(lived: Lived) -> None:
    """A backup holds the flags in the order of their keys, and its file carries a date, no time."""
    target = lived.folder / "backup.reilu"
    backup.back_up(lived.db, target)
    came = keys(lived.db)
    stamped = dt.datetime.fromtimestamp(target.stat().st_mtime).astimezone()
    assert (stamped.hour, stamped.minute, stamped.second) == (0, 0, 0)
    assert target.stat().st_mode & 0o777 == 0o600
    if lived.db.is_sqlite:
        _no_marks(target.read_bytes().decode("latin-1"), lived, where="the backup")
        with sqlite3.connect(target) as copy:
            lies = [key for (key,) in copy.execute("SELECT id FROM flag WHERE disclosed = 'anonymous'")]
        assert lies == sorted(came.values())
        return
    text = subprocess.run(
        [str(postgres.program(lived.db, "pg_restore")), "--file=-", str(target)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    _no_marks(text, lived, where="the backup")
    block = text.split("COPY public.flag ")[1].split("\\.")[0]
    lies = [line.split("\t")[0] for line in block.splitlines() if "\tanonymous\t" in line]
    assert lies == sorted(came.values())
