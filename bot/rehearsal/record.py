"""Every test as the talk that customers would read, in every language: what reviewers and translators look through.

Rule: each language has the same talks; the customer taps the same answers and writes the test's own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeGuard

from bot.rehearsal.acts import Act, CannotAct, act, begin
from bot.rehearsal.cases import Agent, Case, Closes, Customer, Does, Facts, Line, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid, Doing, HandedOver, News, Notified, Relayed
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.reading.texts import spoken

__all__ = ["record"]

NAMES = {"uz": "Oʻzbekcha", "uz_Cyrl": "Ўзбекча", "kk": "Қазақша", "ru": "Русский", "en": "English"}


def record(ground: Ground, cases: Sequence[Case]) -> Iterator[str]:
    """The lines of a Markdown document with all talks in all languages."""
    yield "# What the scenarios say"
    yield ""
    talks = "1 talk" if len(cases) == 1 else f"{len(cases)} talks"
    yield f"{talks} in {len(LANGUAGES)} languages, as the transcript tests play them."
    for language in LANGUAGES:
        yield f"\n## {NAMES[language]}"
        for case in cases:
            yield f"\n### {case.name}\n"
            where = f"`{case.place.file}`, line {case.place.line}"
            yield f"{where}; {case.given.channel}; {case.scenario or 'by the first words'}\n"
            yield from _talk(ground, case, language)


def _talk(ground: Ground, case: Case, language: str) -> Iterator[str]:
    keys = _tapped(ground, case)
    desk = RehearsedDesk(ground, replace(case.given, language=language), language_stays=True)
    begin(desk, case)
    yield from _told(desk.news)
    seen = len(desk.news)
    for number, line in enumerate(case.chat):
        if not _happens(line):
            continue
        done = replace(line, label=keys.get(number, line.label)) if isinstance(line, Taps) else line
        yield from _done(desk, done)
        try:
            act(desk, done)
        except CannotAct as why:
            yield f"*Here the talk goes another way: {why}*\n"
            return
        yield from _told(desk.news[seen:])
        seen = len(desk.news)


def _tapped(ground: Ground, case: Case) -> dict[int, str]:
    """The keys of the answers that are tapped, by the number of the line, which may name them by their labels."""
    desk = RehearsedDesk(ground, case.given)
    begin(desk, case)
    found: dict[int, str] = {}
    for number, line in enumerate(case.chat):
        if not _happens(line):
            continue
        if isinstance(line, Taps):
            labels = {one.label: one.key for said in desk.news if isinstance(said, BotSaid) for one in said.buttons}
            found[number] = labels.get(line.label, line.label)
        try:
            act(desk, line)
        except CannotAct:
            break
    return found


def _happens(line: Line) -> TypeGuard[Act]:
    return isinstance(line, Act) and not (isinstance(line, Does) and not line.outcome)


def _done(desk: RehearsedDesk, line: Act) -> Iterator[str]:
    match line:
        case Customer():
            yield f"**Customer:** {_even(line.text)}\n"
        case Taps():
            said = desk.newest
            labels = {one.key: one.label for one in said.buttons} if said is not None else {}
            yield f"**Customer taps:** {labels.get(line.label, line.label)}\n"
        case Shares():
            yield f"**Customer sends:** {line.what.replace('_', ' ')}{f', {line.value}' if line.value else ''}\n"
        case Wait():
            yield f"*{spoken(line.span)} later*\n"
        case Facts():
            yield f"*From here on: {', '.join(line.facts)} otherwise*\n"
        case Agent():
            yield f"**Staff:** {_even(line.text)}\n"
        case Closes():
            yield "*The staff close the conversation*\n"
        case Does():
            yield f"*{line.action}: {line.outcome}*\n"


def _told(news: Sequence[News]) -> Iterator[str]:
    for one in news:
        match one:
            case BotSaid():
                quoted = "\n".join(f"> {line}".rstrip() for line in one.text.split("\n"))
                yield f"**Bot:**\n\n{quoted}\n"
                if one.buttons:
                    yield f"{' '.join(f'`{label}`' for label in one.labels)}\n"
            case HandedOver():
                yield f"*To the desk {one.desk}:* {_even(one.summary) or '—'}\n"
            case Notified():
                yield f"*To the group of {one.desk}:* {_even(one.text)}\n"
            case Doing():
                yield f"*The desk does {one.action}*\n"
            case Relayed():
                pass


def _even(text: str) -> str:
    return " ".join(text.split())
