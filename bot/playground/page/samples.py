"""Files that the page's people send when nobody chooses one: a picture, a voice note, a document, a video.

Rule: real files that open everywhere. Picture and document are drawn here, voice and video were recorded once
(three tones in Opus, a moving test picture in H.264) and lie in recorded.json.
"""

from __future__ import annotations

import base64
import itertools
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDTH, HEIGHT = 320, 200
_WALLS = ((236, 228, 214), (214, 228, 236), (224, 236, 214), (236, 218, 222))
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Sample:
    """A file; `kind` in Telegram's words."""

    kind: str
    data: bytes
    file_name: str
    mime: str


def picture() -> Sample:
    """A room with a window and a wet spot on the floor, in another colour each time, as a PNG."""
    number = next(_numbers)
    return Sample("photo", _drawn(_WALLS[number % len(_WALLS)]), f"room-{number + 1}.png", "image/png")


@cache
def _drawn(wall: tuple[int, int, int]) -> bytes:
    rows = b"".join(b"\0" + _row(y, wall) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def voice() -> Sample:
    """Two seconds of tones, as a voice note."""
    return Sample("voice", _recorded("voice"), "voice.ogg", "audio/ogg; codecs=opus")


def video() -> Sample:
    """Two seconds of a moving picture."""
    return Sample("video", _recorded("video"), "video.mp4", "video/mp4")


def document() -> Sample:
    """One page of PDF."""
    lines = ("Ozoda Uy", "Order: cleaning, 2 rooms, Saturday 10:00", "This is a sample document.")
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 20 Tf 60 760 Td 32 TL {shown} ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return Sample("document", data + end % (size, table, size, len(data)), "order.pdf", "application/pdf")


SAMPLES: Mapping[str, Callable[[], Sample]] = {
    "picture": picture,
    "voice": voice,
    "video": video,
    "document": document,
}


def _recorded(name: str) -> bytes:
    text = (Path(__file__).parent / "recorded.json").read_text(encoding="utf-8")
    return base64.b64decode(json.loads(text)[name])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _row(y: int, wall: tuple[int, int, int]) -> bytes:
    """One line of pixels: wall, window, floor, the spot."""
    row = bytearray()
    for x in range(WIDTH):
        color = wall
        if 100 < x < 220 and 25 < y < 100:
            frame = abs(x - 160) < 3 or abs(y - 62) < 3 or x < 105 or x > 215 or y < 30 or y > 95
            color = (250, 250, 248) if frame else (150, 196, 226)
        if y > 138:
            color = (176, 142, 106) if (x + y // 2) % 54 > 2 else (150, 118, 86)
            if (x - 175) ** 2 / 9 + (y - 172) ** 2 < 280:
                color = (122, 104, 92)
        row += bytes(color)
    return bytes(row)
