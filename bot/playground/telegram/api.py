"""The Bot API door: token, method, form; then trouble, flood limits and the method itself; then Telegram's
answer. Every call is written to the world's list, whichever way it came and ended."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground.telegram.chat_methods import ChatMethods
from bot.playground.telegram.editing import Editing
from bot.playground.telegram.forms import Form, form_of, read_form
from bot.playground.telegram.limits import Fault
from bot.playground.telegram.receiving import Described, Receiving
from bot.playground.telegram.refusals import DOWNLOAD_BYTES, ApiError, Json, too_many_requests
from bot.playground.telegram.sending import Handler, Sending
from bot.playground.telegram.state import Call
from bot.playground.telegram.topic_methods import TopicMethods
from bot.playground.telegram.world import TelegramWorld

_TOKEN = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]+")
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ends at the door: a JSON body with its status, an HTML page, or a cut connection."""

    status: int
    body: Json
    kind: str = "json"


class BotApi:
    """Carries out Bot API calls on a world, over HTTP or from a webhook's answer."""

    def __init__(self, world: TelegramWorld, webhook_pause: float = 1.0) -> None:
        self._world = world
        self._methods: dict[str, Handler] = {
            **Receiving(world, webhook_pause).methods(),
            **Sending(world).methods(),
            **Editing(world).methods(),
            **TopicMethods(world).methods(),
            **ChatMethods(world).methods(),
        }

    def routes(self) -> list[web.RouteDef]:
        """The paths of the Bot API."""
        return [
            web.route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._serve),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._serve_file),
            web.route("*", "/bot{rest:.*}", self._serve_nothing),
        ]

    def _token_error(self, token: str) -> ApiError | None:
        if token == self._world.token:
            return None
        return ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")

    async def _serve_nothing(self, _: web.Request) -> web.StreamResponse:
        return _json_response(404, ApiError(404, "Not Found").payload())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        refused = self._token_error(request.match_info["token"])
        if refused is not None:
            return _json_response(refused.code, refused.payload())
        try:
            form = await read_form(request)
        except ApiError as error:
            self._note(request.match_info["method"], {}, error.code, error.payload())
            return _json_response(error.code, error.payload())
        except web.HTTPRequestEntityTooLarge:
            return _json_response(413, ApiError(413, "Request Entity Too Large").payload())
        outcome = await self.call(request.match_info["method"], form)
        if outcome.kind == "html":
            return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
        if outcome.kind == "drop":
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _json_response(outcome.status, outcome.body)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        refused = self._token_error(request.match_info["token"])
        stored = self._world.files.by_path(request.match_info["path"])
        if refused is None and (stored is None or len(stored.data) > DOWNLOAD_BYTES):
            refused = ApiError(404, "Not Found")
        if refused is not None or stored is None:
            error = refused or ApiError(404, "Not Found")
            return _json_response(error.code, error.payload())
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def perform(self, method: str, values: Json) -> None:
        """A call from the body of a webhook's answer; its result goes nowhere, as on Telegram."""
        try:
            form = form_of(values)
        except ApiError as error:
            self._note(method, values, error.code, error.payload())
            return
        await self.call(method, form)

    async def call(self, method: str, form: Form) -> Outcome:
        """Carry out one call, trouble and limits included, and write it down."""
        name = method.lower()
        chat_id = form.get("chat_id")
        number = chat_id if isinstance(chat_id, int) else 0
        fault = self._world.trouble.next_fault(name, number or None)
        if self._world.trouble.latency > 0:
            await asyncio.sleep(self._world.trouble.latency)
        if fault is not None and not fault.after:
            return await self._suffer(fault, method, form)
        outcome = await self._carry_out(name, number, form)
        if fault is not None:
            self._note(method, form.summary(), outcome.status, outcome.body)
            return await self._suffer(fault, method, form)
        self._note(method, form.summary(), outcome.status, outcome.body)
        return outcome

    async def _suffer(self, fault: Fault, method: str, form: Form) -> Outcome:
        if fault.kind == "hang":
            await self._world.trouble.hang()
        error = fault.error()
        code = error.code if fault.kind in ("error", "html") else 0
        body = error.payload() if fault.kind == "error" else {"ok": False, "description": f"({fault.kind})"}
        self._note(method, form.summary(), code, body)
        return Outcome(error.code, body, {"error": "json", "hang": "drop"}.get(fault.kind, fault.kind))

    async def _carry_out(self, name: str, chat_id: int, form: Form) -> Outcome:
        handler = self._methods.get(name)
        if handler is None:
            return Outcome(404, ApiError(404, "Not Found").payload())
        try:
            wait = self._world.flood.wait(name, chat_id)
            if wait:
                raise too_many_requests(wait)
            result: Any = handler(form)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return Outcome(error.code, error.payload())
        self._world.flood.spend(name, chat_id)
        if isinstance(result, Described):
            return Outcome(200, {"ok": True, "result": result.result, "description": result.description})
        return Outcome(200, {"ok": True, "result": result})

    def _note(self, method: str, params: Json, code: int, body: Json) -> None:
        call = Call(
            self._world.clock(), method, params, bool(body["ok"]), code, str(body.get("description", "")),
            body.get("result"),
        )  # fmt: skip
        self._world.calls.append(call)


def _json_response(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
