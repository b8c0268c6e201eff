"""Small things a process may forget: bounded, with an age limit, oldest first to go.

Rule: nothing depends on it for being right, only for being quick; another process knows nothing of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Memory"]

V = TypeVar("V")


class Memory(Generic[V]):
    """Values by name; `seconds` is how long one is good, `most` how many are kept, `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float], seconds: float, most: int = 20_000) -> None:
        self._clock, self._seconds, self._most = clock, seconds, most
        self._values: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def get(self, name: str) -> V | None:
        """The value, unless it was never kept, is too old, or was crowded out."""
        kept = self._values.get(name)
        return kept[1] if kept is not None and self._clock() < kept[0] else None

    def keep(self, name: str, value: V) -> None:
        self._values[name] = (self._clock() + self._seconds, value)
        self._values.move_to_end(name)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, name: str) -> None:
        self._values.pop(name, None)
