"""Meta's limits for what is sent and received, as numbers.

Rule: figures only; they come from Meta's Cloud API pages, stored copies of November 2025 to August 2026.
Texts are counted in characters (Unicode code points), files in bytes, times in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

__all__ = [
    "BUTTONS",
    "BUTTON_BODY",
    "BUTTON_ID",
    "BUTTON_TITLE",
    "CAPTION",
    "FILE_BYTES",
    "LIST_BODY",
    "LIST_BUTTON",
    "LONGEST_WAIT",
    "MEDIA_BYTES",
    "ROWS",
    "ROW_ID",
    "ROW_TITLE",
    "STATIC_STICKER_BYTES",
    "TEXT",
    "UPLOAD_KEPT",
    "WEBHOOK_BYTES",
    "WINDOW",
]

TEXT: Final = 4096
CAPTION: Final = 1024
BUTTONS: Final = 3
BUTTON_TITLE: Final = 20
BUTTON_ID: Final = 256
BUTTON_BODY: Final = 1024
ROWS: Final = 10
ROW_TITLE: Final = 24
ROW_ID: Final = 200
LIST_BUTTON: Final = 20
LIST_BODY: Final = 4096
FILE_BYTES: Final = 104_857_600
"""The largest file WhatsApp carries at all, as a document."""
MEDIA_BYTES: Final[Mapping[str, int]] = {
    "image": 5_242_880,
    "video": 16_777_216,
    "audio": 16_777_216,
    "document": FILE_BYTES,
    "sticker": 512_000,
}
STATIC_STICKER_BYTES: Final = 102_400
UPLOAD_KEPT: Final = 29 * 86_400.0
"""How long we trust the id of an upload; Meta keeps the file for 30 days."""
WEBHOOK_BYTES: Final = 4_194_304
"""Meta sends bodies of up to 3 MB; the rest is slack."""
WINDOW: Final = timedelta(hours=23, minutes=59)
"""How long after their last message a customer may be written to freely: Meta's 24 hours, less the way of a letter."""
LONGEST_WAIT: Final = 3600.0
"""The longest pause we believe when an answer asks for one."""
