"""Alarms as tasks: a client's managers and the officers see them until somebody closes them with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.clients.models import Client
from ethics.database import today
from ethics.language import NotFound, Refused
from ethics.risk.models import Alarm, ClientWatch

MIN_REASON: Final = 10
MAX_REASON: Final = 2000


@dataclass(frozen=True)
class AlarmWeek:
    """One of the weeks that raised an alarm; `expected` is None while nothing was known of the client.

    `mismatches` as they were counted then, `now` as they were counted last: None for a week too old to be counted again.
    """

    week: dt.date
    contacts: int
    mismatches: int
    expected: float | None
    now: int | None = None


@dataclass(frozen=True)
class AlarmLine:
    """An alarm. `week` and `since` are Mondays; `past`: found afterwards in old data, never anybody's task."""

    alarm_id: int
    client_id: int
    name: str
    week: dt.date
    since: dt.date
    statistic: float
    threshold: float
    weeks: tuple[AlarmWeek, ...]
    past: bool
    closed_on: dt.date | None
    reason: str

    @property
    def open(self) -> bool:
        """True while it is a task."""
        return self.closed_on is None and not self.past

    @property
    def changed(self) -> bool:
        """True when a week that raised it is counted otherwise by now: flags came, went, or were decided."""
        return any(week.now is not None and week.now != week.mismatches for week in self.weeks)


def waiting(tx: Session, actor: Actor) -> list[AlarmLine]:
    """Open alarms of the clients that the person sees, the oldest first."""
    actor.require(Permission.SEE_RISK)
    query = select(Alarm, Client.name).join(Client, col(Client.id) == Alarm.client_id)
    query = query.where(col(Alarm.closed_on).is_(None), col(Alarm.past).is_(False))
    rows = tx.exec(query.order_by(col(Alarm.week), col(Alarm.id)))
    return _lines(tx, [(alarm, name) for alarm, name in rows if actor.sees(alarm.client_id)])


def of_client(tx: Session, client_id: int, *, until: dt.date | None = None) -> list[AlarmLine]:
    """Every alarm of a client (raised by weeks that began until a day), the oldest first. Callers check who may see."""
    query = select(Alarm, Client.name).join(Client, col(Client.id) == Alarm.client_id)
    query = query.where(Alarm.client_id == client_id)
    if until is not None:
        query = query.where(Alarm.week <= until)
    return _lines(tx, tx.exec(query.order_by(col(Alarm.week))).all())


def close(tx: Session, actor: Actor, alarm_id: int, reason: str) -> None:
    """Close an alarm: what was found, and what is done. Raises NotFound, Refused."""
    actor.require(Permission.CLOSE_ALARM)
    alarm = tx.get(Alarm, alarm_id, with_for_update=True)
    if alarm is None or not actor.sees(alarm.client_id):
        raise NotFound("There is no such alarm.")
    if alarm.closed_on is not None or alarm.past:
        raise Refused("This alarm has been closed already.")
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Refused("Write what was found and what is done about it: somebody will ask.")
    if len(reason) > MAX_REASON:
        raise Refused("The text is too long: {n} characters at most.", n=MAX_REASON)
    alarm.closed_on, alarm.closed_by, alarm.reason = today(), actor.user_id, reason
    audit.record(tx, actor, "close alarm", str(alarm_id), client=alarm.client_id, week=alarm.week.isoformat())
    tx.flush()


def _lines(tx: Session, found: Sequence[tuple[Alarm, str]]) -> list[AlarmLine]:
    """Alarms with the names of their clients, and what the weeks that raised them count now."""
    query = select(ClientWatch.client_id, ClientWatch.weeks)
    query = query.where(col(ClientWatch.client_id).in_({alarm.client_id for alarm, _ in found}))
    newest = {client: {week["week"]: week["mismatches"] for week in weeks} for client, weeks in tx.exec(query)}
    return [_line(alarm, name, newest.get(alarm.client_id, {})) for alarm, name in found]


def _line(alarm: Alarm, name: str, newest: Mapping[str, int]) -> AlarmLine:
    return AlarmLine(
        alarm_id=alarm.id or 0,
        client_id=alarm.client_id,
        name=name,
        week=alarm.week,
        since=alarm.since,
        statistic=alarm.statistic,
        threshold=alarm.threshold,
        weeks=tuple(_week(week, newest) for week in alarm.weeks),
        past=alarm.past,
        closed_on=alarm.closed_on,
        reason=alarm.reason,
    )


def _week(week: dict[str, Any], newest: Mapping[str, int]) -> AlarmWeek:
    return AlarmWeek(
        week=dt.date.fromisoformat(week["week"]),
        contacts=week["contacts"],
        mismatches=week["mismatches"],
        expected=week["expected"],
        now=newest.get(week["week"]),
    )
