"""Makes the README's picture anew: `python -m tests.browser.picture docs/images/playground.png`.

Rule: nothing on it is arranged by hand. It is the playground of a demo started for it, in the middle of the prepared
conversation of an unhappy customer: handed off, the card pinned, an agent's answer on the customer's phone, and beside
it what the desk decided.
"""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from tests.browser.chromium import BrowserMissing, find_browser
from tests.browser.demo import running_demo
from tests.browser.playground import PATIENCE, WIDE, Playground, open_playground, running_browser

__all__ = ["LARGEST_BYTES", "take_picture"]

LARGEST_BYTES = 400_000
SCALE = 2
"""Pixels of the picture for each of the page's, so that the letters are sharp where it is shown smaller."""
COLOURS = 256
BUSY_HOUR = 11
"""What the clocks on the picture show, about: an hour at which the business is open."""


def zone_at(hour: int, now: datetime) -> str:
    """The time zone in which it is about that hour now."""
    ahead = (hour - now.astimezone(UTC).hour + 12) % 24 - 12
    # In these names the signs are the other way round: Etc/GMT-5 is five hours ahead of Greenwich.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def take_picture(path: Path) -> None:
    """Play, wait for the moment, write the PNG. Raises BrowserMissing, and ValueError for a picture too big."""
    zone = zone_at(BUSY_HOUR, datetime.now(UTC))
    async with (
        running_demo({"QABUL_TIMEZONE": zone}) as base,
        running_browser(find_browser()) as browser,
        open_playground(browser, base, WIDE, scale=SCALE, zone=zone) as it,
    ):
        await the_moment(it)
        png = smaller(await it.page.screenshot(animations="disabled", caret="hide"))
        it.watch.must_be_clean()
    if len(png) > LARGEST_BYTES:
        raise ValueError(f"the picture has {len(png)} bytes, more than {LARGEST_BYTES}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png)


async def the_moment(it: Playground) -> None:
    """One customer was served before; an unhappy one waits, the manager asks who does, an agent has just answered."""
    told = it.page.locator("#tell")
    await it.play("new", "en", "fast")
    await expect(told).to_have_attribute("data-state", "done", timeout=3 * PATIENCE)
    await it.play("unhappy", "en", "slow")
    await expect(it.page.locator('#decided [data-segment="unhappy"]')).to_be_visible(timeout=PATIENCE)
    await expect(it.page.locator('#decided [data-holder="waiting"]')).to_be_visible(timeout=PATIENCE)
    await it.ask("/queue")
    await expect(it.manager.locator(".message.theirs").last).to_be_visible(timeout=PATIENCE)
    await it.hears("the visit is on us")
    await expect(it.topic.locator(".message.mine .reactions").last).to_be_visible(timeout=PATIENCE)
    # Nobody is writing on the picture.
    await it.page.locator("h1").click()


def smaller(png: bytes) -> bytes:
    """The same picture with a palette: a page has few colours."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """0 and a line when the picture lies there."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.browser.picture FILE.png\n")
        return 2
    path = Path(arguments[0])
    try:
        asyncio.run(take_picture(path))
    except (BrowserMissing, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
