"""One file while it is read: the few shapes that values have (words, texts, lists, time spans), with
complaints.

Rule: a value of a wrong shape is told of (E02, E06) and left out, and reading goes on, so that all problems
of a file come at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NoReturn, TypeAlias

from scenarios.engine.model import Place, Text
from scenarios.engine.reading.issues import Issue, hint, issue
from scenarios.engine.reading.nodes import BRACES, Map, Node, Row, Scalar

__all__ = ["ANSWER_KEY", "NAME", "Field", "Fields", "Sheet", "TooMany", "brief"]

Field: TypeAlias = tuple[Scalar, Node]
Fields: TypeAlias = Mapping[str, Field]

NAME = re.compile(r"[a-z0-9_]{1,32}")
"""Scenarios, steps, facts and what is remembered."""

ANSWER_KEY = re.compile(r"[a-z0-9_]{1,24}")
"""Answers; a button carries the key with two numbers in at most 64 bytes (Bot API, read 2026-01)."""

_SPAN = re.compile(r"([1-9][0-9]{0,3}) (minute|hour|day)s?")
_COMMENT = re.compile(r"[ \t]+(#[^\n\r]*)")


MOST_TOLD = 200
"""How many wrong shapes are told of one file."""


class TooMany(ValueError):
    """There is too much in a file, or too much wrong, to read it further; the text says the first of it."""


class Sheet:
    """The file `file` with its text; `issues` grows while its parts are read. Raises TooMany when it has grown too
    long."""

    def __init__(self, file: str, source: str, issues: list[Issue]) -> None:
        self.file = file
        self.source = source
        self.issues = issues

    def error(self, place: Place, text: str, code: str = "E02") -> None:
        """Notes a problem."""
        self.issues.append(issue(code, place, text))
        if len(self.issues) >= MOST_TOLD:
            self.stop(place, "here are too many mistakes; mend those above first")

    def stop(self, place: Place, text: str) -> NoReturn:
        """Notes a problem for which the rest of the file is not looked at."""
        self.issues.append(issue("E02", place, text))
        raise TooMany(str(self.issues[0]))

    def fields(self, node: Node, what: str, words: Collection[str]) -> Fields:
        """The known keys of a map; others are told of. `what` names the map in the complaint when it is
        none."""
        found: dict[str, Field] = {}
        for key, value in self.pairs(node, what):
            if key.text in words:
                found[key.text] = (key, value)
            elif not self.comma(node, key, value):
                known = hint(key.text, words)
                self.error(key.place, f'"{brief(key.text)}" is not a word I know here.{known}')
        return found

    def pairs(self, node: Node, what: str) -> tuple[Field, ...]:
        """The keys of a map with their values, whatever the keys are called."""
        if isinstance(node, Map):
            return node.pairs
        if isinstance(node, Scalar) and not node.text and node.plain:
            self.error(node.place, f"{what} is empty")
        else:
            self.error(node.place, f'{what} must be written as names with values, "name: value"')
        return ()

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of a list with at least one."""
        if isinstance(node, Row) and node.items:
            return node.items
        self.error(node.place, f'{what} must be a list, each item on a line that starts with "- "')
        return ()

    def comma(self, node: Node, key: Scalar, value: Node) -> bool:
        """Tells of a text in braces that a comma has cut in two; False when it is not that."""
        cut = isinstance(node, Map) and node.flow and isinstance(value, Scalar) and value.plain and not value.text
        if cut:
            text = f'a text that contains "," must be in quotes here, before "{brief(key.text)}"'
            self.error(key.place, text, "E01")
        return cut

    def word(self, field: Field, known: Collection[str] | None = None) -> str | None:
        """One word: a name of something, or one of `known`."""
        key, node = field
        if not isinstance(node, Scalar) or not node.text:
            self.error(node.place, f'"{key.text}" needs one word')
            return None
        if known is not None and node.text not in known:
            allowed = ", ".join(sorted(known))
            text = f'"{brief(node.text)}" is not possible here; it can be {allowed}.{hint(node.text, known)}'
            self.error(node.place, text)
            return None
        return node.text

    def name(self, scalar: Scalar, what: str, pattern: re.Pattern[str] = NAME) -> str | None:
        """A name that the file gives to something of its own."""
        if pattern.fullmatch(scalar.text):
            return scalar.text
        most = "24" if pattern is ANSWER_KEY else "32"
        self.error(scalar.place, f'{what} "{brief(scalar.text)}" must be 1 to {most} of a-z, 0-9 and _')
        return None

    def flag(self, field: Field) -> bool | None:
        """Yes or no: `true` or `false`."""
        key, node = field
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        self.error(node.place, f'"{key.text}" must be true or false')
        return None

    def span(self, field: Field) -> timedelta | None:
        """A time span such as "15 minutes"."""
        node = field[1]
        match = _SPAN.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            shown = f'"{brief(node.text)}"' if isinstance(node, Scalar) else "this"
            self.error(
                node.place,
                f'{shown} is not a time span; write for example "15 minutes", "2 hours" or "2 days"',
            )
            return None
        return timedelta(**{f"{match[2]}s": int(match[1])})

    def text(self, field: Field, context: str | None = None) -> Text | None:
        """A translatable text; what YAML would drop or misread of it is told of."""
        key, node = field
        if isinstance(node, Scalar):
            rest = _COMMENT.match(self.source, node.end) if node.plain else None
            if rest:
                self.error(
                    key.place,
                    f'everything after "#" is dropped here ("{brief(rest[1])}"); put the text in quotes',
                    "E06",
                )
            text = node.text.strip()
            if text:
                return Text(text, key.place, context)
            if not rest:
                self.error(key.place, f'"{brief(key.text)}" needs a text')
        elif node.flow:
            brace = "{" if isinstance(node, Map) else "["
            self.error(node.place, BRACES.replace("{", brace), "E01")
        else:
            self.error(node.place, f'"{brief(key.text)}" needs one text')
        return None

    def counted(self, field: Field) -> Text | None:
        """A text, or a plural: `count`, `one` and `other`."""
        key, node = field
        if not isinstance(node, Map) or not {"count", "one", "other"} & {name.text for name, _ in node.pairs}:
            return self.text(field)
        parts = self.fields(node, f'"{key.text}"', ("count", "one", "other"))
        missing = [f'"{part}"' for part in ("count", "one", "other") if part not in parts]
        if missing:
            self.error(key.place, f'a text that counts needs "count", "one" and "other"; {missing[0]} is missing')
            return None
        count, one, other = self.word(parts["count"]), self.text(parts["one"]), self.text(parts["other"])
        if count is None or one is None or other is None:
            return None
        return Text(one.id, key.place, None, other.id, count)


def brief(text: str) -> str:
    """A stranger's words in a complaint: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
