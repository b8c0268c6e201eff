"""What an answer means beyond the slot it fills: a rating, a phone, a language, a wish for better."""

from __future__ import annotations

from scenarios.engine.context import Context, Slot
from scenarios.engine.effects import Effect, Happen, TellTopic
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.model import Ask
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.segments import LOW_RATING

__all__ = ["FEEDBACK", "UNHAPPY", "keep"]

UNHAPPY = "unhappy"
FEEDBACK = "feedback"
"""The scenario that asks for a rating; it runs while the conversation is closed."""

_LANGUAGE_KEYS = {code.casefold(): code for code in LANGUAGES}
"""Answers are named in small letters."""

BETTER = Phrase("What the customer thinks could be better: {words}")


def keep(context: Context, question: Ask, key: str, slot: Slot) -> list[Effect]:
    """Remember the answer to a question that saves it."""
    if not question.save:
        return []
    context.slots[question.save] = slot
    if question.save == "language" and key in _LANGUAGE_KEYS:
        context.language, context.language_chosen = _LANGUAGE_KEYS[key], True
    elif question.type == "rating" and key.isdigit():
        return _rated(context, int(key))
    elif question.type == "nps":
        return [Happen("recommended", key, context.segment, context.agent)]
    elif question.type == "phone":
        context.phone = str(slot["key"])
    elif question.type == "text" and context.scenario == FEEDBACK and context.has_topic:
        return [TellTopic(BETTER.having(words=verbatim(str(slot["key"]))))]
    return []


def _rated(context: Context, score: int) -> list[Effect]:
    context.last_rating = score
    context.complaint = score <= LOW_RATING
    if context.complaint:
        context.segment, context.segment_reason, context.segment_word = UNHAPPY, "rating", str(score)
    return [Happen("rated", str(score), context.segment, context.agent)]
