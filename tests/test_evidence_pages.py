"""Files on the agent's pages: refused with their flag, kept with their draft, cleaned while others write."""

from __future__ import annotations

import pytest

from ethics.access import Role
from ethics.mismatches import evidence, own
from ethics.people import accounts
from tests.agent import FLAG, MINE, REPLY, TEXT, filled, link_of, mine, replies, stored, thread_opened
from tests.apps import opened
from tests.house import House
from tests.test_own import picture


@pytest.fixture
def link(house: House) -> dict[str, str]:
    return link_of(house)


def test_a_file_that_is_no_evidence_is_refused_and_nothing_is_filed(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([("lasku.pdf", b"MZ\x90\x00 a program", "application/pdf")])
    at.button(key="flag_send").click().run()
    assert len(at.error) == 1
    assert not stored(house)
    assert at.text_area(key="flag_text").value == TEXT


def test_a_flag_whose_file_is_no_evidence_is_not_sent(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value(
        [("a.png", picture(), "image/png"), ("b.png", b"MZ\x90 a program", "image/png")]
    )
    at.button(key="flag_send").click().run()
    assert [error.value for error in at.error] == ["The file is not a picture (PNG or JPEG) or a PDF."]
    assert stored(house) == []
    assert at.text_area(key="flag_text").value == TEXT


def test_a_reply_whose_file_is_no_evidence_is_not_sent(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", b"MZ\x90 a program", "image/png")])
    at.text_area(key=f"reply_{key}_0_0_text").set_value("The invoice")
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert [error.value for error in at.error] == ["The file is not a picture (PNG or JPEG) or a PDF."]
    assert replies(house) == []


@pytest.mark.parametrize(("too", "files"), [(True, 2), (False, 1)])
def test_evidence_survives_another_kind_another_page_and_another_language(
    house: House, link: dict[str, str], too: bool, files: int
) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([("a.png", picture(), "image/png")]).run()
    assert not [box for box in at.checkbox if box.key == "flag_files_too"]
    at.button_group(key="flag_kind").set_value("thanks").run()
    at.button_group(key="flag_kind").set_value("flag").run()
    assert at.checkbox(key="flag_files_too").label == "Send 1 file chosen earlier, too"
    at.switch_page(MINE).run()
    at.switch_page(FLAG).run()
    at.checkbox(key="flag_files_too").set_value(too)
    at.file_uploader(key="flag_files").set_value([("b.png", picture(), "image/png")]).run()
    at.button_group(key="language").set_value("fi").run()
    at.button(key="flag_send").click().run()
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [files]
    at.button(key="another").click().run()
    assert not [box for box in at.checkbox if box.key == "flag_files_too"]


def test_evidence_waits_with_the_reply_that_it_came_with(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.text_area(key=f"reply_{key}_0_0_text").set_value(REPLY)
    for said, files in ((0, 0), (1, 1)):
        at.button(key=f"reply_{key}_0_0_send").click().run()
        with house.db.read() as tx:
            assert [(len(flag.messages), flag.files) for flag in own.own(tx, house.actor(Role.AGENT))] == [
                (said, files)
            ]


@pytest.fixture
def cleaning(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody else writes while a file is cleaned: their changes, one for each file."""
    clean, others = evidence.clean, []

    def slow(data: bytes) -> tuple[str, bytes]:
        with house.db.write() as tx:
            accounts.choose_language(tx, house.user_ids[Role.OFFICER], "fi")
        others.append("written")
        return clean(data)

    monkeypatch.setattr(evidence, "clean", slow)
    return others


def test_others_write_while_the_files_of_a_flag_are_cleaned(
    house: House, link: dict[str, str], cleaning: list[str]
) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([(name, picture(), "image/png") for name in ("a.png", "b.png")])
    at.button(key="flag_send").click().run(timeout=60)
    assert not at.exception, at.exception
    assert cleaning == ["written", "written"]
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [2]


def test_others_write_while_the_file_of_a_reply_is_cleaned(house: House, cleaning: list[str]) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.button(key=f"reply_{key}_0_0_send").click().run(timeout=60)
    assert not at.exception, at.exception
    assert cleaning == ["written"]
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [1]
