"""One outgoing message as the payloads of the Graph API, within Meta's limits.

Rule: pure; no label, text or id is ever cut short: what does not fit on buttons goes on a list, what fits
neither is numbered in the text, and a text that is too long becomes several messages of which the last
carries the choices. As few messages as possible, since each one costs money.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.channels.whatsapp.carriage import Carriage
from bot.channels.whatsapp.cutting import cut
from bot.channels.whatsapp.limits import (
    BUTTON_BODY,
    BUTTON_ID,
    BUTTON_TITLE,
    BUTTONS,
    CAPTION,
    LIST_BODY,
    LIST_BUTTON,
    ROW_ID,
    ROW_TITLE,
    ROWS,
    TEXT,
)
from handlers.ports import Outgoing, Rejected
from handlers.template_message import TemplateMessage
from scenarios.engine.events import SharedContact, Spot

__all__ = ["Payload", "Uploaded", "render"]

Payload: TypeAlias = dict[str, Any]
_Body: TypeAlias = Callable[[str], Payload]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that Meta holds under `id`."""

    id: str
    carriage: Carriage


def render(message: Outgoing, uploaded: Uploaded | None, phone_known: bool) -> list[Payload]:
    """The payloads to send one after another, without addressee; at least one.

    `uploaded` is the message's file if it has one; `phone_known` whether we write to a phone (then a request
    for it never takes the place of buttons). Raises Rejected for a message with nothing in it, and for a
    place that is not on earth.
    """
    if message.template is not None:
        return [_template(message.template)]
    content = message.content
    text = content.text.strip()
    payloads: list[Payload] = []
    if content.contact:
        payloads.append(_card(content.contact))
    if content.spot:
        payloads.append(_place(content.spot))
    if uploaded is not None:
        together = _with_media(message, text, uploaded)
        if together is not None:
            return [*payloads, together]
        payloads.append(_media(uploaded, ""))
    payloads.extend(_words(message, text, phone_known))
    if not payloads:
        raise Rejected("empty message")
    return payloads


def _template(template: TemplateMessage) -> Payload:
    """An approved template with its values, and with our data on its buttons."""
    components: list[Payload] = []
    if template.values:
        values = [{"type": "text", "text": value} for value in template.values]
        components.append({"type": "body", "parameters": values})
    components += [
        {"type": "button", "sub_type": "quick_reply", "index": str(place), "parameters": [_button_data(data)]}
        for place, data in enumerate(template.buttons)
        if data
    ]
    inner: Payload = {"name": template.name, "language": {"code": template.language}}
    return {"type": "template", "template": {**inner, "components": components} if components else inner}


def _button_data(data: str) -> Payload:
    return {"type": "payload", "payload": data}


def _words(message: Outgoing, text: str, phone_known: bool) -> list[Payload]:
    """The text with its choices."""
    choices = message.choices
    if message.share_label and (not choices or not phone_known):
        return _in_parts(_numbered(message, text), BUTTON_BODY, _contact_request)
    if not choices:
        return _in_parts(text, TEXT, _text)
    on_buttons, on_list = text and _fits_buttons(message), text and _fits_list(message)
    if on_buttons and (len(text) <= BUTTON_BODY or not on_list):
        return _in_parts(text, BUTTON_BODY, lambda body: _buttons(message, body, {}))
    if on_list:
        return _in_parts(text, LIST_BODY, lambda body: _list(message, body))
    return _in_parts(_numbered(message, text), TEXT, _text)


def _with_media(message: Outgoing, text: str, uploaded: Uploaded) -> Payload | None:
    """File, text and choices in one message; None when WhatsApp has no such message."""
    asks = bool(message.choices or message.share_label)
    if not text and not asks:
        return _media(uploaded, "")
    if not uploaded.carriage.takes_caption:
        return None
    if not asks:
        return _media(uploaded, text) if len(text) <= CAPTION else None
    if message.share_label or not text or len(text) > BUTTON_BODY or not _fits_buttons(message):
        return None
    kind = uploaded.carriage.kind
    header = {"type": kind, kind: _file(uploaded)}
    return _buttons(message, text, {"header": header})


def _in_parts(text: str, last: int, carrier: _Body) -> list[Payload]:
    parts = cut(text, TEXT, last)
    return [*(_text(part) for part in parts[:-1]), *(carrier(part) for part in parts[-1:])]


def _fits_buttons(message: Outgoing) -> bool:
    return len(message.choices) <= BUTTONS and _fit(message, BUTTON_TITLE, BUTTON_ID)


def _fits_list(message: Outgoing) -> bool:
    label = message.list_label.strip()
    return len(message.choices) <= ROWS and 0 < len(label) <= LIST_BUTTON and _fit(message, ROW_TITLE, ROW_ID)


def _fit(message: Outgoing, title: int, id_: int) -> bool:
    """Whether all labels and ids are short enough, and no two alike, which Meta refuses."""
    labels = [label.strip() for _, label in message.choices]
    names = [data for data, _ in message.choices]
    short = all(0 < len(label) <= title for label in labels)
    named = all(0 < len(name) <= id_ and name == name.strip() for name in names)
    return short and named and len(set(labels)) == len(labels) and len(set(names)) == len(names)


def _numbered(message: Outgoing, text: str) -> str:
    """The text with the choices to be answered by number."""
    lines = "\n".join(f"{place}. {label.strip()}" for place, (_, label) in enumerate(message.choices, 1))
    pick = message.pick.strip() if lines else ""
    return "\n\n".join(one for one in (text, lines, pick) if one)


def _text(body: str) -> Payload:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _buttons(message: Outgoing, body: str, header: Payload) -> Payload:
    buttons = [{"type": "reply", "reply": {"id": data, "title": label.strip()}} for data, label in message.choices]
    return _interactive("button", body, {"buttons": buttons}, header)


def _list(message: Outgoing, body: str) -> Payload:
    rows = [{"id": data, "title": label.strip()} for data, label in message.choices]
    return _interactive("list", body, {"button": message.list_label.strip(), "sections": [{"rows": rows}]}, {})


def _contact_request(body: str) -> Payload:
    """The request for the customer's phone; its button has Meta's own words (2026)."""
    return _interactive("request_contact_info", body, {"name": "request_contact_info"}, {})


def _interactive(kind: str, body: str, action: Payload, header: Payload) -> Payload:
    inner: Payload = {"type": kind, **header, "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": inner}


def _media(uploaded: Uploaded, caption: str) -> Payload:
    found = _file(uploaded)
    if caption:
        found["caption"] = caption
    if uploaded.carriage.voice:
        found["voice"] = True
    return {"type": uploaded.carriage.kind, uploaded.carriage.kind: found}


def _file(uploaded: Uploaded) -> Payload:
    name = {"filename": uploaded.carriage.name} if uploaded.carriage.kind == "document" else {}
    return {"id": uploaded.id, **name}


def _card(contact: SharedContact) -> Payload:
    name = contact.name.strip() or contact.phone.strip()
    if not name:
        raise Rejected("empty contact")
    card: Payload = {"name": {"formatted_name": name, "first_name": name}}
    if contact.phone.strip():
        card["phones"] = [{"phone": contact.phone.strip(), "type": "CELL"}]
    return {"type": "contacts", "contacts": [card]}


def _place(spot: Spot) -> Payload:
    if not (math.isfinite(spot.latitude) and abs(spot.latitude) <= 90 and abs(spot.longitude) <= 180):
        raise Rejected("no such place")
    title = {"name": spot.title.strip()} if spot.title.strip() else {}
    return {"type": "location", "location": {"latitude": spot.latitude, "longitude": spot.longitude, **title}}
