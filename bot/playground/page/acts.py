"""What the page may ask people to do, as JSON: `{"act": NAME, …}` with the arguments of the stage's method.

Rule: every argument is checked for its type before anybody acts; the errors are the messenger's own words.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from bot.playground.stage import Stage
from bot.playground.telegram.refusals import Json

from .samples import SAMPLES

TYPES = {
    "image/png": "photo", "image/jpeg": "photo", "video/mp4": "video", "audio/ogg": "voice",
    "audio/mpeg": "audio", "image/webp": "sticker",
}  # fmt: skip


def perform(stage: Stage, body: Json) -> Json:
    """Do what `body` says; returns what the page needs to know. Raises LookupError and ValueError."""
    name = _text(body, "act")
    if name not in _ACTS:
        raise ValueError(f"there is no act {name!r}; there are: {', '.join(_ACTS)}")
    return _ACTS[name](stage, body) or {}


def _text(body: Json, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} has to be a text")
    return value.encode("utf-8", "replace").decode()


def _optional(body: Json, name: str) -> str | None:
    return None if body.get(name) is None else _text(body, name)


def _flag(body: Json, name: str) -> bool:
    value = body.get(name, True)
    if not isinstance(value, bool):
        raise ValueError(f"{name} has to be true or false")
    return value


def _degrees(body: Json, name: str, most: float) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise ValueError(f"{name} has to be a number between -{most:g} and {most:g}")
    return float(value)


def _add_customer(stage: Stage, body: Json) -> Json:
    name, channel, language = (_text(body, one) for one in ("name", "channel", "language"))
    return {"key": stage.add_customer(name, channel, language).key}


def _say(stage: Stage, body: Json) -> None:
    stage.say(_text(body, "chat"), _text(body, "text"), _text(body, "who", ""), _optional(body, "reply_to"))


def _tap(stage: Stage, body: Json) -> None:
    message, button = _text(body, "message"), _text(body, "button")
    stage.tap(_text(body, "chat"), message, button, _text(body, "who", ""))


def _contact(stage: Stage, body: Json) -> None:
    stage.share_contact(_text(body, "chat"))


def _media(stage: Stage, body: Json) -> None:
    """A sample (`sample`: picture, voice, document, video) or a file of the page's user (`data_base64`)."""
    if (wanted := _optional(body, "sample")) is not None:
        if wanted not in SAMPLES:
            raise ValueError(f"there is no sample {wanted!r}; there are: {', '.join(SAMPLES)}")
        sample = SAMPLES[wanted]()
        kind, data, file_name, mime = sample.kind, sample.data, sample.file_name, sample.mime
    else:
        try:
            data = base64.b64decode(_text(body, "data_base64"), validate=True)
        except binascii.Error as error:
            raise ValueError(f"data_base64 is no base64: {error}") from None
        file_name, mime = _text(body, "file_name", "file")[:200], _text(body, "mime", "").lower()[:100]
        kind = TYPES.get(mime, "document")
    stage.send_media(
        _text(body, "chat"), kind, data, file_name, mime or "application/octet-stream",
        _text(body, "caption", ""), _text(body, "who", ""), _optional(body, "reply_to"),
    )  # fmt: skip


def _location(stage: Stage, body: Json) -> None:
    latitude, longitude = _degrees(body, "latitude", 90), _degrees(body, "longitude", 180)
    chat, who = _text(body, "chat"), _text(body, "who", "")
    stage.send_location(chat, latitude, longitude, who, _optional(body, "reply_to"))


def _edit(stage: Stage, body: Json) -> None:
    stage.edit(_text(body, "chat"), _text(body, "message"), _text(body, "text"), _text(body, "who", ""))


def _delete(stage: Stage, body: Json) -> None:
    stage.delete(_text(body, "chat"), _text(body, "message"), _text(body, "who", ""))


def _react(stage: Stage, body: Json) -> None:
    emoji = _optional(body, "emoji")
    stage.react(_text(body, "chat"), _text(body, "message"), emoji, _text(body, "who", ""))


def _block(stage: Stage, body: Json) -> None:
    stage.block(_text(body, "chat"), _flag(body, "blocked"))


def _read(stage: Stage, body: Json) -> None:
    stage.read(_text(body, "chat"))


def _close_topic(stage: Stage, body: Json) -> None:
    stage.close_topic(_text(body, "chat"), _flag(body, "closed"), _text(body, "who"))


def _delete_topic(stage: Stage, body: Json) -> None:
    stage.delete_topic(_text(body, "chat"), _text(body, "who"))


_ACTS: dict[str, Callable[[Stage, Json], Json | None]] = {
    "add_customer": _add_customer,
    "say": _say,
    "tap": _tap,
    "contact": _contact,
    "media": _media,
    "location": _location,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "block": _block,
    "read": _read,
    "close_topic": _close_topic,
    "delete_topic": _delete_topic,
}
