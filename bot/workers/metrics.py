"""The directory in which the workers' metrics meet: prometheus_client's multiprocess mode.

Rule: that library chooses its mode when it is imported, so this comes before.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

__all__ = ["forget_metrics", "open_metrics"]

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def open_metrics(port: int) -> Path:
    """Make the directory, empty, and name it to the library. The operator's own if the variable is set; otherwise one
    in the temp directory of this machine, since files that are mapped into memory do not belong on a network disk.
    Raises OSError, PermissionError for a place that is another user's."""
    assert "prometheus_client" not in sys.modules, "it has chosen its mode already"
    named = os.environ.get(VARIABLE)
    place = Path(named) if named else Path(tempfile.gettempdir()) / f"qabul-metrics-{os.getuid()}-{port}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to another user: remove it, or set {VARIABLE}")
    for old in place.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(place)
    return place


def forget_metrics(place: Path, pid: int, *, at_work: bool = True) -> None:
    """A process is gone: what it said of the present (how much it holds) no longer counts, what it counted stays. One
    that never was `at_work` leaves nothing."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(pid, str(place))  # type: ignore[no-untyped-call]
    if not at_work:
        for made in place.glob(f"*_{pid}.db"):
            made.unlink(missing_ok=True)
