"""Every translatable text of a scenario, with what it is for.

Rule: the extractor and the checks see the same texts, because both ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta

from scenarios.engine.model import Ask, Detour, Handoff, Scenario, Silence, Step, Text

__all__ = ["PLACEHOLDER", "Use", "detour_uses", "lone_brace", "placeholders", "said_by", "spoken", "uses"]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A value in a text; `str.format` is never used on texts, it would reach into attributes."""

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Use:
    """One text: `kind` is say, ask, unclear, silence, label, synonyms, summary, notify or hears; `role` tells a
    translator what it is; `step` is where it stands, None for what the whole file shares."""

    text: Text
    kind: str
    role: str
    step: Step | None = None


def uses(scenario: Scenario) -> Iterator[Use]:
    """All texts of a scenario, in the order in which a customer may meet them."""
    yield from _silences(scenario.silent, None)
    for step in scenario.steps.values():
        if step.say is not None:
            yield Use(step.say, "say", "the bot says", step)
        if step.notify is not None and step.notify.text is not None:
            yield Use(step.notify.text, "notify", f'the staff of "{step.notify.desk}" read this line', step)
        if isinstance(step.wait, Ask):
            yield from _question(step.wait, step)
        elif isinstance(step.wait, Handoff):
            if step.wait.summary is not None:
                yield Use(step.wait.summary, "summary", "the staff read this when the customer comes to them", step)
            yield from _silences(step.wait.silent, step)


def said_by(part: object) -> Iterator[Text]:
    """Every text in a part of a book, whatever it is for: what has to be translated for it to be said."""
    if isinstance(part, Text):
        yield part
    elif is_dataclass(part):
        for one in fields(part):
            if one.name != "places":
                yield from said_by(getattr(part, one.name))
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from said_by(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from said_by(value)


def detour_uses(detour: Detour) -> Iterator[Use]:
    """The words of a detour."""
    yield Use(detour.hears, "hears", f'a customer may write one of these, divided by "|"; leads to {detour.run}')


def placeholders(text: Text) -> tuple[str, ...]:
    """What stands in braces in a text, and what it counts; also what cannot be a name ("first name")."""
    names = _BRACES.findall(text.id) + _BRACES.findall(text.plural or "")
    return tuple(dict.fromkeys([*names, *([text.count] if text.count else [])]))


def lone_brace(text: Text) -> str:
    """The first brace of a text that has no other half; empty if there is none."""
    left = _BRACES.sub("", text.id) + _BRACES.sub("", text.plural or "")
    return next((letter for letter in left if letter in "{}"), "")


def spoken(span: timedelta) -> str:
    """A time span as a scenario writes it: "2 hours"."""
    minutes = int(span.total_seconds() // 60)
    for length, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % length == 0:
            count = minutes // length
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    raise ValueError(f"{span} is no whole number of minutes")


def _question(ask: Ask, step: Step) -> Iterator[Use]:
    yield Use(ask.text, "ask", "the bot asks", step)
    for answer in ask.answers:
        yield Use(answer.label, "label", "button, WhatsApp shows 20 letters (24 in a list)", step)
        if answer.synonyms is not None:
            role = f'other words for the answer "{answer.label.id}", divided by "|"'
            yield Use(answer.synonyms, "synonyms", role, step)
    if ask.unclear is not None:
        yield Use(ask.unclear, "unclear", "the bot says when it did not understand the answer", step)
    yield from _silences(ask.silent, step)


def _silences(silences: tuple[Silence, ...], step: Step | None) -> Iterator[Use]:
    whose = "the staff" if step is not None and isinstance(step.wait, Handoff) else "the customer"
    for silence in silences:
        if silence.say is not None:
            role = f"the bot says after {spoken(silence.after)} without a word from {whose}"
            yield Use(silence.say, "silence", role, step)
