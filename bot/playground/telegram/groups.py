"""What happens in groups: forums, members, topics made or deleted by people, posts by nobody in
particular. These are acts of administrators and of Telegram itself; the bot hears of them as it would
there."""

from __future__ import annotations

from collections.abc import Iterable

from bot.playground.telegram.chats import ADMIN_RIGHTS, Chat, Topic
from bot.playground.telegram.entities import detect
from bot.playground.telegram.refusals import CHANNEL_FORWARDER, GROUP_ANONYMOUS_BOT, TOPIC_COLORS, Json
from bot.playground.telegram.taps import Taps

_OWNER: Json = {"id": 400_000_001, "is_bot": False, "first_name": "Owner", "username": "desk_owner"}


class Groups(Taps):
    """The acts of groups, their administrators and channels."""

    def make_forum(
        self,
        title: str,
        chat_id: int | None = None,
        bot_can_manage_topics: bool = True,
        is_forum: bool = True,
        bot_status: str = "administrator",
    ) -> Json:
        """A supergroup with topics and the bot in it as administrator; returns the Chat."""
        number = chat_id or -1_002_000_000_000 - self.next_number()
        public: Json = {"id": number, "title": title, "type": "supergroup"}
        if is_forum:
            public["is_forum"] = True
        rights = set(ADMIN_RIGHTS) - {"can_promote_members"}
        if not bot_can_manage_topics:
            rights.discard("can_manage_topics")
        # Message 1 of a supergroup is its own creation; no topic can have the General topic's number.
        chat = Chat(public, bot_status=bot_status, bot_rights=frozenset(rights), last_message_id=1)
        self.users.setdefault(int(_OWNER["id"]), _OWNER)
        chat.members[int(_OWNER["id"])] = "creator"
        self.chats[number] = chat
        self.changed("chat", public)
        return public

    def group(self, chat_id: int) -> Chat:
        """The group of this id."""
        chat = self.chats.get(chat_id)
        if chat is None or chat.is_private:
            raise LookupError(f"group {chat_id} is not known here: make_forum first")
        return chat

    def join(self, chat: int, user: Json | int, status: str = "member") -> Json:
        """A person becomes a member (or `administrator`); returns the service message."""
        group, person = self.group(chat), self.user(user)
        before = group.member(person)
        group.members[int(person["id"])] = status
        self._tell_member(group, person, before)
        return self.post(group, person, {"new_chat_members": [person]})

    def leave(self, chat: int, user: Json | int) -> Json:
        """A person leaves; returns the service message."""
        group, person = self.group(chat), self.user(user)
        before = group.member(person)
        group.members[int(person["id"])] = "left"
        self._tell_member(group, person, before)
        return self.post(group, person, {"left_chat_member": person})

    def _tell_member(self, group: Chat, person: Json, before: Json) -> None:
        change: Json = {
            "chat": group.public,
            "from": person,
            "date": int(self.clock()),
            "old_chat_member": before,
            "new_chat_member": group.member(person),
        }
        if group.bot_is_admin:
            self.push("chat_member", change, ("member", group.chat_id, person["id"]))

    def set_bot_status(self, chat: int, status: str, rights: Iterable[str] | None = None) -> Json:
        """Promote, demote, remove (`left`) or ban (`kicked`) the bot; returns the my_chat_member payload."""
        group = self.group(chat)
        before = group.bot_member(self.bot)
        group.bot_status = status
        if rights is not None:
            group.bot_rights = frozenset(rights)
        change: Json = {
            "chat": group.public,
            "from": _OWNER,
            "date": int(self.clock()),
            "old_chat_member": before,
            "new_chat_member": group.bot_member(self.bot),
        }
        self.push("my_chat_member", change, ("member", group.chat_id))
        self.changed("my_chat_member", change)
        return change

    def demote_bot(self, chat: int) -> Json:
        """Take the bot's administrator rights away."""
        return self.set_bot_status(chat, "member", ())

    def new_topic(
        self,
        group: Chat,
        actor: Json,
        name: str,
        icon_color: int = TOPIC_COLORS[0],
        icon_custom_emoji_id: str | None = None,
    ) -> Topic:
        """Make a topic and its service message, whoever does it."""
        details: Json = {"name": name, "icon_color": icon_color}
        if icon_custom_emoji_id:
            details["icon_custom_emoji_id"] = icon_custom_emoji_id
        number = group.last_message_id + 1
        fields: Json = {"message_thread_id": number, "is_topic_message": True, "forum_topic_created": details}
        topic = Topic(self.post(group, actor, fields), name, icon_color, icon_custom_emoji_id)
        group.topics[number] = topic
        return topic

    def topic_event(self, group: Chat, actor: Json, topic: Topic, body: Json) -> Json:
        """A service message inside a topic: closed, reopened, edited, pinned."""
        return self.post(group, actor, body, thread=topic.thread_id)

    def create_topic(self, user: Json | int, chat: int, name: str) -> Json:
        """A person makes a topic; returns its creation message."""
        person = self.user(user)
        return self.new_topic(self.place(person, chat, None), person, name).created

    def close_topic(self, user: Json | int, chat: int, thread: int, closed: bool = True) -> Json:
        """A person closes or reopens a topic; returns the service message."""
        group, topic = self.group(chat), self._topic(chat, thread)
        topic.closed = closed
        event = "forum_topic_closed" if closed else "forum_topic_reopened"
        return self.topic_event(group, self.user(user), topic, {event: {}})

    def rename_topic(self, user: Json | int, chat: int, thread: int, name: str) -> Json:
        """A person renames a topic; returns the service message."""
        topic = self._topic(chat, thread)
        topic.name = name
        return self.topic_event(self.group(chat), self.user(user), topic, {"forum_topic_edited": {"name": name}})

    def delete_topic(self, chat: int, thread: int) -> None:
        """An administrator deletes a topic with all its messages; the bot is not told."""
        self.drop_topic(self.group(chat), self._topic(chat, thread))

    def drop_topic(self, group: Chat, topic: Topic) -> None:
        """Delete a topic and its messages, whoever does it."""
        topic.deleted = True
        inside = [n for n, m in group.messages.items() if m.get("message_thread_id") == topic.thread_id]
        for number in inside:
            self.remove(group, number)
        self.changed("topic_deleted", {"chat": group.public, "message_thread_id": topic.thread_id})

    def _topic(self, chat: int, thread: int) -> Topic:
        topic = self.group(chat).open_topic(thread)
        if topic is None:
            raise LookupError(f"topic {thread} is not in group {chat} (deleted or never made)")
        return topic

    def delete_forum(self, chat: int) -> None:
        """The whole group disappears: every call about it answers "chat not found"."""
        self.changed("chat_deleted", self.group(chat).public)
        del self.chats[chat]

    def migrate(self, chat: int, new_chat_id: int | None = None) -> Json:
        """The group becomes another supergroup: calls to the old id answer migrate_to_chat_id. Returns the
        new Chat."""
        old = self.group(chat)
        public = self.make_forum(str(old.public["title"]), new_chat_id)
        new = self.chats[int(public["id"])]
        new.members, new.bot_status, new.bot_rights = dict(old.members), old.bot_status, old.bot_rights
        self.post(old, _OWNER, {"migrate_to_chat_id": new.chat_id})
        self.post(new, _OWNER, {"migrate_from_chat_id": old.chat_id})
        old.migrated_to = new.chat_id
        return public

    def anonymous_say(self, chat: int, thread: int | None, text: str) -> Json:
        """An anonymous administrator writes as the group."""
        group = self.group(chat)
        sender = {
            "id": GROUP_ANONYMOUS_BOT,
            "is_bot": True,
            "first_name": "Group",
            "username": "GroupAnonymousBot",
        }
        return self._post_as(group, sender, group.public, text, thread, {})

    def channel_say(self, chat: int, thread: int | None, text: str, title: str = "Channel") -> Json:
        """A post of the linked channel, forwarded into the group by Telegram."""
        channel: Json = {"id": -1_003_000_000_001, "title": title, "type": "channel"}
        sender = {"id": CHANNEL_FORWARDER, "is_bot": False, "first_name": "Telegram"}
        origin = {"type": "channel", "chat": channel, "message_id": 12, "date": int(self.clock())}
        extra: Json = {"is_automatic_forward": True, "forward_origin": origin}
        return self._post_as(self.group(chat), sender, channel, text, thread, extra)

    def other_bot_say(self, chat: int, thread: int | None, text: str, username: str = "helper_bot") -> Json:
        """Another bot in the group writes."""
        sender = {"id": 600_000_001, "is_bot": True, "first_name": "Other bot", "username": username}
        return self._post_as(self.group(chat), sender, None, text, thread, {})

    def _post_as(
        self, group: Chat, sender: Json, as_chat: Json | None, text: str, thread: int | None, extra: Json
    ) -> Json:
        body: Json = {"text": text, **extra}
        if as_chat is not None:
            body["sender_chat"] = as_chat
        if entities := detect(text):
            body["entities"] = entities
        if thread:
            self._topic(group.chat_id, thread)
        return self.post(group, sender, body, thread=thread)
