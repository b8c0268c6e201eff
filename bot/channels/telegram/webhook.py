"""Receiving by webhook: POST /telegram/webhook.

Rule: the secret first, then the body; 200 only once the update is safely stored, 503 when there was no room
for it or it could not be stored, and 400 only for what is no UTF-8 JSON object with a 64-bit integer
`update_id`.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.channels.deep import shallow
from bot.channels.telegram.receiving import Receive, place_of_error
from bot.secret import Secret

__all__ = ["PATH", "SECRET_HEADER", "read_update", "webhook_handler"]

PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_BYTES: Final = 4 * 1024 * 1024
"""Far above any update: texts end at 4096 characters, files are only named."""
RETRY_SECONDS: Final = "1"

UNREADABLE: Final = (aiohttp.ClientError, HttpProcessingError, web.RequestPayloadError, OSError, ValueError)
"""How a body fails that breaks off or is not packed as its headers say."""

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


def webhook_handler(secret: Secret, receive: Receive, most: int = BODY_BYTES) -> Handler:
    """The handler of POST requests; `most` bounds the body in bytes, whatever the application's own bound
    is."""
    expected = secret.reveal().encode()

    async def handle(request: web.Request) -> web.StreamResponse:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return _refusal(401, "wrong secret token")
        body = await _body(request, most)
        if body is None:
            return _refusal(413, f"more than {most} bytes")
        update = read_update(body)
        if update is None:
            return _refusal(400, "no JSON object with an update_id")
        try:
            stored = await receive(update)
        except Exception as error:  # noqa: BLE001 - whatever it was, Telegram has to deliver the update again
            _log.error("update %s is not stored: %s", update["update_id"], place_of_error(error))
            stored = False
        if not stored:
            return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS})
        return web.Response(status=200)

    return handle


def read_update(body: bytes) -> dict[str, Any] | None:
    """The update in a body; None for what is no UTF-8 JSON object with a 64-bit integer `update_id`."""
    try:
        update = _parse(body.decode("utf-8"))
    except RecursionError:
        update = _parse_deep(body)
    except ValueError:
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if type(number) is int and -(2**63) <= number < 2**63 else None


def _parse_deep(body: bytes) -> Any:
    """An update is answered 200 whatever lies in it, or Telegram would hold back what follows in its chat."""
    try:
        return _parse(shallow(body).decode("utf-8"))
    except ValueError:
        return None


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Python refuses numbers of more than 4300 digits, which are JSON all the same.
        return json.loads(text, parse_constant=_refuse, parse_int=_bounded)


def _refuse(word: str) -> Any:
    raise json.JSONDecodeError(f"{word} is no JSON", word, 0)


def _bounded(digits: str) -> int | str:
    return int(digits) if len(digits) <= 20 else "\ufffd"


async def _body(request: web.Request, most: int) -> bytes | None:
    """The whole body; None when it is too long. A body that breaks off or is packed wrongly is as good as
    empty."""
    body = bytearray()
    try:
        async for piece in request.content.iter_chunked(64 * 1024):
            body += piece
            if len(body) > most:
                return None
    except UNREADABLE:
        return b""
    return bytes(body)


def _refusal(status: int, words: str) -> web.Response:
    response = web.Response(status=status, text=words + "\n")
    # What is left of the body is not read.
    response.force_close()
    return response
