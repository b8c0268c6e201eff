"""Managers' answers as letters to their chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers.managers.answers import Answer, File, Picture, Text
from scenarios.engine.records import Letter

__all__ = ["letter_to", "letters_of"]


def letters_of(id: str, at: datetime, destination: str, answers: Sequence[Answer]) -> tuple[Letter, ...]:
    """The letters of answers in their order; `id` is that of the event which is answered."""
    return tuple(
        letter_to(f"{id}:{number}", at, destination, *_paper(answer)) for number, answer in enumerate(answers, 1)
    )


def letter_to(id: str, at: datetime, destination: str, op: str, payload: dict[str, Any]) -> Letter:
    """A letter of the desk itself that concerns no contact."""
    return Letter(id, "", destination, op, payload, "desk", 0, at)


def _paper(answer: Answer) -> tuple[str, dict[str, Any]]:
    match answer:
        case Text():
            buttons = {"choices": [list(button) for button in answer.buttons]} if answer.buttons else {}
            return "say", {"text": answer.text, **buttons}
        case Picture():
            return "picture", {"path": str(answer.path), "caption": answer.caption}
        case File():
            return "file", {"path": str(answer.path), "name": answer.name, "caption": answer.caption}
        case _:
            return "paper", {"contact": answer.contact, "caption": answer.caption}
