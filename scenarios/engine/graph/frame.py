"""What stands around the drawing of a scenario: its title above, and below what shapes and lines mean."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.engine.graph import words
from scenarios.engine.graph.drawing import Layout, Say
from scenarios.engine.graph.widths import clean, width, wrap

__all__ = ["ABOUT", "KEY", "NAME", "SWATCH", "Frame", "Item", "framed", "outline"]

NAME, ABOUT, KEY = 22.0, 14.0, 12.0
"""The sizes of letters of title, what it is about, and legend."""

SWATCH = (28.0, 18.0)
MARGIN, LEAST = 24.0, 360.0
LINE = 1.32
BETWEEN, ROW = 18.0, 28.0

RADIUS = {"question": 14.0, "says": 4.0, "people": 4.0, "run": 4.0, "end": 14.0}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the legend: a kind of box, "sells", "waits" or "here", with the upper left corner of its swatch."""

    kind: str
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole page: its size, where the drawing begins, the lines above it, the legend."""

    width: float
    height: float
    left: float
    top: float
    name: str
    about: tuple[str, ...]
    legend: tuple[Item, ...]


def framed(found: Layout, say: Say, at: str = "") -> Frame:
    """The frame for a drawing in the language of `say`; `at` is the step at which a talk stands."""
    wide = max(found.width, LEAST)
    room = wide - 2 * MARGIN
    about = wrap(clean(found.graph.about), ABOUT, room, 3)
    top = MARGIN + NAME * LINE + len(about) * ABOUT * LINE
    kinds = [box.drawn.kind for box in found.boxes]
    entries = [(kind, phrase) for kind, phrase in words.LEGEND.items() if kind in kinds]
    if any(box.drawn.tag for box in found.boxes):
        entries.append(("sells", words.SELLS))
    if any(line.waits for line in found.lines):
        entries.append(("waits", words.WAITS))
    if any(box.drawn.id == at for box in found.boxes):
        entries.append(("here", words.NOW_HERE))
    items: list[Item] = []
    x, y = MARGIN, top + found.height
    for kind, phrase in entries:
        text = clean(say(phrase))
        long = SWATCH[0] + 8 + width(text, KEY)
        if x > MARGIN and x + long > wide - MARGIN:
            x, y = MARGIN, y + ROW
        items.append(Item(kind, text, x, y))
        x += long + BETWEEN
    height = y + (ROW if items else 0.0) + MARGIN / 2
    return Frame(wide, height, (wide - found.width) / 2, top, found.graph.name, about, tuple(items))


def outline(kind: str, x: float, y: float, wide: float, high: float) -> list[tuple[float, float]] | float:
    """The corners of a box of that kind, or how round the corners of its rectangle are."""
    if kind in RADIUS:
        return min(RADIUS[kind], high / 2)
    right, bottom, middle = x + wide, y + high, y + high / 2
    if kind == "branch":
        point = min(12.0, high / 2)
        return [
            (x, middle), (x + point, y), (right - point, y),
            (right, middle), (right - point, bottom), (x + point, bottom),
        ]  # fmt: skip
    nick = min(10.0, high / 3)
    if kind == "everywhere":
        return [(x, y), (right - nick, y), (right, y + nick), (right, bottom), (x, bottom)]
    return [
        (x + nick, y), (right - nick, y), (right, y + nick), (right, bottom - nick),
        (right - nick, bottom), (x + nick, bottom), (x, bottom - nick), (x, y + nick),
    ]  # fmt: skip
