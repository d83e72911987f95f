"""Client files at the extremes: nothing known, nothing wrong, and every text hostile. The clients are fictional."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from reports.client_file import (
    CategoryLine,
    ChangeLine,
    CheckLine,
    ClientFile,
    DimensionLine,
    EarlierReview,
    EventLine,
    HistoryLine,
    PromiseLine,
    Quote,
)
from tests.client_files import AS_OF, DIMENSIONS, LAST_WEEK, MISMATCHED, rich_file, wellbeing_lines
from tests.releases import SCARCE, WITHHELD, line


def empty_file() -> ClientFile:
    """A client of whom nothing is known yet."""
    return replace(
        rich_file(),
        name="Kuusikko Energia Oy",
        business_id=None,
        sector=None,
        since=None,
        status="prospect",
        data_from=None,
        score=None,
        low=None,
        high=None,
        band="unknown",
        weakest=None,
        dimensions=(),
        contributions=(),
        unknown=DIMENSIONS,
        rate_mean=0.0,
        rate_low=0.0,
        rate_high=0.0,
        contacts=0,
        mismatches=0,
        position=None,
        open_flags=0,
        overdue_flags=0,
        normal_work=0,
        weeks=(),
        history=(),
        categories=(),
        promises=(),
        quotes=(),
        checks=(),
        earlier=None,
        alarms=(),
        would_change=(),
        silence=None,
        events=(),
        wellbeing=None,
    )


def fair_file() -> ClientFile:
    """A client that plays fair: everything is known, next to nothing is wrong."""
    rich = rich_file()
    points = dict(zip(DIMENSIONS, (3.1, 1.9, 2.4, 1.2, 0.8, 2.0), strict=True))
    return replace(
        rich,
        name="Pihlajan Puutarha Oy",
        sector="Verkkokauppa",
        status="active",
        score=11.4,
        low=7.9,
        high=16.2,
        band="fair_play",
        weakest="product_truth",
        dimensions=tuple(
            DimensionLine(n, 4 * p, 3 * p, 6 * p, p, (0.0,) * 5 if n in MISMATCHED else ()) for n, p in points.items()
        ),
        contributions=tuple(points.items()),
        unknown=(),
        rate_mean=0.31,
        rate_low=0.14,
        rate_high=0.56,
        mismatches=7,
        contacts=22_400,
        position=11,
        open_flags=0,
        overdue_flags=0,
        weeks=tuple(
            replace(w, mismatches=int(k % 9 == 4), expected=0.3, low=0, high=2) for k, w in enumerate(rich.weeks)
        ),
        history=(HistoryLine(AS_OF, 11.4, 7.9, 16.2),),
        categories=(CategoryLine("M06", 0, 7, 1), CategoryLine("M01", 0, 31, 0)),
        promises=tuple(replace(p, verdict="kept", mismatches=0) for p in rich.promises[4:]),
        quotes=(),
        checks=rich.checks[1:],
        earlier=None,
        alarms=(),
        would_change=(),
        silence=None,
        events=rich.events[-1:],
        wellbeing=wellbeing_lines(SCARCE, (), ratio=line(1)),
    )


#: Text that has tried to break a page before, or might.
HOSTILE = (
    "<b>lihava</b> <font size=900 color=white>valkoinen</font>",
    '<img src="/etc/passwd"/>',
    "<a href='javascript:alert(1)'>auki",
    "</para></para><para>",
    "&lt;&amp;&#0;&nbsp;%s {name} {0}",
    "שלום עולם מהסוכן",
    "مرحبا بالعالم",
    "\u202eoikealta vasemmalle\u202c",
    "😀🔥👩\u200d👩\u200d👧",
    "𝕏 on matemaattinen",
    "z\u0335\u0321\u0322\u0334a\u0336\u0337l\u0338g\u0339o",
    "\x00\x07\x1b[31mpunainen",
    "a\u200bb\u00adc\ufeffd",
    "rikki \ud800 puolikas",
    "rivi\n" * 500,
    "sana" * 2500,
    "漢字とかな",
    "\ue000\uf8ff",
    " \t\u2028\u2029\u00a0" * 40,
    "",
)


def hostile_file() -> ClientFile:
    """A client whose every text was written by somebody who wishes the page ill."""
    rich, tricks = rich_file(), HOSTILE
    return replace(
        rich,
        name="Lumikki <b>& Co</b> " + "Ä" * 300 + tricks[4],
        business_id=tricks[1],
        sector=tricks[7] + tricks[10],
        status="<i>?</i>",
        promises=tuple(
            PromiseLine(
                text, tricks[-k - 1], tricks[k - 7], None, dt.date(2026, 1, 1), ("broken", "unproven", "kept")[k % 3], k
            )
            for k, text in enumerate(tricks)
        ),
        quotes=tuple(Quote("M05", 4, LAST_WEEK, text) for text in tricks),
        checks=tuple(CheckLine(text[:4000], AS_OF, None, 0, 0, (tricks[1], text), "<b>") for text in tricks),
        earlier=EarlierReview(tricks[0], AS_OF, None, "unknown", 0.0),
        categories=(CategoryLine("<M99>", 1, 0, 3),),
        unknown=("<i>response</i>",),
        contributions=(("<u>floor</u>", 57.8),),
        would_change=tuple(
            ChangeLine(kind, 1.0, "<band>", text, 2, (tricks[1], text[:4000]))
            for kind, text in zip(
                ("promise", "question", "requirements"), (tricks[15], tricks[3], tricks[14]), strict=True
            )
        ),
        events=tuple(
            EventLine(AS_OF - dt.timedelta(days=9 * k), ("broken", "check", "<kind>")[k % 3], text)
            for k, text in enumerate(tricks[:6])
        ),
        wellbeing=wellbeing_lines(WITHHELD, (), 0.7, 0.0, 12.0),
        dimensions=(DimensionLine("<dimension>", 50.0, 40.0, 60.0, 20.0, (1.0, 2e9, 3.0, 4.0, 5.0)), *rich.dimensions),
    )
