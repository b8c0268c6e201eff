"""What WhatsApp accepts as an interactive message: reply buttons, lists, and the two requests. Else 131008
or 131009.

Limits: Meta's pages of the interactive messages (stored copies of 2025), see limits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import limits
from .errors import GraphError, invalid, missing
from .fields import Content, inner_text, optional_text, taken_list, taken_object, taken_text
from .model import Attachment, Button, JsonObject

AttachmentReader = Callable[[str, JsonObject], Attachment]


def read_interactive(content: JsonObject, attachment: AttachmentReader) -> Content:
    """The content of `interactive`; `attachment` reads the media of a header."""
    kind = content.get("type")
    if kind is None:
        raise missing("interactive['type'] is required.")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise invalid(f"interactive['type'] {kind!r} is not one of {', '.join(READERS)} of this local WhatsApp.")
    return reader(content, attachment)


def _header(content: JsonObject, attachment: AttachmentReader, *, only_text: bool) -> tuple[str, Attachment | None]:
    if content.get("header") is None:
        return "", None
    header = taken_object(content, "header", "interactive")
    kind = header.get("type")
    if kind == "text":
        return taken_text(header, "text", "Header", limits.HEADER), None
    if only_text or kind not in ("image", "video", "document"):
        raise invalid(f"Header type {kind!r} is not supported for this interactive type.")
    return "", attachment(kind, taken_object(header, kind, "header"))


def _buttons(content: JsonObject, attachment: AttachmentReader) -> Content:
    text = inner_text(content, "body", "Interactive", limits.BUTTON_BODY, required=True)
    footer = inner_text(content, "footer", "Interactive", limits.FOOTER, required=False)
    header, media = _header(content, attachment, only_text=False)
    given = taken_list(taken_object(content, "action", "interactive"), "buttons", "action")
    if not 1 <= len(given) <= limits.BUTTONS:
        raise invalid(f"Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: {limits.BUTTONS}")
    found: list[Button] = []
    for one in given:
        if one.get("type") != "reply":
            raise invalid(f"Button type {one.get('type')!r} is not supported. Use 'reply'.")
        reply = taken_object(one, "reply", "button")
        button_id = taken_text(reply, "id", "Button", limits.BUTTON_ID)
        if button_id != button_id.strip():
            raise invalid("Button id cannot have leading or trailing spaces.")
        found.append(Button(button_id, taken_text(reply, "title", "Button", limits.BUTTON_TITLE), "reply"))
    _distinct([one.id for one in found], "button ids")
    _distinct([one.title for one in found], "button titles")
    return Content(text, header, footer, "", tuple(found), media)


def _list(content: JsonObject, attachment: AttachmentReader) -> Content:
    text = inner_text(content, "body", "Interactive", limits.LIST_BODY, required=True)
    footer = inner_text(content, "footer", "Interactive", limits.FOOTER, required=False)
    header, _ = _header(content, attachment, only_text=True)
    action = taken_object(content, "action", "interactive")
    label = taken_text(action, "button", "Action", limits.LIST_BUTTON)
    sections = taken_list(action, "sections", "action")
    if not 1 <= len(sections) <= limits.SECTIONS:
        raise invalid(f"Invalid sections count. Min allowed sections: 1, Max allowed sections: {limits.SECTIONS}")
    found: list[Button] = []
    for section in sections:
        title = optional_text(section, "title", "Section", limits.SECTION_TITLE)
        if not title and len(sections) > 1:
            raise missing("Section title is required when there is more than one section.")
        rows = taken_list(section, "rows", "section")
        if not rows:
            raise invalid("Section rows count invalid. Min allowed rows: 1")
        for row in rows:
            description = optional_text(row, "description", "Row", limits.ROW_DESCRIPTION)
            found.append(
                Button(
                    taken_text(row, "id", "Row", limits.ROW_ID),
                    taken_text(row, "title", "Row", limits.ROW_TITLE),
                    "row",
                    description or None,
                    title or None,
                )
            )
    if len(found) > limits.ROWS:
        raise invalid(f"Total row count exceed max allowed count: {limits.ROWS}")
    _distinct([one.id for one in found], "row ids")
    return Content(text, header, footer, label, tuple(found))


def _contact_request(content: JsonObject, _attachment: AttachmentReader) -> Content:
    _named_action(content, "request_contact_info")
    text = inner_text(content, "body", "Interactive", limits.BUTTON_BODY, required=True)
    return Content(text, buttons=(Button("request_contact_info", "Share contact info", "contact"),))


def _location_request(content: JsonObject, _attachment: AttachmentReader) -> Content:
    _named_action(content, "send_location")
    text = inner_text(content, "body", "Interactive", limits.BUTTON_BODY, required=True)
    return Content(text, buttons=(Button("send_location", "Send location", "location"),))


def _named_action(content: JsonObject, name: str) -> None:
    given = taken_object(content, "action", "interactive").get("name")
    if given != name:
        raise invalid(f"Action name must be '{name}', got {given!r}.")


def _distinct(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise GraphError(131009, f"Duplicated {what} are not allowed within one message.")


READERS: Mapping[str, Callable[[JsonObject, AttachmentReader], Content]] = {
    "button": _buttons,
    "list": _list,
    "request_contact_info": _contact_request,
    "location_request_message": _location_request,
}
