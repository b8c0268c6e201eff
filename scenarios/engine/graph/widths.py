"""How wide a text is when it is drawn, and where its lines break.

Measured on DejaVu Sans, the widest of the fonts that show these pictures (a browser takes the system's own, a PNG takes
DejaVu), so that what fits here fits everywhere.
"""

from __future__ import annotations

import unicodedata

__all__ = ["BOLD", "clean", "cut", "width", "wrap"]

BOLD = 1.17
"""How much wider bold letters are."""

_BY_WIDTH = {
    0.3: " ',.IJijl·ʻʼ‘’Іі",
    0.4: "!()-/:;[\\]frt|",
    0.5: '"*_`szг“”„–',
    0.6: "?FLPTYacekovxy«»ГРТУабвезкостухчьэяёәғқөҰұҮүЎўҳ",
    0.7: "$0123456789ABCEKRSVXZbdghnpqu{}АБВЕЗКСХЧЬЭЯдийлнпрцъЁ€ҒҚңҺһҲ",
    0.8: "&DGHNOQUwДИЙЛНОПЦмыӘҢӨ",
    0.9: "#+<=>M^~МФЪЫжфшю★☆→",
    1.0: "%@Wmщ…—",
    1.1: "ЖШЩЮ№",
}
_WIDTHS = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}
_UNKNOWN, _CAPITAL, _WIDE = 0.7, 0.8, 1.3


_UNSEEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF, 0xFFFE, 0xFFFF]
)
"""Marks that would turn the writing round beyond the text itself, and what XML cannot hold."""


def clean(text: str) -> str:
    """The text in one line as it can be drawn: white space of all kinds is one blank, nothing unseen is left."""
    seen = "".join(letter for letter in text.translate(_UNSEEN) if letter.isspace() or _is_seen(letter))
    return " ".join(seen.split())


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn")


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in the unit of its letters' `size`."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1.0)


def wrap(text: str, size: float, room: float, most: int, bold: bool = False) -> tuple[str, ...]:
    """The lines of a text in `room`, `most` of them; what does not fit is left out with "…". A word that is wider
    than the room is broken."""
    found: list[str] = []
    line = ""
    words = text.split()
    for place, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if len(found) + 1 == most:
            return (*found, cut(f"{longer} {' '.join(words[place + 1 : place + 9])}", size, room, bold))
        if line:
            found.append(line)
        line = word
        while width(line, size, bold) > room:
            if len(found) + 1 == most:
                return (*found, cut(" ".join([line, *words[place + 1 : place + 9]]), size, room, bold))
            head = _head(line, size, room, bold)
            found.append(head)
            line = line[len(head) :]
    return (*found, line) if line else tuple(found)


def cut(text: str, size: float, room: float, bold: bool = False) -> str:
    """The beginning of a text that fits into one line, with "…" where something was left out."""
    if width(text, size, bold) <= room:
        return text
    return _head(text, size, room - width("…", size, bold), bold).rstrip(" ,.;:—-") + "…"


def _head(text: str, size: float, room: float, bold: bool) -> str:
    used, kept = 0.0, 0
    for kept, letter in enumerate(text):  # noqa: B007
        used += width(letter, size, bold)
        if used > room:
            break
    else:
        return text
    return text[: max(1, kept)]


def _letter(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or kind == "So":
        return _WIDE
    return _CAPITAL if kind == "Lu" else _UNKNOWN
