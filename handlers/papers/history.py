"""The history document: all that was said with a contact on every channel, as one file that opens anywhere.

Rule: it is written while it is read, so neither its memory nor the time that others wait grows with its length.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from handlers.papers.history_page import HistoryHead, Page
from handlers.papers.history_words import Words
from handlers.texts import Texts
from scenarios.engine.records import Line

__all__ = ["HistoryHead", "write_history"]

PORTION_BYTES = 256 * 1024
"""So much is gathered before it is written: few trips to the disk, little memory."""

BREATH_SECONDS = 0.002
"""After so long others get as long: a customer's answer, which takes some thirty passes of the loop, never waits for
somebody's history."""


async def write_history(
    path: Path, lines: AsyncIterator[Line], head: HistoryHead, texts: Texts, language: str, zone: tzinfo
) -> int:
    """Write the document to `path` and tell how many lines it has.

    It is written beside `path` and takes its place when it is whole; if the lines or the disk fail, `path` stays as it
    was and the error goes on.
    """
    page = Page(head, Words(texts, language), zone)
    handle, part = await asyncio.to_thread(tempfile.mkstemp, ".part", "history-", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            gathered, size = [page.top()], 0
            since = time.perf_counter()
            async for line in lines:
                written = page.line(line)
                gathered.append(written)
                size += len(written)
                if size >= PORTION_BYTES:
                    await asyncio.to_thread(_write, file, gathered)
                    gathered, size, since = [], 0, time.perf_counter()
                elif time.perf_counter() - since >= BREATH_SECONDS:
                    await asyncio.sleep(BREATH_SECONDS)
                    since = time.perf_counter()
            gathered.append(page.bottom())
            await asyncio.to_thread(_write, file, gathered)
        await asyncio.to_thread(os.replace, part, path)
    except BaseException:
        _discard(part)
        raise
    return page.count


def _write(file: BinaryIO, parts: list[str]) -> None:
    # A messenger's JSON may carry half a surrogate pair, which has no UTF-8, and NUL, which no page may have.
    file.write("".join(parts).replace("\0", "\ufffd").encode("utf-8", "replace"))


def _discard(part: str) -> None:
    with suppress(FileNotFoundError):
        Path(part).unlink()
