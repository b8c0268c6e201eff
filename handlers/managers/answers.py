"""What a manager gets back: texts, pictures and histories, in the order in which they are to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

__all__ = ["LONGEST_TEXT", "PRESSED", "Answer", "Buttons", "File", "History", "Picture", "Text"]

LONGEST_TEXT = 4096
"""UTF-16 units of one message (Telegram Bot API 10.1)."""

PRESSED = "m:"
"""How the data of managers' buttons begins; customers' begin with a number."""

Buttons: TypeAlias = tuple[tuple[str, str], ...]
"""(data, label) of the buttons under a message; data has 64 bytes at most (Bot API)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message of plain text, with buttons under it."""

    text: str
    buttons: Buttons = ()


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


@dataclass(frozen=True, slots=True)
class File:
    """A file of ours, called `name`; it stays for two days, as a picture does."""

    path: Path
    name: str
    caption: str


Answer: TypeAlias = Text | Picture | History | File
