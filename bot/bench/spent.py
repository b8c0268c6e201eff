"""What processes spend, read from /proc: CPU time of whole families, memory, and the threads of a database server."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Memory", "cpu_seconds", "family", "family_cpu", "family_memory", "parent_of"]

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes. `pss` counts a page that processes share once, `rss` once for each."""

    rss: int
    pss: int


def _stat(pid: int) -> list[str]:
    """The fields after the command's name; empty for a process that is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def parent_of(pid: int) -> int:
    """The parent's number, 0 when the process is gone."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def cpu_seconds(pid: int, children: bool = False) -> float:
    """User and system time so far; `children`: with that of children who ended and were waited for."""
    fields = _stat(pid)
    return sum(int(field) for field in fields[11 : 15 if children else 13]) / TICKS if fields else 0.0


def family(pid: int) -> list[int]:
    """A process and all its living descendants."""
    found = [pid]
    for one in found:
        try:
            for thread in (PROC / str(one) / "task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def family_cpu(pid: int, but: Iterable[int] = ()) -> float:
    """CPU seconds of a process, its descendants, and those of them that ended."""
    left_out = set(but)
    return sum(cpu_seconds(one, children=True) for one in family(pid) if one not in left_out)


def family_memory(pid: int, but: Iterable[int] = ()) -> Memory:
    """The memory of a process and its descendants."""
    rss = pss = 0
    for one in set(family(pid)) - set(but):
        try:
            lines = (PROC / str(one) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:] if line.endswith("kB")}
        rss += found.get("Rss", 0)
        pss += found.get("Pss", 0)
    return Memory(rss, pss)
