"""Scores: a rating from 1 to 5 (a number, stars, words) and how likely one would recommend us, from 0 to 10."""

from __future__ import annotations

from decimal import Decimal

from scenarios.engine.context import Slot
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import Chunk, chunks_of
from scenarios.engine.slots.quantities import numbers_in
from scenarios.engine.understanding.matching import star_count

__all__ = ["read_nps", "read_rating"]

FROM_1_TO_5 = Phrase("Please choose a number from 1 to 5: 1 is bad, 5 is excellent.")
FROM_0_TO_10 = Phrase("Please choose a number from 0 to 10: 0 is never, 10 is with pleasure.")

_BEST, _MOST = 5, 10
_LONGEST = 120
"""Letters of a score with a word of praise; more is a story in which any number may stand."""


def read_rating(text: str, language: str) -> Slot | Phrase | None:
    """1 to 5; "10/10" is 5. A phrase when the number is outside."""
    if len(text) > _LONGEST:
        return None
    if stars := star_count(text.strip()):
        return {"key": str(stars), "type": "rating"} if stars <= _BEST else FROM_1_TO_5
    numbers = _scores(text, language, _BEST)
    if not numbers:
        spoken = _in_words(chunks_of(text))
        return {"key": spoken, "type": "rating"} if spoken else None
    return _within(numbers, 1, _BEST, "rating", FROM_1_TO_5)


def read_nps(text: str, language: str) -> Slot | Phrase | None:
    """0 to 10. A phrase when the number is outside."""
    if len(text) > _LONGEST:
        return None
    numbers = _scores(text, language, _MOST)
    return _within(numbers, 0, _MOST, "nps", FROM_0_TO_10) if numbers else None


def _scores(text: str, language: str, best: int) -> list[Decimal]:
    """The numbers of a text; the end of a scale that was written along is left out ("4/5", "9 из 10", "5 dan 4")."""
    numbers = list(numbers_in(text, language))
    if len(numbers) == 2 and _scaled(text):
        low, high = sorted(numbers)
        if high in (_BEST, _MOST):
            return [low * best / high]
    return list(dict.fromkeys(numbers))


def _scaled(text: str) -> bool:
    return "/" in text or any("outof" in chunk.means or "dan" in chunk.means for chunk in chunks_of(text))


def _within(numbers: list[Decimal], low: int, high: int, kind: str, otherwise: Phrase) -> Slot | Phrase | None:
    if len(numbers) > 1:
        return None
    score = numbers[0]
    if score != int(score) or not low <= score <= high:
        return otherwise
    return {"key": str(int(score)), "type": kind}


def _in_words(chunks: list[Chunk]) -> str | None:
    found = {chunk.means["rating"] for chunk in chunks if "rating" in chunk.means}
    return found.pop() if len(found) == 1 else None
