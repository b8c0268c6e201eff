"""How customers are treated: the way to a person, silence, and nothing for money to the unhappy (E14, E50, E61).

Rule: nobody is left alone, and nobody who is unhappy is offered something for money.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.engine.answered import UNHAPPY
from scenarios.engine.checks.subject import Subject
from scenarios.engine.checks.ways import silences
from scenarios.engine.model import END, Ask, Handoff, Run, Scenario
from scenarios.engine.reading.issues import Issue, issue

__all__ = ["no_person", "sales", "silence"]


def no_person(subject: Subject) -> Iterator[Issue]:
    """E14: "Talk to a person" that does not lead straight to people."""
    for scenario in subject.scenarios:
        if scenario.person is not None and scenario.person in scenario.steps:
            place = scenario.places.get("person", scenario.place)
            for name in _without_handoff(subject, scenario, scenario.person):
                text = f'"person" must lead to a step with "handoff"; "{name}" has none'
                yield issue("E14", place, text)


def silence(subject: Subject) -> Iterator[Issue]:
    """E50: a question after which a silent customer is forgotten."""
    for scenario in subject.scenarios:
        for step in scenario.steps.values():
            if isinstance(step.wait, Ask) and not silences(scenario, step):
                text = 'if the customer stays silent here nothing happens; add "silent"'
                yield issue("E50", step.wait.place, text)


def sales(subject: Subject) -> Iterator[Issue]:
    """E61: something for money that an unhappy customer could be offered."""
    book = subject.book
    unhappy = {UNHAPPY}
    for branch in book.start:
        tests = branch.condition.tests if branch.condition else ()
        if any(test.operator in ("is", "one_of") and UNHAPPY in _values(test.value) for test in tests):
            unhappy.add(branch.then)
    waiting = [(name, book.scenarios[name].start, "") for name in sorted(unhappy & book.scenarios.keys())]
    seen: set[tuple[str, str]] = set()
    for home, name, before in waiting:
        step = book.scenarios[home].steps.get(name)
        if step is None or (home, name) in seen:
            continue
        seen.add((home, name))
        if step.sells:
            origin = f'can get here from "{before}"' if before else "starts here"
            text = f'"{name}" sells, and an unhappy customer {origin}'
            yield issue("E61", step.places.get("sells", step.place), text)
        waiting += [(home, way.to, name) for way in subject.ways(book.scenarios[home])[name]]
        if isinstance(step.wait, Run) and step.wait.scenario in book.scenarios:
            waiting.append((step.wait.scenario, book.scenarios[step.wait.scenario].start, name))


def _without_handoff(subject: Subject, scenario: Scenario, name: str) -> list[str]:
    """The steps at which the way to a person, which may not wait for anything else, goes wrong."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        step = scenario.steps.get(here)
        if step is None or here in seen or isinstance(step.wait, Handoff):
            continue
        seen.add(here)
        targets = [way.to for way in subject.ways(scenario)[here] if way.by == "go"] if step.wait is None else []
        if not targets or END in targets:
            found.append(here)
        waiting += targets
    return found


def _values(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
