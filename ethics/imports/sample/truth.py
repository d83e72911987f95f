"""What is true in the sample centre, so that tests can hold the rest of the system to it.

Rates are flags per 1,000 contacts. Weeks are named by their Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from ethics.imports.sample.cast import Role


@dataclass(frozen=True)
class TeamMove:
    """From the Monday `week` on, the team mostly serves another client."""

    team: str
    week: date
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Truth:
    """The planted truth. A role that found no client is absent from `clients` (`good` may be empty).

    The hazard of a new spell in an agent-week, that is its chance, is
    `weekly_hazard × frailty × season × exp(log_rate_ratio_per_10 × dose / 10) × free days / planned days`, where
    dose is the sum over clients of the agent's share of the hours worked in the four weeks before × the client's
    `doses` of the week, frailty is log-normal with `frailty_sd`, and an agent's first week is free of spells. Who
    serves which client does not react to illness. One truth for all clients: at the calm ones the dose, and so the
    effect, is nearly nothing.
    """

    first_week: date
    until: date
    clients: Mapping[Role, tuple[str, ...]]
    bad: tuple[str, ...]
    burdening: tuple[str, ...]
    """Clients whose mean dose makes a real difference: spells are more frequent by a tenth or more."""
    log_rate_ratio_per_10: float
    doses: pd.DataFrame
    """Dose of an agent who works for one client alone: weeks × clients, confirmed mismatches per 1,000 contacts."""
    weekly_hazard: float
    frailty_sd: float
    flu_peaks: tuple[date, ...]
    filed: pd.DataFrame
    """Flags filed: one row a client, columns M01–M12; mean over weeks, each week weighing the same."""
    confirmed: pd.DataFrame
    """The part of `filed` that triage confirms in the end (open flags included)."""
    confirmed_grave: pd.DataFrame
    """The part of `confirmed` with severity 2 or more."""
    worsens_from: date
    """The hidden-terms client gets worse, week by week, from this Monday."""
    remedied_from: date
    """The remedied client is better from this Monday."""
    outages: tuple[tuple[date, date], ...]
    """First and last day of each outage of the outage client."""
    team_moves: tuple[TeamMove, ...]
    """In order of time; two teams change places at each move."""
