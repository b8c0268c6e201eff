"""What a machine can tell of a page's fitness for people who do not see it or see it badly."""

from __future__ import annotations

import re

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

__all__ = ["complaints", "nameless"]

CONTROLS = "button|textbox|link|combobox|radio|checkbox|tab|menuitem|switch|slider|log|dialog|tablist|navigation"


async def complaints(page: Page) -> list[str]:
    """What axe calls serious or critical, an element with its reason on a line."""
    result = await Axe().run(page)
    return [
        f"{one['impact']}: {one['help']}: {node['target']}: {' '.join(node['failureSummary'].split())}"
        for one in result.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


async def nameless(page: Page) -> list[str]:
    """Controls that a screen reader can only call by their kind."""
    told = await page.locator("body").aria_snapshot()
    return [line.strip() for line in told.splitlines() if re.match(rf"\s*- (?:{CONTROLS})(?: \[.*\])?:?$", line)]
