"""What people do to messages that are there: edit, delete, tap buttons, react; and block the bot.

The bot hears only of what Telegram tells bots: never of a deletion, of reactions only when it asked.
"""

from __future__ import annotations

from bot.playground.telegram.chats import member_json
from bot.playground.telegram.entities import detect
from bot.playground.telegram.keyboards import find_button
from bot.playground.telegram.people import People
from bot.playground.telegram.refusals import Json, plain_emoji
from bot.playground.telegram.state import is_service


class Taps(People):
    """The acts of people on messages and on the bot itself."""

    def edit(self, user: Json | int, chat_id: int | None, message_id: int, text: str) -> Json:
        """The person changes the text (or caption) of an own message."""
        person = self.user(user)
        chat = self.chats[int(person["id"]) if chat_id is None else chat_id]
        old = chat.messages.get(message_id)
        if old is None or old["from"]["id"] != person["id"] or is_service(old):
            raise LookupError(f"message {message_id} is not {person['first_name']}'s to edit")
        field = "text" if "text" in old else "caption"
        marks = "entities" if field == "text" else "caption_entities"
        message: Json = {k: v for k, v in old.items() if k != marks}
        message |= {field: text, "edit_date": int(self.clock())}
        if entities := detect(text):
            message[marks] = entities
        return self.replace(chat, message, tell_bot=True)

    def press(self, user: Json | int, chat_id: int | None, message_id: int, button: str) -> Json:
        """Tap an inline button by its data or label; returns the callback query. Also on a screen gone
        stale."""
        person = self.user(user)
        chat = self.chats[int(person["id"]) if chat_id is None else chat_id]
        message = chat.messages.get(message_id) or chat.deleted.get(message_id)
        found = None if message is None else find_button(message, button)
        if message is None or found is None:
            raise LookupError(f"message {message_id} has no button {button!r}")
        if "callback_data" not in found:
            raise ValueError(f"button {button!r} opens a link; nobody is told of the tap")
        shown = message if message_id in chat.messages else {"chat": chat.public, "message_id": message_id, "date": 0}
        query: Json = {
            "id": str(4_000_000_000_000_000 + self.next_number()),
            "from": person,
            "message": shown,
            "chat_instance": str(abs(chat.chat_id) * 7919),
            "data": found["callback_data"],
        }
        self.callbacks[query["id"]] = (self.clock(), query)
        self.push("callback_query", query, ("callback", person["id"]))
        self.changed("callback_query", query)
        return query

    def react(self, user: Json | int, chat_id: int | None, message_id: int, emoji: str | None) -> Json:
        """Put a reaction on a message, or take it away with None; heard only by a bot that asked for it."""
        person = self.user(user)
        chat = self.chats[int(person["id"]) if chat_id is None else chat_id]
        if message_id not in chat.messages:
            raise LookupError(f"message {message_id} is not in chat {chat.chat_id}")
        on_message = chat.reactions.setdefault(message_id, {})
        old = on_message.get(int(person["id"]), [])
        new = [plain_emoji(emoji)] if emoji else []
        on_message[int(person["id"])] = new
        change: Json = {
            "chat": chat.public,
            "message_id": message_id,
            "user": person,
            "date": int(self.clock()),
            "old_reaction": [{"type": "emoji", "emoji": item} for item in old],
            "new_reaction": [{"type": "emoji", "emoji": item} for item in new],
        }
        if chat.is_private or chat.bot_is_admin:
            self.push("message_reaction", change, ("reaction", chat.chat_id, person["id"]))
        self.changed("reaction", change)
        return change

    def block(self, user: Json | int) -> Json:
        """The person blocks the bot."""
        return self._set_private_status(user, "kicked")

    def unblock(self, user: Json | int) -> Json:
        """The person lets the bot write again."""
        return self._set_private_status(user, "member")

    def deactivate(self, user: Json | int) -> None:
        """The person deletes the account."""
        self.chats[int(self.user(user)["id"])].deactivated = True

    def _set_private_status(self, user: Json | int, status: str) -> Json:
        person = self.user(user)
        chat = self.chats[int(person["id"])]
        before, chat.bot_status = chat.bot_status, status
        change: Json = {
            "chat": chat.public,
            "from": person,
            "date": int(self.clock()),
            "old_chat_member": member_json(self.bot, before, frozenset()),
            "new_chat_member": member_json(self.bot, status, frozenset()),
        }
        self.push("my_chat_member", change, ("member", chat.chat_id))
        self.changed("my_chat_member", change)
        return change

    def delete_message(self, user: Json | int, chat_id: int | None, message_id: int) -> bool:
        """The person deletes a message; the bot is not told."""
        person = self.user(user)
        return self.remove(self.chats[int(person["id"]) if chat_id is None else chat_id], message_id)
