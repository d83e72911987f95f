"""The six kinds of file, column by column: what must be there, what it may hold, what tells two rows apart.

Column names are written in files as here, in any case, with spaces or hyphens for `_`. A column that is not
`required` may be left out of the file; its cells may also be empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ethics.access import Permission
from ethics.clients.names import LONGEST
from ethics.language import Refused, mark
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, SEVERITIES


class Cell(StrEnum):
    """What a cell holds once it is checked."""

    TEXT = "text"
    CLIENT = "client"  #: the name of a client → its id
    AGENT = "agent"  #: an employee number; leaves the import as a pseudonym only
    DATE = "date"
    MONDAY = "monday"  #: a week, as its Monday
    WHOLE = "whole"
    HOURS = "hours"  #: hours → integer hundredths
    MONEY = "money"  #: euros → integer cents
    WORD = "word"  #: one of a few words
    BUSINESS_ID = "business_id"


@dataclass(frozen=True)
class Column:
    """One canonical column. `most` is the longest text in characters, the largest number, or for dates the latest
    day counted from today; `default` stands in for an empty cell."""

    name: str
    cell: Cell
    means: str
    required: bool = True
    most: int = 200
    words: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of file. `key` names the columns that tell two of its rows apart.

    `about_absence`: a file of one row must not be a question about a person. What its rows met is not told, each check
    is recorded, and no column comes along that is not needed.
    """

    name: str
    title: str
    permission: Permission
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about_people: bool = False
    about_absence: bool = False

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return next(c for c in self.columns if c.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical column names, in order."""
        return tuple(c.name for c in self.columns)


_C: Final = Column
_CLIENT: Final = _C("client", Cell.CLIENT, mark("The client's name, as in the file of clients"), most=LONGEST)

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            "clients",
            mark("Clients"),
            Permission.IMPORT_BUSINESS,
            ("name",),
            (
                _C("name", Cell.TEXT, mark("The company whose customers you serve"), most=LONGEST),
                _C(
                    "business_id", Cell.BUSINESS_ID, mark("Its business ID, such as 2617416-4"), required=False, most=20
                ),
                _C("sector", Cell.TEXT, mark("Its line of business"), required=False, most=60),
                _C("since", Cell.DATE, mark("The day the partnership began"), required=False, most=3660),
                _C(
                    "monthly_revenue",
                    Cell.MONEY,
                    mark("What the centre invoices it in a month, in euros"),
                    required=False,
                    most=10**9,
                ),
            ),
        ),
        Kind(
            "contacts",
            mark("Contacts"),
            Permission.IMPORT_BUSINESS,
            ("client", "week"),
            (
                _CLIENT,
                _C("week", Cell.MONDAY, mark("The Monday of the week, or the week such as 2026-W47"), most=7),
                _C(
                    "contacts",
                    Cell.WHOLE,
                    mark("How many contacts were handled for the client in the week"),
                    most=10**7,
                ),
            ),
        ),
        Kind(
            "shifts",
            mark("Shifts"),
            Permission.IMPORT_PEOPLE,
            ("agent", "date", "client"),
            (
                _C(
                    "agent",
                    Cell.AGENT,
                    mark("The agent's employee number, never a name; it is stored as a pseudonym"),
                    most=40,
                ),
                _C("date", Cell.DATE, mark("The day of the shift"), most=60),
                _CLIENT,
                _C("hours", Cell.HOURS, mark("Hours worked for the client that day, such as 7.5"), most=24),
                _C(
                    "contacts",
                    Cell.WHOLE,
                    mark("Contacts the agent handled in the shift; empty means 0"),
                    required=False,
                    most=2000,
                    default="0",
                ),
                _C("team", Cell.TEXT, mark("The agent's team that day"), required=False, most=80),
            ),
            about_people=True,
        ),
        Kind(
            "spells",
            mark("Sick leave"),
            Permission.IMPORT_PEOPLE,
            ("agent", "start"),
            (
                _C(
                    "agent",
                    Cell.AGENT,
                    mark("The agent's employee number, never a name; it is stored as a pseudonym"),
                    most=40,
                ),
                _C("start", Cell.DATE, mark("The first day of the sick leave"), most=0),
                _C("end", Cell.DATE, mark("Its last day; empty while it lasts"), required=False, most=400),
            ),
            about_people=True,
            about_absence=True,
        ),
        Kind(
            "promises",
            mark("Promises"),
            Permission.IMPORT_BUSINESS,
            ("client", "product", "campaign", "text", "from"),
            (
                _CLIENT,
                _C("product", Cell.TEXT, mark("The product the promise is about"), required=False, most=120),
                _C("campaign", Cell.TEXT, mark("The campaign it was made in"), required=False, most=120),
                _C("text", Cell.TEXT, mark("The promise, word for word"), most=2000),
                _C(
                    "source", Cell.TEXT, mark("Where it was made: a page, a letter, a script"), required=False, most=200
                ),
                _C("from", Cell.DATE, mark("The first day it was made"), required=False, most=400),
                _C(
                    "until",
                    Cell.DATE,
                    mark("The last day it was made; empty while it stands"),
                    required=False,
                    most=3660,
                ),
            ),
        ),
        Kind(
            "flags",
            mark("Flags"),
            Permission.IMPORT_BUSINESS,
            ("client", "date", "category", "severity", "certainty", "text"),
            (
                _CLIENT,
                _C("date", Cell.DATE, mark("The day the agent met it"), most=0),
                _C(
                    "category",
                    Cell.WORD,
                    mark("What kind of mismatch it is, M01 to M12"),
                    most=3,
                    words=tuple(CATEGORIES),
                ),
                _C("severity", Cell.WHOLE, mark("How serious it is, 0 to 4"), most=max(SEVERITIES)),
                _C(
                    "certainty",
                    Cell.WORD,
                    mark("How the agent knows: heard, saw or proof"),
                    required=False,
                    most=5,
                    words=tuple(CERTAINTIES),
                    default="heard",
                ),
                _C(
                    "text",
                    Cell.TEXT,
                    mark("What the agent wrote, without anybody's name"),
                    required=False,
                    most=4000,
                    default="",
                ),
                _C(
                    "status",
                    Cell.WORD,
                    mark("open, confirmed or dismissed"),
                    required=False,
                    most=10,
                    words=("open", "confirmed", "dismissed"),
                    default="open",
                ),
            ),
        ),
    )
}


def kind(name: str) -> Kind:
    """The kind of file called `name`. Raises Refused with the six names."""
    try:
        return KINDS[name]
    except KeyError:
        raise Refused(
            "“{name}” is not a kind of file. It is one of {kinds}.", name=name[:40], kinds=list(KINDS)
        ) from None
