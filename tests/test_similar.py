"""Flags that say nearly the same are found across Finnish cases, in English and mixed; unlike ones are not."""

from __future__ import annotations

import pytest

from ethics.database import Database
from ethics.mismatches.models import Decision, Flag
from ethics.triage import rulings, similar
from ethics.triage.similar import LEAST, likeness
from tests.centre import DAY, OFFICER, build, file

FINNISH = "Asiakkaalle luvattiin 19,90 euroa kuukaudessa, mutta neljännen kuukauden laskulla hinta oli 34,90."
INFLECTED = "Neljännestä kuukaudesta alkaen asiakkaiden laskuilla on 34,90 euron hinta, vaikka lupaus oli 19,90."
ENGLISH = "The customer was promised 19.90 a month, but the fourth invoice said 34.90."
REWORDED = "Invoices say 34.90 from the fourth month on, although customers were promised 19.90."
MIXED = "Customer sanoi että luvattiin 19,90 per month, mutta laskulla 34,90 neljännestä kuukaudesta."
UNLIKE = "Kuljettaja jätti sohvan pihalle sateeseen eikä kukaan vastannut puhelimeen."


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


@pytest.mark.parametrize(
    ("text", "alike"),
    [(FINNISH, INFLECTED), (ENGLISH, REWORDED), (FINNISH, MIXED), (FINNISH, FINNISH.replace("laskulla", "laskula"))],
)
def test_the_same_matter_is_liker_than_another_in_any_words(text: str, alike: str) -> None:
    same, other = likeness(text, [alike, UNLIKE])
    assert same > 2 * other


@pytest.mark.parametrize(("text", "alike"), [(FINNISH, INFLECTED), (ENGLISH, REWORDED), (FINNISH, MIXED)])
def test_the_same_matter_is_found_and_another_is_not(centre: Database, text: str, alike: str) -> None:
    key = file(centre, text=text)
    same = file(centre, text=alike, submission="two")
    file(centre, text=UNLIKE, category="M06", submission="three")
    with centre.read() as tx:
        found = similar.similar(tx, OFFICER, key)
    assert [one.id for one in found] == [same]
    assert LEAST <= found[0].likeness <= 1


def test_the_same_words_are_wholly_alike_and_come_first(centre: Database) -> None:
    key = file(centre, text=FINNISH)
    near, same = file(centre, text=INFLECTED, submission="two"), file(centre, text=FINNISH, submission="three")
    with centre.read() as tx:
        found = similar.similar(tx, OFFICER, key)
    assert [one.id for one in found] == [same, near]
    assert found[0].likeness == pytest.approx(1)


@pytest.mark.parametrize("empty", ["", "   ", "!!! ???"])
def test_a_text_without_letters_is_like_nothing(empty: str) -> None:
    assert likeness(empty, [FINNISH]) == [0.0]
    assert likeness(FINNISH, [empty]) == [0.0]
    assert likeness(FINNISH, []) == []


def test_nothing_alike_is_nothing(centre: Database) -> None:
    key = file(centre, text=FINNISH)
    file(centre, text=UNLIKE, category="M06", submission="two")
    with centre.read() as tx:
        assert similar.similar(tx, OFFICER, key) == []


def test_only_undecided_flags_about_the_same_client_are_compared(centre: Database) -> None:
    key = file(centre, text=FINNISH)
    file(centre, text=FINNISH, client_id=2, submission="another client")
    decided = file(centre, text=FINNISH, submission="decided")
    withheld = file(centre, text=FINNISH, submission="withheld")
    held = file(centre, text=FINNISH, submission="held")
    with centre.write() as tx:
        rulings.decide(tx, OFFICER, decided, rulings.Ruling("T5", "M05", 3, None, "Because", "Thanks"))
        for number, values in ((withheld, {"withheld": True}), (held, {"status": Decision.HELD})):
            flag = tx.get(Flag, number)
            assert flag is not None
            for name, value in values.items():
                setattr(flag, name, value)
    with centre.read() as tx:
        assert similar.similar(tx, OFFICER, key) == []
        assert similar.similar(tx, OFFICER, withheld) == []


def test_a_shared_campaign_adds_a_little(centre: Database) -> None:
    key = file(centre, text=FINNISH, campaign_id=1)
    plain = file(centre, text=INFLECTED, submission="two")
    shared = file(centre, text=INFLECTED, campaign_id=1, submission="three")
    with centre.read() as tx:
        found = {one.id: one.likeness for one in similar.similar(tx, OFFICER, key)}
    assert found[shared] - found[plain] == pytest.approx(similar.SAME_CAMPAIGN)


def test_merged_flags_are_not_offered_again(centre: Database) -> None:
    key, other = file(centre, text=FINNISH), file(centre, text=INFLECTED, submission="two")
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, other, key)
        assert similar.similar(tx, OFFICER, key) == []


def test_the_likest_five_are_offered(centre: Database) -> None:
    key = file(centre, text=FINNISH, met_on=DAY)
    for n in range(8):
        file(centre, text=FINNISH + " x" * n, submission=str(n))
    with centre.read() as tx:
        found = similar.similar(tx, OFFICER, key)
    assert len(found) == similar.MOST
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
