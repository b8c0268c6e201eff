"""What a manager gets back: texts, pictures and histories, in the order in which they are to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

__all__ = ["LONGEST_TEXT", "Answer", "History", "Picture", "Text"]

LONGEST_TEXT = 4096
"""UTF-16 units of one message (Telegram Bot API 10.1)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG file with a short caption; the file stays for two days, so that sending it can be tried again."""

    path: Path
    caption: str


@dataclass(frozen=True, slots=True)
class History:
    """The whole history of a contact as a document; `name` is its file name."""

    contact: str
    caption: str
    name: str


Answer: TypeAlias = Text | Picture | History
