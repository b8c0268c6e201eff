"""What a WhatsApp message carries, as the engine's Content.

Rule: every kind has an answer; what we cannot read is Content(unread=kind), so that a person is told of it.
Files are named by their media id only and fetched elsewhere.
"""

from __future__ import annotations

from typing import Any

from bot.channels.whatsapp.arrivals import CHANNEL
from bot.channels.whatsapp.fields import digits, items, number, part, text
from scenarios.engine.events import Content, Media, SharedContact, Spot

__all__ = ["DELETED", "content_of", "kind_of"]

DELETED = "deleted"
"""The `unread` of a message that its author took back."""

_MEDIA = {"image": "photo", "video": "video", "audio": "audio", "document": "document", "sticker": "sticker"}
_LONGEST_KIND = 64


def kind_of(message: Any) -> str:
    """Meta's type of a message; "unknown" when it names none."""
    return text(message, "type")[:_LONGEST_KIND] or "unknown"


def content_of(message: Any, phone: str) -> Content:
    """The content of a message, or of the message inside an edit.

    `phone` are the digits of its sender's own number, or empty; they prove whether a shared contact is their
    own.
    """
    kind = kind_of(message)
    if kind == "text":
        body = text(part(message, "text"), "body")
        return Content(text=body) if body else Content(unread="text")
    if kind in _MEDIA:
        return _file(message, kind)
    if kind == "location":
        return _place(part(message, "location"))
    if kind == "contacts":
        return _cards(items(message, "contacts"), phone)
    if kind == "order":
        return Content(text=text(part(message, "order"), "text"), unread="order")
    if kind == "interactive":
        inner = text(part(message, "interactive"), "type")[:_LONGEST_KIND]
        return Content(unread="form" if inner == "nfm_reply" else inner or "interactive")
    if kind == "unsupported":
        return Content(unread=text(part(message, "unsupported"), "type")[:_LONGEST_KIND] or "unsupported")
    return Content(unread=kind)


def _file(message: Any, kind: str) -> Content:
    found = part(message, kind)
    caption, ref = text(found, "caption"), text(found, "id")
    if not ref:
        return Content(text=caption, unread=kind)
    media = Media(
        kind="voice" if kind == "audio" and found.get("voice") is True else _MEDIA[kind],
        channel=CHANNEL,
        ref=ref,
        name=text(found, "filename"),
        mime=text(found, "mime_type"),
    )
    return Content(text=caption, media=media)


def _place(found: Any) -> Content:
    latitude, longitude = number(found, "latitude"), number(found, "longitude")
    title = ", ".join(one for one in (text(found, "name").strip(), text(found, "address").strip()) if one)
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Content(text=title, unread="location")
    return Content(spot=Spot(latitude, longitude, title))


def _cards(cards: list[dict[str, Any]], phone: str) -> Content:
    """The first card as the contact; further ones as lines of text, so that none is lost."""
    read = [_card(card, phone) for card in cards]
    if not read:
        return Content(unread="contacts")
    rest = "\n".join(" ".join(one for one in (card.name, card.phone) if one) for card in read[1:])
    return Content(text=rest, contact=read[0])


def _card(card: dict[str, Any], phone: str) -> SharedContact:
    """A card may claim anything: it is the sender's own only when Meta says that it answers our request, or
    when its number is the one they write from; then that number is taken, not the one on the card."""
    entry = next(iter(items(card, "phones")), {})
    name = part(card, "name")
    shown = text(name, "formatted_name") or f"{text(name, 'first_name')} {text(name, 'last_name')}"
    written, known = text(entry, "phone").strip(), digits(text(entry, "wa_id"))
    if phone and phone in (known, digits(written)):
        return SharedContact(f"+{phone}", shown.strip(), own=True)
    if text(card, "origin") == "contact_request" and (known or digits(written)):
        return SharedContact(f"+{known or digits(written)}", shown.strip(), own=True)
    if written.startswith("+") and digits(written):
        written = f"+{digits(written)}"
    return SharedContact(written or (f"+{known}" if known else ""), shown.strip())
