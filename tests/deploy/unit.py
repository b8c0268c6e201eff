"""Reads a systemd unit and runs its lines as systemd would, as far as that goes without it."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.box import PATH, Box, Service

__all__ = ["Unit"]

# What MemoryDenyWriteExecute does, here by the kernel itself (PR_SET_MDWE, Linux 6.3): memory is never writable and
# executable. Where the kernel does not know it, the service runs without.
_NO_WRITE_EXECUTE = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)


class Unit:
    """One unit file."""

    def __init__(self, path: Path) -> None:
        self.settings: dict[str, list[str]] = defaultdict(list)
        text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
        for line in text.splitlines():
            if "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                self.settings[name].append(value)

    def one(self, name: str) -> str:
        """The value of a setting that stands there once."""
        (value,) = self.settings[name]
        return value

    def command(self, name: str) -> list[str]:
        """The words of ExecStart and the like; `%%` and `$$` as systemd reads them."""
        return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(self.one(name))]

    def environment(self, box: Box) -> dict[str, str]:
        """What Environment and EnvironmentFile set, the file winning as it does for systemd."""
        pairs = [pair for line in self.settings["Environment"] for pair in shlex.split(line)]
        for name in self.settings["EnvironmentFile"]:
            lines = box.run(["cat", name]).stdout.splitlines()
            pairs += [line for line in lines if "=" in line and not line.startswith("#")]
        return {"PATH": PATH, **dict(pair.split("=", 1) for pair in pairs)}

    def prepare(self, box: Box) -> list[str]:
        """Make the directories that systemd makes; what the service may write to."""
        owner, writable = f"{self.one('User')}:{self.one('Group')}", []
        for kind, place in (("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache")):
            for name in self.settings[kind]:
                box.run(f"mkdir -p {place}/{name} && chown {owner} {place}/{name} && chmod 0750 {place}/{name}")
                writable.append(f"{place}/{name}")
        for line in self.settings["ReadWritePaths"]:
            writable += [
                path for path in (line.removeprefix("-"),) if box.run(["test", "-d", path], check=False).returncode == 0
            ]
        return writable

    def start(self, box: Box, name: str, log: Path, extra: Mapping[str, str]) -> Service:
        """Run the line `name` under the unit's user, folder, environment and read-only system."""
        assert self.one("ProtectSystem") == "strict"
        assert self.one("NoNewPrivileges") == "yes"
        assert self.one("CapabilityBoundingSet") == ""
        writable = self.prepare(box)
        words = self.command(name)
        if self.one("MemoryDenyWriteExecute") == "yes":
            words = ["python3", "-c", _NO_WRITE_EXECUTE, *words]
        env = {**self.environment(box), **extra}
        return box.start(
            words, log=log, env=env, user=self.one("User"), folder=self.one("WorkingDirectory"), writable=writable
        )
