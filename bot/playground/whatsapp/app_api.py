"""What Graph answers in the name of an app, whose token is `{app id}|{app secret}`: about access tokens and about the
app's own webhooks.
"""

from __future__ import annotations

import hmac

from aiohttp import web

from .errors import GraphError, no_object
from .model import JsonObject
from .world import WhatsAppWorld


class AppApi:
    """The two answers."""

    def __init__(self, world: WhatsAppWorld) -> None:
        self._world = world

    def check_token(self, given: str) -> None:
        """Refuses what is not the app's token, in Graph's words."""
        expected = f"{self._world.app_id}|{self._world.app_secret}"
        if "|" not in given:
            raise GraphError(190)
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise GraphError(190, message="Invalid OAuth access token signature.")

    async def debug_token(self, request: web.Request, _payload: JsonObject) -> web.StreamResponse:
        """GET /debug_token?input_token=…"""
        world, standing = self._world, self._world.standing
        given = request.query.get("input_token", "")
        if not given:
            raise GraphError(100, "The parameter input_token is required.")
        expired = 0 < standing.token_expires_at <= world.now()
        if not hmac.compare_digest(given.encode(), world.token.encode()) or expired:
            error = {"code": 190, "message": "The access token could not be decrypted or has expired"}
            return web.json_response({"data": {"error": error, "is_valid": False, "scopes": []}})
        granted = [one for one in standing.token_scopes if one.startswith("whatsapp_")]
        data: JsonObject = {
            "app_id": world.app_id,
            "type": "SYSTEM_USER",
            "application": world.business_name,
            "data_access_expires_at": 0,
            "expires_at": standing.token_expires_at,
            "is_valid": True,
            "scopes": list(standing.token_scopes),
            "granular_scopes": [{"scope": one, "target_ids": [world.waba_id]} for one in granted],
            "user_id": "10222270944537964",
        }
        return web.json_response({"data": data})

    async def subscriptions(self, request: web.Request, _payload: JsonObject) -> web.StreamResponse:
        """GET /{app}/subscriptions."""
        world, standing = self._world, self._world.standing
        if request.match_info["id"] != world.app_id:
            raise no_object("get", request.match_info["id"])
        callback = world.webhook.url if standing.app_callback is None else standing.app_callback
        entry: JsonObject = {
            "object": "whatsapp_business_account",
            "callback_url": callback,
            "active": standing.app_active,
            "fields": [{"name": name, "version": "v24.0"} for name in standing.app_fields],
        }
        return web.json_response({"data": [entry] if callback else []})
