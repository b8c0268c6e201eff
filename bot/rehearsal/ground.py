"""What a rehearsal stands on: checked scenarios, the texts in every language, a business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handlers.business import Business
from handlers.texts import Texts
from scenarios.engine.checks.values import DESK_VALUES, slots
from scenarios.engine.model import Ask, Book, Scenario

__all__ = ["Ground"]


@dataclass(frozen=True)
class Ground:
    """Everything that stays the same while talks are tried."""

    book: Book
    texts: Texts
    business: Business
    steps: Mapping[str, tuple[str, ...]] = field(init=False)
    """Step -> the scenarios that have one of that name."""

    def __post_init__(self) -> None:
        found: dict[str, tuple[str, ...]] = {}
        for scenario in self.book.scenarios.values():
            for step in scenario.steps:
                found[step] = (*found.get(step, ()), scenario.name)
        object.__setattr__(self, "steps", found)

    @property
    def facts(self) -> frozenset[str]:
        """All names of what is known from outside."""
        return DESK_VALUES | self.book.facts.keys()

    def slots(self) -> frozenset[str]:
        """All names that anything is remembered under."""
        return slots(self.book.scenarios.values())

    def saver(self, slot: str, scenario: str) -> tuple[Scenario, Ask] | None:
        """A question that saves this slot, one of `scenario` first."""
        scenarios: Iterable[Scenario] = self.book.scenarios.values()
        for one in sorted(scenarios, key=lambda one: one.name != scenario):
            for step in one.steps.values():
                if isinstance(step.wait, Ask) and step.wait.save == slot:
                    return one, step.wait
        return None
