"""One raw Telegram update to what it means for the desk.

Rule: pure, and it never raises: what is not as Telegram describes it becomes `Unread`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from bot.channels.telegram.arrivals import Arrival, BotRights, ManagerPressed, ManagerSaid, Unread
from bot.channels.telegram.contents import CHANNEL, content_of, is_housekeeping, person_name
from bot.channels.telegram.fields import (
    MOST_INTEGER,
    Json,
    Malformed,
    box,
    clean,
    integer,
    moment,
    needed,
    raw_json,
    text,
    truth,
)
from bot.channels.telegram.groups import Group, group_message, reply_of
from scenarios.engine.events import (
    AddressChanged,
    ButtonPressed,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Sender,
)

__all__ = ["callback_of", "parse"]


@dataclass(frozen=True, slots=True)
class _Here:
    """Who and where we are, and which update is read."""

    bot_id: int
    bot_name: str
    staff_chats: Container[int]
    managers: Container[int]
    at: datetime
    update: str

    def id(self, part: int | str) -> str:
        """Update ids begin anew at random after a silent week, so a date or a callback's id belongs to the
        event's."""
        return f"tg:{self.bot_id}:{self.update}:{part}"


def parse(
    update: Json,
    bot_id: int,
    staff_chats: Container[int],
    managers: Container[int],
    at: datetime,
    bot_name: str = "",
) -> list[Arrival]:
    """What an update means; empty for what concerns nobody (a foreign group, service messages, the bot's
    own).

    `at` is when we received it (UTC). `bot_name` is the bot's username, by which commands for other bots are
    told; while it is unknown every command counts as ours.
    """
    here = _Here(bot_id, bot_name, staff_chats, managers, at, _number(update))
    try:
        needed(update, "update_id", -MOST_INTEGER)
        return _read(update, here)
    except Malformed:
        return [_unread(update, here)]


def callback_of(update: Json) -> str:
    """The id of a button press, which is answered at once whatever becomes of it; empty for other updates."""
    query = update.get("callback_query")
    found = query.get("id") if isinstance(query, dict) else None
    if not isinstance(found, str) or len(found) > 64 or not found.isascii() or not found.isprintable():
        return ""
    return found


def _read(update: Json, here: _Here) -> list[Arrival]:
    if message := box(update, "message"):
        return _message(message, here, edited=False)
    if message := box(update, "edited_message"):
        return _message(message, here, edited=True)
    if query := box(update, "callback_query"):
        return _press(query, here)
    if reaction := box(update, "message_reaction"):
        return _reaction(reaction, here)
    if change := box(update, "my_chat_member"):
        return _membership(change, here)
    raise Malformed("a kind of update we do not know")


def _message(message: Json, here: _Here, edited: bool) -> list[Arrival]:
    chat = box(message, "chat")
    number, kind = needed(chat, "id", -MOST_INTEGER), text(chat, "type", 16)
    if kind in ("group", "supergroup"):
        date = needed(message, "edit_date" if edited and message.get("edit_date") is not None else "date")
        moment(date)
        group = Group(number, here.id(date), here.at, here.bot_id, here.bot_name, here.staff_chats, here.managers)
        return group_message(message, group, edited)
    if kind == "channel":
        return []
    if kind != "private":
        raise Malformed("a kind of chat we do not know")
    return _private(message, here, edited)


def _private(message: Json, here: _Here, edited: bool) -> list[Arrival]:
    person = box(message, "from")
    user = needed(person, "id")
    if user == here.bot_id or truth(person, "is_bot") or is_housekeeping(message):
        return []
    sender = _sender(person, here)
    content = content_of(message)
    vendor_id, date = str(needed(message, "message_id")), needed(message, "date")
    if edited:
        # A place that is edited is a live location moving on: one step of a walk is not news.
        if user in here.managers or content.spot is not None:
            return []
        date = integer(message, "edit_date", 1, date)
        return [CustomerEdited(here.id(date), here.at, sender, content, vendor_id, moment(date))]
    album = text(message, "media_group_id", 64)
    said = CustomerSaid(here.id(date), here.at, sender, content, vendor_id, moment(date), album, reply_of(message))
    if user in here.managers:
        name, language = sender.name, sender.language_code
        return [ManagerSaid(said.id, here.at, str(user), name, language, content.text, vendor_id, str(user), said)]
    return [said]


def _press(query: Json, here: _Here) -> list[Arrival]:
    """A press in a private chat, a manager's too. The message may be too old to be shown, or missing."""
    identity, data = callback_of({"callback_query": query}), text(query, "data", 256)
    if not identity or not data:
        raise Malformed("a press without its id or data")
    message = box(query, "message")
    kind = text(box(message, "chat"), "type", 16) if message else "private"
    person = box(query, "from")
    user = needed(person, "id")
    if kind != "private" or truth(person, "is_bot"):
        return []
    vendor_id = str(needed(message, "message_id")) if message else ""
    label = _label(box(message, "reply_markup"), data)
    sender = _sender(person, here)
    pressed = ButtonPressed(here.id(identity), here.at, sender, data, label, vendor_id, here.at)
    if user in here.managers:
        who = str(user)
        return [ManagerPressed(pressed.id, here.at, who, sender.name, sender.language_code, data, who, pressed)]
    return [pressed]


def _label(markup: Json, data: str) -> str:
    """What the pressed button said."""
    rows = markup.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, dict) and button.get("callback_data") == data:
                return text(button, "text", 256)
    return ""


def _reaction(reaction: Json, here: _Here) -> list[Arrival]:
    person = box(reaction, "user")
    if text(box(reaction, "chat"), "type", 16) != "private" or not person:
        return []
    user, date = needed(person, "id"), needed(reaction, "date")
    moment(date)
    if user == here.bot_id or user in here.managers:
        return []
    old, new = _emoji(reaction, "old_reaction"), _emoji(reaction, "new_reaction")
    put = [emoji for emoji in new if emoji not in old] or new
    if put and not put[-1]:
        raise Malformed("a reaction without an emoji")
    emoji = put[-1] if put else ""
    message = str(needed(reaction, "message_id"))
    return [CustomerReacted(here.id(date), here.at, _sender(person, here), emoji, message)]


def _emoji(reaction: Json, name: str) -> list[str]:
    """The emoji of a list of reactions; empty for a custom one, which has no text."""
    values = reaction.get(name)
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Malformed(f"{name} is no list of reactions")
    return ["⭐" if value.get("type") == "paid" else text(value, "emoji", 32) for value in values]


def _membership(change: Json, here: _Here) -> list[Arrival]:
    chat, member = box(change, "chat"), box(change, "new_chat_member")
    number, date = needed(chat, "id", -MOST_INTEGER), needed(change, "date")
    moment(date)
    status = text(member, "status", 32)
    if not status:
        raise Malformed("a membership without a status")
    identity = here.id(date)
    if text(chat, "type", 16) != "private":
        topics, pins = truth(member, "can_manage_topics"), truth(member, "can_pin_messages")
        return [BotRights(identity, here.at, number, status, topics, pins)]
    person = box(change, "from")
    if needed(person, "id") in here.managers or person.get("id") != number:
        return []
    return [AddressChanged(identity, here.at, _sender(person, here), status not in ("kicked", "left"))]


def _sender(person: Json, here: _Here) -> Sender:
    return Sender(
        CHANNEL,
        str(here.bot_id),
        (str(needed(person, "id")),),
        person_name(person),
        text(person, "username", 64),
        text(person, "language_code", 35),
    )


def _unread(update: Json, here: _Here) -> Unread:
    raw = raw_json(update)
    kind = next((clean(str(name)[:64]) for name in update if name != "update_id"), "nothing")
    # The digest instead of a date: it is the same whenever this very update comes again.
    digest = hashlib.sha256(raw.encode()).hexdigest()[:16]
    return Unread(here.id(digest), here.at, kind, raw)


def _number(update: Json) -> str:
    try:
        return str(needed(update, "update_id", -MOST_INTEGER))
    except Malformed:
        return "none"
