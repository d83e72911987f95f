"""Letters on the wire: protected, one recipient each, and no way to add a header."""

from __future__ import annotations

import shutil
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from ethics.database import now
from ethics.notices import mail
from ethics.notices.mail import Letter, NotSent
from ethics.settings import load
from tests.mailserver import certificate, served
from tests.test_commands import run

LETTER = Letter("officer@centre.example", "Mitä odottaa", "Yksi havainto odottaa.\n")
SECRET = "right"


def configure(monkeypatch: pytest.MonkeyPatch, port: int, **given: Any) -> None:
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_from": "reilu@centre.example", **given}
    chosen = load(**given)
    monkeypatch.setattr("ethics.notices.mail.settings", lambda: chosen)


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Path, Any]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    return certificate(tmp_path, openssl)


def test_a_letter_carries_the_headers_of_an_automatic_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as box:
        configure(monkeypatch, box.port, smtp_security="none", smtp_from="Reilu <reilu@centre.example>")
        assert mail.send([LETTER, LETTER]) == 0
    first, second = (letter for _, letter in box.letters)
    assert (first["To"], first["From"], first["Subject"]) == (LETTER.to, "Reilu <reilu@centre.example>", "Mitä odottaa")
    assert first["Auto-Submitted"] == "auto-generated"
    assert abs((parsedate_to_datetime(first["Date"]) - now()).total_seconds()) < 60
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@centre.example>")
    assert first.get_content().splitlines() == LETTER.text.splitlines()
    assert box.sessions == 1


@pytest.mark.parametrize(
    "letter",
    [
        Letter("a@b.example\r\nBcc: thief@evil.example", "S", "T"),
        Letter("a@b.example, thief@evil.example", "S", "T"),
        Letter("a@b.example> RCPT TO:<thief@evil.example", "S", "T"),
        Letter("a@b.example\n", "S", "T"),
        Letter("", "S", "T"),
        Letter("a@", "S", "T"),
        Letter("a@b.example", "S\r\nBcc: thief@evil.example", "T"),
        Letter("a@b.example", "S\n\nBody", "T"),
    ],
)
def test_nobody_can_add_a_header_or_a_recipient(monkeypatch: pytest.MonkeyPatch, letter: Letter) -> None:
    with served() as box:
        configure(monkeypatch, box.port, smtp_security="none")
        with pytest.raises(NotSent, match="did not take"):
            mail.send([letter])
        assert mail.send([letter, LETTER]) == 1
    assert box.to() == [LETTER.to]
    assert b"thief" not in b"".join(box.raw)


def test_a_text_that_looks_like_smtp_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as box:
        configure(monkeypatch, box.port, smtp_security="none")
        mail.send([Letter(LETTER.to, "S", "one\n.\nRCPT TO:<thief@evil.example>\n")])
    assert box.to() == [LETTER.to]
    assert box.text(LETTER.to).splitlines()[1] == "."


def test_starttls_refuses_a_certificate_that_nobody_trusts(monkeypatch: pytest.MonkeyPatch, tls: Any) -> None:
    with served(tls_context=tls[1], require_starttls=True) as box:
        configure(monkeypatch, box.port)
        with pytest.raises(NotSent, match="not trusted"):
            mail.send([LETTER])
    assert box.letters == []


def test_starttls_sends_and_signs_in_once_the_certificate_is_trusted(monkeypatch: pytest.MonkeyPatch, tls: Any) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[0]))
    with served(tls_context=tls[1], require_starttls=True) as box:
        configure(monkeypatch, box.port, smtp_user="reilu", smtp_password=SECRET)
        mail.send([LETTER])
    assert box.to() == [LETTER.to]
    assert box.signed_in == [(b"reilu", SECRET.encode(), True)]


@pytest.mark.parametrize("trusted", [True, False])
def test_tls_from_the_first_byte_is_checked_alike(monkeypatch: pytest.MonkeyPatch, tls: Any, trusted: bool) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tls[0]))
    with served(context=tls[1]) as box:
        configure(monkeypatch, box.port, smtp_security="tls")
        if trusted:
            mail.send([LETTER])
        else:
            with pytest.raises(NotSent, match="not trusted"):
                mail.send([LETTER])
    assert box.to() == ([LETTER.to] if trusted else [])


def test_a_server_without_starttls_gets_nothing_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as box:
        configure(monkeypatch, box.port)
        with pytest.raises(NotSent, match="does not offer STARTTLS"):
            mail.send([LETTER])
    assert box.letters == []


def test_a_wrong_password_is_said_without_the_password(monkeypatch: pytest.MonkeyPatch, tls: Any) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[0]))
    with served(tls_context=tls[1], require_starttls=True) as box:
        configure(monkeypatch, box.port, smtp_user="reilu", smtp_password="wrong-horse")
        with pytest.raises(NotSent, match="user name and the password") as refused:
            mail.send([LETTER])
    assert "wrong-horse" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_password_never_travels_in_the_open_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, 25, smtp_host="mail.example", smtp_security="none", smtp_user="reilu", smtp_password=SECRET)
    with pytest.raises(NotSent, match="in the open"):
        mail.send([LETTER])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"smtp_port": 1, "smtp_security": "none"}, "could not be reached"),
        ({"smtp_host": ""}, "REILU_SMTP_HOST is not set"),
        ({"smtp_from": ""}, "REILU_SMTP_FROM"),
        ({"smtp_from": "nobody"}, "REILU_SMTP_FROM"),
        ({"smtp_from": "a@b.example, c@d.example"}, "REILU_SMTP_FROM"),
        ({"smtp_from": "a@b.example\nBcc: thief@evil.example"}, "REILU_SMTP_FROM"),
    ],
)
def test_settings_that_cannot_work_are_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], says: str
) -> None:
    configure(monkeypatch, 1, **given)
    with pytest.raises(NotSent, match=says):
        mail.send([LETTER])


def test_the_administrator_can_try_the_settings(tmp_path: Path) -> None:
    run(tmp_path, "ethics", "secrets")
    with served() as box:
        known = {
            "REILU_SMTP_HOST": "127.0.0.1",
            "REILU_SMTP_PORT": str(box.port),
            "REILU_SMTP_SECURITY": "none",
            "REILU_SMTP_FROM": "reilu@centre.example",
        }
        answer = run(tmp_path, "ethics", "notices", "--test", "admin@centre.example", **known)
        state = run(tmp_path, "ethics", "notices", **known)
    assert (answer.returncode, box.to()) == (0, ["admin@centre.example"]), answer.stderr
    assert "admin@centre.example" in answer.stdout
    assert "127.0.0.1" in state.stdout
    down = run(tmp_path, "ethics", "notices", "--test", "admin@centre.example", **known)
    assert (down.returncode, "could not be reached" in down.stderr) == (2, True)
    assert "Traceback" not in down.stderr
    assert "not set" in run(tmp_path, "ethics", "notices").stdout
