"""`python -m ethics notices`: whether notices go out, and a test message to try the settings."""

from __future__ import annotations

from typing import Annotated

import typer

from ethics.notices import letters, mail, post
from ethics.people.accounts import email_address
from ethics.settings import settings
from ethics.terminal import terminal_reader


def notices(
    test: Annotated[str, typer.Option("--test", metavar="ADDRESS", help="Send a test message to this address")] = "",
) -> None:
    """Say whether notices go out by e-mail; with --test, send one. Exit code 2 when it could not be sent."""
    t = terminal_reader()
    address = email_address(test)
    if address is not None:
        mail.send([letters.trial(t, address, post.link())])
        typer.echo(t("A test message went to {address}.", address=address))
    elif mail.configured():
        typer.echo(t("Notices go out by {host}.", host=settings().smtp_host))
    else:
        typer.echo(t("No notice is sent: REILU_SMTP_HOST is not set."))
