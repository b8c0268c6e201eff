"""Which ways lead from step to step, and what is surely known on each: the map on which the checks walk.

Rule: every way the engine can take is here (answers, conditions, silence, "Talk to a person"), and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from scenarios.engine.model import END, Ask, Book, Condition, Handoff, Run, Scenario, Silence, Step
from scenarios.engine.talk import FEEDBACK

__all__ = ["Catalog", "Subject", "Way", "reachable", "silences", "ways"]


class Catalog(Protocol):
    """The translations into one language."""

    def lookup(self, msgid: str, context: str | None) -> str | None:
        """The translation of a text; None when there is none."""
        ...

    def plural(self, msgid: str, context: str | None) -> tuple[str, ...] | None:
        """All plural forms of a text that counts, empty ones too; None when it is not in the catalog."""
        ...

    def fuzzy(self, msgid: str, context: str | None) -> bool:
        """True when the translation belongs to an older wording."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the step `to` (or `end`). `by` is go, silent or person; `knows` is what is surely known after
    it."""

    to: str
    by: str
    knows: frozenset[str] = frozenset()


def silences(scenario: Scenario, step: Step) -> tuple[Silence, ...]:
    """What holds while the step waits: its own list or, for a question without one, the file's."""
    if isinstance(step.wait, Ask):
        return step.wait.silent or scenario.silent
    return step.wait.silent if isinstance(step.wait, Handoff) else ()


def ways(scenario: Scenario, step: Step) -> Iterator[Way]:
    """All ways out of a step."""
    known = frozenset(step.set)
    for silence in silences(scenario, step):
        if silence.go is not None:
            yield Way(silence.go, "silent", known)
    if isinstance(step.wait, Ask):
        if scenario.person is not None:
            yield Way(scenario.person, "person", known)
        known |= {step.wait.save} if step.wait.save else frozenset()
    if isinstance(step.go, str):
        yield Way(step.go, "go", known)
    elif isinstance(step.go, Mapping):
        for target in step.go.values():
            yield Way(target, "go", known)
    elif step.go is not None:
        refused: frozenset[str] = frozenset()
        for branch in step.go:
            yield Way(branch.then, "go", known | refused | _implied(branch.condition))
            refused |= _implied_by_no(branch.condition)


def reachable(scenario: Scenario, start: str) -> set[str]:
    """The steps that can be reached from `start`, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in scenario.steps and name not in found:
            found.add(name)
            waiting += [way.to for way in ways(scenario, scenario.steps[name])]
    return found


@dataclass(frozen=True)
class Subject:
    """What is checked, and against what. `unread` are scenarios that exist but could not be read."""

    book: Book
    desks: frozenset[str]
    catalogs: Mapping[str, Catalog]
    unread: frozenset[str] = frozenset()
    _passes: dict[str, bool] = field(default_factory=dict, init=False, compare=False, repr=False)
    _brings: dict[str, frozenset[str]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def scenarios(self) -> Iterable[Scenario]:
        """All scenarios, by name."""
        return [self.book.scenarios[name] for name in sorted(self.book.scenarios)]

    def family(self, scenario: Scenario) -> tuple[Scenario, ...]:
        """The scenario and all that it runs, also through others: they share what is remembered."""
        found = {scenario.name: scenario}
        waiting = [scenario]
        while waiting:
            for name in _runs(waiting.pop()):
                other = self.book.scenarios.get(name)
                if other is not None and name not in found:
                    found[name] = other
                    waiting.append(other)
        return tuple(found.values())

    def opaque(self, scenario: Scenario) -> bool:
        """True when the scenario runs one that could not be read, so that what it remembers is unknown."""
        return any(set(_runs(one)) & self.unread for one in self.family(scenario))

    @cached_property
    def offering(self) -> frozenset[str]:
        """The scenarios whose questions offer "Talk to a person": by their own `person` or their caller's.

        The question for a rating offers none: nobody holds the conversation then.
        """
        found = {one.name for one in self.scenarios if one.person is not None}
        if found:
            found |= {detour.run for detour in self.book.always}
        return frozenset(
            one.name
            for name in (found - {FEEDBACK}) & self.book.scenarios.keys()
            for one in self.family(self.book.scenarios[name])
        )

    def passes(self, scenario: Scenario) -> bool:
        """True when a scenario can be walked to its end without asking anything."""
        if scenario.name not in self._passes:
            # Until it is known the answer is no: scenarios that run each other are told of anyway.
            self._passes[scenario.name] = False
            found: set[str] = set()
            waiting = [scenario.start]
            while waiting:
                name = waiting.pop()
                step = scenario.steps.get(name)
                if name not in found and step is not None and self.asks_nothing(step):
                    waiting += [way.to for way in ways(scenario, step)]
                found.add(name)
            self._passes[scenario.name] = END in found
        return self._passes[scenario.name]

    def asks_nothing(self, step: Step) -> bool:
        """True when the talk can walk on through a step without waiting for anybody."""
        if isinstance(step.wait, Run):
            other = self.book.scenarios.get(step.wait.scenario)
            return other is not None and self.passes(other)
        return step.wait is None

    def arrivals(self, scenario: Scenario, returning: bool = False) -> dict[str, frozenset[str]]:
        """What is surely known when a step (or `end`) is entered, over all ways that lead there.

        With `returning` only ways on which the talk comes back to a caller count: a handoff never does.
        """
        found: dict[str, frozenset[str]] = {scenario.start: frozenset()}
        waiting = [scenario.start]
        while waiting:
            name = waiting.pop()
            step = scenario.steps.get(name)
            if step is None or (returning and isinstance(step.wait, Handoff)):
                continue
            brought = found[name] | self._brought(step)
            for way in ways(scenario, step):
                if returning and way.by == "person":
                    continue
                known = brought | way.knows
                before = found.get(way.to)
                after = known if before is None else before & known
                if after != before:
                    found[way.to] = after
                    waiting.append(way.to)
        return found

    def _brought(self, step: Step) -> frozenset[str]:
        """What a scenario that the step runs has surely asked when it comes back."""
        other = self.book.scenarios.get(step.wait.scenario) if isinstance(step.wait, Run) else None
        if other is None:
            return frozenset()
        if other.name not in self._brings:
            self._brings[other.name] = frozenset()
            self._brings[other.name] = self.arrivals(other, returning=True).get(END, frozenset())
        return self._brings[other.name]


def _runs(scenario: Scenario) -> list[str]:
    return [step.wait.scenario for step in scenario.steps.values() if isinstance(step.wait, Run)]


def _implied(condition: Condition | None) -> frozenset[str]:
    """What is surely known where the condition holds."""
    if condition is None:
        return frozenset()
    found = {
        test.name
        for test in condition.tests
        if test.operator not in ("not", "known") or (test.operator == "known" and test.value is True)
    }
    each = [_implied(one) for one in condition.any]
    return frozenset(found) | (frozenset.intersection(*each) if each else frozenset())


def _implied_by_no(condition: Condition | None) -> frozenset[str]:
    """What is surely known where the condition does not hold."""
    if condition is None or condition.any or len(condition.tests) != 1:
        return frozenset()
    test = condition.tests[0]
    negative = test.operator == "not" or (test.operator == "known" and test.value is False)
    return frozenset({test.name}) if negative else frozenset()
