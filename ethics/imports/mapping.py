"""How one centre's file becomes one of our kinds: a small TOML page that people write, or the import page writes.

    create_clients = true            # clients that are not known yet are added with the batch
    decimal = ","                    # the mark between euros and cents; without it both 7,5 and 7.5 are read
    sheet = "2026"                   # of a workbook; without it the first sheet
    [columns]                        # our name = the heading in the file
    client = "Company"
    [constants]                      # our name = one value for every row
    severity = 2
    [dates]
    format = "%m/%d/%Y"              # or a list of formats; 2026-11-22 is always read
    any_day = true                   # a week may be given by any of its days
    [values.category]                # a value in the file = ours
    "Billing disputes" = "M05"
    [otherwise]                      # for values not listed above: "keep" (as without this line), "skip" or "refuse"
    category = "skip"
    [skip_unless]                    # heading in the file = the values whose rows are taken
    Product = ["Mortgage"]
    [count]                          # contacts only: each row is one contact of its client and week (whole weeks: a
                                     # later file replaces the count of a week, it does not add to it)
    contacts = "rows"

Values and headings match in any case. A mapping is data: it never computes.
"""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ethics.imports.kinds import Cell, Kind
from ethics.language import Refused

OTHERWISE: Final = ("keep", "skip", "refuse")
_LARGEST_FILE: Final = 256 * 1024
_SECTIONS: Final = (
    "columns",
    "constants",
    "dates",
    "values",
    "otherwise",
    "skip_unless",
    "count",
    "create_clients",
    "decimal",
    "sheet",
)


def heading_key(heading: str) -> str:
    """A heading without what people do not see: case, outer and repeated white space, `-` or space for `_`."""
    plain = unicodedata.normalize("NFKC", heading.replace("\ufeff", "")).casefold()
    return "_".join(plain.replace("-", " ").replace("_", " ").split())


def value_key(value: str) -> str:
    """A cell's text as translations compare it."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


@dataclass(frozen=True)
class Mapping:
    """A mapping, read and checked in itself; `require_fit` checks it against a kind of file."""

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    any_day: bool = False
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    otherwise: dict[str, str] = field(default_factory=dict)
    skip_unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts_rows: bool = False
    create_clients: bool = False
    decimal: str = ""
    sheet: str = ""

    @classmethod
    def from_toml(cls, source: str | Path) -> Mapping:
        """Read TOML text, or the file at a path. Raises Refused with the line or the setting that is wrong."""
        try:
            if isinstance(source, Path):
                if source.stat().st_size > _LARGEST_FILE:
                    raise Refused("The mapping {file} is larger than a mapping can be.", file=source.name)
                source = source.read_text(encoding="utf-8-sig")
            return cls.from_dict(tomllib.loads(source))
        except tomllib.TOMLDecodeError as wrong:
            raise Refused("The mapping is not TOML: {why}.", why=str(wrong)) from None
        except UnicodeDecodeError:
            raise Refused("The mapping is not text in UTF-8. Save it as UTF-8.") from None
        except OSError as wrong:
            raise Refused("The mapping cannot be read: {why}.", why=wrong.strerror or str(wrong)) from None

    @classmethod
    def from_dict(cls, page: dict[str, Any]) -> Mapping:
        """The mapping out of TOML's or JSON's tables. Raises Refused with the first setting that is wrong."""
        for name in page:
            if name not in _SECTIONS:
                raise Refused(
                    "The mapping has a setting “{name}” that does not exist. There are {known}.",
                    name=str(name)[:40],
                    known=list(_SECTIONS),
                )
        dates = _table(page, "dates", ("format", "any_day"))
        formats = dates.get("format", [])
        count = _table(page, "count", ("contacts",))
        if count.get("contacts", "rows") != "rows":
            raise Refused('In the mapping, [count] says how contacts are counted. Write: contacts = "rows".')
        return cls(
            columns={name: _text(v, f"columns.{name}") for name, v in _table(page, "columns").items()},
            constants={name: _constant(v, f"constants.{name}") for name, v in _table(page, "constants").items()},
            formats=tuple(_date_format(f) for f in (formats if isinstance(formats, list) else [formats])),
            any_day=_flag(dates, "any_day"),
            values={
                name: {value_key(k): _constant(v, f"values.{name}.{k}") for k, v in _table(tables, name).items()}
                for tables in (_table(page, "values"),)
                for name in tables
            },
            otherwise={
                name: _one_of(v, f"otherwise.{name}", OTHERWISE) for name, v in _table(page, "otherwise").items()
            },
            skip_unless={name: _texts(v, f"skip_unless.{name}") for name, v in _table(page, "skip_unless").items()},
            counts_rows=bool(count),
            create_clients=_flag(page, "create_clients"),
            decimal=_one_of(page.get("decimal", ""), "decimal", (",", ".", "")),
            sheet=_text(page.get("sheet", ""), "sheet"),
        )

    def to_dict(self) -> dict[str, Any]:
        """The same tables that `from_dict` reads; what has nothing to say is left out."""
        dates: dict[str, Any] = {"format": list(self.formats)} if self.formats else {}
        if self.any_day:
            dates["any_day"] = True
        page = {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "dates": dates,
            "values": {name: dict(table) for name, table in self.values.items()},
            "otherwise": dict(self.otherwise),
            "skip_unless": {name: list(values) for name, values in self.skip_unless.items()},
            "count": {"contacts": "rows"} if self.counts_rows else {},
            "create_clients": self.create_clients,
            "decimal": self.decimal,
            "sheet": self.sheet,
        }
        return {name: value for name, value in page.items() if value}

    def require_fit(self, kind: Kind) -> None:
        """Raise Refused unless every column named here is one of `kind`'s, and said once."""
        for section in (self.columns, self.constants, self.values, self.otherwise):
            for name in section:
                if name not in kind.names:
                    raise Refused(
                        "The mapping names a column “{name}” that {kind} do not have. They have {known}.",
                        name=name[:40],
                        kind=kind.name,
                        known=list(kind.names),
                    )
        for name in self.columns.keys() & self.constants.keys():
            raise Refused("The mapping gives “{name}” both a column and one value for all rows. Keep one.", name=name)
        if self.counts_rows and kind.name != "contacts":
            raise Refused("Only contacts can be counted from rows: take [count] out of this mapping.")
        if self.counts_rows and "contacts" in {*self.columns, *self.constants}:
            raise Refused("The mapping counts contacts from rows and also says where to read them. Keep one.")
        if self.create_clients and not any(c.cell is Cell.CLIENT for c in kind.columns):
            raise Refused("A file of {kind} names no clients: take create_clients out of this mapping.", kind=kind.name)


def _table(page: dict[str, Any], name: str, known: Iterable[str] | None = None) -> dict[str, Any]:
    table = page.get(name, {})
    if not isinstance(table, dict):
        raise Refused("In the mapping, “{name}” is a section: write [{name}] on a line of its own.", name=name)
    for inner in table:
        if known is not None and inner not in known:
            raise Refused(
                "The mapping has a setting “{name}” that does not exist. There are {known}.",
                name=f"{name}.{inner}"[:80],
                known=[f"{name}.{k}" for k in known],
            )
    return table


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Refused("In the mapping, {name} needs text between quotation marks.", name=name[:80])
    return value.strip()


def _texts(value: Any, name: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(value_key(_constant(v, name)) for v in values)


def _constant(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
        raise Refused("In the mapping, {name} needs text, a number or a date.", name=name[:80])
    return value.strip() if isinstance(value, str) else str(value)


def _flag(table: dict[str, Any], name: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise Refused("In the mapping, {name} is true or false.", name=name)
    return value


def _one_of(value: Any, name: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refused("In the mapping, {name} is one of {known}.", name=name[:80], known=[f'"{k}"' for k in known if k])
    return str(value)


def _date_format(value: Any) -> str:
    """A format that says day, month and year, tried on a day that tells the three apart."""
    probe = dt.date(2026, 11, 22)
    try:
        if isinstance(value, str) and dt.datetime.strptime(probe.strftime(value), value).date() == probe:  # noqa: DTZ007
            return value
    except ValueError:
        pass
    raise Refused(
        "“{format}” is not a date format. Write day, month and year like %d.%m.%Y or %m/%d/%Y.", format=str(value)[:40]
    )
