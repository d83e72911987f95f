"""The sample centre as tables, in Reilu's canonical import columns.

Conventions: dates are midnight timestamps (second resolution; empty: NaT), names and codes are strings,
hours are floats in steps of 0.25, counts are integers, revenue is whole euros a month. Weeks begin on
Monday. Each thing drawn has a generator of its own, spawned from the seed in a fixed order, so that one
more draw in one table leaves the others as they were. The same arguments give identical tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ethics.imports.sample.behaviour import (
    CATEGORIES,
    CONFIRMED,
    certainties,
    draw_outages,
    remedied,
    severities,
    worsening,
)
from ethics.imports.sample.cast import Company, Role
from ethics.imports.sample.columns import date_column, name_column, text_column
from ethics.imports.sample.crowd import business_ids, capacity, company_list
from ethics.imports.sample.dose import BURDENING_RATIO, LOG_RATE_RATIO_PER_10, client_doses
from ethics.imports.sample.flags import draw_flags, draw_unevenness, rate_paths
from ethics.imports.sample.roster import Roster, draw_roster
from ethics.imports.sample.seasons import Season, draw_season, holiday_grid, iso_weeks
from ethics.imports.sample.truth import TeamMove, Truth
from ethics.imports.sample.work import FRAILTY_SD, WEEKLY_HAZARD, Draws, Shifts, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BAD = (Role.HIDDEN_TERMS, Role.NO_PRODUCT, Role.SALES_PRESSURE)
MIN_CLIENTS, MIN_AGENTS, MIN_WEEKS = 1, 5, 8
# New generators go to the end of this list: the earlier ones then stay what they were.
_GENERATORS = (
    "clients", "season", "roster", "plan", "contacts", "spells", "outages", "flag counts", "flag details",
    "flag texts", "unevenness", "frailty",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Centre:
    """A fictional contact centre.

    - `clients`: name, business_id, sector, since, monthly_revenue
    - `contacts`: client, week, contacts - only of the chat client, whose shifts carry 0 contacts
    - `shifts`: agent, date, client, hours, contacts, team - unique by agent, date and client
    - `spells`: agent, start, end (inclusive) - apart from each other by a day or more; no shift in between
    - `promises`: client, product, campaign, text, source, from, until
    - `flags`: client, date, category, severity, certainty, text, status
    """

    clients: pd.DataFrame
    contacts: pd.DataFrame
    shifts: pd.DataFrame
    spells: pd.DataFrame
    promises: pd.DataFrame
    flags: pd.DataFrame
    truth: Truth


def generate(*, clients: int = 12, agents: int = 320, weeks: int = 104, seed: int = 1, until: date) -> Centre:
    """Generate a centre of `clients` clients in which `agents` different people work over `weeks` weeks.

    `until` is the last day, a Sunday. With fewer clients than roles the roles stay in the order of `Role`.
    An agent at work has some four shift rows a week, of about 85 bytes each; three times that on the way.

    Raises ValueError when the sizes are below 1 client, 5 agents or 8 weeks, when there are more clients
    than names, when `until` is no Sunday, when the seed is negative, or when the data would begin before
    2010: partnerships reach back ten years more, and imports take no day before 2000.
    """
    _check(clients, agents, weeks, seed, until)
    streams = np.random.SeedSequence(seed).spawn(len(_GENERATORS))
    draw = {name: np.random.default_rng(stream) for name, stream in zip(_GENERATORS, streams, strict=True)}
    first = until - timedelta(days=7 * weeks - 1)
    companies = company_list(clients, draw["clients"])
    quality = draw["clients"].lognormal(0.0, 0.2, clients)
    season = draw_season(first, weeks, draw["season"])
    shares = np.array([company.share for company in companies])
    hard = np.array([company.role in BAD for company in companies])
    years, iso = iso_weeks(first, weeks)
    roster = draw_roster(
        agents=agents, shares=shares / shares.sum(), hard=hard, years=years, iso=iso, rng=draw["roster"]
    )
    pace = np.array([company.contacts_per_hour for company in companies])
    outages = draw_outages(weeks, draw["outages"])
    uneven = draw_unevenness(clients, weeks, draw["unevenness"])
    paths = [
        rate_paths(company, level, outages, factors)
        for company, level, factors in zip(companies, quality.tolist(), uneven, strict=True)
    ]
    doses = client_doses(companies, paths)
    shifts, spells = work(
        roster=roster,
        season=season,
        holidays=holiday_grid(first, weeks),
        pace=pace,
        burden=doses * LOG_RATE_RATIO_PER_10 / 10,
        draws=Draws(draw["plan"], draw["contacts"], draw["frailty"], draw["spells"]),
    )
    met = _contacts_by_day(shifts, clients, weeks)
    flag_draws = (draw["flag counts"], draw["flag details"], draw["flag texts"])
    chat = [company.role is Role.CHAT for company in companies]
    return Centre(
        clients=_clients(companies, first),
        contacts=_contacts(companies, met, first),
        shifts=_shifts(shifts, roster, companies, np.array(chat), first),
        spells=pd.DataFrame(
            {
                "agent": name_column(roster.numbers, spells.agent),
                "start": date_column(first, spells.start),
                "end": date_column(first, spells.end),
            }
        ),
        promises=_promises(companies, until),
        flags=draw_flags(companies, met, paths, first, flag_draws),
        truth=_truth(
            companies=companies,
            roster=roster,
            season=season,
            paths=paths,
            doses=doses,
            outages=outages,
            first=first,
            until=until,
        ),
    )


def _check(clients: int, agents: int, weeks: int, seed: int, until: date) -> None:
    for word, size, least in (
        ("clients", clients, MIN_CLIENTS), ("agents", agents, MIN_AGENTS), ("weeks", weeks, MIN_WEEKS),
    ):  # fmt: skip
        if size < least:
            raise ValueError(f"The sample centre needs at least {least} {word}, not {size}.")
    if clients > capacity():
        raise ValueError(f"The sample centre has names for {capacity()} clients, not {clients}.")
    if seed < 0:
        raise ValueError(f"The seed must be 0 or more, not {seed}.")
    if until.isoweekday() != 7:
        raise ValueError(f"The data must end on a Sunday; {until.isoformat()} is a {until:%A}.")
    if until.toordinal() - 7 * weeks < date(2010, 1, 1).toordinal() - 1:
        raise ValueError(f"{weeks} weeks up to {until.isoformat()} would begin before the year 2010.")


def _clients(companies: Sequence[Company], first: date) -> pd.DataFrame:
    since = [(first - timedelta(days=round(365.25 * company.years))).replace(day=1) for company in companies]
    return pd.DataFrame(
        {
            "name": text_column(company.name for company in companies),
            "business_id": text_column(business_ids(len(companies))),
            "sector": text_column(company.sector for company in companies),
            "since": pd.Series(since, dtype="datetime64[s]"),
            "monthly_revenue": pd.Series([company.monthly_revenue for company in companies], dtype="int64"),
        }
    )


def _promises(companies: Sequence[Company], until: date) -> pd.DataFrame:
    claims = [(company, claim) for company in companies for claim in company.claims]
    begun = [until - timedelta(days=claim.age) for _, claim in claims]
    ended = [None if claim.ended is None else until - timedelta(days=claim.ended) for _, claim in claims]
    return pd.DataFrame(
        {
            "client": text_column(company.name for company, _ in claims),
            "product": text_column(_sentence(who.products[claim.product].name) for who, claim in claims),
            "campaign": text_column(who.campaign_of(claim) for who, claim in claims),
            "text": text_column(claim.text for _, claim in claims),
            "source": text_column(claim.source for _, claim in claims),
            "from": pd.Series(begun, dtype="datetime64[s]"),
            "until": pd.Series(ended, dtype="datetime64[s]"),
        }
    )


def _contacts_by_day(shifts: Shifts, clients: int, weeks: int) -> NDArray[np.int64]:
    flat = np.bincount(shifts.client * (7 * weeks) + shifts.day, shifts.contacts, clients * 7 * weeks)
    return flat.astype(np.int64).reshape(clients, 7 * weeks)


def _contacts(companies: Sequence[Company], met: NDArray[np.int64], first: date) -> pd.DataFrame:
    weekly = met.reshape(len(companies), -1, 7).sum(axis=2)
    chats = [number for number, company in enumerate(companies) if company.role is Role.CHAT]
    monday = date_column(first, np.tile(7 * np.arange(weekly.shape[1]), len(chats)))
    return pd.DataFrame(
        {
            "client": text_column(companies[number].name for number in chats for _ in range(weekly.shape[1])),
            "week": monday,
            "contacts": weekly[chats].ravel(),
        }
    )


def _shifts(
    shifts: Shifts, roster: Roster, companies: Sequence[Company], chat: NDArray[np.bool_], first: date
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agent": name_column(roster.numbers, shifts.agent),
            "date": date_column(first, shifts.day),
            "client": name_column([company.name for company in companies], shifts.client),
            "hours": shifts.quarters / 4,
            "contacts": np.where(chat[shifts.client], 0, shifts.contacts).astype(np.int64),
            "team": name_column(roster.team_names, roster.team[shifts.agent]),
        }
    )


def _truth(
    *,
    companies: Sequence[Company],
    roster: Roster,
    season: Season,
    paths: Sequence[NDArray[np.float64]],
    doses: NDArray[np.float64],
    outages: tuple[tuple[int, int], ...],
    first: date,
    until: date,
) -> Truth:
    names = [company.name for company in companies]
    cast = {role: tuple(c.name for c in companies if c.role is role) for role in Role}
    filed = np.array([path.mean(axis=0) for path in paths])
    weeks = roster.main.shape[1]
    graves = [np.repeat(severities(c.role, weeks)[..., 2:].sum(axis=-1), 7, axis=0) for c in companies]
    decided = np.array([certainties(c.role) @ CONFIRMED for c in companies])[:, None]
    confirmed = filed * decided
    grave = np.array([(path * chance).mean(axis=0) for path, chance in zip(paths, graves, strict=True)]) * decided
    mondays = [first + timedelta(weeks=week) for week in range(weeks)]
    return Truth(
        first_week=first,
        until=until,
        clients={role: members for role, members in cast.items() if members or role is Role.GOOD},
        bad=tuple(name for role in BAD for name in cast[role]),
        burdening=tuple(
            name for name, dose in zip(names, doses.mean(axis=1), strict=True)
            if dose * LOG_RATE_RATIO_PER_10 / 10 >= np.log(BURDENING_RATIO)
        ),
        log_rate_ratio_per_10=LOG_RATE_RATIO_PER_10,
        doses=pd.DataFrame(doses.T, index=pd.Index(mondays, name="week"), columns=names),
        weekly_hazard=WEEKLY_HAZARD,
        frailty_sd=FRAILTY_SD,
        flu_peaks=season.flu_peaks,
        filed=_rate_table(names, filed),
        confirmed=_rate_table(names, confirmed),
        confirmed_grave=_rate_table(names, grave),
        worsens_from=until + timedelta(days=1) - timedelta(weeks=worsening(weeks)),
        remedied_from=until + timedelta(days=1) - timedelta(weeks=remedied(weeks)),
        outages=tuple(
            (first + timedelta(a), first + timedelta(b)) for a, b in outages if cast[Role.OUTAGE]
        ),
        team_moves=tuple(
            TeamMove(
                roster.team_names[move.team], first + timedelta(weeks=move.week),
                names[move.before], names[move.after],
            )
            for move in roster.moves
        ),
    )  # fmt: skip


def _rate_table(names: list[str], rates: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(rates, index=pd.Index(names, name="client"), columns=list(CATEGORIES))


def _sentence(words: str) -> str:
    """Return the words with the first letter large; the rest keeps its own."""
    return words[:1].upper() + words[1:]
