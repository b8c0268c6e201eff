"""What the desk says before it is put into a language: a message id with its values.

The engine never holds a finished sentence. It holds phrases; the sender knows the reader's language and renders them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Phrase", "Value", "verbatim"]

Value: TypeAlias = "str | int | Phrase"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One translatable text.

    `id` is the source text (the gettext msgid), `context` its gettext context. With `plural` the catalog's plural
    forms are used and `count` names the value that decides the form. `texts` (language code -> text) is for words that
    come from the business file, which carries its own translations; the catalog is then not asked.
    `values` fill the `{placeholders}`; a value may itself be a phrase (the label of a chosen answer).
    """

    id: str
    context: str | None = None
    plural: str | None = None
    count: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] | None = None

    def having(self, **values: Value) -> Phrase:
        """The same phrase with further values."""
        return Phrase(self.id, self.context, self.plural, self.count, {**self.values, **values}, self.texts)


def verbatim(text: str) -> Phrase:
    """Words that are said as they are in every language (a name, a customer's own text)."""
    return Phrase(text, texts={})
