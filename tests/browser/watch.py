"""What goes wrong behind the page's back: the console, the requests, exceptions nobody caught."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError, WebSocket

__all__ = ["Watch"]


class Watch:
    """Listens to every page of a context from its first moment; `troubles` must stay empty."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.troubles: list[str] = []
        self._home = urlsplit(base).netloc
        context.on("console", self._console)
        context.on("weberror", self._weberror)
        context.on("request", self._request)
        context.on("requestfailed", self._request_failed)
        context.on("response", self._response)
        context.on("page", lambda page: page.on("websocket", self._socket))

    def must_be_clean(self) -> None:
        """Nothing was complained about, nothing failed, nothing went to another host."""
        assert self.troubles == [], "\n".join(self.troubles)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.troubles.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _weberror(self, error: WebError) -> None:
        self.troubles.append(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        self._must_be_home(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._must_be_home(socket.url)
        socket.on("socketerror", lambda error: self.troubles.append(f"WebSocket {socket.url}: {error}"))

    def _must_be_home(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self._home:
            self.troubles.append(f"asked another host: {url}")

    def _request_failed(self, request: Request) -> None:
        self.troubles.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"answered {response.status}: {response.request.method} {response.url}")
