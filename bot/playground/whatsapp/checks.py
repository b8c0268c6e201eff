"""What WhatsApp accepts as a message to a person, type by type. A refusal carries Meta's code and says
what is wrong.

Read from Meta's OpenAPI v23 and message pages (2025); the wording of `details` follows Meta's where we
have seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import limits
from .errors import GraphError, invalid, missing
from .fields import Content, optional_text, taken_list, taken_object, taken_text
from .interactive import read_interactive
from .media import MediaShelf
from .model import Attachment, JsonObject
from .templates import TemplateShelf

MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")
NAME_PARTS = ("first_name", "last_name", "middle_name", "suffix", "prefix")


class Reader:
    """Reads the content of a send; knows the account's media and templates."""

    def __init__(self, media: MediaShelf, templates: TemplateShelf) -> None:
        self._media, self._templates = media, templates
        self._readers: Mapping[str, Callable[[JsonObject], Content]] = {
            "text": _text,
            "location": _location,
            "reaction": _reaction,
            "template": self._template,
        }

    def read(self, payload: JsonObject, now: float) -> tuple[str, Content]:
        """(type, content) of a message. Raises GraphError."""
        kind = payload.get("type", "text")
        if kind == "contacts":
            return kind, _contacts(payload)
        if not isinstance(kind, str) or (
            kind not in self._readers and kind not in MEDIA_KINDS and kind != "interactive"
        ):
            raise GraphError(131051, f"Message type {kind!r} is not supported.")
        content = taken_object(payload, kind, "message")
        if kind in MEDIA_KINDS:
            attachment = self._attachment(kind, content, now)
            caption = ""
            if content.get("caption") is not None:
                if kind in ("audio", "sticker"):
                    raise GraphError(100, f"Param {kind}['caption'] is not supported.")
                caption = optional_text(content, "caption", kind.capitalize(), limits.CAPTION)
            return kind, Content(caption, attachment=attachment)
        if kind == "interactive":
            return kind, read_interactive(content, lambda inner, given: self._attachment(inner, given, now))
        return kind, self._readers[kind](content)

    def _attachment(self, kind: str, content: JsonObject, now: float) -> Attachment:
        media_id, link = content.get("id"), content.get("link")
        if (media_id is None) == (link is None):
            raise missing(f"{kind}: exactly one of 'id' and 'link' is required.")
        name = content.get("filename")
        if name is not None and (kind != "document" or not isinstance(name, str)):
            raise GraphError(100, f"Param {kind}['filename'] is not supported.")
        voice = content.get("voice") is True
        if link is not None:
            if not isinstance(link, str) or not link.startswith(("http://", "https://")):
                raise GraphError(100, f"Param {kind}['link'] is not a valid URI.")
            return Attachment(kind, link=link, file_name=name, voice=voice)
        stored = self._media.find(media_id) if isinstance(media_id, str) else None
        if stored is None or now > stored.until:
            raise GraphError(100, f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID.")
        return Attachment(kind, stored.id, None, stored.mime, name, voice)

    def _template(self, content: JsonObject) -> Content:
        filled = self._templates.fill(content)
        template = filled.template
        return Content(
            filled.text,
            filled.header,
            template.footer,
            "",
            filled.buttons,
            category=template.category.lower(),
        )


def _text(content: JsonObject) -> Content:
    body = content.get("body")
    if body is None:
        raise missing("text['body'] is required.")
    if not isinstance(body, str) or not body.strip():
        raise GraphError(100, "Param text['body'] must be a non-empty string.")
    if len(body) > limits.TEXT:
        raise GraphError(100, f"Param text['body'] must be at most {limits.TEXT} characters long.")
    return Content(body)


def _location(content: JsonObject) -> Content:
    for key, most in (("latitude", 90.0), ("longitude", 180.0)):
        given = content.get(key)
        if given is None:
            raise missing(f"location['{key}'] is required.")
        try:
            value = float(given)
        except (TypeError, ValueError) as wrong:
            raise invalid(f"location['{key}'] is not a number.") from wrong
        if not -most <= value <= most:
            raise invalid(f"location['{key}'] has to be between {-most:g} and {most:g}.")
    name, address = content.get("name"), content.get("address")
    return Content("\n".join(str(one) for one in (name, address) if one))


def _contacts(payload: JsonObject) -> Content:
    cards = taken_list(payload, "contacts", "message")
    if not cards:
        raise missing("contacts: at least one contact is required.")
    shown: list[str] = []
    for card in cards:
        name = taken_object(card, "name", "contacts")
        shown.append(taken_text(name, "formatted_name", "contacts name", 1024))
        if not any(name.get(part) for part in NAME_PARTS):
            raise missing(
                f"contacts['name']: at least one of {', '.join(NAME_PARTS)} is required beside formatted_name."
            )
        phones = taken_list(card, "phones", "contacts") if card.get("phones") is not None else []
        shown += [str(phone.get("phone", "")) for phone in phones]
    return Content("\n".join(shown))


def _reaction(content: JsonObject) -> Content:
    target, emoji = content.get("message_id"), content.get("emoji", "")
    if not isinstance(target, str) or not target:
        raise missing("reaction['message_id'] is required.")
    if not isinstance(emoji, str) or len(emoji) > 16 or (emoji.isascii() and emoji):
        raise invalid("reaction['emoji'] has to be one emoji, or empty to remove the reaction.")
    return Content(emoji, target=target)
