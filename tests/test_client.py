"""The bot as a process: login, what it registers, how it leaves, and what it says when it cannot start."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from conftest import Still
from discord_wire import CALLBACK, EDIT, Connected, Fault, Reply, Stub, Wire, banned, refusal

from bot import client
from bot.desk import Desk, open_desk
from bot.store import Store
from corpus import LIMITS, Document, SettingError, UserError
from retrieval import Answer

PORTAL = "https://discord.com/developers/applications"


UNSAID = Answer("Who?", (), (), 0.0)


def silent() -> Stub:
    """Documents that say nothing."""
    return Stub(UNSAID, Document("a.txt", "A", None, "A."))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr("aiohttp.ClientSession", lambda **_: wire)
    return wire


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The desk of documents that say nothing."""
    with closing(Store(tmp_path)) as store:
        yield open_desk(Still(silent()), store, LIMITS, 1)


def start(wire: Wire) -> list[str]:
    """One start of the bot, as far as what it registers; returns the requests it made for that."""
    wire.calls.clear()

    async def scenario() -> None:
        async with Connected(silent()) as bot:
            assert bot.registering is not None
            await bot.registering

    asyncio.run(scenario())
    return [kind for kind, _ in wire.calls if kind in ("known", "send")]


def test_commands_are_sent_only_when_they_changed(wire: Wire) -> None:
    assert start(wire) == ["known", "send"]
    for command in wire.commands:  # as Discord returns them
        permissions = command["default_member_permissions"]
        command["default_member_permissions"] = permissions and str(permissions)
    assert start(wire) == ["known"]

    def ask() -> dict[str, Any]:
        return next(command for command in wire.commands if command["name"] == "ask")

    ask()["contexts"].reverse()  # a set, as it were
    wire.commands.reverse()
    assert start(wire) == ["known"]
    ask()["description"] += "!"
    assert start(wire) == ["known", "send"]
    wire.commands.append({**ask(), "name": "old"})
    assert start(wire) == ["known", "send"]
    ask()["options"][0]["max_length"] = 100
    assert start(wire) == ["known", "send"]
    assert start(wire) == ["known"]


def test_commands_as_discord_gets_them(wire: Wire) -> None:
    start(wire)
    (sent,) = wire.sent("send")
    everywhere = {"contexts": [0, 1, 2], "integration_types": [0, 1], "default_member_permissions": None, "nsfw": False}
    managing = {"contexts": [0], "integration_types": [0], "default_member_permissions": 32, "nsfw": False}
    kinds = {(command["type"], command["name"]): {key: command[key] for key in everywhere} for command in sent}
    assert kinds == {
        (1, "ask"): everywhere,
        (3, "Ask the documents"): everywhere,
        (1, "search"): everywhere,
        (1, "sources"): everywhere,
        (1, "help"): everywhere,
        (1, "privacy"): everywhere,
        (1, "documents"): managing,
        (1, "settings"): managing,
        (1, "stats"): managing,
    }
    assert next(command for command in sent if command["name"] == "ask")["options"] == [
        {
            "type": 3,
            "name": "question",
            "description": "What you want to know.",
            "required": True,
            "min_length": 1,
            "max_length": 300,
        },
        {
            "type": 3,
            "name": "document",
            "description": "Ask this document only.",
            "required": False,
            "autocomplete": True,
        },
        {
            "type": 5,
            "name": "private",
            "description": "Show the answer to you alone. Default: as this server has set it, or no.",
            "required": False,
        },
    ]


@pytest.mark.parametrize("kind", ["known", "send"])
@pytest.mark.parametrize(
    "instead",
    [refusal(403, 50001), refusal(400, 50035), banned("9"), aiohttp.ServerDisconnectedError(), TimeoutError()],
    ids=["forbidden", "invalid", "banned", "disconnected", "timeout"],
)
def test_commands_that_cannot_be_sent_are_one_line_in_the_log(
    wire: Wire, caplog: pytest.LogCaptureFixture, kind: str, instead: Reply | Exception
) -> None:
    wire.faults[kind] = [Fault(instead)]
    start(wire)
    (record,) = (record for record in caplog.records if record.name.startswith("bot."))
    assert record.getMessage().startswith("Could not send the commands to Discord, going on with those it knows: ")
    assert record.exc_info is None


def test_no_privileged_intent_and_no_mention(desk: Desk) -> None:
    async def scenario() -> None:
        async with client.Bot(desk, client.Shards()) as bot:
            assert bot.intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
            mentions = bot.allowed_mentions
            assert mentions is not None
            assert (mentions.everyone, mentions.users, mentions.roles, mentions.replied_user) == (False,) * 4

    asyncio.run(scenario())


@pytest.mark.usefixtures("wire")
def test_ready_says_how_to_invite(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.client")

    async def scenario() -> None:
        async with Connected(silent()) as bot:
            await bot.on_ready()

    asyncio.run(scenario())
    assert [record.getMessage() for record in caplog.records if record.name == "bot.client"] == [
        (
            "Ready as verbatim; documents: 1; servers: 0; invite it with "
            "https://discord.com/oauth2/authorize?client_id=100&scope=bot+applications.commands&permissions=274877910016"
        )
    ]


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("token", ["wrong", "a\nb", "tökén"])
def test_a_refused_token_is_one_line(desk: Desk, token: str) -> None:
    with pytest.raises(SettingError) as raised:
        client.run(desk, token, client.Shards())
    assert str(raised.value).startswith("DISCORD_TOKEN: Discord refuses this token")
    assert PORTAL in str(raised.value)
    assert token not in str(raised.value)


@pytest.mark.parametrize(
    "instead",
    [OSError("no route\nto host"), aiohttp.ServerDisconnectedError(), TimeoutError(), refusal(403, 0), banned("9")],
    ids=["no route", "disconnected", "timeout", "forbidden", "banned"],
)
def test_no_way_to_discord_is_one_line(desk: Desk, wire: Wire, instead: Reply | Exception) -> None:
    wire.faults["me"] = [Fault(instead)]
    with pytest.raises(UserError) as raised:
        client.run(desk, "token", client.Shards())
    assert str(raised.value).startswith("Discord cannot be reached (")
    assert PORTAL in str(raised.value)
    assert "\n" not in str(raised.value)
    assert wire.closed


class Closed:
    """A WebSocket that Discord closed, as discord.py reads it."""

    def __init__(self, code: int) -> None:
        self.close_code = code


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(("code", "family"), [(4004, SettingError), (4011, UserError)])
def test_a_connection_closed_for_good_is_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int, family: type[UserError]
) -> None:
    async def connect(*_: object, **__: object) -> None:
        raise discord.ConnectionClosed(Closed(code), shard_id=0)  # type: ignore[arg-type]

    monkeypatch.setattr(client.Bot, "connect", connect)
    with pytest.raises(family) as raised:
        client.run(desk, "token", client.Shards())
    assert ("DISCORD_TOKEN" in str(raised.value)) == (family is SettingError)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("kind", ["me", "gateway"])
@pytest.mark.parametrize("windows", [False, True])
def test_a_signal_ends_it_also_while_it_connects(
    desk: Desk, wire: Wire, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, kind: str, windows: bool
) -> None:
    if windows:

        def missing(*_: object) -> None:
            raise NotImplementedError

        monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", missing)
        monkeypatch.setattr(asyncio.SelectorEventLoop, "remove_signal_handler", missing)

    def signalled(reached: str) -> None:
        if reached == kind:
            signal.raise_signal(number)

    wire.hanging.add(kind)
    wire.reached = signalled
    before = signal.getsignal(number)
    assert client.run(desk, "token", client.Shards()) == 0
    assert wire.closed
    assert signal.getsignal(number) == before


def leave_amid(wire: Wire, answerer: Stub) -> set[asyncio.Task[Any]]:
    """The bot leaves when it has just deferred an answer; returns what became of that."""

    async def scenario() -> set[asyncio.Task[Any]]:
        deferred = asyncio.Event()
        wire.reached = lambda kind: deferred.set() if kind == CALLBACK else None
        async with Connected(answerer) as bot:
            tasks = bot.begin("ask", question="Who sat?")
            await deferred.wait()
        return tasks

    return asyncio.run(scenario())


def test_answers_under_way_are_delivered_before_it_leaves(wire: Wire) -> None:
    assert not any(task.cancelled() for task in leave_amid(wire, silent()))
    assert wire.kinds == [CALLBACK, EDIT]


def test_an_answer_that_hangs_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_GRACE", 0.0)
    wire.hanging.add(EDIT)
    assert any(task.cancelled() for task in leave_amid(wire, silent()))
