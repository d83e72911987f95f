"""`python -m ethics sample`: the sample centre into an empty house."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from ethics.database import database, migrate
from ethics.imports.sample import loading


def sample(
    clients: Annotated[int, typer.Option(min=1, help="How many clients.")] = 12,
    agents: Annotated[int, typer.Option(min=5, help="How many agents over the whole time.")] = 320,
    weeks: Annotated[int, typer.Option(min=8, help="How many weeks.")] = 104,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same centre.")] = 1,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day, a Sunday; the last one when left out."),
    ] = None,
) -> None:
    """Fill an empty house with a made-up centre, to look around in."""
    migrate(database())
    with database().write() as tx:
        numbers = loading.load(
            tx,
            tell=typer.echo,
            clients=clients,
            agents=agents,
            weeks=weeks,
            seed=seed,
            until=until.date() if until else None,
        )
    typer.echo(f"{len(numbers)} clients")
