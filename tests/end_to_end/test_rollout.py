"""A manager changes what the bot says: a wrong file, a right one, a trial, a tenth of the customers, all, and back.

The real desk on a local Telegram, killed between the steps that have to survive it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from tests.end_to_end.desk import Storage
from tests.end_to_end.scene import HELLO, Scene, TelegramCustomer, scene

OTHER_HELLO = "Tell us: what is broken at your place?"
NEW = files("scenarios.book").joinpath("new.yaml").read_text(encoding="utf-8")
SAID = "ask: What can we help you with?"


class Boss(TelegramCustomer):
    """A manager with an English app."""

    def sends(self, name: str, text: str) -> None:
        """Send a file."""
        self._world.send_media(self.id, "document", text.encode(), file_name=name, mime_type="text/yaml")

    def newest(self) -> str:
        """The newest message of the bot."""
        return self.heard()[-1] if self.heard() else ""

    def documents(self) -> dict[str, bytes]:
        """The files that the bot sent, by name."""
        found = {}
        for message in self._world.messages(self.id):
            if "document" in message and message["from"]["id"] == self._world.bot["id"]:
                stored = self._world.files.by_id(message["document"]["file_id"])
                assert stored is not None
                found[str(message["document"]["file_name"])] = stored.data
        return found

    def pictures(self) -> list[str]:
        """The captions of the pictures that the bot sent."""
        return [str(m.get("caption", "")) for m in self._world.messages(self.id) if "photo" in m]

    def buttons(self) -> list[str]:
        """The buttons under the newest message that has some."""
        for message in reversed(self._world.messages(self.id)):
            rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
            if rows:
                return [button["text"] for row in rows for button in row]
        return []


def translated(list_: bytes, words: str) -> str:
    """A list of texts to translate, all filled in with the same words."""
    return list_.decode().replace('msgstr ""\n\n', f'msgstr "{words}"\n\n').rstrip() + "\n"


async def test_a_manager_changes_what_the_bot_says_and_takes_it_back() -> None:
    async with scene(Storage(None, None)) as it:
        boss = Boss(it, "Rustam")
        it.desk.environment["QABUL_MANAGER_IDS"] = str(boss.id)
        await it.desk.start()

        boss.sends("new.yaml", NEW.replace("start: ", "strat: ", 1))
        await it.until(lambda: boss.heard_about("cannot be used yet"), "the wrong file is refused")
        assert "new.yaml:" in boss.newest()
        assert 'Did you mean "start"?' in boss.newest()
        assert not boss.buttons()

        changed = NEW.replace(SAID, f'ask: "{OTHER_HELLO}"')
        assert changed != NEW
        boss.sends("new (2).yaml", changed)
        await it.until(lambda: len(boss.documents()) == 3 and boss.pictures(), "the lists and the picture came", 60)
        assert boss.heard_about("not translated yet: Kazakh 1, Russian 1, Uzbek 1")
        assert boss.buttons() == ["Try it on me"]

        boss.taps("Try it on me")
        await it.until(lambda: boss.heard_about(OTHER_HELLO), "the trial begins untranslated")
        assert "/as manager brings you back" in boss.newest()
        await it.desk.kill()
        await it.desk.start()
        boss.taps("Talk to a person")
        await it.until(lambda: boss.heard_about("would go to your staff"), "the handoff is told, not done")
        boss.says("/as manager")
        await it.until(lambda: boss.heard_about("You are a manager again"), "the trial is over")
        assert it.topics() == []

        for name, data in boss.documents().items():
            boss.sends(name, translated(data, "Tarjima qilindi?"))
        await it.until(lambda: boss.heard_about("everything is right"), "all is translated")
        assert boss.buttons() == ["Try it on me", "Give it to 10 %", "Give it to everybody", "Take back"]

        boss.taps("Give it to 10 %")
        await it.until(lambda: boss.heard_about("10 % of new conversations get version"), "a tenth gets it")
        people = it.customers(100)
        for one in people:
            one.says("hello")
        await it.until(lambda: all(one.heard() for one in people), "everybody has an answer", 60)
        new = [one for one in people if one.heard_about(OTHER_HELLO)]
        assert 0 < len(new) < 30
        boss.says("/scenarios")
        await it.until(lambda: boss.heard_about("(now) beside"), "the versions stand side by side")
        assert f"Conversations: {100 - len(new)} / {len(new)}" in boss.newest()

        boss.says("/rollout new 100%")
        await it.until(lambda: boss.heard_about("all new conversations get version"), "everybody gets it")
        assert await _hello(it, 1) == OTHER_HELLO
        boss.says("/audit")
        await it.until(lambda: boss.heard_about("The newest changes"), "the journal is shown")
        assert "Rustam: new: version" in boss.newest()
        boss.taps("Take back 1: new")
        await it.until(lambda: boss.heard_about("taken back"), "it is taken back")
        boss.says("/rollout new off")
        await it.until(lambda: boss.heard_about("nobody new gets version"), "nobody gets it any more")
        assert await _hello(it, 2) == HELLO
        audit = [
            what for who, what in await it.desk.rows("SELECT who, what FROM audit ORDER BY id") if str(boss.id) in who
        ]
        assert [what.split()[0] for what in audit] == ["sent", "sent", "sent", "sent", "gave", "gave", "took", "ended"]

        stranger = TelegramCustomer(it, "Olim")
        stranger.says("/rollout new 100%")
        await it.until(lambda: stranger.heard_about("only the managers"), "who is no manager is refused")
        assert (await it.desk.rows("SELECT what FROM audit ORDER BY id DESC LIMIT 1"))[0][0] == "tried /rollout"
        assert not [line for line in it.desk.log.read_text().splitlines() if '"level":"error"' in line]


async def _hello(it: Scene, number: int) -> str:
    """What a customer who comes now is asked."""
    one = TelegramCustomer(it, f"Late {number}")
    one.says("hello")
    await it.until(one.heard, "a new customer has an answer")
    return next(words for words in (HELLO, OTHER_HELLO) if one.heard_about(words))


async def test_a_trial_is_the_same_in_every_process_and_shows_what_whatsapp_would(
    postgres_url: str, redis_url: str
) -> None:
    async with scene(Storage(postgres_url, redis_url), "webhook") as it:
        it.desk.workers = 2
        boss = Boss(it, "Rustam")
        it.desk.environment["QABUL_MANAGER_IDS"] = str(boss.id)
        await it.desk.start()

        boss.says("/as customer klingon")
        await it.until(lambda: boss.heard_about("For example:"), "wrong words are answered with an example")
        boss.says("/as customer whatsapp")
        await it.until(lambda: boss.heard_about(HELLO), "the trial begins")
        assert boss.newest().startswith("🧪 You are trying this as a customer")
        assert "☰ " in boss.newest(), "a list, as WhatsApp shows it"
        boss.says("/later")
        await it.until(lambda: boss.heard_about("⏩ It is now"), "time passes")
        await it.until(lambda: boss.heard_about("I am still here"), "the reminder comes at once")
        boss.says("/queue")
        await it.until(lambda: boss.heard_about("Nobody is waiting"), "commands still work")
        await it.until(lambda: boss.heard_about("You are still trying"), "with a word that the trial goes on")
        boss.says("operator")
        await it.until(lambda: boss.heard_about("would go to your staff"), "the handoff is told")
        boss.says("/close repaired")
        await it.until(lambda: boss.heard_about("Please rate us from 1 to 5"), "the rating is asked for")
        boss.says("/as manager")
        await it.until(lambda: boss.heard_about("You are a manager again"), "the trial is over")
        boss.says("hello")
        await it.until(lambda: boss.heard_about("What you can ask me"), "and the manager is one again")
        boss.taps("Talk to a person")
        await it.until(lambda: boss.heard_about("a trial that is over"), "an old button does nothing")

        await it.desk.all_sent()
        assert it.topics() == []
        assert await it.desk.rows("SELECT kind FROM happenings") == []
        boss.says("/customer Rustam")
        await it.until(lambda: boss.heard_about("I found nobody"), "a trial makes no customer")
