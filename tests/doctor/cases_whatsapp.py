"""What can be wrong at WhatsApp, one case each."""

from __future__ import annotations

import time
from typing import Any

from tests.doctor.cases_telegram import setting
from tests.doctor.scene import BASE, Break, Case, Scene

__all__ = ["CASES"]


def stand(**changes: Any) -> Break:
    return lambda scene: scene.whatsapp.stand(**changes)


def callback(url: str | None) -> Break:
    return lambda scene: scene.whatsapp.set_webhook(url)


def fail(code: int, path: str = "") -> Break:
    return lambda scene: scene.whatsapp.fail_next(99, code=code, path=path)


def other_desk(scene: Scene) -> None:
    setting(TELEGRAM_WEBHOOK_URL="http://second.example.uz", TELEGRAM_WEBHOOK_SECRET="word")(scene)


def expires_in(seconds: float) -> Break:
    return lambda scene: scene.whatsapp.stand(token_expires_at=int(time.time() + seconds))


MESSAGING_ONLY = ("whatsapp_business_messaging",)
OLD_API = ("health_status",)
CASES = {
    "unknown token": Case(
        setting(WHATSAPP_TOKEN="EAAnobody"), "whatsapp token", "failure", "refuses the token (190)", "system user"
    ),
    "token that ended": Case(expires_in(-60), "whatsapp token", "failure", "refuses the token", "system user"),
    "token that ends soon": Case(
        expires_in(30 * 3600), "whatsapp token", "warning", "expires in 29 h", "never expires"
    ),
    "token that ends later": Case(expires_in(60 * 86400), "whatsapp token", "ok", "until "),
    "token for ever": Case(lambda _: None, "whatsapp token", "ok", "never expires"),
    "token that may not send": Case(
        stand(token_scopes=("whatsapp_business_management",)),
        "whatsapp token",
        "failure",
        "lacks the permission whatsapp_business_messaging",
        "system user",
    ),
    "token that may not look": Case(fail(200), "whatsapp token", "warning", "(200)", "whatsapp_business_management"),
    "dead server": Case(
        setting(WHATSAPP_API_URL="http://127.0.0.1:9/v24.0"),
        "whatsapp token",
        "failure",
        "does not answer",
        "QABUL_WHATSAPP_API_URL",
    ),
    "asked to wait": Case(fail(4), "whatsapp token", "warning", "asks to wait", "later"),
    "foreign number": Case(
        setting(WHATSAPP_PHONE_NUMBER_ID="100"),
        "whatsapp number",
        "failure",
        "sees no number 100",
        "QABUL_WHATSAPP_PHONE_NUMBER_ID",
    ),
    "number not registered": Case(stand(status="PENDING"), "whatsapp number", "failure", "PENDING", "register"),
    "number lost": Case(stand(status="DISCONNECTED"), "whatsapp number", "failure", "DISCONNECTED", "register"),
    "number banned": Case(stand(status="BANNED"), "whatsapp number", "failure", "BANNED", "WhatsApp Manager"),
    "number flagged": Case(stand(status="FLAGGED"), "whatsapp number", "warning", "flagged", "write less"),
    "name declined": Case(
        stand(name_status="DECLINED"), "whatsapp number", "warning", "DECLINED", "another display name"
    ),
    "name under review": Case(stand(name_status="PENDING_REVIEW"), "whatsapp number", "ok", "under review"),
    "number connected": Case(lambda _: None, "whatsapp number", "ok", "“Ozoda Uy” is connected"),
    "quality red": Case(stand(quality_rating="RED"), "whatsapp quality", "failure", "RED", "write less"),
    "quality yellow": Case(stand(quality_rating="YELLOW"), "whatsapp quality", "warning", "YELLOW", "write less"),
    "quality unknown": Case(stand(quality_rating="NA"), "whatsapp quality", "ok", "not rated"),
    "quality green": Case(lambda _: None, "whatsapp quality", "ok", "GREEN"),
    "blocked": Case(
        stand(health="BLOCKED"), "whatsapp right to send", "failure", "no valid payment method", "Business settings"
    ),
    "limited": Case(
        stand(health="LIMITED", health_of="PHONE_NUMBER", health_words="The name is not approved."),
        "whatsapp right to send",
        "warning",
        "The name is not approved",
        "WhatsApp Manager",
    ),
    "an API that does not tell": Case(
        stand(unknown_fields=OLD_API), "whatsapp right to send", "warning", "does not tell", "newer version"
    ),
    "free to send": Case(lambda _: None, "whatsapp right to send", "ok", "TIER_2K, throughput STANDARD"),
    "another app's secret": Case(
        setting(WHATSAPP_APP_SECRET="another"),
        "whatsapp app secret",
        "failure",
        "every webhook would be refused",
        "Basic",
    ),
    "a secret that cannot be tried": Case(
        stand(unknown_fields=OLD_API), "whatsapp app secret", "warning", "cannot be tried", "compare"
    ),
    "debug_token refused": Case(
        fail(10, "debug_token"), "whatsapp app secret", "warning", "does not let it be tried (10)", "compare"
    ),
    "the app's secret": Case(lambda _: None, "whatsapp app secret", "ok", "the app's"),
    "not subscribed": Case(
        lambda scene: scene.whatsapp.subscribe_app(False),
        "whatsapp subscription",
        "failure",
        "no app hears",
        "/subscribed_apps",
    ),
    "subscription not to be seen": Case(
        stand(token_scopes=MESSAGING_ONLY),
        "whatsapp subscription",
        "warning",
        "(200)",
        "whatsapp_business_management",
    ),
    "account not to be seen": Case(
        stand(unknown_fields=OLD_API), "whatsapp subscription", "warning", "does not tell the account", "newer version"
    ),
    "subscribed": Case(lambda _: None, "whatsapp subscription", "ok", "the app hears"),
    "no callback": Case(callback(None), "whatsapp webhook", "failure", "no address is set", "/whatsapp/webhook"),
    "another path": Case(
        callback("https://desk.example.uz/hooks/x"), "whatsapp webhook", "failure", "another path", "correct it"
    ),
    "another host than Telegram's": Case(
        other_desk, "whatsapp webhook", "warning", "Telegram's to http://second", "both"
    ),
    "another program's address for the number": Case(
        stand(number_callback="https://other.example/secret/hook"),
        "whatsapp webhook",
        "failure",
        "another path of https://other.example",
        "correct it",
    ),
    "messages not ticked": Case(
        stand(app_fields=("account_update",)), "whatsapp webhook", "failure", "“messages”", "Manage → messages"
    ),
    "webhook turned off by Meta": Case(
        stand(app_active=False), "whatsapp webhook", "failure", "turned off", "turn it on"
    ),
    "callback nobody tells": Case(
        stand(unknown_fields=OLD_API), "whatsapp webhook", "warning", "cannot be seen", "look by hand"
    ),
    "callback right": Case(lambda _: None, "whatsapp webhook", "ok", f"{BASE}/whatsapp/webhook"),
}
