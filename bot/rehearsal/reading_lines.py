"""One line of a chat in a transcript test.

Rule: a line has one word that says what it is; a name in it that nothing has (a desk, an action, a fact) is a mistake
of the file, found before anything is played.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.rehearsal.cases import (
    Agent,
    Bot,
    Closes,
    Customer,
    Does,
    Ends,
    Facts,
    Line,
    Notify,
    Remembers,
    Shares,
    Staff,
    Taps,
    Wait,
)
from bot.rehearsal.ground import Ground
from bot.rehearsal.reading_given import canonical, read_facts
from scenarios.engine.actions import ACTIONS, FAILED
from scenarios.engine.model import LEADS, Place
from scenarios.engine.reading.issues import hint
from scenarios.engine.reading.nodes import Map, Node, Row, Scalar
from scenarios.engine.reading.sheet import Field, Fields, Sheet

__all__ = ["SHARED", "read_line"]

SHARED = (
    "contact",
    "other_contact",
    "place",
    "photo",
    "voice",
    "video",
    "video_note",
    "audio",
    "document",
    "sticker",
    "unread",
)
"""What a customer can send besides words; `contact` is their own phone."""

VERBS: Mapping[str, tuple[str, ...]] = {
    "bot": (),
    "customer": (),
    "taps": ("of",),
    "shares": (),
    "wait": (),
    "facts": (),
    "remembers": (),
    "staff": ("summary",),
    "notify": ("text",),
    "does": ("outcome", "finds"),
    "agent": (),
    "closes": (),
    "ends": (),
}
"""The word that says what a line is, and what may stand beside it."""

_NAME = re.compile(r"[a-z0-9_.]+")
_COMMENT = re.compile(r"[ \t]{2,}# ")
"""A comment that nobody takes for a part of the words ("Call #1 or #2")."""


def read_line(ground: Ground, sheet: Sheet, node: Node) -> Line | None:
    """The line that an item of a chat is; None with a mistake in it, which is told of."""
    beside = {word for words in VERBS.values() for word in words}
    parts = sheet.fields(node, "a line of a chat", (*VERBS, *sorted(beside)))
    verbs = [key for key in parts if key in VERBS]
    if len(verbs) != 1:
        if isinstance(node, Map) and (parts or not node.pairs):
            sheet.error(node.place, f"a line of a chat has one of {', '.join(VERBS)}")
        return None
    verb = verbs[0]
    for key in parts:
        if key != verb and key not in VERBS[verb]:
            sheet.error(parts[key][0].place, f'"{key}" does not belong to "{verb}"')
            return None
    return _Reader(ground, sheet, parts, verb).line()


class _Reader:
    """Reads one line, whose words are `parts`."""

    def __init__(self, ground: Ground, sheet: Sheet, parts: Fields, verb: str) -> None:
        self.ground, self.sheet, self.parts = ground, sheet, parts
        self.key, self.node = parts[verb]
        self.verb = verb

    def line(self) -> Line | None:
        """The line, None with a mistake."""
        place, verb = self.key.place, self.verb
        match verb:
            case "bot":
                items = self.node.items if isinstance(self.node, Row) else (self.node,)
                texts = [text for item in items if (text := self._words((self.key, item))) is not None]
                return Bot(place, tuple(texts)) if texts and len(texts) == len(items) else None
            case "customer" if isinstance(self.node, Scalar) and not self.node.plain:
                # In quotes stands exactly what is written, even if that is nothing.
                return Customer(place, self.node.text.rstrip("\n"))
            case "customer" | "agent":
                words = self.sheet.text(self.parts[verb])
                return None if words is None else (Customer if verb == "customer" else Agent)(place, words.id)
            case "wait":
                span = self.sheet.span(self.parts["wait"])
                return Wait(place, span) if span is not None else None
            case "closes":
                return Closes(place, self.node.text if isinstance(self.node, Scalar) else "")
            case "ends":
                return Ends(place) if self.sheet.word(self.parts["ends"], ("true",)) else None
            case "staff":
                desk = self._desk()
                return Staff(place, desk, self._text("summary")) if desk is not None else None
            case "notify":
                desk = self._desk(LEADS)
                return Notify(place, desk, self._text("text")) if desk is not None else None
        readers = {
            "taps": self._taps,
            "shares": self._shares,
            "facts": self._facts,
            "remembers": self._remembers,
            "does": self._does,
        }
        return readers[verb](place)

    def _taps(self, place: Place) -> Line | None:
        label = self._words(self.parts["taps"])
        of = self.sheet.word(self.parts["of"]) if "of" in self.parts else ""
        steps = self.ground.steps
        if of and of not in steps:
            self.sheet.error(self.parts["of"][1].place, f'there is no step "{of}".{hint(of, steps)}')
            return None
        return Taps(place, label, of or "") if label is not None else None

    def _shares(self, place: Place) -> Line | None:
        if not isinstance(self.node, Map) or len(self.node.pairs) != 1:
            found = self.sheet.word(self.parts["shares"], SHARED)
            return Shares(place, found) if found is not None else None
        what, value = self.node.pairs[0]
        text = self.sheet.text((what, value))
        if what.text not in SHARED:
            words = f'"{what.text}" is nothing to share; it can be {", ".join(SHARED)}.{hint(what.text, SHARED)}'
            self.sheet.error(what.place, words)
            return None
        return Shares(place, what.text, text.id) if text is not None else None

    def _facts(self, place: Place) -> Line | None:
        fields: dict[str, Field] = {}
        known = self.ground.facts
        for key, node in self.sheet.pairs(self.node, '"facts"'):
            if key.text in known:
                fields[key.text] = (key, node)
            else:
                self.sheet.error(key.place, f'there is no fact "{key.text}".{hint(key.text, known)}')
        return Facts(place, read_facts(self.ground, self.sheet, fields))

    def _remembers(self, place: Place) -> Line | None:
        found: dict[str, str | None] = {}
        known = self.ground.slots()
        for key, node in self.sheet.pairs(self.node, '"remembers"'):
            if key.text not in known:
                words = f'no scenario remembers anything as "{key.text}".{hint(key.text, known)}'
                self.sheet.error(key.place, words)
            elif isinstance(node, Scalar):
                found[key.text] = canonical(node.text) if node.text or not node.plain else None
            else:
                self.sheet.error(node.place, f'"{key.text}" needs one value')
        return Remembers(place, found)

    def _does(self, place: Place) -> Line | None:
        action = self.sheet.word(self.parts["does"], tuple(ACTIONS))
        if action is None:
            return None
        outcome = self.sheet.word(self.parts["outcome"], (*ACTIONS[action], FAILED)) if "outcome" in self.parts else ""
        finds = _plain(self.parts["finds"][1]) if "finds" in self.parts else {}
        if not isinstance(finds, Mapping):
            self.sheet.error(self.parts["finds"][1].place, '"finds" must be written as names with values')
            return None
        return None if outcome is None else Does(place, action, outcome, finds)

    def _desk(self, *more: str) -> str | None:
        desk = self.sheet.word(self.parts[self.verb])
        known = (*self.ground.business.desks, *more)
        if desk is not None and desk not in known:
            words = f'no desk "{desk}" is set up; there are {", ".join(known)}.{hint(desk, known)}'
            self.sheet.error(self.node.place, words)
            return None
        return desk

    def _words(self, field: Field) -> str | None:
        """Words, or a name, after which a comment may stand: what is lost of words would fail the test."""
        node = field[1]
        if isinstance(node, Scalar) and (_NAME.fullmatch(node.text) or _COMMENT.match(self.sheet.source, node.end)):
            return node.text.strip()
        text = self.sheet.text(field)
        return text.id if text is not None else None

    def _text(self, word: str) -> str:
        text = self.sheet.text(self.parts[word]) if word in self.parts else None
        return text.id if text is not None else ""


def _plain(node: Node) -> object:
    """A part of the file as plain values."""
    if isinstance(node, Map):
        return {key.text: _plain(value) for key, value in node.pairs}
    if isinstance(node, Row):
        return [_plain(item) for item in node.items]
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if node.plain and node.text.isascii() and node.text.isdecimal() else node.text
