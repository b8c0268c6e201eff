"""Scenario files checked against a business: its desks, its templates, what only it knows."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.business import Business
from handlers.longest import fact_lengths
from scenarios.engine.checks import Catalog, check_files
from scenarios.engine.model import Book
from scenarios.engine.reading.issues import Issue

__all__ = ["check_for"]


def check_for(
    business: Business,
    files: Mapping[str, str],
    catalogs: Mapping[str, Catalog],
    live: Mapping[tuple[str, str], int] | None = None,
) -> tuple[Book | None, list[Issue]]:
    """The book of a folder's files (name -> text), None when anything is an error, and all problems. `catalogs` are the
    translations by language, `live` says how many talks wait at each (scenario, step)."""
    return check_files(
        files,
        set(business.desks),
        catalogs,
        templates=business.templates,
        live=live or {},
        lengths=fact_lengths(business),
        facts=business.own_types,
    )
