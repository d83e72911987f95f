"""A policy as the fields of a form and back, and the difference between two policies. Shares are per cent in fields."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ethics.language import Refused, Sentence, counted, mark, sentence
from ethics.risk.policy import ADD_UP, LOWER, RISING, SIX, Policy, PolicyError, read_policy, written
from ethics.risk.policy_words import BAND, FIELDS, Field
from ethics.risk.words import BAND_NAMES

Value = float | str
Change = tuple[str, Value, Value]

#: What the reader of a file is told by its keys, the reader of a form is told by what the fields are called.
_PLAINLY: Final = {
    LOWER: mark("Each band must begin later than the one before it: Watch, then Remedy, then No thanks."),
    RISING: mark("A graver severity may not weigh less than a milder one."),
    ADD_UP: mark("The believed shares of the four severities must add up to 100%."),
    SIX: mark("The weights of the six dimensions must add up to 100%."),
}


def values(policy: Policy) -> dict[str, Value]:
    """What each field shows of a policy, by its path."""
    content = written(policy)
    return {path: _shown(field, _at(content, path)) for path, field in FIELDS.items()}


def content(policy: Policy, changed: Mapping[str, Value]) -> dict[str, object]:
    """The nested tables of a policy with other values in its fields."""
    tables = written(policy)
    for path, value in changed.items():
        *way, last = path.split(".")
        inner: Any = _at(tables, ".".join(way)) if way else tables
        inner[int(last) if isinstance(inner, list) else last] = _kept(FIELDS[path], value)
    return tables


def read(tables: Mapping[str, object]) -> Policy:
    """The policy in these tables, if every field is within its range. Raises Refused in the words of the form."""
    try:
        policy = read_policy(tables)
    except PolicyError as error:
        if error.sentence.text in _PLAINLY:
            raise Refused(_PLAINLY[error.sentence.text]) from error
        raise
    for path, value in values(policy).items():
        field = FIELDS[path]
        if not isinstance(value, str) and not field.least <= value <= field.most:
            raise Refused(
                "“{name}” must lie between {least} and {most}.",
                name=field.name,
                least=says(path, field.least),
                most=says(path, field.most),
            )
    return policy


def differences(before: Policy, after: Policy) -> tuple[Change, ...]:
    """What differs between two policies: path, value before and value after, in the order of the form."""
    old, new = values(before), values(after)
    return tuple((path, old[path], new[path]) for path in FIELDS if old[path] != new[path])


def added_up(shown: Mapping[str, Value], fields: Sequence[Field]) -> float:
    """What some fields of a form add up to, as they are shown: per cent for shares."""
    return round(math.fsum(float(shown[field.path]) for field in fields), 6)


def says(path: str, value: Value) -> Sentence:
    """A field's value with its unit."""
    if isinstance(value, str):
        return sentence("nowhere") if value == "fair_play" else Sentence(BAND_NAMES[value])
    return _amount(FIELDS[path].unit, int(value) if float(value).is_integer() else value)


def _amount(unit: str, n: Any) -> Sentence:
    match unit:
        case "points":
            return counted("{n} point", "{n} points", n)
        case "weeks":
            return counted("{n} week", "{n} weeks", n)
        case "days":
            return counted("{n} day", "{n} days", n)
        case "contacts":
            return counted("{n} contact", "{n} contacts", n)
        case "matters":
            return counted("{n} matter", "{n} matters", n)
        case "rate":
            return sentence("{number} per 1,000 contacts", number=n)
        case "years":
            return counted("{n} year", "{n} years", n)
        case "weight" | "log":
            return Sentence("{n}", {"n": n})
        case _:
            return sentence("{share}%", share=n)


def _at(tables: Any, path: str) -> Any:
    for step in _steps(path):
        tables = tables[step]
    return tables


def _steps(path: str) -> Iterator[str | int]:
    for step in path.split("."):
        yield int(step) if step.isdigit() else step


def _shown(field: Field, value: Any) -> Value:
    if field.unit == BAND:
        return str(value)
    if field.unit == "share":
        return round(100 * float(value), 6)
    return int(value) if field.whole else float(value)


def _kept(field: Field, value: Value) -> Value:
    if isinstance(value, str):
        return value
    if field.unit == "share":
        return round(value / 100, 8)
    return int(value) if field.whole else float(value)
