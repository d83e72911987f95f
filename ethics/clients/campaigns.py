"""Campaigns: the lines of work for a client, and those that a reporter may name today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, or_, select

from ethics import audit
from ethics.access import Actor, Permission
from ethics.clients.models import Campaign, Client, Status
from ethics.clients.names import key
from ethics.database import today
from ethics.language import Refused

MAX_NAME: Final = 120
MAX_CHANNEL: Final = 20


@dataclass(frozen=True)
class CampaignLine:
    """A campaign as lists show it; both days are included, and either may be open. `running`: it is on today."""

    id: int
    name: str
    channel: str
    from_date: dt.date | None
    until_date: dt.date | None
    running: bool


def campaigns(tx: Session, actor: Actor, client_id: int) -> list[CampaignLine]:
    """The client's campaigns in the alphabet's order. Raises NotFound for a client that the person may not see."""
    actor.require(Permission.SEE_RISK)
    actor.require_client(client_id)
    day = today()
    rows = tx.exec(select(Campaign).where(Campaign.client_id == client_id))
    lines = [
        CampaignLine(
            row.id or 0,
            row.name,
            row.channel or "",
            row.from_date,
            row.until_date,
            _on(row.from_date, row.until_date, day),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.name.casefold(), line.id))


def _on(first: dt.date | None, last: dt.date | None, day: dt.date) -> bool:
    return (first is None or first <= day) and (last is None or last >= day)


def add_campaign(
    tx: Session,
    actor: Actor,
    client_id: int,
    *,
    name: str,
    channel: str | None = None,
    from_date: dt.date | None = None,
    until_date: dt.date | None = None,
) -> int:
    """Add a campaign and return its number. Raises Refused for a name that the client has already, and NotFound."""
    actor.require(Permission.KEEP_LEDGER)
    actor.require_client(client_id)
    name = " ".join(name.split())
    if not key(name):
        raise Refused("Write the campaign's name.")
    if len(name) > MAX_NAME:
        raise Refused("The name is too long: {n} characters at most.", n=MAX_NAME)
    if channel is not None and len(channel) > MAX_CHANNEL:
        raise Refused("Choose one of the answers that are offered.")
    require_order(from_date, until_date)
    # Two people who add at once take turns here (PostgreSQL; SQLite has one writer anyway).
    tx.exec(select(Client.id).where(Client.id == client_id).with_for_update()).one()
    for known in tx.exec(select(Campaign.name).where(Campaign.client_id == client_id)):
        if key(known) == key(name):
            raise Refused("This client has a campaign called “{name}” already.", name=known)
    campaign = Campaign(
        client_id=client_id, name=name, channel=channel or None, from_date=from_date, until_date=until_date
    )
    tx.add(campaign)
    tx.flush()
    assert campaign.id is not None
    audit.record(tx, actor, "add campaign", str(campaign.id), client=client_id)
    return campaign.id


def require_order(first: dt.date | None, last: dt.date | None) -> None:
    """Raise Refused when the last day comes before the first."""
    if first is not None and last is not None and last < first:
        raise Refused("The last day is before the first, {first}. Correct one of them.", first=first)


def running(tx: Session, actor: Actor) -> dict[int, dict[int, str]]:
    """Names of the campaigns that run today, by client and by number: what a flag may be about."""
    actor.require(Permission.FILE_FLAG)
    return running_for(tx, today())


def running_for(tx: Session, on: dt.date) -> dict[int, dict[int, str]]:
    """Names, and nothing but names, of the campaigns that run on the day `on`, by client and by number.

    The anonymous door uses it, so nobody is asked who they are. Only clients that are served have any here.
    """
    rows = tx.exec(
        select(Campaign.client_id, Campaign.id, Campaign.name)
        .join(Client, col(Client.id) == Campaign.client_id)
        .where(col(Client.status).not_in([Status.ENDED, Status.PROSPECT]))
        .where(or_(col(Campaign.from_date).is_(None), col(Campaign.from_date) <= on))
        .where(or_(col(Campaign.until_date).is_(None), col(Campaign.until_date) >= on))
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for client_id, number, name in sorted(rows, key=lambda row: row[2].casefold()):
        if number is not None:
            found[client_id][number] = name
    return dict(found)
