"""What a client file holds of sick leave: the newest published quarter, cut to the company and this one client.

Nothing here is computed: it is what was published, and nothing of what was not. No person is in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlmodel import Session, col, select

from ethics.disclosure import Figures
from ethics.wellbeing import releases
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import ClientRatio


@dataclass(frozen=True)
class WellbeingLines:
    """A published quarter for one client.

    `release` holds the company's headline, total and cost, and the client's cell alone: no other client, no team, no
    month, no year. `sha256` is that of the whole release. `ratio` is the client's of the newest `year` of which ratios
    were published; None when there is no such year, or nothing was published of the client.
    """

    release: Release
    sha256: str
    year: int | None = None
    ratio: ClientRatio | None = None

    @property
    def worked(self) -> bool:
        """Whether a team belonged to the client in the quarter."""
        return bool(self.release.clients)

    @property
    def figures(self) -> Figures | None:
        """The client's figures of the quarter; None when they are not shown, or there are none."""
        return self.release.clients[0].figures if self.release.clients else None


def wellbeing_lines(tx: Session, client_id: int, day: dt.date) -> WellbeingLines | None:
    """What had been published by `day`; None before the first quarter.

    Callers check that the person sees published sick leave, and the client. Raises Refused when a stored quarter is not
    what was published.
    """
    newest = tx.exec(
        select(StoredRelease.quarter, StoredRelease.sha256)
        .where(col(StoredRelease.published_on) <= day)
        .order_by(col(StoredRelease.quarter).desc())
        .limit(1)
    ).first()
    whole = None if newest is None else releases.of_quarter(tx, newest[0])
    if newest is None or whole is None:
        return None
    cell = whole.of_client(client_id)
    years = [one.ratios for one in releases.years(tx) if one.published_on <= day]
    lines = years[-1].lines if years else ()
    return WellbeingLines(
        release=replace(whole, clients=() if cell is None else (cell,), teams=(), months=(), ratios=None),
        sha256=newest[1],
        year=years[-1].year if years else None,
        ratio=next((line for line in lines if line.client == client_id), None),
    )


def read(told: Mapping[str, Any]) -> WellbeingLines:
    """The record of which `told` is the plain JSON."""
    found: WellbeingLines = _made(WellbeingLines, told)
    return found


def _made(kind: Any, told: Any) -> Any:
    """A value of `kind` from plain JSON; what the record does not know any more is left out."""
    if told is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], item) for item in told)
    if is_dataclass(kind):
        hints: dict[str, Any] = get_type_hints(kind)
        record: Any = kind
        return record(**{name: _made(hints[name], value) for name, value in told.items() if name in hints})
    return dt.date.fromisoformat(told) if kind is dt.date else told
