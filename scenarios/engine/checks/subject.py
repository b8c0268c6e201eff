"""What is checked, and against what: the book, the desks, the translations, the templates, the talks under way.

Rule: what several checks need to know of a book is found once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from scenarios.engine.answered import FEEDBACK, UNHAPPY
from scenarios.engine.checks.ways import Way, groups, ways
from scenarios.engine.model import END, Book, Handoff, Run, Scenario, Step

__all__ = ["Catalog", "Subject", "TemplateForm"]

BEGUN_BY_THE_DESK = (FEEDBACK, UNHAPPY, "hesitant", "language", "stop")
"""Scenarios that the desk itself begins, whatever else runs them."""


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


class TemplateForm(Protocol):
    """A template that WhatsApp has approved."""

    @property
    def languages(self) -> Collection[str]:
        """The languages (uz, kk, ru, en) in which it is approved."""
        ...

    @property
    def buttons(self) -> Collection[str]:
        """The keys of the answers on its buttons."""
        ...


@dataclass(frozen=True)
class Subject:
    """What is checked. `unread` are scenarios that exist but could not be read; `templates` are those of the business
    by name, None when they are not known; `live` counts the talks that wait by (scenario, step); `lengths` tells how
    many letters a value from outside has at most, as far as known."""

    book: Book
    desks: frozenset[str]
    catalogs: Mapping[str, Catalog]
    unread: frozenset[str] = frozenset()
    templates: Mapping[str, TemplateForm] | None = None
    live: Mapping[tuple[str, str], int] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    _ways: dict[str, dict[str, tuple[Way, ...]]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _quiet: dict[str, list[list[str]]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def scenarios(self) -> Sequence[Scenario]:
        """All scenarios, by name."""
        return [self.book.scenarios[name] for name in sorted(self.book.scenarios)]

    def ways(self, scenario: Scenario) -> Mapping[str, tuple[Way, ...]]:
        """All ways out of each step."""
        if scenario.name not in self._ways:
            self._ways[scenario.name] = {name: tuple(ways(scenario, step)) for name, step in scenario.steps.items()}
        return self._ways[scenario.name]

    @cached_property
    def families(self) -> Mapping[str, tuple[Scenario, ...]]:
        """By scenario all that are tied to it because one runs the other: they share what is remembered."""
        tied: dict[str, set[str]] = {one.name: set() for one in self.scenarios}
        for name, runs in self._runs.items():
            for other in runs & tied.keys():
                tied[name].add(other)
                tied[other].add(name)
        found: dict[str, tuple[Scenario, ...]] = {}
        for name in tied:
            if name not in found:
                family = {name: None}
                waiting = [name]
                for one in waiting:
                    waiting += tied[one] - family.keys()
                    family |= dict.fromkeys(tied[one])
                found |= dict.fromkeys(family, tuple(self.book.scenarios[one] for one in family))
        return found

    @cached_property
    def opaque(self) -> frozenset[str]:
        """The scenarios with one in their family that runs what could not be read, so that not all that is remembered
        is known."""
        hidden = {name for name, runs in self._runs.items() if runs & self.unread}
        return frozenset(one.name for name in hidden for one in self.families[name])

    @cached_property
    def offering(self) -> frozenset[str]:
        """The scenarios whose questions offer "Talk to a person": by their own `person` or their caller's.

        The question for a rating offers none: nobody holds the conversation then.
        """
        found = {one.name for one in self.scenarios if one.person is not None}
        if found:
            found |= {detour.run for detour in self.book.always}
        found &= self.book.scenarios.keys()
        waiting = list(found)
        for name in waiting:
            more = (self._runs[name] & self.book.scenarios.keys()) - found
            found |= more
            waiting += more
        return frozenset(found - {FEEDBACK})

    @cached_property
    def passing(self) -> frozenset[str]:
        """The scenarios that can be walked to their end without asking anything."""
        found: set[str] = set()
        for scenario in self.run_first:
            seen: set[str] = set()
            waiting = [scenario.start]
            while waiting:
                name = waiting.pop()
                step = scenario.steps.get(name)
                runs = step.wait.scenario if step is not None and isinstance(step.wait, Run) else None
                if name not in seen and step is not None and (step.wait is None or runs in found):
                    waiting += [way.to for way in self.ways(scenario)[name] if way.by != "later"]
                seen.add(name)
            if END in seen:
                found.add(scenario.name)
        return frozenset(found)

    def asks_nothing(self, step: Step) -> bool:
        """True when the talk can walk on through a step without waiting for anybody."""
        return step.wait.scenario in self.passing if isinstance(step.wait, Run) else step.wait is None

    def quiet_groups(self, scenario: Scenario) -> list[list[str]]:
        """The steps at which nobody is waited for, in groups that lead to each other by `go`, each after those it leads
        to. A step that runs another scenario is one of them."""
        if scenario.name not in self._quiet:
            steps = scenario.steps
            quiet = {name for name, step in steps.items() if step.wait is None or isinstance(step.wait, Run)}
            graph = {
                name: [way.to for way in self.ways(scenario)[name] if way.by == "go" and way.to in quiet]
                for name in steps
                if name in quiet
            }
            self._quiet[scenario.name] = groups(graph)
        return self._quiet[scenario.name]

    def bits(self, names: Iterable[str]) -> int:
        """Names as a number, each of them one bit: sets of thousands of names are compared at once."""
        found = 0
        for name in names:
            found |= 1 << self._numbers.setdefault(name, len(self._numbers))
        return found

    def arrivals(self, scenario: Scenario) -> Mapping[str, int]:
        """What is surely known when a step (or `end`) is entered, over all ways that lead there, as `bits`."""
        return self._known[scenario.name]

    @cached_property
    def _known(self) -> Mapping[str, Mapping[str, int]]:
        """`arrivals` of all scenarios. One that only others run knows at its start what is known wherever it is run."""
        found: dict[str, dict[str, int]] = {}
        entries: dict[str, int] = {}
        begun = {*(one.then for one in self.book.start), *(one.run for one in self.book.always), *BEGUN_BY_THE_DESK}
        for scenario in reversed(self.run_first):
            entry = 0 if scenario.name in begun else entries.get(scenario.name, 0)
            arrivals = self._arrivals(scenario, entry, self._brings, returning=False)
            found[scenario.name] = arrivals
            for name, known in arrivals.items():
                step = scenario.steps.get(name)
                if step is not None and isinstance(step.wait, Run):
                    other = step.wait.scenario
                    here = known | self.bits(step.set)
                    entries[other] = entries[other] & here if other in entries else here
        return found

    def _arrivals(self, scenario: Scenario, entry: int, brings: Mapping[str, int], returning: bool) -> dict[str, int]:
        """As `arrivals`, with `entry` known at the start. With `returning` only ways on which the talk comes back to a
        caller count: a handoff never does, nor a follow-up. `brings` is what scenarios have surely asked when they come
        back."""
        found = {scenario.start: entry}
        out = {name: [(way, self.bits(way.knows)) for way in ways] for name, ways in self.ways(scenario).items()}
        waiting = [scenario.start]
        for name in waiting:
            step = scenario.steps.get(name)
            if step is None or (returning and isinstance(step.wait, Handoff)):
                continue
            brought = brings.get(step.wait.scenario, 0) if isinstance(step.wait, Run) else 0
            for way, knows in out[name]:
                if returning and way.by in ("person", "later"):
                    continue
                known = found[name] | knows | (0 if way.by == "later" else brought)
                before = found.get(way.to)
                after = known if before is None else before & known
                if after != before:
                    found[way.to] = after
                    waiting.append(way.to)
        return found

    @cached_property
    def _runs(self) -> Mapping[str, frozenset[str]]:
        """Which scenarios each of them runs."""
        return {
            one.name: frozenset(step.wait.scenario for step in one.steps.values() if isinstance(step.wait, Run))
            for one in self.scenarios
        }

    @cached_property
    def run_first(self) -> Sequence[Scenario]:
        """All scenarios, each after those that it runs; of those that run each other some have to come first."""
        runs = {name: sorted(targets & self.book.scenarios.keys()) for name, targets in self._runs.items()}
        return [self.book.scenarios[name] for group in groups(runs) for name in group]

    @cached_property
    def _brings(self) -> Mapping[str, int]:
        """What each scenario has surely asked when it comes back to the one that runs it, as `bits`."""
        found: dict[str, int] = {}
        for scenario in self.run_first:
            found[scenario.name] = self._arrivals(scenario, 0, found, returning=True).get(END, 0)
        return found
