"""Small good files of each kind, and the moves that tests of imports make with them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ethics.access import TERMINAL
from ethics.database import Database, Table
from ethics.imports.batches import import_file, undo
from ethics.imports.outcome import Outcome
from ethics.wellbeing import terms

CLIENTS = "name,business_id,monthly_revenue\nAcme Oy,2617416-4,1000\nBeta Oy,,\n"
FILES = {
    "clients": CLIENTS,
    "contacts": "client,week,contacts\nAcme Oy,2026-W01,100\nBeta Oy,2026-W01,50\n",
    "shifts": "agent,date,client,hours,contacts,team\nA1,2026-01-05,Acme Oy,7.5,30,T1\nA2,2026-02-06,Beta Oy,8,,\n",
    "spells": "agent,start,end\nA1,2026-01-12,2026-01-15\nA2,2026-03-01,\n",
    "promises": "client,product,text,source,from,until\nAcme Oy,Fast,Always on,web,2026-01-01,\nBeta Oy,,Free,,,\n",
    "flags": "client,date,category,severity,text,status\n" + 2 * "Acme Oy,2026-01-07,M05,3,Not told,open\n",
}
#: The same files with one row's value changed and one row added.
LATER = {
    "clients": CLIENTS.replace("1000", "2000") + "Gamma Oy,,\n",
    "contacts": FILES["contacts"].replace(",50", ",60") + "Acme Oy,2026-W02,7\n",
    "shifts": FILES["shifts"].replace("7.5", "6.25") + "A1,2026-01-06,Beta Oy,1,1,T2\n",
    "spells": FILES["spells"].replace("2026-03-01,", "2026-03-01,2026-03-09") + "A1,2026-05-01,2026-05-02\n",
    "promises": FILES["promises"].replace("2026-01-01,", "2026-01-01,2026-06-01") + "Beta Oy,New,Cheap,,,\n",
    "flags": FILES["flags"].replace("Not told,open\n", "Not told,confirmed\n", 1) + "Beta Oy,2026-01-08,M03,2,,open\n",
}


def bring(db: Database, kind: str, content: str | bytes | Path, **options: Any) -> Outcome:
    with db.write() as tx:
        if kind == "spells" and terms.confirmed(tx, TERMINAL) is None:
            terms.confirm(tx, TERMINAL, heard_on=dt.date(2026, 1, 2), assessment="DPIA 1")
        data = content.encode() if isinstance(content, str) else content
        return import_file(tx, TERMINAL, kind, data, file_name=f"{kind}.csv", **options)


def take_back(db: Database, number: int | None) -> None:
    assert number is not None
    with db.write() as tx:
        undo(tx, TERMINAL, number)


def everything(db: Database) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of all tables but the journal's and what is computed: batches, audit, teams that nobody is in, scores."""
    apart = {"import_batch", "audit_entry", "team", "score", "score_week", "client_watch", "alarm", "absence_terms"}
    with db.read() as tx:
        return {
            name: {
                tuple(str(r[c.name]) for c in table.c if c.name != "id") for r in tx.execute(table.select()).mappings()
            }
            for name, table in Table.metadata.tables.items()
            if name not in apart
        }


def ready(db: Database, kind: str) -> None:
    if kind != "clients":
        bring(db, "clients", CLIENTS)
