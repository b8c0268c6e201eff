"""The scene on which the doctor is asked."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.doctor.scene import Scene, open_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """An installation that is well."""
    close: list[Callable[[], object]] = []
    try:
        yield await open_scene(tmp_path, close)
    finally:
        for end in reversed(close):
            outcome = end()
            if inspect.isawaitable(outcome):
                await outcome
