"""/customer: one contact's card and history, found by name, phone or code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from handlers.business import Business
from handlers.managers.answers import Answer, History, Text
from handlers.papers.card import card_text
from handlers.papers.labels import CHANNELS, one_line
from handlers.ports import Transcripts
from handlers.texts import Texts
from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Held

__all__ = ["Contexts", "customer_answers"]

MOST_FOUND = 10
"""So many are listed; more than a screen of them is better narrowed down."""

LONGEST_SEARCH = 100

WHOM = Phrase("Write whom you mean: a name, a phone or a code, for example /customer Aziza")
NOT_FOUND = Phrase('I found nobody for "{words}". Try a part of the name, the last digits of the phone, or the code.')
SEVERAL = Phrase("Several customers fit. Send the command again with the code of the one you mean:")
STILL_MORE = Phrase("There are more: write a longer part of the name or the phone.")
EXAMPLE = Phrase("For example: /customer {code}")
CAPTION = Phrase("The whole history of {name}")
FILE = Phrase("history", "file name")


class Contexts(Protocol):
    """What this needs of the storage."""

    async def load(self, contact: str) -> Held: ...


async def customer_answers(
    words: str, store: Contexts, transcripts: Transcripts, business: Business, texts: Texts, language: str
) -> list[Answer]:
    """The card and the history of the one who fits, or a list to choose from, or why there is neither."""
    words = one_line(words, LONGEST_SEARCH)
    if not words:
        return [Text(texts.render(WHOM, language))]
    found = await _customers(await transcripts.find(words, MOST_FOUND + 1), store)
    if words.upper() in found:
        # A code names one contact, whoever else has it in their name.
        found = [words.upper()]
    if not found:
        return [Text(texts.render(NOT_FOUND.having(words=words), language))]
    contexts = [(code, (await store.load(code)).context) for code in found[:MOST_FOUND]]
    if len(found) == 1:
        return _shown(*contexts[0], business, texts, language)
    return [Text(_list(contexts, len(found) > MOST_FOUND, texts, language))]


async def _customers(found: Sequence[str], store: Contexts) -> list[str]:
    """Without managers who tried the desk."""
    return [code for code in found if not (await store.load(code)).context.trial]


def _shown(code: str, context: Context, business: Business, texts: Texts, language: str) -> list[Answer]:
    name = one_line(context.name, 100) or code
    return [
        Text(card_text(context, business, texts, language, code)),
        History(code, texts.render(CAPTION.having(name=name), language), f"{texts.render(FILE, language)}-{code}.html"),
    ]


def _list(found: Sequence[tuple[str, Context]], more: bool, texts: Texts, language: str) -> str:
    rows = [texts.render(SEVERAL, language), ""]
    for code, context in found:
        facts = (
            one_line(context.name, 64),
            one_line(context.phone, 32),
            CHANNELS.get(context.channel, context.channel),
        )
        rows.append(f"• {code} — " + " · ".join(filter(None, facts)))
    rows += ["", texts.render(EXAMPLE.having(code=found[0][0]), language)]
    if more:
        rows.append(texts.render(STILL_MORE, language))
    return "\n".join(rows)
