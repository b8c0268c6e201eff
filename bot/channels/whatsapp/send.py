"""WhatsApp towards customers: the channel that the outbox sends through.

Rule: a message of several parts is continued where it stopped, so that a retry repeats nothing that was
taken. WhatsApp can neither edit nor delete, and has no idempotency key: what timed out may have arrived.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.channels.whatsapp.arrivals import CHANNEL
from bot.channels.whatsapp.carriage import HEAD_BYTES, Carriage, carriage
from bot.channels.whatsapp.fields import digits, items, text
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.limits import UPLOAD_KEPT, WINDOW
from bot.channels.whatsapp.memory import Memory
from bot.channels.whatsapp.parse import PART_OF
from bot.channels.whatsapp.render import Payload, Uploaded, render
from bot.secret import Secret
from handlers.ports import ChannelDown, Outgoing, Rejected, SendError, Sent, Throttled
from scenarios.engine.events import Media, Sender

__all__ = ["WhatsAppChannel"]

_log = logging.getLogger(__name__)
_PAIR_RATE: Final = "131056"
_CALM: Final = 600.0
"""Seconds after which a person's refusals for the pair rate are no longer "in a row"."""
_BEGUN_KEPT: Final = 3600.0
"""How long a message of which only the first parts were taken can be continued."""
_READABLE: Final = 30 * 86_400.0
"""How old a message may be to be marked as read."""


class WhatsAppChannel:
    """handlers.ports.Channel for one business number.

    `base` is the Graph API's URL with its version; `path` tells where the file of a hash lies; `clock` counts
    seconds.
    """

    name = CHANNEL
    can_edit = False
    can_delete = False
    window: timedelta | None = WINDOW

    def __init__(
        self,
        token: Secret,
        phone_number_id: str,
        base: str,
        path: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.graph = Graph(token, phone_number_id, base)
        self._path, self._clock = path, clock
        self._last_heard: Memory[str] = Memory(clock, _READABLE)
        self._uploads: Memory[str] = Memory(clock, UPLOAD_KEPT)
        self._pairs: Memory[int] = Memory(clock, _CALM)
        self._begun: Memory[list[str]] = Memory(clock, _BEGUN_KEPT)

    async def close(self) -> None:
        """Close the connections."""
        await self.graph.close()

    def heard(self, sender: Sender, message: str) -> None:
        """Remember a customer's last message, which `typing` refers to."""
        for key in sender.keys:
            self._last_heard.keep(key, message)

    async def send(self, key: str, message: Outgoing) -> Sent:
        """Send to "u:USERID" or "p:DIGITS"; the id is that of the first part, and a failure of a later one is
        told under it as well. Raises SendError kinds."""
        addressee, media = _addressee(key), message.content.media
        if media is None:
            return await self._deliver(key, addressee, message, None)
        uploaded, remembered = await self._upload(media)
        try:
            return await self._deliver(key, addressee, message, uploaded)
        except Rejected as refused:
            if not remembered or refused.code != "100":
                raise
        # Meta may drop a file before its 30 days are over: upload it once more, and then believe the refusal.
        self._uploads.drop(_upload_key(media, uploaded.carriage))
        return await self._deliver(key, addressee, message, (await self._upload(media))[0])

    async def edit(self, key: str, message: str, text: str, caption: bool) -> None:  # noqa: ARG002
        """Never possible on WhatsApp: raises Rejected."""
        raise Rejected("WhatsApp cannot edit")

    async def delete(self, key: str, message: str) -> None:  # noqa: ARG002
        """Never possible on WhatsApp: raises Rejected."""
        raise Rejected("WhatsApp cannot delete")

    async def typing(self, key: str) -> None:
        """Mark the customer's last message as read and show for up to 25 s that an answer is coming; best
        effort, and nothing for customers this process has not heard."""
        message = self._last_heard.get(key)
        if message is None:
            return
        payload = {"status": "read", "message_id": message, "typing_indicator": {"type": "text"}}
        try:
            await self.graph.message({"messaging_product": "whatsapp", **payload})
        except SendError as refused:
            _log.debug("typing was not shown on WhatsApp: %s", refused.code)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The bytes of a customer's file, while Meta keeps it (7 days). Raises SendError kinds."""
        if media.channel != CHANNEL or not media.ref or not media.ref.isalnum():
            raise Rejected("no file of WhatsApp")
        async for chunk in self.graph.download(media.ref):
            yield chunk

    async def _deliver(self, key: str, addressee: Payload, message: Outgoing, uploaded: Uploaded | None) -> Sent:
        payloads = render(message, uploaded, phone_known=key.startswith("p:"))
        name = sha256(json.dumps([key, payloads], sort_keys=True).encode()).hexdigest()
        taken = self._begun.get(name) or []
        self._begun.drop(name)
        try:
            while len(taken) < len(payloads):
                tag = {"biz_opaque_callback_data": f"{PART_OF}{taken[0]}"} if taken else {}
                taken = [*taken, await self._post(key, {**addressee, **payloads[len(taken)], **tag})]
        except (ChannelDown, Throttled):
            if taken:
                self._begun.keep(name, taken)
            raise
        return Sent(chat=key, message=taken[0])

    async def _post(self, key: str, payload: Payload) -> str:
        attempt = self._pairs.get(key) or 0
        whole = {"messaging_product": "whatsapp", "recipient_type": "individual", **payload}
        try:
            answer = await self.graph.message(whole, attempt)
        except Throttled as refused:
            if refused.code == _PAIR_RATE:
                self._pairs.keep(key, attempt + 1)
            raise
        self._pairs.drop(key)
        message = text(next(iter(items(answer, "messages")), {}), "id")
        if not message:
            raise ChannelDown("answer without a message id")
        return message

    async def _upload(self, media: Media) -> tuple[Uploaded, bool]:
        """The file at Meta, and whether it was there already."""
        if not media.hash:
            raise Rejected("file was not kept")
        path = Path(self._path(media.hash))
        try:
            size, head = await asyncio.to_thread(_look, path)
        except OSError as missing:
            raise Rejected(f"file was not kept: {type(missing).__name__}") from None
        way = carriage(media, size, head)
        known = self._uploads.get(_upload_key(media, way))
        if known is not None:
            return Uploaded(known, way), True
        fresh = await self._upload_file(path, way)
        self._uploads.keep(_upload_key(media, way), fresh)
        return Uploaded(fresh, way), False

    async def _upload_file(self, path: Path, way: Carriage) -> str:
        file = await asyncio.to_thread(path.open, "rb")
        try:
            return await self.graph.upload(file, way.mime)
        except Rejected as refused:
            if refused.code == "100":
                # Meta takes a dozen types only; the staff member should know which one it was.
                raise Rejected(f"100: {way.mime}") from None
            raise
        finally:
            await asyncio.to_thread(file.close)


def _look(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        return path.stat().st_size, file.read(HEAD_BYTES)


def _upload_key(media: Media, way: Carriage) -> str:
    return f"{media.hash} {way.mime}"


def _addressee(key: str) -> Payload:
    """The field that names the person. Raises Rejected for what is no key of ours."""
    kind, _, name = key.partition(":")
    if kind == "p" and digits(name):
        return {"to": digits(name)}
    if kind == "u" and name:
        return {"recipient": name}
    raise Rejected("no address of WhatsApp")
