"""Chats, topics and the bot's rights in them, as records. A chat keeps its messages in order; a message
once stored is never changed in place, an edit puts a new dict there, so that updates already queued keep
what they said."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bot.playground.telegram.refusals import Json, bad, forbidden

_ADMIN_WORDS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages "
    "can_manage_topics can_manage_tags can_send_welcome_messages"
)
ADMIN_RIGHTS = tuple(_ADMIN_WORDS.split())

_SEND_WORDS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos "
    "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages "
    "can_add_web_page_previews can_react_to_messages can_edit_tag can_change_info can_invite_users "
    "can_pin_messages can_manage_topics"
)
SEND_RIGHTS = tuple(_SEND_WORDS.split())


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is the message id of `created`, the service message that made it."""

    created: Json
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    deleted: bool = False

    @property
    def thread_id(self) -> int:
        return int(self.created["message_id"])

    def public(self) -> Json:
        """The topic as ForumTopic."""
        result: Json = {"message_thread_id": self.thread_id, "name": self.name, "icon_color": self.icon_color}
        if self.icon_custom_emoji_id:
            result["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return result


@dataclass(slots=True)
class Chat:
    """A private chat, a supergroup or a channel, seen from the bot; statuses are Telegram's ChatMember
    statuses."""

    public: Json
    bot_status: str = "member"
    bot_rights: frozenset[str] = frozenset()
    started: bool = True
    deactivated: bool = False
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    deleted: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reactions: dict[int, dict[int, list[str]]] = field(default_factory=dict)
    keyboard: Json | None = None
    actions: deque[Json] = field(default_factory=lambda: deque(maxlen=200))
    last_message_id: int = 0

    @property
    def chat_id(self) -> int:
        return int(self.public["id"])

    @property
    def is_private(self) -> bool:
        return bool(self.public["type"] == "private")

    @property
    def is_forum(self) -> bool:
        return bool(self.public.get("is_forum"))

    @property
    def bot_is_admin(self) -> bool:
        return self.bot_status == "administrator"

    def bot_may(self, right: str) -> bool:
        """Whether the bot has an administrator's right here (in private chats it needs none)."""
        return self.is_private or (self.bot_is_admin and right in self.bot_rights)

    def require_access(self) -> None:
        """Refuse, in Telegram's words, when the bot cannot write here."""
        if self.migrated_to is not None:
            error = bad("group chat was upgraded to a supergroup chat")
            error.parameters = {"migrate_to_chat_id": self.migrated_to}
            raise error
        if self.is_private:
            if self.deactivated:
                raise forbidden("user is deactivated")
            if self.bot_status == "kicked":
                raise forbidden("bot was blocked by the user")
            if not self.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif self.bot_status == "kicked":
            raise forbidden("bot was kicked from the supergroup chat")
        elif self.bot_status == "left":
            raise forbidden("bot is not a member of the supergroup chat")

    def open_topic(self, thread_id: int) -> Topic | None:
        """The living topic of this id."""
        topic = self.topics.get(thread_id)
        return None if topic is None or topic.deleted else topic

    def bot_member(self, bot: Json) -> Json:
        """The bot as ChatMember."""
        return member_json(bot, self.bot_status, self.bot_rights)

    def member(self, user: Json) -> Json:
        """A person as ChatMember."""
        status = self.members.get(int(user["id"]), "left")
        return member_json(user, status, frozenset(ADMIN_RIGHTS))


def member_json(user: Json, status: str, rights: frozenset[str]) -> Json:
    """ChatMember of Bot API 10.3 for any status this world knows."""
    result: Json = {"user": user, "status": status}
    if status == "administrator":
        result |= {"can_be_edited": False, "is_anonymous": False}
        result |= {right: right in rights for right in ADMIN_RIGHTS}
    elif status == "creator":
        result["is_anonymous"] = False
    elif status == "kicked":
        result["until_date"] = 0
    elif status == "restricted":
        result |= {"is_member": True, "until_date": 0}
        result |= dict.fromkeys(SEND_RIGHTS, False)
    return result
