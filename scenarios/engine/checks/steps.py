"""What steps name and whether each of them is left: unknown steps, scenarios and actions, dead ends (E10, E12).

Rule: whatever happens at a step, it is written where the talk goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.engine.actions import ACTIONS
from scenarios.engine.checks.subject import Subject
from scenarios.engine.model import END, Ask, Do, Handoff, Place, Run, Scenario, Step
from scenarios.engine.reading.issues import Issue, hint, issue
from scenarios.engine.reading.steps import IMPLIED

__all__ = ["dead_ends", "unknown_steps"]

NO_ELSE = 'no "else": when no condition holds the talk would stop here'


def unknown_steps(subject: Subject) -> Iterator[Issue]:
    """E10: a step, scenario or action that does not exist."""
    known = subject.book.scenarios.keys() | subject.unread
    for scenario in subject.scenarios:
        # Where no step at all could be read, that is what has been told.
        for place, target in _targets(scenario) if scenario.steps else ():
            if target not in scenario.steps and target != END:
                near = f' "{target}" is a scenario; use "run: {target}".' if target in known else ""
                yield issue("E10", place, f'step "{target}" does not exist.{near or hint(target, scenario.steps)}')
        for step in scenario.steps.values():
            wait = step.wait
            if isinstance(wait, Run) and wait.scenario not in known:
                text = f'scenario "{wait.scenario}" does not exist.{hint(wait.scenario, known)}'
                yield issue("E10", wait.place, text)
            elif isinstance(wait, Do) and wait.action not in ACTIONS:
                near = hint(wait.action, ACTIONS) or f" There are {', '.join(sorted(ACTIONS))}."
                yield issue("E10", wait.place, f'action "{wait.action}" does not exist.{near}')
    shared = [(branch.place, branch.then) for branch in subject.book.start]
    for place, name in [*shared, *((detour.place, detour.run) for detour in subject.book.always)]:
        if name not in known:
            yield issue("E10", place, f'scenario "{name}" does not exist.{hint(name, known)}')


def dead_ends(subject: Subject) -> Iterator[Issue]:
    """E12: a step, an answer, an outcome or a list of conditions after which the talk would stop."""
    for scenario in subject.scenarios:
        for step in scenario.steps.values():
            if step.go is None:
                yield issue("E12", step.place, f'"{step.name}" leads nowhere; add "go: <step>" or "go: end"')
            elif isinstance(step.go, Mapping):
                for what, key, place in _leaving(step):
                    if key not in step.go:
                        yield issue("E12", place, f'{what} "{key}" leads nowhere; add it under "go"')
            elif isinstance(step.go, tuple) and step.go[-1].condition is not None:
                yield issue("E12", step.places.get("go", step.place), NO_ELSE)
    if subject.book.start and subject.book.start[-1].condition is not None:
        yield issue("E12", subject.book.start[-1].place, NO_ELSE)


def _leaving(step: Step) -> Iterator[tuple[str, str, Place]]:
    """What a step is left by, where that can be listed: the answers of its question, the outcomes of its action."""
    here = step.places.get("go", step.place)
    if isinstance(step.wait, Do):
        for outcome in ACTIONS.get(step.wait.action, ()):
            yield "outcome", outcome, here
    elif isinstance(step.wait, Ask):
        for answer in step.wait.answers:
            yield "answer", answer.key, answer.label.place
        if not step.wait.answers:
            for key in IMPLIED.get(step.wait.type, ()):
                yield "answer", key, here


def _targets(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every step that the file names, with the place where it does; nothing for keys that are missing."""
    for key, name in (("start", scenario.start), ("person", scenario.person)):
        if name:
            yield scenario.places.get(key, scenario.place), name
    for step in scenario.steps.values():
        place = step.places.get("go", step.place)
        if isinstance(step.go, str):
            yield place, step.go
        elif isinstance(step.go, Mapping):
            for answer, name in step.go.items():
                yield step.places.get(f"go.{answer}", place), name
        elif step.go is not None:
            for branch in step.go:
                yield branch.place, branch.then
        if step.later is not None:
            yield step.later.place, step.later.go
    waits = [step.wait.silent for step in scenario.steps.values() if isinstance(step.wait, Ask | Handoff)]
    for silent in [scenario.silent, *waits]:
        for item in silent:
            if item.go is not None:
                yield item.place, item.go
