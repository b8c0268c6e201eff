"""Albums arrive as separate messages without an end mark: items are kept until one second after the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scenarios.engine.contents import content_from, content_to
from scenarios.engine.context import Context
from scenarios.engine.effects import SetTimer
from scenarios.engine.events import Content
from scenarios.engine.talk import Talk

__all__ = ["AlbumItem", "collect", "collected", "pending", "reword"]

PAUSE = timedelta(seconds=1)
"""How long after the last item an album counts as complete."""


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One message of an album; `agent` and `agent_name` are empty for a customer's."""

    content: Content
    message: str
    agent: str = ""
    agent_name: str = ""
    inside: bool = False


def collect(
    talk: Talk,
    album: str,
    side: str,
    content: Content,
    message: str,
    agent: str = "",
    name: str = "",
    inside: bool = False,
) -> None:
    """Keep an item and wait for the next; `side` is customer or agent, `inside` says it answers to a note."""
    key = f"album:{side}:{album}"
    items = talk.context.albums.setdefault(key, [])
    items.append({**content_to(content), "message": message, "agent": agent, "name": name, "inside": inside})
    talk.effects.append(SetTimer(key, talk.at + PAUSE))


def pending(context: Context, side: str) -> list[AlbumItem]:
    """Take all albums of a side that are still gathering out of the context, in the order in which they began."""
    keys = [key for key in context.albums if key.startswith(f"album:{side}:")]
    return [item for key in keys for item in collected(context, key)]


def reword(context: Context, message: str, content: Content) -> bool:
    """An agent changed an item that is still gathering; False when there is no such item."""
    for key, items in context.albums.items():
        for item in items:
            if key.startswith("album:agent:") and item["message"] == message:
                item.update(content_to(content))
                return True
    return False


def collected(context: Context, key: str) -> list[AlbumItem]:
    """Take a complete album out of the context, in the order of its messages."""
    items = context.albums.pop(key, [])
    return [
        AlbumItem(content_from(item), item["message"], item["agent"], item["name"], item["inside"]) for item in items
    ]
