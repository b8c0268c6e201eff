"""The control door of a local WhatsApp in a process of its own: POST /control/{method} with JSON
arguments, GET /control/state.

Only for 127.0.0.1: it asks for JSON and for a local Host header, so that no page of a browser can use it.
"""

from __future__ import annotations

import base64
import inspect
import json
from dataclasses import asdict, is_dataclass

from aiohttp import web

from .model import JsonObject, WrongAct
from .world import WhatsAppWorld

METHODS = (
    "add_template", "add_user", "block", "change_number", "chat", "clear_trouble", "deliver", "echo",
    "edit", "fail_next", "give_status", "message", "order", "pass_time", "phone_off", "play", "press",
    "push", "push_raw", "react", "read", "redeliver", "revoke", "say", "send_location", "send_media",
    "set_date_ahead", "set_latency", "set_webhook", "settle", "share_contact", "stand", "subscribe_app", "switch",
    "unsupported", "verify",
)  # fmt: skip
# How bytes are written in JSON: {"data_base64": "..."} becomes data=b"...".
BASE64 = "_base64"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class ControlDoor:
    """The two routes over one world."""

    def __init__(self, world: WhatsAppWorld) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/{method}", self._act), web.get("/control/state", self._state)]

    async def _act(self, request: web.Request) -> web.Response:
        _only_local(request)
        name = request.match_info["method"]
        if name not in METHODS:
            return _wrong(404, f"No method {name}. There are: {', '.join(METHODS)}.")
        if request.content_type != "application/json":
            return _wrong(415, "Arguments are a JSON object, sent as application/json.")
        try:
            arguments = _arguments(await request.json())
            result = getattr(self._world, name)(**arguments)
            if inspect.isawaitable(result):
                result = await result
        except (WrongAct, ValueError, TypeError, TimeoutError) as wrong:
            return _wrong(400, f"{name}: {str(wrong) or type(wrong).__name__}")
        return web.json_response({"result": result}, dumps=dumps)

    async def _state(self, request: web.Request) -> web.Response:
        _only_local(request)
        try:
            return web.json_response(state(self._world, request.query.get("user")), dumps=dumps)
        except WrongAct as wrong:
            return _wrong(404, str(wrong))


def state(world: WhatsAppWorld, user: str | None = None) -> JsonObject:
    """People with their chats, calls, deliveries and switches; of one person only, if named."""
    people = world.people() if user is None else (world.person(user),)
    return {
        "changed": world.changed,
        "now": world.now(),
        "number": world.describe(),
        "switches": world.switches,
        "people": [asdict(person) | {"chat": world.chat(person, failed=True)} for person in people],
        "calls": list(world.calls),
        "failures": world.trouble.waiting,
        "deliveries": [
            {"ids": one.ids, "attempts": one.attempts, "status": one.status} for one in world.webhook.deliveries
        ],
    }


def dumps(value: object) -> str:
    """JSON of the model's values."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _arguments(given: object) -> JsonObject:
    if not isinstance(given, dict):
        raise ValueError("arguments have to be a JSON object")
    found: JsonObject = {}
    for key, value in given.items():
        if key.endswith(BASE64):
            found[key.removesuffix(BASE64)] = base64.b64decode(value, validate=True)
        else:
            found[key] = value
    return found


def _only_local(request: web.Request) -> None:
    host = request.url.host or ""
    if host not in LOCAL_HOSTS:
        raise web.HTTPForbidden(text="The control door is for this machine only.")


def _wrong(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
