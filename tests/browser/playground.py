"""The playground as a person uses it: by what is seen and named on the page, never by what lies behind it.

Rule: whatever is waited for is waited for generously, and only by what the page shows.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.browser.chromium import ARGUMENTS
from tests.browser.watch import Watch

__all__ = ["NARROW", "PATIENCE", "WIDE", "Playground", "open_playground", "running_browser", "shown"]

NARROW, WIDE = 390, 1440
HEIGHTS = {NARROW: 844, WIDE: 900}
PATIENCE = 90_000
"""Milliseconds for anything the desk does: the staff group takes about twenty calls a minute, so things queue."""


@contextlib.asynccontextmanager
async def running_browser(program: Path) -> AsyncIterator[Browser]:
    """The browser, without a window."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def open_playground(
    browser: Browser, base: str, width: int, dark: bool = False, scale: float = 1, zone: str = "Asia/Tashkent"
) -> AsyncIterator[Playground]:
    """The page at that width, in English, live; with a profile that nobody used before."""
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        device_scale_factor=scale,
        color_scheme="dark" if dark else "light",
        has_touch=width == NARROW,
        locale="en-GB",
        timezone_id=zone,
    )
    context.set_default_timeout(PATIENCE)
    try:
        watch = Watch(context, base)
        page = await context.new_page()
        await page.goto(f"{base}/playground")
        it = Playground(page, watch, width)
        await it.is_live()
        yield it
    finally:
        await context.close()


class Playground:
    """One open page. Customers, staff and the manager act through it."""

    def __init__(self, page: Page, watch: Watch, width: int) -> None:
        self.page, self.watch, self.width = page, watch, width
        self.phone = page.locator("#phone")
        self.topic = page.locator("#group .topic")
        self.manager = page.locator("#manager")

    async def is_live(self) -> None:
        """Wait until the page is connected and shows the people."""
        await expect(self.page.locator("#connection")).to_have_text("Live", timeout=PATIENCE)
        await expect(self.phone.get_by_role("textbox", name="Message")).to_be_visible(timeout=PATIENCE)

    async def front(self, pane: str) -> None:
        """Bring `phones`, `group`, `desk` or `manager` to the front where only one has room."""
        tab = self.page.locator(f'#pane-tabs [data-pane="{pane}"]')
        if await tab.is_visible():
            await tab.click()
            await expect(tab).to_have_attribute("aria-selected", "true")

    async def panes(self) -> tuple[str, ...]:
        """What has to be brought to the front one after another to see everything at this width."""
        narrow = await self.page.locator("#pane-tabs").is_visible()
        return ("phones", "group", "desk", "manager") if narrow else ("phones",)

    async def add_customer(self, name: str, channel: str, language: str) -> None:
        """A new phone, by the dialog: `channel` Telegram or WhatsApp, `language` as the dialog names it."""
        await self.front("phones")
        await self.page.get_by_role("button", name="Add a customer").click()
        dialog = self.page.get_by_role("dialog", name="Add a customer")
        await dialog.get_by_label("Name").fill(name)
        await dialog.get_by_label("Messenger").select_option(channel)
        await dialog.get_by_label("Writes in").select_option(language)
        await dialog.get_by_role("button", name="Add", exact=True).click()
        await expect(dialog).to_be_hidden()
        await self._held(name)

    async def hold(self, name: str) -> None:
        """Take a customer's phone into the hand."""
        await self.front("phones")
        await self.page.locator("#phone-tabs").get_by_role("tab", name=name).click()
        await self._held(name)

    async def _held(self, name: str) -> None:
        chosen = self.page.locator("#phone-tabs").get_by_role("tab", selected=True)
        await expect(chosen).to_contain_text(name, timeout=PATIENCE)

    async def play(self, kind: str, language: str, speed: str) -> None:
        """Press the button of a prepared conversation."""
        await self.page.locator("#play-language").select_option(language)
        await self.page.locator("#play-speed").select_option(speed)
        await self.page.locator(f'#kinds [data-kind="{kind}"]').click()
        told = self.page.locator("#tell")
        await expect(told).to_have_attribute("data-kind", kind, timeout=PATIENCE)
        await expect(told).to_have_attribute("data-state", "playing", timeout=PATIENCE)

    async def say(self, text: str) -> None:
        """The customer in the hand writes and sends."""
        await self.front("phones")
        await write(self.phone, text)

    async def tap(self, label: str) -> None:
        """The customer taps a button under the newest message that has one, or chooses it from a WhatsApp list."""
        await self.front("phones")
        button = self.phone.locator(".buttons").get_by_role("button", name=label, exact=True)
        opener = self.phone.locator('.buttons [aria-haspopup="dialog"]').last
        await expect(button.or_(opener).last).to_be_visible(timeout=PATIENCE)
        if await button.count():
            await button.last.click()
            return
        await opener.click()
        await self.page.locator("#sheet").get_by_role("button", name=label).click()

    async def hears(self, text: str | re.Pattern[str], times: int = 1) -> None:
        """Wait until the phone in the hand shows this from the desk, so many times in all."""
        await self.front("phones")
        found = self.phone.locator(".message.theirs").filter(has_text=text)
        await expect(found).to_have_count(times, timeout=PATIENCE)
        await expect(found.last).to_be_visible()

    async def open_topic(self, name: str) -> None:
        """Open the topic of the customer with that name."""
        await self.front("group")
        entry = self.page.locator("#topics").get_by_role("button", name=name)
        await expect(entry).to_be_visible(timeout=PATIENCE)
        await entry.click()
        await expect(self.page.locator("#topic-title")).to_contain_text(name)

    async def answer(self, text: str, agent: str = "Nodira") -> None:
        """An agent writes into the open topic."""
        await self.front("group")
        await self.topic.get_by_role("radio", name=agent).check()
        await write(self.topic, text)

    async def topic_shows(self, text: str | re.Pattern[str]) -> None:
        """Wait until the open topic shows this."""
        await self.front("group")
        await expect(self.topic.locator(".message").filter(has_text=text).last).to_be_visible(timeout=PATIENCE)

    async def ask(self, text: str) -> None:
        """The manager writes to the bot."""
        await self.front("manager")
        await write(self.manager, text)

    async def resize(self, width: int) -> None:
        """Make the window another width."""
        await self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.width = width

    async def sideways(self) -> int:
        """By how many pixels the page is wider than its window."""
        width: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


async def write(pane: Locator, text: str) -> None:
    """Type into a pane's line and send; it is sent when the line is empty and the words stand above it."""
    line = pane.get_by_role("textbox", name="Message")
    await line.fill(text)
    await line.press("Enter")
    await expect(line).to_have_value("")
    await expect(pane.locator(".message.mine").filter(has_text=text).last).to_be_visible(timeout=PATIENCE)


async def shown(image: Locator) -> None:
    """A picture that the browser has really decoded."""
    await expect(image).to_be_visible(timeout=PATIENCE)
    await image.scroll_into_view_if_needed()
    await image.evaluate("image => image.decode()")
    assert await image.evaluate("image => image.naturalWidth") > 0
