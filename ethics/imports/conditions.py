"""What must be so before anything of a file is looked at: in this house, on these terms, with this mapping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlmodel import Session, col, select

from ethics.imports import privacy
from ethics.imports.kinds import Kind
from ethics.imports.mapping import Mapping
from ethics.imports.models import Batch
from ethics.language import Refused
from ethics.wellbeing import terms

#: Who brings the sample centre in, as its batches name it.
SAMPLE: Final = "sample centre"


def require(tx: Session, kind: Kind, mapping: Mapping, headings: Iterable[str]) -> None:
    """Raise Refused unless a file of this kind, with this mapping and these headings, may come into this house."""
    if kind.about_people and not terms.loads_sample(tx) and _holds_sample(tx):
        # What is published would count people who do not exist together with people who do.
        raise Refused(
            "The sample centre is in this house, and real people's data do not come in beside it. Start Reilu with another "
            "REILU_HOME: that is an empty house of your own."
        )
    if kind.about_absence:
        terms.require(tx)
    privacy.require_nobody_named(kind, headings, agent=mapping.columns.get("agent", "agent"))
    require_mapping(kind, mapping)


def require_mapping(kind: Kind, mapping: Mapping) -> None:
    """Raise Refused unless the mapping fits the kind and says nothing of people: mappings are kept."""
    mapping.require_fit(kind)
    read = [*mapping.columns.values(), *mapping.skip_unless]
    privacy.require_nobody_named(kind, read, agent=mapping.columns.get("agent", "agent"))
    privacy.require_nobody_kept(kind, mapping)


def may_be_kept(kind: Kind, mapping: Mapping) -> bool:
    """False for a mapping that an earlier Reilu kept and this one refuses."""
    try:
        require_mapping(kind, mapping)
    except Refused:
        return False
    return True


def _holds_sample(tx: Session) -> bool:
    standing = select(Batch.id).where(Batch.imported_by == SAMPLE, col(Batch.undone_at).is_(None)).limit(1)
    return tx.exec(standing).first() is not None
