"""The playground's addresses: the page, its live connection, what its people do, and the files they sent.

Rule: only for this machine. A foreign peer, Host or Origin is refused, and what people send is never run: it
is served under a policy that allows no script, and only plain kinds of media open in the browser.
"""

from __future__ import annotations

import json
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from bot.playground.stage import Stage
from bot.playground.telegram.control import LOOPBACK
from bot.playground.telegram.refusals import Json
from scenarios.engine.graph.svg import STYLE

from .acts import perform
from .behind import is_behind, perform_behind
from .live import Live

if TYPE_CHECKING:
    from bot.playground.backstage import Backstage

ACT_BYTES = 30 * 1024 * 1024
"""A file of about 22 MB in base64: more than bots may download from Telegram."""
_HERE = Path(__file__).parent
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DOCUMENT_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_OPENS = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "video/mp4",
    "video/webm", "application/pdf", "text/plain", "text/html",
})  # fmt: skip
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def make_playground(stage: Stage, backstage: Backstage | None = None) -> list[web.RouteDef]:
    """The routes, for any aiohttp application; see `mount_playground` for one that ends at once."""
    return _Playground(stage, backstage).routes()


def mount_playground(application: web.Application, stage: Stage, backstage: Backstage | None = None) -> None:
    """Put the routes into an application and close the open pages when it shuts down. Without a backstage there is
    no desk to look into, only people and messengers."""
    playground = _Playground(stage, backstage)
    application.add_routes(playground.routes())

    async def close(_: web.Application) -> None:
        await playground.live.close()

    application.on_shutdown.append(close)


class _Playground:
    def __init__(self, stage: Stage, backstage: Backstage | None) -> None:
        self._stage, self._backstage = stage, backstage
        self.live = Live(stage, backstage)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/playground", self._page),
            web.get("/playground/live", self._live, allow_head=False),
            web.post("/playground/act", self._act),
            web.get(r"/playground/file/{world:tg|wa}/{file}", self._file),
            web.get("/playground/graph.css", self._graph_style),
            web.get(r"/playground/graph/{scenario:[a-z0-9_]+}/{version:[a-f0-9]+}/{language:[a-z]+}.svg", self._graph),
            web.get(r"/playground/{name:[a-z_]+\.(?:js|css)}", self._static),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        require_local(request)
        return _static("playground.html", {"Content-Security-Policy": _PAGE_POLICY})

    async def _static(self, request: web.Request) -> web.Response:
        require_local(request)
        return _static(request.match_info["name"], {})

    async def _graph_style(self, request: web.Request) -> web.Response:
        require_local(request)
        return web.Response(text=STYLE, content_type="text/css", headers=_NO_STORE)

    async def _graph(self, request: web.Request) -> web.Response:
        """The picture of a version of a scenario of the desk, without its own style: `graph.css` is the page's."""
        require_local(request)
        wanted = (request.match_info[name] for name in ("scenario", "version", "language"))
        picture = None if self._backstage is None else await self._backstage.graph(*wanted)
        if picture is None:
            raise web.HTTPNotFound(text="the desk has no picture of this scenario\n")
        headers = {**_NO_STORE, "Content-Security-Policy": _DOCUMENT_POLICY}
        return web.Response(text=picture, content_type="image/svg+xml", headers=headers)

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        require_local(request)
        return await self.live.serve(request)

    async def _act(self, request: web.Request) -> web.Response:
        require_local(request)
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send a JSON object as application/json\n")
        try:
            body = await _body(request)
            done = await perform_behind(self._backstage, body) if is_behind(body) else perform(self._stage, body)
            return web.json_response({"ok": True, **done})
        except LookupError as wrong:
            # str() of a KeyError is its key in quotes.
            return _refused(str(wrong.args[0]) if wrong.args else "not found")
        except ValueError as wrong:
            return _refused(str(wrong))

    async def _file(self, request: web.Request) -> web.Response:
        require_local(request)
        wanted = request.match_info["file"]
        data, mime, name = b"", "", ""
        if request.match_info["world"] == "tg" and (found := self._stage.telegram.files.by_id(wanted)):
            media = found.media if isinstance(found.media, dict) else {}
            data, name = found.data, str(media.get("file_name", "")) or Path(found.path).name
            mime = str(media.get("mime_type", "")) or _type_of(found.kind, found.data)
        elif request.match_info["world"] == "wa" and (stored := self._stage.whatsapp.media.find(wanted)):
            data, mime, name = stored.data, stored.mime, stored.file_name or "file"
        else:
            raise web.HTTPNotFound(text="this file is not here (any more)\n")
        kind = mime.partition(";")[0].strip().lower()
        if kind in ("", "application/octet-stream"):
            # A sender that names no type: the name's end tells it, as in Telegram's apps.
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return _served(data, kind, name)


def require_local(request: web.Request) -> None:
    """Refuse whoever is not on this machine, and pages of other sites in a browser on it (403)."""
    try:
        host = URL(f"http://{request.host}").host
        origin = URL(request.headers.get("Origin", f"http://{request.host}")).authority
    except ValueError:
        host = origin = ""
    if (request.remote or "") not in LOOPBACK or host not in LOOPBACK or origin != request.host:
        raise web.HTTPForbidden(text="the playground is for this machine only\n")


async def _body(request: web.Request) -> Json:
    """The JSON object of a request, whatever size the surrounding application allows elsewhere."""
    read = bytearray()
    async for part in request.content.iter_chunked(65_536):
        read += part
        if len(read) > ACT_BYTES:
            raise ValueError(f"too big: a request has at most {ACT_BYTES // 1024 // 1024} MB")
    try:
        body = json.loads(read)
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body is no JSON object")
    return body


def _refused(words: str) -> web.Response:
    """What a messenger does not let people do is an answer, not a failed request: browsers log those."""
    return web.json_response({"ok": False, "error": words})


def _static(name: str, headers: dict[str, str]) -> web.Response:
    path = _HERE / name
    if not path.is_file():
        raise web.HTTPNotFound(text="the playground has no such file\n")
    text = path.read_text(encoding="utf-8")
    return web.Response(text=text, content_type=_TYPES[path.suffix], headers={**_NO_STORE, **headers})


def _type_of(kind: str, data: bytes) -> str:
    """The type of media whose message names none: photos, round videos, stickers."""
    if kind == "video_note":
        return "video/mp4"
    starts = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif"))
    return next((mime for start, mime in starts if data.startswith(start)), "image/webp")


def _served(data: bytes, mime: str, name: str) -> web.Response:
    opens = mime in _OPENS
    headers = dict(_NO_STORE)
    if mime == "text/html":
        headers["Content-Security-Policy"] = _DOCUMENT_POLICY
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name) or "file"
    way = "inline" if opens else "attachment"
    headers["Content-Disposition"] = (
        f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'))}"
    )
    charset = "utf-8" if mime.startswith("text/") else None
    kind = mime if opens else "application/octet-stream"
    return web.Response(body=data, content_type=kind, charset=charset, headers=headers)
