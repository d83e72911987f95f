"""A table of the policy that knows its name, so that every refusal can say where it is. Raises PolicyError throughout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeGuard

from ethics.language import Refused, Sentence, mark

#: The name of the outermost table.
WHOLE: Final = mark("the policy")

_TABLE: Final = mark("In {table}, {key} must be a table; it is {value}.")
_WHOLE_NUMBER: Final = mark("In {table}, {key} must be a whole number, 1 or more; it is {value}.")
_ABOVE: Final = mark("In {table}, {key} must be a number above {above}; it is {value}.")
_ABOVE_TO: Final = mark("In {table}, {key} must be a number above {above} and at most {most}; it is {value}.")
_FROM_TO: Final = mark("In {table}, {key} must be a number at least {least} and at most {most}; it is {value}.")
_NUMBERS: Final = mark("In {table}, {key} must be a list of {n} numbers; it is {value}.")
_NOTHING_BELOW: Final = mark("In {table}, {key} may hold nothing below {least}; it is {value}.")
_TEXTS: Final = mark("In {table}, {key} must be a list of texts, one or more; it is {value}.")
_CHOICE: Final = mark("In {table}, {key} must be one of {choices}; it is {value}.")


class PolicyError(Refused):
    """The policy cannot be used; the sentence says which value is wrong and what would be right.

    `path` leads to that value ("bands.watch"); it is empty when the whole is wrong.
    """

    def __init__(self, text: str, /, *, path: str = "", **values: Any) -> None:
        self.path = path
        super().__init__(text, **values)


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """One table. `name` is as the file writes it ("[dimensions.response]"), the outermost is `WHOLE`."""

    name: str
    content: Mapping[str, object]

    def refuse(self, text: str, key: str, /, **values: Any) -> NoReturn:
        """Raise PolicyError about the value of `key`; `text` has the places {table}, {key} and {value}."""
        path = key if self.name == WHOLE else f"{self.name[1:-1]}.{key}"
        raise PolicyError(text, path=path, table=Sentence(self.name), key=key, value=repr(self.content[key]), **values)

    def has_exactly(self, *keys: str) -> None:
        """Refuse a missing and an unknown key."""
        missing = [key for key in keys if key not in self.content]
        unknown = [str(key) for key in self.content if key not in keys]
        if missing:
            raise PolicyError(mark("In {table}, {missing} is missing."), table=Sentence(self.name), missing=missing)
        if unknown:
            raise PolicyError(
                mark("In {table}, {unknown} is unknown: use {keys}."),
                table=Sentence(self.name),
                unknown=unknown,
                keys=keys,
            )

    def table(self, key: str) -> PolicyTable:
        """The table inside this one."""
        value = self.content[key]
        if not isinstance(value, dict):
            self.refuse(_TABLE, key)
        return PolicyTable(f"[{key}]" if self.name == WHOLE else f"{self.name[:-1]}.{key}]", value)

    def integer(self, key: str) -> int:
        """A whole number, 1 or more."""
        value = self.content[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.refuse(_WHOLE_NUMBER, key)
        return value

    def above(self, key: str, above: float, most: float = math.inf) -> float:
        """A number above `above`, and `most` at most."""
        value = self.content[key]
        if not _is_number(value) or not above < value <= most:
            if math.isinf(most):
                self.refuse(_ABOVE, key, above=f"{above:g}")
            self.refuse(_ABOVE_TO, key, above=f"{above:g}", most=f"{most:g}")
        return float(value)

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        value = self.content[key]
        if not _is_number(value) or not 0 <= value <= 1:
            self.refuse(_FROM_TO, key, least=0, most=1)
        return float(value)

    def numbers(self, key: str, length: int) -> list[float]:
        """So many numbers, none below 0."""
        value = self.content[key]
        if not isinstance(value, list) or len(value) != length or not all(map(_is_number, value)):
            self.refuse(_NUMBERS, key, n=length)
        if min(value) < 0:
            self.refuse(_NOTHING_BELOW, key, least=0)
        return [float(number) for number in value]

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or more."""
        value = self.content[key]
        if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
            self.refuse(_TEXTS, key)
        return tuple(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of the choices."""
        value = self.content[key]
        if not isinstance(value, str) or value not in choices:
            self.refuse(_CHOICE, key, choices=choices)
        return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
