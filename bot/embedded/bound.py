"""Starts a process that ends with this one, however this one ends.

Rule: start it from a thread that lives as long as the process should (the main thread), because Linux counts
the end of the thread that forked as the end of the parent. It gets a session of its own, so that Ctrl-C in
the terminal reaches us alone and we decide the order of the end.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

_KEPT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a process may inherit: no setting and no secret of ours."""
_SCRIPT = Path(__file__).with_name("bound_exec.py")


def start_bound(
    command: Sequence[str],
    *,
    log: Path | None,
    directory: Path,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """The running process; its output replaces `log`, without one it goes where ours goes.

    `environment` is all that it gets; without one it gets nothing of ours but what a program needs to be found.
    `user` is whom a root process becomes first. `pass_fds` stay open in the process, so that a lock held
    through one of them is held until the process is gone.
    """
    if environment is None:
        environment = {**{name: os.environ[name] for name in _KEPT if name in os.environ}, "LC_ALL": "C"}
    wrapped = [
        sys.executable,
        "-I",
        "-S",
        str(_SCRIPT),
        str(os.getpid()),
        user or "-",
        str(int(death_signal)),
    ]
    with nullcontext() if log is None else log.open("wb") as output:
        return subprocess.Popen(
            [*wrapped, *command],
            # Never written to: where the kernel cannot tell of our end, the wrapper sees this pipe close.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=None if log is None else subprocess.STDOUT,
            cwd=directory,
            env=environment,
            start_new_session=True,
            pass_fds=pass_fds,
        )


def end(process: subprocess.Popen[bytes], *, first: signal.Signals, patience: float) -> None:
    """Asks the process to end, waits for `patience` seconds, then kills it; returns when it is gone."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()
