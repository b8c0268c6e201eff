"""JSON that is nested deeper than Python reads: the same with null in the place of what lies too deep."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["shallow"]

DEEPEST: Final = 64
"""Both messengers nest about ten levels; what lies deeper is left out."""
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A whole string (or one that never ends), or a bracket; possessive, so that no body makes it slow."""


def shallow(raw: bytes) -> bytes:
    """The same JSON with null in the place of every value nested deeper than `DEEPEST`."""
    kept, depth, since = bytearray(), 0, 0
    for token in _TOKEN.finditer(raw):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST + 1:
                kept += raw[since : token.start()] + b"null"
        elif mark in (b"]", b"}"):
            if depth == DEEPEST + 1:
                since = token.end()
            depth -= 1
    return bytes(kept + (raw[since:] if depth <= DEEPEST else b""))
