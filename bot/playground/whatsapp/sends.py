"""What POST /messages does: who it is for, whether it may go, what it shows, and what becomes of it.

Refused at once: wrong requests and rates. Refused later by a failed status (or at once, see `refusals`): a
closed window, a
recipient nobody can reach, media that does not fit its kind, a reaction to what is gone.
"""

from __future__ import annotations

from dataclasses import replace

from . import limits
from .errors import GraphError, invalid, missing
from .fields import Content
from .media import check_kind
from .model import ChatMessage, JsonObject, Person
from .receipts import Receipts
from .registry import USER_ID, digits, wa_phone


class Sends(Receipts):
    """The business's side."""

    def accept(self, payload: JsonObject) -> JsonObject:
        """Take one request of POST /messages; its answer. Raises GraphError."""
        if payload.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required and has to be 'whatsapp'.")
        if payload.get("status") is not None:
            return self._mark_read(payload)
        to, is_user_id = self._recipient(payload)
        now = self.now()
        if self.switches.number_rate:
            self.number_rate.take(now)
        kind, content = self.reader.read(payload, now)
        callback_data = payload.get("biz_opaque_callback_data")
        if callback_data is not None and not (
            isinstance(callback_data, str) and len(callback_data) <= limits.CALLBACK_DATA
        ):
            raise GraphError(
                100,
                f"Param biz_opaque_callback_data must be a string of up to {limits.CALLBACK_DATA} characters.",
            )
        if is_user_id and content.category == "authentication":
            raise GraphError(131062, "Authentication templates need the phone number.")
        person = self.find(to)
        if self.switches.pair_rate:
            self.pair_rate.take(person.key if person else to, now)
        late = self._late_refusal(person, to, kind, content, now)
        if late is not None and self.switches.refusals == "response":
            raise late
        message = ChatMessage(
            self.new_message_id(None if is_user_id else digits(to)),
            person.key if person else "",
            "business",
            kind,
            now,
            content.text,
            content.header,
            content.footer,
            content.list_label,
            content.buttons,
            content.attachment,
            self._reply_to(payload),
            status="accepted",
            category=content.category,
            callback_data=callback_data,
            to_user_id=is_user_id,
            payload=payload,
        )
        self._keep(message, person, content, late)
        return self._answer(message, to, is_user_id, person)

    def _recipient(self, payload: JsonObject) -> tuple[str, bool]:
        """(address, whether it is a user id); the phone wins if both are given."""
        if payload.get("recipient_type", "individual") != "individual":
            raise GraphError(100, "Param recipient_type must be 'individual': this number has no groups.")
        to, recipient = payload.get("to"), payload.get("recipient")
        if to is not None:
            if not isinstance(to, str) or not 7 <= len(digits(to)) <= 15:
                raise invalid("Param to is not a valid WhatsApp phone number.")
            if digits(to) == digits(self.phone):
                raise GraphError(131021, "The sender and the recipient are the same number.")
            return to, False
        if recipient is None:
            raise missing("The parameter to (or recipient) is required.")
        if not isinstance(recipient, str) or not USER_ID.fullmatch(recipient):
            raise invalid("Param recipient is not a valid business-scoped user id.")
        return recipient, True

    def _late_refusal(
        self, person: Person | None, to: str, kind: str, content: Content, now: float
    ) -> GraphError | None:
        if person is None or person.blocked or (not USER_ID.fullmatch(to) and person.phone != wa_phone(to)):
            return GraphError(131026, "Message Undeliverable.")
        opened = person.last_inbound
        if self.switches.window and kind != "template" and (opened is None or now - opened > limits.WINDOW):
            return GraphError(
                131047,
                "Message failed to send because more than 24 hours have passed since the customer last "
                "replied to this number.",
            )
        if content.attachment is not None and content.attachment.media_id is not None:
            try:
                check_kind(
                    content.attachment.kind,
                    self.media.get(content.attachment.media_id, now),
                    sniff=self.switches.sniff_media,
                )
            except GraphError as refusal:
                return refusal
        if content.target is not None:
            target = self.known(content.target)
            gone = target is None or target.revoked or target.type == "reaction" or target.person != person.key
            if target is None or gone or now - target.at > limits.REACT_WITHIN:
                return invalid(
                    "Reaction to a message that is older than 30 days, deleted, a reaction, or not in this chat."
                )
        return None

    def _keep(self, message: ChatMessage, person: Person | None, content: Content, late: GraphError | None) -> None:
        if person is None or late is not None:
            self._store(message)
            self._fail(message, late or GraphError(131026, "Message Undeliverable."))
            return
        if content.target is not None:
            self._messages[message.id] = message
            self._react(self._messages[content.target], "business", content.text)
        else:
            self._store(message)
            if person.typing_until:
                self._put(replace(person, typing_until=0.0))
        self._begin(message)

    def _reply_to(self, payload: JsonObject) -> str | None:
        context = payload.get("context")
        if context is None:
            return None
        message_id = context.get("message_id") if isinstance(context, dict) else None
        if not isinstance(message_id, str) or not message_id:
            raise invalid("context['message_id'] has to be the id of a message.")
        # A target that is gone leaves a message without a quote; Meta does not refuse it.
        return message_id if self.known(message_id) is not None else None

    def _answer(self, message: ChatMessage, to: str, is_user_id: bool, person: Person | None) -> JsonObject:
        contact: JsonObject = {"input": to}
        contact |= {"user_id": to} if is_user_id else {"wa_id": person.phone if person else wa_phone(to)}
        sent: JsonObject = {"id": message.id}
        if message.type == "template":
            sent["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}

    def _mark_read(self, payload: JsonObject) -> JsonObject:
        """{"status": "read", "message_id": ...}: this and all earlier ones; with `typing_indicator` 25 s
        of typing.
        """
        if payload["status"] != "read":
            raise GraphError(100, "Param status must be 'read'.")
        message_id, now = payload.get("message_id"), self.now()
        if not isinstance(message_id, str):
            raise missing("The parameter message_id is required.")
        found = self.known(message_id)
        if found is None or found.side != "customer" or now - found.at > limits.MARK_READ_WITHIN:
            raise invalid("message_id is not a message received within the last 30 days.")
        typing = payload.get("typing_indicator")
        if typing is not None and (not isinstance(typing, dict) or typing.get("type") != "text"):
            raise invalid("typing_indicator['type'] must be 'text'.")
        for one in reversed(self.chat(found.person)):
            if one.side == "customer" and one.at <= found.at:
                if one.seen_by_business:
                    break
                self._change(one.id, seen_by_business=True)
        if typing is not None:
            self._put(replace(self._people[found.person], typing_until=now + limits.TYPING_LASTS))
        return {"success": True}
