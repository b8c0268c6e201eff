"""A copy of an SQLite database as it is at one instant, made while the desk goes on writing.

Rule: what comes out of here was checked. A copy that SQLite itself finds broken is refused, never kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

__all__ = ["SnapshotError", "becomes_new_desk", "check_sqlite", "copy_sqlite", "sqlite_path", "version_of"]

BUSY_SECONDS = 30.0


class SnapshotError(Exception):
    """The copy cannot be made or used; the text is one line: what is wrong and what to do."""


def sqlite_path(url: str) -> Path:
    """The file of an SQLite URL (sqlite+aiosqlite:///FILE)."""
    return Path(url.split(":///", 1)[1].split("?", 1)[0])


def copy_sqlite(source: Path, target: Path) -> str:
    """Copy the database into a new file and check the copy; its schema version. Raises SnapshotError.

    The copy is one read transaction: with write-ahead logging the desk is not kept waiting by it.
    """
    if not source.is_file():
        raise SnapshotError(
            f"there is no database at {source}: set QABUL_DATA_DIR or QABUL_DATABASE_URL as the desk has it"
        )
    try:
        with _open(source) as reading, _open(target, new=True) as writing:
            reading.backup(writing, pages=-1)
            # The copy is one file: no write-ahead log belongs to it.
            writing.execute("PRAGMA journal_mode=DELETE")
        return check_sqlite(target)
    except sqlite3.Error as error:
        raise SnapshotError(f"{source} cannot be copied: {error}") from None


def check_sqlite(path: Path) -> str:
    """The schema version of a sound database. Raises SnapshotError."""
    try:
        with _open(path) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            if found != "ok" or orphan is not None:
                raise SnapshotError(f"the database is damaged: {found if orphan is None else f'a row of {orphan[0]}'}")
            return _version(connection)
    except sqlite3.Error as error:
        raise SnapshotError(f"the database is damaged: {error}") from None


def version_of(path: Path) -> str:
    """The schema version of a database. Raises SnapshotError."""
    try:
        with _open(path) as connection:
            return _version(connection)
    except sqlite3.Error as error:
        raise SnapshotError(f"{path} is no database of a desk: {error}") from None


def becomes_new_desk(path: Path) -> None:
    """Take the desk's name away: the next start makes a new one, and no copy in a Redis is taken for this desk's."""
    with _open(path) as connection:
        connection.execute("DELETE FROM meta WHERE key = 'desk'")
        connection.commit()


def _version(connection: sqlite3.Connection) -> str:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        row = None
    if row is None:
        raise SnapshotError("it is no database of a desk: it has no schema version")
    return str(row[0])


@contextmanager
def _open(path: Path, new: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "rwc" if new else "rw"
    quoted = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    with closing(sqlite3.connect(f"file:{quoted}?mode={mode}", uri=True, timeout=BUSY_SECONDS)) as connection:
        yield connection
