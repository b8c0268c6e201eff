"""A graph with a place for everything: boxes with their lines of text, labels, and the curves of the ways.

Rule: nothing here touches: rows stand below each other, in a row everything has its own room, and a way that passes a
row has a place in it. The unit is a dot of a screen; y grows downwards.
"""

from __future__ import annotations

import itertools

from scenarios.engine.graph import BEGIN, EVERYWHERE, Edge, Graph
from scenarios.engine.graph.boxes import drawn, label_lines, label_size
from scenarios.engine.graph.drawing import MARGIN, Box, Label, Layout, Line, Say, TooLarge, beside, parts
from scenarios.engine.graph.places import columns, spread
from scenarios.engine.graph.rows import Arc, directed, ordered, ranks

__all__ = ["bundles", "layout"]

ROOM = 1_000.0
"""How wide a row of boxes may be; more narrow rows do not make it narrower, the ways past them take the room."""

MOST_CELLS, MOST_WAYS = 40_000, 6_000
"""Above this many places no reader finds a way, and the drawing takes longer than anybody waits."""

BETWEEN_BOXES, BETWEEN_LINES = 26.0, 12.0
LOOP = 26.0
GAP, GAP_MORE, GAP_MOST = 20.0, 0.11, 56.0
PORTS, PORT_GAP = 0.36, 15.0


Bundle = tuple[Edge, ...]


def layout(graph: Graph, say: Say) -> Layout:
    """Lay a graph out, its words in the language of `say`. Raises TooLarge."""
    if len(graph.edges) > MOST_WAYS:
        raise _too_large(graph)
    return beside([_Laying(part, say).done() for part in parts(graph)], graph, ROOM)


def bundles(graph: Graph) -> list[Bundle]:
    """The ways that lead from the same box to the same box in the same manner; each bundle is one line."""
    found: dict[tuple[str, str, bool], list[Edge]] = {}
    for edge in graph.edges:
        found.setdefault((edge.source, edge.target, edge.waits), []).append(edge)
    return [tuple(edges) for edges in found.values()]


def _too_large(graph: Graph) -> TooLarge:
    text = f"{graph.name} has so many steps and ways that lead far across that no picture can show it"
    return TooLarge(f'{text}; put parts of it into scenarios of their own and "run" them')


class _Laying:
    def __init__(self, graph: Graph, say: Say) -> None:
        self._graph = graph
        self._boxes = {name: drawn(node, say) for name, node in graph.nodes.items()}
        every = bundles(graph)
        # A way back to the box itself stands beside it; both kinds of time and word together.
        self._loops: dict[str, list[Edge]] = {}
        for one in every:
            if one[0].source == one[0].target:
                self._loops.setdefault(one[0].source, []).extend(one)
        self._beside = {name: label_lines(edges, say) for name, edges in self._loops.items()}
        self._bundles = [one for one in every if one[0].source != one[0].target]
        self._texts = [label_lines(one, say) for one in self._bundles]
        self._arcs = directed(list(graph.nodes), ((one[0].source, one[0].target) for one in self._bundles))
        self._down: dict[int, list[int]] = {}
        self._up: dict[int, list[int]] = {}
        self._width: list[float] = []
        self._height: list[float] = []
        self._passing: set[int] = set()

    def done(self) -> Layout:
        rows = self._rows()
        self._order = ordered(rows, self._down, self._up)
        gap = {
            (a, b): (self._width[a] + self._width[b]) / 2
            + (BETWEEN_LINES if a in self._passing or b in self._passing else BETWEEN_BOXES)
            for row in self._order
            for a, b in itertools.pairwise(row)
        }
        self._x = columns(self._order, gap, self._down, self._up, frozenset(self._passing))
        left = min(self._x[cell] - self._width[cell] / 2 for row in self._order for cell in row) - MARGIN
        self._x = {cell: at - left for cell, at in self._x.items()}
        width = max(at + self._width[cell] / 2 for cell, at in self._x.items()) + MARGIN
        self._ports()
        height = self._stack()
        boxes = tuple(
            Box(self._boxes[name], self._middle(cell) - self._boxes[name].width / 2, self._y[cell])
            for name, cell in self._cell.items()
        )
        lines = [self._line(*one) for one in zip(self._bundles, self._arcs, self._chains, strict=True)]
        labels = [self._label(number, cell) for number, cell in self._labelled.items()]
        for name in self._loops:
            line, label = self._loop(name)
            lines.append(line)
            labels += [label] if label.lines else []
        return Layout(self._graph, width, height, boxes, tuple(labels), tuple(lines))

    # -- cells ---------------------------------------------------------------------------------------

    def _new(self, row: list[int], width: float, height: float) -> int:
        self._width.append(width)
        self._height.append(height)
        cell = len(self._width) - 1
        row.append(cell)
        if cell > MOST_CELLS:
            raise _too_large(self._graph)
        return cell

    def _rows(self) -> list[list[int]]:
        """Cells for all boxes, labels and passages, row by row; even rows are for boxes, odd ones for labels."""
        widths = {name: box.width + self._room_beside(name) for name, box in self._boxes.items()}
        rank = ranks({name: width + BETWEEN_BOXES for name, width in widths.items()}, self._arcs, ROOM)
        self._lower_the_note(rank)
        place: dict[int, int] = {}
        for number, arc in enumerate(self._arcs):
            if self._texts[number]:
                place[number] = 2 * rank[arc.lower] - 1 if arc.turned else 2 * rank[arc.upper] + 1
        used = sorted({2 * row for row in rank.values()} | set(place.values()))
        at = {number: index for index, number in enumerate(used)}
        rows: list[list[int]] = [[] for _ in used]
        self._cell = {
            name: self._new(rows[at[2 * rank[name]]], widths[name], self._boxes[name].height) for name in self._boxes
        }
        self._chains: list[list[int]] = []
        self._labelled: dict[int, int] = {}
        for number, arc in enumerate(self._arcs):
            chain = [self._cell[arc.upper]]
            for index in range(at[2 * rank[arc.upper]] + 1, at[2 * rank[arc.lower]]):
                told = used[index] == place.get(number)
                chain.append(self._new(rows[index], *(label_size(self._texts[number]) if told else (0.0, 0.0))))
                if told:
                    self._labelled[number] = chain[-1]
                self._passing.add(chain[-1])
            chain.append(self._cell[arc.lower])
            self._chains.append(chain)
            for a, b in itertools.pairwise(chain):
                self._down.setdefault(a, []).append(b)
                self._up.setdefault(b, []).append(a)
        return self._begun(rows)

    def _lower_the_note(self, rank: dict[str, int]) -> None:
        """What holds everywhere stands right above the first step it leads to, instead of far away at the top; unless
        it alone leads to one, which then stands below it up there."""
        targets = {arc.lower for arc in self._arcs if arc.upper == EVERYWHERE}
        ends = {name for name in targets if self._graph.nodes[name].kind == "end"}
        others = {arc.lower for arc in self._arcs if arc.upper != EVERYWHERE}
        if targets - ends and targets - ends <= others:
            rank[EVERYWHERE] = min(rank[name] for name in targets - ends) - 1
            rank.update(dict.fromkeys(ends, rank[EVERYWHERE] + 1))

    def _begun(self, rows: list[list[int]]) -> list[list[int]]:
        """The rows in the order in which one meets their cells when reading from the first step on."""
        met: dict[int, int] = {}
        waiting = list(reversed([cell for row in rows for cell in row if cell not in self._up]))
        while waiting:
            cell = waiting.pop()
            if cell not in met:
                met[cell] = len(met)
                waiting += reversed(self._down.get(cell, []))
        return [sorted(row, key=met.__getitem__) for row in rows]

    def _room_beside(self, name: str) -> float:
        """Room to the right of a box for a way back to itself."""
        return LOOP + label_size(self._beside[name])[0] if name in self._loops else 0.0

    def _middle(self, cell: int) -> float:
        name = self._name.get(cell)
        return self._x[cell] - (self._room_beside(name) / 2 if name else 0.0)

    # -- where ways leave and arrive ---------------------------------------------------------------------

    def _ports(self) -> None:
        self._name = {cell: name for name, cell in self._cell.items()}
        self._port: dict[tuple[int, int], float] = {}
        for name, cell in self._cell.items():
            for links in (self._down, self._up):
                others = sorted(links.get(cell, ()), key=lambda one: (self._x[one], one))
                self._fan(cell, others, self._boxes[name].width)

    def _fan(self, cell: int, others: list[int], width: float) -> None:
        """Spread the ends of lines over the edge of a box, each as near as possible to where it leads."""
        if not others:
            return
        middle, most = self._middle(cell), width * PORTS
        gap = min(PORT_GAP, 2 * most / max(1, len(others) - 1))
        wanted = [min(max(self._middle(one), middle - most), middle + most) for one in others]
        places = spread(wanted, [1.0] * len(others), [gap] * (len(others) - 1))
        last = len(others) - 1
        for number, (one, at) in enumerate(zip(others, places, strict=True)):
            left, right = middle - most + gap * number, middle + most - gap * (last - number)
            self._port[cell, one] = min(max(at, left), right)

    def _end(self, cell: int, other: int) -> float:
        return self._port.get((cell, other), self._x[cell])

    def _stack(self) -> float:
        """How deep each row lies: the wider lines run sideways, the more room they get to do so."""
        self._y: dict[int, float] = {}
        self._bottom: dict[int, float] = {}
        top = bottom = MARGIN
        for number, row in enumerate(self._order):
            bottom = top + max(self._height[cell] for cell in row)
            for cell in row:
                # The point where it begins hangs right above the first step.
                begins = self._name.get(cell) == BEGIN
                self._y[cell], self._bottom[cell] = bottom - self._height[cell] if begins else top, bottom
            if number + 1 < len(self._order):
                far = max(
                    (abs(self._end(a, b) - self._end(b, a)) for a in row for b in self._down.get(a, ())), default=0.0
                )
                top = bottom + min(GAP_MOST, GAP + GAP_MORE * far)
        return bottom + MARGIN

    # -- what is drawn -----------------------------------------------------------------------------------

    def _line(self, one: Bundle, arc: Arc, chain: list[int]) -> Line:
        points: list[tuple[float, float]] = []
        for number, cell in enumerate(chain):
            before = chain[number - 1] if number else None
            after = chain[number + 1] if number + 1 < len(chain) else None
            if before is not None:
                points.append((self._end(cell, before), self._y[cell]))
            if after is not None:
                at = self._end(cell, after)
                if before is None:
                    points.append((at, self._y[cell] + self._height[cell]))
                if not points or points[-1] != (at, self._bottom[cell]):
                    points.append((at, self._bottom[cell]))
        return Line(one, tuple(reversed(points) if arc.turned else points), one[0].waits)

    def _label(self, number: int, cell: int) -> Label:
        lines, waits = self._texts[number], self._bundles[number][0].waits
        return Label(lines, self._x[cell], self._y[cell], self._width[cell], self._height[cell], waits)

    def _loop(self, name: str) -> tuple[Line, Label]:
        cell, box = self._cell[name], self._boxes[name]
        right = self._middle(cell) + box.width / 2
        top, bottom = self._y[cell] + box.height * 0.7, self._y[cell] + box.height * 0.3
        points = ((right, top), (right + LOOP - 4, top), (right + LOOP - 4, bottom), (right, bottom))
        lines, edges = self._beside[name], tuple(self._loops[name])
        waits = all(edge.waits for edge in edges)
        width, height = label_size(lines)
        y = self._y[cell] + max(0.0, (box.height - height) / 2)
        label = Label(lines, right + LOOP + width / 2, y, width, height, waits)
        return Line(edges, points, waits, sideways=True), label
