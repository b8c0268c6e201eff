"""The tables. Times are UTC microseconds since 1970; ids are text made by us; JSON is text.

Events and happenings are append-only: figures are computed from them, never from counters.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from storage.columns import Moment, Serial, metadata, micros, moment
from storage.scenario_tables import scenario_books, scenario_changes, scenario_files

__all__ = [
    "Moment",
    "addresses",
    "agents",
    "audit",
    "contacts",
    "contexts",
    "destinations",
    "early_receipts",
    "events",
    "happenings",
    "letters",
    "line_versions",
    "lines",
    "media",
    "media_refs",
    "meta",
    "metadata",
    "micros",
    "moment",
    "scenario_books",
    "scenario_changes",
    "scenario_files",
    "timers",
    "topic_messages",
    "topics",
]

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

contacts = Table(
    "contacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default="", index=True),
    Column("made_at", Moment, nullable=False),
)

contexts = Table(
    "contexts",
    metadata,
    Column("contact", Text, ForeignKey("contacts.id"), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("key", Text, primary_key=True),
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("raw", Text, nullable=False, default=""),
)

lines = Table(
    "lines",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("contact", Text, nullable=False),
    Column("conversation", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("channel", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("tapped", Boolean, nullable=False),
    Column("chat", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index("ix_lines_contact_seq", "contact", "seq"),
    Index("ix_lines_message", "message"),
    Index("ix_lines_event", "event"),
)

Index(
    "ix_lines_failed",
    lines.c.seq,
    sqlite_where=lines.c.status == "failed",
    postgresql_where=lines.c.status == "failed",
)

line_versions = Table(
    "line_versions",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("line", Text, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("contact", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("line", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("due", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Moment),
    Column("chat", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", Text, nullable=False),
)
Index(
    "ix_letters_queued",
    letters.c.destination,
    letters.c.seq,
    sqlite_where=letters.c.status == "queued",
    postgresql_where=letters.c.status == "queued",
)
Index(
    "ix_letters_failed",
    letters.c.seq,
    sqlite_where=letters.c.status == "failed",
    postgresql_where=letters.c.status == "failed",
)
Index(
    "ix_letters_message",
    letters.c.message,
    sqlite_where=letters.c.message != "",
    postgresql_where=letters.c.message != "",
)

destinations = Table(
    "destinations",
    metadata,
    Column("key", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("due", Moment, nullable=False, index=True),
    Column("data", Text, nullable=False),
    UniqueConstraint("contact", "key"),
)

happenings = Table(
    "happenings",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("conversation", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("channel", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Index("ix_happenings_kind_at", "kind", "at"),
    Index("ix_happenings_contact_conversation", "contact", "conversation"),
)

topics = Table(
    "topics",
    metadata,
    Column("contact", Text, ForeignKey("contacts.id"), primary_key=True),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger),
    Column("name", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("card", Text, nullable=False),
    Column("card_text", Text, nullable=False),
    Column("making", Moment),
    Column("times_made", Integer, nullable=False),
    UniqueConstraint("chat", "thread"),
)

topic_messages = Table(
    "topic_messages",
    metadata,
    Column("chat", BigInteger, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line", Text, nullable=False),
    Index("ix_topic_messages_line", "line"),
)

early_receipts = Table(
    "early_receipts",
    metadata,
    Column("message", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", Text, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chat", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mime", Text, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

media_refs = Table(
    "media_refs",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("hash", Text, ForeignKey("media.hash"), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
)
