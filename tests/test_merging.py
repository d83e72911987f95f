"""Merged flags are one mismatch: the graver and the surer count, nothing is buried, and two officers make no circle."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from contextlib import suppress

import pytest

from ethics.database import Database
from ethics.language import Refused
from ethics.mismatches import flags, tally
from ethics.mismatches.models import Flag
from ethics.triage import card, rulings
from tests.centre import AGENT, DAY, DRAFT, OFFICER, OTHER, blow, build_of_two, decide, file, heard


@pytest.fixture
def centre(db: Database) -> Database:
    return build_of_two(db)


def test_merged_flags_are_one_mismatch_and_both_reporters_hear_of_it(centre: Database) -> None:
    first, second = file(centre), file(centre, OTHER, submission="two")
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, second, first)
        assert [line.id for line in card.card(tx, OFFICER, first).merged] == [second]
    decide(centre, first, answer="It stops on Monday.")
    assert heard(centre) == ["It stops on Monday."]
    assert heard(centre, OTHER)[-1] == "It stops on Monday."
    with centre.read() as tx:
        found = list(tally.tallies(tx, since=DAY - dt.timedelta(30), until=DAY))
    assert [(t.status, t.n) for t in found] == [("confirmed", 1)]


def test_merging_into_a_merged_flag_leads_to_the_first(centre: Database) -> None:
    a, b, c = (file(centre, submission=str(k)) for k in range(3))
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, b, a)
        rulings.merge(tx, OFFICER, c, b)  # b has gone into a by now
        rulings.merge(tx, OFFICER, a, file_again := flags.file(tx, AGENT, dataclasses.replace(DRAFT, submission="d")))
        assert {line.id for line in card.card(tx, OFFICER, file_again).merged} == {a, b, c}


def test_a_decided_flag_is_not_merged_away(centre: Database) -> None:
    a, b = file(centre), file(centre, submission="two")
    decide(centre, a)
    with pytest.raises(Refused, match="decided already"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, b)


def test_a_merge_cannot_bury_a_whistle_or_what_is_graver(centre: Database) -> None:
    normal, grave, blown = (
        file(centre, severity=0),
        file(centre, submission="g", severity=4),
        blow(centre, submission="b"),
    )
    decide(centre, normal, outcome="T1", category="M01", severity=0)
    with pytest.raises(Refused, match="lesser thing"), centre.write() as tx:
        rulings.merge(tx, OFFICER, grave, normal)
    with pytest.raises(Refused, match="Answer the whistle first"), centre.write() as tx:
        rulings.merge(tx, OFFICER, blown, grave)


def test_the_graver_of_two_merged_flags_gives_the_severity(centre: Database) -> None:
    mild, grave = file(centre, severity=1), file(centre, submission="g", severity=4)
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, grave, mild)
        assert card.card(tx, OFFICER, mild).severity == 4


@pytest.mark.parametrize(
    ("merged", "kept", "stays"),
    [("proof", "heard", "proof"), ("saw", "heard", "saw"), ("heard", "saw", "saw"), ("saw", "proof", "proof")],
)
def test_the_surer_of_two_merged_flags_gives_the_certainty(
    centre: Database, merged: str, kept: str, stays: str
) -> None:
    goes, into = file(centre, certainty=merged), file(centre, submission="k", certainty=kept)
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, goes, into)
        assert card.card(tx, OFFICER, into).certainty == stays


def test_a_proof_is_not_merged_into_a_dismissed_flag_that_had_none(centre: Database) -> None:
    dismissed, heard_too, proof = (
        file(centre, submission=str(k), certainty=certainty) for k, certainty in enumerate(("heard", "heard", "proof"))
    )
    decide(centre, dismissed, outcome="T10")
    with centre.write() as tx:
        rulings.merge(tx, OFFICER, heard_too, dismissed)
    with pytest.raises(Refused, match="lesser thing"), centre.write() as tx:
        rulings.merge(tx, OFFICER, proof, dismissed)


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # SQLite lets one writer in at a time anyway
def test_two_officers_who_merge_crosswise_at_once_keep_one_flag(centre: Database) -> None:
    for k in range(5):
        a, b = file(centre, submission=f"a{k}"), file(centre, submission=f"b{k}")
        at_once = threading.Barrier(2)

        def merge(one: str, other: str, gate: threading.Barrier = at_once) -> None:
            with suppress(Refused), centre.write() as tx:
                gate.wait(5)
                rulings.merge(tx, OFFICER, one, other)

        both = [threading.Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(20)
        with centre.read() as tx:
            assert sorted(str(tx.get(Flag, key).status) for key in (a, b)) == ["merged", "open"]  # type: ignore[union-attr]


def test_flags_about_two_clients_cannot_be_merged(centre: Database) -> None:
    a, b = file(centre), file(centre, submission="two", client_id=2)
    with pytest.raises(Refused, match="same client"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, b)
    with pytest.raises(Refused, match="same client"), centre.write() as tx:
        rulings.merge(tx, OFFICER, a, a)
