"""The picture of the README can be made anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tests.browser.picture import BUSY_HOUR, LARGEST_BYTES, SCALE, take_picture, zone_at
from tests.browser.playground import WIDE


@pytest.mark.parametrize("hour", range(24))
def test_somewhere_it_is_always_the_hour_of_the_picture(hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 59, tzinfo=UTC)

    assert now.astimezone(ZoneInfo(zone_at(BUSY_HOUR, now))).hour == BUSY_HOUR


@pytest.mark.long
@pytest.mark.asyncio(loop_scope="session")
async def test_the_picture_is_made_anew(chromium: Path, tmp_path: Path) -> None:
    await take_picture(tmp_path / "images" / "playground.png")

    with Image.open(tmp_path / "images" / "playground.png") as image:
        assert image.size[0] == WIDE * SCALE
        # Not an empty page: many colours, none of which covers nearly everything.
        colours = image.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 100
    assert (tmp_path / "images" / "playground.png").stat().st_size <= LARGEST_BYTES
