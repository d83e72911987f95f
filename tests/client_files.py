"""An example client file of which nearly everything is known. The client is fictional, from the sample centre."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from ethics.wellbeing.results import Amount, Headline
from reports.client_file import (
    AlarmMark,
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
    SilenceLine,
    WeekLine,
)
from reports.wellbeing_lines import WellbeingLines
from tests.releases import CLAIMED, cell, line, quarter

AS_OF = dt.date(2026, 11, 22)
LAST_WEEK = dt.date(2026, 11, 16)
DIMENSIONS = ("product_truth", "sales_conduct", "customer_rights", "enablement", "response", "agent_burden")
MISMATCHED = DIMENSIONS[:4]
WEEKLY = (9, 11, 8, 12, 10, 7, 13, 9, 11, 12, 14, 10, 13, 15, 12, 17, 14, 19, 16, 21, 18, 23, 19, 24, 22, 26)


def rich_file() -> ClientFile:
    """A client in trouble of whom nearly everything is known; the response is not."""
    points = {
        "product_truth": 21.4,
        "sales_conduct": 9.8,
        "customer_rights": 14.9,
        "enablement": 4.1,
        "agent_burden": 7.6,
    }
    scores = {
        "product_truth": 71.0,
        "sales_conduct": 44.0,
        "customer_rights": 66.0,
        "enablement": 27.0,
        "agent_burden": 51.0,
    }
    return ClientFile(
        name="Lumikki Laajakaista Oy",
        business_id="2345678-4",
        sector="Laajakaista ja TV",
        since=dt.date(2023, 3, 1),
        status="watch",
        as_of=AS_OF,
        data_from=dt.date(2024, 11, 18),
        policy_version=1,
        score=57.8,
        low=51.6,
        high=63.4,
        band="remedy",
        band_limits=(25.0, 45.0, 70.0),
        floor=None,
        weakest="product_truth",
        dimensions=tuple(
            DimensionLine(
                name,
                scores.get(name),
                scores[name] - 8 if name in scores else None,
                scores[name] + 7 if name in scores else None,
                points.get(name, 0.0),
                (0.0, 4 * points[name], 2 * points[name], points[name], 0.3) if name in MISMATCHED else (),
            )
            for name in DIMENSIONS
            if name in scores
        ),
        contributions=tuple(points.items()),
        unknown=("response",),
        rate_mean=4.62,
        rate_low=4.11,
        rate_high=5.19,
        contacts=84_120,
        mismatches=385,
        position=2,
        clients=12,
        open_flags=14,
        overdue_flags=3,
        normal_work=61,
        weeks=tuple(
            WeekLine(
                LAST_WEEK - dt.timedelta(weeks=25 - k),
                3100 + 37 * (k * 7 % 11),
                n,
                *((9.8 + k / 10, 4, 17 + k // 6) if k >= 3 else (None, None, None)),
            )
            for k, n in enumerate(WEEKLY)
        ),
        history=tuple(
            HistoryLine(
                AS_OF - dt.timedelta(weeks=back), round(score, 1), round(score - 6.5, 1), round(score + 6, 1), 1
            )
            for back, score in ((back, 57.8 - 0.38 * back + (back * 5 % 7) / 5) for back in range(60, -1, -1))
        ),
        categories=(
            CategoryLine("M06", 5, 131, 12),
            CategoryLine("M05", 3, 98, 9),
            CategoryLine("M07", 2, 61, 4),
            CategoryLine("M03", 1, 47, 6),
            CategoryLine("M08", 2, 31, 3),
            CategoryLine("M09", 1, 17, 2),
            CategoryLine("M01", 0, 49, 3),
            CategoryLine("M02", 0, 12, 0),
        ),
        promises=(
            PromiseLine(
                "Yhteys toimii viikossa tilauksesta tai ensimmäinen kuukausi on ilmainen.",
                "Kotikuitu 600",
                "Myyntipuhe 3.2, kesäkuu 2026",
                dt.date(2026, 6, 1),
                None,
                "broken",
                131,
            ),
            PromiseLine(
                "Hinta pysyy samana koko 24 kuukauden sopimuskauden ajan.",
                "Kotikuitu 600",
                "Verkkosivu 12.6.2026",
                dt.date(2026, 6, 1),
                dt.date(2026, 12, 31),
                "broken",
                98,
            ),
            PromiseLine(
                "Irtisanominen onnistuu yhdellä puhelulla.",
                "Kaikki liittymät",
                "Sopimusehdot § 9",
                None,
                None,
                "unproven",
                61,
            ),
            PromiseLine(
                "Nopeus on vähintään 400 Mbit/s iltaisinkin.",
                "Kotikuitu 600",
                "Verkkosivu",
                dt.date(2026, 2, 1),
                None,
                "unproven",
                47,
            ),
            PromiseLine(
                "Asentaja soittaa ennen tuloaan.", "Asennus", "Tilausvahvistus", dt.date(2025, 9, 1), None, "kept", 2
            ),
            PromiseLine(
                "Reitittimen saa palauttaa maksutta 14 päivän ajan.",
                "Kotikuitu 600",
                "Tilausvahvistus",
                None,
                None,
                "kept",
                0,
            ),
        ),
        quotes=(
            Quote(
                "M06",
                3,
                dt.date(2026, 11, 9),
                "Asiakas on odottanut asentajaa viisi viikkoa ja saanut jo kaksi laskua. Järjestelmässä ei näy tilausta "
                "lainkaan, enkä saa luvata hyvitystä.",
            ),
            Quote(
                "M05",
                3,
                dt.date(2026, 11, 2),
                "Avausmaksu 99 € selvisi vasta laskusta. Kampanjapuheessa sitä ei mainita missään kohdassa.",
            ),
            Quote(
                "M07",
                2,
                dt.date(2026, 10, 26),
                "The customer was asked to call three different numbers to cancel. I was told not to send the form.",
            ),
        ),
        checks=(
            CheckLine("Onboarding a client", dt.date(2026, 9, 15), 0.62, 21, 24, ("A01", "A07"), "no"),
            CheckLine("The promise, word for word", dt.date(2026, 10, 3), 0.78, 18, 18, (), "conditions"),
        ),
        earlier=EarlierReview("R-2026-004", dt.date(2026, 8, 20), 48.6, "remedy", 3.71),
        alarms=(
            AlarmMark(dt.date(2026, 2, 9), dt.date(2026, 2, 9), 655.1, 624.0, open=False),
            AlarmMark(dt.date(2026, 10, 5), dt.date(2026, 9, 14), 1661.4, 624.0, open=True),
        ),
        would_change=(
            ChangeLine("promise", 47.2, "remedy", "Hinta pysyy samana koko 24 kuukauden sopimuskauden ajan."),
            ChangeLine("requirements", 52.0, "remedy", items=("A01", "A07")),
            ChangeLine("flags", 57.6, "remedy", n=3),
        ),
        silence=SilenceLine("history", 23, 108.2, dt.date(2026, 5, 18), dt.date(2026, 11, 1)),
        events=(
            EventLine(dt.date(2025, 3, 3), "review", "R-2025-001"),
            EventLine(dt.date(2026, 7, 20), "broken", "Irtisanominen onnistuu yhdellä puhelulla."),
            EventLine(dt.date(2026, 8, 17), "withdrawn", "Irtisanominen onnistuu yhdellä puhelulla."),
            EventLine(dt.date(2026, 8, 20), "review", "R-2026-004"),
            EventLine(dt.date(2026, 9, 15), "check", "Onboarding a client"),
        ),
        wellbeing=wellbeing_lines(),
    )


def wellbeing_lines(
    headline: Headline = CLAIMED,
    figures: tuple[int, ...] = (34, 19, 97),
    *ratio: float,
    claimed: bool = False,
    **other: Any,
) -> WellbeingLines:
    """The quarter as a review holds it: a claim with its cost, the client's figures, and its year where one is given."""
    release = quarter(
        "2026Q3",
        dt.date(2026, 11, 12),
        headline=headline,
        clients=(cell(1, "Lumikki Laajakaista Oy", *figures),),
        **({"day_cost": 35_000, "euros": Amount(458_850.0, 151_900.0, 754_600.0)} if headline.days else {}),
    )
    known = line(1, *(ratio or (1.4, 1.1, 1.8)), claimed=claimed or not ratio)
    return replace(WellbeingLines(release, "5a1e" * 16, 2025, known), **other)
