"""The question a conversation is at, and the answers it offers: what may be tapped or typed, what is remembered.

A list that is longer than a messenger can show comes page by page; what is typed may name any of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.engine.answered import FEEDBACK
from scenarios.engine.context import Context, Slot
from scenarios.engine.model import Ask, Book
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.understanding.matching import Candidate
from scenarios.engine.wording import plain
from scenarios.engine.world import Option, World

__all__ = [
    "CALL_A_PERSON",
    "MORE",
    "PERSON",
    "button_data",
    "candidates_of",
    "offers_person",
    "page_of",
    "question_of",
    "slot_of",
]

PERSON = "person"
CALL_A_PERSON = Phrase("Talk to a person", "person")
MORE = "more:"
"""Begins the key of "More", which ends with the page it turns to; no answer's key has a colon."""

SHOW_MORE = Phrase("More", "list")

ROWS = 10
"""Choices in one message: a WhatsApp list shows ten rows (Meta, read 2026-01)."""

YES = Phrase("Yes", "answer")
NO = Phrase("No", "answer")
_IMPLIED = {
    "yes_no": (Candidate("yes", YES), Candidate("no", NO)),
    "rating": tuple(Candidate(str(score), verbatim(f"{score} ⭐")) for score in range(5, 0, -1)),
}


def question_of(book: Book, context: Context) -> Ask | None:
    """What the bot waits for from the customer now."""
    if context.holder not in ("bot", "closed") or not context.step:
        return None
    scenario = book.scenarios.get(context.scenario)
    step = scenario.steps.get(context.step) if scenario else None
    return step.wait if step is not None and isinstance(step.wait, Ask) else None


def candidates_of(question: Ask, context: Context, world: World) -> list[Candidate]:
    """The answers of a question, as one may type them: all pages of them."""
    found = [Candidate(a.key, plain(a.label), plain(a.synonyms) if a.synonyms else None) for a in question.answers]
    if question.answers_from:
        options = world.fact(question.answers_from, context)
        if isinstance(options, tuple):
            found += _of_options(options)
    return found or list(_IMPLIED.get(question.type, ()))


_made: dict[int, tuple[tuple[Option, ...], list[Candidate]]] = {}
MOST_LISTS = 256


def _of_options(options: tuple[Option, ...]) -> list[Candidate]:
    """The options of a fact as candidates. A list that is the very same one for many customers is made once; it is kept
    with what was made of it, so that its identity means nothing else meanwhile."""
    known = _made.get(id(options))
    if known is None or known[0] is not options:
        if len(_made) >= MOST_LISTS:
            _made.clear()
        made = [Candidate(o.key, o.label, verbatim(o.synonyms) if o.synonyms else None) for o in options]
        known = _made[id(options)] = options, made
    return known[1]


def page_of(candidates: Sequence[Candidate], page: int, person: bool) -> list[Candidate]:
    """What is shown of them: all where they fit beside "Talk to a person", else a page and "More", which turns to the
    next page and after the last to the first."""
    room = ROWS - person
    if len(candidates) <= room:
        return list(candidates)
    size = room - 1
    pages = -(-len(candidates) // size)
    first = page % pages * size
    return [*candidates[first : first + size], Candidate(f"{MORE}{(page + 1) % pages}", SHOW_MORE)]


def offers_person(book: Book, context: Context) -> bool:
    """Whether "Talk to a person" stands beside the answers of the present question."""
    names = [context.scenario, *(frame[0] for frame in context.stack)]
    return context.scenario != FEEDBACK and any(book.scenarios[name].person is not None for name in names)


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
