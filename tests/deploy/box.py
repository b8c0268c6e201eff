"""A throw-away machine: this one's file system with a layer over it, in which anything may be installed and removed.

It stands where a container engine or a new server would: commands are executed word for word, as root or as the user
that they are meant for, with a read-only root if wanted, and nothing of it reaches the real machine but the network.
It needs Linux, root and mount namespaces, and is missed loudly where there are none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.tools import miss

__all__ = ["PATH", "Box", "Service", "open_box"]

ROOT = Path(__file__).parents[2]
PATH = f"{sys.base_prefix}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 180.0

# $1: a folder for the machine; the rest: places that others have to reach too, though they may lie below /root.
_SET_UP = """
set -e
mount -t tmpfs -o mode=0755 tmpfs "$1"
cd "$1"; shift
layer() { mkdir -p "layers/$1/upper" "layers/$1/work"
          mount -t overlay overlay -o "lowerdir=$2,upperdir=layers/$1/upper,workdir=layers/$1/work" "$3"; }
mkdir machine view
layer root / machine
mount --rbind /dev machine/dev
mount -t proc proc machine/proc
mount -t tmpfs -o mode=1777 tmpfs machine/tmp
n=0
for place in "$@"; do
    n=$((n + 1))
    mkdir -p "machine$place"
    layer "$n" "$place" "machine$place"
    while [ "$place" != / ]; do chmod o+rx "machine$place"; place=$(dirname "$place"); done
done
echo ready
exec sleep infinity
"""

# $1: the machine's folder; $2: options of /tmp; up to --: what stays writable; then the command.
_READ_ONLY = """
set -e
cd "$1"; tmp=$2; shift 2
mount --rbind machine view
mount -o remount,bind,ro view
mount -t tmpfs -o "mode=1777$tmp" tmpfs view/tmp
for place in $KEPT; do mkdir -p "view$place"; mount --bind "machine$place" "view$place"; done
while [ "$1" != -- ]; do mount --bind "machine$1" "view$1"; shift; done
shift
exec chroot view "$@"
"""

_GO = 'cd "$1"; shift; exec "$@"'


class Service:
    """A process of the machine that goes on."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self.log = process, log

    def signal(self, number: int) -> None:
        """Send a signal to the service itself, not to what put it into the machine."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        os.kill(int(children[0]), number)

    def wait(self, seconds: float) -> int:
        """Its exit status."""
        return self._process.wait(seconds)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None


class Box:
    """A running machine."""

    def __init__(self, holder: subprocess.Popen[str], folder: Path) -> None:
        inside = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()[0]
        self._enter = ["nsenter", "--target", inside, "--mount", "--pid"]
        self._folder = folder

    def run(
        self,
        command: Sequence[str] | str,
        *,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
        folder: str = "/",
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Execute to the end; a text goes to sh, as RUN of a Dockerfile does."""
        words = [*self._enter, "chroot", str(self._folder / "machine"), *_as(command, user, env or {}, folder)]
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL
        )
        told = done.stdout + done.stderr
        assert not check or done.returncode == 0, f"{command!r} ended with {done.returncode}:\n{told}"
        return done

    def start(
        self,
        command: Sequence[str],
        *,
        log: Path,
        user: str,
        env: Mapping[str, str],
        folder: str = "/",
        writable: Sequence[str] = (),
        tmp: str = ",nosuid,nodev",
    ) -> Service:
        """Start a service without any capability that may write to `writable` and a /tmp of its own, and nowhere
        else."""
        kept = " ".join(places()) if any(place.startswith("/tmp/") for place in places()) else ""
        words = [
            *self._enter, "unshare", "--mount", "--propagation", "private", "env", f"KEPT={kept}",
            "sh", "-c", _READ_ONLY, "sh", str(self._folder), tmp, *writable, "--",
            *_as(command, user, env, folder),
        ]  # fmt: skip
        with log.open("ab") as file:
            return Service(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file), log)


def _as(command: Sequence[str] | str, user: str | None, env: Mapping[str, str], folder: str) -> list[str]:
    """The words that run a command as that user (NAME or UID:GID) with this environment and no other."""
    who = []
    if user is not None:
        uid, _, gid = user.partition(":")
        groups = [f"--regid={gid}", "--clear-groups"] if gid else [f"--regid={uid}", "--init-groups"]
        who = ["setpriv", f"--reuid={uid}", *groups, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    words = ["/bin/sh", "-c", command] if isinstance(command, str) else list(command)
    settings = [f"{name}={value}" for name, value in {"PATH": PATH, **env}.items()]
    return ["env", "-i", *settings, "sh", "-c", _GO, "sh", folder, *who, *words]


def places() -> list[str]:
    """What every user of the machine has to reach: this checkout, its packages and its Python."""
    found: list[Path] = []
    for place in (ROOT, Path(sys.prefix), Path(sys.base_prefix)):
        real = place.resolve()
        if not real.is_relative_to("/usr") and not any(real.is_relative_to(one) for one in found):
            found.append(real)
    return [str(one) for one in found]


@contextmanager
def open_box() -> Iterator[Box]:
    """A machine with `python` and `python3` being the ones of this run; nothing is left of it."""
    with tempfile.TemporaryDirectory(prefix="qabul-box-") as folder:
        holder = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private",
             "sh", "-c", _SET_UP, "sh", folder, *places()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert holder.stdout is not None
            assert holder.stderr is not None
            if holder.stdout.readline() != "ready\n":
                miss(f"no machine can be made here without root and mount namespaces: {holder.stderr.read().strip()}")
            box = Box(holder, Path(folder))
            # As an image of Python has it: the interpreter under its short name too.
            version = f"python{sys.version_info.major}.{sys.version_info.minor}"
            box.run(f"for name in python python3; do ln -sf {version} {sys.base_prefix}/bin/$name; done")
            yield box
        finally:
            holder.kill()
            holder.wait()
            for pipe in (holder.stdout, holder.stderr):
                if pipe is not None:
                    pipe.close()
