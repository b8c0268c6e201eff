"""Message templates: how they are made, looked up and filled in. Only APPROVED ones can be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import randbelow

from .errors import GraphError, invalid, missing
from .fields import taken_list
from .model import Button, ButtonKind, JsonObject

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
BUTTON_KINDS: Mapping[str, ButtonKind] = {
    "QUICK_REPLY": "quick_reply",
    "REQUEST_CONTACT_INFO": "contact",
    "URL": "url",
    "PHONE_NUMBER": "phone",
}


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language; places in the texts are {{1}}, {{2}} or {{named}}."""

    id: str
    name: str
    language: str
    category: str
    body: str
    status: str = "APPROVED"
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()

    def listed(self) -> JsonObject:
        """Its JSON in GET message_templates."""
        components: list[JsonObject] = [{"type": "BODY", "text": self.body}]
        if self.header:
            components.insert(0, {"type": "HEADER", "format": "TEXT", "text": self.header})
        if self.footer:
            components.append({"type": "FOOTER", "text": self.footer})
        names = {kind: name for name, kind in BUTTON_KINDS.items()}
        if self.buttons:
            buttons = [{"type": names.get(one.kind, "URL"), "text": one.title} for one in self.buttons]
            components.append({"type": "BUTTONS", "buttons": buttons})
        return {
            "name": self.name,
            "parameter_format": "POSITIONAL",
            "components": components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class Filled:
    """A template as the person sees it."""

    template: Template
    text: str
    header: str
    buttons: tuple[Button, ...]


def from_request(request: JsonObject, status: str) -> Template:
    """The template of a POST message_templates. Raises 100."""
    name, language, category = (
        request.get("name"),
        request.get("language"),
        str(request.get("category", "")).upper(),
    )
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise GraphError(100, "name has to be 1 to 512 lowercase letters, digits and underscores.")
    if not isinstance(language, str) or not language:
        raise GraphError(100, "The parameter language is required.")
    if category not in CATEGORIES:
        raise GraphError(100, f"category has to be one of {', '.join(CATEGORIES)}.")
    texts = {"HEADER": "", "BODY": "", "FOOTER": ""}
    buttons: list[Button] = []
    for component in _objects(request, "components"):
        kind = str(component.get("type", "")).upper()
        if kind in texts:
            texts[kind] = str(component.get("text", ""))
        elif kind == "BUTTONS":
            for one in _objects(component, "buttons"):
                title = str(one.get("text", "Share contact info"))
                buttons.append(Button(title, title, BUTTON_KINDS.get(str(one.get("type", "")).upper(), "other")))
    if not texts["BODY"]:
        raise GraphError(100, "components: a BODY with a text is required.")
    return Template(
        str(10**14 + randbelow(9 * 10**14)), name, language, category, texts["BODY"], status,
        texts["HEADER"], texts["FOOTER"], tuple(buttons),
    )  # fmt: skip


class TemplateShelf:
    """The account's templates; a new account has Meta's hello_world."""

    def __init__(self) -> None:
        self._templates: dict[tuple[str, str], Template] = {}
        text = "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message."
        self.add(Template("1192339204654487", "hello_world", "en_US", "UTILITY", text, header="Hello World"))

    def add(self, template: Template) -> None:
        self._templates[template.name, template.language] = template

    def all(self) -> tuple[Template, ...]:
        return tuple(self._templates.values())

    def fill(self, sent: JsonObject) -> Filled:
        """What a `template` object of a send shows. Raises 131008, 132000, 132001, 132012, 132015, 132016."""
        name = sent.get("name")
        language = sent.get("language")
        code = language.get("code") if isinstance(language, dict) else None
        if not isinstance(name, str) or not isinstance(code, str):
            raise missing("template['name'] and template['language']['code'] are required.")
        found = self._templates.get((name, code))
        if found is None or found.status in ("PENDING", "REJECTED"):
            raise GraphError(132001, f"template name ({name}) does not exist in {code}")
        if found.status != "APPROVED":
            raise GraphError(
                132015 if found.status == "PAUSED" else 132016, f"template ({name}) is {found.status.lower()}"
            )
        header, text, buttons = found.header, found.body, list(found.buttons)
        given: dict[str, list[JsonObject]] = {"header": [], "body": []}
        for component in _objects(sent, "components"):
            kind, parameters = str(component.get("type", "")).lower(), _objects(component, "parameters")
            if kind == "button":
                _set_payload(buttons, component, parameters)
            elif kind in given:
                given[kind] = parameters
        text = _filled(text, given["body"], "body")
        if PLACE.search(header):
            header = _filled(header, given["header"], "header")
        return Filled(found, text, header, tuple(buttons))


def _objects(parent: JsonObject, key: str) -> list[JsonObject]:
    return taken_list(parent, key, "template") if parent.get(key) is not None else []


def _set_payload(buttons: list[Button], component: JsonObject, parameters: list[JsonObject]) -> None:
    index = str(component.get("index", "0"))
    if not index.isdecimal() or int(index) >= len(buttons):
        raise GraphError(132012, f"button index {index} is not in the template, which has {len(buttons)} buttons.")
    place = int(index)
    for parameter in parameters:
        if parameter.get("type") == "payload" and buttons[place].kind == "quick_reply":
            payload = str(parameter.get("payload", ""))
            if not 1 <= len(payload) <= 256:
                raise invalid("Button payload length invalid. Min length: 1, Max length: 256")
            buttons[place] = Button(payload, buttons[place].title, "quick_reply")


def _filled(text: str, parameters: list[JsonObject], where: str) -> str:
    wanted = list(dict.fromkeys(PLACE.findall(text)))
    if len(wanted) != len(parameters):
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(parameters)}) does not match the expected "
            f"number of params "
            f"({len(wanted)})",
        )
    values: dict[str, str] = {}
    for place, parameter in zip(wanted, parameters, strict=True):
        kind = parameter.get("type", "text")
        inner = parameter.get(kind)
        value = inner.get("fallback_value") if isinstance(inner, dict) else inner
        if not isinstance(value, str) or not value:
            raise GraphError(132012, f"{where}: parameter {place} of type {kind} has no text")
        if "\n" in value or "\t" in value or "    " in value:
            raise GraphError(
                132012,
                f"{where}: a parameter cannot have new-line/tab characters or more than 4 consecutive spaces",
            )
        values[str(parameter.get("parameter_name", place))] = value
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
