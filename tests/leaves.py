"""What a verb returned, taken apart down to plain values, and the secrets that are among them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

import numpy as np
import pandas as pd

from ethics.database import Table
from ethics.language import reader
from ethics.wellbeing.rows import Rows
from ethics.workforce.absence import Runs
from ethics.workforce.panel import Panel
from ethics.workforce.quarters import Roster
from tests.papers import text_of

#: Arrays of people, which live for the length of one computation.
INNER: Final = (Panel, Roster, Runs, Rows)


def leaves(value: Any, seen: set[int]) -> Iterator[Any]:
    """Everything that a returned value holds, down to plain values."""
    assert not isinstance(value, INNER), type(value).__name__
    if id(value) in seen:
        return
    if isinstance(value, str | bytes | int | float | bool | dt.date | Enum) or value is None:
        yield value
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(key, seen)
            yield from leaves(inner, seen)
    elif isinstance(value, np.ndarray):
        yield from leaves(value.tolist(), seen)
    elif isinstance(value, pd.DataFrame | pd.Series):
        yield from leaves(value.to_dict(), seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from leaves(getattr(value, part.name), seen)
    elif isinstance(value, Table):
        yield from leaves(value.model_dump(), seen)
    elif isinstance(value, list | tuple | set | frozenset) or hasattr(value, "__next__"):
        for inner in value:
            yield from leaves(inner, seen)
    else:
        raise AssertionError(f"{type(value).__name__}: this walk cannot look into it")


def ways(day: dt.date) -> set[str]:
    """How a day may be written."""
    return {day.isoformat(), *(reader(language).date(day) for language in ("en", "fi"))}


def betrayed(leaf: Any, secret: set[Any]) -> set[Any]:
    """What of `secret` a value is, or holds somewhere in its text."""
    if isinstance(leaf, bytes):
        leaf = text_of(leaf) if leaf.startswith(b"%PDF-") and b"%%EOF" in leaf else leaf.decode("utf-8", "replace")
    if isinstance(leaf, str):
        return {word for word in secret if isinstance(word, str) and word in leaf}
    return {leaf} & secret if isinstance(leaf, int | dt.date) else set()
