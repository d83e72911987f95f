"""Receipts: strong, readable, forgiving to type, and stored as nothing that leads back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics.database import Database
from ethics.door import receipts
from ethics.mismatches.models import Receipt
from ethics.people import passwords

WEEK = dt.date(2026, 11, 2)


def kept(db: Database, code: str) -> str:
    with db.write() as tx:
        return receipts.store(tx, code, receipts.slow_hash(code), week=WEEK).id


def test_a_receipt_has_160_bits_in_eight_groups_of_four() -> None:
    code = receipts.code(receipts.new_token())
    assert len(code) == 32
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert [len(group) for group in receipts.grouped(code).split("-")] == [4] * 8
    assert 5 * len(code) >= 128


def test_a_hundred_thousand_receipts_and_their_lookup_parts_are_all_different() -> None:
    codes = [receipts.code(receipts.new_token()) for _ in range(100_000)]
    assert len(set(codes)) == len({code[: receipts.LOOKUP] for code in codes}) == 100_000


def test_every_character_of_the_alphabet_is_about_equally_likely() -> None:
    text = "".join(receipts.code(receipts.new_token()) for _ in range(2_000))
    counts = [text.count(letter) for letter in receipts.ALPHABET]
    assert max(counts) / min(counts) < 1.25


@pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", " "), lambda c: f"  {c.replace('-', '')}\n"])
def test_spaces_dashes_and_capitals_do_not_matter(change: Any) -> None:
    code = receipts.code(receipts.new_token())
    assert receipts.typed(change(receipts.grouped(code))) == code


def test_o_is_read_as_nought_and_i_and_l_as_one() -> None:
    assert receipts.typed("OIL0 " + "A" * 28) == "0110" + "A" * 28


@pytest.mark.parametrize("text", ["", "ABC", "A" * 31, "A" * 33, "U" * 32, "Ä" * 32, "A" * 10_000])
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert receipts.typed(text) is None


def test_a_receipt_is_found_by_its_owner_only(db: Database) -> None:
    mine, other = (receipts.code(receipts.new_token()) for _ in range(2))
    key = kept(db, mine)
    with db.read() as tx:
        found = receipts.found(tx, receipts.grouped(mine).lower())
        assert found is not None
        assert found.id == key
        assert receipts.found(tx, other) is None
        assert receipts.found(tx, mine[:12] + other[12:]) is None
        assert receipts.found(tx, other[:12] + mine[12:]) is None


def test_neither_part_of_a_receipt_is_stored(db: Database) -> None:
    code = receipts.code(receipts.new_token())
    kept(db, code)
    with db.read() as tx:
        stored = " ".join(str(value) for value in tx.exec(select(Receipt)).one().model_dump().values())
    for part in (code, receipts.grouped(code), code[:12], code[12:]):
        assert part not in stored
    assert "$argon2id$" in stored


def test_an_unknown_receipt_costs_the_same_work_as_a_wrong_one(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow hash each, whatever is wrong with it."""
    known, other = (receipts.code(receipts.new_token()) for _ in range(2))
    kept(db, known)
    checks: list[str] = []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda stored, text: checks.append(text) or matches(stored, text))
    for text in (other, known[:12] + other[12:], "nonsense", known):
        checks.clear()
        with db.read() as tx:
            receipts.found(tx, text)
        assert len(checks) == 1, text


def test_a_text_that_is_too_long_is_never_hashed(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda _stored, text: bool(seen.append(text)))
    with lite.read() as tx:
        assert receipts.found(tx, "A" * 100_000) is None
    assert all(len(text) <= 20 for text in seen)


def test_a_closed_receipt_opens_nothing(db: Database) -> None:
    code = receipts.code(receipts.new_token())
    key = kept(db, code)
    with db.write() as tx:
        row = receipts.by_id(tx, key)
        assert row is not None
        row.closed = True
    with db.read() as tx:
        assert receipts.found(tx, code) is None
        assert receipts.by_id(tx, key) is None


def test_a_token_of_this_house_is_told_from_a_made_up_one() -> None:
    token = receipts.new_token()
    assert receipts.is_token(token)
    for wrong in ("", "x", token[:-1], token + "0", "a" + token, f"{'a' * 32}.{'0' * 32}", "x" * 5_000):
        assert not receipts.is_token(wrong)


def test_what_is_stored_of_a_token_does_not_lead_to_its_receipt() -> None:
    token = receipts.new_token()
    stored = receipts.submission(token)
    assert token.split(".")[0] not in stored
    assert receipts.code(stored) != receipts.code(token)
