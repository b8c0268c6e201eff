"""Phrases become sentences in the reader's language.

The catalogs are the .po files of `locales`, read once; Uzbek in Cyrillic is made from Uzbek by transliteration. Catalog
texts are filled with a pattern and a mapping, never with `str.format`, which would reach into attributes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog as PoCatalog
from babel.messages.pofile import PoFileError, PoFileParser, read_po

from scenarios.engine.languages import LANGUAGES
from scenarios.engine.phrases import Phrase, Value
from scenarios.engine.understanding.transliteration import to_cyrillic as transliterate

__all__ = ["Catalog", "Texts", "one_or_many", "read_catalog", "read_catalogs"]

to_cyrillic = lru_cache(maxsize=20_000)(transliterate)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_EMPTY_NAME = re.compile(r"(^|\n|[.!?…] )\{(\w+)\}(?:, ?|! ?)|,? \{(\w+)\}")
_PO_LINE = re.compile(r'\ufeff?\s*(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[[0-9]\])\s*)?"(?:[^"\\]|\\.)*")?\s*')
_BEGINS = "\ufdd0"
"""Stands where a sentence begins without the name it began with; no text has it, it is no character."""
_BEGINNING = re.compile(f"{_BEGINS}(.?)", re.DOTALL)
MOST_PLURALS = 6
"""As many forms as a language has at most (Arabic)."""

FALLBACKS = {"kk": "ru", "uz_Cyrl": "uz"}
"""Where a text is looked for when a language lacks it; the last resort is the source text."""


def one_or_many(number: int) -> int:
    """The plural form of a number where nobody says otherwise."""
    return int(number != 1)


@dataclass(slots=True)
class Catalog:
    """One language's texts: (context, source) -> forms; `plural` gives the form for a number."""

    forms: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    fuzzy_keys: set[tuple[str, str]] = field(default_factory=set)
    plural_of: Callable[[int], int] = field(default=one_or_many)
    plural_count: int = 2

    def lookup(self, msgid: str, context: str | None) -> str | None:
        """The translation, None when there is none."""
        found = self.forms.get((context or "", msgid))
        return found[0] if found else None

    def plural(self, msgid: str, context: str | None) -> tuple[str, ...] | None:
        """All plural forms, None when there is no translation."""
        return self.forms.get((context or "", msgid))

    def fuzzy(self, msgid: str, context: str | None) -> bool:
        """Whether the translation is older than the text."""
        return (context or "", msgid) in self.fuzzy_keys


def read_catalogs(folder: Path) -> dict[str, Catalog]:
    """The catalogs of a `locales` folder by language, all domains of a language together."""
    found: dict[str, Catalog] = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            _add(found.setdefault(path.parts[-3], Catalog()), read_po(file))
    return found


def read_catalog(data: bytes) -> Catalog:
    """The catalog of one .po file. Raises ValueError: the line (1 where it is not known), a colon and what is wrong."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{line}:this file is no UTF-8 text; save it as UTF-8") from None
    for number, written in enumerate(lines, 1):
        # Babel takes much that no other tool does, and silently loses it.
        if _PO_LINE.fullmatch(written) is None:
            raise ValueError(f'{number}:this is no line of a .po file; a text stands in quotes: msgstr "…"')
    catalog, po = Catalog(), _Po(charset="utf-8")
    try:
        PoFileParser(po, abort_invalid=True).parse(io.BytesIO(data))
        _add(catalog, po)
    except PoFileError as error:
        raise ValueError(f"{error.lineno + 1}:this is no line of a .po file ({error})") from None
    except (LookupError, ValueError) as error:
        # A charset that nobody knows is a LookupError.
        raise ValueError(f"1:this .po file cannot be read ({error})") from None
    return catalog


class _Po(PoCatalog):
    """A .po file that says of itself how many plural forms it has: Babel makes room for as many, whatever it says."""

    @property
    def num_plurals(self) -> int:
        """Raises ValueError for more than any language has."""
        found: int = super().num_plurals
        if not 1 <= found <= MOST_PLURALS:
            raise ValueError(f"no language has {found} plural forms")
        return found


def _add(catalog: Catalog, po: PoCatalog) -> None:
    catalog.plural_of, catalog.plural_count = c2py(po.plural_expr), po.num_plurals
    for message in po:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        key = (message.context or "", source)
        if message.fuzzy:
            catalog.fuzzy_keys.add(key)
        elif all(forms):
            catalog.forms[key] = forms


class Texts:
    """Renders phrases."""

    def __init__(self, catalogs: Mapping[str, Catalog]) -> None:
        self._catalogs = catalogs
        self._template = lru_cache(maxsize=20_000)(self._find)
        self._readings = lru_cache(maxsize=4_096)(self._read)

    def use(self, catalogs: Mapping[str, Catalog]) -> None:
        """Render from other catalogs from now on."""
        self._catalogs = catalogs
        self._template.cache_clear()
        self._readings.cache_clear()

    def render(self, phrase: Phrase, language: str) -> str:
        """The phrase in a language, its values filled in."""
        if phrase.texts is not None:
            template = _own(phrase, language)
        else:
            count = phrase.values.get(phrase.count or "") if phrase.plural else None
            number = count if isinstance(count, int) else None
            template = self._template(phrase.id, phrase.context, phrase.plural, number, language)
        return self._fill(template, phrase.values, language)

    def readings(self, phrase: Phrase) -> Sequence[str]:
        """The phrase in every language and script, and its source; without values."""
        own = None if phrase.texts is None else tuple(phrase.texts.items())
        return self._readings(phrase.id, phrase.context, own)

    def _read(self, msgid: str, context: str | None, own: tuple[tuple[str, str], ...] | None) -> tuple[str, ...]:
        phrase = Phrase(msgid, context, texts=None if own is None else dict(own))
        return tuple(dict.fromkeys(self.render(phrase, language) for language in LANGUAGES))

    def _find(self, msgid: str, context: str | None, plural: str | None, number: int | None, language: str) -> str:
        tried: str | None = language
        while tried is not None:
            catalog = self._catalogs.get("uz" if tried == "uz_Cyrl" else tried)
            forms = catalog.forms.get((context or "", msgid)) if catalog else None
            if catalog is not None and forms:
                form = forms[min(catalog.plural_of(number), len(forms) - 1)] if number is not None else forms[0]
                return to_cyrillic(form) if language == "uz_Cyrl" else form
            tried = FALLBACKS.get(tried)
        return plural if plural is not None and number is not None and number != 1 else msgid

    def _fill(self, template: str, values: Mapping[str, Value], language: str) -> str:
        if "{" not in template or not values:
            return template
        said = {
            name: self.render(value, language) if isinstance(value, Phrase) else str(value)
            for name, value in values.items()
        }

        def unnamed(found: re.Match[str]) -> str:
            if said.get(found.group(2) or found.group(3)) != "":
                return found.group(0)
            return "" if found.group(1) is None else found.group(1) + _BEGINS

        template = _EMPTY_NAME.sub(unnamed, template)
        text = _PLACEHOLDER.sub(lambda found: said.get(found.group(1), found.group(0)), template)
        return _BEGINNING.sub(lambda found: found.group(1).upper(), text)


def _own(phrase: Phrase, language: str) -> str:
    texts = phrase.texts or {}
    if language in texts:
        return texts[language]
    if language == "uz_Cyrl" and "uz" in texts:
        return to_cyrillic(texts["uz"])
    fallback = FALLBACKS.get(language)
    return texts.get(fallback or "", texts.get("en", phrase.id))
