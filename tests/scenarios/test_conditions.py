"""Conditions on what customers answered: the order of times and days, numbers, yes and no."""

from __future__ import annotations

from typing import Any, cast

import pytest

from scenarios.engine.conditions import follow, holds
from scenarios.engine.context import Context
from scenarios.engine.events import Content
from scenarios.engine.model import Condition, Place
from scenarios.engine.model import Test as Comparison
from scenarios.engine.reading import read_book
from scenarios.engine.slots import read
from scenarios.engine.world import World
from tests.scenarios.slots.table import NOW

NOWHERE = cast(World, None)
"""No fact is asked for here."""


def answered(kind: str, text: str) -> Context:
    slot = read(kind, Content(text), NOW, "en")
    assert isinstance(slot, dict)
    return Context("c", slots={"it": slot})


@pytest.mark.parametrize(
    ("kind", "text", "operator", "value", "passes"),
    [
        ("time", "6 pm", "at_least", "18:00", True),
        ("time", "5 pm", "at_least", "18:00", False),
        ("time", "9 am", "less_than", "10:00", True),
        ("time", "10 am", "less_than", "10:00", False),
        ("date", "tomorrow", "more_than", "2026-11-24", True),
        ("date", "tomorrow", "at_most", "2026-11-24", False),
        ("date", "tomorrow", "is", "2026-11-25", True),
        ("number", "twelve", "at_least", 12, True),
        ("number", "12,5", "more_than", 12, True),
        ("number", "12,5", "is", 12.5, True),
        ("number", "two", "one_of", (2, 3), True),
        ("rating", "good", "at_most", 3, False),
        ("nps", "10", "more_than", 9, True),
        ("yes_no", "ha", "is", True, True),
        ("yes_no", "нет", "is", True, False),
        ("yes_no", "нет", "is", False, True),
        ("yes_no", "нет", "not", True, True),
        ("place", "Chilanzar", "at_least", 2, False),
        ("place", "Chilanzar", "known", True, True),
        ("phone", "+998901234567", "is", "+998901234567", True),
    ],
)
def test_an_answer_is_compared_as_what_it_is(kind: str, text: str, operator: str, value: Any, passes: bool) -> None:
    condition = Condition((Comparison("it", operator, value, Place("a.yaml", 1, 1)),))

    assert holds(condition, answered(kind, text), NOWHERE) is passes


BOOK = (
    "scenario: a\nabout: A\ntexts: en\nstart: ask\nperson: h\nremember: {hour: time, day: date}\nsteps:\n"
    "  ask: {ask: When?, save: hour, go: day}\n"
    "  day: {ask: Which day?, save: day, go: [{if: {CONDITION}, then: late}, {else: early}]}\n"
    "  late: {say: L, go: end}\n  early: {say: E, go: end}\n  h: {handoff: sales, go: end}\n"
)


@pytest.mark.parametrize(("hour", "leads"), [("18:30", "late"), ("17:00", "early")])
def test_a_scenario_may_compare_a_time_and_a_day(hour: str, leads: str) -> None:
    condition = "hour: {at_least: 18:00}, day: {less_than: 2026-12-01}"
    book, issues = read_book({"a.yaml": BOOK.replace("{CONDITION}", "{" + condition + "}")})
    assert issues == []
    assert book is not None
    ways = book.scenarios["a"].steps["day"].go
    assert isinstance(ways, tuple)
    context = Context("c", slots={"hour": {"key": hour, "type": "time"}, "day": {"key": "2026-11-25", "type": "date"}})

    assert follow(ways, context, NOWHERE) == leads


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("hour: {at_least: 18}", '"at_least" needs a time such as 18:00'),
        ("hour: {at_least: 25:00}", '"at_least" needs a time such as 18:00'),
        ("day: {less_than: tomorrow}", '"less_than" needs a date such as 2026-11-25'),
    ],
)
def test_a_time_or_a_day_that_is_none_is_refused_with_an_example(condition: str, told: str) -> None:
    _, issues = read_book({"a.yaml": BOOK.replace("{CONDITION}", "{" + condition + "}")})

    assert [told in str(issue) for issue in issues] == [True]
