"""What people read is true: links lead somewhere, settings and commands are those that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.fences import ROOT, documents
from tests.house.settings_table import GUIDE, with_table

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as they are shown on the web."""
    text = re.sub(r"(?ms)^```.*?^```", "", path.read_text(encoding="utf-8"))
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*documents(), *DECISIONS], ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


def test_every_guide_is_in_the_list_of_guides() -> None:
    listed = (ROOT / "docs/README.md").read_text(encoding="utf-8")

    assert [
        path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md" and path.name not in listed
    ] == []


def test_the_table_of_settings_is_the_settings() -> None:
    assert GUIDE.read_text(encoding="utf-8") == with_table(), "python -m tests.house.settings_table makes it anew"


def test_settings_and_commands_in_the_docs_exist() -> None:
    known = set(re.findall(r"(QABUL_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"))) | {"QABUL_SITE"}
    help_text = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"(?m)^    (\w+)  ", help_text)) | {"scenario"}

    for path in documents():
        text = path.read_text(encoding="utf-8")
        named = {name for name in re.findall(r"\bQABUL_[A-Z_]*[A-Z]\b", text) if not name.startswith("QABUL_TEST_")}
        assert {name for name in named if not any(one.startswith(name) for one in known)} == set(), path
        # Not what processes call themselves in `ps`.
        assert set(re.findall(r"(?:`|bin/)qabul ([a-z]+)", text)) <= commands | {"worker", "redis", "set"}, path
