"""The Graph API of the local WhatsApp: messages, media, the number, its account. Every call is logged and
may be troubled.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable

from aiohttp import BodyPartReader, web

from .app_api import AppApi
from .errors import GraphError, missing, no_object
from .model import Call, JsonObject
from .standing import MANAGEMENT, chosen
from .templates import from_request
from .trouble import Failure
from .world import WhatsAppWorld

WORLD = web.AppKey("world", WhatsAppWorld)
Answer = Callable[[web.Request, JsonObject], Awaitable[web.StreamResponse]]
UPLOAD_BYTES = 104_857_600 + 65_536


class GraphApi:
    """The routes of one world. `hang_seconds` is how long a hanging call stays silent before the
    connection is cut.
    """

    def __init__(self, world: WhatsAppWorld, hang_seconds: float = 120.0) -> None:
        self._world, self._hang_seconds, self._app = world, hang_seconds, AppApi(world)

    def routes(self) -> list[web.RouteDef]:
        """Everything under /{version}, and the media addresses."""
        return [
            web.post("/{version:v[0-9.]+}/{id}/messages", self._call(self._messages)),
            web.post("/{version:v[0-9.]+}/{id}/media", self._call(self._upload)),
            web.get("/{version:v[0-9.]+}/{id}/phone_numbers", self._call(self._numbers)),
            web.get("/{version:v[0-9.]+}/debug_token", self._call(self._app.debug_token, self._app.check_token)),
            web.get(
                "/{version:v[0-9.]+}/{id}/subscriptions", self._call(self._app.subscriptions, self._app.check_token)
            ),
            web.route("*", "/{version:v[0-9.]+}/{id}/subscribed_apps", self._call(self._subscribed_apps)),
            web.route("*", "/{version:v[0-9.]+}/{id}/message_templates", self._call(self._templates)),
            web.route("*", "/{version:v[0-9.]+}/{id}", self._call(self._object)),
            web.get("/whatsapp_business/attachments/", self._call(self._attachment)),
        ]

    def _call(
        self, answer: Answer, check: Callable[[str], None] | None = None
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A handler; `check` refuses a token that is not good for it, by default any but the number's own."""

        async def handler(request: web.Request) -> web.StreamResponse:
            world, payload, code = self._world, {}, None
            failure: Failure | None = None
            response: web.StreamResponse
            if delay := world.trouble.delay():
                await asyncio.sleep(delay)
            try:
                (check or self._check_token)(_token(request))
                payload = await self._payload(request)
                failure = world.trouble.next_failure(request.path, lambda who: _is_for(world, payload, who))
                if failure is not None and not failure.done_anyway:
                    response = await self._fail(request, failure)
                else:
                    response = await answer(request, payload)
                    if failure is not None:
                        response = await self._fail(request, failure)
            except GraphError as refusal:
                code = refusal.code
                response = _refused(refusal)
            if failure is not None and code is None:
                code = failure.code if failure.how == "error" else 0
            ok = response.status < 400 and failure is None
            world.log(Call(world.now(), request.method, request.path, payload, ok, response.status, code))
            return response

        return handler

    def _check_token(self, given: str) -> None:
        expired = 0 < self._world.standing.token_expires_at <= self._world.now()
        if expired or not hmac.compare_digest(given.encode(), self._world.token.encode()):
            raise GraphError(190)

    async def _payload(self, request: web.Request) -> JsonObject:
        if request.method != "POST" or request.content_type == "multipart/form-data":
            return {}
        if request.content_type == "application/x-www-form-urlencoded":
            return {key: _unpacked(value) for key, value in (await request.post()).items() if isinstance(value, str)}
        raw = await request.read()
        try:
            found = json.loads(raw) if raw else {}
        except ValueError as wrong:
            raise GraphError(100, "The request body is not valid JSON.") from wrong
        if not isinstance(found, dict):
            raise GraphError(100, "The request body has to be a JSON object.")
        return found

    async def _fail(self, request: web.Request, failure: Failure) -> web.StreamResponse:
        if failure.how == "error":
            response = _refused(GraphError(failure.code, failure.details, failure.status))
            if failure.retry_after is not None:
                response.headers["Retry-After"] = f"{failure.retry_after:g}"
            return response
        if failure.how == "hang":
            await asyncio.sleep(self._hang_seconds)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _messages(self, request: web.Request, payload: JsonObject) -> web.StreamResponse:
        self._own_number(request, "post")
        return web.json_response(self._world.accept(payload))

    async def _upload(self, request: web.Request, payload: JsonObject) -> web.StreamResponse:
        self._own_number(request, "post")
        if request.content_type != "multipart/form-data":
            raise missing("POST media takes multipart/form-data with messaging_product, type and file.")
        fields: dict[str, str] = {}
        file: tuple[bytes, str, str | None] | None = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                mime = part.headers.get("Content-Type", "application/octet-stream")
                file = (bytes(await part.read()), mime, part.filename)
            elif part.name:
                fields[part.name] = await part.text()
        payload |= fields
        if fields.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required and has to be 'whatsapp'.")
        if file is None:
            raise GraphError(100, "The parameter file is required.")
        data, mime, name = file
        payload |= {"file_name": name, "bytes": len(data)}
        stored = self._world.media.upload(data, fields.get("type") or mime, name, self._world.now())
        return web.json_response({"id": stored.id})

    async def _object(self, request: web.Request, _payload: JsonObject) -> web.StreamResponse:
        """GET of the number or the account; GET and DELETE of a media id."""
        world, object_id = self._world, request.match_info["id"]
        if object_id == world.phone_number_id and request.method == "GET":
            return web.json_response(chosen(world.account(), request.query.get("fields"), world.standing))
        if object_id == world.waba_id and request.method == "GET":
            account: JsonObject = {"id": world.waba_id, "name": world.business_name, "currency": "USD"}
            return web.json_response(_only(account, request.query.get("fields")))
        if request.method == "DELETE":
            world.media.delete(object_id, world.now())
            return web.json_response({"success": True})
        if request.method != "GET":
            raise no_object(request.method.lower(), object_id)
        stored = world.media.get(object_id, world.now())
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "url": world.media.url(stored, world.now(), "getMedia"),
                "mime_type": stored.mime,
                "sha256": stored.sha256.hex(),
                "file_size": str(len(stored.data)),
                "id": stored.id,
            }
        )

    async def _attachment(self, request: web.Request, _payload: JsonObject) -> web.StreamResponse:
        query = request.query
        stored = self._world.media.by_url(
            query.get("mid", ""), query.get("ext", ""), query.get("hash", ""), self._world.now()
        )
        if stored is None:
            return web.Response(status=404, text="URL signature expired")
        return web.Response(body=stored.data, headers={"Content-Type": stored.mime})

    async def _numbers(self, request: web.Request, _payload: JsonObject) -> web.StreamResponse:
        self._own_account(request)
        return web.json_response({"data": [self._world.account()]})

    async def _subscribed_apps(self, request: web.Request, payload: JsonObject) -> web.StreamResponse:
        self._own_account(request)
        webhook = self._world.webhook
        if request.method == "GET":
            number = self._world.app_id
            link = f"https://www.facebook.com/games/?app_id={number}"
            app: JsonObject = {"id": number, "name": self._world.business_name, "link": link}
            entry: JsonObject = {"whatsapp_business_api_data": app}
            if webhook.url:
                entry["override_callback_uri"] = webhook.url
            return web.json_response({"data": [entry] if webhook.subscribed else []})
        if request.method == "POST" and payload.get("override_callback_uri"):
            await self._change_callback(str(payload["override_callback_uri"]), str(payload.get("verify_token", "")))
        webhook.subscribed = request.method == "POST"
        return web.json_response({"success": True})

    async def _change_callback(self, url: str, verify_token: str) -> None:
        webhook = self._world.webhook
        before = webhook.url, webhook.verify_token
        webhook.url, webhook.verify_token = url, verify_token
        if not await webhook.verify():
            webhook.url, webhook.verify_token = before
            raise GraphError(
                2200, "Callback verification failed: it has to echo hub.challenge for the verify token.", 400
            )

    async def _templates(self, request: web.Request, payload: JsonObject) -> web.StreamResponse:
        self._own_account(request)
        shelf = self._world.templates
        if request.method == "POST":
            template = from_request(payload, "APPROVED" if self._world.switches.approve_templates else "PENDING")
            shelf.add(template)
            return web.json_response({"id": template.id, "status": template.status, "category": template.category})
        if request.method != "GET":
            raise GraphError(131055, f"{request.method} is not supported on message_templates.")
        name = request.query.get("name")
        listed = [one.listed() for one in shelf.all() if name is None or name in one.name]
        return web.json_response({"data": listed, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}})

    def _own_number(self, request: web.Request, method: str) -> None:
        if request.match_info["id"] != self._world.phone_number_id:
            raise no_object(method, request.match_info["id"])

    def _own_account(self, request: web.Request) -> None:
        if request.match_info["id"] != self._world.waba_id:
            raise no_object(request.method.lower(), request.match_info["id"])
        if MANAGEMENT not in self._world.standing.token_scopes:
            raise GraphError(200, f"The token lacks the permission {MANAGEMENT}.")
        if self._world.switches.number_rate:
            self._world.management_rate.take(self._world.now())


def _refused(refusal: GraphError) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.http_status)


def _token(request: web.Request) -> str:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return (given if scheme.lower() == "bearer" else request.query.get("access_token", "")).strip()


def _only(found: JsonObject, fields: str | None) -> JsonObject:
    if not fields:
        return found
    wanted = {one.strip() for one in fields.split(",")} | {"id"}
    return {key: value for key, value in found.items() if key in wanted}


def _unpacked(value: str) -> object:
    """A form field that holds JSON, as Graph clients send objects; anything else stays text."""
    if value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_for(world: WhatsAppWorld, payload: JsonObject, who: str) -> bool:
    address = payload.get("to") or payload.get("recipient")
    if not isinstance(address, str):
        return False
    person = world.find(address)
    return address == who or (person is not None and person == world.find(who))
