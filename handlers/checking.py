"""Scenario files checked against a business: its desks, its templates, what only it knows."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.business import Business
from scenarios.engine.checks import Catalog, check_files
from scenarios.engine.issues import Issue
from scenarios.engine.model import Book

__all__ = ["check_for"]


def check_for(
    business: Business, files: Mapping[str, str], catalogs: Mapping[str, Catalog]
) -> tuple[Book | None, list[Issue]]:
    """The book of a folder's files (name -> text), None when anything is an error, and all problems. `catalogs` are the
    translations by language."""
    return check_files(files, set(business.desks), catalogs, templates=business.templates, facts=business.own_types)
