"""Published quarters made by hand, for tests of what keeps, reads and shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session, select

from ethics import audit
from ethics.access import TERMINAL
from ethics.clients.models import Client
from ethics.database import Database
from ethics.disclosure import Figures
from ethics.wellbeing import publishing, release, results
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.publishing import Prepared
from ethics.wellbeing.release import Cell, Month, Release, YearRatios
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, Amount, ClientRatio, Headline, Ratio, Window
from ethics.workforce.quarters import Quarter

#: Everything speaks for a link.
UP = Headline(
    ESTIMATED,
    claimed=True,
    ratio=Ratio(1.42, 1.11, 1.83),
    p=0.004,
    dose_only=Ratio(1.57, 1.21, 2.04),
    windows=(Window(1, 2, Ratio(1.36, 1.07, 1.74)), Window(1, 8, Ratio(1.39, 1.06, 1.82))),
    lead_p=0.412,
    same_week_p=0.638,
    agents=318,
    onsets=1274,
    clients=12,
    weeks=96,
    effective_agents=211.0,
    minimum_detectable=1.41,
    e_value=2.19,
    e_value_limit=1.46,
    spells=Amount(187.0, 62.0, 297.0),
    days=Amount(842.0, 279.0, 1337.0),
)
#: The other way round, as sure.
DOWN = replace(
    UP,
    ratio=Ratio(0.71, 0.55, 0.92),
    dose_only=Ratio(0.69, 0.54, 0.88),
    windows=(Window(1, 2, Ratio(0.73, 0.56, 0.95)), Window(1, 8, Ratio(0.72, 0.54, 0.96))),
    spells=Amount(-141.0, -233.0, -38.0),
    days=Amount(-635.0, -1049.0, -171.0),
)
#: Nothing to be seen, and little to see it with; agents may have been moved after illness.
UNSURE = replace(
    UP,
    claimed=False,
    ratio=Ratio(1.13, 0.78, 1.64),
    p=0.472,
    dose_only=Ratio(1.31, 1.02, 1.68),
    windows=(Window(1, 2, Ratio(0.97, 0.69, 1.37)), Window(1, 8, None)),
    lead_p=0.018,
    minimum_detectable=1.72,
    low_power=True,
    e_value=1.51,
    e_value_limit=1.0,
    spells=Amount(58.0, -124.0, 208.0),
    days=Amount(261.0, -558.0, 936.0),
)
#: A young centre.
FEW = Headline(
    NOT_ENOUGH_DATA, ("few-weeks", "few-onsets"), agents=57, onsets=83, clients=6, weeks=31, minimum_detectable=2.87
)
#: A larger centre's claim.
CLAIMED: Final = replace(
    UP,
    ratio=Ratio(1.38, 1.12, 1.7),
    dose_only=Ratio(1.45, 1.18, 1.79),
    windows=(Window(1, 2, Ratio(1.29, 1.04, 1.6)), Window(1, 8, Ratio(1.41, 1.09, 1.83))),
    lead_p=0.41,
    same_week_p=0.23,
    agents=1043,
    onsets=2917,
    weeks=104,
    effective_agents=612.0,
    minimum_detectable=1.24,
    e_value=2.1,
    e_value_limit=1.49,
    spells=Amount(214.0, 71.0, 352.0),
    days=Amount(1311.0, 434.0, 2156.0),
)
#: A small centre.
SCARCE: Final = Headline(
    status=NOT_ENOUGH_DATA, reasons=("few-clients", "few-onsets"), agents=61, onsets=44, clients=3, weeks=60
)


def withheld(claim: Headline, same_week_p: float, **changes: Any) -> Headline:
    """The answer, withheld because the same week speaks against it: it has no amounts."""
    return replace(
        claim,
        status=results.WITHHELD,
        reasons=("same-week",),
        claimed=False,
        same_week_p=same_week_p,
        spells=None,
        days=None,
        **changes,
    )


#: The same week speaks against it.
HELD = withheld(UP, 0.007)
#: The same of the larger centre, and agents may have been moved after illness.
WITHHELD: Final = withheld(
    CLAIMED, 0.012, lead_p=0.004, windows=(Window(1, 2, Ratio(0.97, 0.8, 1.18)), Window(1, 8, None))
)


def clients_of(db: Database) -> dict[int, str]:
    """The names of a database's clients by their numbers, as `made` takes them."""
    with db.read() as tx:
        return {client.id or 0: client.name for client in tx.exec(select(Client))}


def made(
    names: dict[int, str], name: str = "2026Q3", headline: Headline = UP, *, year: bool = False, **changes: Any
) -> Release:
    """A quarter of these clients. The first two have two teams each; the last client and one team are not shown.

    With `year` it brings the client ratios: the first is claimed, the second is not, the others are pooled.
    """
    numbers = sorted(names)
    cells = [
        Cell(n, names[n], None if n == numbers[-1] else Figures(31 + k, 13 + k, 71 + k)) for k, n in enumerate(numbers)
    ]
    teams = (
        Cell(numbers[0], "Aalto", Figures(16, 7, 38)),
        Cell(numbers[0], "Kaari", Figures(15, 6, 33)),
        Cell(numbers[1], "Tyyni", Figures(17, 8, 41)),
        Cell(numbers[1], "Vire", None),
    )
    days = Quarter.read(name)
    found = quarter(
        name,
        days.last + dt.timedelta(weeks=7),
        total=Figures(318, 143, 907),
        clients=tuple(sorted(cells, key=lambda cell: cell.name)),
        teams=teams,
        months=tuple(Month(first, Figures(301 + k, 61 + k, 322 + k)) for k, (first, _) in enumerate(days.months)),
        headline=headline,
        ratios=YearRatios(
            days.year,
            (
                ClientRatio(numbers[0], ESTIMATED, Ratio(1.6, 1.2, 2.1), claimed=True),
                ClientRatio(numbers[1], ESTIMATED, Ratio(0.9, 0.6, 1.4)),
                ClientRatio(0, ESTIMATED, Ratio(0.8, 0.7, 1.1)),
            ),
        )
        if year
        else None,
        day_cost=38_500,
        euros=release.euros(headline.days, 38_500),
    )
    return replace(found, **changes)


def line(client: int, *ratio: float, claimed: bool = False) -> ClientRatio:
    """A client's ratio with its interval; not enough data without one."""
    if not ratio:
        return ClientRatio(client, NOT_ENOUGH_DATA)
    return ClientRatio(client, ESTIMATED, Ratio(*ratio), claimed=claimed)


def quarter(name: str, published_on: dt.date, **other: Any) -> Release:
    """A published quarter, without figures and with `CLAIMED` when nothing else is said."""
    which = Quarter.read(name)
    told: dict[str, Any] = {
        "quarter": name,
        "first": which.first,
        "last": which.last,
        "published_on": published_on,
        "method": release.METHOD,
        "total": Figures(320, 171, 904),
        "clients": (),
        "teams": (),
        "months": (),
        "headline": CLAIMED,
    }
    return Release(**{**told, **other})


def year(number: int, published_on: dt.date, *lines: ClientRatio) -> Release:
    """The last quarter of a year, with the ratios of its clients."""
    return quarter(f"{number}Q4", published_on, ratios=YearRatios(number, lines))


def cell(client: int, name: str, *figures: int) -> Cell:
    """A client's cell: agents, agents with leave, days; not shown without them."""
    return Cell(client, name, Figures(*figures) if figures else None)


def store(tx: Session, *published: Release) -> None:
    """Store quarters as publishing does."""
    for one in published:
        content, sha256 = release.write(one)
        tx.add(
            StoredRelease(
                quarter=one.quarter,
                published_on=one.published_on,
                ratios_of=one.ratios.year if one.ratios else None,
                content=content,
                sha256=sha256,
            )
        )
        audit.record(tx, TERMINAL, "publish wellbeing", one.quarter, sha256=sha256)
    tx.flush()


RELEASE: Final = made(
    {1: "Havu Rakennus Oy", 2: "Kaarna Kodinkone Oy"},
    "2026Q2",
    total=Figures(226, 93, 529),
    teams=(Cell(1, "Ilves", Figures(16, 8, 43)), Cell(2, "Karhu", None)),
    ratios=YearRatios(2025, (line(0, 0.9, 0.7, 1.2), line(1, 2.4, 1.4, 4.0, claimed=True))),
)


def ready(tx: Session, one: Release) -> Prepared:
    """As if it had just been prepared."""
    return Prepared(one, publishing._seen(tx, Quarter.read(one.quarter)))


def published(tx: Session, **other: Any) -> Release:
    """Store `RELEASE`, with some fields otherwise, as if HR had published it."""
    found = replace(RELEASE, **other)
    store(tx, found)
    return found


def keep(db: Database, one: Release) -> Release:
    """Store it in a transaction of its own."""
    with db.write() as tx:
        store(tx, one)
    return one


def unpublish(db: Database) -> None:
    """As it was before anything was published and a day had a cost; only tests can do this."""
    with db.write() as tx:
        triggers = tx.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('wellbeing_release', 'audit_entry')"
            )
        ).all()
        for name, _ in triggers:
            tx.execute(text(f"DROP TRIGGER {name}"))
        tx.execute(text("DELETE FROM wellbeing_release"))
        tx.execute(text("DELETE FROM audit_entry WHERE body LIKE '%publish wellbeing%'"))
        tx.execute(text("DELETE FROM day_cost"))
        for _, made_by in triggers:
            tx.execute(text(made_by))
