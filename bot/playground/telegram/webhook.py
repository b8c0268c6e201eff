"""Webhook delivery. Updates of one queue go one at a time and in order, queues side by side up to
`max_connections`; any 2xx acknowledges, anything else is tried again at once, then after growing pauses."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from bot.playground.telegram.refusals import Json
from bot.playground.telegram.updates import Pending, UpdateQueue

RETRY_SECONDS = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
RETRY_AFTER_CAP = 3600
GONE_SECONDS = 23 * 3600

Perform = Callable[[str, Json], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """What setWebhook was told: where to post, the secret of the header, how many posts at a time."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40


class WebhookDelivery:
    """Posts updates to the webhook while one is set.

    `retries` are the pauses in seconds after the first, second, … failure of an update (the last one
    repeats); `perform` carries out a call that came in the body of an acknowledgement.
    """

    def __init__(
        self,
        queue: UpdateQueue,
        clock: Callable[[], float],
        retries: Sequence[float] = RETRY_SECONDS,
        answer_seconds: float = 60.0,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._retries = tuple(retries)
        self._answer = aiohttp.ClientTimeout(total=answer_seconds)
        self._lanes: dict[Hashable, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(40)
        self._gone_since = 0.0
        self.perform: Perform | None = None
        self.settings = WebhookSettings()
        self.last_error: tuple[int, str] | None = None
        self.delivered = 0

    async def set(self, settings: WebhookSettings) -> None:
        """Start posting to `settings.url`, everything pending first; an empty URL stops."""
        await self._stop()
        self.settings = settings
        self.last_error = None
        self._gone_since = 0.0
        if not settings.url:
            return
        self._slots = asyncio.Semaphore(settings.max_connections)
        connector = aiohttp.TCPConnector(limit=settings.max_connections)
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._answer, trust_env=False)
        self._queue.listener = self._enqueue
        for entry in list(self._queue.pending.values()):
            self._enqueue(entry)

    async def close(self) -> None:
        """Stop posting without forgetting the settings; pending updates stay pending."""
        await self._stop()

    async def _stop(self) -> None:
        self._queue.listener = None
        self._lanes.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _enqueue(self, entry: Pending) -> None:
        lane = self._lanes.get(entry.queue)
        if lane is not None:
            lane.append(entry)
            return
        lane = self._lanes[entry.queue] = deque([entry])
        task = asyncio.get_running_loop().create_task(self._run(entry.queue, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, queue: Hashable, lane: deque[Pending]) -> None:
        failures = 0
        while lane:
            entry = lane[0]
            pause: float | None = 0.0
            if self._clock() <= entry.expires:
                async with self._slots:
                    pause = await self._post(entry, failures)
            if pause is None:
                self.delivered += 1
            elif self._clock() + pause <= entry.expires:
                failures += 1
                await asyncio.sleep(pause)
                continue
            self._queue.forget(entry.update_id)
            lane.popleft()
            failures = 0
        if self._lanes.get(queue) is lane:
            del self._lanes[queue]

    async def _post(self, entry: Pending, failures: int) -> float | None:
        """Post once; None when acknowledged, else the pause before the next try."""
        session = self._session
        if session is None:
            raise RuntimeError("webhook delivery runs without a session; set() makes one")
        headers = {"Content-Type": "application/json"}
        if self.settings.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.settings.secret
        body = json.dumps(entry.update).encode()
        retry_after = 0.0
        try:
            async with session.post(self.settings.url, data=body, headers=headers, allow_redirects=False) as answer:
                text = await answer.read()
                if 200 <= answer.status <= 299:
                    self._gone_since = 0.0
                    await self._perform_from(text, answer.content_type)
                    return None
                self._note_error(f"Wrong response from the webhook: {answer.status} {_reason(answer)}")
                seconds = answer.headers.get("Retry-After", "")
                retry_after = float(min(int(seconds), RETRY_AFTER_CAP)) if seconds.isdecimal() else 0.0
                self._note_gone(answer.status)
        except TimeoutError:
            self._note_error("Read timeout expired")
        except (aiohttp.ClientError, OSError) as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            self._note_error("Connection refused" if refused else "Webhook connection closed")
        return retry_after or self._retries[min(failures, len(self._retries) - 1)]

    def _note_error(self, words: str) -> None:
        self.last_error = (int(self._clock()), words)

    def _note_gone(self, status: int) -> None:
        if status != HTTPStatus.GONE:
            self._gone_since = 0.0
        elif not self._gone_since:
            self._gone_since = self._clock()
        elif self._clock() > self._gone_since + GONE_SECONDS:
            self.settings = WebhookSettings()
            self._queue.listener = None
            self._lanes.clear()

    async def _perform_from(self, text: bytes, content_type: str) -> None:
        if self.perform is None or content_type != "application/json" or not text.strip():
            return
        try:
            body = json.loads(text)
        except ValueError:
            return
        method = str(body.pop("method", "")) if isinstance(body, dict) else ""
        name = method.lower()
        if name and not name.startswith("get") and name not in ("setwebhook", "deletewebhook", "close", "logout"):
            await self.perform(method, body)


def _reason(answer: aiohttp.ClientResponse) -> str:
    return answer.reason or ""
