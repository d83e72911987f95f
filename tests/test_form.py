"""What the signed-in form offers: names that may be chosen, dates, and what to mask before it is sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from ethics.access import Actor, NotAllowed, Role
from ethics.clients.models import Campaign, Client, Promise, Status
from ethics.database import Database, now, today
from ethics.language import Refused
from ethics.masking.masking import Kind
from ethics.mismatches import flags, form
from ethics.mismatches.evidence import Cleaned
from ethics.mismatches.form import Piece
from ethics.people.models import User, UserRole
from tests.conftest import someone
from tests.test_own import picture

DAY = today()
AGENT = someone(Role.AGENT, user_id=1)
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")
NOBODY_ELSE = [someone(role, user_id=9) for role in Role if role is not Role.AGENT]


@pytest.fixture
def centre(db: Database) -> Database:
    """Two served clients and one that has ended; campaigns and promises of the first; an officer (2)."""
    with db.write() as tx:
        for number, name, status in (
            (1, "Lumikki Laajakaista Oy", Status.ACTIVE),
            (2, "Oiva Lehdet Oy", Status.WATCH),
            (3, "Vaivero Oy", Status.ENDED),
        ):
            tx.add(Client(id=number, name=name, name_key=name.casefold(), status=status))
        tx.flush()
        past = DAY - dt.timedelta(days=30)
        tx.add(Campaign(id=1, client_id=1, name="Syyskampanja"))
        tx.add(Campaign(id=2, client_id=1, name="Kevätkampanja", until_date=past))
        tx.add(Campaign(id=3, client_id=2, name="Lukijatarjous"))
        tx.flush()
        tx.add(Promise(id=1, client_id=1, text="Hinta ei muutu.", row_key="1"))
        tx.add(Promise(id=2, client_id=1, campaign_id=1, text="Ensimmäinen kuukausi on ilmainen.", row_key="2"))
        tx.add(Promise(id=3, client_id=2, text="Lehti tulee joka päivä.", row_key="3"))
        tx.add(User(id=2, name="Test officer", login="officer", password_hash="x", created_at=now()))
        tx.flush()
        tx.add(UserRole(user_id=2, role=Role.OFFICER))
    return db


def offered(db: Database, client_id: int | None, campaign_id: int | None = None) -> form.Choices:
    with db.read() as tx:
        return form.choices(tx, AGENT, client_id, campaign_id)


def asked(db: Database, **names: str) -> form.Asked:
    with db.read() as tx:
        return form.asked(tx, AGENT, **{"client": "", "campaign": "", "category": "", "contact": "", **names})


def test_before_a_client_is_chosen_only_names_of_served_clients_are_offered(centre: Database) -> None:
    found = offered(centre, None)
    assert found.clients == {1: "Lumikki Laajakaista Oy", 2: "Oiva Lehdet Oy"}
    assert (found.campaigns, found.promises, found.officers, found.meter) == ({}, {}, {2: "Test officer"}, None)


def test_a_client_brings_its_running_campaigns_its_promises_and_its_meter(centre: Database) -> None:
    found = offered(centre, 1)
    assert found.campaigns == {1: "Syyskampanja"}
    assert set(found.promises) == {1, 2}
    assert found.meter is not None
    assert found.meter.level == "unknown"  # there are no shifts here


@pytest.mark.parametrize("client_id", [3, 99])
def test_a_client_that_is_not_offered_counts_as_not_chosen(centre: Database, client_id: int) -> None:
    assert offered(centre, client_id) == offered(centre, None)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ({"client": "  lumikki laajakaista OY", "campaign": "syyskampanja"}, form.Asked(1, 1, None, "")),
        ({"client": "Lumikki Laajakaista Oy", "campaign": "Kevätkampanja"}, form.Asked(1, None, None, "")),
        ({"client": "Oiva Lehdet Oy", "campaign": "Syyskampanja"}, form.Asked(2, None, None, "")),
        ({"client": "Vaivero Oy", "category": "m05"}, form.Asked(None, None, "M05", "")),
        ({"campaign": "Syyskampanja", "category": "M99"}, form.Asked(None, None, None, "")),
        ({"contact": " C-1 "}, form.Asked(None, None, None, "C-1")),
        ({"contact": "x" * 99}, form.Asked(None, None, None, "x" * 64)),
    ],
)
def test_a_link_fills_in_what_is_known_here_and_nothing_else(
    centre: Database, link: dict[str, str], found: form.Asked
) -> None:
    assert asked(centre, **link) == found


def test_a_flag_of_a_saturday_is_read_in_a_week_and_its_whistle_answered_on_monday() -> None:
    assert form.dates(dt.date(2026, 11, 21)) == form.Dates(
        read=dt.date(2026, 11, 28), answer=dt.date(2027, 2, 21), whistle=dt.date(2026, 11, 23)
    )


def to_mask(db: Database, **other: Any) -> tuple[Piece, ...]:
    with db.read() as tx:
        return form.to_mask(tx, AGENT, dataclasses.replace(DRAFT, **other))


def test_personal_data_is_found_in_every_text_of_the_draft_and_named_once(centre: Database) -> None:
    pieces = to_mask(
        centre,
        text="Soitettiin numeroon 040 123 4567, ja uudestaan numeroon 040 123 4567.",
        experience="Palaute tuli osoitteesta asiakas@example.com.",
        said="Lähetä tilille FI21 1234 5600 0007 85",
    )
    assert pieces == (
        Piece(Kind.PHONE, "040 123 4567"),
        Piece(Kind.EMAIL, "asiakas@example.com"),
        Piece(Kind.ACCOUNT, "FI21 1234 5600 0007 85"),
    )


def test_prices_and_names_of_clients_are_nobodys_data(centre: Database) -> None:
    assert to_mask(centre, text="Lumikki Laajakaista Oy lupasi 19,90 €, Syyskampanja.") == ()


def test_only_the_chosen_pieces_are_masked(centre: Database) -> None:
    draft = dataclasses.replace(DRAFT, text="040 123 4567 ja asiakas@example.com", experience="040 123 4567")
    with centre.read() as tx:
        left = form.without(tx, AGENT, draft, [Piece(Kind.PHONE, "040 123 4567")], "fi")
        same = form.without(tx, AGENT, draft, [], "fi")
    assert (left.text, left.experience) == ("[puhelin] ja asiakas@example.com", "[puhelin]")
    assert same == draft


def test_good_news_is_masked_alike(centre: Database) -> None:
    draft = flags.GoodDraft(1, "thanks", "Kiitos tuli numerosta 040 123 4567.", "good")
    with centre.read() as tx:
        pieces = form.to_mask(tx, AGENT, draft)
        assert form.without(tx, AGENT, draft, pieces, "en").text == "Kiitos tuli numerosta [phone]."


def test_a_reply_is_masked_alike_and_needs_nothing_else(centre: Database) -> None:
    reply = form.Reply("Soita 040 123 4567 tai asiakas@example.com")
    with centre.read() as tx:
        pieces = form.to_mask(tx, AGENT, reply)
        assert pieces == (Piece(Kind.PHONE, "040 123 4567"), Piece(Kind.EMAIL, "asiakas@example.com"))
        assert form.without(tx, AGENT, reply, pieces[:1], "fi").text == "Soita [puhelin] tai asiakas@example.com"
        assert form.to_mask(tx, AGENT, form.Reply(" ")) == ()


def test_files_go_along_cleaned_and_stay_when_words_are_masked(centre: Database) -> None:
    reply = form.with_files(form.Reply("Soita 040 123 4567"), [picture()])
    assert form.with_files(DRAFT, [picture()]).files == reply.files == (Cleaned("png", picture()),)
    with centre.read() as tx:
        assert form.without(tx, AGENT, reply, form.to_mask(tx, AGENT, reply), "en") == form.Reply(
            "Soita [phone]", reply.files
        )


def test_good_news_takes_no_files() -> None:
    good = flags.GoodDraft(1, "thanks", "Kiitos", "good")
    assert form.with_files(good, [picture()]) == good


@pytest.mark.parametrize(
    ("other", "says"),
    [({"client_id": 3}, "Choose the client"), ({"category": None}, "Choose what happened"), ({"text": " "}, "Write")],
)
def test_what_is_missing_is_said_before_what_is_to_be_masked(
    centre: Database, other: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        to_mask(centre, **{"experience": "040 123 4567", **other})


@pytest.mark.parametrize("who", NOBODY_ELSE, ids=lambda actor: next(iter(actor.roles)).value)
def test_the_form_is_for_those_who_file_flags(centre: Database, who: Actor) -> None:
    with centre.read() as tx:
        for verb in (
            lambda: form.choices(tx, who, None, None),
            lambda: form.asked(tx, who, client="", campaign="", category="", contact=""),
            lambda: form.to_mask(tx, who, DRAFT),
            lambda: form.to_mask(tx, who, form.Reply("")),
            lambda: form.without(tx, who, DRAFT, (), "en"),
        ):
            with pytest.raises(NotAllowed):
                verb()
