"""Files of the local WhatsApp: ids, lifetimes, MIME types and sizes. Bytes stay in memory, oldest first to
go.

Types and sizes: Meta's media page (stored copy of 2025). A file is taken up to 100 MB; what its kind
allows is checked when
it is sent, as Meta does (131053).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import randbelow, token_hex

from .errors import GraphError, no_object
from .limits import INBOUND_MEDIA_LIVES, MEDIA_BYTES, MEDIA_URL_LIVES, STATIC_STICKER_BYTES, UPLOAD_LIVES

OFFICE = "application/vnd.openxmlformats-officedocument."
KIND_MIMES: Mapping[str, tuple[str, ...]] = {
    "audio": ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"),
    "document": (
        "application/vnd.ms-powerpoint",
        "application/msword",
        OFFICE + "wordprocessingml.document",
        OFFICE + "presentationml.presentation",
        OFFICE + "spreadsheetml.sheet",
        "application/pdf",
        "text/plain",
        "application/vnd.ms-excel",
    ),
    "image": ("image/jpeg", "image/png"),
    "sticker": ("image/webp",),
    "video": ("video/mp4", "video/3gpp", "video/3gp"),
}
UPLOADABLE = tuple(mime for mimes in KIND_MIMES.values() for mime in mimes)
MAGIC: Mapping[str, tuple[int, tuple[bytes, ...]]] = {
    "image/jpeg": (0, (b"\xff\xd8\xff",)),
    "image/png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "image/webp": (8, (b"WEBP",)),
    "video/mp4": (4, (b"ftyp",)),
    "video/3gpp": (4, (b"ftyp",)),
    "application/pdf": (0, (b"%PDF",)),
}


def base_mime(mime: str) -> str:
    return mime.partition(";")[0].strip().lower()


def is_animated(data: bytes) -> bool:
    """Whether a WebP file moves (the animation bit of its VP8X chunk)."""
    return data[12:16] == b"VP8X" and len(data) > 20 and bool(data[20] & 0x02)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its id; `until` is when the id stops working (epoch seconds)."""

    id: str
    mime: str
    data: bytes
    file_name: str | None
    until: float
    sha256: bytes
    key: str

    @property
    def sha256_base64(self) -> str:
        return base64.b64encode(self.sha256).decode()


class MediaShelf:
    """All files; `base_url` is this server's address once it listens."""

    def __init__(self, most_bytes: int = 512 * 1024 * 1024) -> None:
        self.base_url = ""
        self._files: dict[str, StoredFile] = {}
        self._bytes, self._most_bytes = 0, most_bytes

    def put(self, data: bytes, mime: str, file_name: str | None, now: float, *, inbound: bool) -> StoredFile:
        """Keep a file: 7 days if a person sent it, 30 if the business uploaded it."""
        lives = INBOUND_MEDIA_LIVES if inbound else UPLOAD_LIVES
        media_id = str(10**15 + randbelow(9 * 10**15))
        stored = StoredFile(media_id, mime, data, file_name, now + lives, hashlib.sha256(data).digest(), token_hex(16))
        self._files[media_id] = stored
        self._bytes += len(data)
        while self._bytes > self._most_bytes and len(self._files) > 1:
            self._drop(next(iter(self._files)))
        return stored

    def upload(self, data: bytes, mime: str, file_name: str | None, now: float) -> StoredFile:
        """What POST /media does. Raises 100 for a type that WhatsApp does not know, 131053 above 100 MB."""
        if base_mime(mime) not in UPLOADABLE:
            raise GraphError(
                100,
                f"Param file must be a file with one of the following types: {', '.join(UPLOADABLE)}. "
                f"Received file of type '{base_mime(mime)}'.",
            )
        if len(data) > MEDIA_BYTES["document"]:
            raise GraphError(
                131053,
                f"Media file size too big. Max file size we support: 100MB, received {len(data)} bytes.",
            )
        if not data:
            raise GraphError(131053, "Media file is empty.")
        return self.put(data, mime, file_name, now, inbound=False)

    def get(self, media_id: str, now: float) -> StoredFile:
        """Raises 100/33 for an unknown or expired id."""
        stored = self._files.get(media_id)
        if stored is None or now > stored.until:
            raise no_object("get", media_id)
        return stored

    def find(self, media_id: str) -> StoredFile | None:
        """The file for the eyes of the playground, whatever its age."""
        return self._files.get(media_id)

    def delete(self, media_id: str, now: float) -> None:
        self.get(media_id, now)
        self._drop(media_id)

    def url(self, stored: StoredFile, now: float, source: str) -> str:
        """The address that serves the bytes for 5 minutes to whoever has the bearer token."""
        until = int(now + MEDIA_URL_LIVES)
        return (
            f"{self.base_url}/whatsapp_business/attachments/?mid={stored.id}&source={source}&ext={until}"
            f"&hash={self._hash(stored, until)}"
        )

    def by_url(self, media_id: str, until: str, given: str, now: float) -> StoredFile | None:
        """The file behind such an address; None when it is expired or made up."""
        stored = self._files.get(media_id)
        if stored is None or not until.isdecimal() or now > int(until):
            return None
        return stored if given == self._hash(stored, int(until)) else None

    def _hash(self, stored: StoredFile, until: int) -> str:
        return hashlib.sha256(f"{stored.id}:{until}:{stored.key}".encode()).hexdigest()[:32]

    def _drop(self, media_id: str) -> None:
        self._bytes -= len(self._files.pop(media_id).data)


def check_kind(kind: str, stored: StoredFile, *, sniff: bool) -> None:
    """Whether a file may be sent as image, video, audio, document or sticker. Raises 131053."""
    mime, size = base_mime(stored.mime), len(stored.data)
    if kind != "document" and mime not in KIND_MIMES[kind]:
        allowed = ", ".join(KIND_MIMES[kind])
        raise GraphError(131053, f"Unsupported {kind.capitalize()} mime type {mime}. Please use one of {allowed}.")
    most = MEDIA_BYTES[kind]
    if kind == "sticker" and not is_animated(stored.data):
        most = STATIC_STICKER_BYTES
    if size > most:
        raise GraphError(
            131053, f"{kind.capitalize()} file size too big. Max size: {most} bytes, received {size} bytes."
        )
    offset, magics = MAGIC.get(mime, (0, (b"",)))
    wrong_bytes = sniff and not any(stored.data[offset:].startswith(magic) for magic in magics)
    if mime == "audio/ogg" and b"OpusHead" not in stored.data[:512]:
        wrong_bytes = True
    if wrong_bytes:
        raise GraphError(
            131053,
            f"{kind.capitalize()} file uploaded with mimetype as {stored.mime}, however on processing "
            f"it is of type "
            "application/octet-stream. Please choose a different file.",
        )
