"""One's own flags: where they stand, what the officer wrote, what one writes back. Nobody else's are reachable here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from ethics.access import Actor, Permission
from ethics.clients.models import Campaign, Client
from ethics.database import today
from ethics.language import NotFound
from ethics.mismatches import evidence, thread
from ethics.mismatches.models import Evidence, Flag, GoodNews, Message, Side, WhistleAnswer


@dataclass(frozen=True)
class OwnFlag:
    """One's own flag, as My flags shows it. `unread` messages of the officer wait; `waiting`: the officer asks."""

    id: str
    client: str
    campaign: str
    category: str
    filed_on: dt.date
    disclosed: str
    status: str
    outcome: str | None
    acknowledged: bool
    waiting: bool
    closed: bool
    answer: str
    text: str
    whistle: bool
    whistle_decided: str | None
    messages: tuple[thread.Line, ...]
    unread: int
    files: int


@dataclass(frozen=True)
class OwnGoodNews:
    """Good news that one told."""

    client: str
    kind: str
    text: str
    filed_on: dt.date


def own(tx: Session, actor: Actor) -> list[OwnFlag]:
    """The person's own flags: those with something unread first, then the newest."""
    actor.require(Permission.FILE_FLAG)
    rows = tx.exec(
        select(Flag, Client.name, Campaign.name, WhistleAnswer)
        .join(Client, col(Client.id) == Flag.client_id)
        .outerjoin(Campaign, col(Campaign.id) == Flag.campaign_id)
        .outerjoin(WhistleAnswer, col(WhistleAnswer.flag_id) == Flag.id)
        .where(Flag.reporter_id == actor.user_id, col(Flag.reporter_id).is_not(None))
        .order_by(col(Flag.filed_on).desc(), Flag.id)
    ).all()
    files = dict(
        tx.exec(
            select(Evidence.flag_id, func.count())
            .where(col(Evidence.flag_id).in_([flag.id for flag, *_ in rows]))
            .group_by(col(Evidence.flag_id))
        ).all()
    )
    found = []
    for flag, client, campaign, whistle in rows:
        said = thread.lines(tx, flag)
        found.append(
            OwnFlag(
                id=flag.id,
                client=client,
                campaign=campaign or "",
                category=flag.category,
                filed_on=flag.filed_on,
                disclosed=flag.disclosed,
                status=flag.status,
                outcome=flag.outcome,
                acknowledged=flag.acknowledged_on is not None,
                waiting=flag.waiting_since is not None,
                closed=flag.closed,
                answer=flag.answer,
                text=flag.text,
                whistle=flag.whistle,
                whistle_decided=whistle.decided if whistle else None,
                messages=said,
                unread=sum(line.side == Side.OFFICER and not line.seen for line in said),
                files=files.get(flag.id, 0),
            )
        )
    return sorted(found, key=lambda flag: flag.unread == 0)


def good_news(tx: Session, actor: Actor) -> list[OwnGoodNews]:
    """The good news that the person told, newest first."""
    actor.require(Permission.FILE_FLAG)
    rows = tx.exec(
        select(GoodNews, Client.name)
        .join(Client, col(Client.id) == GoodNews.client_id)
        .where(GoodNews.reporter_id == actor.user_id)
        .order_by(col(GoodNews.filed_on).desc(), GoodNews.id)
    )
    return [OwnGoodNews(name, row.kind, row.text, row.filed_on) for row, name in rows]


def unread(tx: Session, actor: Actor) -> int:
    """How many messages of officers wait for the person."""
    actor.require(Permission.FILE_FLAG)
    return tx.exec(
        select(func.count())
        .select_from(Message)
        .join(Flag, col(Flag.id) == Message.flag_id)
        .where(Flag.reporter_id == actor.user_id, Message.side == Side.OFFICER, col(Message.seen).is_(False))
    ).one()


def _mine(tx: Session, actor: Actor, flag_id: str) -> Flag:
    actor.require(Permission.FILE_FLAG)
    flag = tx.get(Flag, flag_id)
    if flag is None or flag.reporter_id is None or flag.reporter_id != actor.user_id:
        raise NotFound("There is no such flag.")
    return flag


def read(tx: Session, actor: Actor, flag_id: str) -> None:
    """Note that the reporter has read the officer's messages. Raises NotFound."""
    thread.seen(tx, _mine(tx, actor, flag_id), by=Side.REPORTER)


def reply(tx: Session, actor: Actor, flag_id: str, text: str, files: Sequence[evidence.Cleaned] = ()) -> None:
    """Write to the officer; evidence may come along, or alone. Raises NotFound, Refused."""
    flag = _mine(tx, actor, flag_id)
    evidence.store(tx, flag.id, files)
    if text.strip() or not files:
        thread.reply(tx, flag, text, on=today())


def close(tx: Session, actor: Actor, flag_id: str) -> None:
    """Say that one needs no more answers. Raises NotFound."""
    thread.close(tx, _mine(tx, actor, flag_id), on=today())


def add_files(tx: Session, actor: Actor, flag_id: str, files: Sequence[evidence.Cleaned]) -> None:
    """Add evidence to one's own flag. Raises NotFound, Refused."""
    evidence.store(tx, _mine(tx, actor, flag_id).id, files)
