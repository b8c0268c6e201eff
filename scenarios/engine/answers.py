"""The question a conversation is at, and the answers it offers: what may be tapped or typed, what is remembered."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.engine.context import Context, Slot
from scenarios.engine.matching import Candidate
from scenarios.engine.model import Ask, Book
from scenarios.engine.phrases import verbatim
from scenarios.engine.wording import plain
from scenarios.engine.world import World

__all__ = ["button_data", "candidates_of", "question_of", "slot_of"]


def question_of(book: Book, context: Context) -> Ask | None:
    """What the bot waits for from the customer now."""
    if context.holder not in ("bot", "closed") or not context.step:
        return None
    scenario = book.scenarios.get(context.scenario)
    step = scenario.steps.get(context.step) if scenario else None
    return step.wait if step is not None and isinstance(step.wait, Ask) else None


def candidates_of(question: Ask, context: Context, world: World) -> list[Candidate]:
    """The answers of a question, as one may type them."""
    found = [Candidate(a.key, plain(a.label), plain(a.synonyms) if a.synonyms else None) for a in question.answers]
    if question.answers_from:
        options = world.fact(question.answers_from, context)
        if isinstance(options, tuple):
            found += [Candidate(o.key, o.label, verbatim(o.synonyms) if o.synonyms else None) for o in options]
    return found


def slot_of(candidates: Sequence[Candidate], key: str) -> Slot:
    """What is remembered of a chosen answer: its key and its label."""
    for candidate in candidates:
        if candidate.key == key:
            label = candidate.label
            texts = {"texts": dict(label.texts)} if label.texts is not None else {}
            return {"key": key, "id": label.id, "context": label.context, **texts}
    return {"key": key}


def button_data(context: Context, key: str) -> str:
    """What a button carries: the conversation, the number of the question, the answer (at most 64 bytes)."""
    return f"{context.conversation}:{context.question}:{key}"
