"""No notice says anything of a flag, and sending one leaves no trace. The mail server is real, on loopback."""

from __future__ import annotations

import logging

import pytest
from sqlmodel import select

from ethics import audit
from ethics.database import Database
from ethics.mismatches.models import Message
from ethics.notices import digest, post, urgent
from ethics.people.models import User
from tests.mailserver import Mailbox
from tests.recipients import CLIENT, DAY, FINNISH, TEXT, add, build, flagged

REPORTER = "Test agent"


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_header_and_no_body_holds_anything_of_a_flag(centre: Database, box: Mailbox, language: str) -> None:
    with centre.write() as tx:
        for user in tx.exec(select(User)):
            user.language = language
    keys = [flagged(centre, whistle=True, severity=4, said="Ikuinen hinta", contact_ref="C-77", experience="Petos")]
    keys.append(flagged(centre, disclosed="named"))
    add(centre, Message(flag_id=keys[0], position=1, side="reporter", text="Terveisin vuorosta", written_on=DAY))
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    assert len(box.letters) == 6
    for raw, (_, letter) in zip(box.raw, box.letters, strict=True):
        whole = raw.decode() + str(letter.get_content()) + " ".join(str(value) for value in letter.values())
        for secret in (
            *keys,
            CLIENT,
            "Lumikki",
            "M05",
            TEXT,
            "19,90",
            REPORTER,
            "Ikuinen",
            "C-77",
            "Petos",
            "Terveisin",
        ):
            assert secret not in whole
        assert set(letter) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
            "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip


def test_every_notice_is_said_in_finnish_too(centre: Database, box: Mailbox) -> None:
    """A sentence without its Finnish would come in English."""
    flagged(centre, whistle=True)
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    finnish = " ".join(str(letter.get_content()) for to, letter in box.letters if to == FINNISH)
    assert "odottaa" in finnish
    assert not {"This", "flag", "whistle", "notice"} & set(finnish.split())


def test_success_leaves_no_line_in_the_log_no_audit_entry_and_no_time(
    centre: Database, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="reilu")
    caplog.set_level(logging.DEBUG, logger="ethics")
    flagged(centre, whistle=True)
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    post.tell_failures(centre)
    assert [record for record in caplog.records if record.name.startswith(("reilu", "ethics"))] == []
    with centre.read() as tx:
        assert audit.head(tx) == (0, audit.FIRST)


def test_a_failure_is_told_by_the_hourly_round_and_not_when_it_happens(
    centre: Database, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    flagged(centre, whistle=True)
    box.full = True
    for _ in range(5):
        urgent.send_urgent(centre)
    assert caplog.text == ""
    post.tell_failures(centre)
    post.tell_failures(centre)
    told = [record.getMessage() for record in caplog.records]
    assert told == ["notices: The mail server 127.0.0.1 did not take the message."]
