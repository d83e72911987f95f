"""Five stories that Reilu must get right, each from a door to the answer that its reporter reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session

from ethics.access import Role
from ethics.clients import promises
from ethics.clients.models import Campaign, Client, Promise
from ethics.clients.standing import still_sold
from ethics.database import Database, now, today
from ethics.door import filing, follow, receipts
from ethics.imports.models import Batch
from ethics.mismatches import flags, own, tally
from ethics.mismatches.clocks import monday, next_working_day
from ethics.mismatches.models import Flag
from ethics.people.models import User, UserRole
from ethics.risk import scores
from ethics.triage import answers, changed, inquiries, queue, rulings, similar, whistles
from ethics.workforce.models import ContactWeek
from tests.conftest import someone

DAY = today()
AGENT, COLLEAGUE = someone(Role.AGENT, user_id=1), someone(Role.AGENT, user_id=3)
OFFICER, EXECUTIVE = someone(Role.OFFICER, user_id=2), someone(Role.EXECUTIVE, user_id=4)
LEHTI, HOIVA, KATTO, LAAJA, VERHO = 1, 2, 3, 4, 5


@pytest.fixture
def centre(db: Database) -> Database:
    """Five clients with a campaign and a promise each, 20,000 contacts last week, and people to tell and to decide."""
    week = monday(DAY) - dt.timedelta(weeks=1)
    told = {
        LEHTI: ("Oiva Lehdet Oy", "Kiitospaketti", "Kiitospaketti on kertalahja, ei tilaus."),
        HOIVA: ("Lumikki Hoiva Oy", "Turvapalvelu", "Turva-auttaja käy luonasi viikoittain."),
        KATTO: ("Kaarna Katto Oy", "Kattokierros", "Kartoitus on maksuton eikä sido mihinkään."),
        LAAJA: ("Tuisku Laajakaista Oy", "Syksyn netti", "Yhteys toimii myös myrskyllä."),
        VERHO: ("Aamu Verhot Oy", "Kevätverhot", "Verhot ovat luonnonvalkoiset."),
    }
    with db.write() as tx:
        tx.add(Batch(id=1, kind="clients", file_name="f", sha256="0", rows=5, imported_by="t", imported_at=now()))
        for number in (1, 2, 3, 4):
            tx.add(User(id=number, name=f"Test {number}", login=f"test{number}", password_hash="x", created_at=now()))
        tx.flush()
        tx.add(UserRole(user_id=2, role="officer"))
        for number, (name, campaign, promise) in told.items():
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
            tx.flush()
            tx.add(Campaign(id=number, client_id=number, name=campaign))
            tx.add(ContactWeek(client_id=number, week_start=week, contacts=20_000, batch_id=1))
            tx.flush()
            tx.add(Promise(id=number, client_id=number, campaign_id=number, text=promise, row_key=f"p{number}"))
        tx.flush()
        scores.compute(tx)
    return db


def draft(client_id: int, category: str, severity: int, text: str, **other: object) -> flags.Draft:
    told = flags.Draft(client_id, category, severity, "saw", text, DAY, "confidential", f"{client_id}-{text[:20]}")
    return replace(told, campaign_id=client_id, promise_id=client_id, language="fi", **other)  # type: ignore[arg-type]


def anonymously(db: Database, told: flags.Draft) -> str:
    token = receipts.new_token()
    with db.write() as tx:
        code = filing.file(tx, told, token, receipts.slow_hash(receipts.code(token)), filing.Choices(), on=DAY)
    assert code is not None
    return code


def read_by_receipt(db: Database, code: str) -> follow.Followed:
    with db.write() as tx:
        receipt = receipts.found(tx, code)
        assert receipt is not None
        (flag,) = follow.followed(tx, receipt)
    return flag


def first_in_queue(tx: Session, client: str) -> str:
    return next(row.id for row in queue.queue(tx, OFFICER) if row.client == client)


def score(db: Database, client_id: int) -> float:
    with db.read() as tx:
        found = scores.latest(tx)[client_id].score
    assert found is not None
    return found


def rule(tx: Session, key: str, outcome: str, category: str, severity: int, client_id: int) -> str:
    """Decide with the house's own Finnish answer, as the officer's page offers it."""
    answer = answers.template(tx, OFFICER, outcome, "fi")
    rulings.decide(tx, OFFICER, key, rulings.Ruling(outcome, category, severity, client_id, "Tarkistettu", answer))
    return answer


def test_a_a_thank_you_pack_that_is_a_continuing_order(centre: Database) -> None:
    """Two agents tell the same, one without a name; the promise is proved broken and is still sold until withdrawn."""
    before = score(centre, LEHTI)
    first = draft(LEHTI, "M05", 3, "Kiitospaketti myydään kertalahjana, mutta siitä alkaa jatkuva lehtitilaus.")
    with centre.write() as tx:
        named = flags.file(tx, COLLEAGUE, replace(first, submission="colleague"))
    code = anonymously(
        centre, replace(first, text="Kertalahjana myyty kiitospaketti onkin jatkuva tilaus, asiakas ei tiennyt.")
    )
    with centre.write() as tx:
        (alike,) = similar.similar(tx, OFFICER, named)
        rulings.merge(tx, OFFICER, alike.id, named)
        inquiries.verify(
            tx, OFFICER, named, method="purchase", result="supports", text="Testiosto: tilausvahvistus.", done_on=DAY
        )
        answer = rule(tx, named, "T5", "M05", 3, LEHTI)
        promises.judge(tx, OFFICER, LEHTI, verdict="broken", evidence="Testioston tilausvahvistus", on=DAY)
    assert score(centre, LEHTI) > before
    assert [line.text for line in read_by_receipt(centre, code).messages][-1] == answer
    with centre.read() as tx:
        assert [line.text for line in own.own(tx, COLLEAGUE)[0].messages][-1] == answer
        assert tally.by_promise(tx, LEHTI) == {LEHTI: 1}
        (news,) = [c for c in changed.what_changed(tx, AGENT) if c.client == "Oiva Lehdet Oy"]
        assert [(p.verdict, p.withdrawn_on) for p in news.promises] == [("broken", None)]
        kept = tx.get(Promise, LEHTI)
        assert kept is not None
        assert still_sold(kept.verdict, kept.withdrawn_on)
    with centre.write() as tx:
        promises.withdraw(tx, OFFICER, LEHTI, evidence="Uusi myyntipuhe nähty", on=DAY)
        kept = tx.get(Promise, LEHTI)
        assert kept is not None
        assert not still_sold(kept.verdict, kept.withdrawn_on)


def test_b_a_service_nobody_has_ever_received_reaches_a_human_within_one_working_day(centre: Database) -> None:
    told = draft(HOIVA, "M04", 4, "Yksikään asiakas ei ole saanut luvattua auttajaa. Pilli soi.", whistle=True)
    with centre.write() as tx:
        flags.file(tx, AGENT, told)
    with centre.write() as tx:
        line = whistles.whistles(tx, EXECUTIVE)[0]
        assert (line.client, line.days) == ("Lumikki Hoiva Oy", (next_working_day(DAY) - DAY).days)
        assert queue.queue(tx, OFFICER)[0].id == line.id
        whistles.answer(tx, EXECUTIVE, line.id, decided="paused", text="Myynti keskeytetään tänään.")
        rule(tx, line.id, "T6", "M04", 4, HOIVA)
    with centre.read() as tx:
        mine = own.own(tx, AGENT)[0]
    assert mine.whistle_decided == "paused"
    assert mine.messages[0].text == "Myynti keskeytetään tänään."
    assert score(centre, HOIVA) > score(centre, VERHO)


def test_b_without_a_name_it_is_the_first_thing_an_officer_meets(centre: Database) -> None:
    anonymously(centre, draft(HOIVA, "M04", 4, "Palvelua ei ole olemassa.", whistle=True))
    with centre.read() as tx:
        assert [line.days for line in whistles.whistles(tx, EXECUTIVE)] == [0]
        assert queue.queue(tx, OFFICER)[0].days == 0


def test_c_a_seller_told_to_say_that_the_neighbours_complained(centre: Database) -> None:
    before = score(centre, KATTO)
    code = anonymously(
        centre, draft(KATTO, "M12", 3, "Myyntipuheessa käsketään sanoa, että naapurit ovat valittaneet katosta.")
    )
    with centre.write() as tx:
        key = first_in_queue(tx, "Kaarna Katto Oy")
        inquiries.ask_reporter(tx, OFFICER, key, "Missä versiossa myyntipuhetta näin lukee?")
    assert read_by_receipt(centre, code).waiting
    with centre.write() as tx:
        receipt = receipts.found(tx, code)
        assert receipt is not None
        follow.reply(tx, receipt, key, "Lokakuun versiossa, toinen sivu.", on=DAY)
        inquiries.ask_client(tx, OFFICER, key, "Mihin väite naapureista perustuu?", DAY + dt.timedelta(days=14))
        rule(tx, key, "T3", "M12", 3, KATTO)
    assert score(centre, KATTO) == before
    with centre.write() as tx:
        inquiries.verify(
            tx, OFFICER, key, method="recording", result="supports", text="7 tallennetta 10:stä", done_on=DAY
        )
        answer = rule(tx, key, "T5", "M12", 3, KATTO)
    assert score(centre, KATTO) > before
    assert [line.text for line in read_by_receipt(centre, code).messages][-1] == answer


@pytest.mark.parametrize(
    ("client_id", "filed_as", "decided_as", "text"),
    [
        (LAAJA, "M02", "M02", "Laajakaista on poikki myrskyn takia; siitä kerrottiin heti ja korjaus on luvattu."),
        (VERHO, "M03", "M01", "Asiakas ei pidä väristä, vaikka se on juuri se, joka luvattiin."),
    ],
    ids=["d_an_outage_told_openly", "e_a_customer_who_dislikes_the_colour"],
)
def test_normal_work_is_answered_and_leaves_the_score_alone(
    centre: Database, client_id: int, filed_as: str, decided_as: str, text: str
) -> None:
    before = score(centre, client_id)
    with centre.write() as tx:
        key = flags.file(tx, AGENT, draft(client_id, filed_as, 1, text))
        answer = rule(tx, key, "T1", decided_as, 0, client_id)
    assert score(centre, client_id) == before
    with centre.read() as tx:
        mine = own.own(tx, AGENT)[0]
        stored = tx.get(Flag, key)
        assert stored is not None
        assert (mine.status, stored.category, stored.severity) == ("confirmed", decided_as, 0)
        assert mine.messages[-1].text == answer
        assert tally.by_promise(tx, client_id) == {}
