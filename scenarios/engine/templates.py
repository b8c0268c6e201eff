"""WhatsApp templates: what may be written to a customer who has been silent for more than a day.

A template was approved by Meta beforehand, word for word, with places for values and with buttons. The business file
has its words too, so that the history shows what the customer read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.engine.phrases import Phrase

__all__ = ["TemplateForm"]


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """One template of the business file: `name` as Meta knows it, `languages` from our code to Meta's, `text` with its
    {values} in the order of `values`, `buttons` from an answer's key to its label."""

    name: str
    languages: Mapping[str, str]
    text: Phrase
    values: tuple[str, ...] = ()
    buttons: Mapping[str, Phrase] = field(default_factory=dict)

    def language(self, wanted: str) -> str:
        """The language (our code) of the template that fits a reader best."""
        plain = wanted.partition("_")[0]
        near = {"kk": "ru", "uz": "ru", "ru": "uz", "en": "ru"}.get(plain, "")
        return next((code for code in (plain, near) if code in self.languages), next(iter(self.languages)))
