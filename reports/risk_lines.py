"""What a client file says of risk: dimensions, weeks, history, alarms, and what would change the score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from ethics.clients.models import Promise
from ethics.mismatches import tally
from ethics.mismatches.trend import shown_weeks
from ethics.risk import alarms, history, watching
from ethics.risk.mending import FLAGS, PROMISE, QUESTION
from ethics.risk.models import StoredScore
from ethics.triage.models import ClientQuestion
from ethics.workforce.contacts import client_contacts
from reports.client_file import AlarmMark, ChangeLine, DimensionLine, HistoryLine, SilenceLine, WeekLine


def dimension_lines(score: StoredScore | None) -> tuple[DimensionLine, ...]:
    """The known dimensions of a score."""
    if score is None:
        return ()
    return tuple(
        DimensionLine(
            name,
            line["score"],
            line["low"],
            line["high"],
            line["contribution"],
            tuple(line["evidence"]),
            tuple(line["matters"]),
        )
        for name, line in score.detail["dimensions"].items()
    )


def week_lines(tx: Session, client_id: int, day: dt.date, found: list[tally.Tally]) -> tuple[WeekLine, ...]:
    """The weeks of the trend until `day`, from the first in which anything happened."""
    mondays = shown_weeks(day)
    contacts = {monday: n for _, monday, n in client_contacts(tx, client_ids={client_id}, since=mondays[0], until=day)}
    mismatches = tally.by_week(found)
    expected = _expected(tx, client_id)
    lines = tuple(
        WeekLine(
            monday, contacts.get(monday, 0), mismatches[client_id, monday], *expected.get(monday, (None, None, None))
        )
        for monday in mondays
    )
    begun = next((k for k, line in enumerate(lines) if line.contacts or line.mismatches), len(lines))
    return lines[begun:]


def _expected(tx: Session, client_id: int) -> dict[dt.date, tuple[float | None, int | None, int | None]]:
    """What the alarm expected in recent weeks: mean, lowest and highest usual count."""
    watch = watching.latest(tx, client_ids={client_id}).get(client_id)

    def whole(value: float | None) -> int | None:
        return None if value is None else int(value)

    return {
        dt.date.fromisoformat(week["week"]): (week["expected"], whole(week["low"]), whole(week["high"]))
        for week in (watch.weeks if watch else ())
    }


def history_lines(tx: Session, client_id: int, day: dt.date) -> tuple[HistoryLine, ...]:
    """The weekly scores until `day`, oldest first."""
    return tuple(
        HistoryLine(row.week, row.score, row.low, row.high, row.policy_version)
        for row in history.history(tx, client_id, until=day)
    )


def alarm_marks(tx: Session, client_id: int, day: dt.date) -> tuple[AlarmMark, ...]:
    """The alarms raised by weeks that began until `day`, oldest first."""
    return tuple(
        AlarmMark(line.week, line.since, line.statistic, line.threshold, line.open)
        for line in alarms.of_client(tx, client_id, until=day)
    )


def change_lines(tx: Session, score: StoredScore | None) -> tuple[ChangeLine, ...]:
    """What would change the score, with the words of the promises and questions."""
    if score is None:
        return ()
    return tuple(_change(tx, change) for change in score.detail["would_change"])


def _change(tx: Session, change: Mapping[str, Any]) -> ChangeLine:
    kind, subject, score, band = change["kind"], change["subject"], change["score"], change["band"]
    if kind == FLAGS:
        return ChangeLine(kind, score, band, n=int(subject))
    if kind == PROMISE:
        promise = tx.get(Promise, int(subject))
        return ChangeLine(kind, score, band, promise.text if promise else "")
    if kind == QUESTION:
        question = tx.exec(select(ClientQuestion).where(col(ClientQuestion.id) == subject)).first()
        return ChangeLine(kind, score, band, question.text if question else "")
    return ChangeLine(kind, score, band, items=tuple(subject.split(", ")))


def silence_line(tx: Session, client_id: int) -> SilenceLine | None:
    """What the silence watch says, when it is something to ask about."""
    watch = watching.latest(tx, client_ids={client_id}).get(client_id)
    return silence_of(watch.silence) if watch else None


def silence_of(said: Mapping[str, Any]) -> SilenceLine | None:
    """A stored result of the silence watch as a line; None when there is nothing to ask."""
    if not said or not said["quiet"]:
        return None
    expected = said["typical_by_size"] if said["quiet"] == "size" else said["expected_by_history"]
    return SilenceLine(
        said["quiet"],
        said["observed"],
        round(float(expected or 0), 1),
        dt.date.fromisoformat(said["from"]),
        dt.date.fromisoformat(said["until"]),
    )
