"""Changing the policy: who may, which version it becomes, what is told of it, and what is refused."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from ethics.access import NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.database import Database, today
from ethics.language import Refused, reader
from ethics.risk import policies, policy_change, policy_fields
from ethics.risk.models import StoredPolicy
from ethics.risk.policy import PolicyError, read_policy, written
from tests.conftest import someone
from tests.policy_changes import ADMIN, REASON, administered, build, changed, put


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


@pytest.fixture
def empty(lite: Database) -> Database:
    return administered(lite)


def test_before_any_change_the_policy_that_reilu_comes_with_is_in_force(empty: Database) -> None:
    with empty.read() as tx:
        assert policies.in_force(tx, ADMIN).version == 3
        assert policies.in_force_since(tx, ADMIN) is None
        assert [(line.version, line.made_on, line.changed) for line in policies.versions(tx, ADMIN)] == [(3, None, ())]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE, Role.OFFICER])
def test_those_who_see_risks_may_read_the_policy_but_not_change_it(empty: Database, role: Role) -> None:
    content = changed(empty, bands__watch=40)
    with empty.write() as tx:
        assert policies.in_force(tx, someone(role)).bands["watch"] == 45
        with pytest.raises(NotAllowed):
            policies.versions(tx, someone(role))
        with pytest.raises(NotAllowed):
            policy_change.preview(tx, someone(role), content)
        with pytest.raises(NotAllowed):
            policy_change.put_in_force(tx, someone(role), content, REASON, based_on=3)


@pytest.mark.parametrize("role", [Role.AGENT, Role.HR])
def test_those_who_see_no_risks_may_not_read_the_policy(empty: Database, role: Role) -> None:
    with empty.read() as tx, pytest.raises(NotAllowed):
        policies.in_force(tx, someone(role))


def test_a_policy_put_in_force_gets_the_next_version_whatever_its_content_says(centre: Database) -> None:
    assert put(centre, {**changed(centre, bands__watch=40), "version": 99}) == 4
    assert put(centre, changed(centre, bands__watch=41), based_on=4) == 5
    with centre.read() as tx:
        assert (policies.current(tx).version, policies.current(tx).bands["watch"]) == (5, 41)


def test_a_policy_is_found_by_its_version_for_as_long_as_its_numbers_are_known(centre: Database) -> None:
    put(centre, changed(centre, bands__watch=40))
    with centre.read() as tx:
        found = {version: policies.of_version(tx, version) for version in (2, 3, 4)}
    assert {version: rules and rules.bands["watch"] for version, rules in found.items()} == {2: None, 3: 45, 4: 40}


def test_a_number_that_the_house_gave_before_reilu_did_is_listed_once(
    centre: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(centre, changed(centre, half_life_weeks=20))
    built_in = policies.built_in()
    monkeypatch.setattr(policies, "built_in", lambda: replace(built_in, version=4))
    with centre.read() as tx:
        assert [line.version for line in policies.versions(tx, ADMIN)] == [4]


def test_versions_say_what_changed_who_changed_it_and_why(centre: Database) -> None:
    put(centre, changed(centre, bands__watch=40, weakest_link=50))
    put(centre, changed(centre, bands__watch=45, floors__failed_knockout="no_thanks"), "Back again.", based_on=4)
    with centre.read() as tx:
        newest, middle, first = policies.versions(tx, ADMIN)
    assert (newest.version, middle.version, first.version) == (5, 4, 3)
    assert (middle.made_by, middle.made_on, middle.reason) == ("Test administrator", today(), REASON)
    assert middle.changed == (("bands.watch", 45.0, 40.0), ("weakest_link", 35.0, 50.0))
    assert newest.changed == (("bands.watch", 40.0, 45.0), ("floors.failed_knockout", "remedy", "no_thanks"))


def test_the_audit_holds_which_numbers_changed_and_not_the_reason(centre: Database) -> None:
    put(centre, changed(centre, bands__watch=40, weakest_link=50))
    with centre.read() as tx:
        body = tx.exec(select(AuditEntry.body).order_by(col(AuditEntry.seq).desc())).first()
    assert body is not None
    entry = json.loads(body)
    assert (entry["act"], entry["subject"], entry["actor"], entry["based_on"]) == ("change policy", "4", 3, 3)
    assert entry["changed"] == ["bands.watch", "weakest_link"]
    assert "board" not in body


@pytest.mark.parametrize(
    ("values", "says", "in_finnish"),
    [
        ({}, "Nothing has been changed", "Mitään ei ole muutettu"),
        ({"bands.watch": 20.0}, "Each band must begin later than the one before", "Luokkien on alettava"),
        ({"bands.remedy": 100.0}, "Each band must begin later than the one before", "Luokkien on alettava"),
        ({"severity_weights.1": 4.0}, "A graver severity may not weigh less", "Vakavampi ei saa painaa vähemmän"),
        ({"dimensions.response.weight": 25.0}, "six dimensions must add up to 100%", "yhteensä 100"),
        ({"prior.severity_shares.0": 50.0}, "four severities must add up to 100%", "yhteensä 100"),
        ({"half_life_weeks": 0.5}, "“Half-life” must lie between 4 weeks and 260 weeks", "Puoliintumisaika"),
        ({"window_weeks": 10_000_000}, "“Window” must lie between 13 weeks and 520 weeks", "Aikaikkuna"),
        ({"response.late": 120.0}, "In [response], late must be a number at least 0 and at most 1", "on oltava luku"),
        ({"floors.failed_knockout": "bad"}, "failed_knockout must be one of", "on oltava jokin näistä"),
    ],
)
def test_a_senseless_change_is_refused_and_nothing_is_stored(
    empty: Database, values: dict[str, Any], says: str, in_finnish: str
) -> None:
    with empty.read() as tx:
        content = policy_fields.content(policies.current(tx), values)
        with pytest.raises(Refused) as refused:
            policy_change.preview(tx, ADMIN, content)
    assert says in str(refused.value)
    assert in_finnish in reader("fi").say(refused.value.sentence)
    with pytest.raises(Refused) as again:
        put(empty, content)
    assert again.value.sentence == refused.value.sentence
    with empty.read() as tx:
        assert tx.exec(select(StoredPolicy)).all() == []
        assert tx.exec(select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("reason", "says"), [("", "Say why"), ("  because  ", "Say why"), ("x" * 501, "longer than 500 letters")]
)
def test_a_reason_that_says_nothing_or_everything_is_refused(empty: Database, reason: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        put(empty, changed(empty, bands__watch=40), reason)


def test_who_began_before_somebody_elses_change_has_to_look_again(empty: Database) -> None:
    content = changed(empty, bands__watch=41)
    put(empty, changed(empty, bands__watch=40))
    with pytest.raises(Refused, match="Policy 4 has come into force since"):
        put(empty, content, based_on=3)
    assert put(empty, content, based_on=4) == 5


def test_of_two_changes_at_the_same_moment_one_is_refused(centre: Database) -> None:
    first, second = changed(centre, bands__watch=40), changed(centre, bands__watch=41)
    with ThreadPoolExecutor(1) as pool:
        with centre.write() as tx:
            assert policy_change.put_in_force(tx, ADMIN, first, REASON, based_on=3) == 4
            late = pool.submit(put, centre, second)
            time.sleep(0.3)  # on PostgreSQL the other one begins meanwhile, and waits for the same version
        with pytest.raises(Refused, match="Policy 4 has come into force since"):
            late.result(timeout=30)
    with centre.read() as tx:
        assert policies.current(tx).bands["watch"] == 40


def test_categories_stay_in_their_dimensions(empty: Database) -> None:
    content: Any = changed(empty, bands__watch=40)
    content["dimensions"]["enablement"]["categories"] = ["M09", "M07"]
    content["dimensions"]["customer_rights"]["categories"] = ["M10"]
    with empty.read() as tx, pytest.raises(Refused, match="not changed here"):
        policy_change.preview(tx, ADMIN, content)


def test_the_fields_hold_a_whole_policy_but_its_version_and_categories() -> None:
    rules = policies.built_in()
    assert read_policy(policy_fields.content(rules, policy_fields.values(rules))) == rules
    leaves = {path for path in _paths(written(rules)) if "categories" not in path}
    assert set(policy_fields.values(rules)) == leaves - {"version", "severity_weights.0"}


def _paths(tables: Any, before: str = "") -> set[str]:
    inner = dict(enumerate(tables)) if isinstance(tables, list) else tables
    if not isinstance(inner, dict):
        return {before.removesuffix(".")}
    return {path for key, value in inner.items() for path in _paths(value, f"{before}{key}.")}


def test_a_refused_file_says_where_in_both_languages() -> None:
    tables: Any = written(policies.built_in())
    tables["response"]["grace_days"] = 0
    with pytest.raises(PolicyError) as refused:
        read_policy(tables)
    assert refused.value.path == "response.grace_days"
    for language, says in (("en", "must be a whole number"), ("fi", "on oltava kokonaisluku")):
        said = reader(language).say(refused.value.sentence)
        assert "[response]" in said
        assert "grace_days" in said
        assert language == "fi" or says in said
