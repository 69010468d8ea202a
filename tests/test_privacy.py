"""/privacy: what is said of what is stored, and that it can be deleted."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Still
from discord_wire import BUTTON, CALLBACK, EDIT, ELSEWHERE, MEMBER, PERSON, SERVER, People, Said, Where

from bot.asked import KEPT, Asked
from bot.servers import KEPT_AFTER
from corpus import Document
from retrieval import Answerer

ME, OTHER = int(PERSON), 401
WHERE: list[Where] = [{"server": None}, {"permissions": MEMBER}, {"added": False}]
NOT_MINE = "-# Messages on Discord, mine among them, are kept by Discord: delete them there."


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answerer: Answerer) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(answerer))
    yield people
    people.store.close()


def ask(people: People, person: int, guild: int | None, *, words_only: bool = False) -> str:
    """A person asked something, or searched; the id of it."""
    asked = Asked(
        id=secrets.token_urlsafe(9),
        guild=guild,
        channel=300,
        person=person,
        at=time.time(),
        question="Who sat?",
        document=None,
        read="Who sat?",
        standing=None,
        private=False,
        words_only=words_only,
        answered=False,
        confidence=0.0,
        quotes=(),
    )
    people.desk.questions.add(asked)
    return asked.id


@pytest.mark.parametrize("where", WHERE, ids=["direct", "in a server", "brought along"])
def test_what_is_stored_is_said_to_one_alone(people: People, where: Where) -> None:
    said = people.use("privacy", **where)
    assert (said.kinds, said.first["type"]) == ([CALLBACK], 4)
    assert said.first["data"]["flags"] & 64
    title, stored, kept, not_mine = said.texts
    assert (title, not_mine) == ("### What I store of you", NOT_MINE)
    assert "your Discord id" in stored
    assert "what I could not answer there or got a 👎, unless asked with `private`, and never who asked." in kept
    assert f"a question, {KEPT / 86_400:.0f} days." in kept
    assert f"at most {KEPT_AFTER / 86_400:.0f} days after it removed me." in kept


@pytest.mark.parametrize("where", WHERE, ids=["direct", "in a server", "brought along"])
def test_all_that_a_person_asked_is_deleted_everywhere_once_they_are_sure(people: People, where: Where) -> None:
    mine = [ask(people, ME, int(SERVER)), ask(people, ME, int(ELSEWHERE)), ask(people, ME, None, words_only=True)]
    theirs = ask(people, OTHER, int(SERVER))
    people.desk.questions.vote(theirs, ME, good=False)
    people.desk.uploads.put(int(SERVER), "a.txt", b"A", Document("a.txt", "A", None, "A"), ME)
    people.desk.uploads.put(int(SERVER), "b.txt", b"B", Document("b.txt", "B", None, "B"), OTHER)

    (delete,) = pressable(people.use("privacy", **where))
    sure = people.press(delete, **where)
    assert (sure.kinds, sure.first) == ([CALLBACK, EDIT], {"type": 6})
    assert all(people.desk.questions.find(asked) for asked in mine)

    yes, _ = pressable(sure)
    done = people.press(yes, **where)
    assert (done.kinds, done.first) == ([CALLBACK, EDIT], {"type": 6})
    assert done.texts == ["Deleted: 3 questions, in all servers and direct messages.", NOT_MINE]
    assert [people.desk.questions.find(asked) for asked in mine] == [None] * 3
    assert people.desk.questions.find(theirs)
    assert people.store.read("SELECT * FROM votes") == []
    added = [(upload.name, upload.added_by) for upload in people.desk.uploads.all(int(SERVER))]
    assert added == [("a.txt", None), ("b.txt", OTHER)]


def test_who_is_not_sure_keeps_it(people: People) -> None:
    asked = ask(people, ME, None)
    (delete,) = pressable(people.use("privacy"))
    _, keep = pressable(people.press(delete))
    assert people.press(keep).texts == people.use("privacy").texts
    assert people.desk.questions.find(asked)


def test_deleting_twice_deletes_nothing_more(people: People) -> None:
    ask(people, ME, None)
    counts = [people.press("v1:forgotten").texts[0] for _ in range(2)]
    assert [count.split(",")[0] for count in counts] == ["Deleted: 1 question", "Deleted: 0 questions"]


def pressable(said: Said) -> list[str]:
    """The custom_ids of the buttons that are shown."""
    return [part["custom_id"] for part in said.parts if part["type"] == BUTTON]
