"""A relay bot as many are written: it acknowledges a batch before it has handled it, handles all of it side by side,
knows nothing after a restart, and tells the staff that all went well. A program: `naive_bot.py API TOKEN STAFF`."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

topics: dict[int, int] = {}


async def relay(message: Message, bot: Bot, staff: int) -> None:
    person = message.from_user
    if person.id not in topics:
        topic = await bot.create_forum_topic(staff, person.first_name)
        topics[person.id] = topic.message_thread_id
    await bot.send_message(staff, message.text or "", message_thread_id=topics[person.id])


async def answer(message: Message, bot: Bot) -> None:
    person = next((one for one, thread in topics.items() if thread == message.message_thread_id), 0)
    said = "Message sent to user!"
    try:
        await bot.send_message(person, message.text or "")
    except TelegramAPIError as error:
        if "blocked" in str(error):
            said = "The user blocked the bot."
    await bot.send_message(message.chat.id, said, message_thread_id=message.message_thread_id)


async def main(api: str, token: str, staff: int) -> None:
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api), limit=10))
    dispatcher = Dispatcher(staff=staff)
    dispatcher.message.register(relay, F.chat.type == "private")
    dispatcher.message.register(answer, F.chat.id == staff, F.text)
    await dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
