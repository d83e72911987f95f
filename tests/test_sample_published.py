"""What is published of the sample centre: the planted effect is found, and nobody is named without cause."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sqlmodel import select

from ethics.access import TERMINAL
from ethics.clients.models import Client
from ethics.database import Database
from ethics.imports.sample import Centre, generate
from ethics.imports.sample.loading import load
from ethics.wellbeing import releases
from tests.ledgers import LOOKED_AT, Clock, sample
from tests.sampled import SUNDAY


@pytest.fixture(scope="module")
def centre() -> Centre:
    return generate(until=SUNDAY)


@pytest.fixture(scope="module")
def house_of_it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The default centre, loaded and published."""
    with pytest.MonkeyPatch.context() as patch:
        Clock(patch, LOOKED_AT)
        db = sample(tmp_path_factory, tmp_path_factory.mktemp("published"))
    yield db
    db.dispose()


def test_the_planted_effect_is_found_in_what_is_published(house_of_it: Database, centre: Centre) -> None:
    with house_of_it.read() as tx:
        newest = releases.latest(tx)
    assert newest is not None
    found, planted = newest.headline, np.exp(centre.truth.log_rate_ratio_per_10)
    assert (newest.quarter, found.status, found.claimed) == ("2026Q3", "estimated", True)
    assert found.ratio is not None
    assert found.ratio.low <= planted <= found.ratio.high
    assert found.same_week_p is not None and found.same_week_p > 0.05
    assert found.lead_p is not None and found.lead_p > 0.05
    assert newest.euros is not None


def test_no_client_is_named_that_is_not_burdening(house_of_it: Database, centre: Centre) -> None:
    with house_of_it.read() as tx:
        (year,) = releases.years(tx)
        names = dict(tx.exec(select(Client.id, Client.name)).all())
    assert year.ratios.year == 2025
    assert {names[line.client] for line in year.ratios.lines if line.claimed} <= set(centre.truth.burdening)


def test_a_small_sample_publishes_what_it_can_on_both_engines(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty weeks until November hold two whole quarters that are old enough, and no year."""
    Clock(monkeypatch, LOOKED_AT)
    with db.write() as tx:
        load(tx, clients=6, agents=60, weeks=40, until=SUNDAY)
    with db.read() as tx:
        found = releases.releases(tx, TERMINAL)
        assert [one.quarter for one in found] == ["2026Q3", "2026Q2"]
        assert {one.headline.status for one in found} == {"not-enough-data"}
        assert {one.day_cost for one in found} == {37_000}
        assert releases.years(tx) == []
