"""Forum topics by Bot API: create, edit, close, reopen, delete. The bot hears of each as of anybody's,
with itself as the sender; nothing lists topics, as on Telegram."""

from __future__ import annotations

from bot.playground.telegram.chats import Chat, Topic
from bot.playground.telegram.forms import Form
from bot.playground.telegram.refusals import GENERAL_TOPIC, TOPIC_COLORS, TOPIC_NAME_CHARACTERS, Json, bad
from bot.playground.telegram.sending import Handler
from bot.playground.telegram.world import TelegramWorld

ICONS = {
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡",
    "5377544228505134960": "🎙",
    "5417915203100613993": "💬",
    "5309950797704865693": "🏠",
    "5312322066328853156": "🚗",
    "5310228579009699834": "🎉",
    "5312241539987020022": "🔥",
    "5377316857231450742": "❓",
    "5379748062124056162": "❗",
    "5309832892262654231": "🤖",
    "5420216386448270341": "🛒",
}


class TopicMethods:
    """Bot API methods about forum topics."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def methods(self) -> dict[str, Handler]:
        """Handlers by lower-case method name."""
        return {
            "createforumtopic": self._create,
            "editforumtopic": self._edit,
            "closeforumtopic": lambda form: self._set_closed(form, True),
            "reopenforumtopic": lambda form: self._set_closed(form, False),
            "deleteforumtopic": self._delete,
            "getforumtopiciconstickers": self._icons,
        }

    def _forum(self, form: Form) -> Chat:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        if not chat.is_forum:
            raise bad("the chat is not a forum")
        return chat

    def _topic(self, form: Form, chat: Chat) -> Topic:
        number = form.integer("message_thread_id")
        if number <= 0:
            raise bad("invalid message thread identifier specified")
        topic = self._world.topic_for(chat, number)
        if topic is None or number == GENERAL_TOPIC:
            raise bad(self._world.gone_topic)
        return topic

    def _may_edit(self, chat: Chat, topic: Topic) -> None:
        own = topic.created["from"]["id"] == self._world.bot["id"]
        if not own and not chat.bot_may("can_manage_topics"):
            raise bad("not enough rights to edit the topic")

    def _name(self, form: Form) -> str:
        name = " ".join(form.text("name").split())
        if not name:
            raise bad("topic name must be non-empty")
        if len(name) > TOPIC_NAME_CHARACTERS:
            raise bad("topic name is too long")
        return name

    def _icon(self, form: Form) -> str | None:
        icon = form.text("icon_custom_emoji_id")
        if icon and icon not in ICONS:
            raise bad("DOCUMENT_INVALID")
        return icon or None

    def _create(self, form: Form) -> Json:
        chat = self._forum(form)
        if not chat.bot_may("can_manage_topics"):
            raise bad("not enough rights to create a topic")
        color = form.integer("icon_color") or TOPIC_COLORS[0]
        if color not in TOPIC_COLORS:
            raise bad("invalid topic icon color specified")
        return self._world.new_topic(chat, self._world.bot, self._name(form), color, self._icon(form)).public()

    def _edit(self, form: Form) -> bool:
        chat = self._forum(form)
        topic = self._topic(form, chat)
        self._may_edit(chat, topic)
        changes: Json = {}
        if form.text("name") and (name := self._name(form)) != topic.name:
            changes["name"] = topic.name = name
        if form.get("icon_custom_emoji_id") is not None and (icon := self._icon(form)) != topic.icon_custom_emoji_id:
            topic.icon_custom_emoji_id = icon
            changes["icon_custom_emoji_id"] = icon or ""
        if not changes:
            raise bad("TOPIC_NOT_MODIFIED")
        self._world.topic_event(chat, self._world.bot, topic, {"forum_topic_edited": changes})
        return True

    def _set_closed(self, form: Form, closed: bool) -> bool:
        chat = self._forum(form)
        topic = self._topic(form, chat)
        self._may_edit(chat, topic)
        if topic.closed is closed:
            raise bad("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        event = "forum_topic_closed" if closed else "forum_topic_reopened"
        self._world.topic_event(chat, self._world.bot, topic, {event: {}})
        return True

    def _delete(self, form: Form) -> bool:
        chat = self._forum(form)
        topic = self._topic(form, chat)
        if not chat.bot_may("can_delete_messages"):
            raise bad("not enough rights to delete the topic")
        self._world.drop_topic(chat, topic)
        return True

    def _icons(self, _: Form) -> list[Json]:
        return [
            {
                "file_id": f"CAACAgIAAxUAAW{number}",
                "file_unique_id": f"AgAD{number}",
                "type": "custom_emoji",
                "width": 512,
                "height": 512,
                "is_animated": True,
                "is_video": False,
                "emoji": emoji,
                "set_name": "Topics",
                "custom_emoji_id": number,
                "file_size": 2048,
            }
            for number, emoji in ICONS.items()
        ]
