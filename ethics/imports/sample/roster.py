"""Who works where: seats, teams, turnover, leave, loans. Nothing here reacts to illness.

A seat is a job in a team; an agent holds it from joining to leaving, then a newcomer does. A team mostly
serves one client; at times two teams change places, and an agent is lent to another client for some weeks.
Arrays are agents × weeks or teams × weeks; client numbers follow the order of the cast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEATS_PER_TEAM = 12
TURNOVER_PER_YEAR = 0.28
MOVES_PER_TEAM = 1.5 / 104
LOAN_STARTS = 0.035
_EDGE = 4
# Days a week and quarter-hours a day of the usual contracts, with their shares.
_CONTRACT_DAYS = np.array([5, 4, 4, 3], dtype=np.int64)
_CONTRACT_QUARTERS = np.array([30, 30, 24, 24], dtype=np.int64)
_CONTRACT_SHARES = (0.30, 0.25, 0.20, 0.25)
_ANIMALS = (
    "Ahma", "Ilves", "Karhu", "Susi", "Hirvi", "Poro", "Kärppä", "Näätä", "Hilleri", "Orava", "Rusakko",
    "Siili", "Kuukkeli", "Korppi", "Kotka", "Huuhkaja", "Teeri", "Riekko", "Kuikka", "Tiira", "Hauki",
    "Ahven", "Norppa", "Lohi",
)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """From this week on the team serves another client (numbers)."""

    team: int
    week: int
    before: int
    after: int


@dataclass(frozen=True)
class Roster:
    """The plan. `second` is the other client an agent can be put on that week, `second_share` how much."""

    numbers: tuple[str, ...]
    team: NDArray[np.int32]
    team_names: tuple[str, ...]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    days: NDArray[np.int64]
    quarters: NDArray[np.int64]
    main: NDArray[np.int32]
    moves: tuple[Move, ...]
    leave: NDArray[np.bool_]
    second: NDArray[np.int32]
    second_share: NDArray[np.float32]


def draw_roster(
    *,
    agents: int,
    shares: NDArray[np.float64],
    hard: NDArray[np.bool_],
    years: NDArray[np.int64],
    iso: NDArray[np.int64],
    rng: np.random.Generator,
) -> Roster:
    """Draw the plan for `agents` different people.

    `shares`: wished share of hours by client; `hard`: clients that borrow people twice as readily;
    `years`, `iso`: ISO year and week of each week.
    """  # fmt: skip
    weeks = len(iso)
    seats = max(1, round(agents / (1 + TURNOVER_PER_YEAR * weeks / 52)))
    teams = max(1, round(seats / SEATS_PER_TEAM))
    seat, first, last = _tenures(agents, seats, weeks, rng)
    team = (seat % teams).astype(np.int32)
    main, moves = _team_paths(_share_out(teams, shares), weeks, rng)
    contract = rng.choice(len(_CONTRACT_SHARES), agents, p=_CONTRACT_SHARES)
    leave = _leave(first, years, iso, rng)
    second, second_share = _second_clients(team=team, teams=teams, shares=shares, hard=hard, weeks=weeks, rng=rng)
    return Roster(
        numbers=_employee_numbers(agents, rng), team=team, team_names=_team_names(teams),
        first=first, last=last, days=_CONTRACT_DAYS[contract], quarters=_CONTRACT_QUARTERS[contract],
        main=main, moves=moves, leave=leave, second=second, second_share=second_share,
    )  # fmt: skip


def _tenures(
    agents: int, seats: int, weeks: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return each agent's seat, first and last week. Those who were there from the start come first."""
    joiners = agents - seats
    rounds = -(-joiners // seats)
    # One change per seat and round, each in its own stretch of time: nobody stays less than a few weeks.
    taken = np.concatenate([np.arange(0), *(rng.permutation(seats) for _ in range(rounds))])[:joiners]
    stretch = (weeks - 2 * _EDGE) / max(rounds, 1)
    point = np.arange(joiners) // seats + rng.uniform(0.1, 0.9, joiners)
    begin = _EDGE + (point * stretch).astype(np.int64)
    seat = np.concatenate([np.arange(seats), taken])
    first = np.concatenate([np.zeros(seats, dtype=np.int64), begin])
    order = np.lexsort((first, seat))
    follower = np.append(seat[order][1:] == seat[order][:-1], False)
    last = np.full(agents, weeks - 1, dtype=np.int64)
    last[order[follower]] = first[order[1:]][follower[:-1]] - 1
    by_joining = np.argsort(first, kind="stable")
    return seat[by_joining], first[by_joining].astype(np.int32), last[by_joining].astype(np.int32)


def _share_out(teams: int, shares: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return each team's first client: one team each in order of importance, the rest by wished share."""
    given = np.zeros(len(shares), dtype=np.int64)
    given[: min(teams, len(shares))] = 1
    wished = shares / shares.sum() * teams
    for _ in range(teams - int(given.sum())):
        given[np.argmax(wished - given)] += 1
    return np.repeat(np.arange(len(shares)), given).astype(np.int32)


def _team_paths(
    home: NDArray[np.int32], weeks: int, rng: np.random.Generator
) -> tuple[NDArray[np.int32], tuple[Move, ...]]:
    """Return the client of each team and week; swaps keep every client's staffing as it was."""
    main = np.repeat(home[:, None], weeks, axis=1)
    moves: list[Move] = []
    swaps = round(len(home) * weeks * MOVES_PER_TEAM / 2)
    if len(np.unique(home)) < 2:
        return main, ()
    for week in np.sort(rng.integers(3, max(4, weeks - 3), swaps)):
        one, other = (int(t) for t in rng.choice(len(home), 2, replace=False))
        before, after = int(main[one, week]), int(main[other, week])
        if before != after:
            main[one, week:], main[other, week:] = after, before
            moves += [Move(one, int(week), before, after), Move(other, int(week), after, before)]
    return main, tuple(moves)


def _leave(
    first: NDArray[np.int32], years: NDArray[np.int64], iso: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return the weeks on annual leave: three or four in summer, one in late winter; never the first week."""
    agents = len(first)
    away = np.zeros((agents, len(iso)), dtype=bool)
    for year in np.unique(years):
        summer = rng.integers(23, 31, agents)[:, None]
        length = rng.integers(3, 5, agents)[:, None]
        winter = rng.integers(8, 11, agents)[:, None]
        this = (years == year)[None, :]
        away |= this & (((iso >= summer) & (iso < summer + length)) | (iso == winter))
    away[np.arange(agents), first] = False
    return away


def _second_clients(
    *,
    team: NDArray[np.int32],
    teams: int,
    shares: NDArray[np.float64],
    hard: NDArray[np.bool_],
    weeks: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return each agent's other client by week: the team's side job, or a loan of three to ten weeks."""
    agents = len(team)
    side_job = rng.choice(len(shares), teams, p=shares / shares.sum()).astype(np.int32)
    pull = np.where(hard, 2.0, 1.0) * shares
    pull /= pull.sum()
    second = np.repeat(side_job[team][:, None], weeks, axis=1)
    share = np.full((agents, weeks), 0.06, dtype=np.float32)
    left = np.zeros(agents, dtype=np.int64)
    borrower = np.zeros(agents, dtype=np.int32)
    portion = np.zeros(agents, dtype=np.float32)
    for week in range(weeks):
        begins = (left == 0) & (rng.random(agents) < LOAN_STARTS)
        count = int(begins.sum())
        left[begins] = rng.integers(3, 11, count)
        borrower[begins] = rng.choice(len(shares), count, p=pull)
        portion[begins] = rng.uniform(0.3, 1.0, count)
        lent = left > 0
        second[lent, week] = borrower[lent]
        share[lent, week] = portion[lent]
        left[lent] -= 1
    return second, share


def _employee_numbers(agents: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Return rising employee numbers with gaps, as a payroll of many years has them."""
    steps = rng.integers(1, 4, agents)
    return tuple(str(number) for number in 10_200 + np.cumsum(steps))


def _team_names(teams: int) -> tuple[str, ...]:
    rounds = ("", *(f" {n}" for n in range(2, 2 + teams // len(_ANIMALS))))
    return tuple(animal + suffix for suffix in rounds for animal in _ANIMALS)[:teams]
