"""The pages of docs/checks are true: the wrong file is told of as they show, the right one is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.engine.checks import CHECKS
from scenarios.engine.reading.issues import WARNINGS
from tests.scenarios.pages import PAGES, examples, told

CODES = {*CHECKS, "E01", "E02", "E03", "E06"}
FOUND = sorted(path for path in PAGES.glob("*.md") if path.name != "README.md")


def test_every_code_has_a_page_and_every_page_a_line_in_the_index() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"(?m)^\| \[(\w+)\]\(\1\.md\) \|.*\| (\w+) \|$", index))
    assert {path.stem for path in FOUND} == CODES == rows.keys()
    assert {code for code, severity in rows.items() if severity == "warning"} == WARNINGS


@pytest.mark.parametrize("page", FOUND, ids=lambda path: path.stem)
def test_a_page_shows_what_the_check_says(page: Path) -> None:
    wrong, right = examples(page)
    found = told(wrong.files)
    assert tuple(found) == wrong.shown
    assert {line.split(" ")[2] for line in found} == {f"{page.stem}:"}
    assert told(right.files) == []


@pytest.mark.parametrize("page", FOUND, ids=lambda path: path.stem)
def test_a_page_is_called_as_the_index_calls_it(page: Path) -> None:
    title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {page.stem}: ")
    assert f"| [{page.stem}]({page.name}) | {title} |" in (PAGES / "README.md").read_text(encoding="utf-8")
