"""The catalogue: checklists as data files, `catalogue/<id>.toml`, in both languages.

A file holds `id`, `version` (raised when any item changes), `title.en`, `title.fi`, and `[[items]]` with `id`,
`weight` (1–5), `knockout` (true: its failure outweighs the mean), `question`, `why` and `evidence` (each `.en` and
`.fi`), and optionally `rule`, the outside rule behind the question. A file that breaks the format stops the start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ethics.language import LANGUAGES

FOLDER: Final = Path(__file__).parent / "catalogue"


class BadCatalogue(ValueError):
    """A checklist file breaks the format; the message names the file, the item and the field."""


@dataclass(frozen=True)
class Item:
    """One question. `question`, `why` and `evidence` are texts by language."""

    id: str
    weight: int
    knockout: bool
    question: Mapping[str, str]
    why: Mapping[str, str]
    evidence: Mapping[str, str]
    rule: str


@dataclass(frozen=True)
class Checklist:
    """A list of questions, in the order in which they are asked."""

    id: str
    version: int
    title: Mapping[str, str]
    items: tuple[Item, ...]


def read(path: Path) -> Checklist:
    """Read and check one file. Raises BadCatalogue."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise BadCatalogue(f"{path.name}: {wrong}") from None
    where = path.name
    if data.get("id") != path.stem:
        raise BadCatalogue(f"{where}: id must be “{path.stem}”, like the file's name")
    version = data.get("version")
    if not isinstance(version, int) or version < 1:
        raise BadCatalogue(f"{where}: version must be a whole number from 1")
    items = tuple(_item(where, item) for item in data.get("items", []))
    if not items:
        raise BadCatalogue(f"{where}: there are no items")
    if len({item.id for item in items}) < len(items):
        raise BadCatalogue(f"{where}: two items have the same id")
    return Checklist(path.stem, version, _texts(where, "title", data.get("title")), items)


def _item(where: str, data: Mapping[str, Any]) -> Item:
    name = f"{where}, item {data.get('id', '?')}"
    unknown = set(data) - {"id", "weight", "knockout", "question", "why", "evidence", "rule"}
    if unknown:
        raise BadCatalogue(f"{name}: unknown field {sorted(unknown)[0]}")
    if not isinstance(data.get("id"), str):
        raise BadCatalogue(f"{name}: id must be text")
    if data.get("weight") not in range(1, 6) or isinstance(data.get("weight"), bool):
        raise BadCatalogue(f"{name}: weight must be 1 to 5")
    if not isinstance(data.get("knockout"), bool):
        raise BadCatalogue(f"{name}: knockout must be true or false")
    return Item(
        data["id"],
        data["weight"],
        data["knockout"],
        _texts(name, "question", data.get("question")),
        _texts(name, "why", data.get("why")),
        _texts(name, "evidence", data.get("evidence")),
        str(data.get("rule", "")),
    )


def _texts(where: str, field: str, data: Any) -> Mapping[str, str]:
    if (
        not isinstance(data, Mapping)
        or set(data) != set(LANGUAGES)
        or not all(isinstance(v, str) and v.strip() for v in data.values())
    ):
        raise BadCatalogue(f"{where}: {field} needs a text for each of {', '.join(LANGUAGES)}")
    return dict(data)


@cache
def checklists() -> Mapping[str, Checklist]:
    """Every checklist of the catalogue, by its id."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}
