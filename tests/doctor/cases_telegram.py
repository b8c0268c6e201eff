"""What can be wrong at Telegram, one case each."""

from __future__ import annotations

import json

import aiohttp

from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.playground.telegram import DEMO_TOKEN
from tests.doctor.scene import BASE, GROUP, Break, Case, Scene

__all__ = ["CASES"]


def setting(**settings: str) -> Break:
    """Other settings, without their QABUL_."""

    def change(scene: Scene) -> None:
        scene.environ |= {f"QABUL_{name}": value for name, value in settings.items()}

    return change


WEBHOOK = {"TELEGRAM_WEBHOOK_URL": BASE, "TELEGRAM_WEBHOOK_SECRET": "a-secret-word"}


def webhook(
    url: str, wanted: bool, allowed: tuple[str, ...] = ALLOWED_UPDATES, error: str = "", ago: float = 0
) -> Break:
    """A webhook at Telegram; `wanted`: the settings name ours."""

    async def change(scene: Scene) -> None:
        if wanted:
            setting(**WEBHOOK)(scene)
        body = {"url": url, "allowed_updates": json.dumps(allowed)}
        address = f"{scene.environ['QABUL_TELEGRAM_API_URL']}/bot{DEMO_TOKEN}/setWebhook"
        async with aiohttp.ClientSession() as session, session.post(address, data=body) as answer:
            assert answer.status == 200
        # What the local one tries by itself must not add to what is told here.
        await scene.telegram.webhook.close()
        if error:
            scene.telegram.note_webhook_error(error, ago)
            scene.telegram.push_raw_update({"message": {}})

    return change


def pending(number: int) -> Break:
    def change(scene: Scene) -> None:
        for _ in range(number):
            scene.telegram.push_raw_update({"message": {}})

    return change


def group(is_forum: bool = True, kind: str = "supergroup") -> Break:
    def change(scene: Scene) -> None:
        public = scene.telegram.chats[GROUP].public
        public["type"] = kind
        public["is_forum"] = is_forum

    return change


def rights(status: str, *has: str) -> Break:
    return lambda scene: scene.telegram.set_bot_status(GROUP, status, has)


def add_stranger(scene: Scene) -> None:
    stranger = scene.telegram.add_user(first_name="Bobur")
    scene.environ["QABUL_MANAGER_IDS"] += f",{stranger['id']}"


def plain_member_who_hears(scene: Scene) -> None:
    scene.telegram.demote_bot(GROUP)
    scene.telegram.set_bot_flags(can_read_all_group_messages=True)


OURS = f"{BASE}/telegram/webhook"
CASES = {
    "unknown token": Case(
        setting(TELEGRAM_TOKEN="123456789:AAnobody-knows-this-token-at-all-000"),
        "telegram token",
        "failure",
        "refuses the token (Unauthorized)",
        "@BotFather",
    ),
    "dead server": Case(
        setting(TELEGRAM_API_URL="http://127.0.0.1:9"),
        "telegram token",
        "failure",
        "http://127.0.0.1:9 does not answer",
        "QABUL_TELEGRAM_API_URL",
    ),
    "a proxy's page": Case(
        lambda scene: scene.telegram.fail_next(9, "html"), "telegram token", "failure", "HTTP 502", "proxy"
    ),
    "asked to wait": Case(
        lambda scene: scene.telegram.fail_next(9, "429"), "telegram token", "warning", "asks to wait", "later"
    ),
    "off while WhatsApp is on": Case(
        setting(TELEGRAM_TOKEN="", STAFF_CHAT_ID=""),
        "telegram token",
        "warning",
        "Telegram is off",
        "QABUL_STAFF_CHAT_ID",
    ),
    "known token": Case(lambda _: None, "telegram token", "ok", "@qabul_local_bot"),
    "polling as wanted": Case(lambda _: None, "telegram webhook", "ok", "polling"),
    "a webhook while polling is wanted": Case(
        webhook("https://other.example/secret/path", wanted=False),
        "telegram webhook",
        "failure",
        "delivered to https://other.example",
        "bot of its own",
    ),
    "no webhook yet": Case(
        setting(**WEBHOOK), "telegram webhook", "warning", f"not set yet to {OURS}", "start the desk"
    ),
    "a webhook elsewhere": Case(
        webhook("https://other.example/x", wanted=True),
        "telegram webhook",
        "failure",
        f"https://other.example instead of {OURS}",
        "restart the desk",
    ),
    "our webhook": Case(webhook(OURS, wanted=True), "telegram webhook", "ok", OURS),
    "no delivery lately": Case(
        webhook(OURS, wanted=True, error="Connection refused", ago=90),
        "telegram deliveries",
        "failure",
        "1 min ago: Connection refused; 1 update waiting",
        "firewall",
    ),
    "a certificate that is not taken": Case(
        webhook(OURS, wanted=True, error="SSL error {error:0A000086:certificate verify failed}"),
        "telegram deliveries",
        "failure",
        "certificate verify failed",
        "renew the certificate",
    ),
    "a name that is not found": Case(
        webhook(OURS, wanted=True, error="Failed to resolve host: Name or service not known"),
        "telegram deliveries",
        "failure",
        "resolve",
        "DNS",
    ),
    "a desk that refuses": Case(
        webhook(OURS, wanted=True, error="Wrong response from the webhook: 401 Unauthorized"),
        "telegram deliveries",
        "failure",
        "401",
        "secret",
    ),
    "a proxy before nothing": Case(
        webhook(OURS, wanted=True, error="Wrong response from the webhook: 502 Bad Gateway"),
        "telegram deliveries",
        "failure",
        "502",
        "proxy",
    ),
    "an error of this morning": Case(
        webhook(OURS, wanted=True, error="Connection timed out", ago=5 * 3600),
        "telegram deliveries",
        "warning",
        "5 h ago",
        "if it goes on",
    ),
    "an error of last week": Case(
        webhook(OURS, wanted=True, error="Connection timed out", ago=7 * 86400), "telegram deliveries", "ok", "1 update"
    ),
    "many updates waiting": Case(
        pending(120), "telegram deliveries", "warning", "120 updates waiting", "the desk runs"
    ),
    "messages not asked for": Case(
        webhook(OURS, wanted=True, allowed=("edited_message", "message_reaction")),
        "telegram updates",
        "failure",
        "message, callback_query, my_chat_member",
        "restart the desk",
    ),
    "reactions not asked for": Case(
        webhook(OURS, wanted=True, allowed=ALLOWED_UPDATES[:3] + ALLOWED_UPDATES[4:]),
        "telegram updates",
        "warning",
        "message_reaction",
        "restart the desk",
    ),
    "no kinds named": Case(
        webhook(OURS, wanted=True, allowed=()), "telegram updates", "warning", "message_reaction", "restart the desk"
    ),
    "all kinds asked for": Case(webhook(OURS, wanted=True), "telegram updates", "ok", "all 5"),
    "no such group": Case(setting(STAFF_CHAT_ID="-1009"), "staff group", "failure", "no group -1009", "add the bot"),
    "bot thrown out": Case(rights("kicked"), "staff group", "failure", "no group", "add the bot"),
    "group became another": Case(
        lambda scene: scene.telegram.migrate(GROUP, -1009000000009),
        "staff group",
        "failure",
        "became another",
        "-1009000000009",
    ),
    "basic group": Case(group(False, "group"), "staff group", "failure", "is a group", "turn on Topics"),
    "group without topics": Case(group(False), "staff group", "failure", "has no topics", "turn on Topics"),
    "group with topics": Case(lambda _: None, "staff group", "ok", "“Desk” has topics"),
    "plain member": Case(rights("member"), "staff group rights", "failure", "no administrator", "make it one"),
    "no right to topics": Case(
        rights("administrator", "can_pin_messages"), "staff group rights", "failure", "manage topics", "turn on"
    ),
    "no right to pin": Case(
        rights("administrator", "can_manage_topics", "can_delete_messages"),
        "staff group rights",
        "warning",
        "lacks: Pin messages",
        "turn it on",
    ),
    "no right to delete": Case(
        rights("administrator", "can_manage_topics", "can_pin_messages"),
        "staff group rights",
        "warning",
        "lacks: Delete messages",
        "turn it on",
    ),
    "rights as they should be": Case(lambda _: None, "staff group rights", "ok", "topics, pin and delete"),
    "deaf to answers": Case(rights("member"), "staff group hearing", "failure", "only commands", "/setprivacy"),
    "privacy mode off": Case(plain_member_who_hears, "staff group hearing", "ok", "privacy mode is off"),
    "administrator hears": Case(lambda _: None, "staff group hearing", "ok", "administrators"),
    "no manager": Case(setting(MANAGER_IDS=""), "managers", "warning", "none", "QABUL_MANAGER_IDS"),
    "manager who never came": Case(add_stranger, "managers", "warning", "1 of 2", "press /start"),
    "manager there": Case(lambda _: None, "managers", "ok", "the one"),
}
