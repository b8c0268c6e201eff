"""A scenario as Mermaid text, which GitHub and many editors draw.

Rule: nothing of a scenario is an instruction to Mermaid. Names are ours (n0, n1, ...), words stand in quotes, and what
Mermaid or its Markdown would read as a sign is written as its number.
"""

from __future__ import annotations

import json
import re

from scenarios.engine.graph import Graph, Node, words
from scenarios.engine.graph.colours import LIGHT
from scenarios.engine.graph.drawing import Say
from scenarios.engine.graph.layout import bundles
from scenarios.engine.graph.widths import clean

__all__ = ["MOST_LETTERS", "MOST_LINES", "mermaid"]

MOST_LETTERS, MOST_LINES = 50_000, 500
"""What Mermaid draws unless it is told otherwise: maxTextSize and maxEdges (its configuration, November 2026)."""

TEXT_LETTERS, NOTE_LETTERS = 110, 80

_SHAPES = {
    "question": '("{}")',
    "says": '["{}"]',
    "people": '[/"{}"\\]',
    "action": '[/"{}"/]',
    "run": '[["{}"]]',
    "branch": '{{{{"{}"}}}}',
    "everywhere": '>"{}"]',
    "end": '(["{}"])',
    "begin": '(("{}"))',
}
_SIGNS = re.compile(
    r"""[&<>"#%`*~\\|;@]|(?<!\w)_|_(?!\w)|(?<=\w):(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"""
)
_STYLES = re.compile(r"style|classdef|linkstyle", re.IGNORECASE)


def mermaid(graph: Graph, say: Say, at: str = "") -> str:
    """The flowchart in the language of `say`; `at` is the step at which a talk stands. One trailing newline."""
    ids = {name: f"n{number}" for number, name in enumerate(graph.nodes)}
    title = f"{graph.name}: {clean(graph.about)}" if graph.about else graph.name
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=True)}", "---", "flowchart TD"]
    for name, node in graph.nodes.items():
        lines.append(f"    {ids[name]}{_SHAPES[node.kind].format(_box(node, say))}:::{node.kind}Box")
    for edges in bundles(graph):
        said = list(dict.fromkeys(clean(say(edge.label)) for edge in edges if edge.label is not None))
        label = f'|"{"<br/>".join(_safe(one, NOTE_LETTERS) for one in said)}"|' if any(said) else ""
        arrow = "-.->" if edges[0].waits else "-->"
        lines.append(f"    {ids[edges[0].source]} {arrow}{label} {ids[edges[0].target]}")
    kinds = {node.kind for node in graph.nodes.values()}
    for kind in ("question", "says", "people", "action", "run", "branch", "everywhere"):
        if kind in kinds:
            edge, fill, ink = LIGHT[f"{kind}-edge"], LIGHT[kind], LIGHT["ink"]
            lines.append(f"    classDef {kind}Box fill:{fill},stroke:{edge},color:{ink}")
    dark = f"fill:{LIGHT['end']},stroke:{LIGHT['end']},color:{LIGHT['end-ink']}"
    lines += [f"    classDef endBox {dark}", f"    classDef beginBox {dark}"]
    if at in ids:
        lines.append(f"    style {ids[at]} stroke:{LIGHT['here']},stroke-width:4px")
    return "\n".join(lines) + "\n"


def _box(node: Node, say: Say) -> str:
    if node.kind == "begin":
        return " "
    if node.kind == "end":
        return _safe(clean(say(words.THE_END)), NOTE_LETTERS)
    parts = [] if node.kind == "everywhere" else [f"<b>{_safe(node.id, NOTE_LETTERS)}</b>"]
    if node.sells:
        parts.append(f"<b>{_safe(clean(say(words.SELLS)), NOTE_LETTERS)}</b>")
    parts += [_safe(clean(say(text)), TEXT_LETTERS) for text in node.texts]
    parts += [f"<i>{_safe(clean(say(note)), NOTE_LETTERS)}</i>" for note in node.notes]
    return "<br/>".join(part for part in parts if part)


def _safe(text: str, letters: int) -> str:
    if len(text) > letters:
        text = text[: letters - 1].rstrip() + "…"
    found = _SIGNS.sub(lambda sign: f"#{ord(sign.group())};", text)
    # Mermaid repairs lines that look like styles by taking a ";" away; without a colon none looks so.
    return found.replace(":", "#58;") if _STYLES.search(found) else found
