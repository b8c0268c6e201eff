"""Where a talk can go: unknown steps, dead ends, loops, traps, and the way to a person (E10 to E15, E50,
E61).

Rule: whatever the customer answers, or when they are silent, the talk ends or reaches a person, and nobody
who is unhappy is offered something for money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.engine.issues import Issue, hint, issue
from scenarios.engine.model import END, Ask, Handoff, Place, Run, Scenario, Step
from scenarios.engine.ways import Subject, reachable, silences, ways

__all__ = [
    "dead_ends",
    "loops",
    "no_person",
    "sales",
    "silence",
    "traps",
    "unknown_steps",
    "unreachable",
]

UNHAPPY = "unhappy"


def unknown_steps(subject: Subject) -> Iterator[Issue]:
    """E10: a step or scenario that does not exist."""
    known = subject.book.scenarios.keys() | subject.unread
    for scenario in subject.scenarios:
        for place, target in _targets(scenario):
            if target not in scenario.steps and target != END:
                near = f' "{target}" is a scenario; use "run: {target}".' if target in known else ""
                yield issue("E10", place, f'step "{target}" does not exist.{near or hint(target, scenario.steps)}')
        for step in scenario.steps.values():
            if isinstance(step.wait, Run) and step.wait.scenario not in known:
                name = step.wait.scenario
                yield issue("E10", step.wait.place, f'scenario "{name}" does not exist.{hint(name, known)}')
    shared = [(branch.place, branch.then) for branch in subject.book.start]
    for place, name in [*shared, *((detour.place, detour.run) for detour in subject.book.always)]:
        if name not in known:
            yield issue("E10", place, f'scenario "{name}" does not exist.{hint(name, known)}')


def unreachable(subject: Subject) -> Iterator[Issue]:
    """E11: a step to which no way leads."""
    for scenario in subject.scenarios:
        found = reachable(scenario, scenario.start)
        for step in scenario.steps.values():
            if step.name not in found:
                yield issue("E11", step.place, f'no step leads to "{step.name}"')


def dead_ends(subject: Subject) -> Iterator[Issue]:
    """E12: a step, an answer or a list of conditions after which the talk would stop."""
    no_else = 'no "else": when no condition holds the talk would stop here'
    for scenario in subject.scenarios:
        for step in scenario.steps.values():
            if step.go is None:
                text = f'"{step.name}" leads nowhere; add "go: <step>" or "go: end"'
                yield issue("E12", step.place, text)
            elif isinstance(step.go, Mapping) and isinstance(step.wait, Ask):
                for answer in step.wait.answers:
                    if answer.key not in step.go:
                        text = f'answer "{answer.key}" leads nowhere; add it under "go"'
                        yield issue("E12", answer.label.place, text)
            elif isinstance(step.go, tuple) and step.go[-1].condition is not None:
                yield issue("E12", step.places.get("go", step.place), no_else)
    if subject.book.start and subject.book.start[-1].condition is not None:
        yield issue("E12", subject.book.start[-1].place, no_else)


def loops(subject: Subject) -> Iterator[Issue]:
    """E13: steps that lead to each other without asking, and scenarios that run each other."""
    for scenario in subject.scenarios:
        silent = {name: step for name, step in scenario.steps.items() if subject.asks_nothing(step)}
        graph = {name: [way.to for way in ways(scenario, step)] for name, step in silent.items()}
        for circle in _circles(graph):
            text = f"these steps would repeat for ever without asking anything: {' > '.join(circle)}"
            yield issue("E13", scenario.steps[circle[0]].place, text)
    runs: dict[str, dict[str, Place]] = {
        scenario.name: {
            step.wait.scenario: step.wait.place for step in scenario.steps.values() if isinstance(step.wait, Run)
        }
        for scenario in subject.scenarios
    }
    for circle in _circles({name: list(targets) for name, targets in runs.items()}):
        text = f"these scenarios would run each other for ever: {' > '.join(circle)}"
        yield issue("E13", runs[circle[0]][circle[1]], text)


def no_person(subject: Subject) -> Iterator[Issue]:
    """E14: "Talk to a person" that does not lead straight to people."""
    for scenario in subject.scenarios:
        if scenario.person is not None and scenario.person in scenario.steps:
            place = scenario.places.get("person", scenario.place)
            for name in _without_handoff(scenario, scenario.person):
                text = f'"person" must lead to a step with "handoff"; "{name}" has none'
                yield issue("E14", place, text)


def traps(subject: Subject) -> Iterator[Issue]:
    """E15: steps from which neither an end nor a person can be reached; told of where one enters the trap."""
    for scenario in subject.scenarios:
        back: dict[str, list[str]] = {}
        for step in scenario.steps.values():
            for way in ways(scenario, step):
                back.setdefault(way.to, []).append(step.name)
        waiting = [END, *(name for name, step in scenario.steps.items() if isinstance(step.wait, Handoff))]
        good: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in good:
                good.add(name)
                waiting += back.get(name, [])
        for name in scenario.steps:
            step = scenario.steps[name]
            entered = name == scenario.start or any(one in good for one in back.get(name, []))
            if name not in good and entered:
                yield issue("E15", step.place, f'from "{name}" the talk can never end or reach a person')


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
    while waiting:
        home, name, before = waiting.pop(0)
        step = book.scenarios[home].steps.get(name)
        if step is None or (home, name) in seen:
            continue
        seen.add((home, name))
        if step.sells:
            origin = f'can get here from "{before}"' if before else "starts here"
            text = f'"{name}" sells, and an unhappy customer {origin}'
            yield issue("E61", step.places.get("sells", step.place), text)
        waiting += [(home, way.to, name) for way in ways(book.scenarios[home], step)]
        if isinstance(step.wait, Run) and step.wait.scenario in book.scenarios:
            waiting.append((step.wait.scenario, book.scenarios[step.wait.scenario].start, name))


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
    waits = [step.wait.silent for step in scenario.steps.values() if isinstance(step.wait, Ask | Handoff)]
    for silent in [scenario.silent, *waits]:
        for item in silent:
            if item.go is not None:
                yield item.place, item.go


def _circles(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Shortest circles, each part of the graph told of once, beginning at its first name."""
    told: set[str] = set()
    for name in graph:
        came: dict[str, str] = {}
        waiting = [name]
        while waiting and name not in came:
            one = waiting.pop(0)
            for target in graph.get(one, []):
                if target not in came:
                    came[target] = one
                    waiting.append(target)
        if name not in came:
            continue
        circle = [name]
        while len(circle) == 1 or circle[-1] != name:
            circle.append(came[circle[-1]])
        if not told & set(circle):
            yield circle[::-1]
        told |= set(circle)


def _without_handoff(scenario: Scenario, name: str) -> list[str]:
    """The steps at which the way to a person, which may not wait for anything else, goes wrong."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        step: Step | None = scenario.steps.get(here)
        if step is None or here in seen or isinstance(step.wait, Handoff):
            continue
        seen.add(here)
        targets = [way.to for way in ways(scenario, step)] if step.wait is None else []
        if not targets or END in targets:
            found.append(here)
        waiting += targets
    return found


def _values(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
