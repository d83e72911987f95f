"""The files that a page offers, caught before a browser would get them."""

from __future__ import annotations

from typing import Any

import pytest

#: The rows of every file, by the key of its button.
Files = dict[str, list[tuple[Any, ...]]]


def caught(monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files that pages offer from now on; it fills while a page runs."""
    offered: Files = {}

    def download(_t: Any, _name: str, header: list[str], rows: list[tuple[Any, ...]], *, key: str) -> None:
        assert all(len(row) == len(header) for row in rows), key
        offered[key] = list(rows)

    monkeypatch.setattr("ethics.pages.look.download", download)
    return offered
