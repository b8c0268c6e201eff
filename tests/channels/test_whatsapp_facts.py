"""What Meta says about the number, the token and the webhook's subscription, asked of the local WhatsApp."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.facts import app_facts, number_facts, subscription_facts, token_facts
from bot.channels.whatsapp.graph import Graph
from bot.playground import whatsapp
from bot.playground.whatsapp import WhatsAppWorld
from bot.secret import Secret
from handlers.ports import Rejected


@pytest.fixture
async def server() -> AsyncIterator[tuple[WhatsAppWorld, str]]:
    world = WhatsAppWorld(business_name="Ozoda Uy")
    runner, url = await whatsapp.start(world)
    yield world, url
    await runner.cleanup()


@pytest.fixture
async def world(server: tuple[WhatsAppWorld, str]) -> WhatsAppWorld:
    return server[0]


@pytest.fixture
async def graph(server: tuple[WhatsAppWorld, str]) -> AsyncIterator[Graph]:
    world, url = server
    graph = Graph(Secret(world.token), world.phone_number_id, url)
    yield graph
    await graph.close()


async def test_the_number_tells_its_standing(world: WhatsAppWorld, graph: Graph) -> None:
    world.set_webhook("https://desk.example.uz/whatsapp/webhook")
    facts = await number_facts(graph)

    assert (facts.name, facts.quality, facts.status, facts.name_status) == (
        "Ozoda Uy",
        "GREEN",
        "CONNECTED",
        "APPROVED",
    )
    assert (facts.limit, facts.throughput, facts.health, facts.trouble) == ("TIER_2K", "STANDARD", "AVAILABLE", ())
    assert (facts.account, facts.app) == (world.waba_id, world.app_id)
    assert facts.callback == "https://desk.example.uz/whatsapp/webhook"


async def test_the_numbers_own_address_wins_over_the_accounts_and_that_over_the_apps(
    world: WhatsAppWorld, graph: Graph
) -> None:
    world.set_webhook("https://app.example/")
    assert (await number_facts(graph)).callback == "https://app.example/"
    world.stand(account_callback="https://account.example/")
    assert (await number_facts(graph)).callback == "https://account.example/"
    world.stand(number_callback="https://number.example/")
    assert (await number_facts(graph)).callback == "https://number.example/"


@pytest.mark.parametrize(
    ("told", "read"), [("NA", "UNKNOWN"), ("UNKNOWN", "UNKNOWN"), ("RED", "RED"), ("yellow", "YELLOW")]
)
async def test_quality_has_four_words(world: WhatsAppWorld, graph: Graph, told: str, read: str) -> None:
    world.stand(quality_rating=told)
    assert (await number_facts(graph)).quality == read


async def test_a_blocked_account_tells_why(world: WhatsAppWorld, graph: Graph) -> None:
    world.stand(health="BLOCKED", health_words="No payment method. Add one.")
    facts = await number_facts(graph)
    assert (facts.health, facts.trouble) == ("BLOCKED", ("No payment method. Add one.",))

    world.stand(health="LIMITED", health_words="The display name is not approved.")
    facts = await number_facts(graph)
    assert (facts.health, facts.trouble) == ("LIMITED", ("The display name is not approved.",))


async def test_an_older_api_tells_what_it_has(world: WhatsAppWorld, graph: Graph) -> None:
    world.stand(unknown_fields=("health_status",))
    facts = await number_facts(graph)
    assert (facts.quality, facts.status, facts.health, facts.account, facts.limit) == (
        "GREEN",
        "CONNECTED",
        "",
        "",
        "",
    )


async def test_a_wrong_token_and_a_foreign_number_are_the_accounts_trouble(server: tuple[WhatsAppWorld, str]) -> None:
    world, url = server
    for token, number, code in ((Secret("wrong"), world.phone_number_id, "190"), (Secret(world.token), "1", "100/33")):
        graph = Graph(token, number, url)
        with pytest.raises(Rejected) as refused:
            await number_facts(graph)
        assert (refused.value.code, refused.value.account) == (code, True)
        await graph.close()


async def test_the_subscription_names_the_apps_that_hear(world: WhatsAppWorld, graph: Graph) -> None:
    assert (await subscription_facts(graph, world.waba_id)).apps == {world.app_id}
    world.subscribe_app(False)
    assert (await subscription_facts(graph, world.waba_id)).apps == frozenset()
    world.stand(token_scopes=("whatsapp_business_messaging",))
    with pytest.raises(Rejected) as refused:
        await subscription_facts(graph, world.waba_id)
    assert refused.value.code == "200"


async def test_the_token_tells_when_it_ends(world: WhatsAppWorld, graph: Graph) -> None:
    secret = Secret(world.app_secret)
    facts = await token_facts(graph, Secret(world.token), world.app_id, secret)
    assert (facts.is_valid, facts.expires_at) == (True, None)
    assert "whatsapp_business_messaging" in facts.scopes

    world.stand(token_expires_at=4_000_000_000)
    facts = await token_facts(graph, Secret(world.token), world.app_id, secret)
    assert facts.expires_at == datetime.fromtimestamp(4_000_000_000, UTC)

    facts = await token_facts(graph, Secret("another"), world.app_id, secret)
    assert not facts.is_valid


async def test_a_wrong_app_secret_is_told_apart(world: WhatsAppWorld, graph: Graph) -> None:
    with pytest.raises(Rejected) as refused:
        await token_facts(graph, Secret(world.token), world.app_id, Secret("another"))
    assert refused.value.code == "190"


async def test_the_app_tells_where_it_delivers_and_what(world: WhatsAppWorld, graph: Graph) -> None:
    secret = Secret(world.app_secret)
    assert (await app_facts(graph, world.app_id, secret)).callback == ""

    world.set_webhook("https://desk.example.uz/whatsapp/webhook")
    world.stand(app_fields=("messages", "account_update"))
    facts = await app_facts(graph, world.app_id, secret)
    assert (facts.callback, facts.is_active) == ("https://desk.example.uz/whatsapp/webhook", True)
    assert facts.fields == {"messages", "account_update"}


async def test_no_question_carries_the_token_in_an_error(world: WhatsAppWorld, graph: Graph) -> None:
    world.fail_next(code=131000)
    with pytest.raises(Exception, match="131000") as failed:
        await token_facts(graph, Secret(world.token), world.app_id, Secret(world.app_secret))
    assert world.token not in repr(failed.value)
    assert failed.value.__cause__ is None
