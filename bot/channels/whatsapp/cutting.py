"""Cutting a long text into parts that a messenger takes.

Rule: nothing is lost but the white space at a cut; a cut falls between paragraphs, lines or words where it
can, and never inside what a reader sees as one character.
"""

from __future__ import annotations

import unicodedata

__all__ = ["cut"]

_MARKS = ("\n\n", "\n", " ")
_JOINER = "\u200d"
_FARTHEST = 40
"""How far a cut is moved so as not to fall inside one visible character."""


def cut(text: str, most: int, last: int) -> list[str]:
    """The parts of `text`, each of 1 to `most` characters and the last one of at most `last` (not above
    `most`); none for a text without anything to see."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > most:
        at = _before(rest, most)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    if len(rest) > last:
        at = _after(rest, len(rest) - last)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [part for part in (*parts, rest) if part]


def _before(text: str, most: int) -> int:
    """The best place to cut at or before `most`: after a paragraph, line or word in the second half."""
    for mark in _MARKS:
        found = text.rfind(mark, most // 2, most)
        if found >= 0:
            return found + len(mark)
    at = most
    while at > max(1, most - _FARTHEST) and _is_inside(text, at):
        at -= 1
    return at


def _after(text: str, least: int) -> int:
    """The best place to cut at or after `least`: after a paragraph, line or word in the first half of what
    follows."""
    for mark in _MARKS:
        found = text.find(mark, least, least + (len(text) - least) // 2)
        if found >= 0:
            return found + len(mark)
    at = least
    while at < min(len(text) - 1, least + _FARTHEST) and _is_inside(text, at):
        at += 1
    return at


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut there would part a letter from its accent, or an emoji from what belongs to it."""
    following = text[at]
    joins = following in (_JOINER, "\ufe0f") or "\U0001f3fb" <= following <= "\U0001f3ff"
    return joins or text[at - 1] == _JOINER or unicodedata.combining(following) != 0
