"""`make fuzz`: the attacks on releases of absence with 2,000 examples each, other ones every time.

`python -m tests.fuzz 500` tries 500.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ethics.disclosure import publish_months
from tests.attacks import ATTACKS, released, worlds
from tests.month_attacks import MONTH_ATTACKS, Months, months

EXAMPLES = 2_000


def fuzz(what: st.SearchStrategy[Any], release: Callable[[Any], Any], attacks: Sequence[Any], examples: int) -> None:
    """Runs every attack against as many worlds; the first that succeeds is shown with its smallest world."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(what)
    def attempt(of: Any) -> None:
        told = release(of)
        for attack in attacks:
            attack(of, told)

    start = time.perf_counter()
    attempt()
    names = ", ".join(attack.__name__ for attack in attacks)
    print(f"No attack succeeded in {examples} worlds, {time.perf_counter() - start:.0f} s: {names}")


def month_table(of: Months) -> Any:
    return publish_months(of.team, of.client_of, of.by_month, None, of.known)


def main(examples: int = EXAMPLES) -> None:
    """All attacks on quarters, then on months."""
    fuzz(worlds(), released, ATTACKS, examples)
    fuzz(months(), month_table, MONTH_ATTACKS, examples)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
