"""The words on the picture of a scenario: what leads from step to step, said to a manager.

Names of slots, facts and steps stay as the file has them: they are what a manager looks for there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeAlias

from scenarios.engine.model import Ask, Condition, Do, Handoff, Run, Scenario, Test
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.talk import CALL_A_PERSON as TALK_TO_A_PERSON
from scenarios.engine.wording import plain

__all__ = [
    "EVERYWHERE",
    "FAILED",
    "IN_TIME",
    "LEGEND",
    "NOW_HERE",
    "OTHERWISE",
    "PEOPLE_SILENT",
    "RUNS",
    "SAYS_AFTER",
    "SELLS",
    "SILENT",
    "TALK_TO_A_PERSON",
    "TELLS",
    "TELLS_AFTER",
    "THE_END",
    "TO_DESK",
    "UNLESS",
    "WAITS",
    "Labels",
    "action",
    "answer",
    "answer_labels",
    "condition",
    "expected",
    "numbered",
    "outcome",
    "sets",
    "span",
]

Labels: TypeAlias = Mapping[tuple[str, str], Phrase]
"""What is written on the answer `key` of the question that saves `slot`."""

EVERYWHERE = Phrase("At every question, unless it says otherwise", "picture")
OTHERWISE = Phrase("otherwise", "picture: the last of several conditions")
SILENT = Phrase("silent for {time}", "picture: the customer")
PEOPLE_SILENT = Phrase("nobody answers for {time}", "picture: the staff")
FAILED = Phrase("could not be done", "picture: how an action ended")
IN_TIME = Phrase("in {time}", "picture: the desk writes again")
UNLESS = Phrase("in {time}, unless {condition}", "picture: the desk writes again")
SAYS_AFTER = Phrase("after {time} of silence: “{text}”", "picture")
TELLS_AFTER = Phrase("after {time} of silence tells {desk}", "picture: desk is the name of a department")
TELLS = Phrase("tells {desk}", "picture: desk is the name of a department")
TO_DESK = Phrase("people of: {desk}", "picture: desk is the name of a department")
RUNS = Phrase("runs the scenario {scenario}", "picture")
SETS = Phrase("remembers {name}: {value}", "picture")
THE_END = Phrase("end", "picture: the scenario ends here")
SELLS = Phrase("sells", "picture: the step offers something for money")
NOW_HERE = Phrase("the talk is here", "picture")
WAITS = Phrase("when time passes", "picture: what dashed lines mean")

LEGEND: Mapping[str, Phrase] = {
    "question": Phrase("question", "picture: kind of step"),
    "says": Phrase("the bot speaks", "picture: kind of step"),
    "people": Phrase("to people", "picture: kind of step"),
    "action": Phrase("the desk acts", "picture: kind of step"),
    "run": Phrase("another scenario", "picture: kind of step"),
    "branch": Phrase("chosen by what is known", "picture: kind of step"),
}

_YES, _NO = Phrase("yes", "picture"), Phrase("no", "picture")
_MINUTES = Phrase("{count} minute", "picture: a span", "{count} minutes", "count")
_HOURS = Phrase("{count} hour", "picture: a span", "{count} hours", "count")
_DAYS = Phrase("{count} day", "picture: a span", "{count} days", "count")

_EXPECTED: Mapping[str, Phrase] = {
    "choice": Phrase("answer: a choice", "picture"),
    "text": Phrase("answer: in words", "picture"),
    "phone": Phrase("answer: a phone number", "picture"),
    "number": Phrase("answer: a number", "picture"),
    "date": Phrase("answer: a day", "picture"),
    "time": Phrase("answer: a time", "picture"),
    "yes_no": Phrase("answer: yes or no", "picture"),
    "place": Phrase("answer: a place", "picture"),
    "photo": Phrase("answer: a photo", "picture"),
    "rating": Phrase("answer: 1 to 5", "picture"),
    "nps": Phrase("answer: 0 to 10", "picture"),
}
_CHOICES_FROM = Phrase("choices: {names}", "picture")

_ACTIONS: Mapping[str, Phrase] = {
    "book_visit": Phrase("books the visit", "picture"),
    "cancel_visit": Phrase("cancels the visit", "picture"),
    "move_visit": Phrase("moves the visit", "picture"),
}
_OUTCOMES: Mapping[str, Phrase] = {
    "booked": Phrase("booked", "picture: how an action ended"),
    "taken": Phrase("the time is taken", "picture: how an action ended"),
    "cancelled": Phrase("cancelled", "picture: how an action ended"),
    "moved": Phrase("moved", "picture: how an action ended"),
    "too_late": Phrase("too late", "picture: how an action ended"),
}

_AND = Phrase("{one} and {two}", "picture: conditions")
_OR = Phrase("{one} or {two}", "picture: conditions")
_OPERATORS: Mapping[str, Phrase] = {
    "is": Phrase("{name}: {value}", "picture: conditions"),
    "not": Phrase("{name} is not {value}", "picture: conditions"),
    "at_least": Phrase("{name} is {value} or more", "picture: conditions"),
    "at_most": Phrase("{name} is {value} or less", "picture: conditions"),
    "more_than": Phrase("{name} is more than {value}", "picture: conditions"),
    "less_than": Phrase("{name} is less than {value}", "picture: conditions"),
}
_KNOWN = Phrase("{name} is known", "picture: conditions")
_UNKNOWN = Phrase("{name} is not known", "picture: conditions")


def answer_labels(scenario: Scenario) -> Labels:
    """The labels of all answers of a scenario that are saved."""
    return {
        (step.wait.save, one.key): plain(one.label)
        for step in scenario.steps.values()
        if isinstance(step.wait, Ask) and step.wait.save
        for one in step.wait.answers
    }


def answer(wait: Ask | Handoff | Do | Run | None, key: str) -> Phrase:
    """What stands on an answer; for one that its type brings along, its value."""
    for one in wait.answers if isinstance(wait, Ask) else ():
        if one.key == key:
            return plain(one.label)
    return {"yes": _YES, "no": _NO}.get(key) or verbatim(key)


def expected(ask: Ask) -> Phrase:
    """What a question waits for whose answers all lead the same way."""
    if ask.answers_from is not None:
        return _CHOICES_FROM.having(names=verbatim(ask.answers_from))
    if ask.answers:
        return _CHOICES_FROM.having(names=_joined(_COMMA, [plain(one.label) for one in ask.answers]))
    return _EXPECTED[ask.type]


def action(name: str) -> Phrase:
    """What an action does."""
    return _ACTIONS.get(name) or verbatim(name)


def outcome(key: str) -> Phrase:
    """How an action ended."""
    return _OUTCOMES.get(key) or verbatim(key)


def sets(name: str, value: str | int | float | bool, labels: Labels) -> Phrase:
    """What a step notes down."""
    return SETS.having(name=verbatim(name), value=_value(name, value, labels))


def span(time: timedelta) -> Phrase:
    """A span of whole minutes, in its largest whole unit."""
    minutes = int(time.total_seconds() // 60)
    for length, phrase in ((1440, _DAYS), (60, _HOURS)):
        if minutes and minutes % length == 0:
            return phrase.having(count=minutes // length)
    return _MINUTES.having(count=minutes)


def condition(given: Condition, labels: Labels) -> Phrase:
    """A condition in words."""
    parts = [_test(one, labels) for one in given.tests]
    if given.any:
        parts.append(_joined(_OR, [condition(one, labels) for one in given.any]))
    return _joined(_AND, parts)


def numbered(number: int, phrase: Phrase) -> Phrase:
    """One of several conditions, which are tried in this order."""
    return verbatim("{number}. {condition}").having(number=number, condition=phrase)


_COMMA = verbatim("{one}, {two}")


def _joined(phrase: Phrase, parts: list[Phrase]) -> Phrase:
    found, *rest = parts or [verbatim("")]
    for part in rest:
        found = phrase.having(one=found, two=part)
    return found


def _test(test: Test, labels: Labels) -> Phrase:
    name = verbatim(test.name)
    if test.operator == "known":
        return (_KNOWN if test.value else _UNKNOWN).having(name=name)
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    value = _joined(_OR, [_value(test.name, one, labels) for one in values])
    return _OPERATORS.get(test.operator, _OPERATORS["is"]).having(name=name, value=value)


def _value(name: str, value: str | int | float | bool, labels: Labels) -> Phrase:
    if isinstance(value, bool):
        return _YES if value else _NO
    return labels.get((name, str(value))) or verbatim(str(value))
