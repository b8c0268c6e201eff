"""What the tests of the handlers stand on."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from handlers import pace
from tests.handlers.desk import Around
from tests.virtual import seconds


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Around:
    """Recorders around an outbox on virtual time, its jitter the same in every run."""
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=seconds))
    random.seed(5)
    return Around(tmp_path)
