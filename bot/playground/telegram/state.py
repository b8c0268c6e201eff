"""The state of the local Telegram: who is there, what was said, what the bot was told. One object, used
from one event loop; every change passes through here and is announced, so that a page can be live."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.telegram.chats import Chat, Topic
from bot.playground.telegram.files import FileStore
from bot.playground.telegram.limits import FloodGate, Trouble
from bot.playground.telegram.refusals import Json, bad
from bot.playground.telegram.updates import UpdateQueue
from bot.playground.telegram.webhook import RETRY_SECONDS, WebhookDelivery

DEMO_TOKEN = "7000000001:AAlocal-telegram-of-the-playground0"  # noqa: S105 - it opens nothing


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call: when (unix seconds), which method, with what, and how it ended."""

    time: float
    method: str
    params: Json
    ok: bool
    code: int
    description: str
    result: Any

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}


Listener = Callable[[str, Json], None]


class WorldState:
    """Records and the few operations everything else is made of.

    `calls_kept` bounds the list of calls, `poll_pacing` switches the server's pauses for repeated getUpdates
    and conflicts, `webhook_retries` are pauses in seconds, `gone_topic` is the sentence for a topic that is
    not there (TOPIC_DELETED and TOPIC_ID_INVALID were seen too), `clock` tells unix seconds.
    """

    def __init__(
        self,
        token: str = DEMO_TOKEN,
        *,
        clock: Callable[[], float] = time.time,
        bot_name: str = "Qabul",
        bot_username: str = "qabul_local_bot",
        first_update_id: int = 100_000_000,
        calls_kept: int = 20_000,
        updates_kept: int = 20_000,
        poll_pacing: bool = True,
        webhook_retries: Sequence[float] = RETRY_SECONDS,
        gone_topic: str = "message thread not found",
        callback_seconds: float = 900.0,
    ) -> None:
        self.token = token
        self.clock = clock
        self.gone_topic = gone_topic
        self.callback_seconds = callback_seconds
        self.bot: Json = {"id": int(token.split(":", 1)[0]), "is_bot": True, "first_name": bot_name}
        self.bot["username"] = bot_username
        self.bot_flags: Json = {"can_join_groups": True, "can_read_all_group_messages": False}
        self.date_ahead = 0.0
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.calls: deque[Call] = deque(maxlen=calls_kept)
        self.toasts: deque[Json] = deque(maxlen=2000)
        self.callbacks: dict[str, tuple[float, Json]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.updates = UpdateQueue(clock, first_update_id, poll_pacing, updates_kept)
        self.webhook = WebhookDelivery(self.updates, clock, webhook_retries)
        self.flood = FloodGate()
        self.trouble = Trouble()
        self.version = 0
        self._listeners: list[Listener] = []
        self._change_waiters: list[asyncio.Future[None]] = []
        self._private_message_id = 0
        self.next_number = itertools.count(1).__next__

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(event, detail)` at every change; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def changed(self, event: str, detail: Json) -> None:
        """Announce a change to subscribers and waiters."""
        self.version += 1
        for listener in tuple(self._listeners):
            listener(event, detail)
        waiters, self._change_waiters = self._change_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_change(self, since: int, timeout: float) -> int:
        """Wait until the version is above `since`, at most `timeout` seconds; returns the version."""
        if self.version <= since:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._change_waiters.append(waiter)
            try:
                await asyncio.wait_for(waiter, timeout)
            except TimeoutError:
                self._change_waiters = [other for other in self._change_waiters if other is not waiter]
        return self.version

    def target(self, chat_id: object) -> Chat:
        """The chat a call names, by id or @username; refused with Telegram's sentences."""
        if chat_id is None or chat_id == "":
            raise bad("chat_id is empty")
        chat: Chat | None = None
        if isinstance(chat_id, int):
            chat = self.chats.get(chat_id)
        elif str(chat_id).startswith("@"):
            name = str(chat_id)[1:].lower()
            groups = (c for c in self.chats.values() if not c.is_private)
            chat = next((c for c in groups if c.public.get("username", "").lower() == name), None)
        if chat is None:
            raise bad("chat not found")
        return chat

    def topic_for(self, chat: Chat, thread_id: int) -> Topic | None:
        """The topic a call names; None = the General topic or a chat without topics."""
        if not thread_id:
            return None
        topic = chat.open_topic(thread_id)
        if topic is None:
            raise bad("message thread not found" if thread_id == 1 or not chat.is_forum else self.gone_topic)
        return topic

    def next_message_id(self, chat: Chat) -> int:
        """Message ids count per supergroup, and once for all private chats together."""
        if chat.is_private:
            self._private_message_id += 1
            return self._private_message_id
        chat.last_message_id += 1
        return chat.last_message_id

    def post(
        self,
        chat: Chat,
        sender: Json,
        body: Json,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        tell_bot: bool = True,
    ) -> Json:
        """Store a message and, if the bot is to hear of it, queue the update. `body` wins over the usual
        fields."""
        message: Json = {
            "message_id": self.next_message_id(chat),
            "from": sender,
            "chat": chat.public,
            "date": int(self.clock()),
        }
        if not thread and reply_to in chat.messages:
            thread = chat.messages[reply_to].get("message_thread_id")
        if thread and (topic := chat.topics.get(thread)) is not None:
            message |= {
                "message_thread_id": thread,
                "is_topic_message": True,
                "reply_to_message": topic.created,
            }
        if reply_to:
            target = chat.messages.get(reply_to)
            if target is not None:
                message["reply_to_message"] = {k: v for k, v in target.items() if k != "reply_to_message"}
        message |= body
        number = int(message["message_id"])
        chat.messages[number] = message
        if tell_bot and self.bot_hears(chat, message):
            self.updates.push("message", message, ("chat", chat.chat_id))
        self.changed("message", message)
        return message

    def replace(self, chat: Chat, message: Json, tell_bot: bool) -> Json:
        """Put an edited message in its place."""
        chat.messages[int(message["message_id"])] = message
        if tell_bot and self.bot_hears(chat, message):
            self.updates.push("edited_message", message, ("chat", chat.chat_id))
        self.changed("edited_message", message)
        return message

    def remove(self, chat: Chat, message_id: int) -> bool:
        """Delete a message; Telegram sends no update for that."""
        message = chat.messages.pop(message_id, None)
        if message is None:
            return False
        chat.deleted[message_id] = message
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.changed("deleted_message", message)
        return True

    def push(self, kind: str, payload: Json, queue: Hashable) -> int | None:
        """Queue an update that is no message."""
        return self.updates.push(kind, payload, queue)

    def bot_hears(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: a plain member hears commands, replies to itself and service messages only."""
        if chat.bot_status in ("left", "kicked"):
            return False
        if chat.is_private or chat.bot_is_admin:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        replied = message.get("reply_to_message", {})
        to_bot = replied.get("from", {}).get("id") == self.bot["id"] and "forum_topic_created" not in replied
        return text.startswith("/") or to_bot or is_service(message)


_SERVICE_WORDS = (
    "forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened pinned_message "
    "new_chat_members left_chat_member migrate_to_chat_id migrate_from_chat_id supergroup_chat_created"
)
_SERVICE = frozenset(_SERVICE_WORDS.split())


def is_service(message: Json) -> bool:
    """Whether a message tells of an event instead of saying something."""
    return not _SERVICE.isdisjoint(message)
