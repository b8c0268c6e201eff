"""A folder of scenario files becomes a `Book`.

Rule: reading never stops at the first problem. What could be read of a damaged file stays in the book, so
that the checks can look at the rest; only a book without errors is handed out to run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from scenarios.engine.model import Book, Branch, Detour, FactType, Place, Scenario, Step
from scenarios.engine.reading.issues import Issue, issue, sort_key
from scenarios.engine.reading.nodes import Map, Node, compose
from scenarios.engine.reading.sheet import NAME, Field, Fields, Sheet, TooMany
from scenarios.engine.reading.steps import SLOT_TYPES, read_silences, read_step, slot_types
from scenarios.engine.reading.ways import Types, branches

__all__ = [
    "SHARED",
    "Reading",
    "file_versions",
    "read_book",
    "read_detours",
    "read_files",
    "read_scenario",
    "version_of",
]

SHARED = ("start", "always", "facts")
"""Names of the files that all scenarios share."""

FILE_WORDS = ("format", "scenario", "about", "texts", "channels", "start", "person", "silent", "remember", "steps")
FACT_TYPES = ("text", "number", "yes_no", "choices")
CHANNELS = ("telegram", "whatsapp")
LANGUAGES = ("en", "ru", "uz", "kk")
FORMATS = ("1",)
"""Versions of the language itself; a file without "format" is of the newest."""

MOST_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """All that could be read: `unread` are files (names without `.yaml`) of which nothing could."""

    book: Book
    issues: tuple[Issue, ...]
    unread: frozenset[str]


def read_book(files: Mapping[str, str]) -> tuple[Book | None, list[Issue]]:
    """The book of a folder's files (name -> text) and what is wrong with how they are written.

    The book is None when a file has an error. What is wrong with what they *say* is found by
    `checks.check_book`.
    """
    reading = read_files(files)
    broken = any(found.is_error for found in reading.issues)
    return (None if broken else reading.book), list(reading.issues)


def read_files(files: Mapping[str, str], own: Mapping[str, str] | None = None) -> Reading:
    """As `read_book`, keeping whatever could be read of damaged files. `own` are the types of facts that the business
    file adds."""
    roots: dict[str, tuple[Sheet, Node]] = {}
    issues: list[Issue] = []
    unread: set[str] = set()
    for file in sorted(files):
        source = files[file].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        root, found = compose(file, source)
        stem = file.removesuffix(".yaml")
        if root is None and not found:
            found = [issue("E02", Place(file, 1, 1), "this file is empty")]
        if root is None or found:
            issues += found
            unread.add(stem)
        else:
            roots[stem] = (Sheet(file, source, []), root)
    facts = {name: FactType(name, kind, "", Place("facts.yaml", 1, 1)) for name, kind in (own or {}).items()}
    start: tuple[Branch, ...] = ()
    always: tuple[Detour, ...] = ()
    scenarios: dict[str, Scenario] = {}
    # The facts come first: their types say how values are read everywhere else.
    for stem in sorted(roots, key=lambda name: (name != "facts", name)):
        sheet, root = roots[stem]
        types = {name: fact.type for name, fact in facts.items()}
        try:
            if stem == "facts":
                facts |= _facts(sheet, root)
            elif stem == "start":
                start = _start(sheet, root, types)
            elif stem == "always":
                always = read_detours(sheet, root)
            else:
                scenarios[stem] = read_scenario(sheet, root, stem, types)
        except TooMany:
            unread.add(stem)
        syntax = [found for found in sheet.issues if found.code == "E01"]
        issues += syntax or sheet.issues
        if syntax:
            scenarios.pop(stem, None)
            unread.add(stem)
    book = Book(scenarios, start, always, facts)
    book = replace(book, version=version_of(book))
    return Reading(book, tuple(sorted(issues, key=sort_key)), frozenset(unread))


def version_of(book: Book) -> str:
    """The hash of what a book says: layout, comments and the order of names do not count."""
    return _hash(_bare(book))


def file_versions(book: Book, files: Iterable[str]) -> dict[str, str]:
    """The versions of the files ("new.yaml") that a book was read from, by name without ".yaml"."""
    shared: dict[str, object] = {"start": book.start, "always": book.always, "facts": book.facts}
    found: dict[str, str] = {}
    for file in files:
        name = file.removesuffix(".yaml")
        if name in shared:
            found[name] = _hash(_bare(shared[name]))
        elif name in book.scenarios:
            found[name] = book.scenarios[name].version
    return found


def _hash(bare: object) -> str:
    return hashlib.sha256(json.dumps(bare, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def read_scenario(sheet: Sheet, root: Node, stem: str, facts: Types) -> Scenario:
    """One scenario file, which is called `stem`."""
    top = Place(sheet.file, 1, 1)
    words = sheet.fields(root, "a scenario", FILE_WORDS)
    for key in ("scenario", "start", "steps"):
        if key not in words and isinstance(root, Map):
            sheet.error(top, f'"{key}" is missing')
    if not NAME.fullmatch(stem):
        sheet.error(
            top,
            f'a scenario file is called by 1 to 32 of a-z, 0-9 and _, and ".yaml"; this is "{sheet.file}"',
        )
    elif "scenario" in words and sheet.word(words["scenario"]) not in (None, stem):
        sheet.error(words["scenario"][0].place, f'this file is called "{stem}.yaml"; write "scenario: {stem}"')
    if "format" in words:
        sheet.word(words["format"], FORMATS)
    remember = _remember(sheet, words["remember"]) if "remember" in words else {}
    node = words["steps"][1] if "steps" in words else None
    types = {**facts, **slot_types(node, remember)}
    scenario = Scenario(
        name=stem,
        about=_line(sheet, words, "about"),
        place=top,
        start=_line(sheet, words, "start"),
        steps=_steps(sheet, words["steps"], stem, types, remember) if "steps" in words else {},
        person=_line(sheet, words, "person") or None,
        silent=read_silences(sheet, words["silent"]) if "silent" in words else (),
        remember=remember,
        texts=(sheet.word(words["texts"], LANGUAGES) if "texts" in words else None) or "en",
        channels=_channels(sheet, words["channels"]) if "channels" in words else CHANNELS,
        places={key: field[0].place for key, field in words.items()},
    )
    return replace(scenario, version=_hash(_bare(scenario)))


def read_detours(sheet: Sheet, root: Node) -> tuple[Detour, ...]:
    """`always.yaml`: which words lead aside, and where."""
    words = sheet.fields(root, "this file", ("always", "texts"))
    texts = (sheet.word(words["texts"], LANGUAGES) if "texts" in words else None) or "en"
    found: list[Detour] = []
    for item in sheet.items(words["always"][1], '"always"') if "always" in words else ():
        parts = sheet.fields(item, 'an item of "always"', ("hears", "run"))
        if parts.keys() != {"hears", "run"}:
            sheet.error(item.place, 'an item of "always" needs "hears" and "run"')
            continue
        hears, run = sheet.text(parts["hears"]), sheet.word(parts["run"])
        if hears is not None and run is not None:
            found.append(Detour(hears, run, parts["run"][0].place, texts))
    return tuple(found)


def _start(sheet: Sheet, root: Node, types: Types) -> tuple[Branch, ...]:
    words = sheet.fields(root, "this file", ("start",))
    return branches(sheet, *words["start"], types) if "start" in words else ()


def _facts(sheet: Sheet, root: Node) -> dict[str, FactType]:
    words = sheet.fields(root, "this file", ("facts",))
    found: dict[str, FactType] = {}
    for key, node in sheet.pairs(words["facts"][1], '"facts"') if "facts" in words else ():
        name = sheet.name(key, "the fact")
        parts = sheet.fields(node, f'the fact "{key.text}"', ("type", "about"))
        if "type" not in parts:
            sheet.error(key.place, f'the fact "{key.text}" needs a "type": {", ".join(FACT_TYPES)}')
            continue
        kind = sheet.word(parts["type"], FACT_TYPES)
        if name is not None and kind is not None:
            found[name] = FactType(name, kind, _line(sheet, parts, "about"), key.place)
    return found


def _steps(sheet: Sheet, field: Field, stem: str, types: Types, remember: Types) -> dict[str, Step]:
    pairs = sheet.pairs(field[1], '"steps"')
    if len(pairs) > MOST_STEPS:
        sheet.stop(field[0].place, f"a scenario may have {MOST_STEPS} steps, here are {len(pairs)}; split it")
    found: dict[str, Step] = {}
    for key, node in pairs:
        name = sheet.name(key, "the step")
        if name == "end":
            sheet.error(key.place, '"end" ends a scenario and cannot be the name of a step')
        elif name is not None:
            found[name] = read_step(sheet, stem, key, node, types, remember)
    _former(sheet, found)
    return found


def _former(sheet: Sheet, steps: Mapping[str, Step]) -> None:
    """Tells of former names that do not say which step a talk goes on at."""
    seen: dict[str, str] = {}
    for step in steps.values():
        for name in step.was:
            if name in steps:
                text = f'there still is a step "{name}"; "was" names what "{step.name}" was called before'
                sheet.error(step.places["was"], text)
            elif name in seen:
                text = f'"{seen[name]}" and "{step.name}" both were "{name}"; a talk can go on at one of them only'
                sheet.error(step.places["was"], text)
            seen.setdefault(name, step.name)


def _remember(sheet: Sheet, field: Field) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, node in sheet.pairs(field[1], '"remember"'):
        name = sheet.name(key, "the name")
        kind = sheet.word((key, node), SLOT_TYPES)
        if name is not None and kind is not None:
            found[name] = kind
    return found


def _channels(sheet: Sheet, field: Field) -> tuple[str, ...]:
    items = sheet.items(field[1], '"channels"')
    found = (sheet.word((field[0], item), CHANNELS) for item in items)
    return tuple(dict.fromkeys(channel for channel in found if channel is not None))


def _line(sheet: Sheet, words: Fields, key: str) -> str:
    return (sheet.word(words[key]) or "") if key in words else ""


def _bare(part: object) -> object:
    """The part as JSON knows it, without any `Place`."""
    if isinstance(part, str | int | float) or part is None:
        return part
    if is_dataclass(part) and not isinstance(part, type):
        kept = ((name, getattr(part, name)) for name in _kept(type(part)))
        return {name: _bare(one) for name, one in kept if not isinstance(one, Place)}
    if isinstance(part, Mapping):
        return {str(key): _bare(one) for key, one in part.items()}
    if isinstance(part, tuple):
        return [_bare(one) for one in part]
    return part.total_seconds() if isinstance(part, timedelta) else part


@cache
def _kept(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a part of the model that say something."""
    return tuple(one.name for one in fields(kind) if one.name not in ("places", "version"))
