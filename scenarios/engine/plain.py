"""Plain values (maps, lists, texts, numbers) as compact JSON text, the stored form of what the desk remembers."""

from __future__ import annotations

import json

import msgspec

__all__ = ["to_json"]

_fast = msgspec.json.Encoder().encode
_any = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: object) -> str:
    """A value as JSON, letters as they are. Halves of surrogate pairs and numbers of any size are kept."""
    try:
        return _fast(value).decode()
    except (UnicodeEncodeError, OverflowError):
        # Not the fast encoder's: it writes UTF-8, and numbers of 64 bits.
        return _any(value)
