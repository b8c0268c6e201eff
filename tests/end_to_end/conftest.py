"""Where the desks of these tests keep their data: everything runs on both."""

from __future__ import annotations

import pytest

from tests.end_to_end.desk import Storage


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """SQLite with the embedded Redis, or PostgreSQL with a Redis of its own; empty, the test running once on each."""
    if request.param == "sqlite":
        return Storage(None, None)
    return Storage(request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url"))
