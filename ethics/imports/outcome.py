"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import dataclass

from ethics.imports.checking import Wrong


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do (`dry_run`). With `errors` nothing was written.

    `rows` are the file's rows that were read; `skipped` of them the mapping left out; `already` is the batch that
    brought the same file in before. Of sick leave nothing is `counted`: whether a row was added, changed or there
    before would tell what is known of a person, so the three stay 0.
    """

    kind: str
    file_name: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    new_clients: int = 0
    batch_id: int | None = None
    already: int | None = None
    dry_run: bool = False
    counted: bool = True
    ignored: tuple[str, ...] = ()
    errors: tuple[Wrong, ...] = ()
    error_count: int = 0

    @property
    def ok(self) -> bool:
        """True when the file was good."""
        return self.error_count == 0
