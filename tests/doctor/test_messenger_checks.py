"""Each failure and each warning about a messenger is provoked at the local one, and says what to do."""

from __future__ import annotations

import pytest

from tests.doctor import cases_telegram, cases_whatsapp
from tests.doctor.scene import Scene


@pytest.mark.parametrize("name", cases_telegram.CASES)
async def test_the_doctor_sees_at_telegram(scene: Scene, name: str) -> None:
    await cases_telegram.CASES[name].holds(scene)


@pytest.mark.parametrize("name", cases_whatsapp.CASES)
async def test_the_doctor_sees_at_whatsapp(scene: Scene, name: str) -> None:
    await cases_whatsapp.CASES[name].holds(scene)


async def test_what_stands_on_a_refused_token_is_not_guessed(scene: Scene) -> None:
    scene.environ["QABUL_TELEGRAM_TOKEN"] = "123456789:AAnobody-knows-this-token-at-all-000"
    scene.environ["QABUL_WHATSAPP_TOKEN"] = "EAAnobody"
    told = await scene.ask()
    assert told["telegram token"].state == told["whatsapp token"].state == "failure"
    for name, base in (
        ("telegram webhook", "telegram token"),
        ("telegram deliveries", "telegram token"),
        ("staff group rights", "telegram token"),
        ("managers", "telegram token"),
        ("whatsapp quality", "whatsapp token"),
        ("whatsapp webhook", "whatsapp token"),
    ):
        assert (told[name].state, told[name].found) == (
            "warning",
            f"not checked, because “{base}” is not well",
        )
    assert "nobody" not in str(told)


async def test_looking_changes_nothing_at_the_messengers(scene: Scene) -> None:
    scene.telegram.push_raw_update({"message": {}})
    before = scene.telegram.version, len(scene.telegram.updates.pending)
    await scene.ask()
    assert (scene.telegram.version, len(scene.telegram.updates.pending)) == before
    assert {call.method for call in scene.telegram.calls} == {"getMe", "getWebhookInfo", "getChat", "getChatMember"}
    assert {call.method for call in scene.whatsapp.calls} == {"GET"}


async def test_a_messenger_that_is_off_has_no_lines(scene: Scene) -> None:
    for name in [name for name in scene.environ if name.startswith("QABUL_WHATSAPP_")]:
        del scene.environ[name]
    assert not [name for name in await scene.ask() if name.startswith("whatsapp")]
