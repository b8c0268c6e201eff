"""What customers read: translations, placeholders, plurals, and the limits of the messengers (E30 to E33, E40
to E42).

Rule: a text passes in every language or not at all, so that nothing has to be invented while somebody waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.engine.answers import CALL_A_PERSON as PERSON
from scenarios.engine.issues import Issue, issue
from scenarios.engine.model import Ask, Scenario, Step, Text
from scenarios.engine.subject import Catalog, Subject
from scenarios.engine.texts import PLACEHOLDER, Use, detour_uses, uses

__all__ = [
    "label_lengths",
    "outdated",
    "plurals",
    "text_lengths",
    "too_many",
    "translations",
    "words",
]

PLURALS = {"ru": 3, "uz": 2, "kk": 2, "en": 2}
"""Plural forms by language (CLDR; babel 2.18)."""

MOST_ROWS = 10
MOST_BUTTONS = 3
BUTTON_LETTERS = 20
ROW_LETTERS = 24
WHATSAPP_BODY = 1024
"""WhatsApp: 3 reply buttons of 20 letters, or a list of 10 rows of 24, under 1024 letters (Cloud API,
2026-01)."""

MOST_LETTERS = 4096
"""A text message on Telegram (Bot API) and on WhatsApp (Cloud API, 2026-01)."""


def translations(subject: Subject) -> Iterator[Issue]:
    """E30: a text that a language does not have."""
    for language, use, catalog in _foreign(subject):
        if not catalog.fuzzy(use.text.id, use.text.context) and not _forms(catalog, use.text):
            yield issue("E30", use.text.place, f'no {language} translation of "{_short(use.text.id)}"')


def words(subject: Subject) -> Iterator[Issue]:
    """E31: a translation with other {words} than the text."""
    for language, use, catalog in _foreign(subject):
        if catalog.fuzzy(use.text.id, use.text.context):
            continue
        sources = [set(PLACEHOLDER.findall(form)) for form in _source(use.text)]
        allowed, needed = set.union(*sources), set.intersection(*sources)
        for form in _forms(catalog, use.text):
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
                have = len(_forms(catalog, use.text))
                need = PLURALS.get(language, 2)
                if have < need and (have or is_source):
                    yield issue("E32", use.text.place, f"{language} needs {need} plural forms, has {have}")


def outdated(subject: Subject) -> Iterator[Issue]:
    """E33: a translation of an older wording."""
    for language, use, catalog in _foreign(subject):
        if catalog.fuzzy(use.text.id, use.text.context):
            yield issue("E33", use.text.place, f"the {language} translation is older than this text; review it")


def too_many(subject: Subject) -> Iterator[Issue]:
    """E40: more choices than WhatsApp shows at once."""
    for _, step, ask, person in _questions(subject):
        if len(ask.answers) + person > MOST_ROWS:
            also = ' and "Talk to a person"' if person else ""
            text = f"WhatsApp shows at most {MOST_ROWS} choices; here are {len(ask.answers)}{also}"
            yield issue("E40", step.places.get("answers", ask.place), text)


def label_lengths(subject: Subject) -> Iterator[Issue]:
    """E41: a label that WhatsApp would cut."""
    told: set[tuple[str, str]] = set()
    for scenario, _, ask, person in _questions(subject):
        count = len(ask.answers) + person
        buttons = count <= MOST_BUTTONS and ask.answers_from is None
        most, where = (BUTTON_LETTERS, "a button") if buttons else (ROW_LETTERS, "a list row")
        for language, catalog in _languages(scenario, subject):
            for answer in ask.answers:
                for form in _read(catalog, answer.label):
                    if len(form) > most:
                        yield _too_long(answer.label, language, form, f"shows at most {most} on {where}")
            label = (catalog.lookup(PERSON.id, PERSON.context) if catalog else None) or PERSON.id
            if person and len(label) > most and (scenario.name, language) not in told:
                told.add((scenario.name, language))
                shown = Text(PERSON.id, scenario.places.get("person", ask.place))
                yield _too_long(shown, language, label, f"shows at most {most} on {where}")


def text_lengths(subject: Subject) -> Iterator[Issue]:
    """E42: a message that a messenger would refuse. What a step says and asks goes out as one message."""
    for scenario in subject.scenarios:
        whatsapp = "whatsapp" in scenario.channels
        for language, catalog in _languages(scenario, subject):
            for use in uses(scenario):
                before, ask = 0, use.step.wait if use.step is not None else None
                if use.kind in ("label", "synonyms"):
                    continue
                if use.kind == "ask" and use.step is not None and use.step.say is not None:
                    before = max(len(form) for form in _read(catalog, use.step.say)) + 2
                choices = isinstance(ask, Ask) and (
                    ask.answers or ask.answers_from or scenario.name in subject.offering
                )
                tight = whatsapp and choices and use.kind in ("ask", "unclear")
                most = WHATSAPP_BODY if tight else MOST_LETTERS
                where = "WhatsApp shows at most 1024 above choices" if tight else "a message has at most 4096"
                letters = max(len(form) for form in _read(catalog, use.text)) + before
                if letters > most:
                    text = f"{language}: this message has {letters} letters; {where}"
                    yield issue("E42", use.text.place, text)


def _foreign(subject: Subject) -> Iterator[tuple[str, Use, Catalog]]:
    """Each text with each catalog that must translate it."""
    for scenario in subject.scenarios:
        for use in uses(scenario):
            for language, catalog in subject.catalogs.items():
                if language not in ("en", scenario.texts) or (language == "en" and scenario.texts != "en"):
                    yield language, use, catalog
    for detour in subject.book.always:
        for use in detour_uses(detour):
            for language, catalog in subject.catalogs.items():
                if language != "en":
                    yield language, use, catalog


def _languages(scenario: Scenario, subject: Subject) -> Iterator[tuple[str, Catalog | None]]:
    """The source language without a catalog, then the others."""
    yield scenario.texts, None
    for language, catalog in subject.catalogs.items():
        if language != scenario.texts:
            yield language, catalog


def _questions(subject: Subject) -> Iterator[tuple[Scenario, Step, Ask, bool]]:
    """The questions that WhatsApp shows with choices, and whether "Talk to a person" is among them."""
    for scenario in subject.scenarios:
        if "whatsapp" in scenario.channels:
            for step in scenario.steps.values():
                if isinstance(step.wait, Ask) and (step.wait.answers or scenario.name in subject.offering):
                    yield scenario, step, step.wait, scenario.name in subject.offering


def _source(text: Text) -> tuple[str, ...]:
    return (text.id,) if text.plural is None else (text.id, text.plural)


def _forms(catalog: Catalog, text: Text) -> tuple[str, ...]:
    """The translations of a text, empty ones left out."""
    if text.plural is not None:
        return tuple(form for form in catalog.plural(text.id, text.context) or () if form)
    found = catalog.lookup(text.id, text.context)
    return (found,) if found else ()


def _read(catalog: Catalog | None, text: Text) -> tuple[str, ...]:
    """What customers read of a text in a language; the source where there is no translation."""
    return (_forms(catalog, text) if catalog is not None else ()) or _source(text)


def _too_long(label: Text, language: str, form: str, limit: str) -> Issue:
    return issue("E41", label.place, f'{language}: "{_short(form)}" has {len(form)} letters; WhatsApp {limit}')


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
