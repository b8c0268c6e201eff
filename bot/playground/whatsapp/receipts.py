"""What becomes of a sent message: accepted, sent, delivered, read, played or failed, each told to the
webhook once.

The chat changes at once; the statuses follow after `status_delay`, in order unless `shuffle_statuses` is on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import payloads
from .errors import CODES, GraphError
from .model import RANKS, ChatMessage, WrongAct
from .registry import PersonRef, Registry


class Receipts(Registry):
    """Statuses of the business's messages, and what a phone does without its owner writing."""

    def read(self, user: PersonRef) -> list[str]:
        """The person opens the chat: everything unread becomes read. The ids."""
        person = self.person(user)
        if person.phone_off:
            raise WrongAct(f"{person.name}'s phone is off: nothing can be read on it.")
        unread = [one for one in self._from_business(user) if RANKS[one.status] < RANKS["read"]]
        for message in unread:
            self._advance(message, ("read",))
        return [one.id for one in unread]

    def deliver(self, user: PersonRef) -> list[str]:
        """What waits reaches the phone, for worlds with `auto_deliver` off. The ids."""
        waiting = [one for one in self._from_business(user) if RANKS[one.status] < RANKS["delivered"]]
        for message in waiting:
            self._advance(message, ("delivered",) if message.status == "sent" else ("sent", "delivered"))
        return [one.id for one in waiting]

    def play(self, user: PersonRef, message_id: str) -> None:
        """The person listens to a voice message: `played`."""
        message = self.message(message_id)
        if message.person != self.person(user).key or message.attachment is None or not message.attachment.voice:
            raise WrongAct(f"Message {message_id} is no voice message in this chat.")
        self._advance(message, ("played",))

    def block(self, user: PersonRef, blocked: bool = True) -> None:
        """The person blocks the business, or no longer: sends fail with 131026, which does not say why."""
        self._put(replace(self.person(user), blocked=blocked))

    def phone_off(self, user: PersonRef, off: bool = True) -> None:
        """The phone goes off, sends stay `sent`; on again, what waited is delivered."""
        person = self._put(replace(self.person(user), phone_off=off))
        if not off and self.switches.auto_deliver:
            self.deliver(person)
            if self.switches.auto_read:
                self.read(person)

    def give_status(self, message_id: str, name: str, code: int | None = None, times: int = 1) -> None:
        """Send any status by hand, also against the order, also repeatedly; the chat does not change."""
        if name not in RANKS and name != "failed":
            raise ValueError(f"status {name!r}: allowed are {', '.join(RANKS)}, failed")
        if code is not None and code not in CODES:
            raise ValueError(f"code={code}: not one of Meta's known codes")
        message = self.message(message_id)
        error = GraphError(code if code is not None else 131000, "Given by hand.") if name == "failed" else None
        for _ in range(times):
            self._tell_status(message, name, error, 0.0)

    def _from_business(self, user: PersonRef) -> list[ChatMessage]:
        return [
            one for one in self.chat(user) if one.side == "business" and one.status in RANKS and one.type != "reaction"
        ]

    def _begin(self, message: ChatMessage) -> None:
        """The first statuses of a message that WhatsApp took."""
        if not self.switches.auto_deliver:
            return
        person = self._people[message.person]
        names = ["sent"]
        # A reaction is only ever `sent` [Meta, webhooks page].
        if message.type != "reaction" and not person.phone_off:
            names += ["delivered", "read"] if self.switches.auto_read else ["delivered"]
        self._advance(message, names)

    def _advance(self, message: ChatMessage, names: Sequence[str]) -> None:
        best = max((message.status, *names), key=RANKS.__getitem__)
        message = self._change(message.id, status=best)
        told = list(names)
        if self.switches.shuffle_statuses:
            told.reverse()
        for name in told:
            self._tell_status(message, name, None, self.switches.status_delay)

    def _fail(self, message: ChatMessage, error: GraphError) -> None:
        message = self._change(message.id, status="failed", error=error.code)
        self._tell_status(message, "failed", error, self.switches.status_delay)

    def _tell_status(self, message: ChatMessage, name: str, error: GraphError | None, after: float) -> None:
        person = self._people.get(message.person)
        to = str(message.payload.get("to") or message.payload.get("recipient") or "")
        update = payloads.status(message, person, to, name, self.now(), self.switches, error)
        self.webhook.queue(update, after)

    def _react(self, target: ChatMessage, side: str, emoji: str) -> None:
        others = {who: what for who, what in target.reactions.items() if who != side}
        self._change(target.id, reactions=others | ({side: emoji} if emoji else {}))
