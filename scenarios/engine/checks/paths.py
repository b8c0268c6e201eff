"""Where a talk can go: steps that nothing leads to, loops and traps (E11, E13, E15).

Rule: whatever the customer answers, or when they are silent, the talk ends or reaches a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scenarios.engine.checks.subject import Subject
from scenarios.engine.checks.ways import circles
from scenarios.engine.model import END, Handoff, Place, Run, Scenario
from scenarios.engine.reading.issues import Issue, issue

__all__ = ["loops", "traps", "unreachable"]

MOST_NAMES = 10
"""Names of a circle that are told."""


def unreachable(subject: Subject) -> Iterator[Issue]:
    """E11: a step to which no way leads."""
    for scenario in subject.scenarios:
        found: set[str] = set()
        waiting = [scenario.start]
        while waiting:
            name = waiting.pop()
            if name in scenario.steps and name not in found:
                found.add(name)
                waiting += [way.to for way in subject.ways(scenario)[name]]
        for step in scenario.steps.values():
            if step.name not in found:
                yield issue("E11", step.place, f'no step leads to "{step.name}"')


def loops(subject: Subject) -> Iterator[Issue]:
    """E13: steps that lead to each other without asking, and scenarios that run each other."""
    for scenario in subject.scenarios:
        silent = [name for name, step in scenario.steps.items() if subject.asks_nothing(step)]
        graph = {
            name: [way.to for way in subject.ways(scenario)[name] if way.by != "later" and way.to in scenario.steps]
            for name in silent
        }
        for circle in circles({name: [to for to in graph[name] if to in graph] for name in silent}):
            text = f"these steps would repeat for ever without asking anything: {_row(circle)}"
            yield issue("E13", scenario.steps[circle[0]].place, text)
    runs: dict[str, dict[str, Place]] = {
        scenario.name: {
            step.wait.scenario: step.wait.place
            for step in scenario.steps.values()
            if isinstance(step.wait, Run) and step.wait.scenario in subject.book.scenarios
        }
        for scenario in subject.scenarios
    }
    for circle in circles({name: list(targets) for name, targets in runs.items()}):
        text = f"these scenarios would run each other for ever: {_row(circle)}"
        yield issue("E13", runs[circle[0]][circle[1]], text)


def traps(subject: Subject) -> Iterator[Issue]:
    """E15: steps from which neither an end nor a person can be reached, told of where one enters the trap; and
    questions while the people have the talk, where nobody hears the answer."""
    for scenario in subject.scenarios:
        back: dict[str, list[str]] = {}
        entered = {scenario.start}
        for name, found in subject.ways(scenario).items():
            for way in found:
                if way.by == "later":
                    # A follow-up does not let the talk end, but what it begins must end as well.
                    entered.add(way.to)
                else:
                    back.setdefault(way.to, []).append(name)
        waiting = [END, *(name for name, step in scenario.steps.items() if isinstance(step.wait, Handoff))]
        good: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in good:
                good.add(name)
                waiting += back.get(name, [])
        for name, step in scenario.steps.items():
            if name not in good and (name in entered or any(one in good for one in back.get(name, []))):
                yield issue("E15", step.place, f'from "{name}" the talk can never end or reach a person')
        yield from _unheard(subject, scenario)


def _unheard(subject: Subject, scenario: Scenario) -> Iterator[Issue]:
    """Where the silence of the people leads to something that waits for the customer: what the customer writes goes to
    the people until they close."""
    for step in scenario.steps.values():
        for silence in step.wait.silent if isinstance(step.wait, Handoff) else ():
            found, waiting = set[str](), [silence.go or END]
            while waiting:
                name = waiting.pop()
                if name in found or name not in scenario.steps:
                    continue
                found.add(name)
                reached = scenario.steps[name]
                if subject.asks_nothing(reached):
                    waiting += [way.to for way in subject.ways(scenario)[name] if way.by == "go"]
                elif not isinstance(reached.wait, Handoff):
                    text = (
                        f'at "{step.name}" the people have the talk, and nobody would hear the answer to "{name}"; '
                        'write "say" here, or lead to another handoff'
                    )
                    yield issue("E15", silence.place, text)
                    break


def _row(circle: Sequence[str]) -> str:
    """The names of a circle; of a long one its beginning and its end."""
    shown = circle if len(circle) <= MOST_NAMES else [*circle[: MOST_NAMES - 2], "...", *circle[-2:]]
    return " > ".join(shown)
