"""The client file: everything that is known of one client at one date, in one frozen record.

The Client page, the review snapshot and the PDF read this record and nothing else, so that screen and paper cannot
disagree. It holds codes and figures, no sentences: `reports.words` says them in the reader's language. It holds no
reporter and no agent; of absence only what was published, for people who may see that. Weeks are Mondays; rates are mismatches per 1,000 contacts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Final

from reports import wellbeing_lines
from reports.wellbeing_lines import WellbeingLines

SCHEMA: Final = 1


@dataclass(frozen=True)
class DimensionLine:
    """One dimension of the score; `score` is None while the dimension is not known.

    `evidence`: the decayed mismatches of severity 0 to 4 behind it; empty for one that is read from elsewhere. `matters`
    of the response: how many went wrong, and how many there were, decayed.
    """

    name: str
    score: float | None
    low: float | None
    high: float | None
    contribution: float
    evidence: tuple[float, ...] = ()
    matters: tuple[float, ...] = ()


@dataclass(frozen=True)
class WeekLine:
    """Contacts and confirmed mismatches of one week, and how many were to be expected (95 weeks of 100).

    The expectation is the alarm's, from weeks before; None while too little was known.
    """

    week_start: dt.date
    contacts: int
    mismatches: int
    expected: float | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class PromiseLine:
    """A promise, its verdict, and how many confirmed mismatches were tied to it.

    One proved broken is `still_sold` until it is withdrawn. Reviews made before that was kept have the defaults.
    """

    text: str
    product: str
    source: str
    from_date: dt.date | None
    until_date: dt.date | None
    verdict: str
    mismatches: int
    campaign: str = ""
    still_sold: bool = False
    withdrawn_on: dt.date | None = None
    verdict_on: dt.date | None = None


@dataclass(frozen=True)
class CategoryLine:
    """Flags of one category in the score's window, by what triage made of them."""

    category: str
    open: int
    confirmed: int
    dismissed: int


@dataclass(frozen=True)
class Quote:
    """What an agent wrote of a confirmed mismatch; the week only, never the day or the writer."""

    category: str
    severity: int
    week_start: dt.date
    text: str


@dataclass(frozen=True)
class CheckLine:
    """The result of one filled-in checklist. `share` is 0–1 of the weight answered in the client's favour.

    `title` and the questions of the failed absolute requirements (in their order) are texts by language, as the
    checklist had them when this record was gathered: a review keeps its words when the checklist changes.
    """

    checklist: str
    done_on: dt.date
    share: float | None
    answered: int
    of: int
    failed_knockouts: tuple[str, ...]
    conclusion: str
    title: Mapping[str, str] = field(default_factory=dict)
    failed_questions: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class HistoryLine:
    """The score at the end of a week, as it was known then, by the policy of that version."""

    as_of: dt.date
    score: float | None
    low: float | None
    high: float | None
    policy_version: int = 0


@dataclass(frozen=True)
class AlarmMark:
    """An alarm: raised by the weeks from `since` to `week` (Mondays). `open`: somebody still has to look."""

    week: dt.date
    since: dt.date
    statistic: float
    threshold: float
    open: bool


@dataclass(frozen=True)
class ChangeLine:
    """What would change the score: a promise withdrawn, a question answered, requirements met, flags decided.

    `text` is the promise or the question; `n` counts flags; `items` are the requirements' codes.
    """

    kind: str
    score: float
    band: str
    text: str = ""
    n: int = 0
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class SilenceLine:
    """Fewer flags than one would expect from `from_date` to `until_date`: by a client's `size` or its own `history`."""

    by: str
    observed: int
    expected: float
    from_date: dt.date
    until_date: dt.date


@dataclass(frozen=True)
class EventLine:
    """Something that was done about the client: broken, withdrawn, check or review; `text` says which one."""

    day: dt.date
    kind: str
    text: str = ""


@dataclass(frozen=True)
class EarlierReview:
    """The review before this one: what a change is measured against."""

    number: str
    as_of: dt.date
    score: float | None
    band: str
    rate_mean: float


@dataclass(frozen=True)
class ClientFile:
    """What is known of a client. `score` and its interval are None while nothing is known (band `unknown`).

    `wellbeing` is None before the first published quarter, and for people who see no sick leave.
    """

    name: str
    business_id: str | None
    sector: str | None
    since: dt.date | None
    status: str
    as_of: dt.date
    data_from: dt.date | None
    policy_version: int
    score: float | None
    low: float | None
    high: float | None
    band: str
    band_limits: tuple[float, float, float]
    floor: str | None
    weakest: str | None
    dimensions: tuple[DimensionLine, ...]
    contributions: tuple[tuple[str, float], ...]
    unknown: tuple[str, ...]
    rate_mean: float
    rate_low: float
    rate_high: float
    contacts: int
    mismatches: int
    position: int | None
    clients: int
    open_flags: int
    overdue_flags: int
    normal_work: int
    weeks: tuple[WeekLine, ...]
    history: tuple[HistoryLine, ...]
    categories: tuple[CategoryLine, ...]
    promises: tuple[PromiseLine, ...]
    quotes: tuple[Quote, ...]
    checks: tuple[CheckLine, ...]
    earlier: EarlierReview | None
    alarms: tuple[AlarmMark, ...] = ()
    would_change: tuple[ChangeLine, ...] = ()
    silence: SilenceLine | None = None
    events: tuple[EventLine, ...] = ()
    wellbeing: WellbeingLines | None = None


_PARTS: Final[dict[str, type[Any]]] = {
    "dimensions": DimensionLine,
    "weeks": WeekLine,
    "history": HistoryLine,
    "categories": CategoryLine,
    "promises": PromiseLine,
    "quotes": Quote,
    "checks": CheckLine,
    "alarms": AlarmMark,
    "would_change": ChangeLine,
    "events": EventLine,
}


def to_json(value: Any) -> Any:
    """A record as plain JSON values: dates in ISO form, tuples as lists."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return to_json(asdict(value)) if hasattr(value, "__dataclass_fields__") else value


def from_json(data: Mapping[str, Any]) -> ClientFile:
    """The record that `to_json` wrote; raises KeyError when a field is missing that was there from the start."""
    found: dict[str, Any] = {
        part.name: data[part.name] for part in fields(ClientFile) if part.name in data or part.default is MISSING
    }
    for name, part in _PARTS.items():
        found[name] = tuple(_part(part, item) for item in data.get(name, ()))
    for name, one in (("earlier", EarlierReview), ("silence", SilenceLine)):
        found[name] = _part(one, data[name]) if data.get(name) else None
    found["wellbeing"] = wellbeing_lines.read(data["wellbeing"]) if data.get("wellbeing") else None
    found["contributions"] = tuple((name, points) for name, points in data["contributions"])
    found["unknown"] = tuple(data["unknown"])
    found["band_limits"] = tuple(data["band_limits"])
    return ClientFile(**_dated(ClientFile, found))


def _part(kind: type[Any], data: Mapping[str, Any]) -> Any:
    return kind(**_dated(kind, {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}))


def _dated(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Give the fields that are dates their dates back."""
    days = {part.name for part in fields(kind) if "dt.date" in str(part.type)}
    return {
        name: dt.date.fromisoformat(value) if name in days and isinstance(value, str) else value
        for name, value in values.items()
    }
