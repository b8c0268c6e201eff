"""The machine that a table was measured on: figures without it mean nothing."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

__all__ = ["disk_sync_ms", "machine"]

WRITES = 500
LIBRARIES = ("aiohttp", "aiogram", "uvloop")


def machine(folder: Path) -> dict[str, str]:
    """What to print above a table; `folder` lies on the disk that is written to."""
    return {
        "CPU": f"{_cpu()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "disk": f"fdatasync of 4 KB: p50 {disk_sync_ms(folder):.2f} ms",
        "Python": ", ".join([platform.python_version(), *(f"{name} {version(name)}" for name in LIBRARIES)]),
    }


def disk_sync_ms(folder: Path, writes: int = WRITES) -> float:
    """The median of so many small writes that were brought to the disk, in milliseconds."""
    path = folder / "sync-probe"
    taken = []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for _ in range(writes):
            os.write(descriptor, b"\0" * 4096)
            began = time.perf_counter()
            os.fdatasync(descriptor)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(descriptor)
        path.unlink()
    return 1000 * sorted(taken)[len(taken) // 2]


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
