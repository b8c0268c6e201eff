"""The webhook's door: the GET handshake, and POST bodies handed on until all of it is safely stored.

Rule: 401 before anything is looked at, 400 only for what is no notification of a WhatsApp account, 200 only
when every arrival was taken, and else 503: Meta then sends the whole body again, and what was taken already
has no effect twice.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from bot.channels.whatsapp.arrivals import Arrival, Receipt, keys_of
from bot.channels.whatsapp.body import is_signed, read_body
from bot.channels.whatsapp.fields import digest
from bot.channels.whatsapp.limits import WEBHOOK_BYTES
from bot.channels.whatsapp.parse import parse
from bot.secret import Secret
from scenarios.engine.events import ButtonPressed, CustomerSaid, Sender

__all__ = ["PATH", "WhatsAppWebhook", "lanes"]

PATH: Final = "/whatsapp/webhook"
_RETRY_AFTER: Final = "5"
_log = logging.getLogger(__name__)


class WhatsAppWebhook:
    """The two handlers of one business number.

    `receive` and `receipt` store one arrival and answer whether it is safe (False: not now); `heard` is told
    who wrote which message, for the typing indicator; `now` is the time in UTC.
    """

    def __init__(
        self,
        phone_number_id: str,
        app_secret: Secret,
        verify_token: Secret,
        receive: Callable[[Arrival], Awaitable[bool]],
        receipt: Callable[[Receipt], Awaitable[bool]],
        heard: Callable[[Sender, str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._phone_number_id = phone_number_id
        self._app_secret, self._verify_token = app_secret, verify_token
        self._receive, self._receipt, self._heard, self._now = receive, receipt, heard, now

    def routes(self) -> list[web.RouteDef]:
        """GET and POST of `PATH`."""
        return [web.get(PATH, self.handshake, allow_head=False), web.post(PATH, self.post)]

    async def handshake(self, request: web.Request) -> web.Response:
        """Meta asks once whether this address is ours: the bare challenge for the right token, else 403."""
        challenge, query = request.query.get("hub.challenge"), request.query
        token = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        right = hmac.compare_digest(token, self._verify_token.reveal().encode())
        if not right or query.get("hub.mode") != "subscribe" or challenge is None:
            return web.Response(status=403, text="wrong hub.verify_token or no subscription\n")
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def post(self, request: web.Request) -> web.Response:
        """A notification; see the rule of this module."""
        raw = await _read(request)
        if raw is None:
            return web.Response(status=400, text=f"body of more than {WEBHOOK_BYTES} bytes, or a broken one\n")
        if not is_signed(raw, request.headers.get("X-Hub-Signature-256", ""), self._app_secret.reveal()):
            return web.Response(status=401, text="missing or wrong X-Hub-Signature-256\n")
        body = read_body(raw)
        if body is None:
            return web.Response(status=400, text="not a notification of a WhatsApp account\n")
        arrivals = parse(body, self._phone_number_id, self._now())
        if await self._take(arrivals):
            return web.Response(text="stored\n")
        return web.Response(status=503, text="not stored, send again\n", headers={"Retry-After": _RETRY_AFTER})

    async def _take(self, arrivals: Sequence[Arrival]) -> bool:
        """Hand everything on, people side by side and each person's in order; whether all of it was taken."""
        taken = await asyncio.gather(*(self._take_lane(lane) for lane in lanes(arrivals)))
        return all(taken)

    async def _take_lane(self, lane: Sequence[Arrival]) -> bool:
        """What follows something that was not taken waits for the next delivery, or it would overtake it."""
        for arrival in lane:
            if isinstance(arrival, CustomerSaid | ButtonPressed):
                self._heard(arrival.sender, arrival.message)
            try:
                if isinstance(arrival, Receipt):
                    taken = await self._receipt(arrival)
                else:
                    taken = await self._receive(arrival)
            except Exception as failed:  # noqa: BLE001 - whatever it was, Meta must send this body again
                _tell(arrival, failed)
                taken = False
            if not taken:
                return False
        return True


def lanes(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """The arrivals as lists to be handled in order; those that share a key, directly or through others, share
    a list."""
    parent = list(range(len(arrivals)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[str, int] = {}
    for place, arrival in enumerate(arrivals):
        for key in keys_of(arrival):
            parent[root(place)] = root(first.setdefault(key, place))
    found: dict[int, list[Arrival]] = {}
    for place, arrival in enumerate(arrivals):
        found.setdefault(root(place), []).append(arrival)
    return list(found.values())


def _tell(arrival: Arrival, failed: Exception) -> None:
    """Log where it failed, without the error's own words and the vendor's id, which may hold texts and a
    phone."""
    where = "".join(traceback.format_tb(failed.__traceback__))
    kind, name = type(arrival).__name__, digest(arrival.id)
    _log.error("%s %s was not stored, %s:\n%s", kind, name, type(failed).__name__, where)


async def _read(request: web.Request) -> bytes | None:
    """The raw body; None when it is larger than Meta makes them or cannot be read to its end."""
    raw = bytearray()
    try:
        async for chunk in request.content.iter_chunked(65_536):
            raw += chunk
            if len(raw) > WEBHOOK_BYTES:
                return None
    except web.RequestPayloadError:
        # A body that breaks off or that is not compressed as it says.
        return None
    return bytes(raw)
