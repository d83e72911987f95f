"""What is computed of mismatches and sick leave, as plain records that survive JSON. No person is in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

#: Mismatches per 1,000 contacts that a rate ratio is stated for.
PER: Final = 10
#: A ratio is shown, and judged, with so many decimals: the centre's, and a client's.
DECIMALS, CLIENT_DECIMALS = 2, 1

ESTIMATED: Final = "estimated"
NOT_ENOUGH_DATA: Final = "not-enough-data"
WITHHELD: Final = "withheld"

#: Why there is not enough data, in the order in which they are told. Codes; words are chosen where they are shown.
REASONS: Final = (
    "few-clients",
    "few-weeks",
    "few-onsets",
    "few-effective-agents",
    "little-movement",
    "absurd-rates",
    "same-week",
    "no-fit",
    "no-release",
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate ratio with its 95% interval."""

    rate_ratio: float
    low: float
    high: float

    def rounded(self, decimals: int) -> Ratio:
        """As it is shown."""
        return Ratio(*(round(float(number), decimals) for number in (self.rate_ratio, self.low, self.high)))


@dataclass(frozen=True, slots=True)
class Window:
    """The same estimate with other weeks: mismatches met `first` to `last` weeks before."""

    first: int
    last: int
    ratio: Ratio | None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its 95% interval; it may be negative and its interval may hold 0."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Headline:
    """Do spells begin more often after more mismatches? The whole centre's answer.

    `ratio` is for +PER confirmed, severity-weighted mismatches per 1,000 contacts met 1–4 weeks before; None when there
    is not enough data. `claimed`: p and interval agree, and nothing withholds it. `status` is "withheld" when the
    same-week check says that reporting may follow burden: then no claim and no `spells`, `days`. `reasons` are codes.
    `agents`, `onsets`, `clients` and `weeks` count what the estimate was made of (the first two None where they are not
    told); `effective_agents` is the effective number of clusters. `minimum_detectable` is the smallest true ratio that
    would be found four times in five.
    `p`, `lead_p`, `same_week_p` are two-sided. `spells` and `days` are sick leave above the level at calm clients.
    """

    status: str
    reasons: tuple[str, ...] = ()
    claimed: bool = False
    ratio: Ratio | None = None
    p: float | None = None
    dose_only: Ratio | None = None
    windows: tuple[Window, ...] = ()
    lead_p: float | None = None
    same_week_p: float | None = None
    agents: int | None = 0
    onsets: int | None = 0
    clients: int = 0
    weeks: int = 0
    effective_agents: float | None = None
    minimum_detectable: float | None = None
    low_power: bool = False
    e_value: float | None = None
    e_value_limit: float | None = None
    spells: Amount | None = None
    days: Amount | None = None


@dataclass(frozen=True, slots=True)
class ClientRatio:
    """How often spells begin after work for one client, against the hour-weighted others.

    `client` is 0 for the others pooled. `status` is "estimated" or "not-enough-data"; `p` is one-sided (more spells) and
    never published, `claimed` by Benjamini–Hochberg over the tested clients. Nothing else that follows from the error
    is kept, such as the smallest ratio that would be found: beside a rounded interval it tells the number of spells.
    """

    client: int
    status: str
    ratio: Ratio | None = None
    p: float | None = None
    claimed: bool = False


def plain(record: Any) -> dict[str, Any]:
    """A record as JSON takes it."""
    return asdict(record)
