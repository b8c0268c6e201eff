"""The JSON that Meta posts: updates, and the bodies made of them. Shapes are Meta's OpenAPI examples of
v23 and later.

Bytes leave as Meta writes them: non-ASCII as \\u escapes and every slash escaped, so only the raw body
verifies.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .errors import GraphError
from .model import ChatMessage, JsonObject, Person, Switches

Kind = Literal["messages", "statuses", "message_echoes"]


@dataclass(frozen=True, slots=True)
class Update:
    """One message, status or echo on its way; `contacts` empty means that the value has no such array."""

    kind: Kind
    item: JsonObject
    contacts: tuple[JsonObject, ...] = ()
    lane: str = ""

    @property
    def field(self) -> str:
        return "smb_message_echoes" if self.kind == "message_echoes" else "messages"


def contact(person: Person, switches: Switches) -> JsonObject:
    """An element of `contacts`: name, `wa_id` unless hidden, `user_id` since April 2026."""
    profile: JsonObject = {"name": person.name}
    if person.username:
        profile["username"] = person.username
    found: JsonObject = {"profile": profile}
    if person.phone_visible and person.phone:
        found["wa_id"] = person.phone
    if switches.user_ids:
        found["user_id"] = person.user_id
    return found


def inbound(person: Person, message_id: str, at: float, type_: str, content: JsonObject, switches: Switches) -> Update:
    """A message of a person. `content` is what stands beside id and type: {"text": {...}}, {"context":
    ...}.
    """
    item: JsonObject = {}
    if "context" in content:
        item["context"] = content["context"]
    if person.phone_visible and person.phone:
        item["from"] = person.phone
    if switches.user_ids:
        item["from_user_id"] = person.user_id
    item |= {"id": message_id, "timestamp": str(int(at)), "type": type_}
    item |= {key: value for key, value in content.items() if key != "context"}
    # Meta documents that system messages have no contacts array.
    with_contacts = switches.contacts_array and type_ != "system"
    return Update("messages", item, (contact(person, switches),) if with_contacts else (), person.key)


def status(
    message: ChatMessage,
    person: Person | None,
    to: str,
    name: str,
    at: float,
    switches: Switches,
    error: GraphError | None,
) -> Update:
    """A status of a sent message. `to` is what the send was addressed to; `person` None: nobody is there."""
    item: JsonObject = {"id": message.id, "status": name, "timestamp": str(int(at))}
    if person is None:
        item["recipient_user_id" if message.to_user_id else "recipient_id"] = to
    else:
        if person.phone and (person.phone_visible or not message.to_user_id):
            item["recipient_id"] = person.phone
        # A failed status of a message that was sent to a phone has no user id [bsuid page].
        if switches.user_ids and not (name == "failed" and not message.to_user_id):
            item["recipient_user_id"] = person.user_id
    if message.callback_data is not None:
        item["biz_opaque_callback_data"] = message.callback_data
    if error is not None:
        item["errors"] = [error.in_status()]
    elif name in ("sent", "delivered") and message.type != "reaction":
        item["pricing"] = {
            "billable": True,
            "pricing_model": "PMP",
            "type": "regular",
            "category": message.category,
        }
    with_contacts = person is not None and switches.status_contacts and name != "failed"
    contacts = (contact(person, switches),) if with_contacts and person is not None else ()
    return Update("statuses", item, contacts, message.person)


def echo(
    person: Person,
    business_phone: str,
    message_id: str,
    at: float,
    type_: str,
    content: JsonObject,
    switches: Switches,
) -> Update:
    """A message that the business wrote on its own phone (coexistence)."""
    item: JsonObject = {"from": business_phone}
    if person.phone:
        item["to"] = person.phone
    if switches.user_ids:
        item["to_user_id"] = person.user_id
    item |= {"id": message_id, "timestamp": str(int(at)), "type": type_} | content
    return Update("message_echoes", item, (contact(person, switches),), person.key)


def body(waba_id: str, phone: str, phone_number_id: str, updates: Sequence[Update]) -> JsonObject:
    """One webhook body: neighbours of one kind share a change, contacts are named once in it."""
    changes: list[JsonObject] = []
    last: tuple[Kind, bool] | None = None
    for update in updates:
        if last != (update.kind, bool(update.contacts)):
            last = (update.kind, bool(update.contacts))
            value: JsonObject = {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": phone, "phone_number_id": phone_number_id},
            }
            if update.contacts:
                value["contacts"] = []
            value[update.kind] = []
            changes.append({"value": value, "field": update.field})
        value = changes[-1]["value"]
        for one in update.contacts:
            if one not in value["contacts"]:
                value["contacts"].append(one)
        value[update.kind].append(update.item)
    return {"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": changes}]}


def encode(value: JsonObject) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).replace("/", "\\/").encode("ascii")


def signature(app_secret: str, raw: bytes) -> str:
    """The value of X-Hub-Signature-256 over the raw body."""
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
