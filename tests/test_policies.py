"""Changing the policy: what it is compared with, who may, what is stored, and what stays as it was."""

from __future__ import annotations

import datetime as dt
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from ethics.access import Actor, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.clients.models import Client
from ethics.database import Database, now, today
from ethics.imports.models import Batch
from ethics.language import Refused, reader
from ethics.mismatches import flags
from ethics.people.models import User
from ethics.risk import history, policies, policy_change, policy_fields, scores
from ethics.risk.models import ScoreWeek, StoredPolicy, StoredScore
from ethics.risk.policy import PolicyError, read_policy, written
from ethics.triage import rulings
from ethics.workforce.models import ContactWeek
from tests.conftest import someone

MONDAY = today() - dt.timedelta(days=today().weekday())
LAST_SUNDAY = MONDAY - dt.timedelta(days=1)
AGENT, OFFICER = someone(Role.AGENT, user_id=1), someone(Role.OFFICER, user_id=2)
ADMIN = someone(Role.ADMINISTRATOR, user_id=3)
REASON = "The board wants to hear of it earlier."
CONFIRM = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "Thank you: it is as you said.")


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients, 2,000 contacts a week until last Sunday; a serious mismatch of the first met three weeks ago."""
    with db.write() as tx:
        tx.add(Batch(id=1, kind="clients", file_name="f", sha256="0", rows=2, imported_by="t", imported_at=now()))
        for number, login in ((1, "agent"), (2, "officer"), (3, "administrator")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
        tx.flush()
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
            tx.flush()
            for week in range(1, 7):
                monday = MONDAY - dt.timedelta(weeks=week)
                tx.add(ContactWeek(client_id=number, week_start=monday, contacts=2_000, batch_id=1))
        tx.flush()
        met = MONDAY - dt.timedelta(days=20)
        draft = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", met, "confidential", "one")
        rulings.decide(tx, OFFICER, flags.file(tx, AGENT, draft), CONFIRM)
        history.bring_up_to_date(tx)
        scores.compute(tx)
    return db


@pytest.fixture
def empty(lite: Database) -> Database:
    """Nobody but the administrator."""
    with lite.write() as tx:
        tx.add(User(id=3, name="Test administrator", login="administrator", password_hash="x", created_at=now()))
    return lite


def changed(db: Database, **values: Any) -> dict[str, object]:
    """The policy in force with other values in its fields; `bands__watch=40` is 40 in "bands.watch"."""
    with db.read() as tx:
        rules = policies.current(tx)
    return policy_fields.content(rules, {name.replace("__", "."): value for name, value in values.items()})


def put(db: Database, content: dict[str, object], reason: str = REASON, based_on: int = 3, actor: Actor = ADMIN) -> int:
    with db.write() as tx:
        return policy_change.put_in_force(tx, actor, content, reason, based_on=based_on)


def stored(db: Database) -> dict[int, StoredScore]:
    with db.read() as tx:
        return scores.latest(tx)


def weeks(db: Database) -> list[dict[str, Any]]:
    """Every row of the history, with what was replaced."""
    with db.read() as tx:
        rows = tx.exec(
            select(ScoreWeek).order_by(col(ScoreWeek.client_id), col(ScoreWeek.week), col(ScoreWeek.revision))
        )
        return [row.model_dump() for row in rows]


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


def test_present_scores_are_computed_anew_at_once(centre: Database) -> None:
    before = stored(centre)
    put(centre, changed(centre, severity_weights__4=32, severity_weights__3=32))
    after = stored(centre)
    assert after[1].score is not None
    assert after[1].score > (before[1].score or 0)
    assert {row.policy_version for row in after.values()} == {4}


def test_a_preview_says_the_scores_that_the_change_then_gives(centre: Database) -> None:
    content = changed(centre, severity_weights__4=64, severity_weights__3=64, bands__fair_play=20)
    with centre.read() as tx:
        seen = policy_change.preview(tx, ADMIN, content)
    before = stored(centre)
    put(centre, content)
    after = stored(centre)
    assert seen.clients == 2
    assert {line.client_id: (line.score_before, line.score_after) for line in seen.lines} == {
        number: (before[number].score, after[number].score) for number in (1, 2)
    }
    assert {line.client_id: (line.band_before, line.band_after) for line in seen.lines} == {
        number: (before[number].band, after[number].band) for number in (1, 2)
    }


def test_a_preview_stores_nothing(centre: Database) -> None:
    before = {number: row.model_dump() for number, row in stored(centre).items()}
    with centre.write() as tx:
        policy_change.preview(tx, ADMIN, changed(centre, severity_weights__4=64))
        assert not tx.new
        assert not tx.dirty
    assert {number: row.model_dump() for number, row in stored(centre).items()} == before
    with centre.read() as tx:
        assert tx.exec(select(StoredPolicy)).all() == []


def test_those_whose_band_changes_come_first_in_a_preview(centre: Database) -> None:
    score = stored(centre)[2].score
    assert score is not None
    with centre.read() as tx:
        seen = policy_change.preview(tx, ADMIN, changed(centre, bands__fair_play=max(1, round(score))))
    assert [line.changes_band for line in seen.lines] == sorted(
        (line.changes_band for line in seen.lines), reverse=True
    )
    assert seen.bands == sum(line.band_after != "fair_play" for line in seen.lines)
    assert seen.moved == 0


def test_a_client_that_is_not_scored_yet_is_new_in_a_preview(empty: Database) -> None:
    with empty.write() as tx:
        tx.add(Client(id=1, name="Lumikki Oy", name_key="lumikki oy"))
    with empty.read() as tx:
        line = policy_change.preview(tx, ADMIN, changed(empty, bands__watch=40)).lines[0]
    assert (line.score_before, line.band_before, line.moves) == (None, "unknown", 0.0)


@pytest.mark.parametrize(
    "values",
    [
        {"severity_weights__4": 64, "severity_weights__3": 64, "bands__watch": 40},
        {"window_weeks": 13},  # other weeks than before would now count in the older ones
        {"window_weeks": 13, "half_life_weeks": 4, "response__late": 100},
    ],
)
def test_ended_weeks_keep_their_policy_and_the_next_week_gets_the_new_one(
    centre: Database, values: dict[str, Any]
) -> None:
    with centre.write() as tx:
        for week in range(7, 22):
            monday = MONDAY - dt.timedelta(weeks=week)
            tx.add(ContactWeek(client_id=2, week_start=monday, contacts=2_000, batch_id=1))
        tx.flush()
        history.bring_up_to_date(tx)
    before = weeks(centre)
    put(centre, changed(centre, **values))
    with centre.write() as tx:
        assert history.bring_up_to_date(tx) == 0
    assert weeks(centre) == before
    assert {row["policy_version"] for row in before} == {3}
    with centre.write() as tx:  # late data about the last week but one: that row is found wrong, and scored anew
        sunday = LAST_SUNDAY - dt.timedelta(weeks=1)
        row = tx.get(ContactWeek, (2, sunday - dt.timedelta(days=6)))
        assert row is not None
        row.contacts = 3_000
        tx.flush()
        history.bring_up_to_date(tx)
    kept = [row for row in weeks(centre) if row["replaced_at"] is None and row["policy_version"] == 3]
    anew = [row for row in weeks(centre) if row["policy_version"] == 4]
    assert kept
    assert {row["client_id"] for row in anew} == {2}
    assert min(row["week"] for row in anew) == sunday


def test_a_week_that_ends_after_the_change_is_scored_by_the_new_policy(centre: Database) -> None:
    put(centre, changed(centre, bands__watch=40))
    with centre.write() as tx:
        for row in tx.exec(select(ScoreWeek).where(ScoreWeek.week == LAST_SUNDAY)):
            tx.delete(row)  # as if the last week had ended only now
        tx.flush()
        assert history.bring_up_to_date(tx) == 2  # one week of two clients
    by_week = {(row["week"] == LAST_SUNDAY, row["policy_version"]) for row in weeks(centre)}
    assert by_week == {(False, 3), (True, 4)}


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
