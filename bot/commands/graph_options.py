"""What `qabul scenario graph` understands; apart from the work, so that help answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["add_graph"]

LANGUAGES = ("uz", "kk", "ru", "en")


def add_graph(kinds: Any) -> None:
    """Add the command `graph` to those of `qabul scenario`."""
    graph = kinds.add_parser(
        "graph",
        help="a scenario as a picture: Mermaid text, SVG or PNG",
        description="Draw a scenario: Mermaid text, or SVG or PNG. Mermaid and SVG go to the standard output.",
    )
    graph.add_argument("file", metavar="FILE", help="a scenario file, or the name of a shipped scenario")
    kind = graph.add_mutually_exclusive_group()
    kind.add_argument("--svg", action="store_true", help="an SVG instead of Mermaid text")
    kind.add_argument("--png", type=Path, metavar="PATH", help="write a PNG there instead")
    graph.add_argument("--language", choices=LANGUAGES, help="default: QABUL_LANGUAGE, LANG or English")
    graph.add_argument("--at", default="", metavar="STEP", help="mark this step")
