"""Stores of published quarters, and the attack on whatever shows them: a number that was not published.

Every number in a store is another one and large, so that a sum, a difference, a share or somebody else's figure is seen.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from types import SimpleNamespace
from typing import Any, Final

from hypothesis import strategies as st
from reportlab.graphics.shapes import Drawing, String
from sqlmodel import Session

from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.disclosure import Figures
from ethics.language import reader
from ethics.wellbeing import command, release, releases, words
from ethics.wellbeing.release import Cell, Month, Release, YearRatios
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, WITHHELD, Amount, ClientRatio, Headline, Ratio, Window
from ethics.workforce.quarters import Quarter
from reports.pages import sick_leave as beside
from reports.pdf import fonts, ratios
from reports.pdf import sick_leave as paper
from reports.wellbeing_lines import wellbeing_lines
from tests import screen
from tests.conftest import someone
from tests.releases import store

PAGE: Final = "ethics/wellbeing/pages/wellbeing.py"
QUARTERS: Final = ("2025Q4", "2026Q1", "2026Q2")
NAMES: Final = {1: "Havu Oy", 2: "Kaarna Oy", 3: "Lehti Oy", 4: "Marja Oy"}
TEAMS: Final = ("Ilves", "Karhu", "Susi")
#: Numbers of the method, beside those in its own words: per 10 in 1,000, 95%, weeks 1-8, 52 weeks, p < 0.001.
RULES: Final = frozenset(map(float, (0, 1, 2, 4, 8, 10, 52, 95, 200, 1000, 0.1, 0.05, 0.001)))


def found(db: Database) -> None:
    """A house with the clients, in which nobody works."""
    with db.write() as tx:
        tx.add_all(Client(id=number, name=name, name_key=name.casefold()) for number, name in NAMES.items())


@dataclass(frozen=True)
class Reading:
    """A store, and who reads it: a manager of `clients`, or an executive when there are none; one quarter of it."""

    store: tuple[Release, ...]
    clients: frozenset[int]
    language: str
    chosen: int
    charts: bool

    @property
    def who(self) -> Any:
        if not self.clients:
            return someone(Role.EXECUTIVE)
        return someone(Role.MANAGER, user_id=1, clients=tuple(self.clients))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Three quarters, one of which brings a year's ratios; much is hidden in some and little in others."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    hidden = draw(st.sampled_from([0.0, 0.2, 0.5, 1.0]))
    whole = iter(chance.sample(range(11_000, 99_000), 200))
    tenths = iter(chance.sample([n / 10 for n in range(210, 1_000) if n % 10], 60))
    found = []
    for place, name in enumerate(QUARTERS):
        cell = _cells(chance, whole, hidden)
        head = _headline(chance, whole)
        months = chance.random() < 0.7
        found.append(
            Release(
                quarter=name,
                first=Quarter.read(name).first,
                last=Quarter.read(name).last,
                published_on=Quarter.read(name).last + dt.timedelta(days=50),
                method=release.METHOD,
                total=cell() if months else None,
                clients=tuple(Cell(n, client, cell()) for n, client in NAMES.items()),
                teams=tuple(Cell(chance.choice(list(NAMES)), team, cell()) for team in TEAMS),
                months=tuple(
                    Month(first, Figures(next(whole), next(whole), next(whole)) if months else None)
                    for first, _ in Quarter.read(name).months
                ),
                headline=head,
                ratios=_year(chance, tenths) if place == 0 else None,
                day_cost=next(whole),
                euros=Amount(*(float(next(whole)) for _ in range(3))) if head.days else None,
            )
        )
    clients = draw(st.sampled_from([frozenset(), frozenset(), frozenset({1}), frozenset({2, 4}), frozenset({1, 2, 3})]))
    chosen, charts = draw(st.integers(0, 2)), draw(st.sampled_from([False] * 9 + [True]))
    return Reading(tuple(found), clients, draw(st.sampled_from(["en", "fi"])), chosen, charts)


def _cells(chance: random.Random, whole: Iterator[int], hidden: float) -> Any:
    def cell() -> Figures | None:
        return None if chance.random() < hidden else Figures(next(whole), next(whole), next(whole))

    return cell


def _headline(chance: random.Random, whole: Iterator[int]) -> Headline:
    hundredths = iter(chance.sample([n / 100 for n in range(2_101, 9_999) if n % 10], 40))

    def ratio() -> Ratio:
        low, middle, high = sorted(next(hundredths) for _ in range(3))
        return Ratio(middle, round(chance.random() * 0.5 + 0.3, 2) if chance.random() < 0.3 else low, high)

    def p() -> float:
        return round(chance.choice([0.0, 0.0317, 0.07, 0.6]) + chance.random() / 100, 3)

    status = chance.choice([ESTIMATED, ESTIMATED, WITHHELD, NOT_ENOUGH_DATA])
    if status == NOT_ENOUGH_DATA:
        return Headline(status, ("few-weeks", "few-onsets"), agents=None, onsets=None, clients=next(whole))
    amounts = [Amount(*(float(next(whole)) for _ in range(3))) if status == ESTIMATED else None for _ in range(2)]
    return Headline(
        status=status,
        reasons=("same-week",) if status == WITHHELD else (),
        claimed=status == ESTIMATED and chance.random() < 0.5,
        ratio=ratio(),
        p=p(),
        dose_only=ratio(),
        windows=(Window(1, 2, ratio()), Window(1, 8, ratio() if chance.random() < 0.8 else None)),
        lead_p=p(),
        same_week_p=p(),
        agents=next(whole),
        onsets=next(whole),
        clients=next(whole),
        weeks=next(whole),
        effective_agents=float(next(whole)),
        minimum_detectable=next(hundredths),
        low_power=chance.random() < 0.5,
        e_value=next(hundredths),
        e_value_limit=next(hundredths),
        spells=amounts[0],
        days=amounts[1],
    )


def _year(chance: random.Random, tenths: Iterator[float]) -> YearRatios:
    lines = []
    for client in chance.sample([*NAMES, 0], chance.randint(0, 5)):
        low, middle, high = sorted(next(tenths) for _ in range(3))
        told = chance.random() < 0.8
        lines.append(
            ClientRatio(client, ESTIMATED if told else NOT_ENOUGH_DATA, Ratio(middle, low, high) if told else None)
        )
    return YearRatios(2025, tuple(lines))


def numbers(texts: Iterable[str], language: str = "en") -> set[float]:
    """The numbers in texts: as Python writes them, or as this language does."""
    found = set()
    for text in texts:
        plain = text.replace("\\", "")
        if re.fullmatch(r"-?\d+(\.\d+)?", plain):  # from a chart, a table or JSON
            found.add(abs(float(plain)))
            continue
        if language == "fi":
            plain = re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))", "", plain.replace(".", " "))
            plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
        else:
            plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
        found |= {float(one) for one in re.findall(r"\d+(?:\.\d+)?", plain)}
    return found


def published(*told: object) -> set[float]:
    """Every number of these records, and those inside days."""
    plain = json.loads(json.dumps([asdict(one) for one in told], default=str))  # type: ignore[call-overload]
    return numbers(part for text in screen.told(plain) for part in re.split("[-Q]", text))


def surfaces(tx: Session, of: Reading) -> Iterator[tuple[str, set[float], set[float]]]:
    """Everything that shows a store, with the numbers on it and those that this reader may see there."""
    t, found = reader(of.language), releases.releases(tx, of.who)
    kept = {one.quarter: one for one in (_own(one, of.clients) for one in of.store)}
    names = list(reversed(QUARTERS))
    newest, year = kept[names[0]], kept[QUARTERS[0]].ratios or YearRatios(2025, ())
    page = kept[names[of.chosen]]
    alone = {line.client for line in year.lines}
    # How many are hidden is no figure of anybody.
    missing = {float(sum(cell.figures is None for cell in (*page.clients, *page.teams)))}
    missing |= {float(sum(client.client not in alone for client in page.clients))} | _parts(names)
    shown = screen.page(PAGE, tx, of.who, of.language, chosen=of.chosen, charts=of.charts)
    yield "page", numbers(shown, of.language), published(page, year) | missing
    if of.clients:
        fonts.install()
        for client in sorted(of.clients):
            lines = wellbeing_lines(tx, client, dt.date(2026, 12, 1))
            file: Any = SimpleNamespace(name=NAMES[client], wellbeing=lines)
            mine = _own(newest, {client})
            allowed = published(
                replace(mine, teams=(), months=()), *(one for one in year.lines if one.client == client)
            )
            section = screen.section(
                lambda here, file=file, n=client: beside.client(here, file, n), tx, of.who, of.language
            )
            yield "client page", numbers(section, of.language), allowed | {2025.0}
            sheet = (
                text.replace("SHA-256", "").replace(lines.sha256, "") for text in _texts(paper.sick_leave(file, t))
            )
            yield "review", numbers(sheet, of.language), allowed | {2025.0} | set(ratios.TICKS)
        return
    yield "JSON", numbers(screen.told(command.as_dict(found))), published(newest, year) | set(map(float, NAMES))
    yield "terminal", numbers(command.lines(t, found), of.language), published(newest, year) | missing


def _own(one: Release, clients: Iterable[int]) -> Release:
    """What a manager of these clients may see of a quarter, said a second time; everything without any."""
    mine = set(clients)
    if not mine:
        return one
    ratios = YearRatios(one.ratios.year, tuple(x for x in one.ratios.lines if x.client in mine)) if one.ratios else None
    clients_of = [cell for cell in one.clients if cell.client in mine]
    teams = [cell for cell in one.teams if cell.client in mine]
    return replace(one, clients=tuple(clients_of), teams=tuple(teams), ratios=ratios)


def _parts(names: Iterable[str]) -> set[float]:
    return {float(part) for name in names for part in name.split("Q")}


def _texts(flowables: Iterable[Any]) -> Iterator[str]:
    """The texts of a PDF's parts."""
    for one in flowables:
        if isinstance(one, str):
            yield one
        elif isinstance(one, list | tuple):
            yield from _texts(one)
        elif hasattr(one, "_cellvalues"):
            yield from _texts(one._cellvalues)
        elif hasattr(one, "_content"):
            yield from _texts(one._content)
        elif hasattr(one, "getPlainText"):
            yield one.getPlainText(identify=1)
        elif isinstance(drawing := getattr(one, "_drawing", None), Drawing):
            yield one._alt
            yield from (shape.text for shape in drawing.contents if isinstance(shape, String))


def nothing_is_shown_that_was_not_published(tx: Session, of: Reading) -> None:
    """Attack 6: every number on every surface is in the store, for this reader; and the page holds all its figures."""
    store(tx, *of.store)
    t = reader(of.language)
    method = RULES | numbers([*words.limits(t), *words.method(t), words.why_hidden(t)], of.language)
    for surface, shown, allowed in surfaces(tx, of):
        assert shown <= allowed | method, (surface, shown - allowed - method)
        if surface == "page":
            quarter = _own({one.quarter: one for one in of.store}[QUARTERS[2 - of.chosen]], of.clients)
            cells = [quarter.total, *(cell.figures for cell in (*quarter.clients, *quarter.teams, *quarter.months))]
            assert published(*(cell for cell in cells if cell)) <= shown
