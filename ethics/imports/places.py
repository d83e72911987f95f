"""Where each canonical column of a file comes from: a column of the file, or one constant of the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ethics.imports.kinds import Column, Kind
from ethics.imports.mapping import Mapping, heading_key
from ethics.language import Refused

#: The longest heading or value that a sentence or an error table repeats.
LONGEST_VALUE: Final = 80


@dataclass(frozen=True)
class Place:
    """Where a canonical column's text comes from: a position in the file, or one constant."""

    column: Column
    heading: str
    position: int | None
    constant: str = ""


def places(kind: Kind, mapping: Mapping, headings: tuple[str, ...]) -> Iterator[Place]:
    """A place for each column that the file or the mapping gives. Raises Refused for one that is needed and missing."""
    at = {heading_key(h): i for i, h in enumerate(headings) if h}
    for column in kind.columns:
        if mapping.counts_rows and column.name == "contacts":
            yield Place(column, "", None, "1")
        elif column.name in mapping.constants:
            yield Place(column, "", None, mapping.constants[column.name])
        elif column.name in mapping.columns:
            asked = mapping.columns[column.name]
            if heading_key(asked) not in at:
                raise Refused(
                    "The file has no column “{column}”, which the mapping reads. It has {columns}.",
                    column=asked[:LONGEST_VALUE],
                    columns=_some(headings),
                )
            yield Place(column, headings[at[heading_key(asked)]], at[heading_key(asked)])
        elif column.name in at:
            yield Place(column, headings[at[column.name]], at[column.name])
        elif column.required:
            raise Refused(
                "The file has no column “{column}”. It has {columns}. Rename one, or say in a mapping which one it is.",
                column=column.name,
                columns=_some(headings),
            )


def filters(mapping: Mapping, headings: tuple[str, ...]) -> Iterator[tuple[int, frozenset[str]]]:
    """Positions of the columns that decide which rows are taken, and their values that are (as `value_key` has them)."""
    at = {heading_key(h): i for i, h in enumerate(headings) if h}
    for heading, wanted in mapping.skip_unless.items():
        if heading_key(heading) not in at:
            raise Refused(
                "The file has no column “{column}”, which the mapping reads. It has {columns}.",
                column=heading[:LONGEST_VALUE],
                columns=_some(headings),
            )
        yield at[heading_key(heading)], frozenset(wanted)


def _some(headings: Iterable[str]) -> list[str]:
    return [h[:LONGEST_VALUE] for h in headings if h][:20]
