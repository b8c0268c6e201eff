"""What a step may know of the world outside: given as a value with every event, never fetched.

`handlers` makes it from the business file, the clock and the desk's recent figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from scenarios.engine.templates import TemplateForm

__all__ = ["Fact", "Option", "World"]


@dataclass(frozen=True, slots=True)
class Option:
    """One item of a fact that is a list of choices; `synonyms` are further words for it, separated by " | "."""

    key: str
    label: Phrase
    synonyms: str = ""


Fact: TypeAlias = "str | int | bool | Phrase | tuple[Option, ...]"


class World(Protocol):
    """The world at one moment.

    `wait_minutes` is what a customer is told (already rounded); `opens_next` is when the desk opens next, `opens_at`
    says it in words.
    """

    @property
    def default_language(self) -> str: ...

    @property
    def local(self) -> datetime:
        """The moment by the business's clock."""
        ...

    @property
    def open_now(self) -> bool: ...

    @property
    def opens_next(self) -> datetime: ...

    @property
    def opens_at(self) -> Phrase: ...

    @property
    def wait_minutes(self) -> int: ...

    def fact(self, name: str, context: Context) -> Fact | None:
        """The fact of that name for this contact, None when it is not known."""
        ...

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours that `at` falls into are over (UTC), None when it falls into none."""
        ...

    def template(self, name: str) -> TemplateForm | None:
        """The WhatsApp template of that name in the business file."""
        ...

    def readings(self, phrase: Phrase) -> Sequence[str]:
        """The phrase in every language and script of the desk, to recognise what a customer typed."""
        ...
