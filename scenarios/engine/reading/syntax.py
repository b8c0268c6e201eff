"""A YAML parser's complaint becomes a sentence for somebody who does not know YAML.

Rule: the sentence names the mistake that was probably made (a text that needs quotes, a tab, a quotation mark
that is not closed), and the place is where the author must change something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

__all__ = ["ORIGIN", "Complete", "Mark", "explain"]

INDENTATION = (
    "this line does not fit the lines above it; check how far it is indented, and the colon and the quotes above"
)
NO_COLON = "here a colon is missing, with a space behind it; a text that goes on from the line above must be in quotes"
SPECIAL = "*&!%@`|>"


class Mark(Protocol):
    """A position in a text, all three counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def index(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Start:
    line: int = 0
    column: int = 0
    index: int = 0


ORIGIN: Mark = _Start()
"""The beginning of a text, where the parser gives no position."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The last part that was read to its end: `kind` is plain, quoted, `{` or `[`."""

    kind: str
    start: Mark
    end: Mark


def explain(error: yaml.YAMLError, source: str, last: Complete | None) -> tuple[Mark, str]:
    """Where the author should look and what to tell them; `last` is what was read just before the error."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return ORIGIN, INDENTATION
    mark: Mark = error.problem_mark or error.context_mark or ORIGIN
    context: Mark = error.context_mark or mark
    problem = error.problem or ""
    letter = source[mark.index : mark.index + 1]
    line = source[mark.index - mark.column : mark.index]
    if "quoted scalar" in (error.context or ""):
        return context, "this quotation mark is never closed"
    if "depth" in problem:
        return mark, "this is nested too deeply; a text with brackets must be in quotes"
    if problem == "could not find expected ':'" and context is not mark:
        return context, NO_COLON
    if "mapping values" in problem:
        if re.match(r"""\s*(?:- +)*(?:\{\s*)?[^\s:#][^:#]*:\s""", line):
            return mark, 'a text that contains ": " must be in quotes'
        return mark, INDENTATION
    if letter == "\t" or (not line.strip() and "\t" in line):
        return mark, "here is a tab; indent with spaces"
    start = source[context.index : context.index + 1]
    if "scanning" in (error.context or "") and start and start in SPECIAL:
        return context, f'a text that starts with "{start}" must be in quotes'
    if last and last.end.line == mark.line and last.kind != "plain":
        if last.kind == "quoted":
            return last.start, "a text with quotation marks at its start must be in quotes as a whole"
        return last.start, f'a text that starts with "{last.kind}" must be in quotes'
    if "flow" in (error.context or ""):
        if last and last.kind == "plain" and letter == ":" and last.end.line == mark.line == context.line:
            return mark, 'a text that contains ": " must be in quotes'
        return context, f'this "{start}" is never closed; a text that starts with "{start}" must be in quotes'
    return mark, INDENTATION
