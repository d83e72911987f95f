"""`make fuzz`: the attacks on sick leave and on flags with 2,000 examples each, other ones every time.

`python -m tests.fuzz 500` tries 500.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ethics.database import Database, migrate
from ethics.disclosure import publish_months
from tests import (
    conftest,  # noqa: F401 - a home of its own, before anything asks for one
    frozen_attacks,
    poll_attacks,
    ratio_attacks,
    store_attacks,
)
from tests.attacks import ATTACKS, released, worlds
from tests.month_attacks import MONTH_ATTACKS, Months, months
from tests.mutants import in_house

EXAMPLES = 2_000


def fuzz(what: st.SearchStrategy[Any], release: Callable[[Any], Any], attacks: Sequence[Any], examples: int) -> None:
    """Runs every attack against as many worlds; the first that succeeds is shown with its smallest world."""

    def attempt(of: Any) -> None:
        told = release(of)
        for attack in attacks:
            attack(of, told)

    search(what, attempt, [attack.__name__ for attack in attacks], examples)


def search(what: st.SearchStrategy[Any], attempt: Callable[[Any], Any], names: Sequence[str], examples: int) -> None:
    """Tries as many examples, and says so."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(what)
    def several(of: Any) -> None:
        attempt(of)

    start = time.perf_counter()
    several()
    print(
        f"No attack succeeded in {examples} examples, {time.perf_counter() - start:.0f} s: {', '.join(names)}",
        flush=True,
    )


def month_table(of: Months) -> Any:
    return publish_months(of.team, of.client_of, of.by_month, None, of.known)


#: Attacks that need a house: who furnishes it, what is drawn, and the attack.
HOUSES: tuple[tuple[Callable[[Database], None], st.SearchStrategy[Any], Callable[[Any, Any], Any]], ...] = (
    (frozen_attacks.found, frozen_attacks.pasts(), frozen_attacks.a_published_quarter_stays_as_it_is),
    (store_attacks.found, store_attacks.readings(), store_attacks.nothing_is_shown_that_was_not_published),
    (lambda _db: None, ratio_attacks.fours(), ratio_attacks.four_quarters_of_twenty_are_behind_every_line),
    (poll_attacks.found, poll_attacks.polls(), poll_attacks.looking_twice_shows_nothing),
    (poll_attacks.found, poll_attacks.heaps(), poll_attacks.the_day_is_in_no_list),
)


def main(examples: int = EXAMPLES) -> None:
    """All attacks: on quarters, on months, on client ratios, on what was published, on flags."""
    fuzz(worlds(), released, ATTACKS, examples)
    fuzz(months(), month_table, MONTH_ATTACKS, examples)
    fuzz(ratio_attacks.counts(), lambda of: of.line(), ratio_attacks.COUNT_ATTACKS, examples)
    fuzz(ratio_attacks.years(), ratio_attacks.published, ratio_attacks.YEAR_ATTACKS, examples)
    with tempfile.TemporaryDirectory(prefix="reilu-fuzz-") as folder:
        for place, (furnish, what, attack) in enumerate(HOUSES):
            db = Database(f"sqlite:///{Path(folder) / str(place)}.db")
            migrate(db)
            furnish(db)
            search(what, in_house(db, attack), [attack.__name__], examples)
            db.dispose()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
