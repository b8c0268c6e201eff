"""What a Telegram message carries, as the engine's Content.

Rule: every message has a content; a kind we cannot relay is named in `unread`, with its caption if it has
one.
"""

from __future__ import annotations

from typing import Any, Final

from bot.channels.telegram.fields import Json, Malformed, box, clean, integer, number, text
from scenarios.engine.events import Content, Media, SharedContact, Spot

__all__ = ["CHANNEL", "content_of", "is_housekeeping", "person_name"]

CHANNEL: Final = "telegram"

MEDIA: Final = {
    "photo": "image/jpeg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video_note": "video/mp4",
    "sticker": "image/webp",
    "document": "application/octet-stream",
}
"""Kinds of files in the order they are looked for (an animation comes with a document beside it), and what
they are when Telegram does not say."""

HOUSEKEEPING: Final = frozenset((
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created",
    "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
    "connected_website", "write_access_allowed", "proximity_alert_triggered", "boost_added",
    "chat_background_set", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    "chat_owner_changed", "chat_owner_left", "paid_message_price_changed",
    "direct_message_price_changed", "managed_bot_created", "community_chat_added",
    "community_chat_removed", "poll_option_added", "poll_option_deleted", "checklist_tasks_done",
    "checklist_tasks_added", "suggested_post_approved", "suggested_post_approval_failed",
    "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
))  # fmt: skip
"""Service messages about a chat itself (Bot API 10.1): nobody says anything with them."""

ENVELOPE: Final = frozenset((
    "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat",
    "sender_boost_count", "sender_business_bot", "sender_tag", "date", "edit_date", "guest_query_id",
    "guest_bot_caller_user", "guest_bot_caller_chat", "business_connection_id", "chat",
    "forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message", "external_reply",
    "quote", "reply_to_story", "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot",
    "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id", "author_signature",
    "paid_star_count", "text", "entities", "link_preview_options", "suggested_post_info", "effect_id",
    "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler", "reply_markup",
))  # fmt: skip
"""Fields around a content; the first field that is not among them names a kind we do not know."""


def is_housekeeping(message: Json) -> bool:
    """Whether this is a service message about the chat."""
    return any(message.get(name) is not None for name in HOUSEKEEPING.intersection(message))


def content_of(message: Json) -> Content:
    """The content of a message. Raises Malformed."""
    words = text(message, "text") or text(message, "caption")
    if (media := _media_of(message)) is not None:
        return Content(words, media=media)
    if message.get("contact") is not None:
        return Content(words, contact=_contact_of(message))
    if message.get("venue") is not None or message.get("location") is not None:
        return Content(words, spot=_spot_of(message))
    if text(message, "text"):
        # Telegram keeps adding fields around a text; a new one does not make it unreadable.
        return Content(words)
    unknown = next((str(name) for name in message if name not in ENVELOPE and message[name] is not None), "")
    return Content(words, unread=clean(unknown[:64]) or "empty")


def person_name(person: Json) -> str:
    """First and last name of a user or a contact card."""
    return " ".join(f"{text(person, 'first_name', 256)} {text(person, 'last_name', 256)}".split())


def _media_of(message: Json) -> Media | None:
    for kind, usual in MEDIA.items():
        value = message.get(kind)
        if value is None:
            continue
        file = _largest(value) if kind == "photo" else value
        if not isinstance(file, dict):
            raise Malformed(f"{kind} is no file")
        ref = file.get("file_id")
        if not isinstance(ref, str) or not 0 < len(ref) <= 512 or not ref.isascii() or not ref.isprintable():
            raise Malformed(f"{kind} has no file_id")
        if kind == "sticker":
            usual = "video/webm" if file.get("is_video") is True else usual
            usual = "application/x-tgsticker" if file.get("is_animated") is True else usual
        return Media(
            kind,
            CHANNEL,
            ref,
            text(file, "file_name", 255),
            text(file, "mime_type", 127) or usual,
            integer(file, "file_size"),
        )
    return None


def _largest(sizes: Any) -> Any:
    """Of the sizes of one photo the one with the most pixels."""
    if not isinstance(sizes, list) or not sizes or not all(isinstance(size, dict) for size in sizes):
        raise Malformed("photo is no list of sizes")
    return max(sizes, key=lambda size: integer(size, "width") * integer(size, "height"))


def _contact_of(message: Json) -> SharedContact:
    card = box(message, "contact")
    phone = text(card, "phone_number", 64)
    if phone.isascii() and phone.isdecimal():
        phone = "+" + phone
    # Telegram sets user_id itself, from the phone. A forwarded card may hold a number its owner gave up long
    # ago.
    owner = integer(card, "user_id", 1, 0)
    own = owner != 0 and owner == box(message, "from").get("id") and message.get("forward_origin") is None
    return SharedContact(phone, person_name(card), own)


def _spot_of(message: Json) -> Spot:
    venue = box(message, "venue")
    place = box(venue, "location") or box(message, "location")
    title = ", ".join(part for part in (text(venue, "title", 256), text(venue, "address", 256)) if part)
    return Spot(number(place, "latitude", 90), number(place, "longitude", 180), title)
