"""Who may do what, verb by verb and role by role: default deny."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checklists import checks
from ethics import audit
from ethics.access import ALLOWED, TERMINAL, Actor, NotAllowed, Permission, Role
from ethics.clients import campaigns, clients, promises
from ethics.database import Database, today
from ethics.imports import batches
from ethics.language import NotFound, Refused
from ethics.mismatches import flags, form, ledger, own
from ethics.people import accounts
from ethics.risk import alarms, analysis, policies, policy_change
from ethics.triage import answers, card, changed, handlers, inquiries, queue, rulings, similar, told, whistles
from ethics.wellbeing import publishing, releases, terms
from ethics.workforce import quality
from reports import gather, portfolio, reviews
from tests import served
from tests.conftest import someone
from tests.house import House
from tests.releases import RELEASE, ready

A, O, M, E, H, X = Role.AGENT, Role.OFFICER, Role.MANAGER, Role.EXECUTIVE, Role.HR, Role.ADMINISTRATOR  # noqa: E741
DRAFT = flags.Draft(1, "M03", 2, "saw", "Text", dt.date(2026, 1, 1), "named", "s")
TELLING = replace(DRAFT, text="Call 040 123 4567")
RULING = rulings.Ruling("T5", "M03", 2, None, "Because", "Thanks")
GOOD = flags.GoodDraft(1, "thanks", "Text", "s")

#: Each verb with the roles that may call it. A new verb belongs here; `test_every_verb_is_listed` says so.
VERBS: dict[str, tuple[Callable[[Any, Actor], Any], set[Role]]] = {
    "checklists.checks.open_check": (lambda tx, a: checks.open_check(tx, a, 1, "onboarding"), {O, M}),
    "checklists.checks.save": (lambda tx, a: checks.save(tx, a, 1, "onboarding", {}), {O, M}),
    "checklists.checks.finish": (lambda tx, a: checks.finish(tx, a, 1, "onboarding", served.all_answers()), {O, M}),
    "checklists.checks.done": (lambda tx, a: checks.done(tx, a, 1), {O, M}),
    "ethics.audit.first_broken": (lambda tx, a: audit.first_broken(tx, a), {X}),
    "ethics.clients.clients.names": (lambda tx, a: clients.names(tx, a), {A}),
    "ethics.clients.clients.all_names": (lambda tx, a: clients.all_names(tx, a), {X}),
    "ethics.clients.clients.visible": (lambda tx, a: clients.visible(tx, a), {O, M, E}),
    "ethics.clients.clients.one": (lambda tx, a: clients.one(tx, a, 1), {O, M, E}),
    "ethics.clients.clients.by_name": (lambda tx, a: clients.by_name(tx, a, "Lumikki Laajakaista Oy"), {O, M, E}),
    "ethics.clients.campaigns.campaigns": (lambda tx, a: campaigns.campaigns(tx, a, 1), {O, M, E}),
    "ethics.clients.campaigns.add_campaign": (lambda tx, a: campaigns.add_campaign(tx, a, 1, name="New"), {O, M}),
    "ethics.clients.campaigns.running": (lambda tx, a: campaigns.running(tx, a), {A}),
    "ethics.clients.promises.add": (lambda tx, a: promises.add(tx, a, promises.Draft(1, "Text")), {O, M}),
    "ethics.clients.promises.change": (
        lambda tx, a: promises.change(tx, a, 1, source="s", from_date=None, until_date=None, campaign_id=None),
        {O, M},
    ),
    "ethics.clients.promises.judge": (
        lambda tx, a: promises.judge(tx, a, 1, verdict="kept", evidence="Seen", on=dt.date(2026, 1, 1)),
        {O},
    ),
    "ethics.clients.promises.withdraw": (
        lambda tx, a: promises.withdraw(tx, a, served.BROKEN, evidence="Seen", on=dt.date(2026, 1, 1)),
        {O, M},
    ),
    "ethics.mismatches.ledger.ledger": (lambda tx, a: ledger.ledger(tx, a, 1), {O, M, E}),
    "ethics.mismatches.ledger.history": (lambda tx, a: ledger.history(tx, a, served.BROKEN), {O, M, E}),
    "ethics.triage.told.told": (lambda tx, a: told.told(tx, a, 1), {O, M, E}),
    "ethics.imports.batches.import_file": (
        lambda tx, a: batches.import_file(tx, a, "shifts", served.good_file(tx, "shifts"), file_name="s.csv"),
        {H},
    ),
    "ethics.imports.batches.import_table": (
        lambda tx, a: batches.import_table(tx, a, "spells", _empty(), name="s"),
        {H},
    ),
    "ethics.imports.batches.undo": (lambda tx, a: batches.undo(tx, a, 3), {H}),
    "ethics.imports.batches.batches": (lambda tx, a: batches.batches(tx, a), {H, X}),
    "ethics.imports.batches.remembered_mapping": (lambda tx, a: batches.remembered_mapping(tx, a, "spells"), {H}),
    "ethics.imports.batches.remember_mapping": (
        lambda tx, a: batches.remember_mapping(tx, a, "clients", batches.Mapping()),
        {H, X},
    ),
    "ethics.mismatches.flags.file": (lambda tx, a: flags.file(tx, a, DRAFT), {A}),
    "ethics.mismatches.flags.tell_good_news": (lambda tx, a: flags.tell_good_news(tx, a, GOOD), {A}),
    "ethics.mismatches.form.choices": (lambda tx, a: form.choices(tx, a, 1, None), {A}),
    "ethics.mismatches.form.asked": (
        lambda tx, a: form.asked(tx, a, client="", campaign="", category="", contact=""),
        {A},
    ),
    "ethics.mismatches.form.to_mask": (lambda tx, a: form.to_mask(tx, a, TELLING), {A}),
    "ethics.mismatches.form.without": (lambda tx, a: form.without(tx, a, DRAFT, [], "en"), {A}),
    "ethics.mismatches.own.own": (lambda tx, a: own.own(tx, a), {A}),
    "ethics.mismatches.own.good_news": (lambda tx, a: own.good_news(tx, a), {A}),
    "ethics.mismatches.own.unread": (lambda tx, a: own.unread(tx, a), {A}),
    "ethics.mismatches.own.read": (lambda tx, a: own.read(tx, a, served.FLAG), {A}),
    "ethics.mismatches.own.reply": (lambda tx, a: own.reply(tx, a, served.FLAG, "Text"), {A}),
    "ethics.mismatches.own.close": (lambda tx, a: own.close(tx, a, served.FLAG), {A}),
    "ethics.mismatches.own.add_files": (lambda tx, a: own.add_files(tx, a, served.FLAG, []), {A}),
    "ethics.triage.queue.count": (lambda tx, a: queue.count(tx, a), {O}),
    "ethics.triage.queue.queue": (lambda tx, a: queue.queue(tx, a), {O}),
    "ethics.triage.card.card": (lambda tx, a: card.card(tx, a, served.FLAG), {O}),
    "ethics.triage.card.read": (lambda tx, a: card.read(tx, a, served.FLAG), {O}),
    "ethics.triage.card.file": (lambda tx, a: card.file(tx, a, served.FILE), {O}),
    "ethics.triage.rulings.acknowledge": (lambda tx, a: rulings.acknowledge(tx, a, served.FLAG), {O}),
    "ethics.triage.rulings.decide": (lambda tx, a: rulings.decide(tx, a, served.FLAG, RULING), {O}),
    "ethics.triage.rulings.merge": (lambda tx, a: rulings.merge(tx, a, served.OTHER, served.FLAG), {O}),
    "ethics.triage.rulings.show_client": (lambda tx, a: rulings.show_client(tx, a, served.WITHHELD, "Because"), {O}),
    "ethics.triage.handlers.handled": (lambda tx, a: handlers.handled(tx, a, served.FLAG), {O}),
    "ethics.triage.handlers.acted_on": (lambda tx, a: handlers.acted_on(tx, a, served.FLAG), {O}),
    "ethics.triage.handlers.step_aside": (lambda tx, a: handlers.step_aside(tx, a, served.FLAG), {O}),
    "ethics.triage.handlers.conflicts": (lambda tx, a: handlers.conflicts(tx, a), {O}),
    "ethics.triage.handlers.declare_conflicts": (lambda tx, a: handlers.declare_conflicts(tx, a, set()), {O}),
    "ethics.triage.inquiries.ask_reporter": (lambda tx, a: inquiries.ask_reporter(tx, a, served.FLAG, "Why?"), {O}),
    "ethics.triage.inquiries.ask_client": (
        lambda tx, a: inquiries.ask_client(tx, a, served.FLAG, "Why?", today() + dt.timedelta(days=7)),
        {O},
    ),
    "ethics.triage.inquiries.note_client_answer": (
        lambda tx, a: inquiries.note_client_answer(tx, a, served.QUESTION, "Because"),
        {O},
    ),
    "ethics.triage.inquiries.verify": (
        lambda tx, a: inquiries.verify(
            tx, a, served.FLAG, method="purchase", result="supports", text="Bought", done_on=dt.date(2026, 1, 1)
        ),
        {O},
    ),
    "ethics.triage.inquiries.add_note": (lambda tx, a: inquiries.add_note(tx, a, served.FLAG, "Text"), {O}),
    "ethics.triage.similar.similar": (lambda tx, a: similar.similar(tx, a, served.FLAG), {O}),
    "ethics.triage.answers.template": (lambda tx, a: answers.template(tx, a, "T1", "en"), {O}),
    "ethics.triage.answers.change_template": (lambda tx, a: answers.change_template(tx, a, "T1", "en", "Text"), {O}),
    "ethics.triage.whistles.whistles": (lambda tx, a: whistles.whistles(tx, a), {O, E}),
    "ethics.triage.whistles.answer": (
        lambda tx, a: whistles.answer(tx, a, served.WHISTLE, decided="paused", text="Because"),
        {O, E},
    ),
    "ethics.triage.changed.what_changed": (lambda tx, a: changed.what_changed(tx, a), {A, O, M, E}),
    "ethics.triage.changed.published": (lambda tx, a: changed.published(tx, a, 1), {O}),
    "ethics.triage.changed.publish": (lambda tx, a: changed.publish(tx, a, 1, said="What", did="Did"), {O}),
    "ethics.triage.changed.take_back": (lambda tx, a: changed.take_back(tx, a, served.LINE), {O}),
    "ethics.people.accounts.add_person": (
        lambda tx, a: accounts.add_person(tx, a, name="N", login="new.one", roles=[A]),
        {X},
    ),
    "ethics.people.accounts.change_person": (
        lambda tx, a: accounts.change_person(tx, a, 2, roles=[A], client_ids=[], active=True),
        {X},
    ),
    "ethics.people.accounts.reset_password": (lambda tx, a: accounts.reset_password(tx, a, 2), {X}),
    "ethics.people.accounts.people": (lambda tx, a: accounts.people(tx, a), {X}),
    "ethics.risk.alarms.close": (lambda tx, a: alarms.close(tx, a, served.ALARM, "It was looked into."), {O, M}),
    "ethics.risk.alarms.waiting": (lambda tx, a: alarms.waiting(tx, a), {O, M, E}),
    "ethics.risk.policies.in_force": (lambda tx, a: policies.in_force(tx, a), {O, M, E, X}),
    "ethics.risk.policies.in_force_since": (lambda tx, a: policies.in_force_since(tx, a), {O, M, E, X}),
    "ethics.risk.policies.versions": (lambda tx, a: policies.versions(tx, a), {X}),
    "ethics.risk.policy_change.preview": (lambda tx, a: policy_change.preview(tx, a, served.policy(tx)), {X}),
    "ethics.risk.policy_change.put_in_force": (
        lambda tx, a: policy_change.put_in_force(tx, a, served.policy(tx), "Long enough", based_on=served.version(tx)),
        {X},
    ),
    "ethics.risk.analysis.analyse": (lambda tx, a: analysis.analyse(tx, a), {H, X, O}),
    "ethics.wellbeing.publishing.standings": (lambda tx, a: publishing.standings(tx, a), {H}),
    "ethics.wellbeing.publishing.prepare": (lambda tx, a: publishing.prepare(tx, a, served.READY), {H}),
    "ethics.wellbeing.publishing.publish": (lambda tx, a: publishing.publish(tx, a, ready(tx, RELEASE)), {H}),
    "ethics.wellbeing.releases.altered": (lambda tx, a: releases.altered(tx, a), {X}),
    "ethics.wellbeing.releases.releases": (lambda tx, a: releases.releases(tx, a), {H, M, E}),
    "ethics.wellbeing.terms.confirm": (
        lambda tx, a: terms.confirm(tx, a, heard_on=dt.date(2026, 1, 2), assessment="DPIA 1"),
        {H},
    ),
    "ethics.wellbeing.terms.confirmed": (lambda tx, a: terms.confirmed(tx, a), {H}),
    "ethics.wellbeing.terms.set_day_cost": (lambda tx, a: terms.set_day_cost(tx, a, 37_000), {H}),
    "ethics.workforce.quality.data_quality": (lambda tx, a: quality.data_quality(tx, a), {H}),
    "reports.gather.client_file": (lambda tx, a: gather.client_file(tx, a, 1), {O, M, E}),
    "reports.portfolio.portfolio": (lambda tx, a: portfolio.portfolio(tx, a), {O, M, E}),
    "reports.reviews.make": (lambda tx, a: reviews.make(tx, a, 1), {M, E}),
    "reports.reviews.frozen": (lambda tx, a: reviews.frozen(tx, a, served.review(tx)), {M, E}),
    "reports.reviews.pdf": (lambda tx, a: reviews.pdf(tx, a, served.review(tx), "en"), {M, E}),
    "reports.reviews.reviews": (lambda tx, a: reviews.reviews(tx, a), {M, E}),
}


def _empty() -> Any:
    import pandas as pd

    return pd.DataFrame({"agent": ["1"], "start": ["2026-01-01"], "end": [""]})


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_serves_its_roles_and_no_other(name: str, house: House) -> None:
    call, allowed = VERBS[name]
    for role in Role:
        actor = house.actor(role)
        try:
            with house.db.write() as tx:
                call(tx, actor)
                tx.rollback()
            served = True
        except (NotAllowed, NotFound) as refused:
            served = isinstance(refused, NotFound) and role in allowed
        except Refused:
            served = True
        assert served == (role in allowed), f"{name} as {role}"


def test_every_verb_is_listed() -> None:
    """A function of a verbs file that takes a transaction and an actor must appear in the matrix above."""
    import inspect

    for module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if list(inspect.signature(function).parameters)[:2] == ["tx", "actor"] and name not in ("record",):
                assert f"{module.__name__}.{name}" in VERBS


def _modules() -> list[Any]:
    """Every module of the house but the pages, which have no verbs."""
    import importlib

    root = Path(__file__).resolve().parent.parent
    files = [p for s in ("ethics", "checklists", "reports") for p in sorted((root / s).rglob("*.py"))]
    names = [p.relative_to(root).with_suffix("").parts for p in files]
    skipped = {"pages", "versions", "__main__", "__init__", "env"}
    return [importlib.import_module(".".join(parts)) for parts in names if not skipped & set(parts)]


@pytest.mark.parametrize("permission", list(Permission))
def test_nobody_without_a_role_may_anything(permission: Permission) -> None:
    assert not someone().may(permission)
    with pytest.raises(NotAllowed):
        someone().require(permission)


def test_a_permission_that_is_not_in_the_table_is_denied_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ALLOWED, Permission.TRIAGE)
    assert not someone(*Role).may(Permission.TRIAGE)


def test_a_first_password_opens_nothing() -> None:
    fresh = Actor(name="New", roles=frozenset(Role), user_id=1, must_change_password=True)
    with pytest.raises(NotAllowed):
        fresh.require(Permission.SEE_RISK)


def test_a_manager_gets_not_found_for_another_managers_client(house: House) -> None:
    manager, other = house.actor(M), house.client_ids[-1]
    assert other not in manager.client_ids
    with house.db.write() as tx:
        name = clients.one(tx, TERMINAL, other).name
        number = reviews.make(tx, TERMINAL, other)
    for call in (
        lambda tx: clients.one(tx, manager, other),
        lambda tx: clients.by_name(tx, manager, name),
        lambda tx: gather.client_file(tx, manager, other),
        lambda tx: checks.open_check(tx, manager, other, "onboarding"),
        lambda tx: reviews.make(tx, manager, other),
        lambda tx: reviews.pdf(tx, manager, number, "en"),
    ):
        with pytest.raises(NotFound), house.db.write() as tx:
            call(tx)


def test_not_mine_and_not_there_sound_the_same(house: House) -> None:
    manager, messages = house.actor(M), []
    for client_id in (house.client_ids[-1], 10_000):
        with pytest.raises(NotFound) as refused, house.db.read() as tx:
            clients.one(tx, manager, client_id)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_a_managers_portfolio_holds_their_clients_only(house: House) -> None:
    with house.db.read() as tx:
        whole = portfolio.portfolio(tx, house.actor(M))
    assert {line.client_id for line in whole.lines} == set(house.client_ids[:2])


def test_the_terminal_may_everything_and_signs_as_the_terminal(lite: Database) -> None:
    with lite.write() as tx:
        audit.record(tx, TERMINAL, "test")
        entry = tx.get(audit.AuditEntry, 1)
        assert entry is not None
        assert '"actor":"terminal"' in entry.body
