"""What must hold though something is slow, broken or unknown: a library that takes long, a store that fails."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from conftest import Still
from discord_wire import CHANNEL, ME, PERSON, POST, USER, Stub, Wire, message
from discord_wire import interaction as payload

from bot import client
from bot.client import Bot, Shards
from bot.commands import asking
from bot.desk import Desk, Where, open_desk
from bot.libraries import ADDED
from bot.store import Store
from corpus import LIMITS, Document, read_text
from retrieval import Answer, Answerer, Citation, Source

PATIENCE = 20.0  # seconds in which all that is waited for comes, however busy the machine
SLOW, OTHER, UNKNOWN = "201", "202", "203"

TEXT = "A cat sat on the mat."
CATS = Document("cats.txt", "Cats", None, TEXT)
ANSWER = Answer("Who sat?", (Citation(CATS, 0, len(TEXT), (0, 5), 1.0),), (), 0.95)


class Slow(Still):
    """A library whose answerers for servers are made when they may be."""

    def __init__(self) -> None:
        super().__init__(Stub(ANSWER, CATS))
        self.begun, self.may, self.made = threading.Event(), threading.Event(), threading.Event()
        self.make = self._make

    def _make(self, index: Source) -> Answerer:
        self.begun.set()
        self.may.wait(PATIENCE)
        self.made.set()
        return Stub(ANSWER, *Answerer(index).documents)


class Handed(Bot):
    """The bot after login, handed events as the gateway would; each returns the tasks that it makes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, Shards())

    async def __aenter__(self) -> "Handed":
        await super().__aenter__()
        await self.login("token")
        return self

    def command(self, name: str, server: str) -> set[asyncio.Task[Any]]:
        return self.interaction(payload(2, {"id": "500", "name": name, "type": 1, "options": []}, server=server))

    def interaction(self, sent: dict[str, object]) -> set[asyncio.Task[Any]]:
        before = asyncio.all_tasks()
        self._connection.parse_interaction_create(sent)  # type: ignore[arg-type]
        return asyncio.all_tasks() - before

    def message(self, **fields: object) -> set[asyncio.Task[Any]]:
        before = asyncio.all_tasks()
        sent = {**message(), "author": USER, "type": 0, **fields}
        self._connection.parse_message_create(sent)  # type: ignore[arg-type]
        return asyncio.all_tasks() - before


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr("aiohttp.ClientSession", lambda **_: wire)
    return wire


@pytest.fixture
def slow() -> Iterator[Slow]:
    library = Slow()
    yield library
    library.may.set()


@pytest.fixture
def desk(store: Store, slow: Slow) -> Desk:
    """One server has a document of its own, with which its answerer is to be made."""
    made = open_desk(slow, store, LIMITS, 1)
    made.uploads.put(int(SLOW), "dog.txt", b"A dog ran.", read_text(f"{ADDED}dog.txt", b"A dog ran."), int(PERSON))
    return made


def drop(store: Store, table: str) -> None:
    """From here on whatever needs that table fails."""
    with store.writing() as connection:
        connection.execute(f"DROP TABLE {table}")


def test_a_library_that_takes_long_to_make_keeps_no_other_server_waiting(wire: Wire, desk: Desk, slow: Slow) -> None:
    async def scenario() -> None:
        async with Handed(desk) as bot:
            waiting = {task for _ in range(50) for task in bot.command("sources", SLOW)}  # more than there are threads
            await asyncio.wait_for(asyncio.gather(*bot.command("sources", OTHER)), PATIENCE)
            assert not slow.made.is_set()
            slow.may.set()
            await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)

    asyncio.run(scenario())
    assert ["dog" in str(edit) for edit in wire.sent("edit")] == [False, *[True] * 50]


@pytest.mark.usefixtures("wire")
def test_a_library_that_takes_long_to_make_does_not_keep_the_bot_from_leaving(
    desk: Desk, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_GRACE", 0.0)

    async def scenario() -> None:
        async with Handed(desk) as bot:
            bot.command("sources", SLOW)
            assert await asyncio.to_thread(slow.begun.wait, PATIENCE)

    asyncio.run(scenario())
    assert not slow.made.is_set()


def test_choices_that_take_long_are_none(wire: Wire, desk: Desk, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.choosing._PATIENCE", 0.0)
    option = {"name": "document", "type": 3, "value": "c", "focused": True}
    typing = payload(4, {"id": "500", "name": "sources", "type": 1, "options": [option]}, server=SLOW)

    async def scenario() -> None:
        async with Handed(desk) as bot:
            await asyncio.gather(*bot.interaction(typing))

    asyncio.run(scenario())
    assert wire.sent("callback") == [{"type": 8, "data": {"choices": []}}]
    assert not slow.made.is_set()


def test_a_shard_connects_though_the_store_fails(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pauses = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def known(_: Bot) -> discord.SessionStartLimits:
        return discord.SessionStartLimits(total=1000, remaining=999, reset_after=0, max_concurrency=1)

    monkeypatch.setattr(Bot, "fetch_session_start_limits", known)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    drop(store, "slots")
    asyncio.run(Bot(desk, Shards()).before_identify_hook(0, initial=False))
    assert pauses == [5.0]
    assert "no such table" in caplog.text


def answered(wire: Wire, desk: Desk, **fields: object) -> list[Any]:
    """What is posted in answer to a message."""

    async def scenario() -> None:
        async with Handed(desk) as bot:
            await asyncio.gather(*bot.message(**fields))

    asyncio.run(scenario())
    return wire.sent(POST)


def test_a_direct_question_is_answered_though_nothing_can_be_remembered(
    wire: Wire, store: Store, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    drop(store, "questions")
    (answer,) = answered(wire, desk, content="Who sat?")
    assert "**A cat** sat on the mat" in str(answer)
    assert len(answer["components"]) == 1, "and no button, for none would know what it belongs to"
    ours = ["bot.commands.plain", "bot.desk"]
    assert [(record.name, record.exc_info) for record in caplog.records if record.name in ours] == [
        (name, None) for name in ours
    ]


@pytest.mark.parametrize("kind", [3, 6])
def test_that_somebody_called_or_pinned_something_is_no_question(wire: Wire, desk: Desk, kind: int) -> None:
    assert answered(wire, desk, content="", type=kind) == []


def test_a_message_of_an_unknown_server_is_no_direct_message(wire: Wire, desk: Desk) -> None:
    assert answered(wire, desk, content="Who sat?", guild_id=UNKNOWN, mentions=[ME]) == []


@pytest.mark.usefixtures("wire")
def test_asking_again_in_private_stays_private_though_what_was_asked_is_gone(store: Store, desk: Desk) -> None:
    typed = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "question", "value": "Who sat?"}}

    async def scenario(flags: int) -> None:
        async with Handed(desk) as bot:
            data = {"custom_id": "v1:asked:", "components": [typed]}
            await asyncio.gather(
                *bot.interaction(payload(5, data, server=OTHER) | {"message": {**message(), "flags": flags}})
            )

    asyncio.run(scenario(64))
    asyncio.run(scenario(0))
    assert [row["private"] for row in store.read("SELECT private FROM questions ORDER BY rowid")] == [1, 0]


def test_what_could_not_be_done_fails_for_its_own_reason(
    store: Store, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    asked = desk.ask(Where(int(OTHER), int(CHANNEL), int(CHANNEL), int(PERSON)), "Who sat?").asked
    assert asked is not None

    async def fail() -> None:
        drop(store, "questions")
        raise ValueError("not this time")

    with pytest.raises(ValueError, match="not this time"):
        asyncio.run(asking._once(desk, asked, "shared", fail))  # noqa: SLF001 (what shares, and passes on)
    assert "no such table" in caplog.text
