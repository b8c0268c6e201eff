"""Runs a command that ends with the process that asked for it, even when that one is killed by `kill -9`.

Rule: started as a script (`python -I -S bound_exec.py PARENT USER SIGNAL COMMAND…`), so it imports only the
standard library. On Linux the kernel is told to signal us when our parent ends, and we become the command;
elsewhere we stay beside the command and watch a pipe, our standard input, whose other end only the parent
has.

USER is `-` or a name to become first (PostgreSQL refuses to run as root). The order matters: the kernel
forgets the parent-death signal when the user changes.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Becomes the command (Linux), or runs it and returns its exit status."""
    parent, user, death_signal, command = int(arguments[0]), arguments[1], int(arguments[2]), arguments[3:]
    is_linux = os.uname().sysname == "Linux"
    # Loaded while we can still read the standard library, which the other user may not be allowed to.
    prctl = ctypes.CDLL(None, use_errno=True).prctl if is_linux else None
    if user != "-":
        become(user)
    if prctl is not None:
        if prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
            sys.stderr.write(f"prctl: {os.strerror(ctypes.get_errno())}\n")
            return 126
        if os.getppid() != parent:
            # It was gone before the kernel knew whom to tell.
            return 0
        try:
            os.execv(command[0], command)
        except OSError as error:
            sys.stderr.write(f"{command[0]}: {error.strerror}\n")
            return 126
    return watch(command, death_signal)


def become(user: str) -> None:
    """Gives up root for this user, for good."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    # What root left in the environment would be looked up again by the command.
    os.environ["HOME"] = "/"
    os.environ["USER"] = os.environ["LOGNAME"] = user


def watch(command: list[str], death_signal: int) -> int:
    """Runs the command until it ends, we are told to stop, or the parent's end of the pipe closes."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda received, _frame: process.send_signal(received))

    def wait_for_parent() -> None:
        while os.read(0, 1):
            pass
        process.send_signal(death_signal)

    threading.Thread(target=wait_for_parent, daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
