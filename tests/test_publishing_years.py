"""The client ratios of a year: computed once, when the last of its four quarters is published."""

from __future__ import annotations

import numpy as np
import pytest

from ethics.database import Database
from ethics.disclosure import Figures
from ethics.wellbeing import publishing
from ethics.wellbeing.release import Cell
from ethics.workforce.quarters import Quarter
from tests.releases import published


def test_a_years_ratios_are_computed_when_its_last_quarter_is_published(
    lite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three quarters stored with 25 people at client 1 and 19 at client 2 in one: only client 1 stands alone."""
    asked = []
    monkeypatch.setattr(publishing.contrasts, "publishable_groups", lambda _panel, among: sorted(among))
    monkeypatch.setattr(
        publishing.contrasts, "client_ratios", lambda _panel, *, groups: asked.append(list(groups)) or []
    )
    monkeypatch.setattr(publishing.people, "panel", lambda *_: _Nobody())
    monkeypatch.setattr(publishing.completeness, "year_known", lambda *_: True)
    cells = (Cell(1, "Acme Oy", Figures(25, 9, 40)), Cell(2, "Beta Oy", Figures(25, 9, 40)), Cell(3, "Gamma Oy", None))
    small = (cells[0], Cell(2, "Beta Oy", Figures(19, 9, 40)), cells[2])
    with lite.write() as tx:
        published(tx, quarter="2025Q1", ratios=None, clients=cells)
        published(tx, quarter="2025Q3", ratios=None, clients=small)
        assert publishing._year(tx, Quarter(2025, 4), cells) is None
        published(tx, quarter="2025Q2", ratios=None, clients=cells)
        found = publishing._year(tx, Quarter(2025, 4), cells)
    assert found is not None
    assert (found.year, asked) == (2025, [[1]])


class _Nobody:
    week = np.zeros(0, dtype=np.int64)

    def chosen(self, _rows: object) -> _Nobody:
        return self
