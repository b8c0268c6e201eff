"""`python -m bot.playground.telegram`: the local Telegram in a process of its own, on 127.0.0.1 only. It
prints its base URL as the first line and ends on Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from collections.abc import Sequence

from bot.playground.telegram.limits import Limit
from bot.playground.telegram.server import start
from bot.playground.telegram.state import DEMO_TOKEN
from bot.playground.telegram.webhook import RETRY_SECONDS
from bot.playground.telegram.world import TelegramWorld


def limit_argument(text: str) -> Limit | None:
    """`20/60` = 20 calls in 60 s, `20/60/window` = strictly, `off` = none."""
    if text == "off":
        return None
    match = re.fullmatch(r"(\d+)/(\d+(?:\.\d+)?)(?:/(bucket|window))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r}: write CALLS/SECONDS, CALLS/SECONDS/window or off")
    try:
        return Limit(int(match[1]), float(match[2]), "window" if match[3] == "window" else "bucket")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m bot.playground.telegram", description="A local Telegram.")
    options.add_argument("--port", type=int, default=0, help="0 takes a free port")
    options.add_argument("--token", default=DEMO_TOKEN, help="the bot's token")
    options.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="added to every call")
    options.add_argument("--group-limit", type=limit_argument, default="20/60", metavar="N/M", help="or off")
    options.add_argument("--private-limit", type=limit_argument, default="off", metavar="N/M", help="or off")
    options.add_argument("--overall-limit", type=limit_argument, default="off", metavar="N/M", help="or off")
    options.add_argument("--webhook-retries", default="", metavar="S,S,…", help="pauses between webhook tries")
    options.add_argument("--calls-kept", type=int, default=20_000, help="how many calls are remembered")
    options.add_argument("--no-pacing", action="store_true", help="no pauses for repeated getUpdates and conflicts")
    return options


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    retries = tuple(float(part) for part in arguments.webhook_retries.split(",") if part)
    world = TelegramWorld(
        arguments.token,
        calls_kept=arguments.calls_kept,
        poll_pacing=not arguments.no_pacing,
        webhook_retries=retries or RETRY_SECONDS,
    )
    world.trouble.latency = arguments.latency
    for which in ("group", "private", "overall"):
        world.flood.set(which, getattr(arguments, f"{which}_limit"))
    runner, url = await start(world, "127.0.0.1", arguments.port, 0.0 if arguments.no_pacing else 1.0)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sys.stdout.write(url + "\n")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await runner.cleanup()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server; exit status 2 for a wrong command line or a taken port."""
    arguments = parser().parse_args(argv)
    if not re.fullmatch(r"[1-9]\d*:[A-Za-z0-9_-]+", arguments.token):
        sys.stderr.write("--token (hidden): a bot token looks like 123456:letters-and-digits\n")
        return 2
    try:
        asyncio.run(serve(arguments))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot serve on 127.0.0.1:{arguments.port}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
