"""Files on the local Telegram: bytes under a file_id, and the media object a message shows for them. Ids
are opaque and stable, the unique id follows from the content; nothing touches the disk."""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass

from bot.playground.telegram.refusals import Json

FOLDERS = {
    "photo": ("photos", "jpg", "image/jpeg"),
    "video": ("videos", "mp4", "video/mp4"),
    "voice": ("voice", "oga", "audio/ogg"),
    "audio": ("music", "mp3", "audio/mpeg"),
    "video_note": ("video_notes", "mp4", "video/mp4"),
    "animation": ("animations", "mp4", "video/mp4"),
    "document": ("documents", "", "application/octet-stream"),
    "sticker": ("stickers", "webp", "image/webp"),
}
KIND_NAMES = {
    "photo": "Photo", "video": "Video", "voice": "VoiceNote", "audio": "Audio", "video_note": "VideoNote",
    "animation": "Animation", "document": "Document", "sticker": "Sticker",
}  # fmt: skip
_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: what kind of media it is, its bytes, and the JSON a message shows for it."""

    file_id: str
    file_unique_id: str
    kind: str
    path: str
    data: bytes
    media: object

    def as_file(self) -> Json:
        """The answer to getFile."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": len(self.data),
            "file_path": self.path,
        }


class FileStore:
    """All files of the world by file_id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self,
        kind: str,
        data: bytes,
        file_name: str | None = None,
        mime_type: str | None = None,
        details: Json | None = None,
    ) -> StoredFile:
        """Keep bytes as media of this kind; `details` are duration, width, performer and the like."""
        folder, extension, usual_type = FOLDERS[kind]
        number = len(self._by_id)
        digest = hashlib.sha256(kind.encode() + data).digest()
        unique = base64.urlsafe_b64encode(digest[:12]).decode().rstrip("=")
        token = hashlib.sha256(digest + number.to_bytes(8, "big")).digest()
        file_id = "AgACAgIAAxkB" + base64.urlsafe_b64encode(token).decode().rstrip("=")
        if file_name and "." in file_name:
            extension = file_name.rsplit(".", 1)[1].lower() or extension
        suffix = "".join(ch for ch in extension if ch.isascii() and ch.isalnum())
        path = f"{folder}/file_{number}" + (f".{suffix}" if suffix else "")
        base: Json = {"file_id": file_id, "file_unique_id": unique, "file_size": len(data)}
        media = _media(kind, data, base, file_name, mime_type or usual_type, details or {})
        stored = StoredFile(file_id, unique, kind, path, data, media)
        self._by_id[file_id] = stored
        self._by_path[path] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def looks_like_image(data: bytes) -> bool:
    """Whether Telegram would take these bytes as a photo, judged by how they begin."""
    return data.startswith(_IMAGE_STARTS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, GIF or JPEG; 800 x 600 for anything else."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 < len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 800, 600


def _media(kind: str, data: bytes, base: Json, file_name: str | None, mime_type: str, details: Json) -> object:
    if kind == "photo":
        width, height = image_size(data)
        return [{**base, "width": width, "height": height}]
    if kind == "sticker":
        return {
            **base, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
            "emoji": details.get("emoji", "🙂"),
        }  # fmt: skip
    media = dict(base)
    if kind == "video_note":
        media |= {"length": int(details.get("length") or 240), "duration": int(details.get("duration") or 1)}
        return media
    media["mime_type"] = mime_type
    if kind in ("video", "animation"):
        media |= {"width": int(details.get("width") or 640), "height": int(details.get("height") or 360)}
    if kind != "document":
        media["duration"] = int(details.get("duration") or 1)
    if kind != "voice" and file_name:
        media["file_name"] = file_name
    for name in ("performer", "title"):
        if kind == "audio" and details.get(name):
            media[name] = details[name]
    return media
