"""How a file travels on WhatsApp: as which kind, under which type and name.

Rule: pure; it decides from what we know of the file and its first bytes. What WhatsApp cannot show as what it
is goes as a document, what is larger than any document is refused before anything is uploaded.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from typing import Final

from bot.channels.whatsapp.limits import FILE_BYTES, MEDIA_BYTES, STATIC_STICKER_BYTES
from handlers.ports import Rejected
from scenarios.engine.events import Media

__all__ = ["HEAD_BYTES", "Carriage", "carriage"]

HEAD_BYTES: Final = 512
"""How much of a file's beginning `carriage` wants to see."""

_SHOWN: Final = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "audio": frozenset({"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"}),
    "sticker": frozenset({"image/webp"}),
}
"""What may be shown as what (Meta's media page, stored copy of 2025)."""
_KINDS: Final = {
    "photo": "image",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "voice": "audio",
    "audio": "audio",
    "sticker": "sticker",
}
_SAME_TYPE: Final = {
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/3gp": "video/3gpp",
}
_TEXT_TYPES: Final = frozenset({"application/json", "application/xml", "application/csv", "application/yaml"})
_GUESS: Final = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "video_note": "video/mp4",
    "sticker": "image/webp",
}
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, slots=True)
class Carriage:
    """`kind` is Meta's type of the message, `mime` the type to upload under, `name` what a document is
    called, `voice` whether audio is shown as a voice message."""

    kind: str
    mime: str
    name: str
    voice: bool = False

    @property
    def takes_caption(self) -> bool:
        return self.kind in ("image", "video", "document")


def carriage(media: Media, size: int, head: bytes) -> Carriage:
    """How a file of `size` bytes that begins with `head` travels. Raises Rejected(too_big) above 100 MB, and
    Rejected for an empty file."""
    if size > FILE_BYTES:
        raise Rejected(f"file of {size} bytes", too_big=True)
    if size <= 0:
        raise Rejected("empty file")
    mime = _mime(media)
    kind = _KINDS.get(media.kind, "document")
    if kind != "document" and not _is_shown(kind, mime, size, head):
        kind = "document"
    if mime.startswith("text/") or mime in _TEXT_TYPES:
        # Meta takes uploads of a dozen types only; every other text is welcome as plain text.
        mime = "text/plain"
    return Carriage(kind, mime, _name(media, mime), voice=kind == "audio" and media.kind == "voice")


def _is_shown(kind: str, mime: str, size: int, head: bytes) -> bool:
    if mime not in _SHOWN[kind] or size > MEDIA_BYTES[kind]:
        return False
    if kind == "sticker":
        return _is_animated(head) or size <= STATIC_STICKER_BYTES
    return mime != "audio/ogg" or _is_opus_mono(head)


def _is_animated(head: bytes) -> bool:
    """The animation bit in the VP8X chunk of a WebP file."""
    return head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 0x02)


def _is_opus_mono(head: bytes) -> bool:
    """Whether an Ogg file holds Opus with one channel, the only Ogg WhatsApp plays (RFC 7845: the channel
    count is the second byte after the magic)."""
    at = head.find(b"OpusHead")
    return at >= 0 and head[at + 9 : at + 10] == b"\x01"


def _mime(media: Media) -> str:
    told = media.mime.partition(";")[0].strip().lower()
    if not told or told == "application/octet-stream":
        told = mimetypes.guess_type(media.name)[0] or _GUESS.get(media.kind, "") or told
    return _SAME_TYPE.get(told, told) or "application/octet-stream"


def _name(media: Media, mime: str) -> str:
    name = _UNSAFE_NAME.sub("_", media.name).strip()[-240:]
    return name or f"{media.kind}{mimetypes.guess_extension(mime) or ''}"
