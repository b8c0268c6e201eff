"""`qabul bench` small: what it measures differs from machine to machine, what it must not lose does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NAIVE = Path(__file__).with_name("naive_bot.py")


@pytest.fixture
def servers(postgres_url: str, redis_url: str) -> list[str]:
    """The tests' own servers as options, so that none is started here."""
    return ["--database-url", postgres_url, "--redis-url", redis_url]


def bench(*arguments: str, folder: Path, status: int = 0) -> tuple[str, dict[str, Any]]:
    """Run a measure; (what it printed, what it wrote as JSON)."""
    found = folder / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "bench", *arguments, "--folder", str(folder), "--json", str(found)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == status, done.stdout[-2000:] + done.stderr
    assert [one.name for one in folder.iterdir()] == ["found.json"], "a bench leaves nothing"
    return done.stdout, json.loads(found.read_text(encoding="utf-8"))


def test_the_table_has_a_row_for_each_subject_and_none_loses_or_doubles_a_message(
    tmp_path: Path, redis_url: str
) -> None:
    small = ("--rate", "max", "--seconds", "1", "--warm-up", "0", "--contacts", "20", "--under-way", "4")

    shown, found = bench("--rows", "sqlite1,aiohttp", *small, "--redis-url", redis_url, folder=tmp_path)

    assert [row["title"] for row in found["rows"]] == ["SQLite, 1 worker", "bare aiohttp echo"]
    for row in found["rows"]:
        assert (row["lost"], row["doubled"], row["handoffs"]) == (0, 0, 0)
        assert row["messages"] > 20
        assert row["app_cpu"] > 0
        assert row["pss"] > 0
        assert f"| {row['title']} " in shown


@pytest.mark.long
def test_postgresql_with_two_workers_and_the_aiogram_echo_stand_in_the_same_table(
    tmp_path: Path, servers: list[str]
) -> None:
    small = ("--rate", "30", "--seconds", "2", "--warm-up", "0", "--contacts", "20")

    _, found = bench("--rows", "postgres1,postgres2,aiogram", *small, *servers, folder=tmp_path)

    assert [row["title"] for row in found["rows"]] == [
        "PostgreSQL, 1 worker", "PostgreSQL, 2 workers", "bare aiogram echo",
    ]  # fmt: skip
    assert all((row["lost"], row["doubled"], row["handoffs"]) == (0, 0, 0) for row in found["rows"])
    assert all(row["database_cpu"] > 0 for row in found["rows"][:2])
    assert "fsync" in found["head"]["PostgreSQL"]


@pytest.mark.long
def test_more_than_it_can_do_is_answered_late_but_answered(tmp_path: Path, redis_url: str) -> None:
    small = ("--on", "sqlite", "--contacts", "150", "--seconds", "2", "--every", "1", "--redis-url", redis_url)

    _, found = bench("overload", *small, folder=tmp_path)

    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found["messages"] > 150
    assert {one["phase"] for one in found["slices"]} >= {"offered"}


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_filled_database_is_a_desk_that_goes_on(tmp_path: Path, servers: list[str], database: str) -> None:
    stored = ("--contacts", "300", "--messages", "6000", "--people", "30")
    small = ("--rate", "30", "--seconds", "2", "--warm-up", "0", "--rounds", "1")

    shown, found = bench("filled", "--on", database, *stored, *small, *servers, folder=tmp_path)

    rows = [*found["empty"], *found["full"], *found["full_new"]]
    assert len(rows) == 3
    assert all((row["lost"], row["doubled"], row["handoffs"]) == (0, 0, 0) for row in rows)
    assert "known customer: app CPU ms" in shown


@pytest.mark.long
def test_a_long_history_and_many_handoffs_lose_nobody(tmp_path: Path, redis_url: str) -> None:
    small = ("--on", "sqlite", "--lines", "300", "--times", "1", "--rate", "20", "--handoffs", "5")

    _, found = bench("handoff", *small, "--redis-url", redis_url, folder=tmp_path)

    assert (found["lost"], found["doubled"], found["handoffs_missing"]) == (0, 0, 0)
    assert len(found["seconds"]) == 1
    assert found["size"] > 0.05


@pytest.mark.long
def test_our_desk_loses_nothing_on_the_way_to_the_staff_and_tells_them_nothing_false(
    tmp_path: Path, redis_url: str
) -> None:
    _, found = bench("losses", "--scale", "0.3", "--patience", "15", "--redis-url", redis_url, folder=tmp_path)

    assert [row["scenario"] for row in found["rows"]] == ["C", "D", "D+T", "E", "K"]
    for row in found["rows"]:
        assert row["relayed"] == row["messages"] > 0
        assert (row["two_topics"], row["disordered"], row["note"]) == (0, 0, "")
    assert [(told["false"], told["delivered"]) for told in found["told"]] == [(False, 1)] * 2


@pytest.mark.long
def test_a_naive_bot_is_found_to_lose_double_topics_and_tell_what_is_not_true(tmp_path: Path) -> None:
    command = f"{sys.executable} {NAIVE} {{api}} {{token}} {{staff}}"

    _, found = bench("losses", "--command", command, "--scale", "0.3", "--patience", "6", folder=tmp_path, status=1)

    rows = {row["scenario"]: row for row in found["rows"]}
    assert rows["D"]["two_topics"] > 0, "two messages at once find no topic yet, and both make one"
    assert rows["E"]["relayed"] < rows["E"]["messages"], "a refused call is not tried again"
    assert rows["K"]["relayed"] < rows["K"]["messages"], "a batch was acknowledged before it was handled"
    assert [told["false"] for told in found["told"]] == [True, True]


def test_a_row_that_there_is_not_is_told_in_one_line_with_status_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "bench", "--rows", "oracle1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        "qabul bench: --rows: there is no 'oracle1'; use postgres1, postgres2, sqlite1, aiogram or aiohttp"
    ]


def test_steps_and_a_very_long_file_are_measured_and_the_file_is_right(tmp_path: Path) -> None:
    shown, found = bench("scenarios", "--seconds", "0.4", "--steps", "50", folder=tmp_path)

    assert found["scenario"] in shown
    assert set(found["steps_a_second"]) == {"words", "a tap", "silence", "all of them"}
    assert all(rate > 0 for rate in found["steps_a_second"].values())
    assert (found["read"]["steps"], found["read"]["issues"]) == (50, 0)
