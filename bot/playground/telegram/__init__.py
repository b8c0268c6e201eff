"""A local Telegram: Bot API server, people and forum groups in memory, with Telegram's own limits,
refusals and words. It stands in for Telegram in `qabul demo` and in end-to-end tests; nothing of it runs
against the real one."""

from __future__ import annotations

from bot.playground.telegram.limits import Limit
from bot.playground.telegram.server import make_application, start
from bot.playground.telegram.state import DEMO_TOKEN, Call
from bot.playground.telegram.world import TelegramWorld

__all__ = ["DEMO_TOKEN", "Call", "Limit", "TelegramWorld", "make_application", "start"]
