"""What stands in a box and on a way, line by line, and how much room that takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scenarios.engine.graph import Edge, Node, words
from scenarios.engine.graph.widths import clean, cut, width, wrap
from scenarios.engine.phrases import Phrase

__all__ = ["Drawn", "drawn", "label_lines", "label_size"]

TITLE, TEXT, NOTE, LABEL = 14.0, 14.0, 12.0, 13.0
"""The sizes of letters."""

LINE = 1.32
"""From line to line, in sizes of letters."""

ACROSS, DOWN, APART = 12.0, 9.0, 4.0
"""Between the edge of a box and its letters, and between title, paragraphs and notes."""

WIDTH, SLIM, DOT, TAG = 216.0, 176.0, 14.0, 12.0
LABEL_WIDTH, LABEL_LINES = 160.0, 6
FIRST_LINES, SECOND_LINES, NOTE_LINES = 2, 4, 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box with its words: `title` is the step's name in one line, `texts` what the bot says (a paragraph
    for each text), `notes` what else happens, `tag` the word of an offer for money ("" when it is none)."""

    id: str
    kind: str
    title: str
    texts: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    tag: str
    width: float
    height: float


def drawn(node: Node, say: Callable[[Phrase], str]) -> Drawn:
    """The box of a node, in the language of `say`."""
    if node.kind == "begin":
        return Drawn(node.id, node.kind, "", (), (), "", DOT, DOT)
    if node.kind == "end":
        word = clean(say(words.THE_END))
        return Drawn(node.id, node.kind, word, (), (), "", width(word, NOTE, bold=True) + 22, NOTE * LINE + 9)
    wide = SLIM if node.kind == "branch" else WIDTH
    room = wide - 2 * ACROSS
    tag = say(words.SELLS) if node.sells else ""
    everywhere = node.kind == "everywhere"
    title = "" if everywhere else cut(node.id, TITLE, room - (tag_width(tag) + 6 if tag else 0), bold=True)
    *first, last = node.texts or (None,)
    most = [(text, FIRST_LINES) for text in first] + ([(last, SECOND_LINES)] if last is not None else [])
    texts = tuple(wrap(clean(say(text)), TEXT, room, lines, bold=everywhere) for text, lines in most)
    notes = [line for note in node.notes for line in wrap(clean(say(note)), NOTE, room, NOTE_LINES)]
    height = 2 * DOWN + (TITLE * LINE if title else -APART) + sum(TEXT * LINE * len(text) + APART for text in texts)
    height += NOTE * LINE * len(notes) + APART * bool(notes)
    return Drawn(node.id, node.kind, title, texts, tuple(notes), tag, wide, height)


def tag_width(tag: str) -> float:
    """How wide the little word of an offer is, with its ground."""
    return width(tag, NOTE, bold=True) + TAG


def label_lines(edges: Sequence[Edge], say: Callable[[Phrase], str]) -> tuple[str, ...]:
    """What is written on a line: the words of all its ways, each on lines of its own; scores in a row as "0–6"."""
    said = list(dict.fromkeys(clean(say(edge.label)) for edge in edges if edge.label is not None))
    said = [one for one in said if one]
    if len(said) > 1 and all(one.isdecimal() and len(one) < 3 for one in said):
        said = [_scores(sorted(int(one) for one in said))]
    found: list[str] = []
    for place, one in enumerate(said):
        more = " /" if place + 1 < len(said) else ""
        lines = wrap(one + more, LABEL, LABEL_WIDTH, 3 if len(said) < 3 else 2)
        if len(found) + len(lines) > LABEL_LINES:
            return (*found, f"+ {len(said) - place}")
        found += lines
    return tuple(found)


def label_size(lines: Sequence[str]) -> tuple[float, float]:
    """How wide and high these words are; nothing for none."""
    if not lines:
        return 0.0, 0.0
    return max(width(line, LABEL) for line in lines) + 12, len(lines) * LABEL * LINE + 6


def _scores(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] + 1 == number:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in parts)
