"""Copies of modules with one piece of their source changed, and whether an attack then succeeds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ethics.database import Database


def copied(module: ModuleType, old: str, new: str) -> ModuleType:
    """The module once more, with `new` in the one place where its source says `old`."""
    source = inspect.getsource(module)
    assert source.count(old) == 1, f"{source.count(old)} places read: {old}"
    copy = ModuleType(module.__name__)
    exec(compile(source.replace(old, new), "mutant", "exec"), vars(copy))
    return copy


def succeeding(
    what: st.SearchStrategy[Any], attempt: Callable[[Any], Any], examples: int, first: Iterable[Any] = ()
) -> str | None:
    """What the first attack that succeeds says, of the `first` and then of so many examples; None when none does."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(what)
    def search(of: Any) -> None:
        attempt(of)

    try:
        for of in first:
            attempt(of)
        search()
    except AssertionError as found:
        return str(found) or "an assertion"
    return None


def succeeds(what: st.SearchStrategy[Any], attempt: Callable[[Any], Any], examples: int = 150) -> bool:
    """Whether an attack succeeds in one of so many examples."""
    return succeeding(what, attempt, examples) is not None


def in_house(db: Database, attack: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """The attack in a transaction of which nothing stays, with what came of it."""

    def attempt(of: Any) -> Any:
        with db.write() as tx:
            answer = attack(tx, of)
            tx.rollback()
        return answer

    return attempt
