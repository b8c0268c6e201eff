"""Where the desks of these tests keep their data, and how many processes they are: everything runs on all of them."""

from __future__ import annotations

import pytest

from tests.end_to_end.desk import Storage

WORKERS = [pytest.param(f"workers-{inlet}", marks=pytest.mark.long) for inlet in ("webhook", "polling")]
"""Three workers, of which one is killed at random every second, whichever way the messenger delivers."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With workers that are killed all the time the proofs run in their small sizes: the full ones would take minutes
    each, and find nothing that more kills do not find."""
    left_out = [item for item in items if _killed_all_the_time(item) and len(list(item.iter_markers("long"))) > 1]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def _killed_all_the_time(item: pytest.Item) -> bool:
    known = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return str(known.get("any_storage", "")).startswith("workers-")


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """SQLite with the embedded Redis, or PostgreSQL with a Redis of its own; empty, the test running once on each."""
    return storage_of(request, request.param)


@pytest.fixture(params=["sqlite", "postgresql", *WORKERS])
def any_storage(request: pytest.FixtureRequest) -> Storage:
    """The same, and with three workers that are killed all the time."""
    return storage_of(request, request.param)


def storage_of(request: pytest.FixtureRequest, kind: str) -> Storage:
    """The storage of that name."""
    if kind == "sqlite":
        return Storage(None, None)
    workers, _, inlet = kind.partition("-")
    urls = request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url")
    return Storage(*urls, 3, inlet) if workers == "workers" else Storage(*urls)
