"""Snapshots of client files, as reviews freeze them now and as they once did."""

from __future__ import annotations

from typing import Any

from reports.client_file import ClientFile, to_json
from reports.snapshot import SCHEMA, seal

#: What a snapshot did not hold at first.
LATER = ("alarms", "would_change", "silence", "events", "wellbeing")


def old_json(file: ClientFile) -> dict[str, Any]:
    """The file as reviews froze it before alarms, changes, silence, events and evidence were kept."""
    data: dict[str, Any] = {name: value for name, value in to_json(file).items() if name not in LATER}
    for dimension in data["dimensions"]:
        del dimension["evidence"]
    for week in data["weeks"]:
        del week["expected"], week["low"], week["high"]
    for week in data["history"]:
        del week["policy_version"]
    return data


def snapshot(file: ClientFile, **other: object) -> dict[str, Any]:
    """The sealed snapshot of `file`; `other` replaces keys."""
    return seal(
        {
            "schema": SCHEMA,
            "number": "R-2026-007",
            "made_on": "2026-11-22",
            "made_by": "Test Executive",
            "audit_head": [412, "7c9e" * 16],
            "file": to_json(file),
            **other,
        }
    )
