"""The words that all papers share: names of channels, languages, segments, media and people; cutting texts.

Rule: what strangers wrote is cleaned here of characters that would change how the words around it are shown.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from babel import Locale
from babel.numbers import format_decimal

from handlers.texts import Texts
from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Line

__all__ = [
    "CHANNELS",
    "LANGUAGE_NAMES",
    "MEDIA",
    "SEGMENTS",
    "SEGMENT_ICONS",
    "cut",
    "in_short",
    "locale_of",
    "one_line",
    "reader_of",
    "size_text",
    "speaker",
    "text_now",
    "units",
    "zone_name",
]

CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}

LANGUAGE_NAMES = {
    "uz": Phrase("Uzbek", "language"),
    "uz_Cyrl": Phrase("Uzbek, Cyrillic letters", "language"),
    "kk": Phrase("Kazakh", "language"),
    "ru": Phrase("Russian", "language"),
    "en": Phrase("English", "language"),
}

SEGMENTS = {
    "new": Phrase("new customer", "segment"),
    "repeat": Phrase("regular customer", "segment"),
    "hesitant": Phrase("hesitating", "segment"),
    "unhappy": Phrase("unhappy", "segment"),
}

SEGMENT_ICONS = {"new": "🌱", "repeat": "🔁", "hesitant": "🤔", "unhappy": "😟"}

MEDIA = {
    "photo": ("🖼", Phrase("Photo", "media")),
    "video": ("🎬", Phrase("Video", "media")),
    "voice": ("🎤", Phrase("Voice message", "media")),
    "audio": ("🎵", Phrase("Audio", "media")),
    "video_note": ("⏺", Phrase("Video message", "media")),
    "animation": ("🎞", Phrase("Animation", "media")),
    "document": ("📄", Phrase("File", "media")),
    "sticker": ("🏷", Phrase("Sticker", "media")),
}

CUSTOMER = Phrase("Customer", "author")
BOT = Phrase("Bot", "author")
STAFF = Phrase("Staff", "author")
DESK = Phrase("Desk", "author")
CONTACT = Phrase("Contact", "content")
PLACE = Phrase("Place", "content")
UNREAD = Phrase("A kind of message that the desk cannot read: {kind}")
TAKEN_BACK = Phrase("deleted", "message")
NOTHING = Phrase("an empty message")

BYTES = Phrase("{size} B", "size")
KILOBYTES = Phrase("{size} KB", "size")
MEGABYTES = Phrase("{size} MB", "size")

_AUTHORS = {"customer": CUSTOMER, "bot": BOT, "agent": STAFF, "note": STAFF, "desk": DESK}

_STEERING = re.compile("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
"""Control characters, and those that turn the direction of what follows ("gpj.exe" shown as "exe.jpg")."""


def one_line(text: str, most: int = 200) -> str:
    """A stranger's words on one line: no steering characters, blanks joined, at most so many UTF-16 units."""
    return cut(" ".join(_STEERING.sub(" ", text[: most * 4]).split()), most)


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def cut(text: str, most: int) -> str:
    """A text of at most so many UTF-16 units; one that was longer ends in an ellipsis."""
    if len(text) * 2 <= most or units(text[: most + 1]) <= most:
        return text
    if most < 1:
        return ""
    kept = text[: most - 1]
    while units(kept) > most - 1:
        kept = kept[: -max(1, (units(kept) - most + 1) // 2)]
    # Nothing that hangs on a letter which is gone: a joiner, a variation selector.
    return kept.rstrip("\u200d\ufe0f \n") + "…"


def text_now(line: Line) -> str:
    """What a line says now: its newest version."""
    return line.versions[-1].text if line.versions else line.content.text


def speaker(line: Line, texts: Texts, language: str) -> str:
    """Who said a line; someone without a name is called by what they are."""
    return one_line(line.name, 64) or texts.render(_AUTHORS.get(line.author, DESK), language)


def locale_of(language: str) -> Locale:
    """The locale that dates and numbers of a language are written in."""
    return Locale.parse(language)


def size_text(size: int, texts: Texts, language: str) -> str:
    """A file's size such as 1.4 MB; empty when it is not known."""
    if size <= 0:
        return ""
    if size < 1_000:
        return texts.render(BYTES.having(size=size), language)
    if size < 1_000_000:
        return texts.render(KILOBYTES.having(size=round(size / 1_000)), language)
    number = format_decimal(round(size / 1_000_000, 1), locale=locale_of(language))
    return texts.render(MEGABYTES.having(size=number), language)


def in_short(content: Content, text: str, texts: Texts, language: str) -> str:
    """What a message carries, on one line: a file by its kind and name, then the words."""
    parts = []
    if content.media is not None:
        icon, kind = MEDIA.get(content.media.kind, MEDIA["document"])
        parts.append(f"{icon} {texts.render(kind, language)} {one_line(content.media.name, 60)}".rstrip())
    if content.contact is not None:
        shared = f"{one_line(content.contact.name, 64)} {one_line(content.contact.phone, 32)}".strip()
        parts.append(f"👤 {texts.render(CONTACT, language)}: {shared}")
    if content.spot is not None:
        where = f"{content.spot.latitude:.6f}, {content.spot.longitude:.6f}"
        parts.append(f"📍 {texts.render(PLACE, language)}: {one_line(f'{content.spot.title} {where}', 120)}")
    if content.unread:
        parts.append(f"❔ {texts.render(UNREAD.having(kind=one_line(content.unread, 40)), language)}")
    if text.strip():
        parts.append(one_line(text, 4096))
    return " · ".join(parts) or texts.render(NOTHING, language)


def reader_of(language: str, fallback: str) -> str:
    """The language to write in: the reader's own if the desk speaks it, otherwise the business's."""
    return language if language in LANGUAGE_NAMES else fallback


def zone_name(zone: tzinfo) -> str:
    """A time zone as people know it."""
    return str(getattr(zone, "key", None) or zone)
