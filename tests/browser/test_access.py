"""The playground without a mouse, without good eyes, on a narrow screen, by night."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground, open_playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

PANES = ("phones", "group", "manager")
STOPS = 150
"""More than the page has places to stop at with Tab."""


async def a_talk(it: Playground, name: str) -> None:
    """A conversation with everything in it: buttons, a note, a document, an answer, the manager's help."""
    await it.add_customer(name, "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.say("I want a human")
    await it.open_topic(name)
    await it.answer("// is in a hurry")
    await it.answer("Good day, Nodira here")
    await it.hears("Nodira here")
    await it.ask("/help")
    await expect(it.manager.locator(".message.theirs").last).to_be_visible(timeout=PATIENCE)


async def panes(it: Playground) -> list[str]:
    """What has to be looked at one after another at this width."""
    narrow = await it.page.locator("#pane-tabs").is_visible()
    return list(PANES) if narrow else ["phones"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_axe_finds_nothing_serious_and_everything_has_a_name(
    browser: Browser, demo: str, width: int, dark: bool
) -> None:
    async with open_playground(browser, demo, width, dark) as it:
        await a_talk(it, f"Lola {width} {dark}")
        found: list[str] = []
        for pane in await panes(it):
            await it.front(pane)
            found += [f"{pane}: {one}" for one in await complaints(it.page)]
            found += [f"{pane}: without a name: {one}" for one in await nameless(it.page)]
            if sideways := await it.sideways():
                found.append(f"{pane}: {sideways} pixels wider than the window")
        it.watch.must_be_clean()
    assert found == [], "\n".join(found)


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
    kinds = "button|textbox|link|combobox|radio|checkbox|tab|menuitem|switch|slider|log|dialog|tablist|navigation"
    return [line.strip() for line in told.splitlines() if re.match(rf"\s*- (?:{kinds})(?: \[.*\])?:?$", line)]


async def test_a_whole_conversation_needs_no_mouse(open_page: OpenPage) -> None:
    it = await open_page(WIDE)
    page, keys = it.page, it.page.keyboard

    await tab_to(page, page.get_by_role("button", name="Add a customer"))
    await keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Add a customer")
    await expect(dialog.get_by_label("Name")).to_be_focused()
    await keys.press("ControlOrMeta+A")
    await keys.type("Kamila")
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.type("English")
    await expect(dialog.get_by_label("Writes in")).to_have_value("en")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(dialog).to_be_hidden()

    tab = page.locator("#phone-tabs").get_by_role("tab", name="Kamila")
    await expect(tab).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    await tab_to(page, tab)
    await tab_to(page, it.phone.get_by_role("textbox", name="Message"))
    await keys.type("Hello")
    await keys.press("Enter")
    await it.hears("What can we help you with?")
    await tab_to(page, it.phone.get_by_role("button", name="Talk to a person").last, back=True)
    await keys.press("Enter")

    entry = page.locator("#topics").get_by_role("button", name="Kamila")
    await expect(entry).to_be_visible(timeout=PATIENCE)
    await tab_to(page, entry)
    await keys.press("Enter")
    await expect(page.locator("#topic-title")).to_contain_text("Kamila")
    await tab_to(page, it.topic.get_by_role("radio", name="Nodira"))
    await keys.press("ArrowRight")
    await expect(it.topic.get_by_role("radio", name="Timur")).to_be_checked()
    await tab_to(page, it.topic.get_by_role("textbox", name="Message"))
    await keys.type("Good day, Timur here")
    await keys.press("Enter")
    await it.hears("Timur here")
    await keys.type("/close")
    await keys.press("Enter")

    await it.hears("Please rate us")
    await tab_to(page, it.phone.get_by_role("button", name="5 ⭐ Excellent"))
    await keys.press("Enter")
    await it.hears("We are glad that all went well")

    await tab_to(page, it.manager.get_by_role("textbox", name="Message"))
    await keys.type("/queue")
    await keys.press("Enter")
    await expect(it.manager.locator(".message.theirs").last).to_be_visible(timeout=PATIENCE)


async def tab_to(page: Page, wanted: Locator, back: bool = False) -> None:
    """Press Tab until the wanted control has the focus; each stop on the way must show that it has it."""
    for _ in range(STOPS):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        unseen = await page.evaluate(
            """() => {
              const one = document.activeElement;
              const style = getComputedStyle(one);
              const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
              return one === document.body || shown ? "" : one.outerHTML.slice(0, 200);
            }"""
        )
        assert unseen == "", f"nothing shows that the focus is on {unseen}"
    raise AssertionError(f"{STOPS} times Tab and never at {wanted}")
