"""What Telegram says about the bot, its webhook, its groups and its people.

Rule: only questions. Nothing is changed, nothing is shown to anybody, and no update is taken from a desk that polls.
Fields: Bot API 10.1 (getMe, getWebhookInfo, getChat, getChatMember); a field that is missing or of another type is
empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.fields import LAST_SECOND, Json
from handlers.ports import ChannelDown, Unreachable

__all__ = [
    "GroupFacts",
    "MeFacts",
    "PersonFacts",
    "WebhookFacts",
    "group_facts",
    "me_facts",
    "person_facts",
    "webhook_facts",
]

ASK_SECONDS: Final = 6.0
"""How long one question may take: shorter than a call that sends, since somebody waits for all the answers."""


@dataclass(frozen=True, slots=True)
class MeFacts:
    """The bot itself. `reads_groups`: its privacy mode is off, so it hears all messages of groups that it does not
    administer."""

    id: int
    name: str
    username: str
    joins_groups: bool
    reads_groups: bool


@dataclass(frozen=True, slots=True)
class WebhookFacts:
    """Where Telegram delivers updates: `url` is empty while the bot polls. `pending` counts updates that wait,
    `last_error` is Telegram's sentence about its last failed delivery and stays after later ones went well, `allowed`
    names the kinds of updates (empty: all but the few that must be named)."""

    url: str
    pending: int
    last_error: str
    last_error_at: datetime | None
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group and the bot's place in it. `kind` is group, supergroup or channel; `standing` is creator, administrator,
    member, restricted, left or kicked; the rights are the bot's own."""

    title: str
    kind: str
    is_forum: bool
    standing: str
    manages_topics: bool
    pins: bool
    deletes: bool

    @property
    def is_administrator(self) -> bool:
        """Whether the bot administers the group, and therefore hears every message in it."""
        return self.standing in ("creator", "administrator")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person's private chat. `started`: they pressed /start, so the bot may write to them; whether they blocked it
    later is told to nobody who does not write."""

    started: bool


async def me_facts(api: TelegramApi) -> MeFacts:
    """Who the token's bot is. Raises SendError kinds: Rejected (account) for a wrong token."""
    me = _object(await api.call("getMe", {}, ASK_SECONDS), "getMe")
    number = me.get("id")
    if type(number) is not int:
        raise ChannelDown("getMe told no id")
    return MeFacts(
        id=number,
        name=_words(me, "first_name"),
        username=_words(me, "username"),
        joins_groups=me.get("can_join_groups") is True,
        reads_groups=me.get("can_read_all_group_messages") is True,
    )


async def webhook_facts(api: TelegramApi) -> WebhookFacts:
    """How delivery by webhook is doing. Raises SendError kinds."""
    info = _object(await api.call("getWebhookInfo", {}, ASK_SECONDS), "getWebhookInfo")
    pending, allowed = info.get("pending_update_count"), info.get("allowed_updates")
    return WebhookFacts(
        url=_words(info, "url"),
        pending=pending if type(pending) is int and pending > 0 else 0,
        last_error=_words(info, "last_error_message"),
        last_error_at=_moment(info.get("last_error_date")),
        allowed=frozenset(str(kind) for kind in allowed) if isinstance(allowed, list) else frozenset(),
    )


async def group_facts(api: TelegramApi, chat: int) -> GroupFacts:
    """A group and the bot's rights in it. Raises SendError kinds: GroupMoved with its new id, Unreachable when there is
    none or the bot is not in it."""
    group = _object(await api.call("getChat", {"chat_id": chat}, ASK_SECONDS), "getChat")
    asked = {"chat_id": chat, "user_id": api.bot_id}
    member = _object(await api.call("getChatMember", asked, ASK_SECONDS), "getChatMember")
    standing = _words(member, "status")
    is_owner = standing == "creator"
    return GroupFacts(
        title=_words(group, "title"),
        kind=_words(group, "type"),
        is_forum=group.get("is_forum") is True,
        standing=standing,
        manages_topics=is_owner or member.get("can_manage_topics") is True,
        pins=is_owner or member.get("can_pin_messages") is True,
        deletes=is_owner or member.get("can_delete_messages") is True,
    )


async def person_facts(api: TelegramApi, user: int) -> PersonFacts:
    """Whether the bot may write to a person. Raises SendError kinds other than Unreachable, which is the answer no.

    A chat action or a message would tell more, and would be seen.
    """
    try:
        await api.call("getChat", {"chat_id": user}, ASK_SECONDS)
    except Unreachable:
        return PersonFacts(started=False)
    return PersonFacts(started=True)


def _object(answer: Any, method: str) -> Json:
    if not isinstance(answer, Mapping):
        raise ChannelDown(f"{method} answered no object")
    return answer


def _words(parent: Json, name: str) -> str:
    value = parent.get(name)
    return value if isinstance(value, str) else ""


def _moment(seconds: object) -> datetime | None:
    if type(seconds) is not int or not 0 < seconds < LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)
