"""The tables of scenarios: every version of every file, which of them made a book, and who changed what when.

Rule: versions are immutable, and the journal of changes is append-only; what runs is a fold of it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from storage.columns import Moment, Serial, metadata

__all__ = ["scenario_books", "scenario_changes", "scenario_files"]

scenario_files = Table(
    "scenario_files",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("texts", Text, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

scenario_books = Table(
    "scenario_books",
    metadata,
    Column("version", Text, primary_key=True),
    Column("files", Text, nullable=False),
)

scenario_changes = Table(
    "scenario_changes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("undoes", BigInteger, nullable=False),
)
