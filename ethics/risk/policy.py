"""The risk policy: the numbers by which evidence about a client becomes a score, read from `policy.toml`.

Units: rates are severity-weighted mismatches per 1,000 contacts, scores run from 0 (fair play) to 100, time
is in weeks unless the name says days. Reading is strict: an unknown key is a mistake, never ignored, because
a misspelt limit would quietly change what a client is told.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ethics.language import mark
from ethics.risk.policy_table import WHOLE, PolicyTable
from ethics.risk.policy_table import PolicyError as PolicyError  # noqa: PLC0414 - raised here, caught by this name

DEFAULT_PATH = Path(__file__).with_name("policy.toml")

BANDS = ("fair_play", "watch", "remedy", "no_thanks")
MISMATCH_DIMENSIONS = ("product_truth", "sales_conduct", "customer_rights", "enablement")
READING_DIMENSIONS = ("response", "agent_burden")
DIMENSIONS = MISMATCH_DIMENSIONS + READING_DIMENSIONS

# M01 and M02 are normal work (design §2, rule 1): no policy may count them.
NORMAL_WORK = ("M01", "M02")
SCORED_CATEGORIES = tuple(f"M{number:02}" for number in range(3, 13))

RISING = mark("In {table}, {key} must start with 0, go on above 0 and never fall; it is {value}.")
LOWER = mark(
    "In {table}, {key} must be lower than the limit of the next band, the last of which ends at 100; it is {value}."
)
ADD_UP = mark("In {table}, {key} must add up to 1; it is {value}.")
SIX = mark("The weights of the six dimensions must add up to 1.")


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
class ResponseRules:
    """How a client's answers and repairs are read: see `policy.toml`."""

    grace_days: int
    late: float
    prior_matters: float
    prior_share: float


@dataclass(frozen=True, slots=True)
class BurdenRules:
    """How published ratios of sick leave are read: see `policy.toml`. A policy of before they counted has these."""

    prior_sd: float = 0.3
    longest_years: int = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """A validated policy. `dimensions` is in the order of DIMENSIONS; `bands` holds each band's upper limit.

    `weakest_link` is the part of the score that the worst dimension alone decides; `withdrawn_weight` is what a
    mismatch still counts when its promise has been withdrawn.
    """

    version: int
    half_life_weeks: float
    window_weeks: int
    severity_weights: tuple[float, float, float, float, float]
    weakest_link: float
    withdrawn_weight: float
    bands: Mapping[str, float]
    floors: Floors
    prior: Prior
    dimensions: Mapping[str, Dimension]
    response: ResponseRules
    burden: BurdenRules = BurdenRules()

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
        raise PolicyError(
            mark("The policy {file} cannot be read: {why}."), file=str(path), why=error.strerror
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(
            mark("The policy {file} is not valid TOML: {why}."), file=str(path), why=str(error)
        ) from error
    return read_policy(content)


def read_policy(content: Mapping[str, object]) -> Policy:
    """Validate a policy that is at hand as nested tables. Raises PolicyError as `load_policy` does."""
    return _policy(PolicyTable(WHOLE, content))


def written(policy: Policy) -> dict[str, object]:
    """The nested tables that `read_policy` reads back as the same policy; plain enough for JSON."""
    dimensions: dict[str, object] = {
        name: {"weight": d.weight}
        if d.reference is None
        else {"weight": d.weight, "categories": list(d.categories), "reference": d.reference}
        for name, d in policy.dimensions.items()
    }
    return {
        "version": policy.version,
        "half_life_weeks": policy.half_life_weeks,
        "window_weeks": policy.window_weeks,
        "severity_weights": list(policy.severity_weights),
        "weakest_link": policy.weakest_link,
        "withdrawn_weight": policy.withdrawn_weight,
        "bands": {name: policy.bands[name] for name in BANDS[:-1]},
        "floors": asdict(policy.floors),
        "prior": {**asdict(policy.prior), "severity_shares": list(policy.prior.severity_shares)},
        "dimensions": dimensions,
        "response": asdict(policy.response),
        "burden": asdict(policy.burden),
    }


def _policy(table: PolicyTable) -> Policy:
    keys = ("version", "half_life_weeks", "window_weeks", "severity_weights", "weakest_link", "withdrawn_weight")
    # Policies that were put in force before agent burden was measured have no table of it.
    burden = [key for key in ("burden",) if key in table.content]
    table.has_exactly(*keys, "bands", "floors", "prior", "dimensions", "response", *burden)
    weights = table.numbers("severity_weights", 5)
    if weights[0] != 0 or not 0 < weights[1] <= weights[2] <= weights[3] <= weights[4]:
        table.refuse(RISING, "severity_weights")
    return Policy(
        version=table.integer("version"),
        half_life_weeks=table.above("half_life_weeks", 0),
        window_weeks=table.integer("window_weeks"),
        severity_weights=(weights[0], weights[1], weights[2], weights[3], weights[4]),
        weakest_link=table.share("weakest_link"),
        withdrawn_weight=table.share("withdrawn_weight"),
        bands=_bands(table.table("bands")),
        floors=_floors(table.table("floors")),
        prior=_prior(table.table("prior")),
        dimensions=_dimensions(table.table("dimensions")),
        response=_response(table.table("response")),
        burden=_burden(table.table("burden")) if burden else BurdenRules(),
    )


def _bands(table: PolicyTable) -> dict[str, float]:
    table.has_exactly(*BANDS[:-1])
    limits = [table.above(name, 0, 100) for name in BANDS[:-1]] + [100.0]
    for name, below, above in zip(BANDS, limits, limits[1:], strict=False):
        if below >= above:
            table.refuse(LOWER, name)
    return dict(zip(BANDS, limits, strict=True))


def _floors(table: PolicyTable) -> Floors:
    table.has_exactly("proved_severity_4", "failed_knockout")
    return Floors(table.choice("proved_severity_4", BANDS), table.choice("failed_knockout", BANDS))


def _prior(table: PolicyTable) -> Prior:
    table.has_exactly("contacts", "rate", "severity_shares")
    shares = table.numbers("severity_shares", 4)
    if not math.isclose(sum(shares), 1, abs_tol=1e-9):
        table.refuse(ADD_UP, "severity_shares")
    return Prior(table.above("contacts", 0), table.above("rate", 0), (shares[0], shares[1], shares[2], shares[3]))


def _response(table: PolicyTable) -> ResponseRules:
    table.has_exactly("grace_days", "late", "prior_matters", "prior_share")
    return ResponseRules(
        grace_days=table.integer("grace_days"),
        late=table.share("late"),
        prior_matters=table.above("prior_matters", 0),
        prior_share=table.above("prior_share", 0, 0.99),
    )


def _burden(table: PolicyTable) -> BurdenRules:
    table.has_exactly("prior_sd", "longest_years")
    return BurdenRules(prior_sd=table.above("prior_sd", 0, 2), longest_years=table.integer("longest_years"))


def _dimensions(table: PolicyTable) -> dict[str, Dimension]:
    table.has_exactly(*DIMENSIONS)
    dimensions = {name: _dimension(name, table.table(name)) for name in DIMENSIONS}
    if not math.isclose(sum(d.weight for d in dimensions.values()), 1, abs_tol=1e-9):
        raise PolicyError(SIX)
    listed = [category for dimension in dimensions.values() for category in dimension.categories]
    for category in listed:
        if category in NORMAL_WORK:
            raise PolicyError(mark("{category} is normal work and may not belong to any dimension."), category=category)
        if category not in SCORED_CATEGORIES:
            raise PolicyError(mark("{category} is not a category: use M03 to M12."), category=category)
        if listed.count(category) > 1:
            raise PolicyError(mark("{category} is listed twice: a mismatch counts once."), category=category)
    missing = [category for category in SCORED_CATEGORIES if category not in listed]
    if missing:
        raise PolicyError(mark("No dimension holds {missing}: every category from M03 on must count."), missing=missing)
    return dimensions


def _dimension(name: str, table: PolicyTable) -> Dimension:
    if name in READING_DIMENSIONS:
        table.has_exactly("weight")
        return Dimension(name, table.above("weight", 0), (), None)
    table.has_exactly("weight", "categories", "reference")
    weight, reference = table.above("weight", 0), table.above("reference", 0)
    return Dimension(name, weight, table.texts("categories"), reference)
