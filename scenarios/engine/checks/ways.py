"""Which ways lead from step to step, and what is surely known on each: the map on which the checks walk.

Rule: every way the engine can take is here (answers, outcomes, conditions, silence, follow-ups, "Talk to a person"),
and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scenarios.engine.model import Ask, Condition, Do, Handoff, Scenario, Silence, Step

__all__ = ["Way", "circles", "groups", "reachable", "silences", "ways"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the step `to` (or `end`). `by` is go, silent, later or person; `knows` is what is surely known after
    it. `later` is taken long after the talk has gone on by another way."""

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
    if step.later is not None:
        yield Way(step.later.go, "later", known | implied_by_no(step.later.unless))
    for silence in silences(scenario, step):
        if silence.go is not None:
            yield Way(silence.go, "silent", known)
    if isinstance(step.wait, Ask | Do) and scenario.person is not None:
        # What the desk could not do leads to a person as well.
        yield Way(scenario.person, "person", known)
    if isinstance(step.wait, Ask):
        known |= {step.wait.save} if step.wait.save else frozenset()
    if isinstance(step.go, str):
        yield Way(step.go, "go", known)
    elif isinstance(step.go, Mapping):
        for target in dict.fromkeys(step.go.values()):
            yield Way(target, "go", known)
    elif step.go is not None:
        refused: frozenset[str] = frozenset()
        for branch in step.go:
            yield Way(branch.then, "go", known | refused | implied(branch.condition))
            refused |= implied_by_no(branch.condition)


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


def groups(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The names of a graph in groups that lead to each other, every group before those that lead to it.

    Tarjan's algorithm without recursion: a chain of two thousand steps would exhaust the stack.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        work = [] if root in number else [(root, iter(graph[root]))]
        while work:
            name, targets = work[-1]
            if name not in number:
                number[name] = lowest[name] = len(number)
                path.append(name)
                on_path.add(name)
            for target in targets:
                if target in on_path:
                    lowest[name] = min(lowest[name], number[target])
                elif target in graph and target not in number:
                    work.append((target, iter(graph[target])))
                    break
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[name])
                if lowest[name] == number[name]:
                    at = path.index(name) if path[-1] != name else len(path) - 1
                    found.append(path[at:])
                    on_path -= set(path[at:])
                    del path[at:]
    return found


def circles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The shortest circle through the first name of each group that leads back to itself, in the order of the graph."""
    order = {name: at for at, name in enumerate(graph)}
    firsts = [
        (min(group, key=order.__getitem__), frozenset(group))
        for group in groups(graph)
        if len(group) > 1 or group[0] in graph[group[0]]
    ]
    for first, group in sorted(firsts, key=lambda one: order[one[0]]):
        came: dict[str, str] = {}
        waiting = [first]
        for name in waiting:
            for target in graph[name]:
                if target in group and target not in came:
                    came[target] = name
                    waiting.append(target)
        circle = [first]
        while len(circle) == 1 or circle[-1] != first:
            circle.append(came[circle[-1]])
        yield circle[::-1]


def implied(condition: Condition | None) -> frozenset[str]:
    """What is surely known where the condition holds."""
    if condition is None:
        return frozenset()
    found = {
        test.name
        for test in condition.tests
        if test.operator not in ("not", "known") or (test.operator == "known" and test.value is True)
    }
    each = [implied(one) for one in condition.any]
    return frozenset(found) | (frozenset.intersection(*each) if each else frozenset())


def implied_by_no(condition: Condition | None) -> frozenset[str]:
    """What is surely known where the condition does not hold."""
    if condition is None or condition.any or len(condition.tests) != 1:
        return frozenset()
    test = condition.tests[0]
    negative = test.operator == "not" or (test.operator == "known" and test.value is False)
    return frozenset({test.name}) if negative else frozenset()
