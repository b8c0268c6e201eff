"""Which Bot API calls one content becomes.

Rule: pure. A file, a contact or a place is one call, what does not fit into its caption follows as texts; a
reply hangs on the first call, buttons and mentions on the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.channels.telegram.pieces import CAPTION_UNITS, TEXT_UNITS, cut, pieces, units
from handlers.ports import Rejected
from scenarios.engine.events import Content, Media

__all__ = ["FIELDS", "METHODS", "Request", "mention_line", "place_of", "requests_for"]

METHODS: Final = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "video_note": "sendVideoNote",
    "sticker": "sendSticker",
    "document": "sendDocument",
}
FIELDS: Final = {method: kind for kind, method in METHODS.items()}
"""The parameter that carries the file of a method."""
WITHOUT_CAPTION: Final = frozenset({"video_note", "sticker"})
NAME_UNITS: Final = 64


@dataclass(frozen=True, slots=True)
class Request:
    """One call; `media` is the file it sends, under the parameter of its kind."""

    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    media: Media | None = None


def place_of(chat: int | str, thread: int = 0) -> dict[str, Any]:
    """The parameters that say where a message goes; the General topic (0) must not be named."""
    return {"chat_id": chat, "message_thread_id": thread} if thread else {"chat_id": chat}


def requests_for(
    place: Mapping[str, Any],
    content: Content,
    markup: Mapping[str, Any] | None = None,
    reply_to: str = "",
    mentions: Sequence[tuple[str, str, str]] = (),
) -> list[Request]:
    """The calls that send a content to a place, in order. Raises Rejected when there is nothing to send."""
    first, words = _first(content)
    texts = pieces(words)
    found = [Request(first.method, {**place, **first.parameters}, first.media)] if first else []
    found += [Request("sendMessage", {**place, "text": text}) for text in texts]
    if mentions:
        found = _mentioning(place, found, mentions)
    if not found:
        raise Rejected("nothing to send: no text, no file, no contact, no place")
    if reply_to.isascii() and reply_to.isdecimal():
        answered = {"message_id": int(reply_to), "allow_sending_without_reply": True}
        found[0] = _with(found[0], reply_parameters=answered)
    if markup is not None:
        found[-1] = _with(found[-1], reply_markup=dict(markup))
    return found


def mention_line(mentions: Sequence[tuple[str, str, str]], offset: int) -> tuple[str, list[dict[str, Any]]]:
    """A line that names people, (id, name, username) each, and its entities from `offset` on (UTF-16
    units)."""
    words: list[str] = []
    entities: list[dict[str, Any]] = []
    for number, name, username in mentions:
        shown = f"@{username}" if username else cut(" ".join(name.split()), NAME_UNITS) or number
        entity: dict[str, Any] = {"type": "mention", "offset": offset, "length": units(shown)}
        if not username and number.isascii() and number.isdecimal():
            person = {"id": int(number), "is_bot": False, "first_name": shown}
            entity = {**entity, "type": "text_mention", "user": person}
        words.append(shown)
        entities.append(entity)
        offset += units(shown) + 1
    return " ".join(words), entities


def _first(content: Content) -> tuple[Request | None, str]:
    """The call for what is no text, and the words that have to follow it."""
    if (media := content.media) is not None:
        caption = content.text.strip()
        fits = media.kind not in WITHOUT_CAPTION and units(caption) <= CAPTION_UNITS
        shown = {"caption": caption} if fits and caption else {}
        return Request(METHODS.get(media.kind, "sendDocument"), shown, media), "" if fits else caption
    if (contact := content.contact) is not None:
        name = cut(contact.name, NAME_UNITS) or contact.phone
        return Request("sendContact", {"phone_number": contact.phone, "first_name": name}), content.text
    if (spot := content.spot) is not None:
        place = {"latitude": spot.latitude, "longitude": spot.longitude}
        return Request("sendLocation", place), "\n".join(part for part in (spot.title, content.text) if part)
    return None, content.text


def _mentioning(
    place: Mapping[str, Any], found: list[Request], mentions: Sequence[tuple[str, str, str]]
) -> list[Request]:
    """The calls with a last line that names people: on the last text, or as one of its own where it does not
    fit."""
    text = str(found[-1].parameters.get("text", "")) if found else ""
    line, entities = mention_line(mentions, units(text) + 1 if text else 0)
    if text and units(text) + 1 + units(line) <= TEXT_UNITS:
        return [*found[:-1], _with(found[-1], text=f"{text}\n{line}", entities=entities)]
    line, entities = mention_line(mentions, 0)
    return [*found, Request("sendMessage", {**place, "text": line, "entities": entities})]


def _with(request: Request, **more: object) -> Request:
    return replace(request, parameters={**request.parameters, **more})
