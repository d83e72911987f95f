"""Published sick leave in the client file: who gets it, of which day, and that nothing of other clients is in it."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from ethics.access import TERMINAL, Actor, Role
from ethics.clients import clients
from ethics.database import Database
from ethics.language import NotFound, Refused, reader
from ethics.people import accounts
from ethics.risk import analysis
from ethics.wellbeing import releases
from ethics.wellbeing import words as wellbeing_words
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import Headline
from reports import reviews
from reports.client_file import ClientFile, from_json, to_json
from reports.gather import client_file
from reports.models import Review
from tests.apps import words
from tests.centre import MANAGER, build
from tests.conftest import someone
from tests.house import House
from tests.ledgers import WEEK, Clock, work
from tests.papers import text_of
from tests.releases import CLAIMED, SCARCE, WITHHELD, cell, line, quarter, store, year
from tests.test_client_page import at_client

EXECUTIVE, OFFICER = someone(Role.EXECUTIVE, user_id=5), someone(Role.OFFICER, user_id=2)
MONDAY = dt.date(2026, 1, 5)
LOOKED_AT = MONDAY + 45 * WEEK
Q2_ON, Q3_ON = dt.date(2026, 8, 12), dt.date(2026, 11, 12)
#: Figures of others, which no file of client 1 may hold.
OTHERS = (7771, 7772, 7773)


def both() -> tuple[Release, ...]:
    """A year and two quarters; client 2 has figures that nobody of client 1 may read."""
    others = {"teams": (cell(1, "Team of one", *OTHERS),), "months": ()}
    return (
        year(2025, dt.date(2026, 2, 12), line(1, 1.4, 1.1, 1.8, claimed=True), line(2, 7.7, 7.1, 7.9)),
        quarter(
            "2026Q2", Q2_ON, headline=SCARCE, clients=(cell(1, "Client 1"), cell(2, "Client 2", *OTHERS)), **others
        ),
        quarter("2026Q3", Q3_ON, clients=(cell(1, "Client 1", 34, 19, 97), cell(2, "Client 2", *OTHERS)), **others),
    )


@pytest.fixture
def published(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Clients 1 and 2 with contacts, and what was published of them."""
    Clock(monkeypatch, LOOKED_AT)
    with build(lite).write() as tx:
        for client in (1, 2):
            work(tx, client, MONDAY, 44)
        store(tx, *both())
        analysis.analyse(tx, TERMINAL)
    return lite


def file_of(db: Database, actor: Actor, client_id: int = 1, **other: Any) -> ClientFile:
    with db.read() as tx:
        return client_file(tx, actor, client_id, **other)


@pytest.mark.parametrize("actor", [MANAGER, EXECUTIVE, TERMINAL])
def test_whoever_sees_published_sick_leave_gets_the_newest_quarter_and_year(published: Database, actor: Actor) -> None:
    lines = file_of(published, actor).wellbeing
    assert lines is not None
    assert (lines.release.quarter, lines.release.headline, lines.year) == ("2026Q3", CLAIMED, 2025)
    assert lines.figures is not None
    assert (lines.figures.agents, lines.figures.with_leave, lines.figures.days) == (34, 19, 97)
    assert lines.ratio == line(1, 1.4, 1.1, 1.8, claimed=True)


def test_an_officer_gets_none(published: Database) -> None:
    assert file_of(published, OFFICER).wellbeing is None


#: A manager of client 1 who is an officer too: an officer sees every client, but not its sick leave.
TWO_ROLES = someone(Role.OFFICER, Role.MANAGER, user_id=4, clients=(1,))


def test_a_manager_who_is_an_officer_too_gets_that_of_the_own_clients_only(published: Database) -> None:
    assert file_of(published, TWO_ROLES, 1).wellbeing is not None
    assert file_of(published, TWO_ROLES, 2).wellbeing is None
    with published.read() as tx:
        assert [[cell.client for cell in one.clients] for one in releases.releases(tx, TWO_ROLES)] == [[1], [1], []]


def test_reviews_hold_sick_leave_and_are_made_and_read_by_the_same_rule(published: Database) -> None:
    with published.write() as tx:
        own, others = reviews.make(tx, TERMINAL, 1), reviews.make(tx, TERMINAL, 2)
    with published.read() as tx:
        assert reviews.pdf(tx, TWO_ROLES, own, "en")
        assert [line.number for line in reviews.reviews(tx, TWO_ROLES)] == [own]
        assert reviews.reviews(tx, TWO_ROLES, client_id=2) == []
        assert len(reviews.reviews(tx, EXECUTIVE)) == 2
        with pytest.raises(NotFound):
            reviews.pdf(tx, TWO_ROLES, others, "en")
        with pytest.raises(Refused, match="sick leave, and you see that of your own clients only"):
            reviews.make(tx, TWO_ROLES, 2)


def test_hr_that_manages_a_client_reads_the_reviews_of_that_client_only(published: Database) -> None:
    hr = someone(Role.HR, Role.MANAGER, user_id=4, clients=(1,))
    with published.write() as tx:
        own, others = reviews.make(tx, TERMINAL, 1), reviews.make(tx, TERMINAL, 2)
    with published.read() as tx:
        assert [line.number for line in reviews.reviews(tx, hr)] == [own]
        with pytest.raises(NotFound):
            reviews.frozen(tx, hr, others)


def test_nothing_of_another_client_nor_of_a_team_is_in_the_file(published: Database) -> None:
    told = json.dumps(to_json(file_of(published, EXECUTIVE)))
    assert '"days": 97' in told
    assert "Team of one" not in told
    assert not re.search(r"777[123]|7\.7", told)


def test_a_file_of_an_earlier_day_knows_what_had_been_published_by_then(published: Database) -> None:
    then = file_of(published, EXECUTIVE, as_of=Q3_ON - dt.timedelta(days=1)).wellbeing
    assert then is not None
    assert (then.release.quarter, then.worked, then.figures) == ("2026Q2", True, None)
    assert file_of(published, EXECUTIVE, as_of=dt.date(2026, 2, 11)).wellbeing is None


def test_an_altered_quarter_is_refused_not_shown(published: Database) -> None:
    with published.write() as tx:
        for trigger in tx.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'wellbeing_release'")
        ).all():
            tx.execute(text(f"DROP TRIGGER {trigger[0]}"))
        tx.execute(text("UPDATE wellbeing_release SET content = replace(content, '97', '12') WHERE quarter = '2026Q3'"))
    with pytest.raises(Refused, match="is not what was published"):
        file_of(published, EXECUTIVE)


def test_a_review_freezes_it_and_the_pdf_tells_it_after_a_newer_quarter(published: Database) -> None:
    with published.write() as tx:
        number = reviews.make(tx, MANAGER, 1)
        before = reviews.pdf(tx, MANAGER, number, "en")
        store(tx, quarter("2026Q4", LOOKED_AT, headline=SCARCE))
        sealed = json.loads(tx.exec(select(Review)).one().snapshot)
        frozen = from_json(sealed["file"]).wellbeing
        reviews._rendered.cache_clear()
        assert reviews.pdf(tx, MANAGER, number, "en") == before
    assert frozen is not None
    assert (frozen.release.quarter, frozen.release.headline) == ("2026Q3", CLAIMED)


# On the page

HEAD = "Sick leave of the people who serve this client"


def publish(unpublished: House, *published: Release) -> None:
    with unpublished.db.write() as tx:
        store(tx, *published)


def of_first(unpublished: House, *figures: int) -> Release:
    return quarter("2026Q3", Q3_ON, clients=(cell(unpublished.client_ids[0], "Any", *figures),))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE])
def test_the_page_shows_the_year_the_quarter_and_the_company_s_answer(unpublished: House, role: Role) -> None:
    client = unpublished.client_ids[0]
    publish(
        unpublished, year(2025, dt.date(2026, 2, 12), line(client, 1.4, 1.1, 1.8)), of_first(unpublished, 34, 19, 97)
    )
    at = at_client(unpublished, role)
    said = words(at)
    assert HEAD in [head.value for head in at.header]
    assert "we cannot tell; 1.4 times as much as the other work (95% interval 1.1–1.8)." in said
    assert wellbeing_words.answer(reader("en"), CLAIMED) in said
    figures = next(one.value for one in at.table if "This client" in one.value)
    assert figures["This client"].tolist() == ["34", "19", "97"]
    assert figures["The whole company"].tolist() == ["320", "171", "904"]
    assert wellbeing_words.why_hidden(reader("en")) not in said


def test_figures_that_are_not_shown_are_said_to_be_so_on_the_page(unpublished: House) -> None:
    publish(unpublished, replace(of_first(unpublished), headline=WITHHELD))
    at = at_client(unpublished, Role.MANAGER)
    figures = next(one.value for one in at.table if "This client" in one.value)
    assert figures["This client"].tolist() == ["not shown"] * 3
    assert wellbeing_words.why_hidden(reader("en")) in words(at)
    assert "Clients are compared once a year" in words(at)


@pytest.mark.parametrize("headline", [CLAIMED, SCARCE, WITHHELD], ids=lambda h: h.status)
def test_no_answer_stands_on_the_page_without_what_no_method_cures(unpublished: House, headline: Headline) -> None:
    publish(unpublished, replace(of_first(unpublished, 34, 19, 97), headline=headline))
    said = words(at_client(unpublished, Role.MANAGER))
    assert "This is an association." in said
    assert "If flags are filed more, or less, when work is heavy for other reasons, the estimate is wrong" in said


@pytest.mark.parametrize("paper", ["rich", "fair", "hostile"])
def test_no_answer_stands_on_paper_without_what_no_method_cures(
    papers: dict[tuple[str, str], bytes], paper: str
) -> None:
    text = text_of(papers[paper, "en"])
    assert "This is an association." in text
    assert "If flags are filed more, or less, when work is heavy for other reasons, the estimate is wrong" in text


def test_an_officer_s_page_has_no_word_of_it(unpublished: House) -> None:
    publish(unpublished, of_first(unpublished, 34, 19, 97))
    at = at_client(unpublished, Role.OFFICER)
    assert HEAD not in [head.value for head in at.header]
    assert not any("This client" in one.value for one in at.table)
    assert "times as many" not in words(at)


def test_a_client_of_another_manager_has_no_word_of_it_for_an_officer_who_manages(unpublished: House) -> None:
    publish(unpublished, of_first(unpublished, 34, 19, 97))
    with unpublished.db.write() as tx:
        admin, number = unpublished.actor(Role.ADMINISTRATOR), unpublished.user_ids[Role.MANAGER]
        both = [Role.MANAGER, Role.OFFICER]
        accounts.change_person(tx, admin, number, roles=both, client_ids=unpublished.client_ids[1:2], active=True)
    at = at_client(unpublished, Role.MANAGER)
    assert HEAD not in [head.value for head in at.header]
    assert "No quarter has been published yet" not in words(at)


def test_before_the_first_quarter_the_page_says_when_there_will_be_one(unpublished: House) -> None:
    assert "HR publishes a quarter from six weeks after its end" in words(at_client(unpublished, Role.MANAGER))


def test_a_name_with_marks_is_shown_as_it_was_written(unpublished: House) -> None:
    client = unpublished.client_ids[0]
    with unpublished.db.write() as tx:
        clients.one(tx, TERMINAL, client).name = "*Lumikki* [x](http://x)"
    publish(
        unpublished, year(2025, dt.date(2026, 2, 12), line(client, 1.4, 1.1, 1.8)), of_first(unpublished, 34, 19, 97)
    )
    at = at_client(unpublished, Role.MANAGER)
    caption = next(one.value for one in at.caption if "times as much" in one.value)
    assert r"\*Lumikki\* " in caption
    assert "](http" not in caption


def test_the_page_is_drawn_in_finnish(unpublished: House) -> None:
    client = unpublished.client_ids[0]
    publish(
        unpublished, year(2025, dt.date(2026, 2, 12), line(client, 1.4, 1.1, 1.8)), of_first(unpublished, 34, 19, 97)
    )
    with unpublished.db.write() as tx:
        accounts.choose_language(tx, unpublished.user_ids[Role.MANAGER], "fi")
    at = at_client(unpublished, Role.MANAGER)
    assert not at.exception
    assert "1,4" in words(at)
