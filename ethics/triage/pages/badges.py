"""The badges of a flag: its clock, how grave it is, who filed it as far as anybody may know, what waits."""

from __future__ import annotations

from typing import Final

from ethics.language import Reader, mark
from ethics.mismatches.models import Decision, Disclosed
from ethics.mismatches.words import SEVERITY_WORDS
from ethics.pages import look
from ethics.triage.outcomes import OUTCOMES

_WHO: Final = {
    Disclosed.NAMED: ("person", mark("Named")),
    Disclosed.CONFIDENTIAL: ("lock", mark("Confidential")),
    Disclosed.ANONYMOUS: ("visibility_off", mark("Anonymous")),
    Disclosed.IMPORTED: ("upload_file", mark("Imported")),
}
_STATES: Final = {
    Decision.CONFIRMED: ("green", "check", mark("Confirmed")),
    Decision.DISMISSED: ("gray", "close", mark("Not a mismatch")),
    Decision.MERGED: ("gray", "merge", mark("Handled together with another")),
}


def severity(t: Reader, level: int) -> str:
    """How grave, as a Markdown badge."""
    return f":{look.SEVERITY_COLOUR[level]}-badge[{level} {t(SEVERITY_WORDS[level])}]"


def who(t: Reader, disclosed: str) -> str:
    """Whom the reporter lets see the name, as a Markdown badge."""
    icon, name = _WHO[Disclosed(disclosed)]
    return f":gray-badge[:material/{icon}: {t(name)}]"


def clock(t: Reader, status: str, outcome: str | None, days: int) -> str:
    """Time left for an undecided flag, else where it stands and by which outcome."""
    if status == Decision.OPEN:
        return look.clock(t, days)
    colour, icon, name = _STATES[Decision(status)]
    found = f":{colour}-badge[:material/{icon}: {t(name)}]"
    return f"{found} :gray-badge[{t(OUTCOMES[outcome].name)}]" if outcome and outcome != "T8" else found


def whistle(t: Reader) -> str:
    """A whistle, as a Markdown badge."""
    return f":red-badge[:material/sports: {t('Whistle')}]"


def waiting(t: Reader) -> str:
    """The clocks stand still until the reporter replies, as a Markdown badge."""
    return f":blue-badge[:material/pause: {t('Waits for the reporter')}]"


def unread(t: Reader, n: int) -> str:
    """New replies, as a Markdown badge."""
    return f":blue-badge[:material/chat: {t.plural('{n} new reply', '{n} new replies', n)}]"


def alike(t: Reader, n: int) -> str:
    """How many undecided flags say nearly the same, as a Markdown badge."""
    return f":blue-badge[:material/content_copy: {t.plural('{n} alike', '{n} alike', n)}]"
