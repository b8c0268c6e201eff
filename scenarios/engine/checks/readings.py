"""What customers read of a text in each language, for the checks: the translation, or the source where there is none.

Rule: Cyrillic Uzbek is read as it is made, from the Latin.
"""

from __future__ import annotations

from scenarios.engine.checks.subject import Catalog, Subject
from scenarios.engine.model import Ask, Scenario, Text
from scenarios.engine.reading.texts import PLACEHOLDER
from scenarios.engine.understanding.transliteration import to_cyrillic

__all__ = ["CYRILLIC", "Readings", "brief", "forms", "sources"]

CYRILLIC = "uz_Cyrl"

_LENGTHS = {"phone": 17, "number": 12, "date": 24, "time": 5, "yes_no": 4, "rating": 3, "nps": 2}
"""Letters of a remembered value of a type as a customer reads it; a text may be of any length."""


class Readings:
    """What customers read of one scenario."""

    def __init__(self, subject: Subject, scenario: Scenario) -> None:
        self.source = scenario.texts
        self._catalogs: dict[str, Catalog | None] = {scenario.texts: None}
        self._catalogs |= {code: one for code, one in subject.catalogs.items() if code != scenario.texts}
        self.languages = [*self._catalogs, *([CYRILLIC] if "uz" in self._catalogs else [])]
        self._subject = subject
        self._scenario = scenario
        self._labels: dict[str, list[Text]] = {}
        self._sources: dict[str, list[str]] = {}
        """The labels of the answers that may be remembered under a name, and the lists that they come from."""
        for step in scenario.steps.values():
            if isinstance(step.wait, Ask) and step.wait.save:
                self._labels.setdefault(step.wait.save, []).extend(answer.label for answer in step.wait.answers)
                if step.wait.answers_from is not None:
                    self._sources.setdefault(step.wait.save, []).append(step.wait.answers_from)

    def __call__(self, language: str, text: Text) -> tuple[str, ...]:
        """All forms of a text in a language."""
        catalog = self._catalogs["uz" if language == CYRILLIC else language]
        found = (forms(catalog, text) if catalog is not None else ()) or sources(text)
        return tuple(to_cyrillic(form) for form in found) if language == CYRILLIC else found

    def has(self, language: str, text: Text) -> bool:
        """Whether a text is translated into a language, or written in it."""
        catalog = self._catalogs["uz" if language == CYRILLIC else language]
        return catalog is None or bool(forms(catalog, text))

    def letters(self, language: str, text: Text) -> int:
        """The length of the longest form of a text, values that are known included; as messengers count."""
        return max(self._letters(language, form) for form in self(language, text))

    def _letters(self, language: str, form: str) -> int:
        count = len(form) if form.isascii() else len(form.encode("utf-16-le", "surrogatepass")) // 2
        if "{" in form:
            for name in PLACEHOLDER.findall(form):
                value = self._value(language, name)
                count += 0 if value is None else value - len(name) - len("{}")
        return count

    def _value(self, language: str, name: str) -> int | None:
        if name in self._subject.lengths:
            return self._subject.lengths[name]
        for source in self._sources.get(name, ()):
            if source in self._subject.lengths:
                return self._subject.lengths[source]
        labels = self._labels.get(name)
        if labels:
            return max(len(form) for label in labels for form in self(language, label))
        return _LENGTHS.get(self._scenario.remember.get(name, ""))


def sources(text: Text) -> tuple[str, ...]:
    """The forms of a text as they stand in the file."""
    return (text.id,) if text.plural is None else (text.id, text.plural)


def forms(catalog: Catalog, text: Text) -> tuple[str, ...]:
    """The translations of a text, empty ones left out."""
    if text.plural is not None:
        return tuple(form for form in catalog.plural(text.id, text.context) or () if form)
    found = catalog.lookup(text.id, text.context)
    return (found,) if found else ()


def brief(text: str) -> str:
    """A text in a complaint: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
