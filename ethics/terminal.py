"""What every command of the terminal does alike: the language it speaks, and how it ends when it refuses."""

from __future__ import annotations

import os
import sys
from typing import Final

import typer

from ethics.language import Reader, Refused, preferred, reader

#: Exit code of a command whose input was not taken; nothing has been written then.
BAD_INPUT: Final = 2


def terminal_reader() -> Reader:
    """The reader at the terminal that this process runs in, as POSIX programs find the language."""
    return reader(preferred(next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)))


def run(commands: typer.Typer) -> None:
    """Run the command that was asked for. A refusal is a sentence on standard error, and exit code BAD_INPUT."""
    try:
        commands()
    except Refused as refused:
        typer.echo(terminal_reader().say(refused.sentence), err=True)
        sys.exit(BAD_INPUT)
