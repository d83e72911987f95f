"""`python -m ethics wellbeing`, `publish` and `absence-terms`: what was published, and publishing, without a browser.

What is slow to load waits until a command needs it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethics.access import TERMINAL
from ethics.database import database, migrate
from ethics.language import Reader, Refused
from ethics.terminal import terminal_reader

if TYPE_CHECKING:
    from ethics.wellbeing.release import Release
    from ethics.wellbeing.results import Headline, Ratio


def as_dict(found: list[Release]) -> dict[str, Any]:
    """The newest published quarter, and the newest published year of clients, for programs.

    `attributable_days` are days of sick leave above the calm level, `euros` their cost; both null while withheld.
    Before anything is published `headline.status` is "not-enough-data" for the reason "no-release".
    """
    from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline

    newest = found[0] if found else None
    headline = newest.headline if newest else Headline(NOT_ENOUGH_DATA, ("no-release",))
    year = next((one for one in found if one.ratios is not None), None)
    return {
        "quarter": newest.quarter if newest else None,
        "published_on": newest.published_on.isoformat() if newest else None,
        "headline": _headline(headline, newest),
        "clients": _clients(year),
    }


def _headline(headline: Headline, release: Release | None) -> dict[str, Any]:
    from ethics.wellbeing.results import PER

    return {
        "status": headline.status,
        "reasons": list(headline.reasons),
        "claimed": headline.claimed,
        **_ratio(headline.ratio),
        "p": headline.p,
        "per": PER,
        "dose_only": _ratio(headline.dose_only),
        "windows": [{"first": w.first, "last": w.last, **_ratio(w.ratio)} for w in headline.windows],
        "lead_p": headline.lead_p,
        "same_week_p": headline.same_week_p,
        "agents": headline.agents,
        "onsets": headline.onsets,
        "clients": headline.clients,
        "weeks": headline.weeks,
        "effective_agents": headline.effective_agents,
        "minimum_detectable": headline.minimum_detectable,
        "low_power": headline.low_power,
        "e_value": headline.e_value,
        "e_value_limit": headline.e_value_limit,
        "attributable_spells": asdict(headline.spells) if headline.spells else None,
        "attributable_days": asdict(headline.days) if headline.days else None,
        "euros": asdict(release.euros) if release and release.euros else None,
    }


def _clients(release: Release | None) -> list[dict[str, Any]]:
    """The lines of a year, to one decimal and nothing finer; the others pooled have the number 0 and no name."""
    if release is None or release.ratios is None:
        return []
    names = {cell.client: cell.name for cell in release.clients}
    return [
        {
            "client": line.client,
            "name": names.get(line.client),
            "year": release.ratios.year,
            "status": line.status,
            "claimed": line.claimed,
            **_ratio(line.ratio),
        }
        for line in release.ratios.lines
    ]


def _ratio(ratio: Ratio | None) -> dict[str, float | None]:
    return dict(asdict(ratio)) if ratio else {"rate_ratio": None, "low": None, "high": None}


def lines(t: Reader, found: list[Release]) -> list[str]:
    """The newest published quarter as sentences."""
    from ethics.wellbeing import words

    if not found:
        return [t("No quarter has been published yet")]
    newest, year = found[0], next((one for one in found if one.ratios is not None), None)
    said = [words.answer(t, newest.headline), words.frame(t, newest)]
    if held := words.not_claimed(t, newest.headline):
        said += ["", held]
    parts = [
        (t("What speaks for the estimate"), words.speaks_for(t, newest.headline)),
        (t("What speaks against it"), words.speaks_against(t, newest.headline)),
        (t("Sick leave above the calm level"), words.attributable(t, newest.headline, newest.euros)),
        (t("What is withheld"), words.hidden(t, newest)),
    ]
    if year is not None and year.ratios is not None:
        names = {cell.client: cell.name for cell in year.clients}
        answers = [words.client_answer(t, line, names.get(line.client, "")) for line in year.ratios.lines]
        parts.insert(3, (t("Client by client"), answers))
    parts.append((t("What this cannot say"), words.limits(t)))
    for name, sentences in parts:
        if sentences:
            said += ["", name, *(f"  {line}" for line in sentences)]
    return said


def wellbeing(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print what was published of mismatches and sick leave; computes nothing."""
    from ethics.wellbeing import releases

    migrate(database())
    with database().read() as tx:
        found = releases.releases(tx, TERMINAL)
    if as_json:
        typer.echo(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
        return
    for line in lines(terminal_reader(), found):
        typer.echo(line)


def publish(quarter: Annotated[str, typer.Argument(help="The quarter, such as 2026Q3.")]) -> None:
    """Publish a quarter's sick leave, for good: it never changes afterwards."""
    from ethics.wellbeing import publishing
    from ethics.workforce.quarters import Quarter

    wanted, t = Quarter.read(quarter), terminal_reader()
    migrate(database())
    with database().read() as tx:
        prepared = publishing.prepare(tx, TERMINAL, wanted)
    with database().write() as tx:
        publishing.publish(tx, TERMINAL, prepared)
    typer.echo(t("{quarter} is published and frozen.", quarter=wanted.named))


def absence_terms(
    heard_on: Annotated[
        dt.datetime, typer.Option("--heard-on", formats=["%Y-%m-%d"], help="The day on which staff were heard.")
    ],
    assessment: Annotated[str, typer.Option("--assessment", help="Where the impact assessment is kept. No names.")],
    yes: Annotated[bool, typer.Option("--yes", help="The terms have been read: confirm without asking.")] = False,
) -> None:
    """Print the terms of sick leave, ask, and confirm them: staff were heard, and an impact assessment exists."""
    from ethics.wellbeing import terms, terms_words

    t = terminal_reader()
    typer.echo(t("What sick leave is used for, and how"))
    for name, says in terms_words.lines(t):
        typer.echo(f"  {name} {says}")
    if not yes:
        _ask(t)
    migrate(database())
    with database().write() as tx:
        terms.confirm(tx, TERMINAL, heard_on=heard_on.date(), assessment=assessment)
    typer.echo(t("The terms are confirmed: sick leave may come in."))


def _ask(t: Reader) -> None:
    """Whether these terms are confirmed. Raises Refused for a no, and where nobody can be asked."""
    if not _at_terminal():
        raise Refused("Nothing was confirmed: nobody can be asked here. Read the terms, then say it again with --yes.")
    if not typer.confirm(t("Do you confirm these terms? (y/n)"), show_default=False):
        raise Refused("Nothing was confirmed.")


def _at_terminal() -> bool:
    return sys.stdin.isatty()
