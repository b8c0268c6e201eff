"""Catalogs one upon the other: what ships with the desk, what a folder of scenarios brings, and what was said by every
version that was ever published, so that a talk on an old one is still in its customer's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from handlers.texts import Catalog, one_or_many
from scenarios.engine.model import Book, Detour, Scenario
from scenarios.engine.reading.texts import said_by
from scenarios.engine.rollouts import Forms, StoredFile

__all__ = ["CHECKED", "layered", "over", "spoken", "to_check", "translations"]

CHECKED = ("uz", "kk", "ru", "en")
"""The languages whose catalogs are checked; there is one of English where somebody writes in another language."""


def to_check(catalogs: Mapping[str, Catalog]) -> dict[str, Catalog]:
    """The catalogs that the checks look into, by language."""
    return {language: catalogs[language] for language in CHECKED if language in catalogs}


def over(below: Mapping[str, Catalog], above: Mapping[str, Catalog]) -> dict[str, Catalog]:
    """Catalogs by language where `above` wins."""
    return dict(below) | {
        language: _over(below[language], upper) if language in below else upper for language, upper in above.items()
    }


def layered(
    shipped: Mapping[str, Catalog], stored: Iterable[StoredFile], drafts: Iterable[StoredFile] = ()
) -> dict[str, Catalog]:
    """The shipped catalogs, and upon them the translations of files, the later ones upon the earlier. Those of drafts,
    which nothing ran yet, are only for what has no other."""
    below: dict[str, Catalog] = {}
    for file in drafts:
        _add(below, file)
    found = {language: _over(below.get(language, Catalog()), catalog) for language, catalog in shipped.items()}
    found |= {language: catalog for language, catalog in below.items() if language not in found}
    for file in stored:
        _add(found, file)
    return found


def translations(part: object, catalogs: Mapping[str, Catalog]) -> dict[str, Sequence[Forms]]:
    """The translations, by language, of everything that a part of a book says."""
    said = dict.fromkeys((text.context or "", text.id) for text in said_by(part))
    own = over(_own(part), catalogs)
    found = {
        language: [
            (context, source, forms) for context, source in said if (forms := catalog.forms.get((context, source)))
        ]
        for language, catalog in sorted(own.items())
    }
    return {language: texts for language, texts in found.items() if texts}


def spoken(book: Book, catalogs: Mapping[str, Catalog]) -> dict[str, Catalog]:
    """The catalogs, and in them what the book says in the language it is written in: so that what is written in Uzbek
    has its Cyrillic letters, and nobody is answered in a third language."""
    found: dict[str, Catalog] = {}
    for part in (*book.scenarios.values(), book.always):
        found = over(found, _own(part))
    return over(found, catalogs)


def _own(part: object) -> dict[str, Catalog]:
    """What a scenario or the detours say, as a catalog of the language they are written in."""
    one = part[0] if isinstance(part, tuple) and part else part
    language = one.texts if isinstance(one, Scenario | Detour) else "en"
    if language == "en":
        return {}
    return {language: Catalog({(x.context or "", x.id): (x.id,) for x in said_by(part) if x.plural is None})}


def _add(catalogs: dict[str, Catalog], file: StoredFile) -> None:
    for language, texts in file.texts.items():
        forms = catalogs.setdefault(language, Catalog()).forms
        forms.update(((context, source), many) for context, source, many in texts)


def _over(below: Catalog, above: Catalog) -> Catalog:
    """Both in one, where `above` wins. Plural forms are numbered as the lower one does it, which is the desk's own
    catalog as a rule; one that was made of forms alone does not know."""
    forms = {**below.forms, **above.forms}
    fuzzy = (below.fuzzy_keys - above.forms.keys()) | above.fuzzy_keys
    for key in above.fuzzy_keys:
        forms.pop(key, None)
    counts = above if below.plural_of is one_or_many else below
    return Catalog(forms, fuzzy, counts.plural_of, counts.plural_count)
