"""A template as it is sent: the vendor's name of it and its values, and what the customer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.texts import Texts
from scenarios.engine.effects import Say
from scenarios.engine.phrases import Phrase, Value
from scenarios.engine.templates import TemplateForm

__all__ = ["TemplateMessage", "packed", "unpacked"]

SOMEBODY = Phrase("dear customer", "in place of a name in a template")
UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class TemplateMessage:
    """`name` and `language` as the vendor knows them, `values` in the order of its places, `buttons` (data or nothing)
    in the order of its buttons; `text` is all of it as the customer reads it."""

    name: str
    language: str
    values: tuple[str, ...]
    buttons: tuple[str, ...]
    text: str


def packed(say: Say, form: TemplateForm, values: Mapping[str, Value], texts: Texts, language: str) -> dict[str, Any]:
    """The template that may go in place of what is said, as plain JSON. Its buttons give the answers that the message
    itself offers; one that it does not offer comes back as its words."""
    code = form.language(language)
    shown = {name: _shown(name, values.get(name, ""), texts, code) for name in form.values}
    offered = {choice.data.split(":", 2)[-1]: choice.data for choice in say.ask.choices}
    return {
        "name": form.name,
        "language": form.languages[code],
        "values": [shown[name] for name in form.values],
        "buttons": [offered.get(answer, "") for answer in form.buttons],
        "text": texts.render(form.text.having(**shown), code),
    }


def unpacked(kept: Mapping[str, Any]) -> TemplateMessage:
    """The template of its plain form."""
    return TemplateMessage(kept["name"], kept["language"], tuple(kept["values"]), tuple(kept["buttons"]), kept["text"])


def _shown(name: str, value: Value, texts: Texts, language: str) -> str:
    """A value in one line: WhatsApp takes neither an empty one nor line breaks."""
    said = texts.render(value, language) if isinstance(value, Phrase) else str(value)
    if not said.strip():
        return texts.render(SOMEBODY, language) if name == "name" else UNKNOWN
    return " ".join(said.split())
