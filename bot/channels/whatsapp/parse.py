"""One webhook body as arrivals, in its order.

Rule: pure and never raising for any JSON. Values of another phone number are nothing to us; a message whose
sender cannot be named, and everything that is no message, is kept raw as Unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.whatsapp.arrivals import CHANNEL, Arrival, NumberChanged, OwnReply, Receipt, Unread
from bot.channels.whatsapp.contents import DELETED, content_of, kind_of
from bot.channels.whatsapp.errors import failure_reason
from bot.channels.whatsapp.fields import digest, items, moment, part, raw_json, text
from bot.channels.whatsapp.people import People, keys_for, phone_of
from scenarios.engine.events import (
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Sender,
)

__all__ = ["PART_OF", "parse"]

PART_OF = "part-of:"
"""How the callback data of a message's further part begins; the id of its first part follows (see `send`)."""

_STATUSES = ("sent", "delivered", "read", "played", "failed")
_MOVED = ("user_changed_number", "customer_changed_number", "user_changed_user_id")
_MOVED_BODY = re.compile(r"changed from (\S+) to (\S+)")
_KNOWN_LISTS = ("messages", "statuses", "message_echoes")


def parse(body: Any, phone_number_id: str, at: datetime) -> list[Arrival]:
    """Everything in `body` that concerns our number; `at` is when it came (UTC)."""
    found: list[Arrival] = []
    for entry in items(body, "entry"):
        for change in items(entry, "changes"):
            value = part(change, "value")
            account = text(part(value, "metadata"), "phone_number_id")
            if account and account != phone_number_id:
                continue
            reader = _Reader(value, phone_number_id, at, text(change, "field") or "messages")
            found.extend(reader.arrivals(bool(account), change))
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one change."""

    value: dict[str, Any]
    account: str
    at: datetime
    field: str

    def arrivals(self, addressed: bool, change: dict[str, Any]) -> Iterator[Arrival]:
        served = addressed and self.field in ("messages", "smb_message_echoes")
        if not served or not any(self.value.get(name) for name in _KNOWN_LISTS):
            yield self.unread(self.field, change)
            return
        people = self.people("messages", "from_user_id", "from")
        for message in items(self.value, "messages"):
            yield from self.message(message, people)
        for status in items(self.value, "statuses"):
            yield from self.status(status)
        people = self.people("message_echoes", "to_user_id", "to")
        for echo in items(self.value, "message_echoes"):
            yield self.echo(echo, people)

    def people(self, name: str, user_id: str, phone: str) -> People:
        everyone = {(text(one, user_id), text(one, phone)) for one in items(self.value, name)}
        return People(self.value, self.account, alone=len(everyone) == 1)

    def message(self, message: dict[str, Any], people: People) -> Iterator[Arrival]:
        kind = kind_of(message)
        if kind == "request_welcome":
            return  # The chat was opened and nothing was written.
        if kind == "system":
            yield self.system(message)
            return
        sender = people.person(text(message, "from_user_id"), text(message, "from"))
        if sender is None or text(message, "group_id"):
            yield self.unread(kind, message)
            return
        id_, name = self.names(message)
        sent_at = moment(message, "timestamp", self.at)
        if kind == "reaction":
            reaction = part(message, "reaction")
            target = text(reaction, "message_id")
            known = CustomerReacted(id_, self.at, sender, text(reaction, "emoji"), target) if target else None
            yield known or self.unread(kind, message)
        elif kind in ("edit", "revoke"):
            yield self.edit(message, kind, sender, sent_at)
        else:
            pressed = _pressed(message, kind)
            if pressed is not None and pressed[0]:
                yield ButtonPressed(id_, self.at, sender, *pressed, name, sent_at)
                return
            content = Content(text=pressed[1]) if pressed else content_of(message, sender.phone[1:])
            reply_to = text(part(message, "context"), "id")
            yield CustomerSaid(id_, self.at, sender, content, name, sent_at, reply_to=reply_to)

    def edit(self, message: dict[str, Any], kind: str, sender: Sender, sent_at: datetime) -> Arrival:
        """An edit carries the new message. A message that was taken back becomes an edit to "deleted": the
        older version stays in the transcript, and staff are shown what happened."""
        original = text(part(message, kind), "original_message_id")
        if not original:
            return self.unread(kind, message)
        content = _edited(message, kind, sender.phone[1:])
        id_ = f"{self.names(message)[0]}:{kind}:{int(sent_at.timestamp())}"
        return CustomerEdited(id_, self.at, sender, content, original, sent_at)

    def system(self, message: dict[str, Any]) -> Arrival:
        told = part(message, "system")
        if text(told, "type") not in _MOVED:
            return self.unread("system", message)
        old_user = text(told, "previous_user_id") or text(message, "from_user_id")
        old_phone = text(message, "from") or text(told, "customer")
        new_user, new_phone = text(told, "user_id"), text(told, "wa_id") or text(told, "new_wa_id")
        after = keys_for(new_user, new_phone)
        before = tuple(key for key in keys_for(old_user, old_phone) if key not in after)
        if not before and (said := _MOVED_BODY.search(text(told, "body"))):
            # Only the sentence names the old id: "User NAME changed from OLD to NEW".
            before = tuple(key for key in keys_for("", said[1]) or keys_for(said[1], "") if key not in after)
        if not before or not after:
            return self.unread("system", message)
        sides = [Sender(CHANNEL, self.account, keys, phone=phone_of(keys)) for keys in (before, after)]
        return NumberChanged(self.names(message)[0], self.at, *sides)

    def status(self, status: dict[str, Any]) -> Iterator[Arrival]:
        message, word = text(status, "id"), text(status, "status")
        if not message or word not in _STATUSES:
            yield self.unread("status", status)
            return
        if text(status, "recipient_type") == "group":
            return  # We never write to groups.
        tag = text(status, "biz_opaque_callback_data")
        if tag.startswith(PART_OF):
            if word != "failed":
                return  # The first part tells how far a message came; of others only a failure matters.
            message = tag.removeprefix(PART_OF)
        reason = code = details = ""
        if word == "failed":
            reason, code, details = failure_reason(next(iter(items(status, "errors")), {}))
        yield Receipt(
            id=f"wa:{self.account}:{message}:{word}",
            at=moment(status, "timestamp", self.at),
            message=message,
            status=word,
            keys=keys_for(text(status, "recipient_user_id"), text(status, "recipient_id")),
            code=code,
            reason=reason,
            details=details,
        )

    def echo(self, echo: dict[str, Any], people: People) -> Arrival:
        kind = kind_of(echo)
        customer = people.person(text(echo, "to_user_id"), text(echo, "to"))
        original = text(part(echo, kind), "original_message_id") if kind in ("edit", "revoke") else ""
        if customer is None or (kind in ("edit", "revoke") and not original):
            return self.unread(kind, echo)
        id_, name = self.names(echo)
        content = _edited(echo, kind, "") if original else content_of(echo, "")
        sent_at = moment(echo, "timestamp", self.at)
        return OwnReply(f"{id_}:echo", self.at, customer, content, name, sent_at, original)

    def names(self, message: dict[str, Any]) -> tuple[str, str]:
        """(our id of the event, the vendor's of the message); one without an id is named by what it says."""
        name = text(message, "id") or f"raw.{digest(raw_json(message))}"
        return f"wa:{self.account}:{name}", name

    def unread(self, kind: str, raw: dict[str, Any]) -> Unread:
        kept = raw_json(raw)
        return Unread(f"wa:{self.account}:unread:{digest(kept)}", self.at, kind, kept)


def _pressed(message: dict[str, Any], kind: str) -> tuple[str, str] | None:
    """(data, label) of a pressed button or a chosen row; one without data is its label, said."""
    if kind == "button":
        found = part(message, "button")
        data, label = text(found, "payload"), text(found, "text")
        if data == label:
            # A template's button to which we gave no data has its own words as such: they are said.
            data = ""
    elif kind == "interactive":
        inner = part(message, "interactive")
        found = part(inner, "button_reply") or part(inner, "list_reply")
        data, label = text(found, "id"), text(found, "title")
    else:
        return None
    return (data, label) if data or label else None


def _edited(message: dict[str, Any], kind: str, phone: str) -> Content:
    if kind == "revoke":
        return Content(unread=DELETED)
    return content_of(part(part(message, "edit"), "message"), phone)
