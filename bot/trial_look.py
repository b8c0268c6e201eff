"""How WhatsApp would show a message, shown on Telegram to a manager who tries the desk as a WhatsApp customer.

Rule: the real renderer decides what becomes buttons, a list or numbers, and where a text is cut, so that the manager
sees what a customer would.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from bot.channels.whatsapp.arrivals import CHANNEL
from bot.channels.whatsapp.limits import WINDOW
from bot.channels.whatsapp.render import render
from handlers.ports import Channel, Outgoing, Sent
from scenarios.engine.events import Content, Media

__all__ = ["WhatsAppLook"]


class WhatsAppLook:
    """A channel whose letters reach the manager on Telegram."""

    def __init__(self, telegram: Channel) -> None:
        self.name = CHANNEL
        self.can_edit = False
        self.can_delete = False
        self.window: timedelta | None = WINDOW
        self._telegram = telegram

    async def send(self, key: str, message: Outgoing) -> Sent:
        """Send what WhatsApp would show; the ids are those of the last part. Raises SendError kinds."""
        if (template := message.template) is not None:
            buttons = tuple(choice for choice in message.choices if choice[0] in template.buttons)
            return await self._telegram.send(key, Outgoing(Content(f"📄 {template.name}\n\n{template.text}"), buttons))
        if message.content.media is not None:
            return await self._telegram.send(key, message)
        parts = [_shown(payload, message) for payload in render(message, None, phone_known=True)]
        for part in parts[:-1]:
            await self._telegram.send(key, part)
        return await self._telegram.send(key, parts[-1])

    async def edit(self, key: str, message: str, text: str, caption: bool) -> None:
        """WhatsApp changes nothing that was sent."""
        raise NotImplementedError("this channel says that it cannot edit")

    async def delete(self, key: str, message: str) -> None:
        """WhatsApp takes nothing back."""
        raise NotImplementedError("this channel says that it cannot delete")

    async def typing(self, key: str) -> None:
        """Show that an answer is coming; best effort."""
        await self._telegram.typing(key)

    def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The bytes of a file that the manager sent."""
        return self._telegram.fetch(media)


def _shown(payload: dict[str, Any], message: Outgoing) -> Outgoing:
    """One payload of the Graph API as a Telegram message."""
    match payload:
        case {"type": "text", "text": {"body": str(body)}}:
            return Outgoing(Content(body))
        case {"interactive": {"type": "button", "body": {"text": str(body)}, "action": {"buttons": buttons}}}:
            return Outgoing(Content(body), tuple((one["reply"]["id"], one["reply"]["title"]) for one in buttons))
        case {
            "interactive": {"type": "list", "body": {"text": str(body)}, "action": {"button": button, "sections": s}}
        }:
            rows = tuple((row["id"], row["title"]) for section in s for row in section["rows"])
            return Outgoing(Content(f"{body}\n\n☰ {button}"), rows)
        case {"interactive": {"type": "request_contact_info", "body": {"text": str(body)}}}:
            return Outgoing(Content(body), share_label=message.share_label)
        case {"type": "location"}:
            return Outgoing(Content(spot=message.content.spot))
    return Outgoing(Content(contact=message.content.contact))
