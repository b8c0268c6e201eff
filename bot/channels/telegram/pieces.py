"""Texts in Telegram's measure, cut where a reader expects it.

Rule: lengths are UTF-16 units, in which Telegram counts offsets; a text is cut between paragraphs, else
lines, else words.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CAPTION_UNITS", "TEXT_UNITS", "cut", "pieces", "units"]

TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024
"""Limits of the Bot API (November 2026); it counts characters, so a text that fits in units always fits."""


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> str:
    """The beginning of a text that fits into so many units; no character is halved."""
    if units(text) <= most:
        return text
    kept = 0
    for at, character in enumerate(text):
        kept += 2 if character > "\uffff" else 1
        if kept > most:
            return text[:at]
    return text


def pieces(text: str, most: int = TEXT_UNITS) -> list[str]:
    """A text as messages of at most so many units each; a text without words has none."""
    found = []
    rest = text.strip()
    while units(rest) > most:
        head = cut(rest, most)
        end = _place(head, rest)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*found, rest] if rest else found


def _place(head: str, text: str) -> int:
    """Where to cut: at the last paragraph, line or word that leaves at least a third of the room used."""
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, 0, len(head) + len(mark))
        if at >= len(head) // 3:
            return at
    return len(head)
