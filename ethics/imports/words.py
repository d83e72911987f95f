"""What an import did, in sentences. Page and terminal share them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ethics.language import Reader

if TYPE_CHECKING:  # its own imports are slow to load, and the terminal's other commands wait for these words
    from ethics.imports.outcome import Outcome


def counts(t: Reader, outcome: Outcome) -> str:
    """How many rows were read, and what became of them, as far as that is told."""
    if not outcome.counted:
        return t("Rows read: {rows}. Left out by the mapping: {skipped}.", rows=outcome.rows, skipped=outcome.skipped)
    return t(
        "Rows read: {rows}. Added: {added}, changed: {changed}, as before: {unchanged}, left out by the mapping: "
        "{skipped}.",
        rows=outcome.rows,
        added=outcome.added,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        skipped=outcome.skipped,
    )


def already(t: Reader, outcome: Outcome) -> str:
    """That the same file came in before."""
    return t("This file was already imported, as batch {number}. Nothing was changed.", number=str(outcome.already))


def besides(t: Reader, outcome: Outcome) -> list[str]:
    """What else is worth knowing: clients that are new, columns that nothing was taken from. Plain text."""
    said = []
    if outcome.new_clients:
        said.append(t.plural("One client is new.", "{n} clients are new.", outcome.new_clients))
    if outcome.ignored:
        said.append(t("Columns that nothing was taken from: {columns}.", columns=list(outcome.ignored)))
    return said
