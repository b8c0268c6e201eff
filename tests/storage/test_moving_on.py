"""An SQLite desk's history moves into a PostgreSQL that a desk was already started on, but nobody wrote to."""

from __future__ import annotations

import shutil
from pathlib import Path

from scenarios.engine.rollouts import Change, StoredFile
from storage.database import open_database
from storage.moving import move_sqlite
from storage.schema import upgrade
from storage.versions import Versions
from tests.storage.rows import NOW, contact


async def test_the_journal_of_scenarios_moves_with_the_talks_that_are_on_it(
    migrated_sqlite: Path, postgres_url: str, tmp_path: Path
) -> None:
    source = tmp_path / "qabul.db"
    shutil.copy(migrated_sqlite, source)
    old, new = open_database(f"sqlite+aiosqlite:///{source}"), open_database(postgres_url)
    try:
        changes = [Change(0, NOW, "folder", "folder", "new", version) for version in ("v1", "v2")]
        await Versions(old).publish(0, [StoredFile("new", "v1", "x")], {"b": {"new": "v1"}}, changes, NOW)
        await contact(old)
        await upgrade(new)
        await Versions(new).publish(0, [StoredFile("new", "v9", "y")], {}, changes[:1], NOW)
        await old.close()
        await move_sqlite(source, new)
        versions = Versions(new)
        assert [one.version for one in await versions.changes()] == ["v1", "v2"]
        assert await versions.book("b") == {"new": "v1"}
        assert await versions.publish(2, [], {}, changes[:1], NOW), "and the journal goes on behind what was moved"
        assert await versions.newest() == 3
    finally:
        await old.close()
        await new.close()
