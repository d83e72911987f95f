"""Which flags say nearly the same: cosine of TF-IDF weights over character n-grams, whatever the language.

Parts of words match across Finnish cases and across spelling mistakes, and nothing has to know which language a text
is in. The same category, campaign or promise adds a little: two short texts about one promise are likely one matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from ethics.access import Actor
from ethics.mismatches.models import Decision, Flag
from ethics.triage.handlers import handled, open_to

NGRAMS: Final = (3, 5)
LEAST: Final = 0.25
MOST: Final = 5
SAME_CATEGORY: Final = 0.05
SAME_CAMPAIGN: Final = 0.05
SAME_PROMISE: Final = 0.15
#: The newest flags of a client that one is compared with.
POOL: Final = 500


@dataclass(frozen=True)
class Similar:
    """Another undecided flag about the same client; `likeness` is 0–1."""

    id: str
    category: str
    severity: int
    text: str
    filed_on: dt.date
    likeness: float


def likeness(text: str, others: Sequence[str]) -> list[float]:
    """How much each of `others` says the same as `text`: 0–1. Texts without letters are like nothing."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not others or not text.strip():
        return [0.0] * len(others)
    weigh = TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, lowercase=True)
    matrix = weigh.fit_transform([text, *others])
    return [float(value) for value in (matrix[1:] @ matrix[0].T).toarray().ravel()]


def similar(tx: Session, actor: Actor, flag_id: str) -> list[Similar]:
    """The undecided flags about the same client that say nearly the same, the likest first. Raises NotFound."""
    flag = handled(tx, actor, flag_id)
    if flag.withheld:
        return []
    others = tx.exec(
        select(Flag)
        .where(Flag.client_id == flag.client_id, Flag.id != flag.id, Flag.status == Decision.OPEN)
        .where(col(Flag.withheld).is_(False), open_to(actor.user_id))
        .order_by(col(Flag.filed_on).desc(), Flag.id)
        .limit(POOL)
    ).all()
    alike = likeness(_words(flag), [_words(other) for other in others])
    found = [
        Similar(
            other.id,
            other.category,
            other.severity,
            other.text or other.said,
            other.filed_on,
            min(value + _bonus(flag, other), 1.0),
        )
        for other, value in zip(others, alike, strict=True)
        if value > 0
    ]
    found = [one for one in found if one.likeness >= LEAST]
    return sorted(found, key=lambda one: (-one.likeness, one.id))[:MOST]


def _words(flag: Flag) -> str:
    return " ".join(part for part in (flag.said, flag.text, flag.experience) if part)


def _bonus(flag: Flag, other: Flag) -> float:
    return (
        SAME_CATEGORY * (flag.category == other.category)
        + SAME_CAMPAIGN * (flag.campaign_id is not None and flag.campaign_id == other.campaign_id)
        + SAME_PROMISE * (flag.promise_id is not None and flag.promise_id == other.promise_id)
    )
