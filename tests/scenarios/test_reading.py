"""Scenario files become a book."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scenarios.book import folder_files, shipped_files
from scenarios.engine.model import Ask, Branch, Condition, Handoff, Place, Run
from scenarios.engine.model import Test as Comparison
from scenarios.engine.reading import read_book
from tests.scenarios.books import FACTS, HESITANT, HESITANT_FACTS, one


def told(files: dict[str, str]) -> list[str]:
    return [str(found) for found in read_book(files)[1]]


def test_the_complete_example_loads_as_it_is_written():
    book, issues = read_book({"hesitant.yaml": HESITANT, "facts.yaml": HESITANT_FACTS})
    assert issues == []
    assert book is not None
    scenario = book.scenarios["hesitant"]
    assert (scenario.start, scenario.person) == ("barrier", "to_sales")
    assert scenario.silent[0].after == timedelta(hours=20)
    barrier = scenario.steps["barrier"].wait
    assert isinstance(barrier, Ask)
    assert [answer.key for answer in barrier.answers] == ["price", "timing", "trust", "ask_someone"]
    assert barrier.answers[0].label.context == "hesitant.barrier"
    assert barrier.answers[0].label.place == Place("hesitant.yaml", 15, 7)
    assert barrier.text.context is None
    assert (barrier.type, barrier.save) == ("choice", "barrier")
    assert [silence.after for silence in barrier.silent] == [timedelta(hours=2), timedelta(hours=20)]
    compare = scenario.steps["compare"]
    assert compare.say is not None
    assert compare.say.id.endswith("without a guarantee.")
    assert compare.go == (
        Branch(
            Condition(
                (
                    Comparison("visits", "at_least", 2, Place("hesitant.yaml", 31, 15)),
                    Comparison("open_now", "is", True, Place("hesitant.yaml", 31, 38)),
                )
            ),
            "to_sales",
            Place("hesitant.yaml", 31, 55),
        ),
        Branch(None, "offer", Place("hesitant.yaml", 32, 10)),
    )
    proof = scenario.steps["proof"].say
    assert proof is not None
    assert (proof.count, proof.place.line) == ("masters", 35)
    assert proof.plural == "{masters} certified masters, rated {rating} of 5."
    phone = scenario.steps["phone"].wait
    assert isinstance(phone, Ask)
    assert phone.type == "phone"
    handoff = scenario.steps["to_sales"].wait
    assert isinstance(handoff, Handoff)
    assert (handoff.desk, handoff.silent[0].notify) == ("sales", "leads")


def test_the_shared_files_give_the_start_the_detours_and_the_facts():
    files = {
        "a.yaml": "scenario: a\nstart: first\nsteps:\n  first: {say: Hello, go: end}\n",
        "start.yaml": "start:\n  - {if: {any: [{visits: {more_than: 0}}, {open_now: no}]}, then: a}\n  - {else: a}\n",
        "always.yaml": 'always:\n  - {hears: "price | how much", run: a}\n',
        "facts.yaml": FACTS,
    }
    book, issues = read_book(files)
    assert issues == []
    assert book is not None
    condition = book.start[0].condition
    assert condition is not None
    assert [test.value for one in condition.any for test in one.tests] == [0, False]
    assert (book.always[0].hears.id, book.always[0].run) == ("price | how much", "a")
    assert book.facts["services"].type == "choices"


def test_all_forms_of_answers_and_of_conditions_are_understood():
    book, issues = read_book(
        one(
            """\
  first:
    ask: How was it?
    save: stars
    answers:
      1: Bad
      5: {label: Good, synonyms: "great | fine"}
    go:
      - {if: {stars: 5, visits: {at_least: 2, less_than: 9}, price: {known: true}}, then: second}
      - {if: {stars: [1, 5], open_now: {not: true}}, then: end}
      - {else: second}
  second:
    ask: Which service?
    answers: {from: services}
    set: {asked: true, tries: 3}
    go: third
  third: {run: b, go: end}
"""
        )
        | {"b.yaml": "scenario: b\nstart: x\nsteps:\n  x: {say: Hello, go: end}\n"}
    )
    assert issues == []
    assert book is not None
    steps = book.scenarios["a"].steps
    first, second = steps["first"].wait, steps["second"].wait
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert [answer.key for answer in first.answers] == ["1", "5"]
    assert first.answers[1].synonyms is not None
    assert second.answers_from == "services"
    assert steps["second"].set == {"asked": True, "tries": 3}
    assert isinstance(steps["third"].wait, Run)
    go = steps["first"].go
    assert isinstance(go, tuple)
    assert go[0].condition is not None
    assert go[1].condition is not None
    values = {(test.name, test.operator): test.value for test in (*go[0].condition.tests, *go[1].condition.tests)}
    assert values == {
        ("stars", "is"): "5",
        ("visits", "at_least"): 2,
        ("visits", "less_than"): 9,
        ("price", "known"): True,
        ("stars", "one_of"): ("1", "5"),
        ("open_now", "not"): True,
    }


def test_the_version_depends_on_what_is_said_and_not_on_layout():
    def version(text: str) -> str:
        book, _ = read_book({"hesitant.yaml": text, "facts.yaml": HESITANT_FACTS})
        assert book is not None
        return book.version

    assert len(version(HESITANT)) == 64
    assert version(HESITANT) == version("# a comment\n\n" + HESITANT.replace("go: end\n", "go:   end   # done\n"))
    assert version(HESITANT) != version(HESITANT.replace("Not now", "No"))


def test_the_shipped_files_and_the_files_of_a_folder_are_read(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes("\ufeffscenario: a\r\nstart: x\r\nsteps:\r\n  x: {say: Hi, go: end}\r\n".encode())
    (tmp_path / "notes.txt").write_text("no scenario")
    files = folder_files(tmp_path)
    assert list(files) == ["a.yaml"]
    assert told(files) == []
    assert all(name.endswith(".yaml") for name in shipped_files())
