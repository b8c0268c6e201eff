"""The talk that somebody just had in the playground is saved as a transcript test, by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE
from tests.browser.test_access import must_be_fit
from tests.rehearsal.test_shipped import shipped_ground

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_the_talk_just_had_is_saved_as_a_test_that_passes(
    open_page: OpenPage, width: int, tmp_path: Path
) -> None:
    it = await open_page(width)
    await it.add_customer(f"Saida {width}", "WhatsApp", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.say("I want a human")
    await it.hears("A person will answer you here")

    await it.front("desk")
    button = it.page.get_by_role("button", name="Save as a test")
    await button.focus()
    await it.page.keyboard.press("Enter")
    dialog = it.page.get_by_role("dialog")
    await expect(dialog.locator("pre")).to_contain_text("customer: I want a human", timeout=PATIENCE)
    await must_be_fit(it)

    async with it.page.expect_download() as saved:
        await dialog.get_by_role("button", name="Save the file").click()
    file = tmp_path / "talk.yaml"
    await (await saved.value).save_as(file)
    cases, issues = read_cases(shipped_ground(), "talk.yaml", file.read_text("utf-8"))
    assert not issues
    assert play(shipped_ground(), cases[0]).failure is None

    await it.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button).to_be_focused()
