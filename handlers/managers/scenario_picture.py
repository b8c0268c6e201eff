"""The picture of a scenario as PNG, for managers who read it in Telegram.

Rule: the same drawing as the SVG, through matplotlib's objects, never through pyplot, whose state all threads share;
both functions block for a second or more and belong into a thread.
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.texts import Texts
from scenarios.engine.graph import graph_of
from scenarios.engine.graph.boxes import ACROSS, APART, DOWN, LABEL, LINE, NOTE, TEXT, TITLE, tag_width
from scenarios.engine.graph.colours import LIGHT
from scenarios.engine.graph.drawing import Box, Label, Layout, Line, Say, TooLarge
from scenarios.engine.graph.frame import ABOUT, KEY, NAME, SWATCH, Item, framed, outline
from scenarios.engine.graph.layout import layout
from scenarios.engine.model import Scenario
from scenarios.engine.phrases import Phrase

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

__all__ = ["draw_graph", "draw_scenario"]

DOTS = 2.0
"""Dots of the picture for one of the drawing: letters stay sharp when a phone's reader draws them larger."""

MOST_SIDES, MOST_DOTS = 10_000, 40_000_000
"""Telegram takes photos whose width and height together are at most 10,000 (Bot API 10.1, sendPhoto); the other bounds
the memory that drawing needs."""

LEAST_DOTS = 1.0
"""With fewer dots letters cannot be read any more."""

INCH = 72.0
KEPT_SECONDS = 48 * 3_600
"""A picture is removed after two days: the outbox gives up on sending it after one."""

ARROW = (4.5, 9.0)
BASE = 0.36
"""How far below the middle of a line its letters stand, in their size."""


STAND_INS = {"⭐": "★", "🌟": "★", "✅": "✓", "❌": "✗", "\N{HEAVY BLACK HEART}": "♥"}
"""What is drawn for pictures that the font does not have; other pictures are left out, letters become a frame."""

FRAME = "□"


def draw_graph(scenario: Scenario, texts: Texts, language: str, folder: Path) -> Path:
    """Draw a checked scenario in a manager's language into `folder` (made if missing); the picture's path. Old pictures
    there are removed. Raises TooLarge, whose text a manager may read, where no picture could show it."""
    folder.mkdir(parents=True, exist_ok=True)
    limit = time.time() - KEPT_SECONDS
    for old in folder.glob("scenario-*.png"):
        if old.stat().st_mtime < limit:
            old.unlink(missing_ok=True)
    path = folder / f"scenario-{secrets.token_hex(8)}.png"

    def say(phrase: Phrase) -> str:
        return texts.render(phrase, language)

    draw_scenario(layout(graph_of(scenario), say), say, path)
    return path


def draw_scenario(found: Layout, say: Say, path: Path, at: str = "") -> None:
    """Write a laid out scenario as PNG; `at` is the step at which a talk stands. Raises TooLarge, OSError."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    frame = framed(found, say, at)
    dots = min(DOTS, MOST_SIDES / (frame.width + frame.height), (MOST_DOTS / frame.width / frame.height) ** 0.5)
    if dots < LEAST_DOTS:
        text = f"{frame.name} is too large for a picture that a phone can show"
        raise TooLarge(f'{text}; put parts of it into scenarios of their own and "run" them')
    with rc_context({"font.family": "DejaVu Sans", "text.parse_math": False, "path.simplify": False}):
        size = (frame.width / INCH, frame.height / INCH)
        figure = Figure(figsize=size, dpi=INCH * dots, facecolor=LIGHT["ground"])
        FigureCanvasAgg(figure)
        _Page(figure, frame.width, frame.height).all(found, say, at)
        figure.savefig(path, format="png")


class _Page:
    """Draws in the units of the drawing, y downwards."""

    def __init__(self, figure: Figure, width: float, height: float) -> None:
        from matplotlib.transforms import Affine2D

        self._figure = figure
        self._width, self._height = width, height
        self._left = self._top = 0.0
        self._unit = Affine2D().scale(1, -1).translate(0, height).scale(1 / INCH) + figure.dpi_scale_trans

    def all(self, found: Layout, say: Say, at: str) -> None:
        frame = framed(found, say, at)
        self._words((frame.name,), 24, 24, NAME, LIGHT["ink"], bold=True)
        self._words(frame.about, 24, 24 + NAME * LINE, ABOUT, LIGHT["faint"])
        self._left, self._top = frame.left, frame.top
        for box in found.boxes:
            self._box(box, bool(at) and box.drawn.id == at)
        for line in found.lines:
            self._line(line)
        for label in found.labels:
            self._label(label)
        self._left = self._top = 0.0
        for item in frame.legend:
            self._item(item)

    # -- parts -------------------------------------------------------------------------------------------

    def _box(self, box: Box, here: bool) -> None:
        one, x, y = box.drawn, box.x, box.y
        if here:
            self._rect(x - 4, y - 4, one.width + 8, one.height + 8, 10, "none", LIGHT["here"], 4.0)
        self._shape(one.kind, x, y, one.width, one.height)
        if one.kind == "end":
            self._middle(one.title, x + one.width / 2, y + one.height / 2, NOTE, LIGHT["end-ink"], bold=True)
        if one.kind in ("begin", "end"):
            return
        left, top = x + ACROSS, y + DOWN
        if one.title:
            self._words((one.title,), left, top, TITLE, LIGHT["ink"], bold=True)
            top += TITLE * LINE + APART
        for text in one.texts:
            self._words(text, left, top, TEXT, LIGHT["ink"], bold=one.kind == "everywhere")
            top += TEXT * LINE * len(text) + APART
        self._words(one.notes, left, top, NOTE, LIGHT["faint"])
        if one.tag:
            wide, high = tag_width(one.tag), NOTE * LINE + 3
            corner = x + one.width - wide - 7
            self._rect(corner, y + 8, wide, high, high / 2, LIGHT["sells"], "none", 0)
            self._middle(one.tag, corner + wide / 2, y + 8 + high / 2, NOTE, LIGHT["sells-ink"], bold=True)

    def _shape(self, kind: str, x: float, y: float, wide: float, high: float) -> None:
        from matplotlib.patches import Polygon

        if kind in ("begin", "end"):
            self._rect(x, y, wide, high, high / 2, LIGHT["end"], "none", 0)
            return
        fill, edge = LIGHT[kind], LIGHT[f"{kind}-edge"]
        corners = outline(kind, x, y, wide, high)
        if isinstance(corners, list):
            moved = [(a + self._left, b + self._top) for a, b in corners]
            style = (0, (2, 2)) if kind == "everywhere" else "solid"
            self._add(Polygon(moved, closed=True, facecolor=fill, edgecolor=edge, linewidth=1.6, linestyle=style))
            return
        self._rect(x, y, wide, high, corners, fill, edge, 1.6)
        for bar in {"people": (x,), "run": (x, x + wide - 4)}.get(kind, ()):
            self._rect(bar, y, 4, high, 1, edge, "none", 0)

    def _line(self, line: Line) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path as Curve

        points = [(x + self._left, y + self._top) for x, y in line.points]
        vertices, codes = [points[0]], [Curve.MOVETO]
        if line.sideways:
            vertices += points[1:]
            codes += [Curve.CURVE4] * 3
            back = (1.0, 0.0)
        else:
            for (x, y), (a, b) in pairwise(points):
                half = (y + b) / 2
                vertices += [(x, half), (a, half), (a, b)]
                codes += [Curve.CURVE4] * 3
            back = (0.0, 1.0 if points[-2][1] > points[-1][1] else -1.0)
        colour = LIGHT["waits" if line.waits else "line"]
        style = (0, (4, 2.6)) if line.waits else "solid"
        self._add(PathPatch(Curve(vertices, codes), fill=False, edgecolor=colour, linewidth=1.6, linestyle=style))
        self._arrow(points[-1], back, colour)

    def _arrow(self, tip: tuple[float, float], back: tuple[float, float], colour: str) -> None:
        from matplotlib.patches import Polygon

        (x, y), (dx, dy), (half, long) = tip, back, ARROW
        corners = [(x, y)]
        corners += [(x + dx * long + side * dy * half, y + dy * long + side * dx * half) for side in (-1, 1)]
        self._add(Polygon(corners, closed=True, facecolor=colour, edgecolor="none"))

    def _label(self, label: Label) -> None:
        self._rect(label.x - label.width / 2, label.y, label.width, label.height, 4, LIGHT["ground"], "none", 0)
        colour = LIGHT["waits" if label.waits else "ink"]
        for number, line in enumerate(label.lines):
            self._middle(line, label.x, label.y + 3 + LABEL * LINE * (number + 0.5), LABEL, colour)

    def _item(self, item: Item) -> None:
        wide, high = SWATCH
        x, y = item.x, item.y
        if item.kind == "sells":
            self._rect(x, y + 2, wide, high - 4, 7, LIGHT["sells"], "none", 0)
        elif item.kind == "waits":
            for dash in range(3):
                self._rect(x + dash * 10, y + high / 2 - 0.8, 7, 1.6, 0, LIGHT["waits"], "none", 0)
        elif item.kind == "here":
            self._rect(x + 2, y + 2, wide - 4, high - 4, 6, "none", LIGHT["here"], 4.0)
        else:
            self._shape(item.kind, x, y, wide, high)
        self._words((item.text,), x + wide + 8, y + (high - KEY * LINE) / 2, KEY, LIGHT["ink"])

    # -- strokes -----------------------------------------------------------------------------------------

    def _rect(
        self, x: float, y: float, wide: float, high: float, radius: float, fill: str, edge: str, stroke: float
    ) -> None:
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        corner = (x + self._left, y + self._top)
        self._add(FancyBboxPatch(corner, wide, high, style, facecolor=fill, edgecolor=edge, linewidth=stroke))

    def _words(self, lines: tuple[str, ...], x: float, y: float, size: float, colour: str, bold: bool = False) -> None:
        for number, line in enumerate(lines):
            self._write(line, x, y + size * LINE * (number + 0.5), size, colour, bold, "left")

    def _middle(self, line: str, x: float, y: float, size: float, colour: str, bold: bool = False) -> None:
        self._write(line, x, y, size, colour, bold, "center")

    def _write(self, line: str, x: float, y: float, size: float, colour: str, bold: bool, side: str) -> None:
        line = _drawable(line)
        self._figure.text(
            (x + self._left) / self._width,
            1 - (y + self._top + size * BASE) / self._height,
            line, fontsize=size, color=colour, ha=side, va="baseline", fontweight="bold" if bold else "normal",
        )  # fmt: skip

    def _add(self, patch: Patch) -> None:
        patch.set_transform(self._unit)
        self._figure.add_artist(patch, clip=False)


@cache
def _letters() -> frozenset[int]:
    """What the font has."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def _drawable(text: str) -> str:
    known = _letters()
    return "".join(letter if ord(letter) in known else _stand_in(letter) for letter in text).strip()


def _stand_in(letter: str) -> str:
    is_letter = unicodedata.category(letter)[0] in "LN"
    return STAND_INS.get(letter, FRAME if is_letter else "")
