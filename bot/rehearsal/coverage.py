"""Which ways through the scenarios no test ever takes: steps, answers, silences and follow-ups.

Rule: what can be listed is counted one by one (an answer with a button, an outcome of an action); words, numbers and
lists from facts are one way, answered or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scenarios.engine.actions import ACTIONS
from scenarios.engine.model import Ask, Book, Do, Handoff, Place, Scenario, Silence, Step
from scenarios.engine.passed import Passed
from scenarios.engine.reading.steps import IMPLIED
from scenarios.engine.reading.texts import spoken

__all__ = ["Coverage", "Way", "coverage"]

KINDS = {"step": "steps", "answer": "answers", "silence": "silences", "later": "follow-ups"}


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that a test can try. Any of `passed` shows that it was; `told` says what it is where it never was."""

    kind: str
    place: Place
    told: str
    passed: frozenset[Passed]
    anything: tuple[str, str] | None = None
    """(scenario, step) where any answer shows it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ways there are and which of them were never taken."""

    ways: tuple[Way, ...]
    never: tuple[Way, ...]

    @property
    def percent(self) -> float:
        """The share of the ways that were taken, 0 to 100."""
        return 100.0 * (len(self.ways) - len(self.never)) / len(self.ways) if self.ways else 100.0

    def lines(self) -> Iterator[str]:
        """What was never tried, with its place, then the whole in figures."""
        for way in self.never:
            yield f"{way.place.file}:{way.place.line}:{way.place.column}: never tried: {way.told}"
        counted = []
        for kind, name in KINDS.items():
            every = sum(way.kind == kind for way in self.ways)
            missing = sum(way.kind == kind for way in self.never)
            if every:
                counted.append(f"{name} {every - missing} of {every}")
        # Rounded down, so that 100 % is said only of all.
        yield f"Tried: {int(self.percent * 10) / 10:g} % ({', '.join(counted)})."


def coverage(book: Book, passed: Collection[Passed]) -> Coverage:
    """What the talks that went through all of `passed` have tried of a book."""
    seen = set(passed)
    answered = {(one.scenario, one.step) for one in seen if one.kind == "answer"}
    ways = tuple(way for scenario in book.scenarios.values() for way in _ways(scenario))
    never = tuple(way for way in ways if not (way.passed & seen or way.anything in answered))
    return Coverage(ways, tuple(sorted(never, key=lambda way: (way.place.file, way.place.line, way.place.column))))


def _ways(scenario: Scenario) -> Iterator[Way]:
    shared = [step for step in scenario.steps.values() if isinstance(step.wait, Ask) and not step.wait.silent]
    if shared:
        yield from _silences(scenario.name, shared, scenario.silent, "a question that is not answered")
    for step in scenario.steps.values():
        entered = frozenset({Passed("step", scenario.name, step.name)})
        yield Way("step", step.place, f'the step "{step.name}"', entered)
        yield from _answers(scenario.name, step)
        if isinstance(step.wait, Ask | Handoff):
            yield from _silences(scenario.name, [step], step.wait.silent, f'"{step.name}"')
        if step.later is not None:
            came = frozenset({Passed("later", scenario.name, step.name)})
            yield Way("later", step.later.place, f'the follow-up of "{step.name}"', came)


def _silences(scenario: str, steps: list[Step], silences: tuple[Silence, ...], whose: str) -> Iterator[Way]:
    for index, silence in enumerate(silences):
        fired = frozenset(Passed("silence", scenario, step.name, str(index)) for step in steps)
        yield Way("silence", silence.place, f"{spoken(silence.after)} of silence at {whose}", fired)


def _answers(scenario: str, step: Step) -> Iterator[Way]:
    wait, name = step.wait, step.name
    if isinstance(wait, Do):
        for outcome in ACTIONS.get(wait.action, ()):
            place = step.places.get(f"go.{outcome}", wait.place)
            came = frozenset({Passed("answer", scenario, name, outcome)})
            yield Way("answer", place, f'the outcome "{outcome}" of "{name}"', came)
    if not isinstance(wait, Ask):
        return
    for answer in wait.answers:
        chosen = frozenset({Passed("answer", scenario, name, answer.key)})
        yield Way("answer", answer.label.place, f'the answer "{answer.key}" to "{name}"', chosen)
    if wait.answers:
        return
    if isinstance(step.go, str | tuple) or step.go is None:
        yield Way("answer", wait.place, f'an answer to "{name}"', frozenset(), (scenario, name))
        return
    # Scores that lead to the same step are one way.
    targets: dict[str, list[str]] = {}
    for key in IMPLIED.get(wait.type, ()):
        targets.setdefault(step.go.get(key, ""), []).append(key)
    for keys in targets.values():
        chosen = frozenset(Passed("answer", scenario, name, key) for key in keys)
        shown = keys[0] if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"
        yield Way("answer", step.places.get(f"go.{keys[0]}", wait.place), f'the answer {shown} to "{name}"', chosen)
