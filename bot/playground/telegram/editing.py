"""The bot changes what it sent: edits, deletions, pins, reactions, answers to button taps. A bot edits
only its own messages and deletes those of others only with the right to."""

from __future__ import annotations

from bot.playground.telegram.chats import Chat
from bot.playground.telegram.forms import Form
from bot.playground.telegram.keyboards import inline_only
from bot.playground.telegram.refusals import (
    CALLBACK_ANSWER_CHARACTERS,
    DELETE_AGE_SECONDS,
    IDS_PER_CALL,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    REACTIONS,
    Json,
    bad,
    plain_emoji,
)
from bot.playground.telegram.sending import Handler, message_caption, message_text
from bot.playground.telegram.state import is_service
from bot.playground.telegram.world import TelegramWorld

_CAPTIONED = ("photo", "video", "voice", "audio", "animation", "document")


class Editing:
    """Bot API methods about messages that are already there."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def methods(self) -> dict[str, Handler]:
        """Handlers by lower-case method name."""
        return {
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "editmessagereplymarkup": self._edit_markup,
            "deletemessage": self._delete,
            "deletemessages": self._delete_many,
            "pinchatmessage": self._pin,
            "unpinchatmessage": self._unpin,
            "setmessagereaction": self._react,
            "answercallbackquery": self._answer_callback,
        }

    def _chat(self, form: Form) -> Chat:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        return chat

    def _message(self, form: Form, chat: Chat, purpose: str) -> Json:
        number = form.integer("message_id")
        if number <= 0:
            raise bad("message identifier is not specified")
        message = chat.messages.get(number)
        if message is None:
            raise bad(f"message to {purpose} not found")
        return message

    def _own(self, form: Form) -> tuple[Chat, Json]:
        chat = self._chat(form)
        message = self._message(form, chat, "edit")
        if message["from"]["id"] != self._world.bot["id"] or is_service(message) or "forward_origin" in message:
            raise bad("message can't be edited")
        return chat, message

    def _change(self, chat: Chat, old: Json, dropped: tuple[str, ...], content: Json, form: Form) -> Json:
        markup = inline_only(form.get("reply_markup"))
        new = {k: v for k, v in old.items() if k not in (*dropped, "reply_markup", "edit_date")} | content
        if markup is not None:
            new["reply_markup"] = markup
        if new == {k: v for k, v in old.items() if k != "edit_date"}:
            raise bad(NOT_MODIFIED)
        new["edit_date"] = int(self._world.clock())
        return self._world.replace(chat, new, tell_bot=False)

    def _edit_text(self, form: Form) -> Json:
        content = message_text(form)
        chat, old = self._own(form)
        if "text" not in old:
            raise bad("there is no text in the message to edit")
        return self._change(chat, old, ("text", "entities"), content, form)

    def _edit_caption(self, form: Form) -> Json:
        content = message_caption(form)
        chat, old = self._own(form)
        if not any(kind in old for kind in _CAPTIONED):
            raise bad("there is no caption in the message to edit")
        return self._change(chat, old, ("caption", "caption_entities"), content, form)

    def _edit_markup(self, form: Form) -> Json:
        chat, old = self._own(form)
        return self._change(chat, old, (), {}, form)

    def _delete(self, form: Form) -> bool:
        chat = self._chat(form)
        message = self._message(form, chat, "delete")
        if not self._may_delete(chat, message):
            raise bad("message can't be deleted")
        return self._world.remove(chat, int(message["message_id"]))

    def _may_delete(self, chat: Chat, message: Json) -> bool:
        if "forum_topic_created" in message or "supergroup_chat_created" in message:
            return False
        own = message["from"]["id"] == self._world.bot["id"]
        if not chat.is_private and chat.bot_may("can_delete_messages"):
            return True
        return (own or chat.is_private) and self._world.clock() - message["date"] <= DELETE_AGE_SECONDS

    def _delete_many(self, form: Form) -> bool:
        chat = self._chat(form)
        ids = form.get("message_ids")
        if not isinstance(ids, list) or not ids:
            raise bad("message identifiers are not specified")
        if len(ids) > IDS_PER_CALL:
            raise bad("too many message identifiers specified")
        found = [message for number in ids if (message := chat.messages.get(int(number))) is not None]
        for message in found:
            if not self._may_delete(chat, message):
                raise bad("message can't be deleted")
        for message in found:
            self._world.remove(chat, int(message["message_id"]))
        return True

    def _pin(self, form: Form) -> bool:
        chat = self._chat(form)
        message = self._message(form, chat, "pin")
        if not chat.bot_may("can_pin_messages"):
            raise bad("not enough rights to manage pinned messages in the chat")
        number = int(message["message_id"])
        if is_service(message):
            raise bad("MESSAGE_ID_INVALID")
        if number in chat.pinned:
            raise bad("CHAT_NOT_MODIFIED")
        chat.pinned.append(number)
        pinned = {k: v for k, v in message.items() if k != "reply_to_message"}
        self._world.post(chat, self._world.bot, {"pinned_message": pinned}, thread=message.get("message_thread_id"))
        return True

    def _unpin(self, form: Form) -> bool:
        chat = self._chat(form)
        if not chat.bot_may("can_pin_messages"):
            raise bad("not enough rights to manage pinned messages in the chat")
        number = form.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
        if number not in chat.pinned:
            raise bad("message to unpin not found")
        chat.pinned.remove(number)
        self._world.changed("unpinned", {"chat": chat.public, "message_id": number})
        return True

    def _react(self, form: Form) -> bool:
        chat = self._chat(form)
        message = self._message(form, chat, "react")
        given = form.get("reaction") or []
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise bad("can't parse reaction types JSON object")
        if len(given) > 1:
            raise bad("REACTIONS_TOO_MANY")
        emoji = [plain_emoji(str(item.get("emoji", ""))) for item in given]
        if any(item.get("type") != "emoji" for item in given) or not REACTIONS.issuperset(emoji):
            raise bad("REACTION_INVALID")
        number = int(message["message_id"])
        chat.reactions.setdefault(number, {})[int(self._world.bot["id"])] = emoji
        self._world.changed("reaction", {"chat": chat.public, "message_id": number, "emoji": emoji})
        return True

    def _answer_callback(self, form: Form) -> bool:
        text = form.text("text")
        if len(text) > CALLBACK_ANSWER_CHARACTERS:
            raise bad("MESSAGE_TOO_LONG")
        known = self._world.callbacks.get(form.text("callback_query_id"))
        if known is None or self._world.clock() - known[0] > self._world.callback_seconds:
            raise bad(QUERY_TOO_OLD)
        toast: Json = {
            "callback_query_id": form.text("callback_query_id"),
            "user_id": known[1]["from"]["id"],
            "text": text,
            "show_alert": form.flag("show_alert"),
        }
        self._world.toasts.append(toast)
        self._world.changed("toast", toast)
        return True
