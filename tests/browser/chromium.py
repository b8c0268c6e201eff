"""Which Chromium the tests drive, and how it is started.

Rule: the browser of the machine is used, never one that Playwright fetches. QABUL_TEST_BROWSER names it; `required`
there means that a run without a browser fails; without the variable a run without a browser skips these tests and
says so in its last lines. As a program (`python -m tests.browser.chromium`) it says which one it is, by its exit
status and in a line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["ARGUMENTS", "HOW_TO_INSTALL", "REQUIRED", "BrowserMissing", "find_browser", "is_required", "title_of"]

VARIABLE = "QABUL_TEST_BROWSER"
REQUIRED = "required"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_INSTALL = f"install Chromium (Debian: apt-get install chromium fonts-noto-color-emoji) or name one in {VARIABLE}"

ARGUMENTS = (
    # What a browser does for its owner and not for a page: nothing may leave the machine.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # Whatever asks for another host all the same finds none, and the test sees a request that failed.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # No screen and no graphics card; a small /dev/shm in containers.
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # The same letters on every machine.
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)


class BrowserMissing(Exception):
    """There is no browser to drive; the text says what to do."""


def is_required() -> bool:
    """Whether a run without a browser fails: the variable says `required`, or names one."""
    return bool(os.environ.get(VARIABLE))


def find_browser() -> Path:
    """The browser to drive. Raises BrowserMissing."""
    named = os.environ.get(VARIABLE, "")
    if named and named != REQUIRED:
        if shutil.which(named) is None:
            raise BrowserMissing(f"{VARIABLE}={named}: there is no such program; {HOW_TO_INSTALL}")
        return Path(str(shutil.which(named)))
    for name in (*NAMES, *ELSEWHERE):
        if found := shutil.which(name):
            return Path(found)
    raise BrowserMissing(f"there is no Chromium on this machine: {HOW_TO_INSTALL}")


def title_of(browser: Path) -> str:
    """The browser's name and version in its own words. Raises BrowserMissing when it does not even say that."""
    try:
        said = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise BrowserMissing(f"{browser} does not start ({error}): {HOW_TO_INSTALL}") from None
    return " ".join(said.split()[:2])


def main() -> int:
    """0 and a line when there is a browser that says its version, else 1 and the reason."""
    try:
        browser = find_browser()
        title = title_of(browser)
    except BrowserMissing as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{title} at {browser}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
