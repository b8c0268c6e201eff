"""What must hold of every message of the bot, wherever a talk went."""

from __future__ import annotations

import re

from scenarios.engine.effects import Say
from scenarios.engine.model import Ask
from scenarios.engine.phrases import Phrase
from tests.driver import Desk, book, catalogs

LONGEST_TEXT = 1024
"""WhatsApp's limit for a text with buttons or a list, the smaller of the two messengers."""

_PLACEHOLDER = re.compile(r"\{\w+\}")
SALES = {
    text.id
    for scenario in book().scenarios.values()
    for step in scenario.steps.values()
    if step.sells
    for text in (step.say, step.wait.text if isinstance(step.wait, Ask) else None)
    if text is not None
}


def assert_sound(desk: Desk) -> None:
    """The newest turn's message is whole, in the customer's language, within the channels' limits, and sells nothing
    to somebody unhappy."""
    assert len(desk.said) <= 1, "everything the bot says in a turn is one message"
    context = desk.context
    for said in desk.said:
        assert said.text.strip()
        assert not _PLACEHOLDER.search(said.text), said.text
        assert len(said.text) <= LONGEST_TEXT, said.text
        assert len(said.choices) <= 10
        for label, data in said.choices.items():
            assert 0 < len(label) <= (20 if len(said.choices) <= 3 else 24), label
            assert 0 < len(data.encode()) <= 64, data
    for effect in desk.effects:
        if isinstance(effect, Say):
            for phrase in (*effect.parts, *(choice.label for choice in effect.ask.choices)):
                assert_translated(phrase, context.language)
                if context.segment == "unhappy" or context.complaint:
                    assert phrase.id not in SALES, f"{phrase.id!r} was offered to an unhappy customer"


def assert_translated(phrase: Phrase, language: str) -> None:
    if phrase.texts is None and language != "en":
        catalog = catalogs()["uz" if language == "uz_Cyrl" else language]
        assert (phrase.context or "", phrase.id) in catalog.forms, f"no {language} text for {phrase.id!r}"
    for value in phrase.values.values():
        if isinstance(value, Phrase):
            assert_translated(value, language)
