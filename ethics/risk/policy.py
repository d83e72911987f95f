"""The risk policy: the numbers by which evidence about a client becomes a score, read from `policy.toml`.

Units: rates are severity-weighted mismatches per 1,000 contacts, scores run from 0 (fair play) to 100, time
is in weeks unless the name says days. Reading is strict: an unknown key is a mistake, never ignored, because
a misspelt limit would quietly change what a client is told.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeGuard

DEFAULT_PATH = Path(__file__).with_name("policy.toml")

BANDS = ("fair_play", "watch", "remedy", "no_thanks")
MISMATCH_DIMENSIONS = ("product_truth", "sales_conduct", "customer_rights", "enablement")
READING_DIMENSIONS = ("response", "agent_burden")
DIMENSIONS = MISMATCH_DIMENSIONS + READING_DIMENSIONS

# M01 and M02 are normal work (design §2, rule 1): no policy may count them.
NORMAL_WORK = ("M01", "M02")
SCORED_CATEGORIES = tuple(f"M{number:02}" for number in range(3, 13))


class PolicyError(ValueError):
    """The policy cannot be used; the message says which value is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One side of fair play; without categories and reference if it is measured elsewhere."""

    name: str
    weight: float
    categories: tuple[str, ...]
    reference: float | None


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a client before any evidence, per mismatch dimension.

    `contacts`: how many contacts the belief is worth; `rate`: its severity-weighted rate as a share of the
    dimension's reference; `severity_shares`: how mismatches divide over severities 1 to 4.
    """

    contacts: float
    rate: float
    severity_shares: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Floors:
    """The bands to whose start a score is lifted, whatever the mean."""

    proved_severity_4: str
    failed_knockout: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A validated policy. `dimensions` is in the order of DIMENSIONS; `bands` holds each band's upper limit.

    `weakest_link` is the part of the score that the worst dimension alone decides.
    """

    version: int
    half_life_weeks: float
    window_weeks: int
    severity_weights: tuple[float, float, float, float, float]
    weakest_link: float
    bands: Mapping[str, float]
    floors: Floors
    prior: Prior
    dimensions: Mapping[str, Dimension]

    def lower_limit(self, band: str) -> float:
        """Return the score at which a band starts."""
        position = BANDS.index(band)
        return 0.0 if position == 0 else self.bands[BANDS[position - 1]]

    def dimension_of(self, category: str) -> str | None:
        """Return the dimension that a category counts in; None for normal work (M01, M02)."""
        for dimension in self.dimensions.values():
            if category in dimension.categories:
                return dimension.name
        return None


def load_policy(path: Path | str = DEFAULT_PATH) -> Policy:
    """Read and validate a policy file. Raises PolicyError for anything missing, unknown or senseless."""
    try:
        with Path(path).open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise PolicyError(f"The policy {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"The policy {path} is not valid TOML: {error}.") from error
    return _policy(_Table("the policy", content))


def _policy(table: _Table) -> Policy:
    keys = ("version", "half_life_weeks", "window_weeks", "severity_weights", "weakest_link")
    table.has_exactly(*keys, "bands", "floors", "prior", "dimensions")
    weights = table.numbers("severity_weights", 5, least=0)
    if weights[0] != 0 or not 0 < weights[1] <= weights[2] <= weights[3] <= weights[4]:
        table.refuse("severity_weights", "must start with 0, go on above 0 and never fall")
    return Policy(
        version=table.integer("version"),
        half_life_weeks=table.number("half_life_weeks", above=0),
        window_weeks=table.integer("window_weeks"),
        severity_weights=(weights[0], weights[1], weights[2], weights[3], weights[4]),
        weakest_link=table.number("weakest_link", least=0, most=1),
        bands=_bands(table.table("bands")),
        floors=_floors(table.table("floors")),
        prior=_prior(table.table("prior")),
        dimensions=_dimensions(table.table("dimensions")),
    )


def _bands(table: _Table) -> dict[str, float]:
    table.has_exactly(*BANDS[:-1])
    limits = [table.number(name, above=0, most=100) for name in BANDS[:-1]] + [100.0]
    for name, below, above in zip(BANDS, limits, limits[1:], strict=False):
        if below >= above:
            table.refuse(name, "must be lower than the limit of the next band, the last of which ends at 100")
    return dict(zip(BANDS, limits, strict=True))


def _floors(table: _Table) -> Floors:
    table.has_exactly("proved_severity_4", "failed_knockout")
    return Floors(table.choice("proved_severity_4", BANDS), table.choice("failed_knockout", BANDS))


def _prior(table: _Table) -> Prior:
    table.has_exactly("contacts", "rate", "severity_shares")
    shares = table.numbers("severity_shares", 4, least=0)
    if not math.isclose(sum(shares), 1, abs_tol=1e-9):
        table.refuse("severity_shares", "must add up to 1")
    return Prior(
        table.number("contacts", above=0), table.number("rate", above=0), (shares[0], shares[1], shares[2], shares[3])
    )


def _dimensions(table: _Table) -> dict[str, Dimension]:
    table.has_exactly(*DIMENSIONS)
    dimensions = {name: _dimension(name, table.table(name)) for name in DIMENSIONS}
    if not math.isclose(sum(d.weight for d in dimensions.values()), 1, abs_tol=1e-9):
        raise PolicyError("The weights of the six dimensions must add up to 1.")
    listed = [category for dimension in dimensions.values() for category in dimension.categories]
    for category in listed:
        if category in NORMAL_WORK:
            raise PolicyError(f"{category} is normal work and may not belong to any dimension.")
        if category not in SCORED_CATEGORIES:
            raise PolicyError(f"{category} is not a category: use M03 to M12.")
        if listed.count(category) > 1:
            raise PolicyError(f"{category} is listed twice: a mismatch counts once.")
    missing = [category for category in SCORED_CATEGORIES if category not in listed]
    if missing:
        raise PolicyError(f"No dimension holds {', '.join(missing)}: every category from M03 on must count.")
    return dimensions


def _dimension(name: str, table: _Table) -> Dimension:
    if name in READING_DIMENSIONS:
        table.has_exactly("weight")
        return Dimension(name, table.number("weight", above=0), (), None)
    table.has_exactly("weight", "categories", "reference")
    weight, reference = table.number("weight", above=0), table.number("reference", above=0)
    return Dimension(name, weight, table.texts("categories"), reference)


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table that knows its name, so that every refusal can say where it is."""

    name: str
    content: Mapping[str, object]

    def refuse(self, key: str, why: str) -> NoReturn:
        raise PolicyError(f"In {self.name}, {key} {why}; it is {self.content[key]!r}.")

    def has_exactly(self, *keys: str) -> None:
        missing = [key for key in keys if key not in self.content]
        unknown = [key for key in self.content if key not in keys]
        if missing:
            raise PolicyError(f"In {self.name}, {', '.join(missing)} is missing.")
        if unknown:
            raise PolicyError(f"In {self.name}, {', '.join(unknown)} is unknown: use {', '.join(keys)}.")

    def table(self, key: str) -> _Table:
        value = self.content[key]
        if not isinstance(value, dict):
            self.refuse(key, "must be a table")
        return _Table(f"[{key}]" if self.name == "the policy" else f"{self.name[:-1]}.{key}]", value)

    def integer(self, key: str) -> int:
        value = self.content[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.refuse(key, "must be a whole number, 1 or more")
        return value

    def number(self, key: str, *, least: float = -math.inf, above: float = -math.inf, most: float = math.inf) -> float:
        value = self.content[key]
        if not _is_number(value) or value < least or value <= above or value > most:
            limits = (("at least", least), ("above", above), ("at most", most))
            named = " and ".join(f"{word} {limit:g}" for word, limit in limits if math.isfinite(limit))
            self.refuse(key, f"must be a number {named}")
        return float(value)

    def numbers(self, key: str, length: int, *, least: float) -> list[float]:
        value = self.content[key]
        if not isinstance(value, list) or len(value) != length or not all(map(_is_number, value)):
            self.refuse(key, f"must be a list of {length} numbers")
        if min(value) < least:
            self.refuse(key, f"may hold nothing below {least:g}")
        return [float(number) for number in value]

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content[key]
        if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
            self.refuse(key, "must be a list of texts, one or more")
        return tuple(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.content[key]
        if not isinstance(value, str) or value not in choices:
            self.refuse(key, f"must be one of {', '.join(choices)}")
        return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
