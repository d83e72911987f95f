"""The badges of a promise: its verdict, and whether it is still sold."""

from __future__ import annotations

import datetime as dt
from typing import Final

from ethics.clients.models import VERDICT_NAMES, Verdict
from ethics.language import Reader

_LOOK: Final = {
    Verdict.BROKEN: ("orange", "close"),
    Verdict.UNPROVEN: ("blue", "help"),
    Verdict.KEPT: ("green", "check"),
}


def verdict(t: Reader, code: str) -> str:
    """The verdict as a Markdown badge."""
    colour, icon = _LOOK[Verdict(code)]
    return f":{colour}-badge[:material/{icon}: {t(VERDICT_NAMES[Verdict(code)])}]"


def sold(t: Reader, *, still_sold: bool, withdrawn_on: dt.date | None) -> str:
    """Whether what is broken is still sold, as a Markdown badge; empty for other promises."""
    if still_sold:
        return f":orange-badge[:material/sell: {t('Still sold')}]"
    return (
        f":gray-badge[:material/remove_shopping_cart: {t('withdrawn {day}', day=withdrawn_on)}]" if withdrawn_on else ""
    )
