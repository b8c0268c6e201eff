"""The limits of the messengers, in every language and script (E40 to E42).

Rule: what customers would see cut, or a messenger would refuse, is told before anybody reads it. All that is said in
one turn goes out as one message, so what steps say on the way to a question counts with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scenarios.engine.answers import CALL_A_PERSON as PERSON
from scenarios.engine.checks.readings import CYRILLIC, Readings, brief
from scenarios.engine.checks.subject import Subject
from scenarios.engine.model import Ask, Handoff, Scenario, Text
from scenarios.engine.reading.issues import Issue, issue
from scenarios.engine.reading.steps import IMPLIED
from scenarios.engine.reading.texts import uses
from scenarios.engine.turns import BETWEEN, Size, Turns

__all__ = ["label_lengths", "text_lengths", "too_many"]

MOST_ROWS = 10
MOST_BUTTONS = 3
BUTTON_LETTERS = 20
ROW_LETTERS = 24
WHATSAPP_BODY = 1024
"""WhatsApp: 3 reply buttons of 20 letters, or a list of 10 rows of 24, under 1024 letters (Cloud API,
2026-01)."""

KEYBOARD = 100
"""Buttons under one message on Telegram (Bot API, 2026-01)."""

MOST_LETTERS = 4096
"""A text message on Telegram (Bot API) and on WhatsApp (Cloud API, 2026-01)."""

IMPLIED_BUTTONS = ("yes_no", "rating")


def too_many(subject: Subject) -> Iterator[Issue]:
    """E40: more choices than a messenger shows at once."""
    for scenario in subject.scenarios:
        whatsapp = "whatsapp" in scenario.channels
        most, where = (MOST_ROWS, "WhatsApp") if whatsapp else (KEYBOARD, "Telegram")
        person = scenario.name in subject.offering
        for step in scenario.steps.values():
            if isinstance(step.wait, Ask) and len(step.wait.answers) + person > most:
                also = ' and "Talk to a person"' if person else ""
                text = f"{where} shows at most {most} choices; here are {len(step.wait.answers)}{also}"
                yield issue("E40", step.places.get("answers", step.wait.place), text)


def label_lengths(subject: Subject) -> Iterator[Issue]:
    """E41: a label that WhatsApp would cut."""
    for scenario in subject.scenarios:
        if "whatsapp" in scenario.channels:
            yield from _labels(subject, scenario)


def _labels(subject: Subject, scenario: Scenario) -> Iterator[Issue]:
    reads = Readings(subject, scenario)
    person = scenario.name in subject.offering
    told: set[str] = set()
    for step in scenario.steps.values():
        ask = step.wait
        if not isinstance(ask, Ask) or not (ask.answers or person):
            continue
        implied = len(IMPLIED[ask.type]) if ask.type in IMPLIED_BUTTONS and not ask.answers else 0
        buttons = len(ask.answers) + implied + person <= MOST_BUTTONS and ask.answers_from is None
        most, where = (BUTTON_LETTERS, "a button") if buttons else (ROW_LETTERS, "a list row")
        for language in reads.languages:
            for answer in ask.answers:
                # What a language does not have is E30, and measured when it has it.
                if not reads.has(language, answer.label):
                    continue
                if language != CYRILLIC or any(2 * len(form) > most for form in reads("uz", answer.label)):
                    for form in reads(language, answer.label):
                        if len(form) > most:
                            yield _too_long(answer.label, language, form, f"shows at most {most} on {where}")
            if person and language not in told:
                for form in reads(language, Text(PERSON.id, ask.place, PERSON.context)):
                    if len(form) > most:
                        told.add(language)
                        shown = Text(PERSON.id, scenario.places.get("person", ask.place))
                        yield _too_long(shown, language, form, f"shows at most {most} on {where}")


def text_lengths(subject: Subject) -> Iterator[Issue]:
    """E42: a message that a messenger would refuse."""
    reads = {scenario.name: Readings(subject, scenario) for scenario in subject.scenarios}

    def longest(scenario: Scenario) -> Size:
        read = reads[scenario.name]
        # Cyrillic is made only where it could matter: it is hardly ever longer than the Latin.
        languages = [language for language in read.languages if language != CYRILLIC]
        sizes = {use.text: 0 for use in uses(scenario)}
        for text in sizes:
            sizes[text] = max(read.letters(language, text) for language in languages) * 5 // 4
        return sizes.__getitem__

    suspects = {name for name, *_ in _over(subject, longest)}
    if not suspects:
        return
    for language in dict.fromkeys(code for read in reads.values() for code in read.languages):

        def size(scenario: Scenario, code: str = language) -> Size:
            read = reads[scenario.name]
            spoken = code if code in read.languages else read.source
            return partial(read.letters, spoken)

        for name, text, letters, where in _over(subject, size):
            if language in reads[name].languages and reads[name].has(language, text):
                yield issue("E42", text.place, f"{language}: this message has {letters} letters; {where}")


def _over(subject: Subject, size_of: Callable[[Scenario], Size]) -> Iterator[tuple[str, Text, int, str]]:
    """The messages that are too long when texts have these sizes: scenario, text, letters, which limit."""
    turns = Turns(subject, {scenario.name: size_of(scenario) for scenario in subject.scenarios})
    for scenario in subject.scenarios:
        size, before = turns.sizes[scenario.name], turns.before(scenario)
        for silence in scenario.silent:
            if silence.say is not None:
                yield from _measured(scenario, silence.say, size(silence.say), False)
        for step in scenario.steps.values():
            said = before[step.name]
            if step.say is not None:
                # What was too long already is told of where it became so.
                said = said if said <= MOST_LETTERS else 0
                yield from _measured(scenario, step.say, said + size(step.say), False)
                said += size(step.say) + BETWEEN
            if isinstance(step.wait, Ask):
                tight = _has_choices(subject, scenario, step.wait)
                yield from _measured(scenario, step.wait.text, said + size(step.wait.text), tight)
                if step.wait.unclear is not None:
                    yield from _measured(scenario, step.wait.unclear, size(step.wait.unclear), tight)
            if isinstance(step.wait, Handoff) and step.wait.summary is not None:
                yield from _measured(scenario, step.wait.summary, size(step.wait.summary), False)
            if step.notify is not None and step.notify.text is not None:
                yield from _measured(scenario, step.notify.text, size(step.notify.text), False)
            for silence in step.wait.silent if isinstance(step.wait, Ask | Handoff) else ():
                if silence.say is not None:
                    yield from _measured(scenario, silence.say, size(silence.say), False)


def _measured(scenario: Scenario, text: Text, letters: int, tight: bool) -> Iterator[tuple[str, Text, int, str]]:
    tight = tight and "whatsapp" in scenario.channels
    if letters > (WHATSAPP_BODY if tight else MOST_LETTERS):
        where = "WhatsApp shows at most 1024 above choices" if tight else "a message has at most 4096"
        yield scenario.name, text, letters, where


def _has_choices(subject: Subject, scenario: Scenario, ask: Ask) -> bool:
    listed = bool(ask.answers) or ask.answers_from is not None or ask.type in IMPLIED_BUTTONS
    return listed or scenario.name in subject.offering


def _too_long(label: Text, language: str, form: str, limit: str) -> Issue:
    return issue("E41", label.place, f'{language}: "{brief(form)}" has {len(form)} letters; WhatsApp {limit}')
