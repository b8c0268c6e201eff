"""Whoever follows docs/scenarios.md, and nothing else, gets what the page says: each change, command and answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from scenarios.book import shipped_files
from scenarios.engine.checks import check_files
from scenarios.engine.reading import FILE_WORDS
from scenarios.engine.reading.steps import SLOT_TYPES, STEP_WORDS
from scenarios.engine.reading.ways import OPERATORS
from tests.house.fences import ROOT

GUIDE = ROOT / "docs/scenarios.md"
_PART = re.compile(r"(?ms)^<!-- (?P<told>[^>]+) -->$|^```(?P<kind>\w+)\n(?P<text>.*?)^```$")
FRAME = """\
scenario: example
start: hello
person: to_people
silent: [{after: 20 hours, go: end}]
steps:
"""
OTHERS = {
    "next": "  next: {say: Good., go: end}\n",
    "other": "  other: {ask: And now?, silent: [{after: 1 hour, go: end}], go: end}\n",
    "to_people": "  to_people: {handoff: sales, go: end}\n",
}
"""Steps to which the examples of the reference lead."""


def parts(text: str) -> list[tuple[str, str]]:
    """Notes for this test (as "!") and fences of a text, in order: (kind, content)."""
    found = [(one["kind"] or "!", one["text"] or one["told"]) for one in _PART.finditer(text)]
    return [(kind, content.strip() if kind == "!" else content) for kind, content in found]


@pytest.mark.long
def test_the_page_is_followed_from_top_to_bottom(tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).parent / "qabul", tmp_path / ".venv/bin/qabul")
    guide, _ = GUIDE.read_text(encoding="utf-8").split("\n# Every word\n")
    todo = parts(guide)
    output, ran = "", 0
    while todo:
        kind, content = todo.pop(0)
        if kind == "sh":
            typed = todo[1][1] if todo[:1] == [("!", "typed")] else ""
            output = "".join(_run(command, tmp_path, typed) for command in content.splitlines())
            ran += 1
        elif kind == "text":
            wanted = [piece for line in content.splitlines() for piece in line.split("…")]
            assert [piece for piece in wanted if piece not in output] == [], output
        elif kind == "!" and content == "typed":
            todo.pop(0)
        elif kind == "!" and content.startswith("change "):
            (_, old), (_, new) = todo.pop(0), todo.pop(0)
            _change(tmp_path / content.removeprefix("change "), old.rstrip("\n"), new.rstrip("\n"))
        elif kind == "!" and content.startswith("write "):
            _translate(tmp_path / content.removeprefix("write "), todo.pop(0)[1])
        elif kind == "yaml":
            files = [path.read_text(encoding="utf-8") for path in (tmp_path / "my").rglob("*.yaml")]
            assert any(content in text for text in files), f"what the page shows is in no file:\n{content}"
    assert ran > 5
    assert (tmp_path / "my/hesitant.svg").read_text(encoding="utf-8").startswith("<svg")


def test_every_example_of_the_reference_is_right() -> None:
    _, reference = GUIDE.read_text(encoding="utf-8").split("\n# Every word\n")
    shown = [content for kind, content in parts(reference) if kind == "yaml"]
    assert len(shown) > 10
    shared = {name: text for name, text in shipped_files().items() if name in ("facts.yaml", "prices.yaml")}
    for content in shown:
        steps = "".join(f"  {line}\n" for line in content.splitlines())
        file = content if content.startswith("scenario:") else FRAME + steps + "".join(OTHERS.values())
        _, issues = check_files({**shared, "example.yaml": file}, {"sales", "operations"}, {})
        assert [str(one) for one in issues if one.is_error] == [], file


@pytest.mark.parametrize("words", [FILE_WORDS, STEP_WORDS, SLOT_TYPES, OPERATORS], ids=["file", "step", "type", "if"])
def test_every_word_of_the_language_is_in_the_reference(words: tuple[str, ...]) -> None:
    _, reference = GUIDE.read_text(encoding="utf-8").split("\n# Every word\n")
    assert [
        word for word in words if not re.search(rf"`{word}\b|^ *{word}:|[{{ ]{word}:", reference, re.MULTILINE)
    ] == []


def _run(command: str, folder: Path, typed: str) -> str:
    environment = {**os.environ, "LANG": "en_US.UTF-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, input=typed, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def _translate(path: Path, entries: str) -> None:
    """Fill in the entries as a translator does by hand."""
    with path.open("rb") as file:
        catalog = read_po(file)
    written = read_po(entries.encode().splitlines(keepends=True))
    for entry in written:
        if entry.id:
            message = catalog.get(entry.id, entry.context)
            assert message is not None, f"{path.name} has no {entry.id!r}"
            message.string = entry.string
            message.flags.discard("fuzzy")
    with path.open("wb") as file:
        write_po(file, catalog)
