"""The local WhatsApp as a process of its own, on 127.0.0.1, with the control door open: `python -m
bot.playground.whatsapp`.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from .server import start
from .world import WhatsAppWorld


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m bot.playground.whatsapp", description=__doc__)
    found.add_argument("--port", type=int, default=0, help="0 takes a free port")
    found.add_argument("--token", default="local-whatsapp-token")
    found.add_argument("--phone-number-id", default="106540352242922")
    found.add_argument("--app-secret", default="local-app-secret")
    found.add_argument("--verify-token", default="local-verify-token")
    found.add_argument("--webhook", default=None, help="the callback's URL; without it nothing is delivered")
    found.add_argument("--per-second", type=float, default=80.0, help="the number's messages per second")
    return found


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; the first line on stdout is the API's base URL."""
    world = WhatsAppWorld(
        token=arguments.token,
        phone_number_id=arguments.phone_number_id,
        app_secret=arguments.app_secret,
        verify_token=arguments.verify_token,
        webhook_url=arguments.webhook,
        per_second=arguments.per_second,
    )
    runner, url = await start(world, "127.0.0.1", arguments.port, control=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, ended.set)
    sys.stdout.write(url + "\n")
    sys.stdout.flush()
    await ended.wait()
    await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    try:
        asyncio.run(serve(given))
    except OSError as wrong:
        sys.stderr.write(f"local WhatsApp: cannot listen on 127.0.0.1:{given.port}: {wrong.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
