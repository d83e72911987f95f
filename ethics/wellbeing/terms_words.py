"""The terms of sick leave in words, as page and terminal show them before anybody confirms them."""

from __future__ import annotations

from ethics.disclosure import Rules
from ethics.language import Reader
from ethics.settings import settings
from ethics.wellbeing import words


def lines(t: Reader) -> list[tuple[str, str]]:
    """What is stored, for how long, who sees what, what is published and what for: a name, and what it says."""
    return [
        (
            t("What is stored:"),
            t("the first and the last day of each sick leave, under a pseudonym. No name, no diagnosis, no reason."),
        ),
        (
            t("For how long:"),
            t(
                "up to {n} full months after the month in which it ended; each sick leave is erased on the first day of a month. One whose end nobody sent is kept a year longer, counted from its first day. Published figures stay: they hold no persons.",
                n=settings().absence_months,
            ),
        ),
        (t("Who sees what:"), _who(t)),
        (
            t("What is published:"),
            t(
                "once for each quarter, from six weeks after its end, and then never changed: figures of at least {n} agents, and the answer for the whole centre. Once a year also a ratio for each client that can be shown; the risk score has a part of it.",
                n=Rules().agents,
            ),
        ),
        (
            t("What it is never used for:"),
            t("decisions about a person. Nobody's own flags are ever joined with anybody's absence."),
        ),
    ]


def _who(t: Reader) -> str:
    return " ".join(
        (
            t(
                "HR brings the files in and sees how complete they are. HR and executives see published figures, managers those of the company and of their own clients."
            ),
            words.officers_see(t),
            t("Agents and administrators see none of it. Nobody sees a person's."),
        )
    )
