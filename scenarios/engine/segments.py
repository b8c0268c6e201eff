"""Which kind of customer writes: the segment, by rules that can be shown.

unhappy beats all and lasts until it is solved; hesitant beats repeat and new.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from scenarios.engine.understanding import Understood

__all__ = ["REASONS", "Segment", "segment_of"]

LOW_RATING = 2
"""A rating this low or lower opens the unhappy scenario (1 to 5)."""

REASONS = {
    "words": Phrase('their words: "{word}"'),
    "complaint": Phrase("a complaint is still open"),
    "rating": Phrase("the last rating was {word}"),
    "thinks": Phrase("wants to think it over"),
    "silent": Phrase("went silent after a price"),
    "visits": Phrase("had a job done before"),
    "resolved": Phrase("was helped here before"),
    "first": Phrase("the first conversation"),
}
"""Why a contact is in a segment, by the key that the context keeps."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`name` is unhappy, hesitant, repeat or new; `reason` a key of REASONS; `word` what fills its {word}."""

    name: str
    reason: str
    word: str = ""


def segment_of(context: Context, understood: Understood, visits: int) -> Segment:
    """The segment of a contact who says something now. `visits` counts finished orders."""
    word = next((reason for reason in understood.why if reason.startswith(f"{understood.state}:")), "")
    if understood.state == "unhappy":
        return Segment("unhappy", "words", word)
    if context.complaint:
        return Segment("unhappy", "complaint")
    if context.last_rating is not None and context.last_rating <= LOW_RATING:
        return Segment("unhappy", "rating", str(context.last_rating))
    if understood.state == "hesitant":
        return Segment("hesitant", "words", word)
    if context.hesitated:
        return Segment("hesitant", "silent")
    if visits > 0:
        return Segment("repeat", "visits")
    if context.resolved > 0:
        return Segment("repeat", "resolved")
    return Segment("new", "first")
