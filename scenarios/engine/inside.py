"""What in a staff member's text keeps it inside: the mark of a note, and what was meant as a command."""

from __future__ import annotations

import unicodedata

from scenarios.engine.events import Content

__all__ = ["is_inside", "mistaken_command", "unmarked"]

INSIDE = "//"
_UNSEEN = ("Cf", "Cc", "Mn")


def is_inside(content: Content) -> bool:
    """Whether a text or caption begins with the mark of a note; what nobody can see before it does not count."""
    return _opening(content.text).startswith(INSIDE)


def unmarked(content: Content) -> Content:
    """A note's content without its mark."""
    text = _opening(content.text).removeprefix(INSIDE).strip()
    return Content(text, content.media, content.contact, content.spot, content.unread)


def mistaken_command(content: Content) -> str:
    """The word after the stroke of what is no command ("/take,", or other letters than ours); empty for other texts."""
    opening = _opening(content.text)
    if not opening.startswith("/") or not opening[1:2].isalpha():
        return ""
    return opening[1:].split(maxsplit=1)[0]


def _opening(text: str) -> str:
    """A text from its first visible sign on."""
    for index, sign in enumerate(text):
        if not sign.isspace() and unicodedata.category(sign) not in _UNSEEN:
            return text[index:]
    return ""
