"""The command line: help, wrong use, checks and migrations, as a person at a terminal meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def qabul(*arguments: str, folder: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command with only these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [["demo"], ["run"], ["doctor"], ["migrate"], ["scenario"], ["scenario", "check"], ["bench"], ["bench", "losses"]],
)
def test_help_lists_each_command_and_each_has_its_own(command: list[str]) -> None:
    overview, own = qabul("--help"), qabul(*command, "--help")

    assert command[0] in overview.stdout
    assert own.returncode == 0
    assert own.stdout.startswith(f"usage: qabul {' '.join(command)}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["dmeo"],
        ["demo", "--prot", "1"],
        ["doctor", "telegram"],
        ["scenario", "chekc"],
        ["migrate", "now"],
        [],
        ["scenario"],
    ],
)
def test_wrong_use_is_told_on_stderr_with_status_2(arguments: list[str]) -> None:
    done = qabul(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_a_wrong_setting_is_one_line_with_status_2_and_no_secret(tmp_path: Path) -> None:
    done = qabul("run", folder=tmp_path, QABUL_TELEGRAM_TOKEN="123456789:short-secret")

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "QABUL_TELEGRAM_TOKEN" in done.stderr
    assert "short-secret" not in done.stderr


def test_run_without_a_messenger_says_what_to_set(tmp_path: Path) -> None:
    done = qabul("run", folder=tmp_path)

    assert done.returncode == 2
    assert "QABUL_TELEGRAM_TOKEN" in done.stderr
    assert "qabul demo" in done.stderr


def test_the_shipped_scenarios_pass_their_own_check() -> None:
    done = qabul("scenario", "check")

    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("All fine")


def test_a_mistake_in_a_scenario_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("scenario: new\nabout: x\nstart: hello\nsteps:\n  hello:\n    go: nowhere\n")

    done = qabul("scenario", "check", str(tmp_path))

    assert done.returncode == 1
    assert "new.yaml:6:" in done.stdout
    assert "E10" in done.stdout


def test_migrate_brings_an_empty_folder_to_the_present_schema_and_again_changes_nothing(tmp_path: Path) -> None:
    first, second = qabul("migrate", folder=tmp_path), qabul("migrate", folder=tmp_path)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "it was at none" in first.stdout
    assert "it was at 0" in second.stdout
    assert (tmp_path / "data" / "qabul.db").exists()


def test_migrate_says_why_a_database_cannot_be_used(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody:secret-word@127.0.0.1:1/none"

    done = qabul("migrate", folder=tmp_path, QABUL_DATABASE_URL=url)

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "QABUL_DATABASE_URL" in done.stderr
    assert "secret-word" not in done.stderr


@pytest.mark.parametrize(
    ("number", "words"), [("0", "'0' is no number of processes"), ("-1", "'-1'"), ("two", "'two'"), ("3", "PostgreSQL")]
)
def test_a_number_of_workers_that_cannot_be_is_refused_at_once_in_one_line(
    tmp_path: Path, number: str, words: str
) -> None:
    before = os.times().children_user
    done = qabul(
        "run",
        f"--workers={number}",
        folder=tmp_path,
        QABUL_TELEGRAM_TOKEN="7000000001:AAlocal-telegram-of-the-playground0",
        QABUL_STAFF_CHAT_ID="-1001234567890",
    )

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr
    # Nothing heavy was imported: that alone would take longer. The processor's time, whatever else the machine does.
    assert os.times().children_user - before < 0.6
    assert list(tmp_path.iterdir()) == []
