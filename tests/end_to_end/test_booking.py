"""Customers book visits on both messengers while the desk is killed: each visit once, told once, never too many."""

from __future__ import annotations

from pathlib import Path

import yaml

from scenarios.book import shipped_files
from tests.end_to_end.desk import ROOT, Storage
from tests.end_to_end.scene import HELLO, Customer, Scene, TelegramCustomer, WhatsAppCustomer, scene

TEXTS = ("Which day shall we come?", "At what time?", "Somebody was faster, sorry.", "It is booked: {next_visit}.")
STEPS = f"""\
scenario: new
about: Books a visit
texts: en
start: service
person: to_person
silent: [{{after: 20 hours, go: end}}]
steps:
  service:
    ask: {HELLO}
    save: service
    answers: {{from: services}}
    go: day
  day:
    ask: "{TEXTS[0]}"
    save: day
    answers: {{from: free_days}}
    go: hour
  hour:
    ask: "{TEXTS[1]}"
    save: hour
    answers: {{from: free_times}}
    go: book
  book:
    do: book_visit
    go: {{booked: done, taken: again}}
  again:
    say: "{TEXTS[2]}"
    go: hour
  done:
    say: "{TEXTS[3]}"
    notify: operations
    go: end
  to_person:
    say: I am calling a colleague for you.
    handoff: sales
    go: end
"""
BOOKED, TAKEN = "It is booked: Fridge repair, ", "Somebody was faster"


def scenarios(folder: Path) -> Path:
    """The shipped scenarios with the first one changed, and translations of it."""
    (folder / "translations").mkdir(parents=True)
    for name, text in {**shipped_files(), "new.yaml": STEPS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    for language in ("uz", "kk", "ru"):
        head = f'msgid ""\nmsgstr "Language: {language}\\nPlural-Forms: nplurals=1; plural=0;\\n"\n'
        words = "".join(f'\nmsgid "{text}"\nmsgstr "{text}"\n' for text in TEXTS)
        (folder / "translations" / f"{language}.po").write_text(head + words, encoding="utf-8")
    return folder


def with_visits(business: Path) -> None:
    """The business of these tests can be booked, as the example can."""
    example = yaml.safe_load((ROOT / "bot/business/example.yaml").read_text(encoding="utf-8"))
    told = yaml.safe_load(business.read_text(encoding="utf-8")) | {"visits": example["visits"]}
    business.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def offered(one: Customer) -> list[str]:
    """What stands on the buttons of the newest message."""
    if isinstance(one, TelegramCustomer):
        rows = one._world.messages(one.id)[-1].get("reply_markup", {}).get("inline_keyboard", [])
        return [str(button["text"]) for row in rows for button in row]
    assert isinstance(one, WhatsAppCustomer)
    newest = [message for message in one._world.chat(one.person) if message.side == "business"][-1]
    return [button.title for button in newest.buttons]


async def to_the_hour(it: Scene, one: Customer) -> None:
    """Up to the question for the time, two days ahead."""
    one.says("hello")
    await it.until(lambda: one.heard_about(HELLO), f"{one.name} is greeted")
    one.taps("Fridge repair")
    await it.until(lambda: one.heard_about(TEXTS[0]), f"{one.name} is asked for a day")
    one.taps(offered(one)[2])
    await it.until(lambda: one.heard_about(TEXTS[1]), f"{one.name} is asked for a time")


async def test_visits_are_booked_once_and_told_once_although_the_desk_is_killed(any_storage: Storage) -> None:
    async with scene(any_storage, with_whatsapp=True) as it:
        it.desk.environment["QABUL_SCENARIOS_DIR"] = str(scenarios(it.desk.folder / "scenarios"))
        with_visits(Path(it.desk.environment["QABUL_BUSINESS_FILE"]))
        await it.desk.start()
        people: list[Customer] = [*it.customers(2), *it.whatsapp_customers(1, first=5)]
        for one in people:
            await to_the_hour(it, one)
        first, second, third = people

        first.taps("14:00")
        await it.desk.kill_something()
        await it.desk.wait_ready()
        await it.until(lambda: first.heard_about(BOOKED), "the visit is booked although the desk died")
        assert "14:00" in first.heard_about(BOOKED)[0]

        third.taps("14:00")
        await it.until(lambda: third.heard_about(BOOKED), "two can be served at a time")
        second.taps("14:00")
        await it.until(lambda: second.heard_about(TAKEN), "the third hears that somebody was faster")
        assert "14:00" not in offered(second)
        second.taps("12:00")
        await it.until(lambda: second.heard_about(BOOKED), "another time is free")

        await it.until(lambda: len(notices(it)) >= 3, "the people hear of each visit")
        for one in people:
            assert len(it.once(one.heard_about(BOOKED))) == 1, one.heard()
            assert len([words for words in it.once(notices(it)) if one.name in words]) == 1
        it.doubled()


def notices(it: Scene) -> list[str]:
    """What stands in the General topic."""
    bot = it.telegram.bot["id"]
    found = [m for m in it.telegram.messages(it.staff_chat) if m["from"]["id"] == bot and "message_thread_id" not in m]
    return [str(m.get("text", "")) for m in found if str(m.get("text", "")).startswith("🔔")]
