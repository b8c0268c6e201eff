"""Catalogs one upon the other: what ships with the desk, what a folder of scenarios brings, and what was said by every
version that was ever published, so that a talk on an old one is still in its customer's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handlers.texts import Catalog
from scenarios.engine.rollouts import Forms, StoredFile
from scenarios.engine.texts import said_by

__all__ = ["CHECKED", "layered", "over", "translations"]

CHECKED = ("uz", "kk", "ru", "en")
"""The languages whose catalogs are checked; there is one of English where somebody writes in another language."""


def over(below: Mapping[str, Catalog], above: Mapping[str, Catalog]) -> dict[str, Catalog]:
    """Catalogs by language where `above` wins."""
    return dict(below) | {
        language: _over(below[language], upper) if language in below else upper for language, upper in above.items()
    }


def layered(shipped: Mapping[str, Catalog], stored: Iterable[StoredFile]) -> dict[str, Catalog]:
    """The shipped catalogs, and upon them the translations of files, the later ones upon the earlier."""
    found = {language: _over(catalog, Catalog()) for language, catalog in shipped.items()}
    for file in stored:
        for language, texts in file.texts.items():
            forms = found.setdefault(language, Catalog()).forms
            forms.update(((context, source), many) for context, source, many in texts)
    return found


def translations(part: object, catalogs: Mapping[str, Catalog]) -> dict[str, Sequence[Forms]]:
    """The translations, by language, of everything that a part of a book says."""
    said = dict.fromkeys((text.context or "", text.id) for text in said_by(part))
    found = {
        language: [
            (context, source, forms) for context, source in said if (forms := catalog.forms.get((context, source)))
        ]
        for language, catalog in sorted(catalogs.items())
    }
    return {language: texts for language, texts in found.items() if texts}


def _over(below: Catalog, above: Catalog) -> Catalog:
    forms = {**below.forms, **above.forms}
    fuzzy = (below.fuzzy_keys - above.forms.keys()) | above.fuzzy_keys
    for key in above.fuzzy_keys:
        forms.pop(key, None)
    return Catalog(forms, fuzzy, below.plural_of, below.plural_count)
