"""What a caller sent: query, urlencoded, JSON and multipart parameters made into one form. A form is read
once, at the door; typed readers never raise for a missing value, Telegram takes an unreadable number as 0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.playground.telegram.refusals import UPLOAD_BYTES, ApiError, Json, bad

_STRUCTURED_WORDS = (
    "reply_markup media reply_parameters entities caption_entities allowed_updates commands scope "
    "reaction message_ids link_preview_options"
)
_STRUCTURED = frozenset(_STRUCTURED_WORDS.split())
_NUMBERS_WORDS = "message_id message_thread_id user_id from_chat_id chat_id reply_to_message_id"
_NUMBERS = frozenset(_NUMBERS_WORDS.split())


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file: its name, its declared type, its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Parameters of one call; structured ones are decoded JSON, files lie in `uploads` by field name."""

    values: Json
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return 0

    def number(self, name: str) -> float:
        try:
            return float(self.values.get(name) or 0)
        except (TypeError, ValueError):
            return 0.0

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "yes", "1")

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def summary(self) -> Json:
        """The parameters for the list of calls: files as name and size, never their bytes."""
        if not self.uploads:
            return self.values
        files = {name: {"file_name": up.name, "size": len(up.data)} for name, up in self.uploads.items()}
        return {**self.values, **files}


def form_of(values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> Form:
    """A form from raw values: JSON texts of structured parameters decoded, numeric ids made numbers."""
    clean: Json = {}
    for name, value in values.items():
        if name in _STRUCTURED and isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
        elif name in _NUMBERS and isinstance(value, str):
            digits = value.strip()
            if digits.removeprefix("-").isdecimal():
                value = int(digits)
        clean[name] = value
    return Form(clean, uploads or {})


async def read_form(request: web.Request) -> Form:
    """The form of a request; its body may come in any of Telegram's four manners."""
    values: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if request.method == "POST" and request.can_read_body:
        if kind == "application/json":
            try:
                body = json.loads(await request.read())
            except ValueError:
                raise bad("can't parse JSON object") from None
            if not isinstance(body, dict):
                raise bad("JSON object expected")
            values.update(body)
        elif kind == "multipart/form-data":
            await _read_multipart(request, values, uploads)
        else:
            values.update({str(key): value for key, value in (await request.post()).items()})
    return form_of(values, uploads)


async def _read_multipart(request: web.Request, values: Json, uploads: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad("nested multipart bodies are not supported")
        chunks = bytearray()
        while chunk := await part.read_chunk(256 * 1024):
            chunks += chunk
            if len(chunks) > UPLOAD_BYTES:
                raise ApiError(413, "Request Entity Too Large")
        if part.filename is not None:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, kind, bytes(chunks))
        else:
            values[part.name] = chunks.decode("utf-8", "replace")
