"""What a client file says of published sick leave, beside `ethics.wellbeing.words`. Screen and paper share it.

Names go in as they are: whoever shows a sentence escapes them.
"""

from __future__ import annotations

from typing import Final

from ethics.disclosure import Figures, Rules
from ethics.language import Reader
from ethics.wellbeing import words
from reports.wellbeing_lines import WellbeingLines

#: Days that count for each agent in a quarter.
MOST_DAYS: Final = Rules().cap
#: Name of the row, agents, agents with sick leave, days.
Row = tuple[str, str, str, str]


def client_says(t: Reader, lines: WellbeingLines, name: str) -> str:
    """The newest published year of the client in a sentence."""
    if lines.year is None:
        return t("Clients are compared once a year, when its four quarters are published.")
    if lines.ratio is None:
        return t("{year} · {name}: nothing was published of this client alone.", year=str(lines.year), name=name)
    return t("{year} · {says}", year=str(lines.year), says=words.client_answer(t, lines.ratio, name))


def rows(t: Reader, lines: WellbeingLines, name: str) -> list[Row]:
    """The figures of the quarter: the client where a team belonged to it, and the whole company."""
    found = [(name, lines.figures)] if lines.worked else []
    return [_row(t, *one) for one in (*found, (t("The whole company"), lines.release.total))]


def quarter_says(t: Reader, lines: WellbeingLines) -> str:
    """What the figures of the quarter are, and that nobody belonged to the client where that is so."""
    says = t(
        "{quarter}, days up to {n} for each agent, so that no long illness shows. Published {day}, unchanged since.",
        quarter=words.quarter_name(t, lines.release.quarter),
        n=MOST_DAYS,
        day=lines.release.published_on,
    )
    return says if lines.worked else " ".join((says, t("No team belonged to this client in the quarter.")))


def _row(t: Reader, name: str, shown: Figures | None) -> Row:
    if shown is None:
        hidden = t("not shown")
        return name, hidden, hidden, hidden
    return name, t.number(shown.agents), t.number(shown.with_leave), t.number(shown.days)
