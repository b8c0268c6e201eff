"""`python -m bot.playground.page`: the page over two local messengers with no desk behind them, to look at
the page itself. It prints the address and ends on Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from aiohttp import web

from bot.playground import telegram, whatsapp
from bot.playground.stage import Stage

from .routes import mount_playground


async def serve(port: int) -> None:
    """Serve until a signal comes."""
    telegram_world = telegram.TelegramWorld(bot_name="Ozoda Uy")
    whatsapp_world = whatsapp.WhatsAppWorld(business_name="Ozoda Uy")
    application = web.Application()
    runners: list[web.AppRunner] = []
    try:
        telegram_runner, telegram_url = await telegram.start(telegram_world)
        runners.append(telegram_runner)
        whatsapp_runner, whatsapp_url = await whatsapp.start(whatsapp_world)
        runners.append(whatsapp_runner)
        mount_playground(application, Stage(telegram_world, whatsapp_world, telegram_url, whatsapp_url))
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}/playground\n")
        sys.stdout.write(f"Telegram {telegram_url}  WhatsApp {whatsapp_url}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        for one in reversed(runners):
            await one.cleanup()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the preview; exit status 1 for a taken port."""
    options = argparse.ArgumentParser(prog="python -m bot.playground.page", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="0 takes a free port")
    arguments = options.parse_args(argv)
    try:
        asyncio.run(serve(arguments.port))
    except OSError as error:
        sys.stderr.write(f"cannot serve on 127.0.0.1:{arguments.port}: {error.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
