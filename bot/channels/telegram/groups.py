"""A group's message to what it means for the desk.

Rule: only a person's own message in a topic of a staff group is an agent's. Posts nobody can be named for are
said to be unheard, a command never becomes words for a customer, and neither the General topic nor a foreign
group reaches one.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.channels.telegram.arrivals import Arrival, ChatMigrated, GeneralCommand, StaffSeen, TopicMade
from bot.channels.telegram.contents import content_of, is_housekeeping, person_name
from bot.channels.telegram.fields import Json, box, needed, text, truth
from scenarios.engine.events import (
    Agent,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    Content,
    Topic,
)

__all__ = ["Group", "group_message", "reply_of"]

GENERAL: Final = 1
"""The thread of the General topic, where a vendor's message names it at all."""
ANONYMOUS_ADMIN: Final = 1087968824
"""GroupAnonymousBot, in whose name anonymous admins write."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Group:
    """The group a message is in, the event's id and time, and who we are."""

    chat: int
    id: str
    at: datetime
    bot_id: int
    bot_name: str
    staff_chats: Container[int]
    managers: Container[int]


@dataclass(frozen=True, slots=True)
class _Command:
    """A command: for another bot when `ours` is false."""

    name: str
    rest: str
    ours: bool


def group_message(message: Json, group: Group, edited: bool) -> list[Arrival]:
    """What a message in a group means. Raises Malformed."""
    if moved := _migration(message, group):
        return moved
    if group.chat not in group.staff_chats:
        return _foreign(message, group, edited)
    if _is_own(message, group):
        return _topic_made(message, group)
    if is_housekeeping(message):
        return []
    topic = Topic(group.chat, _thread(message))
    if who := _unnamed(message, group):
        nobody_asks = not topic.thread or edited
        return [] if nobody_asks else [AgentUnheard(group.id, group.at, topic, who, _message_id(message))]
    agent = _agent(message)
    if not topic.thread:
        return _general(message, group, agent, edited)
    content = content_of(message)
    if edited:
        return [AgentEdited(group.id, group.at, topic, agent, content, _message_id(message))]
    command = _command(content.text, group)
    if command is not None and not command.ours:
        return []
    if command is None or content.kind != "text":
        return _said(message, group, topic, agent, content, command)
    return [_commanded(message, group, topic, agent, content.text, command, group.id)]


def reply_of(message: Json) -> str:
    """The message this one answers; in a topic every message names the topic's first one, which is no
    answer."""
    replied = box(message, "reply_to_message")
    if not replied:
        return ""
    number = needed(replied, "message_id")
    if message.get("message_thread_id") == number and truth(message, "is_topic_message"):
        return ""
    return str(number)


def _migration(message: Json, group: Group) -> list[Arrival]:
    for old, new in (
        (group.chat, message.get("migrate_to_chat_id")),
        (message.get("migrate_from_chat_id"), group.chat),
    ):
        if type(old) is int and type(new) is int and (old in group.staff_chats or new in group.staff_chats):
            return [ChatMigrated(group.id, group.at, old, new)]
    return []


def _foreign(message: Json, group: Group, edited: bool) -> list[Arrival]:
    """Another group: only a manager's command is heard, by which it may become a desk's."""
    person = box(message, "from")
    if edited or person.get("id") not in group.managers or _unnamed(message, group):
        return []
    agent, command = _agent(message), _command(text(message, "text"), group)
    if command is None or not command.ours:
        return []
    number = _message_id(message)
    return [GeneralCommand(group.id, group.at, group.chat, agent, command.name, command.rest, number, staff=False)]


def _general(message: Json, group: Group, agent: Agent, edited: bool) -> list[Arrival]:
    command = None if edited else _command(text(message, "text"), group)
    if command is None or not command.ours:
        return [StaffSeen(group.id, group.at, group.chat, agent)]
    number = _message_id(message)
    return [GeneralCommand(group.id, group.at, group.chat, agent, command.name, command.rest, number)]


def _said(
    message: Json, group: Group, topic: Topic, agent: Agent, content: Content, command: _Command | None
) -> list[Arrival]:
    """Words or a file in a topic. A file with a command in its caption, and so its whole album, stays inside
    as a note; the command itself (other than /note) is carried out beside it."""
    arrivals: list[Arrival] = []
    if command is not None:
        if command.name.casefold() != "note":
            identity = group.id + ":command"
            arrivals.append(_commanded(message, group, topic, agent, content.text, command, identity))
        content = replace(content, text=f"// {command.rest}".rstrip())
    album, number = text(message, "media_group_id", 64), _message_id(message)
    said = AgentSaid(group.id, group.at, topic, agent, content, number, album, None, reply_of(message))
    return [said, *arrivals]


def _commanded(
    message: Json, group: Group, topic: Topic, agent: Agent, words: str, command: _Command, identity: str
) -> AgentCommanded:
    number, reply = _message_id(message), reply_of(message)
    return AgentCommanded(identity, group.at, topic, agent, command.name, command.rest, number, words, None, reply)


def _command(words: str, group: Group) -> _Command | None:
    found = _COMMAND.match(words)
    if found is None:
        return None
    addressed = (found[2] or "").casefold()
    ours = not addressed or not group.bot_name or addressed == group.bot_name.casefold()
    return _Command(found[1], words[found.end() :].strip(), ours)


def _thread(message: Json) -> int:
    """The topic of a message; 0 is the General topic. A thread of replies there has a number too, but is no
    topic."""
    if not truth(message, "is_topic_message"):
        return 0
    thread = needed(message, "message_thread_id")
    return 0 if thread == GENERAL else thread


def _is_own(message: Json, group: Group) -> bool:
    return box(message, "from").get("id") == group.bot_id


def _topic_made(message: Json, group: Group) -> list[Arrival]:
    if message.get("forum_topic_created") is None:
        return []
    name = text(box(message, "forum_topic_created"), "name", 256)
    thread = needed(message, "message_thread_id")
    return [TopicMade(group.id, group.at, group.chat, thread, name)]


def _unnamed(message: Json, group: Group) -> str:
    """Why no agent can be named for a message; empty for a person's own."""
    speaker, person = box(message, "sender_chat"), box(message, "from")
    if speaker.get("id") == group.chat or person.get("id") == ANONYMOUS_ADMIN:
        return "anonymous"
    if speaker or truth(message, "is_automatic_forward"):
        return "channel"
    return "bot" if truth(person, "is_bot") else ""


def _agent(message: Json) -> Agent:
    person = box(message, "from")
    number = str(needed(person, "id"))
    return Agent(number, person_name(person), text(person, "username", 64), text(person, "language_code", 35))


def _message_id(message: Json) -> str:
    return str(needed(message, "message_id"))
