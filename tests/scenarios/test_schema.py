"""The schema for editors takes every shipped file and refuses what the reader refuses."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from bot.commands.schema import run_schema, schema_text
from scenarios.book import shipped_files
from scenarios.engine import reading
from scenarios.engine.reading import read_book
from scenarios.engine.reading import steps as reading_steps
from scenarios.engine.reading.nodes import Map, Node, Row, compose
from scenarios.engine.reading.schema import schema
from tests.scenarios.books import FACTS, HESITANT, HESITANT_FACTS
from tests.scenarios.test_reading_mistakes import FILES, GO, SHAPES

CHECKER = jsonschema.Draft7Validator(schema())
BEYOND_SHAPES = (
    "is called", "is remembered", "meaning of its own", "is what the choice", "cannot be the name of a step",
    "must be the last line", "where the question has", 'must be 1 to 24 of', "starts a second one", "is empty",
)  # fmt: skip
"""What the reader says of names and files, which a schema cannot know."""


def plain(node: Node | None) -> Any:
    """A tree as editors read YAML: only true, false and numbers are no texts."""
    if isinstance(node, Map):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, Row):
        return [plain(item) for item in node.items]
    if node is None or (node.plain and node.text in ("", "~", "null")):
        return None
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    if node.plain and re.fullmatch(r"-?\d+(\.\d+)?", node.text):
        return float(node.text) if "." in node.text else int(node.text)
    return node.text


def complaints(text: str) -> list[str]:
    root, issues = compose("a.yaml", text)
    assert issues == []
    return [error.message for error in CHECKER.iter_errors(plain(root))]


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("name", sorted(shipped_files()))
def test_every_shipped_file_fits(name: str) -> None:
    assert complaints(shipped_files()[name]) == []


def test_the_complete_example_fits() -> None:
    assert complaints(HESITANT) == []
    assert complaints(FACTS) == complaints(HESITANT_FACTS) == []


def test_the_whole_language_fits() -> None:
    text = """\
scenario: a
format: 1
start: first
remember: {day: date, sure: yes_no}
steps:
  first:
    say: {count: visits, one: a, other: b}
    set: {x: 1, y: "yes", z: true}
    later: {in: 2 days, go: ask, unless: {any: [{x: [1, 2]}, {y: {not: [a, b]}}]}, whatsapp_template: back}
    notify: {desk: sales, text: Look}
    go: [{if: {visits: {at_least: 2, known: true}}, then: ask}, {else: book}]
  ask:
    was: [asks]
    ask: When?
    save: day
    silent: [{after: 2 hours, notify: leads}, {after: 1 day, say: Hm, whatsapp_template: back}]
    go: list
  list: {ask: Which?, answers: {from: services}, go: sure}
  sure: {ask: Sure?, save: sure, go: {"yes": book, "no": end}, sells: true}
  book: {do: book_visit, go: {booked: end, taken: ask}}
"""
    book, issues = read_book({"a.yaml": text})
    assert (book is not None, issues) == (True, [])
    assert complaints(text) == []


STEPS = [f"scenario: a\nstart: first\nsteps:\n  first:\n{step}    go: end\n" for step, _ in SHAPES]
WAYS = [f"scenario: a\nstart: first\nsteps:\n  first:\n    say: Hi\n    {line}\n" for line, _ in GO]
WRONG = [
    (text, message)
    for text, message in zip(
        [*STEPS, *WAYS, *(text for _, text, _ in FILES)],
        [*(row[1] for row in SHAPES), *(row[1] for row in GO), *(row[2] for row in FILES)],
        strict=True,
    )
    if "E01" not in message and not any(part in message for part in BEYOND_SHAPES)
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_what_the_reader_refuses_does_not_fit(text: str, message: str) -> None:
    assert complaints(text), message


def test_enough_of_it_is_tried() -> None:
    assert len(WRONG) > 20


def test_two_waits_do_not_fit() -> None:
    text = "scenario: a\nstart: x\nsteps:\n  x: {ask: Hi, handoff: sales, go: end}\n"
    assert complaints(text)


def test_every_word_of_the_language_is_in_it() -> None:
    parts = schema()["definitions"]
    assert set(parts["step"]["properties"]) == set(reading_steps.STEP_WORDS)
    assert set(parts["scenario_file"]["properties"]) == set(reading.FILE_WORDS)


def test_the_shipped_schema_is_the_one_that_is_printed(capsys) -> None:
    shipped = (files("scenarios.book") / "schema.json").read_text(encoding="utf-8")
    assert run_schema() == 0
    assert shipped == schema_text() == capsys.readouterr().out
