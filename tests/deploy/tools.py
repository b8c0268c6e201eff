"""Where the linters of deploy/ are, and what happens where they are not.

Rule: a tool that is missing is said aloud, in the warnings at the end of the run; with QABUL_TEST_TOOLS=required, which
`.ci/tools` sets after it has installed them all, it is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["lint", "miss", "tool"]

ROOT = Path(__file__).parents[2]
OWN = (ROOT / ".tools" / "compose", ROOT / ".tools" / "bin")
"""Where .ci/tools puts what comes from requirements-tools.txt."""


def tool(name: str) -> str:
    """The program's path; misses the test where it is not installed."""
    places = os.pathsep.join([*map(str, OWN), os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    return shutil.which(name, path=places) or miss(f"{name} is not installed (.ci/tools installs it)")


def miss(why: str) -> NoReturn:
    """Skip the test so that nobody overlooks it, or fail it where everything has to be there."""
    if os.environ.get("QABUL_TEST_TOOLS") == "required":
        pytest.fail(why)
    warnings.warn(f"NOT CHECKED: {why}", stacklevel=2)
    pytest.skip(why)


def lint(*command: str | Path, **settings: str) -> str:
    """Run a tool that has to be content; what it said."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, (
        f"{Path(str(command[0])).name} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout + done.stderr
