"""A file of transcript tests becomes cases.

Rule: as with scenarios, everything wrong in a file is told at once, each with its line and column; a file with a
mistake gives no case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.rehearsal.cases import Case, Given, Line
from bot.rehearsal.ground import Ground
from bot.rehearsal.reading_given import read_facts, read_slot
from bot.rehearsal.reading_lines import read_line
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.reading.issues import Issue, hint, sort_key
from scenarios.engine.reading.nodes import Map, Node, Row, compose
from scenarios.engine.reading.sheet import Field, Fields, Sheet

__all__ = ["read_cases"]

CASE_WORDS = ("test", "scenario", "with", "chat")
CHANNELS = ("telegram", "whatsapp")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - the zone is the business's
"""The week of the virtual calendar: without holidays, and never today's, so that a test means the same every day."""

_MOMENT = re.compile(r"(?P<day>[a-z]+|\d{4}-\d{2}-\d{2}) (?P<hour>\d{1,2}):(?P<minute>\d{2})")


def read_cases(ground: Ground, file: str, text: str) -> tuple[list[Case], list[Issue]]:
    """The tests of a file, which is called `file` in complaints, and what is wrong with it."""
    source = text.removeprefix("\ufeff")
    root, issues = compose(file, source)
    sheet = Sheet(file, source, list(issues))
    found: list[Case] = []
    if root is not None and not issues:
        for item in sheet.items(root, "a file of tests") if isinstance(root, Row) or not _empty(root) else ():
            case = _case(ground, sheet, item)
            if case is not None:
                found.append(case)
    _twice(sheet, found)
    return ([] if sheet.issues else found), sorted(sheet.issues, key=sort_key)


def _empty(root: Node) -> bool:
    return not isinstance(root, Map) and not isinstance(root, Row) and not root.text


def _case(ground: Ground, sheet: Sheet, item: Node) -> Case | None:
    parts = sheet.fields(item, "a test", CASE_WORDS)
    for key in ("test", "chat"):
        if key not in parts and isinstance(item, Map):
            sheet.error(item.place, f'a test needs "{key}"')
    name = sheet.text(parts["test"]) if "test" in parts else None
    scenario = _scenario(ground, sheet, parts["scenario"]) if "scenario" in parts else ""
    given = _given(ground, sheet, parts, scenario or "")
    lines: list[Line] = []
    for node in sheet.items(parts["chat"][1], '"chat"') if "chat" in parts else ():
        line = read_line(ground, sheet, node)
        if line is not None:
            lines.append(line)
    if name is None or scenario is None:
        return None
    return Case(" ".join(name.id.split()), parts["test"][0].place, scenario, given, tuple(lines))


def _scenario(ground: Ground, sheet: Sheet, field: Field) -> str | None:
    name = sheet.word(field)
    if name is not None and name not in ground.book.scenarios:
        known = hint(name, ground.book.scenarios)
        sheet.error(field[1].place, f'there is no scenario "{name}".{known}')
        return None
    return name


def _given(ground: Ground, sheet: Sheet, parts: Fields, scenario: str) -> Given:
    told: dict[str, str] = {}
    facts: dict[str, Field] = {}
    slots = {}
    at: datetime | None = None
    for key, node in sheet.pairs(parts["with"][1], '"with"') if "with" in parts else ():
        field = (key, node)
        match key.text:
            case "channel":
                told["channel"] = sheet.word(field, CHANNELS) or ""
            case "language":
                told["language"] = sheet.word(field, LANGUAGES) or ""
            case "name":
                text = sheet.text(field)
                told["name"] = text.id if text is not None else ""
            case "phone":
                told["phone"] = getattr(node, "text", "")
            case "at":
                at = _moment(sheet, field)
            case name if name in ground.facts:
                facts[name] = field
            case name if name in ground.slots():
                if "scenario" in parts:
                    slots[name] = read_slot(ground, sheet, field, scenario)
                else:
                    sheet.error(
                        key.place, f'"{name}" is an answer, and nothing was asked yet; name the "scenario" to begin in'
                    )
            case name:
                known = hint(name, (*ground.facts, *ground.slots(), "channel", "language", "at"))
                sheet.error(key.place, f'nothing called "{name}" is known.{known}')
    language = ground.book.scenarios[scenario].texts if scenario else "en"
    return Given(
        channel=told.get("channel") or CHANNELS[0],
        language=told.get("language") or language,
        name=told.get("name", Given().name),
        phone=told.get("phone"),
        at=at,
        facts=read_facts(ground, sheet, facts),
        slots={name: slot for name, slot in slots.items() if slot is not None},
    )


def _moment(sheet: Sheet, field: Field) -> datetime | None:
    """A moment by the business's clock, still without its zone."""
    text = (sheet.word(field) or "").casefold()
    found = _MOMENT.fullmatch(text)
    try:
        if found is not None:
            hour = timedelta(hours=int(found["hour"]), minutes=int(found["minute"]))
            if hour < timedelta(days=1):
                day = found["day"]
                date = datetime.fromisoformat(day) if day[0].isdecimal() else A_MONDAY + timedelta(DAYS.index(day))
                return date + hour
    except ValueError:
        pass
    sheet.error(field[1].place, f'"{text}" is no moment; write for example "monday 12:00" or "2026-11-25 20:30"')
    return None


def _twice(sheet: Sheet, cases: list[Case]) -> None:
    seen: Mapping[str, Case] = {}
    seen = {}
    for case in cases:
        if case.name in seen:
            sheet.error(case.place, f"a test of this name stands in line {seen[case.name].place.line} already")
        seen = {**seen, case.name: case}
