"""The numbers of a policy that may be changed: what each is called, what it does, its unit and its range.

A path leads to each in the nested tables of `ethics.risk.policy.written` ("bands.watch", "severity_weights.3").
Ranges are as pages write the number: shares as per cent. Which category counts in which dimension is not changed
here, because it follows from what the categories mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ethics.language import Sentence, mark, sentence
from ethics.mismatches.words import SEVERITY_WORDS
from ethics.risk.policy import DIMENSIONS, MISMATCH_DIMENSIONS
from ethics.risk.words import DIMENSION_NAMES

UNIT_NAMES: Final = {
    "points": mark("points"),
    "share": "%",
    "weeks": mark("weeks"),
    "days": mark("days"),
    "contacts": mark("contacts"),
    "matters": mark("matters"),
    "rate": mark("per 1,000 contacts"),
    "weight": mark("weight"),
    "log": mark("log ratio"),
    "years": mark("years"),
}
#: The unit of a field whose value is a band.
BAND: Final = "band"


@dataclass(frozen=True, slots=True)
class Field:
    """One number, or band. `short` is its name where its group or dimension is named beside it."""

    path: str
    name: Sentence
    short: Sentence
    unit: str
    help: str
    least: float
    most: float
    step: float

    @property
    def whole(self) -> bool:
        """Whether the policy takes whole numbers only."""
        return self.path in ("window_weeks", "response.grace_days", "burden.longest_years")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; `says` is what they do to a score."""

    key: str
    name: str
    says: str
    fields: tuple[Field, ...]


def _field(
    path: str,
    name: str | Sentence,
    unit: str,
    explained: str,
    least: float = 0,
    most: float = 100,
    step: float = 1,
    *,
    short: str | Sentence = "",
) -> Field:
    whole = name if isinstance(name, Sentence) else Sentence(name)
    brief = short if isinstance(short, Sentence) else Sentence(short) if short else whole
    return Field(path, whole, brief, unit, explained, least, most, step)


def _weight(dimension: str) -> Field:
    return _field(
        f"dimensions.{dimension}.weight",
        sentence("{dimension}: weight", dimension=Sentence(DIMENSION_NAMES[dimension])),
        "share",
        mark("The dimension's share of the weighted mean."),
        1,
        95,
        short=mark("Weight"),
    )


def _reference(dimension: str) -> Field:
    return _field(
        f"dimensions.{dimension}.reference",
        sentence("{dimension}: rate that scores 50", dimension=Sentence(DIMENSION_NAMES[dimension])),
        "rate",
        mark("Mismatches per 1,000 contacts, each counted by its severity, at which the dimension scores 50."),
        0.1,
        100,
        0.1,
        short=mark("Scores 50 at"),
    )


def _severity(severity: int) -> Field:
    return _field(
        f"severity_weights.{severity}",
        sentence("Weight of severity {severity}", severity=severity),
        "weight",
        mark("How much one such mismatch weighs."),
        0.5,
        200,
        0.5,
        short=sentence("{severity} · {word}", severity=severity, word=Sentence(SEVERITY_WORDS[severity])),
    )


def _believed(severity: int) -> Field:
    return _field(
        f"prior.severity_shares.{severity - 1}",
        sentence("Believed share of severity {severity}", severity=severity),
        "share",
        mark("The part of the believed mismatches that is of this severity."),
        short=sentence("{severity} · {word}", severity=severity, word=Sentence(SEVERITY_WORDS[severity])),
    )


_FLOOR: Final = mark("The score is at least where this band begins, whatever the mean.")
WEIGHTS: Final = tuple(_weight(name) for name in DIMENSIONS)
REFERENCES: Final = {name: _reference(name) for name in MISMATCH_DIMENSIONS}
SEVERITIES: Final = tuple(_severity(severity) for severity in range(1, 5))
BELIEVED: Final = tuple(_believed(severity) for severity in range(1, 5))
BANDS: Final = (
    _field("bands.fair_play", mark("Watch begins at"), "points", mark("Below this a client is in “Fair play”."), 1, 99),
    _field(
        "bands.watch", mark("Remedy begins at"), "points", mark("From here on the client is asked to repair."), 1, 99
    ),
    _field("bands.remedy", mark("No thanks begins at"), "points", mark("From here on we ask whether to go on."), 1, 99),
)
COUNTING: Final = (
    _field(
        "half_life_weeks",
        mark("Half-life"),
        "weeks",
        mark("After so long a mismatch, and a contact, counts half."),
        4,
        260,
    ),
    _field("window_weeks", mark("Window"), "weeks", mark("What is older than this does not count at all."), 13, 520),
    _field(
        "withdrawn_weight",
        mark("Weight once withdrawn"),
        "share",
        mark("What a mismatch still counts once its promise has been shown withdrawn: repairing is worth something."),
    ),
    _field(
        "weakest_link",
        mark("Weakest link"),
        "share",
        mark("The part of the score that the worst dimension alone decides; the weighted mean decides the rest."),
    ),
)
FLOORS: Final = (
    _field("floors.proved_severity_4", mark("A proved mismatch of severity 4 lifts to"), BAND, _FLOOR),
    _field("floors.failed_knockout", mark("A failed absolute requirement lifts to"), BAND, _FLOOR),
)
PRIOR: Final = (
    _field(
        "prior.contacts",
        mark("The belief is worth"),
        "contacts",
        mark("With so many contacts a client is judged half by its own evidence and half by the belief."),
        100,
        100_000,
        100,
    ),
    _field(
        "prior.rate",
        mark("Believed rate, of the rate that scores 50"),
        "share",
        mark("How many mismatches we believe in before we have seen any."),
        1,
        200,
    ),
)
RESPONSE: Final = (
    _field(
        "response.grace_days",
        mark("Time to repair"),
        "days",
        mark("A promise withdrawn so soon after its verdict has been repaired in time."),
        1,
        365,
    ),
    _field(
        "response.late",
        mark("A late answer or repair counts"),
        "share",
        mark("How much of one matter gone wrong. An answer that never came counts whole."),
    ),
    _field(
        "response.prior_share",
        mark("Believed to go wrong"),
        "share",
        mark("The part of matters that we believe goes wrong before we have seen any."),
        1,
        99,
    ),
    _field(
        "response.prior_matters",
        mark("That belief is worth"),
        "matters",
        mark("With so many matters a client is judged half by them and half by the belief."),
        0.5,
        50,
        0.5,
    ),
)
BURDEN: Final = (
    _field(
        "burden.prior_sd",
        mark("Believed spread of clients"),
        "log",
        mark("With 0.3, 19 clients of 20 are believed to lie between 0.6 and 1.8 times as often as the others."),
        0.1,
        2,
        0.1,
    ),
    _field(
        "burden.longest_years",
        mark("A year’s ratios hold for"),
        "years",
        mark("So long after the end of its year a ratio counts, unless a newer year is published."),
        2,
        5,
    ),
)
GROUPS: Final = (
    Group(
        "bands",
        mark("Bands"),
        mark("A score runs from 0, fair play, to 100. Its band is read off the whole number that pages show."),
        BANDS,
    ),
    Group(
        "dimensions",
        mark("What weighs how much"),
        mark("The six weights add up to 100%. A dimension that is not known is left out, and the others weigh more."),
        tuple(f for name, weight in zip(DIMENSIONS, WEIGHTS, strict=True) for f in (weight, REFERENCES.get(name)) if f),
    ),
    Group(
        "counting",
        mark("How mismatches count"),
        mark("A graver mismatch weighs more, and an older one less. Severity 0 is normal work and never counts."),
        SEVERITIES + COUNTING,
    ),
    Group(
        "floors",
        mark("Floors"),
        mark("Some things outweigh any mean: they lift a score to where a band begins."),
        FLOORS,
    ),
    Group(
        "prior",
        mark("Belief before evidence"),
        mark(
            "What we believe of a client in each dimension before we have seen it. Its own evidence soon outweighs it."
        ),
        PRIOR + BELIEVED,
    ),
    Group(
        "response",
        mark("How answers and repairs count"),
        mark("A matter is a question that has come due, or a promise proved broken."),
        RESPONSE,
    ),
    Group(
        "burden",
        mark("How agent burden counts"),
        mark(
            "Of the sick leave begun in its work, the share that goes together with the client: published ratios only."
        ),
        BURDEN,
    ),
)
FIELDS: Final = {field.path: field for group in GROUPS for field in group.fields}
