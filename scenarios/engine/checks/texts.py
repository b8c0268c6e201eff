"""Whether every text is translated, and as it is now (E30 to E33).

Rule: a text passes in every language or not at all, so that nothing has to be invented while somebody waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.engine.checks.readings import brief, forms, sources
from scenarios.engine.checks.subject import Catalog, Subject
from scenarios.engine.model import Text
from scenarios.engine.reading.issues import Issue, issue
from scenarios.engine.reading.texts import PLACEHOLDER, Use, detour_uses, uses

__all__ = ["outdated", "plurals", "translations", "words"]

PLURALS = {"ru": 3, "uz": 2, "kk": 2, "en": 2}
"""Plural forms by language (CLDR; babel 2.18)."""


def translations(subject: Subject) -> Iterator[Issue]:
    """E30: a text that languages do not have, told once for all of them."""
    missing: dict[Text, list[str]] = {}
    for language, use, catalog in _foreign(subject):
        if not catalog.fuzzy(use.text.id, use.text.context) and not forms(catalog, use.text):
            missing.setdefault(use.text, []).append(language)
    for text, languages in missing.items():
        listed = ", ".join(sorted(set(languages)))
        yield issue("E30", text.place, f'no {listed} translation of "{brief(text.id)}"')


def words(subject: Subject) -> Iterator[Issue]:
    """E31: a translation with other {words} than the text."""
    for language, use, catalog in _foreign(subject):
        if catalog.fuzzy(use.text.id, use.text.context):
            continue
        written = [set(PLACEHOLDER.findall(form)) for form in sources(use.text)]
        allowed, needed = set.union(*written), set.intersection(*written)
        for form in forms(catalog, use.text):
            found = set(PLACEHOLDER.findall(form))
            missing, unknown = sorted(needed - found), sorted(found - allowed)
            if missing or unknown:
                text = f"the {language} translation must use the same {{words}}"
                yield issue("E31", use.text.place, f"{text}: missing {missing}, unknown {unknown}")
                break


def plurals(subject: Subject) -> Iterator[Issue]:
    """E32: a text that counts with too few plural forms in a language."""
    for scenario in subject.scenarios:
        for use in uses(scenario):
            if use.text.plural is None:
                continue
            for language, catalog in subject.catalogs.items():
                is_source = language == scenario.texts
                if (is_source and language == "en") or catalog.fuzzy(use.text.id, use.text.context):
                    continue
                have = len(forms(catalog, use.text))
                need = PLURALS.get(language, 2)
                if have < need and (have or is_source):
                    yield issue("E32", use.text.place, f"{language} needs {need} plural forms, has {have}")


def outdated(subject: Subject) -> Iterator[Issue]:
    """E33: a translation of an older wording."""
    for language, use, catalog in _foreign(subject):
        if catalog.fuzzy(use.text.id, use.text.context):
            yield issue("E33", use.text.place, f"the {language} translation is older than this text; review it")


class _Untranslated:
    """The catalog of a language that has none."""

    def lookup(self, msgid: str, context: str | None) -> str | None:  # noqa: ARG002
        return None

    def plural(self, msgid: str, context: str | None) -> tuple[str, ...] | None:  # noqa: ARG002
        return None

    def fuzzy(self, msgid: str, context: str | None) -> bool:  # noqa: ARG002
        return False


def _foreign(subject: Subject) -> Iterator[tuple[str, Use, Catalog]]:
    """Each text with each catalog that must translate it."""
    for scenario in subject.scenarios:
        catalogs = _catalogs(subject.catalogs, scenario.texts)
        for use in uses(scenario):
            for language, catalog in catalogs.items():
                yield language, use, catalog
    for detour in subject.book.always:
        for use in detour_uses(detour):
            for language, catalog in _catalogs(subject.catalogs, detour.texts).items():
                yield language, use, catalog


def _catalogs(catalogs: Mapping[str, Catalog], source: str) -> dict[str, Catalog]:
    """The catalogs that a file needs whose texts are written in `source`: English, too, where it is no source."""
    found = {code: catalog for code, catalog in catalogs.items() if code != source}
    if source != "en" and catalogs:
        found.setdefault("en", _Untranslated())
    return found
