"""The worlds as the page shows them: who there is, and one chat at a time.

Rule: reading only, and everything has a bound: the newest messages of a chat, the topics last written in.
"""

from __future__ import annotations

from bot.playground.stage import Customer, Stage
from bot.playground.telegram.chats import Chat
from bot.playground.telegram.refusals import Json
from bot.playground.telegram.state import is_service

from . import telegram_chat, whatsapp_chat

MESSAGES_SHOWN = 80
MESSAGES_AT_MOST = 2000
TOPICS_SHOWN = 200


def overview(stage: Stage) -> Json:
    """Everybody and every topic, without their messages. `total` counts what there is to read, so that the
    page can tell what is new."""
    return {
        **stage.about(),
        "customers": [_customer(stage, one) for one in stage.customers()],
        "topics": _topics(stage),
        "manager_total": _heard(stage.telegram.chats[stage.manager.user_id], stage.manager.user_id),
    }


def chat_view(stage: Stage, key: str, most: int = MESSAGES_SHOWN) -> Json | None:
    """The head of one chat and its newest messages; None when there is no such chat (any more)."""
    most = max(1, min(most, MESSAGES_AT_MOST))
    try:
        if key.startswith("wa:"):
            return _whatsapp(stage, key, most)
        if key.startswith("topic:"):
            return _topic(stage, int(key.removeprefix("topic:")), most)
        place = stage.place(key)
    except (LookupError, ValueError):
        return None
    chat = stage.telegram.chats[place.user_id]
    head: Json = {
        "started": chat.started,
        "blocked": chat.bot_status == "kicked",
        "keyboard": _keyboard(chat),
        "placeholder": str((chat.keyboard or {}).get("input_field_placeholder", "")),
    }
    view = _telegram(stage, chat, list(chat.messages.values()), most, head, set())
    _add_ticks(stage, chat, view["messages"])
    return _with_taps(stage, key, view)


def _add_ticks(stage: Stage, chat: Chat, messages: list[Json]) -> None:
    """One tick until the bot has taken a message, two from then on: what Telegram's apps show of a bot."""
    waiting = {
        int(update["message"]["message_id"])
        for one in stage.telegram.updates.pending.values()
        if (update := one.update).get("message", {}).get("chat", {}).get("id") == chat.chat_id
    }
    for message in messages:
        if not message["bot"] and message["kind"] != "service":
            message["ticks"] = "sent" if int(message["id"]) in waiting else "read"


def _with_taps(stage: Stage, key: str, view: Json) -> Json:
    for message in view["messages"]:
        if button := stage.tapped.get((key, str(message["id"]))):
            message["tapped"] = button
    return view


def _telegram(stage: Stage, chat: Chat, messages: list[Json], most: int, head: Json, notes: set[int]) -> Json:
    newest = messages[-most:]
    return {
        **head,
        "more": len(messages) > len(newest),
        "messages": [telegram_chat.shown(stage.telegram, chat, one, notes) for one in newest],
    }


def _topic(stage: Stage, thread: int, most: int) -> Json | None:
    chat = stage.telegram.chats.get(stage.group_id)
    topic = None if chat is None else chat.open_topic(thread)
    if chat is None or (topic is None and thread != 1):
        return None
    messages = telegram_chat.topic_messages(chat, thread)
    inside = {int(one["message_id"]) for one in messages}
    notes = telegram_chat.notes_among(messages, int(stage.telegram.bot["id"]))
    pinned = [chat.messages[number] for number in chat.pinned if number in inside]
    head: Json = {
        "closed": topic is not None and topic.closed,
        "pinned": telegram_chat.shown(stage.telegram, chat, pinned[-1], notes) if pinned else None,
    }
    return _telegram(stage, chat, messages, most, head, notes)


def _whatsapp(stage: Stage, key: str, most: int) -> Json:
    world = stage.whatsapp
    person = world.person(str(stage.customer(key).ref))
    messages = world.chat(person, failed=True)
    newest = messages[-most:]
    view: Json = {
        "blocked": person.blocked,
        "unread": sum(one.side == "business" and one.status in ("sent", "delivered") for one in newest),
        "more": len(messages) > len(newest),
        "messages": [whatsapp_chat.shown(world, person, one) for one in newest],
    }
    return _with_taps(stage, key, view)


def _keyboard(chat: Chat) -> list[list[Json]]:
    rows = (chat.keyboard or {}).get("keyboard", [])
    return [
        [
            {
                "label": str(one["text"]),
                "asks": next((a for a in ("contact", "location") if one.get(f"request_{a}")), ""),
            }
            for one in row
        ]
        for row in rows
    ]


def _customer(stage: Stage, customer: Customer) -> Json:
    entry: Json = {
        "key": customer.key,
        "name": customer.name,
        "channel": customer.channel,
        "language": customer.language,
        "phone": "+" + customer.phone,
        "id": str(customer.ref),
    }
    if isinstance(customer.ref, int):
        chat = stage.telegram.chats[customer.ref]
        last = next(reversed(chat.messages.values()), None)
        entry |= {"blocked": chat.bot_status == "kicked", "total": _heard(chat, customer.ref)}
        return entry | {"last": telegram_chat.preview(last) if last else None}
    person = stage.whatsapp.person(customer.ref)
    messages = stage.whatsapp.chat(person)
    heard = sum(one.side == "business" for one in messages)
    last_one = messages[-1] if messages else None
    name = stage.whatsapp.business_name
    entry |= {"blocked": person.blocked, "total": heard}
    return entry | {"last": whatsapp_chat.preview(last_one, person, name) if last_one else None}


def _heard(chat: Chat, own_id: int) -> int:
    """How many messages of others a private chat holds."""
    return sum(one["from"]["id"] != own_id for one in chat.messages.values())


def _topics(stage: Stage) -> list[Json]:
    """General and the topics, the last written in first."""
    chat = stage.telegram.chats.get(stage.group_id)
    if chat is None:
        return []
    totals: dict[int, int] = {}
    last: dict[int, Json] = {}
    agents = {one.user_id for one in stage.agents}
    for message in chat.messages.values():
        thread = int(message.get("message_thread_id") or 1)
        if not is_service(message):
            last[thread] = message
            totals[thread] = totals.get(thread, 0) + (message["from"]["id"] not in agents)
    found = [_entry(1, "General", 7_322_096, False, totals, last)]
    found += [
        _entry(topic.thread_id, topic.name, topic.icon_color, topic.closed, totals, last)
        for topic in chat.topics.values()
        if not topic.deleted
    ]
    found.sort(key=lambda one: (one["order"], one["thread"]), reverse=True)
    for one in found:
        del one["order"]
    return found[:TOPICS_SHOWN]


def _entry(thread: int, name: str, color: int, closed: bool, totals: dict[int, int], last: dict[int, Json]) -> Json:
    newest = last.get(thread)
    return {
        "key": f"topic:{thread}",
        "thread": thread,
        "name": name,
        "color": f"#{color:06x}",
        "closed": closed,
        "total": totals.get(thread, 0),
        "last": telegram_chat.preview(newest) if newest else None,
        # Message ids of a group follow time.
        "order": int(newest["message_id"]) if newest else thread,
    }
