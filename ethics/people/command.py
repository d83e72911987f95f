"""`python -m ethics setup-code`: a new code for the first administrator, when the terminal's was lost."""

from __future__ import annotations

import typer

from ethics.database import database, migrate
from ethics.people import accounts


def setup_code() -> None:
    """Print a new set-up code; the one before it stops working."""
    migrate(database())
    with database().write() as tx:
        typer.echo(accounts.new_setup_code(tx))
