"""In which row a box stands, and in which order within its row: the layered part of a drawing.

Ways run downwards; those that would close a circle are turned round for the drawing and keep their arrow. A row is as
full as the page is wide, then the next one begins. Where a way passes a row it gets a place there of its own, so that
it never runs through a box.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scenarios.engine.checks.ways import groups

__all__ = ["Arc", "crossings", "directed", "ordered", "ranks"]

SWEEPS, SWEEPS_IF_LARGE, LARGE = 24, 4, 3_000


@dataclass(frozen=True, slots=True)
class Arc:
    """A way between two boxes as it is drawn: from the upper to the lower; `turned` when the arrow points up."""

    upper: str
    lower: str
    turned: bool


def directed(names: Sequence[str], ways: Iterable[tuple[str, str]]) -> list[Arc]:
    """The ways so that no circle is left, in the given order; a way from a box to itself is not allowed here.

    Of the ways of a circle those are turned that lead back in the order of `names`, which is how its author thought of
    it; unless a walk from the first box on finds fewer.
    """
    ways = list(ways)
    back, walked = _against_the_order(names, ways), _against_a_walk(names, ways)
    turned = back if len(back) <= len(walked) else walked
    return [Arc(b, a, True) if n in turned else Arc(a, b, False) for n, (a, b) in enumerate(ways)]


def _against_the_order(names: Sequence[str], ways: Sequence[tuple[str, str]]) -> set[int]:
    follows: dict[str, list[str]] = {name: [] for name in names}
    for source, target in ways:
        follows[source].append(target)
    circle = {name: number for number, group in enumerate(groups(follows)) for name in group}
    place = {name: number for number, name in enumerate(names)}
    return {n for n, (a, b) in enumerate(ways) if circle[a] == circle[b] and place[b] < place[a]}


def _against_a_walk(names: Sequence[str], ways: Sequence[tuple[str, str]]) -> set[int]:
    """The ways that lead to a box from which the walk (depth first) has not come back yet."""
    follows: dict[str, list[int]] = {name: [] for name in names}
    for number, (source, _) in enumerate(ways):
        follows[source].append(number)
    turned: set[int] = set()
    open_, done = set[str](), set[str]()
    for root in names:
        stack = [(root, iter(follows[root]))] if root not in done else []
        open_.update(name for name, _ in stack)
        while stack:
            name, left = stack[-1]
            number = next(left, -1)
            if number < 0:
                stack.pop()
                open_.discard(name)
                done.add(name)
                continue
            target = ways[number][1]
            if target in open_:
                turned.add(number)
            elif target not in done:
                open_.add(target)
                stack.append((target, iter(follows[target])))
    return turned


def ranks(widths: Mapping[str, float], arcs: Sequence[Arc], room: float) -> dict[str, int]:
    """The row of each box, counted from 0: below all that lead to it, rows at most `room` wide (one box always fits).

    Where not all have room those go first from which the longest way leads on.
    """
    below: dict[str, set[str]] = {name: set() for name in widths}
    above: dict[str, set[str]] = {name: set() for name in widths}
    for arc in arcs:
        below[arc.upper].add(arc.lower)
        above[arc.lower].add(arc.upper)
    left = {name: len(found) for name, found in above.items()}
    order = [name for name in widths if not left[name]]
    for name in order:
        for target in below[name]:
            left[target] -= 1
            if not left[target]:
                order.append(target)
    length: dict[str, int] = {}
    for name in reversed(order):
        length[name] = max((length[target] + 1 for target in below[name]), default=0)
    place = {name: number for number, name in enumerate(widths)}
    waiting = {name: len(found) for name, found in above.items()}
    ready = [name for name, count in waiting.items() if not count]
    found: dict[str, int] = {}
    row = 0
    while ready:
        ready.sort(key=lambda name: (-length[name], place[name]))
        taken: list[str] = []
        used = 0.0
        for name in ready:
            if not taken or used + widths[name] <= room:
                taken.append(name)
                used += widths[name]
        chosen = set(taken)
        ready = [name for name in ready if name not in chosen]
        for name in taken:
            found[name] = row
            for target in below[name]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        row += 1
    return found


def crossings(upper: Sequence[int], lower: Sequence[int], links: Mapping[int, Sequence[int]]) -> int:
    """How many lines cross between two rows; `links` leads from the places of the upper to those of the lower."""
    at = {cell: place for place, cell in enumerate(lower)}
    seen: list[int] = []
    found = 0
    for cell in upper:
        targets = sorted(at[one] for one in links.get(cell, ()))
        found += sum(len(seen) - bisect_left(seen, target + 1) for target in targets)
        for target in targets:
            insort(seen, target)
    return found


def ordered(
    rows: list[list[int]], down: Mapping[int, Sequence[int]], up: Mapping[int, Sequence[int]]
) -> list[list[int]]:
    """The rows with their cells so ordered that few lines cross: each cell goes where those stand that it is linked to
    (barycentres), up and down the page; the best order that was met is kept."""
    best = rows = [list(row) for row in rows]
    fewest = _crossings(rows, down)
    for sweep in range(SWEEPS if sum(map(len, rows)) <= LARGE else SWEEPS_IF_LARGE):
        if not fewest:
            break
        rows = [list(row) for row in rows]
        downwards = sweep % 2 == 0
        numbers = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
        links = up if downwards else down
        for number in numbers:
            beside = rows[number - 1 if downwards else number + 1]
            at = {cell: place for place, cell in enumerate(beside)}
            rows[number] = _by_barycentre(rows[number], links, at)
        count = _crossings(rows, down)
        if count < fewest:
            best, fewest = rows, count
    return best


def _by_barycentre(row: list[int], links: Mapping[int, Sequence[int]], at: Mapping[int, int]) -> list[int]:
    wanted: dict[int, float] = {}
    before = -1.0
    for cell in row:
        linked = [at[one] for one in links.get(cell, ())]
        # Who is linked to nobody stays beside its neighbour.
        before = wanted[cell] = sum(linked) / len(linked) if linked else before
    return sorted(row, key=wanted.__getitem__)


def _crossings(rows: list[list[int]], down: Mapping[int, Sequence[int]]) -> int:
    return sum(crossings(a, b, down) for a, b in itertools.pairwise(rows))
