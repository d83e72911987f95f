"""A drawn quarter published in a house, what happens to its people later, and the attack on what was published.

Whoever reads the same quarter before somebody joins, leaves, moves, hands in a late note or is erased, and after, must
read the same.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlmodel import Session

from ethics import disclosure
from ethics.access import TERMINAL, Role
from ethics.clients.models import Client
from ethics.database import Database, Table
from ethics.imports import batches
from ethics.language import Refused, reader
from ethics.people.models import ClientManager
from ethics.wellbeing import command, publishing, release, releases, terms
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.publishing import Prepared
from ethics.wellbeing.release import Release
from ethics.workforce.quarters import Quarter, roster
from ethics.workforce.retention import delete_old
from reports.wellbeing_lines import wellbeing_lines
from tests.attacks import World, worlds
from tests.conftest import someone

QUARTER: Final = Quarter(2026, 1)
#: Mondays of the weeks that touch the quarter, and a day that all of a quarter's figures know of.
WEEKS: Final = [dt.date(2025, 12, 29) + dt.timedelta(weeks=n) for n in range(14)]
TABLES: Final = Table.metadata.tables
#: Somebody who worked before the quarter and is ill now and then: sick leave is in, whoever else is well.
OUTSIDER: Final = 9_000
CLIENTS: Final = range(1, 8)


@dataclass(frozen=True)
class Past:
    """A world that is published, and what happens afterwards; `seed` says to whom."""

    world: World
    happens: tuple[str, ...]
    seed: int


def found(db: Database) -> None:
    """A house with clients, a manager and terms, before any shift."""
    with db.write() as tx:
        for number in CLIENTS:
            tx.add(Client(id=number, name=f"Client {number} Oy", name_key=f"client {number} oy"))
        batch = {"kind": "spells", "file_name": "f", "sha256": "", "mapping": {}, "rows": 1, "added": 1, "changed": 0}
        moment = dt.datetime.now(dt.UTC)
        tx.execute(
            sa.insert(TABLES["import_batch"]).values(id=1, unchanged=0, imported_by="t", imported_at=moment, **batch)
        )
        terms.confirm(tx, TERMINAL, heard_on=dt.date(2026, 1, 2), assessment="DPIA 1")
        manager = {"id": 1, "name": "Test manager", "login": "m", "password_hash": "x", "created_at": moment}
        tx.execute(sa.insert(TABLES["user_account"]).values(active=True, language="en", **manager))


def live(tx: Session, of: World, seed: int) -> None:
    """The quarter as shift files and sick notes would have brought it."""
    chance = random.Random(seed)
    _agents(tx, [*range(1, len(of.team) + 1), OUTSIDER])
    for team in set(of.client_of):
        tx.execute(sa.insert(TABLES["team"]).values(id=team, name=f"Team {team}"))
    weeks = [{"client_id": 1, "week_start": week, **_work(1)} | {"agents": 1} for week in WEEKS]
    tx.execute(sa.insert(TABLES["client_week"]), [{k: v for k, v in week.items() if k != "shifts"} for week in weeks])
    shifts = [_shift(agent, WEEKS[1], of.client_of[team], team) for agent, team in enumerate(of.team, 1)]
    tx.execute(sa.insert(TABLES["shift"]), shifts)
    rows = [{"agent_id": OUTSIDER, "week_start": dt.date(2025, 3, 3), "client_id": 1, **_work(1)}]
    rows += [
        {"agent_id": s["agent_id"], "week_start": WEEKS[1], "client_id": s["client_id"], **_work(1)} for s in shifts
    ]
    tx.execute(sa.insert(TABLES["agent_week"]), rows)
    spells = [_spell(OUTSIDER, dt.date(2026, month, 15), 1) for month in (1, 2, 3, 4)]
    for agent, days in enumerate(of.days, 1):
        if days:
            spells.append(_spell(agent, QUARTER.first + dt.timedelta(days=chance.randint(0, 89 - days)), days))
    tx.execute(sa.insert(TABLES["spell"]), spells)


def _agents(tx: Session, numbers: list[int]) -> None:
    rows = [{"id": number, "pseudonym": f"{number:032d}", "key_version": 1} for number in numbers]
    tx.execute(sa.insert(TABLES["agent"]), rows)


def _work(shifts: int) -> dict[str, int]:
    return {"hours_hundredths": 750, "contacts": 30, "shifts": shifts}


def _shift(agent: int, day: dt.date, client: int, team: int | None) -> dict[str, Any]:
    week = day - dt.timedelta(days=day.weekday())
    row = {"agent_id": agent, "date": day, "client_id": client, "hours_hundredths": 750, "contacts": 30}
    return row | {"team_id": team, "week_start": week, "batch_id": 1}


def _spell(agent: int, first: dt.date, days: int) -> dict[str, Any]:
    return {"agent_id": agent, "starts_on": first, "ends_on": first + dt.timedelta(days=days - 1), "batch_id": 1}


def _some(tx: Session, chance: random.Random, table: str) -> int:
    """An agent who has a row in the table; 0 when nobody has."""
    numbers = tx.connection().scalars(sa.text(f"SELECT DISTINCT agent_id FROM {table} ORDER BY 1")).all()
    return chance.choice(numbers) if numbers else 0


def _join(tx: Session, chance: random.Random) -> None:
    number = 8_000 + chance.randint(1, 999)
    _agents(tx, [number])
    team = tx.connection().scalar(sa.text("SELECT max(team_id) FROM shift"))
    tx.execute(sa.insert(TABLES["shift"]).values(**_shift(number, WEEKS[5], chance.choice(CLIENTS), team)))


def _leave(tx: Session, chance: random.Random) -> None:
    tx.execute(sa.text("DELETE FROM shift WHERE agent_id = :who"), {"who": _some(tx, chance, "shift")})


def _move(tx: Session, chance: random.Random) -> None:
    values = {"who": _some(tx, chance, "shift"), "client": chance.choice(CLIENTS)}
    tx.execute(sa.text("UPDATE shift SET client_id = :client, team_id = NULL WHERE agent_id = :who"), values)


def _late_note(tx: Session, chance: random.Random) -> None:
    day = QUARTER.first + dt.timedelta(days=chance.randint(0, 80))
    row = _spell(_some(tx, chance, "shift") or OUTSIDER, day, chance.randint(1, 9))
    tx.execute(sa.insert(TABLES["spell"]).prefix_with("OR IGNORE").values(**row))


def _longer(tx: Session, chance: random.Random) -> None:
    values = {"who": _some(tx, chance, "spell"), "until": (QUARTER.last + dt.timedelta(days=9)).isoformat()}
    tx.execute(sa.text("UPDATE spell SET ends_on = :until WHERE agent_id = :who"), values)


def _erase(tx: Session, chance: random.Random) -> None:
    who = _some(tx, chance, "shift")
    for table in ("spell", "shift", "agent_week"):
        tx.execute(sa.text(f"DELETE FROM {table} WHERE agent_id = :who"), {"who": who})


def _rename(tx: Session, chance: random.Random) -> None:
    tx.execute(sa.text("UPDATE client SET name = 'Another Oy' WHERE id = :client"), {"client": chance.choice(CLIENTS)})
    tx.execute(sa.text("UPDATE team SET name = name || ' of old'"))


def _another_manager(tx: Session, chance: random.Random) -> None:
    tx.add_all(ClientManager(user_id=1, client_id=client) for client in chance.sample(CLIENTS, 4))
    tx.flush()


def _cost(tx: Session, chance: random.Random) -> None:
    terms.set_day_cost(tx, TERMINAL, chance.randint(1, 90_000))


def _file(tx: Session, chance: random.Random) -> None:
    day = WEEKS[chance.randint(1, 12)]
    rows = f"agent,date,client,hours,contacts,team\nN-{chance.random()},{day},Client 1 Oy,8,9,North\n"
    batches.import_file(tx, TERMINAL, "shifts", rows.encode(), file_name="late.csv")


def _end(tx: Session, _chance: random.Random) -> None:
    """Everything about people has gone, as it does in time."""
    for table in ("spell", "shift", "agent_week", "client_week"):
        tx.execute(sa.text(f"DELETE FROM {table}"))
    delete_old(tx)


HAPPENS: Final[dict[str, Callable[[Session, random.Random], None]]] = {
    "somebody joins": _join,
    "somebody leaves": _leave,
    "somebody moves": _move,
    "a late note": _late_note,
    "a longer sick leave": _longer,
    "somebody is erased": _erase,
    "a new name": _rename,
    "a manager of more clients": _another_manager,
    "another cost of a day": _cost,
    "another file": _file,
    "the end of keeping": _end,
}


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """A quarter and one to three things that happen after it was published."""
    happens = draw(st.lists(st.sampled_from(sorted(HAPPENS)), min_size=1, max_size=3, unique=True))
    return Past(draw(worlds()), tuple(happens), draw(st.integers(0, 2**32)))


def read(tx: Session) -> list[Any]:
    """The quarter by every way that leads to it."""
    row = tx.connection().execute(sa.select(TABLES["wellbeing_release"])).all()
    (whole,) = releases.releases(tx, someone(Role.EXECUTIVE))
    own = releases.releases(tx, someone(Role.MANAGER, user_id=1, clients=(1, 3)))
    beside = [wellbeing_lines(tx, client, dt.date(2030, 1, 1)) for client in (1, 3)]
    said = [command.lines(reader(language), [whole]) for language in ("en", "fi")]
    return [
        row,
        whole,
        own,
        releases.latest(tx),
        releases.of_quarter(tx, str(QUARTER)),
        beside,
        said,
        command.as_dict([whole]),
    ]


def _refusal(ask: Callable[[], object]) -> str:
    """What is said; empty when it is done instead."""
    try:
        ask()
    except Refused as refused:
        return refused.sentence.text
    return ""


def a_published_quarter_stays_as_it_is(tx: Session, of: Past) -> tuple[Release, bool]:
    """Attack 5: read, ask for it to be published anew, store it again, read. The release, and whether its people changed."""
    live(tx, of.world, of.seed)
    with patch.object(disclosure, "audit", lambda *_: []):  # which other attacks are about, and which takes its time
        first = publishing.prepare(tx, TERMINAL, QUARTER)
    publishing.publish(tx, TERMINAL, first)
    tx.flush()
    before, people, chance = read(tx), _people(tx), random.Random(of.seed)
    for name in of.happens:
        HAPPENS[name](tx, chance)
    again = Prepared(first.release, publishing._seen(tx, QUARTER))
    assert "published already" in _refusal(lambda: publishing.prepare(tx, TERMINAL, QUARTER))
    assert "published already" in _refusal(lambda: publishing.publish(tx, TERMINAL, again))
    assert read(tx) == before, of.happens
    assert tx.get(StoredRelease, str(QUARTER)).sha256 == release.write(first.release)[1]  # type: ignore[union-attr]
    return first.release, _people(tx) != people


def _people(tx: Session) -> tuple[Any, ...]:
    """What a computation of the quarter would be made of."""
    now = roster(tx, QUARTER)
    return now.team.tobytes(), dict(now.client_of), now.days.tobytes(), now.months.tobytes()
