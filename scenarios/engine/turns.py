"""What is said in one turn: all that steps say until somebody is waited for goes out as one message.

Rule: lengths only; of several ways to a step the one counts on which most was said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from scenarios.engine.checks.subject import Subject
from scenarios.engine.checks.ways import silences
from scenarios.engine.model import END, Run, Scenario, Step, Text

__all__ = ["BETWEEN", "Size", "Turns"]

BETWEEN = 2
"""Letters between what two steps say: an empty line."""

Size: TypeAlias = Callable[[Text], int]
"""How many letters a text has."""


@dataclass(slots=True)
class Turns:
    """How many letters are said in one turn before a step, at most."""

    subject: Subject
    sizes: Mapping[str, Size]
    ends: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    """Of a scenario: what it says from start to end without waiting (None: it waits), and after it last waited."""
    starts: dict[str, int] = field(default_factory=dict)
    """What has been said at most when a scenario begins."""

    def __post_init__(self) -> None:
        for scenario in self.subject.run_first:
            alone = self._walk(scenario, {scenario.start: 0})
            self.ends[scenario.name] = alone.get(END), self._walk(scenario, self._fresh(scenario)).get(END, 0)
        for scenario in reversed(self.subject.run_first):
            for name, letters in self.before(scenario).items():
                step = scenario.steps.get(name)
                if step is not None and isinstance(step.wait, Run):
                    other = step.wait.scenario
                    self.starts[other] = max(self.starts.get(other, 0), letters + self._said(scenario, step))

    def before(self, scenario: Scenario) -> dict[str, int]:
        """By step, and for the end."""
        seeds = self._fresh(scenario)
        seeds[scenario.start] = max(seeds.get(scenario.start, 0), self.starts.get(scenario.name, 0))
        return self._walk(scenario, seeds)

    def _fresh(self, scenario: Scenario) -> dict[str, int]:
        """What a turn has said that begins with a step: nothing, or what was said into the silence before it."""
        size = self.sizes[scenario.name]
        found = dict.fromkeys(scenario.steps, 0)
        for step in scenario.steps.values():
            for silence in silences(scenario, step):
                if silence.go is not None and silence.say is not None:
                    found[silence.go] = max(found.get(silence.go, 0), size(silence.say) + BETWEEN)
        return found

    def _walk(self, scenario: Scenario, seeds: Mapping[str, int]) -> dict[str, int]:
        found = dict(seeds)
        ways = self.subject.ways(scenario)
        for group in reversed(self.subject.quiet_groups(scenario)):
            if len(group) > 1 or group[0] not in found:
                continue
            step = scenario.steps[group[0]]
            letters = found[step.name] + self._said(scenario, step)
            if isinstance(step.wait, Run):
                through, tail = self.ends.get(step.wait.scenario, (None, 0))
                letters = tail if through is None else max(tail, letters + through)
            for way in ways[step.name]:
                if way.by == "go":
                    found[way.to] = max(found.get(way.to, 0), letters)
        return found

    def _said(self, scenario: Scenario, step: Step) -> int:
        return 0 if step.say is None else self.sizes[scenario.name](step.say) + BETWEEN
