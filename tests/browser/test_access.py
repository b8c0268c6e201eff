"""The playground without a mouse, without good eyes, on a narrow screen, by night."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.audit import complaints, nameless
from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

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


async def three_wait(it: Playground) -> None:
    """More topics than have room side by side, all unread."""
    for name in ("Muhammadali", "Muhammadyusuf", "Muhammadamin"):
        await it.add_customer(name, "Telegram", "English")
        await it.say("I want a human")
        await expect(it.page.locator("#topics").get_by_role("button", name=name, include_hidden=True)).to_have_count(
            1, timeout=PATIENCE
        )


async def nothing_yet(it: Playground) -> None:
    """The page as it opens."""
    await it.is_live()


async def an_open_list(it: Playground, name: str) -> None:
    """A WhatsApp list waits for a choice."""
    await it.add_customer(name, "WhatsApp", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.phone.locator('.buttons [aria-haspopup="dialog"]').last.click()
    await expect(it.page.locator("#sheet")).to_be_visible()


async def a_kill(it: Playground, name: str) -> None:
    """The process was killed and the report is there."""
    await it.page.keyboard.press("Escape")
    await it.add_customer(name, "Telegram", "English")
    await it.page.locator("#kill").click()
    await expect(it.page.locator("#report")).to_have_attribute("data-state", "settled", timeout=PATIENCE)


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_axe_finds_nothing_serious_and_everything_has_a_name_and_fits(
    open_page: OpenPage, width: int, scheme: Literal["light", "dark"]
) -> None:
    it = await open_page(WIDE)
    await a_talk(it, f"Lola {width}")
    await it.resize(width)
    await it.page.emulate_media(color_scheme=scheme)
    await must_be_fit(it)


@pytest.mark.long
@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_axe_finds_nothing_serious_at_any_stage_by_day_and_by_night(open_page: OpenPage, width: int) -> None:
    it = await open_page(width)
    stages = (
        nothing_yet,
        partial(a_talk, name=f"Kamola {width}"),
        partial(an_open_list, name=f"Sabina {width}"),
        partial(a_kill, name=f"Nargiza {width}"),
    )
    for stage in stages:
        await stage(it)
        for scheme in ("light", "dark"):
            await it.page.emulate_media(color_scheme=scheme)
            await must_be_fit(it)


async def must_be_fit(it: Playground) -> None:
    """Every pane, one after another where only one has room."""
    found = []
    modal = await it.page.locator("dialog[open]").count()
    for pane in await it.panes() if not modal else ("dialog",):
        if not modal:
            await it.front(pane)
        told = await complaints(it.page)
        told += [f"without a name: {one}" for one in await nameless(it.page)]
        if sideways := await it.sideways():
            told.append(f"{sideways} pixels wider than the window")
        found += [f"{pane}: {one}" for one in told]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_the_page_speaks_each_of_its_languages_and_fits(open_page: OpenPage, width: int) -> None:
    it = await open_page(width)
    if width == NARROW:
        await three_wait(it)
    titles = set()
    language = it.page.locator("#language")
    for code in ("en", "uz", "kk", "ru"):
        await language.select_option(code)
        await expect(it.page.locator("html")).to_have_attribute("lang", code)
        titles.add(await it.page.locator("#phones-title").text_content())
        for pane in await it.panes():
            await it.front(pane)
            assert await it.sideways() == 0, (code, pane)
            assert await nameless(it.page) == [], (code, pane)
    assert len(titles) == 4


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


async def test_menus_and_lists_open_answer_and_close_by_keys_and_give_the_focus_back(open_page: OpenPage) -> None:
    it = await open_page(NARROW)
    page, keys = it.page, it.page.keyboard
    await it.add_customer("Zebo", "WhatsApp", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")

    attach = it.phone.get_by_role("button", name="Attach")
    await attach.focus()
    await keys.press("Enter")
    menu = page.get_by_role("menu", name="Attach")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    await keys.press("ArrowUp")
    await expect(menu.get_by_role("menuitem").last).to_be_focused()
    await keys.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(attach).to_be_focused()

    choose = it.phone.locator('.buttons [aria-haspopup="dialog"]').last
    await choose.focus()
    await keys.press("Enter")
    sheet = page.locator("#sheet")
    await expect(sheet).to_be_visible()
    await keys.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(choose).to_be_focused()
    await keys.press("Enter")
    await tab_to(page, sheet.get_by_role("button", name="Fridge repair"))
    await keys.press("Enter")
    await it.hears("Shall we come to you?")
