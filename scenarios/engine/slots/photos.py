"""A picture that was sent, as a photo or as a file."""

from __future__ import annotations

from scenarios.engine.context import Slot
from scenarios.engine.events import Content

__all__ = ["read_photo"]


def read_photo(content: Content) -> Slot | None:
    """{"key": the vendor's handle, "channel": whose, "words": what was written under it}; None without a picture."""
    media = content.media
    if media is None or not (media.kind == "photo" or (media.kind == "document" and media.mime.startswith("image/"))):
        return None
    slot: Slot = {"key": media.ref, "type": "photo", "channel": media.channel}
    return {**slot, "words": words} if (words := content.text.strip()[:500]) else slot
