"""Files, kept once by the hash of their content under the data directory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from storage import tables as t
from storage.database import Database
from storage.tables import micros

__all__ = ["Files", "TooBig"]


class TooBig(ValueError):
    """A file is larger than it may be; the number of bytes allowed is the argument."""


class Files:
    """Content-addressed files: `folder/ab/cdef…`."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._db = database
        self._folder = folder

    async def keep(self, stream: AsyncIterator[bytes], most: int) -> tuple[str, int]:
        """Store a stream as it comes; (hash, size in bytes). Raises TooBig past `most` bytes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".coming-")
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in stream:
                    size += len(chunk)
                    if size > most:
                        raise TooBig(most)
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            target = Path(self.path(digest.hexdigest()))
            target.parent.mkdir(exist_ok=True)
            Path(name).replace(target)  # noqa: ASYNC240 - one call of the kernel
        finally:
            Path(name).unlink(missing_ok=True)  # noqa: ASYNC240
        return digest.hexdigest(), size

    def path(self, hash: str) -> str:
        """Where the file of that hash lies."""
        return str(self._folder / hash[:2] / hash[2:])

    async def known(self, channel: str, ref: str) -> str | None:
        """The hash of a vendor's file that was fetched before, while its bytes are still there."""
        query = select(t.media_refs.c.hash).where(t.media_refs.c.channel == channel, t.media_refs.c.ref == ref)
        async with self._db.reading() as connection:
            found = (await connection.execute(query)).scalar_one_or_none()
        return found if found is not None and Path(self.path(found)).exists() else None  # noqa: ASYNC240

    async def remember(self, channel: str, ref: str, hash: str, size: int, mime: str) -> None:
        """A vendor's file is that content."""
        kept = {"hash": hash, "size": size, "mime": mime, "kept_at": micros(datetime.now(UTC))}
        async with self._db.writing() as connection:
            await self._db.insert(connection, t.media, [kept], "ON CONFLICT (hash) DO NOTHING")
            row = {"channel": channel, "ref": ref, "hash": hash}
            conflict = "ON CONFLICT (channel, ref) DO UPDATE SET hash = excluded.hash"
            await self._db.insert(connection, t.media_refs, [row], conflict)
