"""Move or finish: a talk goes on in the newer version where its question is the same one, and only there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from scenarios.engine.context import Context, pack
from scenarios.engine.lapsed import is_stale
from scenarios.engine.model import Book
from scenarios.engine.moving import adopted, continued, stays, successor
from scenarios.engine.reading import read_book
from tests.driver import MONDAY_NOON, Desk

TALK = """\
scenario: talk
about: A talk to be changed
start: first
person: to_people
remember: {want: choice, phone: phone}
steps:
  first:
    ask: What would you like?
    save: want
    answers: {red: Red, green: Green}
    silent:
      - {after: 2 hours, say: Still here.}
      - {after: 20 hours, go: reminder}
    go: {red: second, green: aside}
  second:
    ask: Which number?
    save: phone
    go: to_people
  aside:
    run: other
    go: second
  reminder:
    ask: Shall we talk later?
    answers: {yes: "Yes", no: "No"}
    go: {yes: second, no: end}
  acting:
    do: book_visit
    go: {booked: end, taken: first}
  to_people:
    handoff: sales
    silent: [{after: 15 minutes, say: You are next.}]
    go: end
"""
OTHER = """\
scenario: other
about: Run by the talk
start: ask
steps:
  ask:
    ask: Big or small?
    save: size
    answers: {big: Big, small: Small}
    go: {big: end, small: end}
"""
START = "start: [{else: talk}]\n"


def book(changes: Mapping[str, str] | None = None, other: Mapping[str, str] | None = None) -> Book:
    """The book after words of its files were replaced."""
    files = {"talk.yaml": TALK, "other.yaml": OTHER, "start.yaml": START}
    for file, change in (("talk.yaml", changes), ("other.yaml", other)):
        for before, after in (change or {}).items():
            assert before in files[file], before
            files[file] = files[file].replace(before, after)
    found, issues = read_book(files)
    assert found is not None, issues
    return found


def at(step: str, scenario: str = "talk", **more: object) -> Context:
    known: dict[str, Any] = {"conversation": 1, "holder": "bot", "book": book().version, **more}
    return Context("C", scenario=scenario, step=step, **known)


@dataclass(frozen=True)
class Case:
    """Where a talk waits, what of the files is replaced, and the step it goes on at (None: it has to stay)."""

    context: Context
    expected: str | None
    talk: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)


RUN = [["talk", "aside"]]
FROM_FIRST = [["talk", "first"]]
BACK_TO_FIRST = [["talk", "first", "again"]]
NO_GREEN = {", green: Green": "", ", green: aside": ""}
NO_SMALL = {", small: Small": "", ", small: end": ""}
BLUE = {"green: Green}": "green: Green, blue: Blue}", "{red: second,": "{blue: end, red: second,"}
NUMBER = {"second": "number"}
DETOUR = {"aside": "detour"}
SAYS = "  {}:\n    was: [{}]\n"
FROM_A_FACT = {
    'answers: {yes: "Yes", no: "No"}': "save: x\n    answers: {from: services}",
    "go: {yes: second, no: end}": "go: second",
}
CANCELS = {"do: book_visit": "do: cancel_visit", "go: {booked: end, taken: first}": "go: {cancelled: end}"}

CASES: dict[str, Case] = {
    "the question is worded otherwise": Case(at("first"), "first", {"What would you like?": "And what shall it be?"}),
    "a label is worded otherwise": Case(at("first"), "first", {"red: Red": "red: The red one"}),
    "an answer is added": Case(at("first"), "first", BLUE),
    "an answer is removed": Case(at("first"), None, NO_GREEN),
    "an answer leads elsewhere": Case(at("first"), "first", {"red: second": "red: reminder"}),
    "a step is put before it": Case(at("second"), "second", {"red: second,": "red: reminder,"}),
    "the step is renamed": Case(at("second"), None, NUMBER),
    "it is renamed and says so": Case(
        at("second"), "number", NUMBER | {"  number:\n": SAYS.format("number", "second")}
    ),
    "another slot": Case(at("second"), None, {"save: phone": "save: number"}),
    "another kind of slot": Case(at("second"), None, {"phone: phone}": "phone: text}"}),
    "answers from a fact in place of a list": Case(at("reminder"), None, FROM_A_FACT),
    "it became a handoff": Case(at("second"), None, {"ask: Which number?\n    save: phone": "handoff: sales"}),
    "another desk": Case(at("to_people", holder="waiting"), "to_people", {"handoff: sales": "handoff: support"}),
    "an action under way": Case(at("acting"), "acting", {"Which number?": "Which one?"}),
    "an action under way, renamed": Case(at("acting"), None, {"  acting:\n": SAYS.format("visiting", "acting")}),
    "another action": Case(at("acting"), None, CANCELS),
    "in a scenario that is run": Case(at("ask", "other", stack=RUN), "ask", {"Which number?": "Which one?"}),
    "the caller is renamed": Case(at("ask", "other", stack=RUN), None, DETOUR),
    "the caller is renamed and says so": Case(
        at("ask", "other", stack=RUN), "ask", DETOUR | {"  detour:\n": SAYS.format("detour", "aside")}
    ),
    "the caller runs another": Case(at("ask", "other", stack=RUN), None, {"run: other": "run: talk"}),
    "what is run lost an answer": Case(at("ask", "other", stack=RUN), None, other=NO_SMALL),
    "a detour comes back to the question": Case(at("ask", "other", stack=BACK_TO_FIRST), "ask", {"Red": "Rose"}),
    "a detour came back to what is gone": Case(at("ask", "other", stack=BACK_TO_FIRST), None, NO_GREEN),
    "one can go back to a question": Case(at("second", trail=FROM_FIRST), "second", {"Red": "Rose"}),
    "one could go back to what is gone": Case(at("second", trail=FROM_FIRST), None, NO_GREEN),
    "one could go back behind a caller that is gone": Case(
        at("second", trail=[["other", "ask", "talk/aside"]]), None, DETOUR
    ),
    "a rating after the close": Case(at("first", holder="closed"), "first", {"Red": "Rose"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_talk_moves_where_its_question_is_the_same_one(name: str) -> None:
    case = CASES[name]
    context, before = case.context, case.context.copy()
    new = book(case.talk, case.other)
    moved = continued(context, book(), new)
    assert (moved.step if moved is not None else None) == case.expected
    assert context == before, "the context that was given is left as it was"
    if moved is not None:
        assert moved.book == new.version
        for scenario, step, *_ in [[moved.scenario, moved.step], *moved.stack, *moved.trail]:
            assert step in new.scenarios[scenario].steps


def test_frames_take_the_names_their_steps_have_now() -> None:
    context = at("ask", "other", stack=[["talk", "aside"]], trail=[["other", "ask", "talk/aside"], ["talk", "first"]])
    moved = continued(context, book(), book({"aside": "detour", "  detour:\n": "  detour:\n    was: [aside]\n"}))
    assert moved is not None
    assert moved.stack == [["talk", "detour"]]
    assert moved.trail == [["other", "ask", "talk/detour"], ["talk", "first"]]


def test_a_scenario_that_is_gone_is_finished_on_the_version_that_has_it() -> None:
    old, new = book(), book({"run: other": "run: talk"})
    less = Book({"talk": new.scenarios["talk"]}, new.start, (), {}, "v")
    assert continued(at("ask", "other"), old, less) is None
    assert stays(old, less, "other", "ask")
    assert not stays(old, less, "talk", "first")


def test_a_step_is_found_by_its_name_and_by_what_it_was() -> None:
    scenario = book({"  reminder:\n": "  reminder:\n    was: [nudge, poke]\n"}).scenarios["talk"]
    assert [successor(scenario, name) for name in ("reminder", "poke", "gone")] == ["reminder", "reminder", None]


def test_who_is_on_a_version_that_nobody_knows_stays_at_a_question_that_is_still_there() -> None:
    new = book()
    there = adopted(at("ask", "other", stack=[["talk", "aside"]], trail=[["talk", "gone"]]), new)
    assert (there.scenario, there.step, there.trail, there.book) == ("other", "ask", [], new.version)
    gone = adopted(at("lost", offered=["red"]), new)
    assert (gone.scenario, gone.step, gone.offered) == ("", "", [])


def changed(desk: Desk, new: Book) -> None:
    """The desk's talk goes on in another version, or has to stay."""
    moved = continued(desk.context, desk.book, new)
    assert moved is not None
    desk.stored, desk.book = pack(moved), new


def test_a_button_of_the_old_version_is_an_answer_in_the_new_one() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    button = desk.everything_said[-1].choices["Red"]
    changed(desk, book({"red: Red": "red: The red one", "red: second,": "red: reminder,"}))
    desk.customer.presses(button)
    desk.bot_said("Shall we talk later?")


def test_a_timer_of_the_old_version_says_what_the_new_one_says_after_that_time() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    changed(
        desk,
        book(
            {
                "Still here.": "No hurry.",
                "  first:\n": "  begin:\n    was: [first]\n",
                "start: first": "start: begin",
                "taken: first": "taken: begin",
            }
        ),
    )
    desk.passes(hours=2)
    desk.bot_said("No hurry.")


def test_a_timer_does_what_it_was_set_for_when_the_new_version_has_none_of_that_time() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    times = {
        "{after: 2 hours, say: Still here.}": "{after: 1 hours, go: second}",
        "      - {after: 20 hours, go: reminder}\n": "",
        "  reminder:\n": SAYS.format("nudge", "reminder"),
    }
    changed(desk, book(times))
    desk.passes(hours=2)
    desk.bot_said("Still here.")
    desk.passes(hours=18)
    assert desk.context.step == "nudge", "the step it led to is called otherwise now"


def test_a_timer_whose_step_is_gone_follows_the_way_the_new_version_has() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    gone = TALK[TALK.index("  reminder:") : TALK.index("  acting:")]
    changed(desk, book({gone: "", "{after: 20 hours, go: reminder}": "{after: 9 hours, go: second}"}))
    desk.passes(hours=20)
    assert desk.context.step == "second"


def test_a_timer_of_a_question_that_was_answered_does_nothing_though_the_step_is_the_same() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    timer = desk.timers["q0"]
    desk.customer.taps("Red")
    said = len(desk.everything_said)
    desk.fires(timer)
    assert len(desk.everything_said) == said


def test_a_talk_that_stood_still_for_a_month_begins_anew_with_the_next_word() -> None:
    desk = Desk(scenarios=book())
    desk.customer.says("hello")
    desk.timers.clear()
    desk.now += timedelta(days=30, minutes=1)
    assert is_stale(desk.context, desk.now)
    conversation = desk.context.conversation
    desk.customer.says("Red")
    assert desk.context.conversation == conversation + 1
    assert (desk.context.step, desk.context.asked_at) == ("first", desk.now)
    assert any(one.kind == "ended" and one.value == "lapsed" for one in desk.turn.happenings)  # type: ignore[union-attr]


def test_a_question_that_was_asked_lately_is_not_stale_however_long_the_customer_is_silent() -> None:
    asked = at("first", opened_at=MONDAY_NOON, heard_at=MONDAY_NOON, asked_at=MONDAY_NOON + timedelta(days=29))
    assert not is_stale(asked, MONDAY_NOON + timedelta(days=45))
    assert is_stale(asked, MONDAY_NOON + timedelta(days=60))
    assert not is_stale(at("to_people", holder="waiting", opened_at=MONDAY_NOON), MONDAY_NOON + timedelta(days=99))
