"""A furnished house in which every verb finds what it asks for: flags with all that hangs on them, a review, an alarm.

The sample's batches no longer say that they are the sample's, or no file of people would come in beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from checklists import checks
from checklists.assessment import Answer, Given
from checklists.lists import checklists
from ethics.access import TERMINAL, Role
from ethics.clients import promises
from ethics.clients.models import Promise
from ethics.database import now, today
from ethics.imports import batches
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.mismatches.models import (
    Conflict,
    Decision,
    Disclosed,
    Evidence,
    Flag,
    GoodNews,
    Message,
    PublishedChange,
    Side,
)
from ethics.risk import policies, policy_change
from ethics.risk.models import Alarm
from ethics.risk.policy import written
from ethics.triage.models import ClientQuestion, Note, Verification
from ethics.wellbeing import publishing
from ethics.workforce.quarters import Quarter
from reports import reviews
from reports.models import Review
from tests import releases
from tests.house import House, second_officer

#: Keys of rows that only a served house has: an agent's flag with everything beside it, another about the same client,
#: a whistle that nobody answered, one whose client is withheld, a file, a question to the client, a line of What changed.
FLAG, OTHER, WHISTLE, WITHHELD, FILE, QUESTION, LINE = (letter * 32 for letter in "abcdef0")
#: A promise of client 1 that is proved broken, and still sold; nobody has another with the number.
BROKEN: Final = 90_001
ALARM: Final = 90_002
#: Published for good, and ready to be published.
FROZEN, READY = Quarter(2026, 3), Quarter(2026, 2)


def serve(house: House) -> House:
    """Add to the house what verbs ask for. Takes a second or two."""
    releases.unpublish(house.db)
    second_officer(house)
    with house.db.write() as tx:
        tx.execute(update(Batch).values(imported_by="Test HR"))
        agent, officer = house.user_ids[Role.AGENT], house.user_ids[Role.OFFICER]
        _flags(tx, agent, officer)
        _about_clients(tx, agent, officer)
        batches.remember_mapping(tx, TERMINAL, "spells", Mapping(columns={"agent": "Number"}))
        publishing.publish(tx, TERMINAL, publishing.prepare(tx, TERMINAL, FROZEN))
        checks.finish(tx, TERMINAL, 1, "onboarding", all_answers())
        reviews.make(tx, TERMINAL, 1)
        policy_change.put_in_force(tx, TERMINAL, policy(tx), "A reason long enough", based_on=version(tx))
    return house


def all_answers() -> dict[str, Given]:
    """Yes to every question of the checklist."""
    return {item.id: Given(Answer.YES, "seen") for item in checklists()["onboarding"].items}


def policy(tx: Session) -> dict[str, Any]:
    """Another policy than the one in force."""
    rules = policies.current(tx)
    return written(rules) | {"half_life_weeks": rules.half_life_weeks + 1}


def version(tx: Session) -> int:
    """The policy in force."""
    return policies.current(tx).version


def review(tx: Session) -> str:
    """The newest review's number; one that is not there before any was made."""
    return tx.exec(select(Review.number).order_by(col(Review.id).desc())).first() or "R-0"


def good_file(tx: Session, kind: str) -> bytes:
    """A file of shifts or sick leave that has nothing wrong."""
    day = (tx.connection().scalar(sa.text("SELECT max(week_start) FROM client_week")) or "2026-01-05")[:10]
    if kind == "shifts":
        return f"agent,date,client,hours,contacts,team\nE-7,{day},Lumikki Laajakaista Oy,7.5,30,T1\n".encode()
    return f"agent,start,end\nE-7,{day},{day}\n".encode()


def _flags(tx: Session, agent: int, officer: int) -> None:
    day = today()
    for key, other in (
        (FLAG, {"text": "Luvattiin 19,90 €, laskulla 34,90 €.", "waiting_since": day}),
        (OTHER, {"text": "Luvattiin 19,90 €, laskulla oli 34,90 €."}),
        (WHISTLE, {"text": "Grave", "severity": 4, "whistle": True}),
        (WITHHELD, {"text": "Somewhere else", "withheld": True}),
    ):
        tx.add(Flag(**_flag(key, agent, day) | other))
    tx.flush()
    tx.add(Message(flag_id=FLAG, position=1, side=Side.OFFICER, text="Why?", written_on=day))
    tx.add(Message(flag_id=FLAG, position=2, side=Side.REPORTER, text="Because", written_on=day))
    tx.add(Evidence(id=FILE, flag_id=FLAG, position=1, kind="pdf", size=8, data=b"%PDF-1.7"))
    tx.add(Note(flag_id=FLAG, text="A note", written_by=officer, written_at=now()))
    asked: dict[str, Any] = {"asked_on": day, "due_on": day + dt.timedelta(days=7), "asked_by": officer}
    tx.add(ClientQuestion(id=QUESTION, flag_id=FLAG, text="How?", **asked))
    shown: dict[str, Any] = {"result": "supports", "text": "Bought", "done_on": day, "done_by": officer}
    tx.add(Verification(flag_id=FLAG, method="purchase", **shown))
    tx.flush()


def _flag(key: str, agent: int, day: dt.date) -> dict[str, Any]:
    return {
        "id": key,
        "client_id": 1,
        "category": "M05",
        "severity": 3,
        "certainty": "saw",
        "met_on": day,
        "filed_on": day,
        "disclosed": Disclosed.CONFIDENTIAL,
        "reporter_id": agent,
        "status": Decision.OPEN,
    }


def _about_clients(tx: Session, agent: int, officer: int) -> None:
    """Of client 1 a broken promise, an open alarm, a line of What changed, good news; an officer's conflict with 6."""
    tx.add(Promise(id=BROKEN, client_id=1, text="Free of charge", row_key="served"))
    tx.flush()
    promises.judge(tx, TERMINAL, BROKEN, verdict="broken", evidence="Seen", on=today())
    week = today() - dt.timedelta(days=today().weekday())
    tx.add(Alarm(id=ALARM, client_id=1, week=week, since=week, statistic=5.0, threshold=4.0, weeks=[], raised_at=now()))
    tx.add(PublishedChange(id=LINE, client_id=1, period=dt.date(2026, 1, 5), said="What", did="Did"))
    told: dict[str, Any] = {"text": "A cake", "filed_on": today(), "submission": "served"}
    tx.add(GoodNews(client_id=1, kind="thanks", reporter_id=agent, **told))
    tx.add(Conflict(user_id=officer, client_id=6, since=today()))
    tx.flush()
