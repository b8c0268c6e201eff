"""Files: kept once by their content, and nothing left behind of what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from storage.database import Database
from storage.media import Files, TooBig
from tests.storage.rows import count


async def stream(*chunks: bytes, broken: bool = False) -> AsyncIterator[bytes]:
    """A download."""
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk
    if broken:
        raise ConnectionResetError


def files_in(folder: Path) -> list[Path]:
    """Every file there is."""
    return [one for one in folder.rglob("*") if one.is_file()]


@pytest.fixture
def files(db: Database, tmp_path: Path) -> Files:
    """The store."""
    return Files(db, tmp_path / "media")


async def test_the_same_content_is_kept_once_however_it_comes(files: Files, tmp_path: Path) -> None:
    content = b"x" * 70_000
    ways = [(content,), (content[:1], content[1:]), (b"", content)] * 3
    kept = await asyncio.gather(*(files.keep(stream(*way), 10**6) for way in ways))
    assert set(kept) == {(sha256(content).hexdigest(), 70_000)}
    assert [one.read_bytes() for one in files_in(tmp_path) if "media" in one.parts] == [content]
    assert Path(files.path(kept[0][0])).read_bytes() == content


async def test_a_file_that_is_too_big_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 10
            yield b"0123456789"

    with pytest.raises(TooBig):
        await files.keep(endless(), 99)
    assert read == 100, "it is given up at once"
    assert files_in(tmp_path / "media") == []
    assert await files.keep(stream(b"0" * 99), 99) == (sha256(b"0" * 99).hexdigest(), 99)


async def test_a_download_that_breaks_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        await files.keep(stream(b"half", broken=True), 99)
    assert files_in(tmp_path / "media") == []


async def test_an_empty_file_is_a_file(files: Files) -> None:
    digest, size = await files.keep(stream(), 99)
    assert (size, Path(files.path(digest)).read_bytes()) == (0, b"")


async def test_a_vendors_file_is_known_while_its_bytes_are_there(files: Files, db: Database) -> None:
    digest, size = await files.keep(stream(b"photo"), 99)
    assert await files.known("telegram", "ref") is None
    for ref in ("ref", "ref", "another"):
        await files.remember("telegram", ref, digest, size, "image/jpeg")
    assert await files.known("telegram", "ref") == digest
    assert await files.known("telegram", "another") == digest
    assert await files.known("whatsapp", "ref") is None
    assert (await count(db, "media"), await count(db, "media_refs")) == (1, 2)
    Path(files.path(digest)).unlink()
    assert await files.known("telegram", "ref") is None


async def test_a_vendors_file_may_become_another_content(files: Files) -> None:
    one, two = [await files.keep(stream(content), 99) for content in (b"one", b"two")]
    for digest, size in (one, two):
        await files.remember("telegram", "ref", digest, size, "")
    assert await files.known("telegram", "ref") == two[0]
