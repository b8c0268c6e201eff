"""A ceiling: a bare aiogram echo, as its documentation shows it. A webhook in, handled before the 200
(`handle_in_background=False`, or a crash would lose it), sendMessage out, nothing stored.

Run as `python -m bot.bench.echo_aiogram PORT API_URL TOKEN`.
"""

from __future__ import annotations

import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

__all__ = ["main"]


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def tapped(query: CallbackQuery) -> None:
    """A tap is answered like a word."""
    await query.answer()
    if query.message is not None:
        await query.message.answer(query.data or "")


async def health(_: web.Request) -> web.Response:
    """At work."""
    return web.Response()


def main(port: int, api: str, token: str) -> None:
    """Serve until told to stop."""
    # Its usual 100 connections would be the limit that is measured.
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api), limit=1000))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    dispatcher.callback_query.register(tapped)
    application = web.Application()
    application.add_routes([web.get("/readyz", health)])
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False)
    handler.register(application, path="/telegram/webhook")
    setup_application(application, dispatcher, bot=bot)
    # The same loop as the desk's.
    loop = uvloop.new_event_loop()
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None, backlog=1024, loop=loop)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
