"""A talk that was had becomes a transcript test that passes.

Rule: what is written is read and played again before anybody gets it; a talk that cannot be told so is told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.rehearsal.acts import Act, CannotAct, act
from bot.rehearsal.cases import Agent, Closes, Customer, Does, Facts, Given, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid, Doing, HandedOver, News, Notified
from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from bot.rehearsal.written_yaml import as_yaml
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading.nodes import FORBIDDEN
from scenarios.engine.reading.texts import spoken
from scenarios.engine.world import Option

__all__ = ["CannotWrite", "Talk", "write_test"]

INDENT = "    "
UNREADABLE = "\ufffd"
"""Stands for signs that no file may have (control characters, invisible marks) in what people said; where the desk
repeats them stands "…"."""


class CannotWrite(Exception):
    """The talk cannot be told as a test; the text says why."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as it was had: what was given, where it began (no scenario: by the first words), what people did."""

    name: str
    scenario: str
    given: Given
    acts: Sequence[Act]


def write_test(ground: Ground, talk: Talk) -> str:
    """The talk as the text of a test. Raises CannotWrite."""
    desk = RehearsedDesk(ground, talk.given)
    lines = [f"- test: {as_yaml(talk.name)}"]
    if talk.scenario:
        lines.append(f"  scenario: {talk.scenario}")
    lines.append(f"  with: {as_yaml(_given(talk.given))}")
    lines.append("  chat:")
    if talk.scenario:
        desk.begin(talk.scenario)
    chat = [*_expected(ground, talk.scenario, desk.news)]
    seen = len(desk.news)
    try:
        for one in talk.acts:
            if isinstance(one, Does) and chat and chat[-1] == f"- does: {one.action}":
                chat.pop()
            chat += _done(one)
            act(desk, one)
            chat += _expected(ground, talk.scenario, desk.news[seen:])
            seen = len(desk.news)
    except CannotAct as why:
        raise CannotWrite(str(why)) from None
    if desk.context.holder == "closed" and not desk.context.step:
        chat.append("- ends: true")
    if not chat or not desk.news:
        raise CannotWrite("nothing was said yet")
    text = "\n".join([*lines, *(f"{INDENT}{line}" for line in chat)]) + "\n"
    _prove(ground, text)
    return text


def _prove(ground: Ground, text: str) -> None:
    cases, issues = read_cases(ground, "this talk", text)
    if issues:
        raise CannotWrite(f"{issues[0].text} (line {issues[0].place.line})")
    for case in cases:
        failure = play(ground, case).failure
        if failure is not None:
            raise CannotWrite(f"played again it goes another way: {failure.text} (line {failure.place.line})")


def _given(given: Given) -> dict[str, object]:
    told: dict[str, object] = {"channel": given.channel, "language": given.language, "name": given.name}
    if given.phone is not None:
        told["phone"] = given.phone
    if given.at is not None:
        told["at"] = f"{given.at:%Y-%m-%d %H:%M}"
    told |= {name: slot["key"] for name, slot in given.slots.items()}
    return told | _facts(given.facts)


def _facts(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _fact(value) for name, value in facts.items()}


def _fact(value: object) -> object:
    if isinstance(value, tuple):
        return [{one.key: one.label.id} for one in value if isinstance(one, Option)]
    return value.id if isinstance(value, Phrase) else value


def _done(one: Act) -> list[str]:
    match one:
        case Customer():
            return [f"- customer: {as_yaml(FORBIDDEN.sub(UNREADABLE, one.text))}"]
        case Taps():
            of = f", of: {one.of}" if one.of else ""
            return [f"- {{taps: {as_yaml(one.label)}{of}}}" if of else f"- taps: {as_yaml(one.label)}"]
        case Shares():
            return [
                f"- shares: {as_yaml({one.what: FORBIDDEN.sub(UNREADABLE, one.value)})}"
                if one.value
                else f"- shares: {one.what}"
            ]
        case Wait():
            return [f"- wait: {span}" for span in _spans(one.span)]
        case Facts():
            return [f"- facts: {as_yaml(_facts(one.facts))}"]
        case Agent():
            return [f"- agent: {as_yaml(FORBIDDEN.sub(UNREADABLE, one.text))}"]
        case Closes():
            return [f"- closes: {as_yaml(one.reason)}".rstrip()]
        case Does():
            lines = [f"- does: {one.action}", f"  outcome: {one.outcome}"]
            return [*lines, f"  finds: {as_yaml(one.finds)}"] if one.finds else lines


def _spans(span: timedelta) -> Iterator[str]:
    """A span as one that a file may name, or several: 1500 minutes are "1 day" and "1 hour"."""
    minutes = int(span.total_seconds() // 60)
    if minutes <= 0:
        return
    if minutes % 1440 == 0 or minutes % 60 == 0 or minutes < 1440:
        yield spoken(timedelta(minutes=minutes))
        return
    yield spoken(timedelta(minutes=minutes - minutes % 1440))
    yield from _spans(timedelta(minutes=minutes % 1440))


def _expected(ground: Ground, scenario: str, news: Sequence[News]) -> Iterator[str]:
    # Which of them comes first means nothing; what the customer reads is what a reader looks for.
    for one in sorted(news, key=lambda one: not isinstance(one, BotSaid)):
        match one:
            case BotSaid():
                yield f"- bot: {_bot(ground, scenario, one)}"
            case HandedOver():
                yield f"- staff: {one.desk}"
                if one.summary:
                    yield f"  summary: {as_yaml(FORBIDDEN.sub('…', one.summary))}"
            case Notified():
                yield f"- notify: {one.desk}"
            case Doing():
                yield f"- does: {one.action}"


def _bot(ground: Ground, scenario: str, said: BotSaid) -> str:
    names: list[str] = []
    for where, step, role in said.roles:
        name = step if where == scenario or ground.steps[step] == (where,) else f"{where}.{step}"
        names.append(name if role in ("say", "ask") else f"{name}.{role}")
    names = list(dict.fromkeys(names))
    if not names:
        return as_yaml(FORBIDDEN.sub("…", " ".join(said.parts[0].split())))
    return names[0] if len(names) == 1 else as_yaml(names)
