"""The local Telegram as tests and the page hold it: everything people do, what can be read, and trouble on
purpose. All of it in memory and for one event loop; a world ends with its process."""

from __future__ import annotations

from collections.abc import Iterable

from bot.playground.telegram.groups import Groups
from bot.playground.telegram.limits import Limit, Shape
from bot.playground.telegram.refusals import Json
from bot.playground.telegram.state import Call


class TelegramWorld(Groups):
    """People, groups, the bot's calls and its updates; `start` in the server module puts it on a port."""

    def messages(self, chat_id: int, thread: int | None = None) -> list[Json]:
        """Messages of a chat in order, or of one topic (1 = General); deleted ones are gone."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise LookupError(f"chat {chat_id} is not known here")
        if thread is None:
            return list(chat.messages.values())
        wanted = None if thread == 1 else thread
        return [m for m in chat.messages.values() if m.get("message_thread_id") == wanted]

    def chat(self, chat_id: int) -> list[Json]:
        """All messages of a chat, in order."""
        return self.messages(chat_id)

    def topics(self, chat_id: int) -> list[Json]:
        """The topics of a forum: thread_id, name, closed, deleted, icon_color, messages."""
        return [
            {
                "thread_id": topic.thread_id,
                "name": topic.name,
                "closed": topic.closed,
                "deleted": topic.deleted,
                "icon_color": topic.icon_color,
                "icon_custom_emoji_id": topic.icon_custom_emoji_id,
                "messages": self.messages(chat_id, topic.thread_id),
            }
            for topic in self.group(chat_id).topics.values()
        ]

    def pinned(self, chat_id: int, thread: int | None = None) -> list[Json]:
        """Pinned messages, the oldest pin first."""
        chat = self.chats[chat_id]
        found = [chat.messages[number] for number in chat.pinned]
        return [m for m in found if thread is None or m.get("message_thread_id") == thread]

    def reactions(self, chat_id: int, message_id: int) -> dict[int, list[str]]:
        """Reactions on a message by user id; the bot's own stand under its id."""
        found = self.chats[chat_id].reactions.get(message_id, {})
        return {user: list(emoji) for user, emoji in found.items() if emoji}

    def keyboard(self, chat_id: int) -> Json | None:
        """The reply keyboard a person sees under the input line."""
        return self.chats[chat_id].keyboard

    def inline_keyboard(self, chat_id: int, message_id: int) -> list[list[Json]]:
        """The rows of inline buttons under a message."""
        message = self.chats[chat_id].messages[message_id]
        rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    def chat_actions(self, chat_id: int) -> list[Json]:
        """What sendChatAction showed in a chat: action, thread_id, time."""
        return list(self.chats[chat_id].actions)

    def calls_of(self, method: str, chat_id: int | None = None, ok: bool | None = None) -> list[Call]:
        """The calls of one method, also only those to a chat, or only those that succeeded or failed."""
        name = method.lower()
        return [
            call
            for call in self.calls
            if call.method.lower() == name and chat_id in (None, call.params.get("chat_id")) and ok in (None, call.ok)
        ]

    def push_raw_update(self, content: Json, chat_id: int = 0) -> int:
        """Queue an update of any content (update_id is added), in the order of that chat's messages."""
        return self.updates.push_raw(content, ("chat", chat_id))

    def redeliver(self, *update_ids: int) -> int:
        """Deliver updates once more under their old ids; returns how many were still known."""
        return self.updates.redeliver(update_ids)

    def expire_callbacks(self) -> None:
        """Every button pressed so far becomes too old to be answered."""
        self.callbacks.clear()

    def set_flood_limit(
        self, which: str = "group", calls: int | None = 20, seconds: float = 60.0, shape: Shape = "bucket"
    ) -> None:
        """Flood limit of `group`, `private` or `overall`; calls=None takes it off. Start: group 20 per 60
        s, as Telegram's FAQ says (November 2026); a bucket refills evenly, a window is strict."""
        self.flood.set(which, None if calls is None else Limit(calls, seconds, shape))

    def set_bot_flags(self, **flags: bool) -> None:
        """What @BotFather's settings make getMe say: `can_join_groups`, `can_read_all_group_messages`."""
        unknown = set(flags) - set(self.bot_flags)
        if unknown:
            raise ValueError(f"bot flags {sorted(unknown)}: use {', '.join(self.bot_flags)}")
        self.bot_flags |= flags
        self.changed("bot", self.bot_flags)

    def set_date_ahead(self, seconds: float) -> None:
        """The Date header of every answer is so many seconds ahead of this machine's clock."""
        self.date_ahead = seconds

    def note_webhook_error(self, words: str, ago: float = 0.0) -> None:
        """What getWebhookInfo tells about the last failed delivery, `ago` seconds old."""
        self.webhook.last_error = (int(self.clock() - ago), words)
        self.changed("webhook", {"last_error": words})

    def set_latency(self, seconds: float) -> None:
        """Every call takes so much longer."""
        self.trouble.latency = seconds

    def fail_next(
        self,
        times: int = 1,
        kind: str = "500",
        description: str | None = None,
        methods: Iterable[str] = (),
        chat_id: int | None = None,
        parameters: Json | None = None,
        after: bool = False,
    ) -> None:
        """Script trouble for the next `times` calls (of these methods, about this chat).

        `kind`: an HTTP status ("400", "403", "429", "500"), "html" for a proxy's 502 page, "drop" for a cut
        connection, "hang" for no answer until `release_hanging` cuts it. `after` lets the call take effect
        first, so that only its answer is lost; `calls` then has two entries: the effect (code 200) and what
        the caller met (0 for a cut connection).
        """
        self.trouble.add(times, kind, description, methods, chat_id, parameters, after)

    def release_hanging(self) -> None:
        """Cut the connections of hanging calls."""
        self.trouble.release()

    def clear_trouble(self) -> None:
        """No latency, no scripted trouble, nothing hanging."""
        self.trouble.clear()

    def snapshot(self, messages_per_chat: int = 500) -> Json:
        """The whole state as JSON for a page: chats with their newest messages, topics, keyboards, toasts,
        counts."""
        chats = []
        for chat in self.chats.values():
            entry: Json = {
                "chat": chat.public,
                "bot_status": chat.bot_status,
                "started": chat.started,
                "members": {str(number): status for number, status in chat.members.items()},
                "messages": list(chat.messages.values())[-messages_per_chat:],
                "pinned": list(chat.pinned),
                "keyboard": chat.keyboard,
                "reactions": {str(n): self.reactions(chat.chat_id, n) for n in chat.reactions},
                "actions": list(chat.actions)[-5:],
            }
            if chat.is_forum:
                topics = self.topics(chat.chat_id)
                entry["topics"] = [{k: v for k, v in topic.items() if k != "messages"} for topic in topics]
            chats.append(entry)
        return {
            "version": self.version,
            "bot": self.bot,
            "users": list(self.users.values()),
            "chats": chats,
            "toasts": list(self.toasts)[-50:],
            "pending_updates": len(self.updates.pending),
            "webhook": self.webhook.settings.url,
            "calls": len(self.calls),
        }
