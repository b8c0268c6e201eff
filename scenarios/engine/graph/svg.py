"""The drawing of a scenario as SVG: one text, no font, script or picture from elsewhere, readable by day and by night.

Rule: whatever comes from a scenario is escaped here, as text or not at all; names of classes are ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from scenarios.engine.graph.boxes import ACROSS, APART, DOWN, LABEL, NOTE, TEXT, TITLE, tag_width
from scenarios.engine.graph.boxes import LINE as SPACING
from scenarios.engine.graph.colours import DARK, LIGHT
from scenarios.engine.graph.drawing import Box, Label, Layout, Line, Say
from scenarios.engine.graph.frame import ABOUT, KEY, NAME, SWATCH, Item, framed, outline

__all__ = ["STYLE", "svg"]

ARROW = (4.5, 9.0)
BASE = 0.36
"""How far below the middle of a line its letters stand, in their size."""


def _colours(colours: dict[str, str]) -> str:
    return "".join(f"--g-{name}:{colour};" for name, colour in colours.items())


_KINDS = ("question", "says", "people", "action", "run", "branch", "everywhere")
STYLE = "\n".join((
    (f".graph{{{_colours(dict(LIGHT))}background:var(--g-ground);"
    'font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}'),
    f"@media (prefers-color-scheme:dark){{.graph{{{_colours(dict(DARK))}}}}}",
    ".graph text{fill:var(--g-ink);unicode-bidi:isolate}",
    ".graph .line{fill:none;stroke:var(--g-line);stroke-width:1.6}",
    ".graph .arrow{fill:var(--g-line)}",
    ".graph .waits.line{stroke:var(--g-waits);stroke-dasharray:6 4}",
    ".graph .waits.arrow{fill:var(--g-waits)}",
    ".graph .waits text{fill:var(--g-waits)}",
    ".graph .paper{fill:var(--g-ground)}",
    ".graph .shape{stroke-width:1.6}",
    *(f".graph .{kind}>.shape{{fill:var(--g-{kind});stroke:var(--g-{kind}-edge)}}" for kind in _KINDS),
    ".graph .everywhere>.shape{stroke-dasharray:2 3}",
    ".graph .mark{stroke:none}",
    *(f".graph .{kind}>.mark{{fill:var(--g-{kind}-edge)}}" for kind in ("people", "run")),
    ".graph .begin>.shape,.graph .end>.shape{fill:var(--g-end);stroke:none}",
    ".graph .end>text{fill:var(--g-end-ink)}",
    ".graph .tag{fill:var(--g-sells)}",
    ".graph .tag-word{fill:var(--g-sells-ink)}",
    f".graph .title{{font-size:{TITLE}px;font-weight:700}}",
    f".graph .text{{font-size:{TEXT}px}}",
    f".graph .note{{font-size:{NOTE}px;fill:var(--g-faint)}}",
    f".graph .tag-word,.graph .end>text{{font-size:{NOTE}px;font-weight:700}}",
    f".graph .label text{{font-size:{LABEL}px}}",
    f".graph .name{{font-size:{NAME}px;font-weight:700}}",
    f".graph .about{{font-size:{ABOUT}px;fill:var(--g-faint)}}",
    f".graph .key text{{font-size:{KEY}px}}",
    ".graph .ring{fill:none;stroke:none}",
    ".graph .here>.ring{stroke:var(--g-here);stroke-width:4}",
))  # fmt: skip
"""How the classes of a drawing look; for a page that shows drawings without their own style."""


def svg(found: Layout, say: Say, at: str = "", styled: bool = True) -> str:
    """The drawing as SVG in the language of `say`; `at` is the step at which a talk stands. Without `styled` the page
    that shows it brings STYLE."""
    return "\n".join(_parts(found, say, at, styled)) + "\n"


def _parts(found: Layout, say: Say, at: str, styled: bool) -> Iterator[str]:
    frame = framed(found, say, at)
    wide, high = _n(frame.width), _n(frame.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" aria-label={quoteattr(" ".join([frame.name, *frame.about]))}>'
    )
    if styled:
        yield f"<style>{STYLE}</style>"
    yield f'<rect class="paper" width="{wide}" height="{high}"/>'
    yield _text("name", (frame.name,), 24, 24, NAME)
    yield _text("about", frame.about, 24, 24 + NAME * SPACING, ABOUT)
    yield f'<g transform="translate({_n(frame.left)} {_n(frame.top)})">'
    for box in found.boxes:
        yield _box(box, bool(at) and box.drawn.id == at)
    for line in found.lines:
        yield _line(line)
    for label in found.labels:
        yield _label(label)
    yield "</g>"
    for item in frame.legend:
        yield _item(item)
    yield "</svg>"


def _box(box: Box, here: bool) -> str:
    one, x, y = box.drawn, box.x, box.y
    step = f" data-step={quoteattr(one.id)}" if one.title and one.kind != "end" else ""
    parts = [f'<g class="box {one.kind}{" here" if here else ""}"{step}>']
    if one.kind == "begin":
        parts.append(f'<circle class="shape" cx="{_n(x + one.width / 2)}" cy="{_n(y + one.height / 2)}" r="7"/></g>')
        return "".join(parts)
    parts.append(
        f'<rect class="ring" x="{_n(x - 4)}" y="{_n(y - 4)}" width="{_n(one.width + 8)}" '
        f'height="{_n(one.height + 8)}" rx="10"/>'
    )
    parts.append(_shape(one.kind, x, y, one.width, one.height))
    if one.kind == "end":
        middle = f'x="{_n(x + one.width / 2)}" y="{_n(y + one.height / 2 + NOTE * BASE)}"'
        return "".join([*parts, f'<text {middle} text-anchor="middle">{escape(one.title)}</text></g>'])
    left, top = x + ACROSS, y + DOWN
    if one.title:
        parts.append(_text("title", (one.title,), left, top, TITLE))
        top += TITLE * SPACING + APART
    for text in one.texts:
        parts.append(_text("title" if one.kind == "everywhere" else "text", text, left, top, TEXT))
        top += TEXT * SPACING * len(text) + APART
    parts.append(_text("note", one.notes, left, top, NOTE))
    if one.tag:
        wide = tag_width(one.tag)
        parts.append(_tag(one.tag, x + one.width - wide - 7, y + 8, wide))
    return "".join([*parts, "</g>"])


def _shape(kind: str, x: float, y: float, wide: float, high: float) -> str:
    corners = outline(kind, x, y, wide, high)
    if isinstance(corners, list):
        return f'<polygon class="shape" points="{" ".join(f"{_n(a)},{_n(b)}" for a, b in corners)}"/>'
    size = f'width="{_n(wide)}" height="{_n(high)}" rx="{_n(corners)}"'
    found = f'<rect class="shape" x="{_n(x)}" y="{_n(y)}" {size}/>'
    bars = {"people": (x,), "run": (x, x + wide - 4)}.get(kind, ())
    return found + "".join(
        f'<rect class="mark" x="{_n(at)}" y="{_n(y)}" width="4" height="{_n(high)}" rx="2"/>' for at in bars
    )


def _tag(word: str, x: float, y: float, wide: float) -> str:
    high = NOTE * SPACING + 3
    place = f'x="{_n(x + wide / 2)}" y="{_n(y + high / 2 + NOTE * BASE)}"'
    return (
        f'<rect class="tag" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}" rx="{_n(high / 2)}"/>'
        f'<text class="tag-word" {place} text-anchor="middle">{escape(word)}</text>'
    )


def _line(line: Line) -> str:
    kind = " waits" if line.waits else ""
    points = line.points
    if line.sideways:
        (x, y), *bends = points
        path = f"M{_n(x)} {_n(y)}C" + " ".join(f"{_n(a)} {_n(b)}" for a, b in bends)
        arrow = _arrow(points[-1], (1.0, 0.0))
    else:
        path = f"M{_n(points[0][0])} {_n(points[0][1])}"
        for (x, y), (a, b) in itertools.pairwise(points):
            half = (y + b) / 2
            path += f"V{_n(b)}" if x == a else f"C{_n(x)} {_n(half)} {_n(a)} {_n(half)} {_n(a)} {_n(b)}"
        arrow = _arrow(points[-1], (0.0, 1.0 if points[-2][1] > points[-1][1] else -1.0))
    return f'<path class="line{kind}" d="{path}"/><polygon class="arrow{kind}" points="{arrow}"/>'


def _arrow(tip: tuple[float, float], back: tuple[float, float]) -> str:
    """A triangle at `tip` whose other end lies in the direction `back`."""
    (x, y), (dx, dy), (half, long) = tip, back, ARROW
    corners = [(x, y)]
    corners += [(x + dx * long + side * dy * half, y + dy * long + side * dx * half) for side in (-1, 1)]
    return " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)


def _label(label: Label) -> str:
    kind = "label waits" if label.waits else "label"
    paper = (
        f'<rect class="paper" x="{_n(label.x - label.width / 2)}" y="{_n(label.y)}" '
        f'width="{_n(label.width)}" height="{_n(label.height)}" rx="4"/>'
    )
    return f'<g class="{kind}">{paper}{_text("", label.lines, label.x, label.y + 3, LABEL, "middle")}</g>'


def _item(item: Item) -> str:
    wide, high = SWATCH
    x, y = item.x, item.y
    if item.kind == "sells":
        drawn = f'<rect class="tag" x="{_n(x)}" y="{_n(y + 2)}" width="{wide}" height="{high - 4}" rx="7"/>'
    elif item.kind == "waits":
        drawn = f'<path class="line waits" d="M{_n(x)} {_n(y + high / 2)}h{wide}"/>'
    elif item.kind == "here":
        drawn = f'<rect class="ring" x="{_n(x + 2)}" y="{_n(y + 2)}" width="{wide - 4}" height="{high - 4}" rx="6"/>'
    else:
        drawn = _shape(item.kind, x, y, wide, high)
    words = _text("", (item.text,), x + wide + 8, y + (high - KEY * SPACING) / 2, KEY)
    return f'<g class="key"><g class="{item.kind}">{drawn}</g>{words}</g>'


def _text(kind: str, lines: Sequence[str], x: float, y: float, size: float, anchor: str = "") -> str:
    placed = f' text-anchor="{anchor}"' if anchor else ""
    named = f' class="{kind}"' if kind else ""
    at = [_n(y + size * (SPACING * (number + 0.5) + BASE)) for number in range(len(lines))]
    return "".join(
        f'<text{named} x="{_n(x)}" y="{high}"{placed}>{escape(line)}</text>'
        for high, line in zip(at, lines, strict=True)
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
