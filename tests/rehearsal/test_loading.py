"""Scenarios are rehearsed before they are translated, and told only of what stands in the way of that."""

from __future__ import annotations

from pathlib import Path

from bot.rehearsal.loading import load_ground
from tests.shipped import business

OWN = """\
scenario: own
start: x
silent: [{after: 1 day, go: end}]
steps:
  x:
    say: Nobody translated this
    go: end
"""


def folder_with(folder: Path, text: str) -> Path:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    (folder / "start.yaml").write_text("start: [{else: own}]\n", encoding="utf-8")
    return folder


def test_a_folder_without_translations_can_be_rehearsed(tmp_path: Path) -> None:
    ground, issues = load_ground(folder_with(tmp_path, OWN), business())
    assert ground is not None
    assert {one.code for one in issues} == {"E30"}


def test_a_mistake_is_not_lost_among_missing_translations(tmp_path: Path) -> None:
    ground, issues = load_ground(folder_with(tmp_path, OWN.replace("go: end\n", "go: ende\n")), business())
    assert ground is None
    assert [one.code for one in issues if one.is_error] == ["E10"]
