"""The command lines, run as a person would run them: another process, its output, its exit code."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ("--clients", "5", "--agents", "40", "--weeks", "30", "--seed", "1", "--until", "2026-11-15")


def run(home: Path, *words: str, language: str = "C.UTF-8", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("REILU_") and k not in ("LC_ALL", "LC_MESSAGES")}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**clean, "REILU_HOME": str(home), "LANG": language, **environment},
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert run(folder, "ethics", "secrets").returncode == 0
    made = run(folder, "ethics", "sample", *SAMPLE)
    assert made.returncode == 0, made.stderr
    return folder


def test_the_secrets_file_is_for_its_owner_alone(home: Path) -> None:
    assert stat.S_IMODE((home / "secrets.env").stat().st_mode) == 0o600


def test_nobody_else_looks_into_the_house(home: Path, tmp_path: Path) -> None:
    run(tmp_path / "new" / "house", "ethics", "secrets")
    assert stat.S_IMODE((tmp_path / "new" / "house").stat().st_mode) == 0o700


def test_making_secrets_again_keeps_the_old_ones(home: Path) -> None:
    before = (home / "secrets.env").read_bytes()
    assert run(home, "ethics", "secrets").returncode == 0
    assert (home / "secrets.env").read_bytes() == before


def test_a_house_of_an_earlier_version_gets_the_secret_that_it_lacks(tmp_path: Path) -> None:
    run(tmp_path, "ethics", "secrets")
    path = tmp_path / "secrets.env"
    old = "".join(line + "\n" for line in path.read_text().splitlines() if "RECEIPT_PEPPER" not in line)
    path.write_text(old)
    assert "REILU_RECEIPT_PEPPER is missing" in run(tmp_path, "ethics", "migrate").stderr
    assert run(tmp_path, "ethics", "secrets").returncode == 0
    assert path.read_text().startswith(old)
    assert run(tmp_path, "ethics", "migrate").returncode == 0


@pytest.mark.parametrize(
    ("secret", "says"),
    [("", "REILU_AUDIT_KEY is missing or too weak"), ("changeme", "too weak"), ("a" * 64, "too weak")],
)
def test_a_missing_or_weak_secret_stops_the_start_with_a_sentence(tmp_path: Path, secret: str, says: str) -> None:
    good = "".join(chr(65 + k % 50) for k in range(64))
    given = {
        "REILU_PSEUDONYM_KEY": good,
        "REILU_COOKIE_SECRET": good,
        **({"REILU_AUDIT_KEY": secret} if secret else {}),
    }
    answer = run(tmp_path, "ethics", "migrate", **given)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
    assert good not in answer.stderr


def test_a_secrets_file_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    run(tmp_path, "ethics", "secrets")
    (tmp_path / "secrets.env").chmod(0o644)
    answer = run(tmp_path, "ethics", "migrate")
    assert (answer.returncode, "600" in answer.stderr) == (2, True)


def test_migrate_says_so_in_the_terminals_language(home: Path) -> None:
    assert "up to date" in run(home, "ethics", "migrate").stdout
    assert "ajan tasalla" in run(home, "ethics", "migrate", language="fi_FI.UTF-8").stdout


def test_the_sample_does_not_go_into_a_house_that_is_lived_in(home: Path) -> None:
    answer = run(home, "ethics", "sample", *SAMPLE)
    assert (answer.returncode, "empty house" in answer.stderr) == (2, True)


def test_scores_print_what_the_issue_asks_for_and_add_up(home: Path) -> None:
    found = json.loads(run(home, "ethics", "scores", "--json").stdout)
    assert len(found) == 5
    for line in found:
        wanted = {
            "name",
            "score",
            "low",
            "high",
            "band",
            "rate_per_1000",
            "contacts",
            "mismatches",
            "contributions",
            "unknown",
        }
        assert wanted <= set(line)
        assert set(line["rate_per_1000"]) == {"mean", "low", "high"}
        assert round(sum(line["contributions"].values()), 1) == line["score"]
        assert line["low"] <= line["score"] <= line["high"]
    assert [line["score"] for line in found] == sorted((line["score"] for line in found), reverse=True)


def test_scores_of_an_earlier_date_know_less(home: Path) -> None:
    now, then = (
        {line["name"]: line["contacts"] for line in json.loads(run(home, "ethics", "scores", "--json", *words).stdout)}
        for words in ((), ("--as-of", "2026-06-28"))
    )
    assert all(then[name] < now[name] for name in now)


def test_scores_of_the_future_are_refused(home: Path) -> None:
    answer = run(home, "ethics", "scores", "--as-of", "2999-01-01")
    assert (answer.returncode, "in the future" in answer.stderr) == (2, True)


def test_a_review_is_written_and_read_in_both_languages(home: Path, tmp_path: Path) -> None:
    for language, words in (("en", "Fair-play review"), ("fi", "Reilun Pelin katselmus")):
        out = tmp_path / f"{language}.pdf"
        answer = run(
            home, "reports", "review", "--client", "lumikki  LAAJAKAISTA oy", "--language", language, "--out", str(out)
        )
        assert answer.returncode == 0, answer.stderr
        text = PdfReader(io.BytesIO(out.read_bytes())).pages[0].extract_text()
        assert words in text
        assert "Lumikki Laajakaista Oy" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--client", "Lumiki Laajakaista"), "Did you mean “Lumikki Laajakaista Oy”"),
        (("--client", "Nobody Ever"), "There is no client"),
        (("--client", "Lumikki Laajakaista Oy", "--language", "sv"), "en or fi"),
        (("--client", "Lumikki Laajakaista Oy", "--as-of", "2999-01-01"), "in the future"),
    ],
)
def test_a_review_that_cannot_be_made_says_why_and_writes_nothing(
    home: Path, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    out = tmp_path / "review.pdf"
    answer = run(home, "reports", "review", *words, "--out", str(out))
    assert (answer.returncode, says in answer.stderr, out.exists()) == (2, True, False), answer.stderr


def test_a_review_into_a_folder_that_is_not_there_is_refused_before_anything_is_frozen(
    home: Path, tmp_path: Path
) -> None:
    answer = run(
        home, "reports", "review", "--client", "Lumikki Laajakaista Oy", "--out", str(tmp_path / "no" / "review.pdf")
    )
    assert (answer.returncode, "There is no folder" in answer.stderr) == (2, True)


def test_a_wrong_file_exits_with_2_and_says_where(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("name,since\nSuopursu Oy,2026-02-31\n", encoding="utf-8")
    answer = run(home, "ethics", "import", "clients", str(path))
    assert answer.returncode == 2
    assert "since" in answer.stderr
    assert "2026-02-31" in answer.stderr


def test_an_import_moves_the_scores_without_another_command(home: Path, tmp_path: Path) -> None:
    before = {line["name"]: line["mismatches"] for line in json.loads(run(home, "ethics", "scores", "--json").stdout)}
    name = min(before, key=lambda known: before[known])
    path = tmp_path / "flags.csv"
    path.write_text(f"client,date,category,severity,status\n{name},2026-11-13,M05,2,confirmed\n", encoding="utf-8")
    assert run(home, "ethics", "import", "flags", str(path)).returncode == 0
    after = {line["name"]: line["mismatches"] for line in json.loads(run(home, "ethics", "scores", "--json").stdout)}
    assert after == {**before, name: before[name] + 1}


def test_a_dry_run_writes_nothing_and_says_so_as_json(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("name\nSuopursu Oy\n", encoding="utf-8")
    outcome = json.loads(run(home, "ethics", "import", "clients", str(path), "--dry-run", "--json").stdout)
    assert (outcome["added"], outcome["dry_run"]) == (1, True)
    assert "Suopursu" not in run(home, "ethics", "scores").stdout


def test_the_audit_trail_is_verified_from_the_terminal(home: Path) -> None:
    answer = run(home, "ethics", "audit")
    assert (answer.returncode, "holds" in answer.stdout) == (0, True)


def test_a_set_up_code_is_printed_until_somebody_is_there(home: Path) -> None:
    assert len(run(home, "ethics", "setup-code").stdout.strip()) == 19


def test_analyse_says_the_day(home: Path) -> None:
    assert run(home, "ethics", "analyse").stdout.strip() == "2026-11-15"


def test_an_unknown_kind_of_file_names_the_six(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    answer = run(home, "ethics", "import", "invoices", str(path))
    assert answer.returncode == 2
    assert "clients, contacts, shifts, spells, promises, flags" in answer.stderr
