"""A browser and a demo for the tests of this folder; both start when the first test asks for them.

Rule: all of it lives in the session's event loop, so every module here says `loop_scope="session"`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import BrowserMissing, find_browser, is_required, title_of
from tests.browser.demo import running_demo
from tests.browser.playground import Playground, open_playground, running_browser
from tests.ran_on import not_run, ran_on

OpenPage = Callable[[int], Awaitable[Playground]]


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Path:
    """The browser's program."""
    try:
        found = find_browser()
        ran_on(request.config, title_of(found))
    except BrowserMissing as error:
        if is_required():
            pytest.fail(str(error))
        not_run(request.config, f"the playground in a real browser, for {error}")
        pytest.skip(str(error))
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """The running browser; each page gets a profile of its own in it."""
    async with running_browser(chromium) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(chromium: Path) -> AsyncIterator[str]:
    """The address of a demo that a module's tests share, each with customers of its own; more would have to wait
    for the staff group, which takes about twenty calls a minute."""
    async with running_demo() as base:
        yield base


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, demo: str) -> AsyncIterator[OpenPage]:
    """Opens the module's playground at a width; at the end every page opened must have stayed clean."""
    async with pages_of(browser, demo) as open_at:
        yield open_at


@pytest_asyncio.fixture(loop_scope="session")
async def open_own_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """The same with a demo for this test alone, whose staff group has all its calls left."""
    async with running_demo() as base, pages_of(browser, base) as open_at:
        yield open_at


@asynccontextmanager
async def pages_of(browser: Browser, base: str) -> AsyncIterator[OpenPage]:
    """Pages of one demo, closed at the end."""
    opened: list[Playground] = []
    async with AsyncExitStack() as stack:

        async def open_at(width: int) -> Playground:
            opened.append(await stack.enter_async_context(open_playground(browser, base, width)))
            return opened[-1]

        yield open_at
    for one in opened:
        one.watch.must_be_clean()
