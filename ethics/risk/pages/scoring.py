"""How scores are made: the policy in force as text, for those who have to defend a score."""

from __future__ import annotations

from ethics.access import Permission
from ethics.pages import desk, look
from ethics.risk import policies
from ethics.risk.pages import policy_tables


def show() -> None:
    """Every number that makes a score."""
    here = desk.allowed(Permission.SEE_RISK)
    t = here.t
    with desk.reading() as tx:
        rules, since = policies.in_force(tx, here.actor), policies.in_force_since(tx, here.actor)
    look.title(
        t("Scores are made by policy {version}, in force since {day}", version=rules.version, day=since)
        if since
        else t("Scores are made by policy {version}, as it came with Reilu", version=rules.version),
        t("Every number that makes a score, for whoever wants to check one. The administrator changes them."),
    )
    policy_tables.numbers(t, rules)


show()
