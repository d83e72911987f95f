"""A table of text → columns of values, and an error table for what cannot be one.

Each column of a chunk is dictionary-encoded and each distinct text is looked at once in the whole file: a million
shifts hold a few thousand distinct cells. Errors name the row as the file has it, the column as the file writes it,
the value shortened, what is wrong and what would be right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ethics.imports import cells, places
from ethics.imports.kinds import Cell, Kind
from ethics.imports.mapping import Mapping, value_key
from ethics.imports.places import LONGEST_VALUE, Place
from ethics.imports.reading import Chunk, Source
from ethics.language import Refused, Sentence, sentence

MOST_ERRORS: Final = 1000
#: Distinct texts remembered for a column before it starts over: bounds the memory when every cell differs.
_REMEMBERED: Final = 200_000
_TYPES: Final = {
    Cell.TEXT: pa.string(),
    Cell.WORD: pa.string(),
    Cell.AGENT: pa.string(),
    Cell.BUSINESS_ID: pa.string(),
    Cell.CLIENT: pa.int32(),
    Cell.WHOLE: pa.int64(),
    Cell.HOURS: pa.int32(),
    Cell.MONEY: pa.int64(),
    Cell.DATE: pa.date32(),
    Cell.MONDAY: pa.date32(),
}
#: Columns that must come in this order, where both are filled.
_SPANS: Final = {"spells": ("start", "end"), "promises": ("from", "until")}
_GOOD, _SKIP, _WRONG = 0, 1, 2


@dataclass(frozen=True)
class Wrong:
    """One line of the error table. `row` is 0 when the whole file is meant."""

    row: int
    column: str
    value: str
    what: Sentence


@dataclass
class Errors:
    """The error table: the first `MOST_ERRORS` lines, and how many there are in all."""

    lines: list[Wrong] = field(default_factory=list)
    total: int = 0

    @property
    def full(self) -> bool:
        """True when further lines are only counted."""
        return len(self.lines) >= MOST_ERRORS

    def add(self, wrong: Wrong) -> None:
        """Count one more, and keep it while there is room."""
        self.total += 1
        if not self.full:
            self.lines.append(wrong)


@dataclass(frozen=True)
class Checked:
    """Good rows: their numbers in the file and one typed column by canonical name. `skipped`: left out by the mapping."""

    rows: NDArray[np.int64]
    columns: dict[str, pa.Array]
    skipped: int = 0


class Check:
    """The check of one file of one kind; `run` goes through it once.

    `client` turns a client's name into its id and raises Refused for an unknown one; `kept_since` has, by column, the
    first day that is taken; sick leave without a last day may not have begun before `open_since`. Raises Refused at
    once when a required column is missing or a constant of the mapping is wrong.
    """

    def __init__(
        self,
        kind: Kind,
        mapping: Mapping,
        source: Source,
        *,
        today: dt.date,
        client: Callable[[str], int],
        kept_since: dict[str, dt.date] | None = None,
        open_since: dt.date | None = None,
    ) -> None:
        mapping.require_fit(kind)
        self.kind, self.mapping, self.source, self.open_since = kind, mapping, source, open_since
        self.errors = Errors()
        self._places = list(places.places(kind, mapping, source.headings))
        self._filters = list(places.filters(mapping, source.headings))
        self._parsers = {
            name: cells.parser(p.column, mapping, today=today, client=client, kept_since=(kept_since or {}).get(name))
            for p in self._places
            if (name := p.column.name)
        }
        self._memory: dict[str, dict[str, tuple[int, Any]]] = {p.column.name: {} for p in self._places}
        for place in self._places:
            if place.position is None:
                state, value = self._outcome(place, place.constant)
                if state == _WRONG:
                    raise Refused(
                        "In the mapping, the value “{value}” for {column} is wrong: {why}",
                        value=place.constant[:LONGEST_VALUE],
                        column=place.column.name,
                        why=value,
                    )

    @property
    def provided(self) -> frozenset[str]:
        """Canonical columns that the file or the mapping gives."""
        return frozenset(p.column.name for p in self._places)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings of the file that nothing is taken from."""
        used = {p.position for p in self._places} | {position for position, _ in self._filters}
        return tuple(h for i, h in enumerate(self.source.headings) if i not in used and h)

    def run(self) -> Iterator[Checked]:
        """The file's good rows, a chunk at a time; `errors` fills up meanwhile."""
        positions = sorted({p.position for p in self._places if p.position is not None} | {i for i, _ in self._filters})
        for chunk in self.source.chunks(positions):
            for row in chunk.misshapen:
                self.errors.add(Wrong(row.row, "", "", row.what))
            if len(chunk.rows):
                yield self._checked(chunk, {position: i for i, position in enumerate(positions)})

    def _checked(self, chunk: Chunk, order: dict[int, int]) -> Checked:
        n = len(chunk.rows)
        skipped = np.zeros(n, dtype=bool)
        for position, wanted in self._filters:
            texts = chunk.cells[order[position]].dictionary_encode()
            taken = np.array([value_key(t) in wanted for t in texts.dictionary.to_pylist()], dtype=bool)
            skipped |= ~taken[texts.indices.to_numpy()]
        columns: dict[str, pa.Array] = {}
        wrong: list[tuple[Place, NDArray[np.bool_], list[str], NDArray[np.int32], list[Any]]] = []
        for place in self._places:
            if place.position is None:
                _, value = self._outcome(place, place.constant)
                columns[place.column.name] = pa.repeat(pa.scalar(value, _TYPES[place.column.cell]), n)
                continue
            texts = chunk.cells[order[place.position]].dictionary_encode()
            indices = texts.indices.to_numpy()
            distinct = texts.dictionary.to_pylist()
            outcomes = [self._outcome(place, t) for t in distinct]
            states = np.array([state for state, _ in outcomes], dtype=np.int8)
            values = pa.array([v if s == _GOOD else None for s, v in outcomes], _TYPES[place.column.cell])
            columns[place.column.name] = values.take(texts.indices)
            if (states == _SKIP).any():
                skipped |= (states == _SKIP)[indices]
            if (states == _WRONG).any():
                wrong.append((place, (states == _WRONG)[indices], distinct, indices, [v for _, v in outcomes]))
        bad = self._report(chunk.rows, skipped, wrong)
        bad |= self._out_of_order(chunk.rows, columns, skipped | bad)
        bad |= self._open_too_long(chunk.rows, columns, skipped | bad)
        keep = ~(skipped | bad)
        if not keep.all():
            mask = pa.array(keep)
            columns = {name: column.filter(mask) for name, column in columns.items()}
        return Checked(chunk.rows[keep], columns, int(skipped.sum()))

    def _outcome(self, place: Place, text: str) -> tuple[int, Any]:
        """State and value of a text: a value of the column, or the sentence that says what is wrong."""
        name = place.column.name
        memory = self._memory[name]
        if (known := memory.get(text)) is not None:
            return known
        if len(memory) >= _REMEMBERED:
            memory.clear()
        memory[text] = outcome = self._parse(place, text)
        return outcome

    def _parse(self, place: Place, text: str) -> tuple[int, Any]:
        column = place.column
        plain = text
        if (table := self.mapping.values.get(column.name)) is not None and place.position is not None:
            found = table.get(value_key(text))
            otherwise = self.mapping.otherwise.get(column.name, "keep")
            if found is not None:
                plain = found
            elif otherwise == "skip":
                return _SKIP, None
            elif otherwise == "refuse":
                return _WRONG, sentence(
                    "The mapping does not say what this value means. Add it to [values.{column}].", column=column.name
                )
        if not plain or plain.isspace():
            if column.required:
                return _WRONG, sentence("The cell is empty. Fill it in.")
            if column.default is None:
                return _GOOD, None
            plain = column.default
        try:
            return _GOOD, self._parsers[column.name](plain)
        except Refused as refused:
            return _WRONG, refused.sentence

    def _report(self, rows: NDArray[np.int64], skipped: NDArray[np.bool_], wrong: list[Any]) -> NDArray[np.bool_]:
        """Write the chunk's errors in the order of its rows; True for each row that has one."""
        bad = np.zeros(len(rows), dtype=bool)
        for _, mask, *_ in wrong:
            bad |= mask & ~skipped
        for i in np.flatnonzero(bad):
            if self.errors.full:
                break
            for place, mask, distinct, indices, values in wrong:
                if mask[i]:
                    self.errors.add(
                        Wrong(int(rows[i]), place.heading, shortened(distinct[indices[i]]), values[indices[i]])
                    )
        else:
            return bad
        self.errors.total += sum(int((mask & ~skipped)[i:].sum()) for _, mask, *_ in wrong)
        return bad

    def _out_of_order(
        self, rows: NDArray[np.int64], columns: dict[str, pa.Array], leave: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        first, last = _SPANS.get(self.kind.name, ("", ""))
        if first not in columns or last not in columns:
            return np.zeros(len(rows), dtype=bool)
        late = pc.fill_null(pc.less(columns[last], columns[first]), False).to_numpy(zero_copy_only=False) & ~leave
        headings = {p.column.name: p.heading for p in self._places}
        for i in np.flatnonzero(late):
            start, end = columns[first][int(i)].as_py(), columns[last][int(i)].as_py()
            self.errors.add(
                Wrong(
                    int(rows[i]),
                    headings[last],
                    end.isoformat(),
                    sentence("The last day is before the first, {first}. Correct one of them.", first=start),
                )
            )
        return np.asarray(late, dtype=bool)

    def _open_too_long(
        self, rows: NDArray[np.int64], columns: dict[str, pa.Array], leave: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Sick leave whose end nobody sent. What is stored does not matter: the answer must not tell of it."""
        if self.open_since is None or self.kind.name != "spells":
            return np.zeros(len(rows), dtype=bool)
        long = pc.fill_null(pc.less(columns["start"], self.open_since), False)
        if "end" in columns:
            long = pc.and_(long, pc.is_null(columns["end"]))
        heading = next(p.heading for p in self._places if p.column.name == "start")
        found: NDArray[np.bool_] = long.to_numpy(zero_copy_only=False) & ~leave
        for i in np.flatnonzero(found):
            start = columns["start"][int(i)].as_py()
            self.errors.add(
                Wrong(
                    int(rows[i]),
                    heading,
                    start.isoformat(),
                    sentence("It began more than a year ago and has no last day. Fill in the last day."),
                )
            )
        return found


def shortened(value: str) -> str:
    """A value as the error table shows it: without identity codes, for tables are kept and sent on."""
    value = cells.IDENTITY_CODE.sub("…", value)
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
