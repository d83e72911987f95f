"""What notices say: counts of what waits and where to look, in the recipient's language. Nothing of any flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ethics.language import Reader
from ethics.notices.mail import Letter

if TYPE_CHECKING:
    from ethics.triage.waiting import Waiting


def daily(t: Reader, to: str, waiting: Waiting, link: str) -> Letter | None:
    """The daily notice; None when nothing waits."""
    counts = (
        (waiting.new, t.plural("{n} new flag", "{n} new flags", waiting.new)),
        (waiting.due_soon, t.plural("{n} flag due within two days", "{n} flags due within two days", waiting.due_soon)),
        (waiting.late, t.plural("{n} flag is late", "{n} flags are late", waiting.late)),
        (
            waiting.whistles,
            t.plural("{n} whistle without an answer", "{n} whistles without an answer", waiting.whistles),
        ),
        (waiting.replies, t.plural("{n} reply not read yet", "{n} replies not read yet", waiting.replies)),
    )
    lines = [f"- {text}" for n, text in counts if n]
    if not lines:
        return None
    return Letter(
        to,
        t("Reilu: what waits for you today"),
        _text(
            t("This waits for you in Reilu:"),
            "\n".join(lines),
            link,
            t("This notice comes once a day at most, and only when something waits. It never tells what a flag says."),
        ),
    )


def urgent(t: Reader, to: str, *, whistles: int, gravest: int, link: str) -> Letter | None:
    """The notice that cannot wait for the morning; None when there is nothing urgent."""
    counts = (
        (
            whistles,
            t.plural(
                "{n} whistle was blown: it waits for an answer",
                "{n} whistles were blown: they wait for an answer",
                whistles,
            ),
        ),
        (gravest, t.plural("{n} urgent flag came in", "{n} urgent flags came in", gravest)),
    )
    lines = [f"- {text}" for n, text in counts if n]
    if not lines:
        return None
    return Letter(
        to,
        t("Reilu: something urgent waits for you"),
        _text(
            t("This cannot wait until tomorrow:"),
            "\n".join(lines),
            link,
            t("A notice never tells what a flag says. Sign in to read it."),
        ),
    )


def alarm(t: Reader, to: str, n: int, link: str) -> Letter:
    """The notice of new alarms."""
    return Letter(
        to,
        t("Reilu: an alarm was raised"),
        _text(
            t.plural(
                "At one client mismatches have become more frequent than chance explains.",
                "At {n} clients mismatches have become more frequent than chance explains.",
                n,
            ),
            link,
            t("The alarm waits for you until somebody closes it with a reason."),
        ),
    )


def trial(t: Reader, to: str, link: str) -> Letter:
    """The letter with which the administrator tries the settings."""
    return Letter(
        to, t("Reilu: a test of the notices"), _text(t("The settings work: notices reach this address."), link)
    )


def _text(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
