"""The world of a rehearsal: what the business file and the clock tell, unless a test supposes something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.business import Business
from handlers.world import Moment
from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.templates import TemplateForm
from scenarios.engine.world import Fact

__all__ = ["Supposed", "first_open"]

MONTH = 30


@dataclass(frozen=True, slots=True)
class Supposed:
    """A moment of the business in which some facts are supposed to be others; None is a fact that is not known."""

    moment: Moment
    facts: Mapping[str, Fact | None] = field(default_factory=dict)

    @property
    def default_language(self) -> str:
        return self.moment.default_language

    @property
    def local(self) -> datetime:
        return self.moment.local

    @property
    def open_now(self) -> bool:
        return bool(self.facts["open_now"]) if "open_now" in self.facts else self.moment.open_now

    @property
    def opens_next(self) -> datetime:
        return self.moment.opens_next

    @property
    def opens_at(self) -> Phrase:
        told = self.facts.get("opens_at")
        if told is None:
            return self.moment.opens_at
        return told if isinstance(told, Phrase) else verbatim(str(told))

    @property
    def wait_minutes(self) -> int:
        told = self.facts.get("wait_minutes")
        return told if isinstance(told, int) else self.moment.wait_minutes

    def fact(self, name: str, context: Context) -> Fact | None:
        """What is known under that name for this contact."""
        return self.facts[name] if name in self.facts else self.moment.fact(name, context)

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours that `at` falls into are over."""
        return self.moment.quiet_until(at)

    def template(self, name: str) -> TemplateForm | None:
        """The WhatsApp template of that name."""
        return self.moment.template(name)

    def readings(self, phrase: Phrase) -> Sequence[str]:
        """The phrase in every language of the desk."""
        return self.moment.readings(phrase)


def first_open(business: Business, at: datetime) -> datetime:
    """The first hour from `at` on in which the desk is open; `at` itself when it never is."""
    for hour in range(MONTH * 24):
        later = at + timedelta(hours=hour)
        if business.hours.open_at(later):
            return later
    return at
