"""The door to what is remembered of visits; a door of this room like those in `ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from scenarios.engine.visits import Done, Span, Visit

__all__ = ["Visits"]


class Visits(Protocol):
    """Visits. An action's outcome is kept under the `letter` that asks for it: asked again, it is answered the same and
    changes nothing. Raises whatever the database raises; then nothing was written."""

    async def result(self, letter: str) -> Done | None:
        """What became of an action that was carried out already."""
        ...

    async def settle(self, letter: str, outcome: str, at: datetime) -> Done:
        """Write down an outcome that changes no visit."""
        ...

    async def book(self, letter: str, visit: Visit, capacity: int, at: datetime) -> Done:
        """booked or taken."""
        ...

    async def move(
        self, letter: str, contact: str, order: str, span: Span, capacity: int, earliest: datetime, at: datetime
    ) -> Done:
        """moved, taken or too_late (the visit begins before `earliest`)."""
        ...

    async def cancel(self, letter: str, contact: str, order: str, earliest: datetime, at: datetime) -> Done:
        """cancelled or too_late."""
        ...

    async def next_of(self, contact: str, at: datetime) -> Visit | None:
        """The contact's next visit."""
        ...

    async def taken(self, since: datetime, until: datetime, longest: timedelta) -> Sequence[Span]:
        """The times of all visits booked that begin in this span, or at most `longest` before it."""
        ...
