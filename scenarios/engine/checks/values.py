"""Which values a remembered answer or a fact can have.

Rule: values are compared as the engine compares them (as text, numbers as numbers), so that what is called
impossible here never holds there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scenarios.engine.checks.subject import Subject
from scenarios.engine.conditions import compares
from scenarios.engine.model import Ask, Scenario, Test
from scenarios.engine.reading.issues import hint
from scenarios.engine.reading.steps import IMPLIED

__all__ = ["DESK_VALUES", "Values", "slots"]

DESK_VALUES = frozenset({"name", "business", "wait_minutes", "opens_at", "agent"})
"""What the desk itself knows in every talk."""

YES_NO = frozenset({"true", "false"})
_NUMERIC = {"at_least": "at least", "at_most": "at most", "more_than": "more than", "less_than": "less than"}


def slots(scenarios: Iterable[Scenario]) -> frozenset[str]:
    """All names that these scenarios remember something under."""
    found: set[str] = set()
    for scenario in scenarios:
        found |= scenario.remember.keys()
        for step in scenario.steps.values():
            found |= step.set.keys()
            if isinstance(step.wait, Ask) and step.wait.save:
                found.add(step.wait.save)
    return frozenset(found)


class Values:
    """What names can stand for in a family of scenarios; without any (in `start.yaml`) only facts have values."""

    def __init__(self, subject: Subject, family: Sequence[Scenario]) -> None:
        self.facts = subject.book.facts
        self._slots = slots(family)
        self._values = _possible(family)
        # What is remembered under a name that nobody in the family saves may come from anywhere.
        if self._slots - self._values.keys():
            self._values = _possible(subject.scenarios) | self._values

    def possible(self, name: str) -> frozenset[str] | None:
        """All values, when they can be listed; None when anything is possible."""
        fact = self.facts.get(name)
        if name in self._slots:
            # What is not remembered yet is looked up among the facts.
            return self._values.get(name) if fact is None else None
        return YES_NO if fact is not None and fact.type == "yes_no" else None

    def refused(self, test: Test) -> str | None:
        """Why the test can never hold; None when it can."""
        if test.operator in ("known", "not"):
            return None
        name, values = test.name, self.possible(test.name)
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        if values is not None:
            if any(_meets(test, value) for value in values):
                return None
            shown = " or ".join(f'"{_shown(one)}"' for one in wanted)
            aim = f"{_NUMERIC[test.operator]} {_shown(wanted[0])}" if test.operator in _NUMERIC else shown
            near = hint(_shown(wanted[0]), values)
            return f'"{name}" is never {aim}; it can be {", ".join(sorted(values))}.{near}'
        fact = self.facts.get(name)
        if fact is None or name in self._slots:
            return None
        if fact.type == "choices":
            return f'"{name}" is a list; one can only ask whether it is known'
        if (
            fact.type == "number"
            and test.operator not in _NUMERIC
            and not any(_number(one) is not None for one in wanted)
        ):
            return f'"{name}" is a number and never "{_shown(wanted[0])}"'
        if fact.type == "text" and test.operator in _NUMERIC:
            return f'"{name}" is a text; "{test.operator}" needs a number'
        return None

    def contradict(self, tests: Sequence[Test]) -> bool:
        """True when each of the tests of one name can hold, but never all of them."""
        if len(tests) < 2:
            return False
        values = self.possible(tests[0].name)
        if values is not None:
            return not any(all(_meets(test, value) for test in tests) for value in values)
        floors = [
            (float(test.value), test.operator == "more_than")
            for test in tests
            if test.operator in ("at_least", "more_than") and isinstance(test.value, int | float)
        ]
        tops = [
            (float(test.value), test.operator == "less_than")
            for test in tests
            if test.operator in ("at_most", "less_than") and isinstance(test.value, int | float)
        ]
        return any(
            low > high or (low == high and (open_low or open_high))
            for low, open_low in floors
            for high, open_high in tops
        )


def _possible(scenarios: Iterable[Scenario]) -> dict[str, frozenset[str] | None]:
    """By name the values that these scenarios remember under it; None where that can be anything."""
    found: dict[str, set[str] | None] = {}
    for scenario in scenarios:
        for step in scenario.steps.values():
            for name, value in step.set.items():
                _add(found, name, {_shown(value)})
            if isinstance(step.wait, Ask) and step.wait.save:
                keys = {answer.key for answer in step.wait.answers} or set(IMPLIED.get(step.wait.type, ()))
                _add(found, step.wait.save, keys or None)
    return {name: None if values is None else frozenset(values) for name, values in found.items()}


def _add(found: dict[str, set[str] | None], name: str, values: set[str] | None) -> None:
    before = found.setdefault(name, set())
    if before is not None:
        found[name] = None if values is None else before | values


def _meets(test: Test, value: str) -> bool:
    """Whether a known value meets a test."""
    if test.operator == "known":
        return test.value is True
    if test.operator in ("is", "one_of", "not"):
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        same = any(value in (_shown(one), _answered(one)) for one in wanted)
        return same is not (test.operator == "not")
    return compares(test.operator, value, test.value)


def _answered(value: object) -> str | None:
    """How a yes or no is remembered that a customer has answered."""
    return ("yes" if value else "no") if isinstance(value, bool) else None


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
