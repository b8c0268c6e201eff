"""The tables of visits and of the actions that scenarios ask for; like those of `tables`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.tables import Moment, metadata

__all__ = ["actions", "visits"]

visits = Table(
    "visits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("begins", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("need", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_visits_contact_begins", "contact", "begins"),
)
Index(
    "ix_visits_booked",
    visits.c.begins,
    sqlite_where=visits.c.status == "booked",
    postgresql_where=visits.c.status == "booked",
)

actions = Table(
    "actions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
