"""Which browser is driven, and what a run says that has none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import BrowserMissing, find_browser, is_required, title_of
from tests.end_to_end.desk import ROOT
from tests.ran_on import hand_on, last_lines, not_run, ran_on, take_from


def program(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{words}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


class Config:
    """As much of pytest's configuration as is written to."""

    def __init__(self) -> None:
        self.stash = pytest.Stash()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without a browser; its PATH is this folder."""
    monkeypatch.delenv("QABUL_TEST_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.browser.chromium.ELSEWHERE", ())
    return tmp_path


def test_the_machine_s_chromium_is_found_on_the_path(bare: Path) -> None:
    with pytest.raises(BrowserMissing, match="install Chromium"):
        find_browser()

    chrome = program(bare, "google-chrome", "Google Chrome 150")
    assert find_browser() == chrome
    chromium = program(bare, "chromium", "Chromium 156.0 built on Debian")
    assert find_browser() == chromium
    assert title_of(chromium) == "Chromium 156.0"


def test_a_named_browser_is_used_or_missed_and_never_replaced(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "chromium", "Chromium 156.0")
    mine = program(bare, "mine", "Mine 1")

    monkeypatch.setenv("QABUL_TEST_BROWSER", str(mine))
    assert find_browser() == mine
    monkeypatch.setenv("QABUL_TEST_BROWSER", str(bare / "gone"))
    with pytest.raises(BrowserMissing, match="there is no such program"):
        find_browser()
    assert is_required()


def run_without_a_browser(wanted: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QABUL_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "tests/browser/test_by_hand.py", "-n0", "-p", "no:cacheprovider"],
        cwd=ROOT, env={**kept, "PATH": os.devnull, "QABUL_TEST_BROWSER": wanted},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_what_the_processes_of_a_run_know_is_told_by_the_one_that_prints() -> None:
    ones, others, handed = Config(), Config(), {}
    ran_on(ones, "Chromium 156.0")
    not_run(ones, "the playground, for there is no browser")
    hand_on(ones, handed)
    ran_on(others, "SQLite 3")
    take_from(others, handed)

    assert last_lines(others) == [
        "ran on: Chromium 156.0; SQLite 3",
        "NOT RUN: the playground, for there is no browser",
    ]


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac's browser is found without a PATH")
def test_a_run_without_a_browser_says_in_its_last_lines_what_was_not_run_and_what_to_install() -> None:
    done = run_without_a_browser()

    assert done.returncode == 0, done.stdout + done.stderr
    loud, last = done.stdout.splitlines()[-2:]
    assert loud.startswith("NOT RUN: the playground in a real browser")
    assert "apt-get install chromium" in loud
    assert "skipped" in last


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac's browser is found without a PATH")
def test_a_run_that_requires_a_browser_fails_without_one() -> None:
    done = run_without_a_browser(wanted="required")

    assert done.returncode == 1
    assert "there is no Chromium on this machine: install Chromium" in done.stdout
