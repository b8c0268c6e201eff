"""What a person can do on their phone, each act told to the webhook. What no phone allows raises WrongAct.

Acts return the new message's id. They need a running event loop, since the webhook is told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import payloads
from .errors import GraphError
from .limits import TEXT
from .media import StoredFile
from .model import Attachment, Button, ChatMessage, JsonObject, Person, WrongAct
from .receipts import Receipts
from .registry import PersonRef, wa_phone


class Acts(Receipts):
    """Writing, showing, pressing, reacting: everything that arrives at the business as a message."""

    def say(
        self, user: PersonRef, text: str, reply_to: str | None = None, *,
        forwarded: bool = False, referral: JsonObject | None = None,
    ) -> str:  # fmt: skip
        """A text of up to 4096 characters (longer ones are cut into several by the app, so they are
        refused here).
        """
        if not 1 <= len(text) <= TEXT:
            raise WrongAct(f"A text has 1 to {TEXT} characters, this one {len(text)}.")
        content: JsonObject = {"referral": referral} if referral else {}
        return self._arrive(user, "text", content | {"text": {"body": text}}, text, reply_to, forwarded=forwarded)

    def send_media(
        self,
        user: PersonRef,
        kind: str,
        data: bytes,
        mime: str,
        caption: str = "",
        file_name: str | None = None,
        voice: bool = False,
        reply_to: str | None = None,
        *,
        forwarded: bool = False,
        animated: bool = False,
    ) -> str:
        """An image, video, audio (voice=True: a voice note), document or sticker. Any bytes, as phones
        send any.
        """
        if kind not in ("image", "video", "audio", "document", "sticker"):
            raise WrongAct(f"kind {kind!r}: allowed are image, video, audio, document, sticker")
        stored = self.media.put(data, mime, file_name, self.now(), inbound=True)
        inner = self._media_json(stored, caption)
        if kind == "document" and file_name:
            inner["filename"] = file_name
        if kind == "audio":
            inner["voice"] = voice
        if kind == "sticker":
            inner["animated"] = animated
        attachment = Attachment(kind, stored.id, None, mime, file_name, voice)
        return self._arrive(user, kind, {kind: inner}, caption, reply_to, attachment=attachment, forwarded=forwarded)

    def press(self, user: PersonRef, message_id: str, choice: str) -> str:
        """Press a button or choose a row, named by its id or its visible label."""
        person, message = self.person(user), self.message(message_id)
        if message.person != person.key or message.side != "business" or message.status == "failed":
            raise WrongAct(f"Message {message_id} is not one that {person.name} got from the business.")
        button = _button(message, choice)
        if button.kind == "contact":
            return self.share_contact(person, reply_to=message_id, requested=True)
        if button.kind == "location":
            raise WrongAct("This button opens the map: use send_location with reply_to.")
        if button.kind == "quick_reply":
            content: JsonObject = {"button": {"payload": button.id, "text": button.title}}
            return self._arrive(person, "button", content, button.title, message_id)
        if button.kind not in ("reply", "row"):
            raise WrongAct(f"{button.title!r} opens a page or a call: the business is not told of it.")
        kind = "button_reply" if button.kind == "reply" else "list_reply"
        inner: JsonObject = {"id": button.id, "title": button.title}
        if button.description:
            inner["description"] = button.description
        content = {"interactive": {"type": kind, kind: inner}}
        return self._arrive(person, "interactive", content, button.title, message_id)

    def share_contact(
        self, user: PersonRef, name: str | None = None, phone: str | None = None,
        reply_to: str | None = None, *, requested: bool = False,
    ) -> str:  # fmt: skip
        """A contact card, one's own unless said otherwise; `requested` answers the business's request for
        the phone.
        """
        person = self.person(user)
        number = phone or person.phone
        if number is None:
            raise WrongAct(f"This world knows no phone of {person.name}; give one.")
        shown, known = name or person.name, self.find(number)
        entry: JsonObject = {"phone": "+" + wa_phone(number), "type": "CELL"}
        if known is not None:
            entry["wa_id"] = wa_phone(number)
        first, _, last = shown.partition(" ")
        card: JsonObject = {
            "name": {"first_name": first, "formatted_name": shown} | ({"last_name": last} if last else {}),
            "phones": [entry],
        }
        if self.switches.user_ids:
            card["origin"] = "contact_request" if requested else "other"
        return self._arrive(person, "contacts", {"contacts": [card]}, f"{shown}\n{entry['phone']}", reply_to)

    def send_location(
        self, user: PersonRef, latitude: float, longitude: float, name: str = "", address: str = "",
        reply_to: str | None = None,
    ) -> str:  # fmt: skip
        """A place on the map."""
        inner: JsonObject = {"latitude": latitude, "longitude": longitude}
        inner |= {key: value for key, value in (("name", name), ("address", address)) if value}
        text = "\n".join(one for one in (name, address, f"{latitude}, {longitude}") if one)
        return self._arrive(user, "location", {"location": inner}, text, reply_to)

    def react(self, user: PersonRef, message_id: str, emoji: str | None) -> str:
        """A reaction; None takes it back. The message may be one that this world no longer has."""
        person, target = self.person(user), self.known(message_id)
        inner: JsonObject = {"message_id": message_id} | ({"emoji": emoji} if emoji else {})
        new_id = self._arrive(person, "reaction", {"reaction": inner}, emoji or "", None, shown=False)
        if target is not None:
            self._react(target, "customer", emoji or "")
        return new_id

    def order(
        self,
        user: PersonRef,
        items: Sequence[JsonObject],
        text: str = "",
        catalog_id: str = "194836987003835",
    ) -> str:
        """A cart: items of product_retailer_id, quantity, item_price, currency."""
        inner: JsonObject = {"catalog_id": catalog_id, "text": text, "product_items": list(items)}
        shown = "\n".join(f"{one.get('quantity')} x {one.get('product_retailer_id')}" for one in items)
        return self._arrive(user, "order", {"order": inner}, shown)

    def unsupported(self, user: PersonRef, type: str = "poll_creation", code: int = 131051) -> str:
        """What the Cloud API cannot carry: a poll, an edit, a pin. 131060 is the other code it comes with."""
        details = "Message type is currently not supported." if code == 131051 else "This message is unavailable."
        title = "Message type unknown" if code == 131051 else GraphError(code).title
        error = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
        return self._arrive(user, "unsupported", {"errors": [error], "unsupported": {"type": type}}, f"[{type}]")

    def edit(self, user: PersonRef, message_id: str, text: str) -> str:
        """Edit one's own text or caption (numbers in coexistence are told of it)."""
        message = self._own(user, message_id)
        inner: JsonObject = {"type": message.type, "text": {"body": text}}
        stored = self.media.find(message.attachment.media_id or "") if message.attachment else None
        if stored is not None:
            inner = {"type": message.type, message.type: self._media_json(stored, text)}
        content: JsonObject = {"edit": {"original_message_id": message_id, "message": inner}}
        new_id = self._arrive(user, "edit", content, text, shown=False)
        self._change(message_id, text=text, edited=True)
        return new_id

    def revoke(self, user: PersonRef, message_id: str) -> str:
        """Delete one's own message for everyone."""
        self._own(user, message_id)
        new_id = self._arrive(user, "revoke", {"revoke": {"original_message_id": message_id}}, "", shown=False)
        self._change(message_id, revoked=True)
        return new_id

    def change_number(self, user: PersonRef, new_phone: str, new_user_id: str | None = None) -> str:
        """The person moves to another number; a system message tells, and with it a new user id as Meta
        makes one.
        """
        old = self.person(user)
        number = wa_phone(new_phone)
        body = f"User {old.name} changed from {old.phone or old.user_id} to {number}"
        inner: JsonObject = {"body": body, "wa_id": number, "type": "user_changed_number"}
        if new_user_id and self.switches.user_ids:
            inner["user_id"] = new_user_id
        new_id = self._arrive(old, "system", {"system": inner}, body, shown=False)
        for gone in (old.phone, old.user_id):
            self._keys.pop(gone or "", None)
        self._put(replace(self.person(old.key), phone=number, user_id=new_user_id or old.user_id))
        return new_id

    def echo(self, user: PersonRef, text: str) -> str:
        """The business answers from its own phone (coexistence): smb_message_echoes."""
        person, now = self.person(user), self.now()
        new_id = self.new_message_id(person.phone)
        self._store(ChatMessage(new_id, person.key, "business", "text", now, text))
        self.webhook.queue(
            payloads.echo(person, self.phone, new_id, now, "text", {"text": {"body": text}}, self.switches)
        )
        return new_id

    def push(self, user: PersonRef, type: str, content: JsonObject) -> str:
        """A message of any type and content, right or wrong, in an otherwise right body."""
        return self._arrive(user, type, content, f"[{type}]")

    def _arrive(
        self, user: PersonRef, type_: str, content: JsonObject, text: str, reply_to: str | None = None, *,
        attachment: Attachment | None = None, forwarded: bool = False, shown: bool = True,
    ) -> str:  # fmt: skip
        person, now = self.person(user), self.now()
        if person.blocked or person.phone_off:
            state = "has blocked the business" if person.blocked else "has the phone off"
            raise WrongAct(f"{person.name} {state} and can send nothing.")
        context = self._context(person, reply_to)
        if forwarded:
            context["forwarded"] = True
        if context:
            content = {"context": context} | content
        new_id = self.new_message_id(person.phone)
        update = payloads.inbound(person, new_id, now, type_, content, self.switches)
        if shown:
            self._store(
                ChatMessage(
                    new_id,
                    person.key,
                    "customer",
                    type_,
                    now,
                    text,
                    attachment=attachment,
                    reply_to=reply_to,
                    payload=update.item,
                )
            )
        self._put(replace(person, last_inbound=now))
        self.webhook.queue(update)
        return new_id

    def _context(self, person: Person, reply_to: str | None) -> JsonObject:
        if reply_to is None:
            return {}
        target = self.known(reply_to)
        if target is not None and target.side == "customer":
            own: JsonObject = {"from": person.phone} if person.phone_visible and person.phone else {}
            return own | {"id": reply_to}
        return {"from": self.phone, "id": reply_to}

    def _media_json(self, stored: StoredFile, caption: str) -> JsonObject:
        inner: JsonObject = {"caption": caption} if caption else {}
        inner |= {"mime_type": stored.mime, "sha256": stored.sha256_base64, "id": stored.id}
        if self.switches.media_url and self.media.base_url:
            inner["url"] = self.media.url(stored, self.now(), "webhook")
        return inner

    def _own(self, user: PersonRef, message_id: str) -> ChatMessage:
        message = self.message(message_id)
        if message.person != self.person(user).key or message.side != "customer" or message.revoked:
            raise WrongAct(f"Message {message_id} is not one that this person wrote and can change.")
        return message


def _button(message: ChatMessage, choice: str) -> Button:
    by_id = [one for one in message.buttons if one.id == choice]
    by_label = [one for one in message.buttons if one.title == choice]
    if not by_id and not by_label:
        labels = ", ".join(repr(one.title) for one in message.buttons) or "none"
        raise WrongAct(f"There is no button {choice!r} in this message; its buttons: {labels}.")
    return (by_id or by_label)[0]
