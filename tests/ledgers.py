"""Small ledgers for the tests of the risk room: a clock that stands where a test sets it, clients, contacts, flags.

And the sample centre at its full size, which several files share: made once a run, copied for whoever changes it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from sqlmodel import Session

from ethics import database
from ethics.clients.models import Client
from ethics.database import Database, migrate
from ethics.imports.sample.loading import load
from ethics.mismatches.models import Certainty, Decision, Disclosed, Flag
from ethics.risk.models import ScoreWeek
from ethics.workforce.models import ClientWeek

WEEK: Final = dt.timedelta(weeks=1)
#: The last day of the sample's data, and the day on which its house is looked at.
UNTIL, LOOKED_AT = dt.date(2026, 11, 15), dt.date(2026, 11, 22)
_NOW: Final = database.now


class Clock:
    """Noon of `day`, for every module that asks for the moment."""

    def __init__(self, patch: pytest.MonkeyPatch, day: dt.date) -> None:
        self.day = day
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in ("ethics", "checklists", "reports") and getattr(module, "now", None) is _NOW:
                patch.setattr(module, "now", self)

    def __call__(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(12), dt.UTC)


def people(tx: Session, *client_ids: int) -> None:
    """Clients with these numbers; the one with 1 is called Client 1."""
    tx.add_all(Client(id=number, name=f"Client {number}", name_key=f"client {number}") for number in client_ids)
    tx.flush()


def work(tx: Session, client_id: int, first: dt.date, weeks: int, contacts: int = 1000) -> None:
    """So many contacts in each of `weeks` weeks from the Monday `first`."""
    tx.add_all(
        ClientWeek(client_id=client_id, week_start=first + k * WEEK, hours_hundredths=4000, contacts=contacts, agents=9)
        for k in range(weeks)
    )
    tx.flush()


def flag(tx: Session, client_id: int, met: dt.date, **other: Any) -> Flag:
    """A flag from a file, filed and confirmed from the start; `other` are its columns. `decided` is a day."""
    decided = other.pop("decided", None)
    values: dict[str, Any] = {
        "category": "M05",
        "severity": 2,
        "certainty": Certainty.SAW,
        "text": "Text",
        "filed_on": met,
        "disclosed": Disclosed.IMPORTED,
        "status": Decision.CONFIRMED,
        "decided_at": None if decided is None else dt.datetime.combine(decided, dt.time(12), dt.UTC),
    }
    one = Flag(client_id=client_id, met_on=met, **{**values, **other})
    tx.add(one)
    tx.flush()
    return one


def row(week: ScoreWeek) -> tuple[Any, ...]:
    """What a row of the history says, but for when it was computed and replaced."""
    return week.client_id, week.week, week.revision, week.score, week.low, week.high, week.contacts, week.mismatches


def sample(factory: pytest.TempPathFactory, own: Path) -> Database:
    """A copy, in the folder `own`, of the sample centre as it stands on LOOKED_AT."""
    base = factory.getbasetemp()
    template = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-centre.db"
    if not template.exists():
        made = base / "making.db"
        db = Database(f"sqlite:///{made}")
        migrate(db)
        with pytest.MonkeyPatch.context() as patch:
            Clock(patch, LOOKED_AT)
            with db.write() as tx:
                load(tx, until=UNTIL)
        db.dispose()
        made.rename(template)  # at once: another worker sees all of it or nothing
    own.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, own / "sample.db")
    return Database(f"sqlite:///{own / 'sample.db'}")
