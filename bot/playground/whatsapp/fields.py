"""How a field of a request is taken out, or refused the way Meta refuses it."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import GraphError, invalid, missing
from .model import Attachment, Button, JsonObject


@dataclass(frozen=True, slots=True)
class Content:
    """What a message to a person shows, whatever its type."""

    text: str = ""
    header: str = ""
    footer: str = ""
    list_label: str = ""
    buttons: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    category: str = "service"
    target: str | None = None


def taken_object(parent: JsonObject, key: str, where: str) -> JsonObject:
    """parent[key] as an object. Raises 131008 when it is missing, 100 when it is something else."""
    found = parent.get(key)
    if found is None:
        raise missing(f"{where}['{key}'] is required.")
    if not isinstance(found, dict):
        raise GraphError(100, f"Param {where}['{key}'] must be a JSON object.")
    return found


def taken_list(parent: JsonObject, key: str, where: str) -> list[JsonObject]:
    """parent[key] as a list of objects."""
    found = parent.get(key)
    if found is None:
        raise missing(f"{where}['{key}'] is required.")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise GraphError(100, f"Param {where}['{key}'] must be an array of JSON objects.")
    return found


def taken_text(parent: JsonObject, key: str, where: str, most: int) -> str:
    """parent[key] as text of 1 to `most` characters, in the words of 131009."""
    found = parent.get(key)
    if found is None:
        raise missing(f"{where} {key} is required.")
    if not isinstance(found, str):
        raise GraphError(100, f"Param {where}['{key}'] must be a string.")
    if not found.strip() or len(found) > most:
        raise invalid(f"{where} {key} length invalid. Min length: 1, Max length: {most}")
    return found


def optional_text(parent: JsonObject, key: str, where: str, most: int) -> str:
    """The same for a field that may be left out; then ''."""
    return taken_text(parent, key, where, most) if parent.get(key) not in (None, "") else ""


def inner_text(parent: JsonObject, key: str, where: str, most: int, *, required: bool) -> str:
    """The text of {"body": {"text": "..."}}; '' when it is left out and may be."""
    if parent.get(key) is None and not required:
        return ""
    return taken_text(taken_object(parent, key, where), "text", f"{where} {key}", most)
