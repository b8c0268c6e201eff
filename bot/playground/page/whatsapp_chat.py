"""Messages of the local WhatsApp as the page shows them, in the shape of telegram_chat.py."""

from __future__ import annotations

from bot.playground.telegram.refusals import Json
from bot.playground.whatsapp import ChatMessage, Person, WhatsAppWorld

from .telegram_chat import PREVIEW_CHARACTERS

# Meta's types -> the page's kinds; a text with buttons is a text.
_KINDS = {
    "text": "text", "interactive": "text", "button": "text", "template": "text", "image": "photo",
    "video": "video", "audio": "audio", "document": "document", "sticker": "sticker",
    "location": "location", "contacts": "contact",
}  # fmt: skip


def kind_of(message: ChatMessage) -> str:
    """text, a kind of media, location, contact or other."""
    if message.type == "audio" and message.attachment is not None and message.attachment.voice:
        return "voice"
    return _KINDS.get(message.type, "other")


def preview(message: ChatMessage, person: Person, business: str) -> Json:
    """A message in one line."""
    return {
        "kind": kind_of(message),
        "text": " ".join(message.text.split())[:PREVIEW_CHARACTERS],
        "from": person.name if message.side == "customer" else business,
        "at": int(message.at),
    }


def shown(world: WhatsAppWorld, person: Person, message: ChatMessage) -> Json:
    """One message for the page."""
    own = message.side == "customer"
    result: Json = {
        "id": message.id,
        "at": int(message.at),
        "author": person.key if own else "business",
        "name": person.name if own else world.business_name,
        "bot": not own,
        "kind": kind_of(message),
        "text": "" if message.revoked else message.text,
        "ticks": _ticks(message),
    }
    if message.revoked:
        result["revoked"] = True
        return result
    for name in ("header", "footer"):
        if text := getattr(message, name):
            result[name] = text
    if message.attachment is not None:
        result["file"] = _file(world, message)
    if message.type == "contacts":
        name, _, phone = message.text.partition("\n")
        result |= {"text": name, "phone": phone}
    _add_buttons(result, message)
    if message.reply_to is not None and (target := world.known(message.reply_to)) is not None:
        result["reply"] = {"id": target.id, **preview(target, person, world.business_name)}
    if emoji := [one for one in message.reactions.values() if one]:
        result["reactions"] = emoji
    if message.edited:
        result["edited"] = True
    if message.error is not None:
        result["error"] = message.error
    return result


def _ticks(message: ChatMessage) -> str:
    """sent, delivered, read or failed, as the message's writer sees it."""
    if message.side == "customer":
        return "read" if message.seen_by_business else "delivered"
    return {"accepted": "sent", "played": "read"}.get(message.status, message.status)


def _file(world: WhatsAppWorld, message: ChatMessage) -> Json:
    attachment = message.attachment
    stored = None if attachment is None else world.media.find(attachment.media_id or "")
    if attachment is None or stored is None:
        # A foreign link is named and never fetched; a file may be gone.
        return {"url": "", "size": 0, "name": (attachment.link if attachment else "") or ""}
    return {
        "url": f"playground/file/wa/{stored.id}",
        "size": len(stored.data),
        "name": attachment.file_name or stored.file_name or "",
    }


def _add_buttons(result: Json, message: ChatMessage) -> None:
    rows = [one for one in message.buttons if one.kind == "row"]
    if rows:
        sections: dict[str, list[Json]] = {}
        for row in rows:
            entry = {"id": row.id, "label": row.title, "description": row.description or ""}
            sections.setdefault(row.section or "", []).append(entry)
        result["list"] = {
            "label": message.list_label,
            "sections": [{"title": title, "rows": entries} for title, entries in sections.items()],
        }
    buttons = [one for one in message.buttons if one.kind != "row"]
    if buttons:
        result["buttons"] = [[{"label": one.title, "id": one.id, "opens": one.kind}] for one in buttons]
