"""What happened with a contact is read event by event, with what each wrote."""

from __future__ import annotations

from scenarios.engine.context import Context
from scenarios.engine.records import Happening, Held
from storage.database import Database
from storage.stories import Stories
from tests.storage.rows import NOW, contact, later, line, recorded, turn


async def test_each_event_comes_with_its_lines_and_whether_it_took_or_closed(db: Database) -> None:
    who = await contact(db)

    def happening(kind: str, at: float, value: str = "") -> Happening:
        return Happening(kind, who, 1, later(at), "telegram", "new", value)

    at = {"said": 0.0, "taken": 1.0, "closed": 2.0, "note": 3.0}
    turns = [
        turn("said", lines=(line("l1", who, "hello"), line("l2", who, "Hi!", "bot"))),
        turn("taken", kind="AgentCommanded", happenings=(happening("taken", 1),)),
        turn("closed", kind="AgentCommanded", happenings=(happening("closed", 2, "all done"),)),
        turn("note", kind="AgentSaid", lines=(line("l3", who, "inside", "note"),)),
    ]
    for number, one in enumerate(turns):
        held = Held(Context(who, question=number), number)
        made = turn(
            one.event,
            held,
            kind=one.kind,
            at=later(at[one.event]),
            lines=one.lines,
            happenings=one.happenings,
            change={"question": number + 1},
        )
        await recorded(db, made)

    found = await Stories(db).of(who, 10)

    assert [(one.kind, one.closed, one.taken) for one in found] == [
        ("CustomerSaid", None, False),
        ("AgentCommanded", None, True),
        ("AgentCommanded", "all done", False),
        ("AgentSaid", None, False),
    ]
    assert [(x.author, x.content.text) for x in found[0].lines] == [("customer", "hello"), ("bot", "Hi!")]
    assert [x.author for x in found[3].lines] == ["note"]
    assert found[0].at == NOW
    assert len(await Stories(db).of(who, 2)) == 2
    assert await Stories(db).of("nobody", 10) == []
