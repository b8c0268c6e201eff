"""A faithful local WhatsApp Cloud API for the demo and the end-to-end tests: people, Graph API, webhook,
trouble.

world = WhatsAppWorld(webhook_url="http://127.0.0.1:8080/whatsapp/webhook")
runner, api_url = await start(world)
malika = world.add_user("Malika", "998901112233")
world.say(malika, "Salom")
"""

from __future__ import annotations

from .control import state
from .model import Attachment, Button, Call, ChatMessage, Person, Switches, WrongAct
from .server import start
from .world import WhatsAppWorld

__all__ = [
    "Attachment",
    "Button",
    "Call",
    "ChatMessage",
    "Person",
    "Switches",
    "WhatsAppWorld",
    "WrongAct",
    "start",
    "state",
]
