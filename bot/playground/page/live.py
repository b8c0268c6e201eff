"""Keeps open pages current: whatever changes in a world is on the page a moment later.

Rule: a page gets only what it looks at and what it does not have yet. Changes are gathered for 50 ms, a slow
page gets the newest state instead of a queue, and building states never takes more than a fifth of the time.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING

import structlog
from aiohttp import WSMsgType, web

from bot.playground.stage import Stage
from bot.playground.telegram.refusals import Json

from .view import MESSAGES_SHOWN, chat_view, overview

if TYPE_CHECKING:
    from bot.playground.backstage import Backstage

DEBOUNCE_SECONDS = 0.05
RESTLESS_SECONDS = 1.0
TYPING_SECONDS = 5.0
"""How long Telegram shows a chat action (Bot API 10.1, sendChatAction)."""
PAGES_AT_MOST = 20
WATCHED_AT_MOST = 8
REQUEST_BYTES = 16_384
_log = structlog.get_logger()
_UNSEEN = frozenset({"call", "webhook", "commands", "switches"})


class Live:
    """The open pages of one stage."""

    def __init__(self, stage: Stage, backstage: Backstage | None = None) -> None:
        self._stage, self._backstage = stage, backstage
        self._pages: set[_Page] = set()
        self._endings: list[Callable[[], None]] = []
        self._typing: dict[int, float] = {}
        # Lets a page that reconnects notice that it talks to another run of the demo.
        self._run = token_hex(8)
        self._closed = False

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page for as long as it is open."""
        if self._closed or len(self._pages) >= PAGES_AT_MOST:
            raise web.HTTPServiceUnavailable(text=f"{PAGES_AT_MOST} pages are open already: close one\n")
        socket = web.WebSocketResponse(heartbeat=20.0, max_msg_size=REQUEST_BYTES, timeout=1.0)
        await socket.prepare(request)
        page = _Page(self._stage, self._backstage, socket, self._run, self._typing)
        self._add(page)
        sender = asyncio.create_task(page.keep_current())
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not page.hear(message.data):
                    await socket.close(code=1008, message=b"not understood")
        finally:
            self._drop(page)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    async def close(self) -> None:
        """Close every page, so that a server can end at once."""
        self._closed = True
        await asyncio.gather(*(page.socket.close(code=1001, message=b"closing") for page in self._pages))

    def _add(self, page: _Page) -> None:
        if not self._pages:
            self._endings = [
                self._stage.telegram.subscribe(self._on_telegram),
                self._stage.whatsapp.subscribe(self._on_whatsapp),
            ]
            if self._backstage is not None:
                self._endings.append(self._backstage.subscribe(lambda: self._change("backstage")))
        self._pages.add(page)

    def _drop(self, page: _Page) -> None:
        self._pages.discard(page)
        if not self._pages:
            for end in self._endings:
                end()
            self._endings = []

    def _on_telegram(self, event: str, detail: Json) -> None:
        chat_id = int(detail.get("chat", {}).get("id", 0))
        if event == "chat_action":
            self._typing[chat_id] = time.time() + TYPING_SECONDS
        elif event == "message" and detail["from"].get("is_bot"):
            self._typing.pop(chat_id, None)
        elif event == "toast" and detail.get("text"):
            for page in self._pages:
                page.toast(detail)
        self._change(event)

    def _on_whatsapp(self, event: str, _person: str) -> None:
        self._change(event)

    def _change(self, event: str) -> None:
        if event not in _UNSEEN:
            for page in self._pages:
                page.changed.set()


class _Page:
    """What one open page looks at and what it has already."""

    def __init__(
        self,
        stage: Stage,
        backstage: Backstage | None,
        socket: web.WebSocketResponse,
        run: str,
        typing: dict[int, float],
    ) -> None:
        self.socket = socket
        self.changed = asyncio.Event()
        self._stage, self._backstage, self._run, self._typing = stage, backstage, run, typing
        self._asked, self._decided, self._restless = "", "", False
        self._asks_versions, self._versions = False, ""
        self._watched: dict[str, int] = {}
        self._scene = ""
        self._heads: dict[str, str] = {}
        self._messages: dict[str, dict[str, str]] = {}
        self._toasts: list[Json] = []
        self.changed.set()

    def hear(self, text: str) -> bool:
        """`{"watch": {chat key: how many messages}, "decide": customer key, "versions": whether those of the scenarios
        are looked at}`; False when it is anything else."""
        try:
            told = json.loads(text)
            wanted, asked = told["watch"].items(), str(told.get("decide") or "")
            watched = {str(key): int(most or MESSAGES_SHOWN) for key, most in wanted}
            asks_versions = bool(told.get("versions"))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return False
        if len(watched) > WATCHED_AT_MOST:
            return False
        for key in self._messages.keys() - watched.keys():
            self._heads.pop(key, None)
            del self._messages[key]
        self._watched = watched
        if asked != self._asked:
            self._asked, self._decided = asked, ""
        if asks_versions != self._asks_versions:
            self._asks_versions, self._versions = asks_versions, ""
        self.changed.set()
        return True

    def toast(self, detail: Json) -> None:
        """The bot's answer to a tap, shown to whoever tapped."""
        if len(self._toasts) < 20:
            self._toasts.append({"user": str(detail["user_id"]), "text": str(detail["text"])})

    async def keep_current(self) -> None:
        """Send what is new until the page is gone."""
        while not self.socket.closed:
            with suppress(TimeoutError):
                # What waits for its time changes though nothing happens.
                await asyncio.wait_for(self.changed.wait(), RESTLESS_SECONDS if self._restless else None)
            await asyncio.sleep(DEBOUNCE_SECONDS)
            self.changed.clear()
            begun = time.perf_counter()
            news = self._news()
            spent = time.perf_counter() - begun
            if news and not await self._tell(news):
                return
            # After the chats, which must not wait for a look into the desk.
            if (decided := await self._decide()) is not None and not await self._tell({"decided": decided}):
                return
            if (versions := await self._standing()) is not None and not await self._tell({"versions": versions}):
                return
            await asyncio.sleep(spent * 4)

    async def _tell(self, news: Json) -> bool:
        """Send news; False when the page is gone."""
        try:
            await self.socket.send_str(json.dumps({**news, "now": time.time()}, ensure_ascii=True))
        except ConnectionError:
            return False
        return True

    async def _decide(self) -> Json | None:
        """What the desk decided for the chosen customer, when it is not what the page has."""
        if self._backstage is None or not self._asked:
            return None
        try:
            found = await self._backstage.decided(self._asked)
        except Exception as error:  # noqa: BLE001 - the desk may be dying or starting; the next look tells
            _log.info("the desk could not be looked into", error=type(error).__name__)
            self._restless = True
            return None
        budget = found.get("budget") or {}
        self._restless = bool(found.get("waiting")) or budget.get("left") != budget.get("of")
        if (text := json.dumps(found)) == self._decided:
            return None
        self._decided = text
        return found

    async def _standing(self) -> Json | None:
        """Which versions of the scenarios are in use, when the page looks at them and has it otherwise."""
        if self._backstage is None or not self._asks_versions:
            return None
        try:
            found = await self._backstage.versions()
        except Exception as error:  # noqa: BLE001 - the desk may be dying or starting; the next look tells
            _log.info("the desk's scenarios could not be looked into", error=type(error).__name__)
            self._restless = True
            return None
        if found is None or (text := json.dumps(found)) == self._versions:
            return None
        self._versions = text
        return found

    def _news(self) -> Json:
        news: Json = {}
        scene = {**overview(self._stage), "run": self._run}
        if self._backstage is not None:
            scene |= {"backstage": self._backstage.shown()}
        if (text := json.dumps(scene)) != self._scene:
            self._scene, news["scene"] = text, scene
        chats = [found for key, most in self._watched.items() if (found := self._chat(key, most))]
        if chats:
            news["chats"] = chats
        if self._toasts:
            news["toasts"], self._toasts = self._toasts, []
        return news

    def _chat(self, key: str, most: int) -> Json | None:
        """What the page lacks of a chat: its head, the order of its messages, the new and changed ones."""
        view = chat_view(self._stage, key, most)
        messages: list[Json] = [] if view is None else view.pop("messages")
        head: Json = {"gone": True} if view is None else {**view, "typing_until": self._typing_until(key)}
        head["ids"] = [one["id"] for one in messages]
        texts = {str(one["id"]): json.dumps(one) for one in messages}
        known = self._messages.get(key, {})
        fresh = [one for one in messages if known.get(one["id"]) != texts[one["id"]]]
        head_text = json.dumps(head)
        if not fresh and self._heads.get(key) == head_text:
            return None
        self._heads[key], self._messages[key] = head_text, texts
        return {"key": key, **head, "messages": fresh}

    def _typing_until(self, key: str) -> float:
        kind, _, rest = key.partition(":")
        if kind == "wa":
            return self._stage.whatsapp.person(rest).typing_until
        if key == "manager":
            return self._typing.get(self._stage.manager.user_id, 0.0)
        return self._typing.get(int(rest), 0.0) if kind == "tg" else 0.0
