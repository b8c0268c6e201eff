"""What is drawn, and where: boxes, labels and lines, and how drawings that have no way in common share a page.

The unit is a dot of a screen; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from scenarios.engine.graph import Edge, Graph, Node
from scenarios.engine.graph.boxes import Drawn
from scenarios.engine.phrases import Phrase

__all__ = ["MARGIN", "Box", "Label", "Layout", "Line", "Say", "TooLarge", "beside", "parts"]

Say = Callable[[Phrase], str]
"""Puts a phrase into the reader's language."""

MARGIN = 24.0
APART = 34.0
BAND = 12.0
WIDER = 1.2
"""How much wider than the widest part a page may become, rather than longer."""


class TooLarge(ValueError):
    """The scenario has so many steps and ways that one picture of it would help nobody."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: `x` and `y` are its upper left corner."""

    drawn: Drawn
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on a way: `x` is its middle, `y` its upper edge."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    waits: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A way, or several side by side that lead the same way: curves with upright ends from point to point. The arrow is
    at the last one. `sideways` is a way back to the same box: one curve with four points."""

    edges: tuple[Edge, ...]
    points: tuple[tuple[float, float], ...]
    waits: bool
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole drawing."""

    graph: Graph
    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]


def parts(graph: Graph) -> list[Graph]:
    """The parts of a graph that no way connects; that with the first step first, the others as the file has them."""
    linked: dict[str, list[str]] = {name: [] for name in graph.nodes}
    for edge in graph.edges:
        linked[edge.source].append(edge.target)
        linked[edge.target].append(edge.source)
    part: dict[str, int] = {}
    count = 0
    for name in graph.nodes:
        waiting = [name] if name not in part else []
        count += bool(waiting)
        while waiting:
            one = waiting.pop()
            if one not in part:
                part[one] = count - 1
                waiting += linked[one]
    nodes: list[dict[str, Node]] = [{} for _ in range(count)]
    edges: list[list[Edge]] = [[] for _ in range(count)]
    for name, node in graph.nodes.items():
        nodes[part[name]][name] = node
    for edge in graph.edges:
        edges[part[edge.source]].append(edge)
    return [Graph(graph.name, graph.about, *one) for one in zip(nodes, map(tuple, edges), strict=True)]


def beside(drawings: Sequence[Layout], graph: Graph, room: float) -> Layout:
    """Several drawings on one page: each to the right of what is there, as near as its shape lets it, or below where
    the page would become wider than `room` and the widest of them."""
    widest = max([room, *(one.width * WIDER for one in drawings)])
    right: dict[int, float] = {}
    placed: list[Layout] = []
    top = deep = 0.0
    for one in drawings:
        left = _left(one, right)
        if left + one.width > widest:
            right, top, left = {}, deep, 0.0
        for band, _, until in _bands(one):
            right[band] = max(right.get(band, 0.0), left + until)
        placed.append(_moved(one, left, top))
        deep = max(deep, top + one.height)
    return Layout(
        graph,
        max((one.width for one in placed), default=0.0),
        deep,
        tuple(box for one in placed for box in one.boxes),
        tuple(label for one in placed for label in one.labels),
        tuple(line for one in placed for line in one.lines),
    )


def _left(one: Layout, right: dict[int, float]) -> float:
    """How far a drawing has to move to the right so that it touches nothing."""
    shift = 0.0
    for band, begins, _ in _bands(one):
        if band in right:
            shift = max(shift, right[band] + APART - begins)
    return shift


def _bands(one: Layout) -> Iterator[tuple[int, float, float]]:
    """What a drawing covers, in level bands: number, from, until."""
    for x, y, wide, high in _covered(one):
        for band in range(int(y // BAND), int((y + high) // BAND) + 1):
            yield band, x, x + wide


def _covered(one: Layout) -> Iterator[tuple[float, float, float, float]]:
    for box in one.boxes:
        yield box.x, box.y, box.drawn.width, box.drawn.height
    for label in one.labels:
        yield label.x - label.width / 2, label.y, label.width, label.height
    for line in one.lines:
        for (x, y), (a, b) in zip(line.points, line.points[1:], strict=False):
            yield min(x, a), min(y, b), abs(x - a), abs(y - b)


def _moved(one: Layout, x: float, y: float) -> Layout:
    return Layout(
        one.graph,
        one.width + x,
        one.height + y,
        tuple(replace(box, x=box.x + x, y=box.y + y) for box in one.boxes),
        tuple(replace(label, x=label.x + x, y=label.y + y) for label in one.labels),
        tuple(replace(line, points=tuple((a + x, b + y) for a, b in line.points)) for line in one.lines),
    )
