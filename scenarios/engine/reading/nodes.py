"""YAML text becomes a small tree in which every part knows its line and column.

Rule: only what the scenario language has comes through: names with values, lists and texts. Anchors, aliases,
tags, second documents, names used twice and deep nesting are refused here. The parser's events are read one
by one and nothing recurses, so that no text can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import yaml

from scenarios.engine.model import Place
from scenarios.engine.reading.issues import Issue, issue
from scenarios.engine.reading.syntax import ORIGIN, Complete, Mark, explain

__all__ = ["DEPTH", "FORBIDDEN", "LETTERS", "Map", "Node", "Row", "Scalar", "compose"]

DEPTH = 16
"""How deep lists and names may be nested; the language itself needs 8."""

LETTERS = 500_000
"""The longest file that is read, in characters; a long scenario has about 10 000, one of 2 000 steps 400 000."""

MOST_TOLD = 100
"""How many mistakes of syntax are told of one file; whoever has more has sent something else than a scenario."""

TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that turn the direction of writing: what is read would not be what is sent."""

UNSEEN = "\u00ad\u200b\u2060-\u2064\ufeff"
"""Signs of no width, which no label or name would be found with again."""

FORBIDDEN = re.compile(f"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{TURNING}{UNSEEN}]")
BRACES = 'a text that starts with "{" must be in quotes'
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word or text. `plain` is without quotes; `end` is the index in the file just after it."""

    text: str
    place: Place
    plain: bool
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    flow: bool


@dataclass(frozen=True, slots=True)
class Map:
    """Names with values, in the order of the file; `flow` is the form in braces."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place
    flow: bool


Node: TypeAlias = Scalar | Row | Map


@dataclass(slots=True)
class _Open:
    """A list or map whose end has not come yet."""

    start: yaml.CollectionStartEvent
    items: list[Node]


class _Composer:
    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source
        self.issues: list[Issue] = []
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.last: Complete | None = None

    def place(self, mark: Mark) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def error(self, mark: Mark, text: str) -> None:
        written = self.source.rstrip()
        if mark.index > len(written) or (mark.index == len(written) and not mark.column):
            # The parser noticed at the end of the file: the author can only look at its last line.
            place = Place(self.file, written.count("\n") + 1, len(written) - written.rfind("\n"))
            self.issues.append(issue("E01", place, text))
            return
        self.issues.append(issue("E01", self.place(mark), text))

    def put(self, node: Node) -> None:
        if self.open:
            self.open[-1].items.append(node)
        elif self.documents == 1:
            self.root = node

    def take(self, event: yaml.Event) -> None:
        """Takes one event of the parser into the tree."""
        mark: Mark = event.start_mark or ORIGIN
        end: Mark = event.end_mark or mark
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.error(mark, 'one file is one scenario; "---" starts a second one, put it in its own file')
        elif isinstance(event, yaml.AliasEvent):
            self.error(
                mark,
                f'"*{event.anchor}" copies another part, which is not used here; write it out, '
                'or put a text that starts with "*" in quotes',
            )
            self.put(Scalar("", self.place(mark), True, end.index))
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                self.error(
                    mark,
                    f'"&{event.anchor}" marks a part for copying, which is not used here; leave it out, '
                    'or put a text that starts with "&" in quotes',
                )
            tag = getattr(event, "tag", None)
            if tag:
                self.error(mark, 'a text that starts with "!" must be in quotes')
            if isinstance(event, yaml.ScalarEvent):
                plain = not event.style
                hidden = FORBIDDEN.search(event.value)
                if hidden:
                    # Written with a backslash, so that it is not seen in the file.
                    self.error(mark, _refusal(hidden.group()))
                self.put(Scalar(event.value, self.place(mark), plain, end.index))
                self.last = Complete("plain" if plain else "quoted", mark, end)
            elif isinstance(event, yaml.CollectionStartEvent):
                self.open.append(_Open(event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self.open.pop()
            flow = bool(frame.start.flow_style)
            if flow:
                kind = "{" if isinstance(frame.start, yaml.MappingStartEvent) else "["
                self.last = Complete(kind, frame.start.start_mark or ORIGIN, end)
            self.put(self.closed(frame, flow))

    def closed(self, frame: _Open, flow: bool) -> Node:
        place = self.place(frame.start.start_mark or ORIGIN)
        if isinstance(frame.start, yaml.SequenceStartEvent):
            return Row(tuple(frame.items), place, flow)
        pairs: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        for name, value in zip(frame.items[::2], frame.items[1::2], strict=True):
            if len(self.issues) >= MOST_TOLD:
                break
            if not isinstance(name, Scalar):
                text = BRACES if isinstance(name, Map) else "a name must be one word, here is a list"
                self.issues.append(issue("E01", name.place, text))
            elif name.text in seen:
                text = f'"{name.text[:60]}" stands here twice; take one out, or give it another name'
                self.issues.append(issue("E01", name.place, text))
            else:
                seen.add(name.text)
                pairs.append((name, value))
        return Map(tuple(pairs), place, flow)


def compose(file: str, source: str) -> tuple[Node | None, list[Issue]]:
    """The tree of a file's text, and what is wrong with its syntax (E01).

    The tree is None when the text cannot be read to its end, or is empty. `source` comes without a byte order
    mark.
    """
    if len(source) > LETTERS:
        text = f"this file has {len(source)} letters, at most {LETTERS} are read; split the scenario"
        return None, [issue("E01", Place(file, 1, 1), text)]
    strange = list(_strange(file, source))
    if strange:
        return None, strange
    composer = _Composer(file, source)
    try:
        for event in yaml.parse(source, Loader=LOADER):
            composer.take(event)
            if len(composer.issues) >= MOST_TOLD:
                composer.error(event.start_mark or ORIGIN, "here are too many mistakes; mend those above first")
                return None, composer.issues
            if len(composer.open) > DEPTH:
                composer.error(
                    event.start_mark or ORIGIN,
                    "this is nested too deeply; a text with brackets must be in quotes",
                )
                return None, composer.issues
    except yaml.YAMLError as error:
        mark, text = explain(error, source, composer.last)
        composer.error(mark, text)
        return None, composer.issues
    return composer.root, composer.issues


def _strange(file: str, source: str) -> Iterator[Issue]:
    """Characters that may not stand in a file, each with its place; of bytes that are no UTF-8 only the first."""
    line, begin, at = 1, 0, 0
    for found in islice(FORBIDDEN.finditer(source), MOST_TOLD):
        line += source.count("\n", at, found.start())
        begin = max(begin, source.rfind("\n", at, found.start()) + 1)
        at = found.start()
        yield issue("E01", Place(file, line, at - begin + 1), _refusal(found.group()))
        if _is_byte(found.group()):
            return


def _refusal(character: str) -> str:
    code = f"U+{ord(character):04X}"
    if _is_byte(character):
        return "this is not UTF-8; save the file with the encoding UTF-8"
    if re.match(f"[{TURNING}]", character):
        return f"the invisible mark {code} turns the direction of writing; delete it"
    if re.match(f"[{UNSEEN}]", character):
        return f"the invisible character {code} cannot stand in a scenario; delete it"
    return f"the character {code} cannot stand in a scenario; delete it"


def _is_byte(character: str) -> bool:
    """Whether it stands for a byte that could not be read as UTF-8."""
    return "\udc80" <= character <= "\udcff"
