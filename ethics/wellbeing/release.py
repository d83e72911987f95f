"""A published quarter as a record, and as canonical JSON: rounded before it is stored, so that nothing finer exists."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from ethics.disclosure import Figures
from ethics.wellbeing.results import CLIENT_DECIMALS, DECIMALS, Amount, ClientRatio, Headline, Ratio, Window

#: Of what is published and how it is computed; raised when either changes.
METHOD: Final = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """Sick leave of a quarter at a client, or in a team at a client. `figures` is None when they are not shown."""

    client: int
    name: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Month:
    """Sick leave of a month in the whole company."""

    first: dt.date
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class YearRatios:
    """How often spells begin after work for each client, over a calendar year; client 0 is the others pooled."""

    year: int
    lines: tuple[ClientRatio, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """What was published of a quarter: the tree company > client > team, the headline, perhaps a year's ratios.

    `clients` and `teams` hold every one that had people, also those not shown. `day_cost` in cents; `euros` are the
    headline's days times it.
    """

    quarter: str
    first: dt.date
    last: dt.date
    published_on: dt.date
    method: int
    total: Figures | None
    clients: tuple[Cell, ...]
    teams: tuple[Cell, ...]
    months: tuple[Month, ...]
    headline: Headline
    ratios: YearRatios | None = None
    day_cost: int | None = None
    euros: Amount | None = None

    def of_client(self, client_id: int) -> Cell | None:
        """The client's cell; None when nobody worked there."""
        return next((cell for cell in self.clients if cell.client == client_id), None)


def write(release: Release) -> tuple[str, str]:
    """Canonical JSON and its SHA-256: the same release gives the same bytes. Raises ValueError for what is no number."""
    content = json.dumps(
        asdict(release), default=_day, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return content, digest(content)


def digest(content: str) -> str:
    """SHA-256 of a stored release."""
    return hashlib.sha256(content.encode()).hexdigest()


def read(content: str) -> Release:
    """The record that `write` wrote."""
    told: dict[str, Any] = json.loads(content)
    ratios = told["ratios"]
    return Release(
        quarter=told["quarter"],
        first=dt.date.fromisoformat(told["first"]),
        last=dt.date.fromisoformat(told["last"]),
        published_on=dt.date.fromisoformat(told["published_on"]),
        method=told["method"],
        total=_figures(told["total"]),
        clients=tuple(Cell(one["client"], one["name"], _figures(one["figures"])) for one in told["clients"]),
        teams=tuple(Cell(one["client"], one["name"], _figures(one["figures"])) for one in told["teams"]),
        months=tuple(Month(dt.date.fromisoformat(one["first"]), _figures(one["figures"])) for one in told["months"]),
        headline=_headline(told["headline"]),
        ratios=YearRatios(ratios["year"], tuple(_client_ratio(line) for line in ratios["lines"])) if ratios else None,
        day_cost=told["day_cost"],
        euros=_made(Amount, told["euros"]),
    )


def rounded(headline: Headline) -> Headline:
    """As it is published: ratios as they are shown, p to three decimals, amounts to whole ones, sick leaves begun to tens."""
    return replace(
        headline,
        onsets=None if headline.onsets is None else round(headline.onsets, -1),
        ratio=_ratio(headline.ratio, DECIMALS),
        p=_to(headline.p, 3),
        dose_only=_ratio(headline.dose_only, DECIMALS),
        windows=tuple(replace(window, ratio=_ratio(window.ratio, DECIMALS)) for window in headline.windows),
        lead_p=_to(headline.lead_p, 3),
        same_week_p=_to(headline.same_week_p, 3),
        effective_agents=_to(headline.effective_agents, 0),
        minimum_detectable=_to(headline.minimum_detectable, 2),
        e_value=_to(headline.e_value, 2),
        e_value_limit=_to(headline.e_value_limit, 2),
        spells=_amount(headline.spells),
        days=_amount(headline.days),
    )


def without_counts(headline: Headline) -> Headline:
    """Without what tells how many people and sick leaves there are: for a company too small for figures."""
    return replace(headline, agents=None, onsets=None, effective_agents=None, minimum_detectable=None)


def rounded_client(line: ClientRatio) -> ClientRatio:
    """As it is published: to one decimal, because two give the exact number of spells away, and so would p."""
    return replace(line, ratio=_ratio(line.ratio, CLIENT_DECIMALS), p=None)


def euros(days: Amount | None, cents: int | None) -> Amount | None:
    """What so many days cost, in whole euros."""
    if days is None or cents is None:
        return None
    return Amount(*(float(round(number * cents / 100)) for number in (days.mean, days.low, days.high)))


def _day(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _to(number: float | None, decimals: int) -> float | None:
    return None if number is None else round(float(number), decimals)


def _ratio(ratio: Ratio | None, decimals: int) -> Ratio | None:
    return None if ratio is None else ratio.rounded(decimals)


def _amount(amount: Amount | None) -> Amount | None:
    return None if amount is None else Amount(*(float(round(n)) for n in (amount.mean, amount.low, amount.high)))


def _made(kind: Any, told: dict[str, Any] | None) -> Any:
    return None if told is None else kind(**told)


def _figures(told: dict[str, int] | None) -> Figures | None:
    found: Figures | None = _made(Figures, told)
    return found


def _headline(told: dict[str, Any]) -> Headline:
    return Headline(
        **{
            **told,
            "reasons": tuple(told["reasons"]),
            "ratio": _made(Ratio, told["ratio"]),
            "dose_only": _made(Ratio, told["dose_only"]),
            "windows": tuple(Window(w["first"], w["last"], _made(Ratio, w["ratio"])) for w in told["windows"]),
            "spells": _made(Amount, told["spells"]),
            "days": _made(Amount, told["days"]),
        }
    )


def _client_ratio(told: dict[str, Any]) -> ClientRatio:
    """A line; the first releases also held the smallest ratio that would be found, which nobody reads any more."""
    known = {name: value for name, value in told.items() if name != "minimum_detectable"}
    return ClientRatio(**{**known, "ratio": _made(Ratio, told["ratio"])})
