"""Files beside the way they travel on WhatsApp."""

from __future__ import annotations

import pytest

from bot.channels.whatsapp.carriage import carriage
from handlers.ports import Rejected
from scenarios.engine.events import Media

MB = 1024 * 1024
OPUS = b"OggS" + b"\x00" * 24 + b"OpusHead\x01\x01" + b"\x00" * 20
STEREO = OPUS.replace(b"OpusHead\x01\x01", b"OpusHead\x01\x02")
MOVING = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00" + b"\x00" * 20
STILL = b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 20


def way(kind: str, mime: str, size: int = 1000, head: bytes = b"", name: str = "") -> tuple[str, str]:
    found = carriage(Media(kind, "telegram", "ref", name, mime), size, head)
    return found.kind, found.mime


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (way("photo", "image/jpeg"), ("image", "image/jpeg")),
        (way("photo", ""), ("image", "image/jpeg")),
        (way("photo", "image/jpeg", 5 * MB + 1), ("document", "image/jpeg")),
        (way("photo", "image/heic"), ("document", "image/heic")),
        (way("video", "video/mp4", 16 * MB), ("video", "video/mp4")),
        (way("video", "video/mp4", 16 * MB + 1), ("document", "video/mp4")),
        (way("video", "video/webm"), ("document", "video/webm")),
        (way("video_note", ""), ("video", "video/mp4")),
        (way("animation", "video/mp4"), ("video", "video/mp4")),
        (way("animation", "image/gif"), ("document", "image/gif")),
        (way("voice", "audio/ogg", head=OPUS), ("audio", "audio/ogg")),
        (way("voice", "audio/ogg; codecs=opus", head=OPUS), ("audio", "audio/ogg")),
        (way("audio", "audio/ogg", head=STEREO), ("document", "audio/ogg")),
        (way("audio", "audio/ogg", head=b"OggS vorbis"), ("document", "audio/ogg")),
        (way("audio", "audio/mp3"), ("audio", "audio/mpeg")),
        (way("audio", "application/octet-stream", name="kuy.mp3"), ("audio", "audio/mpeg")),
        (way("sticker", "image/webp", 100 * 1024, STILL), ("sticker", "image/webp")),
        (way("sticker", "image/webp", 100 * 1024 + 1, STILL), ("document", "image/webp")),
        (way("sticker", "image/webp", 500_000, MOVING), ("sticker", "image/webp")),
        (way("sticker", "application/x-tgsticker"), ("document", "application/x-tgsticker")),
        (way("document", "text/csv", name="a.csv"), ("document", "text/plain")),
        (way("document", "application/json"), ("document", "text/plain")),
        (way("document", "image/jpeg"), ("document", "image/jpeg")),
        (way("document", "", name="a.bin.unknown"), ("document", "application/octet-stream")),
    ],
)
def test_a_file_goes_as_what_whatsapp_can_show_and_else_as_a_document(
    given: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert given == expected


def test_only_voice_notes_are_shown_as_voice() -> None:
    assert carriage(Media("voice", "telegram", "x", mime="audio/ogg"), 10, OPUS).voice
    assert not carriage(Media("audio", "telegram", "x", mime="audio/mpeg"), 10, b"").voice


def test_a_document_has_a_name_that_no_path_hides_in() -> None:
    assert carriage(Media("document", "telegram", "x", "../a/Шартнома.pdf"), 10, b"").name == ".._a_Шартнома.pdf"
    assert carriage(Media("photo", "telegram", "x", mime="image/png"), 10 * MB, b"").name == "photo.png"


def test_what_no_document_can_hold_is_too_big_and_what_is_empty_is_refused() -> None:
    with pytest.raises(Rejected) as refused:
        way("document", "application/pdf", 100 * MB + 1)
    assert refused.value.reason == "too_big"
    with pytest.raises(Rejected, match="empty"):
        way("document", "application/pdf", 0)
