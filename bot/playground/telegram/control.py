"""The control door: people, groups and trouble over HTTP, for a page or a test in another process. It
answers only on the loopback interface, to JSON, and never to another site's page."""

from __future__ import annotations

import base64
import binascii
import inspect
import json
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground.telegram.refusals import Json
from bot.playground.telegram.world import TelegramWorld

_OPEN_METHODS_WORDS = (
    "add_user make_forum join leave say send_media share_contact send_location send_poll send_dice "
    "send_unsupported edit press react block unblock deactivate delete_message set_bot_status "
    "demote_bot create_topic close_topic rename_topic delete_topic delete_forum migrate anonymous_say "
    "channel_say other_bot_say messages chat topics pinned reactions keyboard inline_keyboard "
    "chat_actions push_raw_update expire_callbacks set_flood_limit set_latency fail_next "
    "release_hanging clear_trouble snapshot set_bot_flags set_date_ahead note_webhook_error"
)
OPEN_METHODS = frozenset(_OPEN_METHODS_WORDS.split())
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CHANGE_SECONDS = 25.0


class ControlDoor:
    """HTTP routes under /control: POST a method's arguments as a JSON object, GET state, calls, toasts or
    changes."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths of the control door."""
        return [
            web.get("/control/state", self._state),
            web.get("/control/calls", self._calls),
            web.get("/control/toasts", self._toasts),
            web.get("/control/changes", self._changes),
            web.post("/control/redeliver", self._redeliver),
            web.post("/control/{method}", self._act),
        ]

    async def _state(self, request: web.Request) -> web.Response:
        _require_local(request)
        return _answer(self._world.snapshot())

    async def _calls(self, request: web.Request) -> web.Response:
        """The newest calls, all or of one method (`?method=`, `?limit=`)."""
        _require_local(request)
        wanted = request.query.get("method", "").lower()
        calls = [call.as_json() for call in self._world.calls if not wanted or call.method.lower() == wanted]
        return _answer(calls[-_number(request, "limit", 1000) :])

    async def _toasts(self, request: web.Request) -> web.Response:
        _require_local(request)
        return _answer(list(self._world.toasts))

    async def _changes(self, request: web.Request) -> web.Response:
        """Waits until the version is above `?since=`."""
        _require_local(request)
        version = await self._world.wait_change(_number(request, "since", 0), CHANGE_SECONDS)
        return _answer({"version": version})

    async def _redeliver(self, request: web.Request) -> web.Response:
        arguments = await _arguments(request)
        return _answer(self._world.redeliver(*(int(number) for number in arguments.get("update_ids", []))))

    async def _act(self, request: web.Request) -> web.Response:
        arguments = await _arguments(request)
        name = request.match_info["method"]
        if name not in OPEN_METHODS:
            return _refusal(404, f"no control method {name!r}")
        try:
            if "data_base64" in arguments:
                arguments["data"] = base64.b64decode(str(arguments.pop("data_base64")), validate=True)
            method = getattr(self._world, name)
            inspect.signature(method).bind(**arguments)
            result: Any = method(**arguments)
        except (TypeError, ValueError, LookupError, binascii.Error) as error:
            return _refusal(400, f"{name}: {error}")
        return _answer(result)


def _require_local(request: web.Request) -> None:
    """Refuse whoever is not on this machine, and pages of other sites in a browser on it."""
    peer = request.remote or ""
    try:
        host = URL(f"http://{request.host}").host
        origin = URL(request.headers.get("Origin", f"http://{request.host}")).authority
    except ValueError:
        host = origin = ""
    if peer not in LOOPBACK or host not in LOOPBACK or origin != request.host:
        raise web.HTTPForbidden(text="the control door is for this machine only\n")


async def _arguments(request: web.Request) -> Json:
    _require_local(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send a JSON object as application/json\n")
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"the body is no JSON: {error}\n") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body is no JSON object\n")
    return body


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() else default


def _answer(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(status: int, words: str) -> web.Response:
    return web.json_response({"ok": False, "error": words}, status=status)
