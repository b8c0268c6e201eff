"""Answers that are the same for everybody within a minute, kept until what they were made of is another.

Identity decides, not equality: to compare a week of visits would cost what is to be saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Kept"]

V = TypeVar("V")


class Kept(Generic[V]):
    """At most `most` answers, each for a key and for the very objects that it was made of."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[tuple[object, ...], tuple[tuple[object, ...], V]] = {}

    def get(self, key: tuple[object, ...], made_of: tuple[object, ...], make: Callable[[], V]) -> V:
        """The answer for the key, made anew when it is not here or was made of other objects."""
        known = self._found.get(key)
        if known is not None and all(one is other for one, other in zip(known[0], made_of, strict=True)):
            return known[1]
        if len(self._found) >= self._most:
            self._found.clear()
        value = make()
        self._found[key] = made_of, value
        return value
