"""Where things stand side by side: near to where each would like to be, in order, not touching."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

__all__ = ["columns", "spread"]

PASSES, PASSES_IF_LARGE, LARGE = 14, 4, 3_000


def spread(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions in the given order with at least `gaps` (one fewer than positions) between neighbours, with the
    smallest sum of weighted squares of what they are off from `wanted`."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    # Without the gaps this is a monotone regression: neighbours in the wrong order share their mean.
    blocks: list[tuple[float, float, int]] = []
    for place, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, mass, count = place - offset, weight, 1
        while blocks and blocks[-1][0] >= mean:
            other, more, many = blocks.pop()
            mean, mass, count = (mean * mass + other * more) / (mass + more), mass + more, count + many
        blocks.append((mean, mass, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def columns(
    rows: Sequence[Sequence[int]],
    gap: Mapping[tuple[int, int], float],
    down: Mapping[int, Sequence[int]],
    up: Mapping[int, Sequence[int]],
    passing: frozenset[int],
) -> dict[int, float]:
    """The middle of each cell, so that lines are short and straight; `gap` tells how far the middles of two neighbours
    are at least apart, `passing` are cells where a line only passes: those are straightened most."""
    found: dict[int, float] = {}
    for row in rows:
        gaps = [gap[pair] for pair in itertools.pairwise(row)]
        at = -sum(gaps) / 2
        for cell, step in zip(row, [*gaps, 0.0], strict=True):
            found[cell] = at
            at += step
    passes = PASSES if len(found) <= LARGE else PASSES_IF_LARGE
    for number in range(passes):
        downwards = number % 2 == 0
        both = number >= passes - 2
        for row in rows if downwards else reversed(rows):
            wanted, weights = [], []
            for cell in row:
                linked = [
                    *(up.get(cell, ()) if downwards or both else ()),
                    *(down.get(cell, ()) if not downwards or both else ()),
                ]
                mass = [_weight(cell, one, passing) for one in linked]
                total = sum(mass)
                wanted.append(
                    sum(found[one] * w for one, w in zip(linked, mass, strict=True)) / total if total else found[cell]
                )
                weights.append(total or 0.2)
            gaps = [gap[pair] for pair in itertools.pairwise(row)]
            found.update(zip(row, spread(wanted, weights, gaps), strict=True))
    return found


def _weight(one: int, other: int, passing: frozenset[int]) -> float:
    return (1.0, 3.0, 20.0)[(one in passing) + (other in passing)]
