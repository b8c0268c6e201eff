"""A message's content as plain JSON values, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scenarios.engine.events import Content, Media, SharedContact, Spot

__all__ = ["content_from", "content_to"]


def content_to(content: Content) -> dict[str, Any]:
    """A content as plain JSON values, defaults left out."""
    kept: dict[str, Any] = {"text": content.text, "unread": content.unread}
    for name in ("media", "contact", "spot"):
        part = getattr(content, name)
        if part is not None:
            kept[name] = asdict(part)
    return kept


def content_from(kept: dict[str, Any]) -> Content:
    """The content of its plain form."""
    return Content(
        text=kept.get("text", ""),
        media=Media(**kept["media"]) if kept.get("media") else None,
        contact=SharedContact(**kept["contact"]) if kept.get("contact") else None,
        spot=Spot(**kept["spot"]) if kept.get("spot") else None,
        unread=kept.get("unread", ""),
    )
