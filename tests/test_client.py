"""The bot as a process: login, what it registers, how it leaves, and what it says when it cannot start."""

import asyncio
import logging
import signal
import sqlite3
from functools import partial
from typing import Any

import aiohttp
import discord
import pytest
from conftest import Still
from discord_wire import CALLBACK, EDIT, Connected, Fault, Reply, Stub, Wire, banned, refusal, used

from bot import client
from bot.desk import Desk, open_desk
from bot.servers import Server
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
def desk(store: Store) -> Desk:
    """The desk of documents that say nothing."""
    return open_desk(Still(silent()), store, LIMITS, 1)


def start(wire: Wire, desk: Desk) -> list[str]:
    """One start of the bot, as far as what it registers; returns the requests it made for that."""
    wire.calls.clear()

    async def scenario() -> None:
        async with client.Bot(desk, client.Shards()) as bot:
            await bot.login("token")
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)  # one of them goes on as long as the bot

    asyncio.run(scenario())
    return [kind for kind, _ in wire.calls if kind in ("known", "send")]


def test_commands_are_sent_only_when_they_changed(wire: Wire, desk: Desk) -> None:
    assert start(wire, desk) == ["known", "send"]
    assert start(wire, desk) == ["known"]
    wire.commands[0]["contexts"].reverse()  # a set, as it were
    wire.commands.reverse()
    assert start(wire, desk) == ["known"]
    next(command for command in wire.commands if command["name"] == "ask")["description"] += "!"
    assert start(wire, desk) == ["known", "send"]
    wire.commands.append({**wire.commands[0], "name": "old"})
    assert start(wire, desk) == ["known", "send"]
    wire.commands[0]["options"][0]["max_length"] = 100
    assert start(wire, desk) == ["known", "send"]
    assert start(wire, desk) == ["known"]


def test_commands_as_discord_gets_them(wire: Wire, desk: Desk) -> None:
    start(wire, desk)
    (sent,) = wire.sent("send")
    by_name = {command["name"]: command for command in sent}
    assert by_name["ask"]["options"][0] == {
        "type": 3,
        "name": "question",
        "description": "What you want to know.",
        "required": True,
        "min_length": 1,
        "max_length": 300,
    }
    taken = {name: [taken_by(option) for option in command.get("options", [])] for name, command in by_name.items()}
    assert taken == {
        "ask": ["question*", "document", "private"],
        "Ask the documents": [],
        "search": ["words*", "document"],
        "sources": ["document"],
        "documents": ["add(file*, file2, file3, file4, file5)", "remove(document*)", "list()", "export()"],
        "settings": [],
        "stats": [],
        "privacy": [],
        "help": [],
    }
    offered = {
        name: (command["contexts"], command["integration_types"], command["default_member_permissions"])
        for name, command in by_name.items()
    }
    everywhere, here = ([0, 1, 2], [0, 1], None), ([0], [0], 32)
    of_servers = ("documents", "settings", "stats")
    assert offered == {name: here if name in of_servers else everywhere for name in by_name}
    assert not any(command["nsfw"] for command in sent)


def taken_by(option: dict[str, Any]) -> str:
    """An option by its name, with a star if it must be given, or a command of a group with what that takes."""
    if option["type"] == 1:
        return f"{option['name']}({', '.join(map(taken_by, option['options']))})"
    return f"{option['name']}{'*' * option['required']}"


@pytest.mark.parametrize("kind", ["known", "send"])
@pytest.mark.parametrize(
    "instead",
    [refusal(403, 50001), refusal(400, 50035), banned("9"), aiohttp.ServerDisconnectedError(), TimeoutError()],
    ids=["forbidden", "invalid", "banned", "disconnected", "timeout"],
)
def test_commands_that_cannot_be_sent_are_one_line_in_the_log(
    wire: Wire, desk: Desk, caplog: pytest.LogCaptureFixture, kind: str, instead: Reply | Exception
) -> None:
    wire.faults[kind] = [Fault(instead)]
    start(wire, desk)
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
def test_ready_says_how_to_invite(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.client")

    async def scenario() -> None:
        async with client.Bot(desk, client.Shards()) as bot:
            await bot.login("token")
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


def leave_amid(wire: Wire, desk: Desk) -> set[asyncio.Task[Any]]:
    """The bot leaves when it has just deferred an answer; returns what became of that."""

    async def scenario() -> set[asyncio.Task[Any]]:
        deferred = asyncio.Event()
        wire.reached = lambda kind: deferred.set() if kind == CALLBACK else None
        async with Connected(desk) as bot:
            tasks = bot.begin(used("ask", {"question": "Who sat?"}))
            await deferred.wait()
        return tasks

    return asyncio.run(scenario())


def test_answers_under_way_are_delivered_before_it_leaves(wire: Wire, desk: Desk) -> None:
    assert not any(task.cancelled() for task in leave_amid(wire, desk))
    assert wire.kinds == [CALLBACK, EDIT]


def test_an_answer_that_hangs_is_given_up(wire: Wire, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_GRACE", 0.0)
    wire.hanging.add(EDIT)
    assert any(task.cancelled() for task in leave_amid(wire, desk))


def at_ready(desk: Desk, monkeypatch: pytest.MonkeyPatch, shards: client.Shards, run: set[int], *servers: int) -> None:
    """The bot is ready: the shards that it runs, and the servers that it is in by what the gateway says."""

    async def scenario() -> None:
        async with Connected(desk, [{"id": str(server), "roles": []} for server in servers], shards) as bot:
            monkeypatch.setattr(client.Bot, "shards", property(lambda _: dict.fromkeys(run)))
            await bot.on_ready()

    asyncio.run(scenario())


def left(store: Store) -> dict[int, bool]:
    """The servers of which anything is stored, and whether the bot has left them."""
    rows = store.read("SELECT guild, left_at FROM servers")
    return {row["guild"]: row["left_at"] is not None for row in rows}


@pytest.mark.usefixtures("wire")
def test_at_ready_it_notices_where_it_was_added_and_removed_meanwhile(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for server in (200, 201, 202):
        desk.servers.put(Server(server))
    desk.servers.left(202)
    at_ready(desk, monkeypatch, client.Shards(), {0}, 200, 202, 203)
    assert left(store) == {200: False, 201: True, 202: False}


@pytest.mark.usefixtures("wire")
def test_of_several_processes_each_looks_after_the_servers_of_its_shards(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server belongs to shard ``(id >> 22) % count``."""
    servers = [shard << 22 | 5 for shard in range(4)]
    for server in servers:
        desk.servers.put(Server(server))
    at_ready(desk, monkeypatch, client.Shards([1, 3], 4), {1, 3}, servers[1])
    assert left(store) == dict(zip(servers, [False, False, False, True], strict=True))


def test_when_it_is_removed_the_days_count_until_it_is_added_again(desk: Desk, store: Store, wire: Wire) -> None:
    async def scenario() -> list[dict[int, bool]]:
        async with Connected(desk) as bot:
            (guild,) = (guild for guild in bot.guilds if guild.id == 200)
            await bot.on_guild_remove(guild)
            removed = left(store)
            await bot.on_guild_join(guild)
            return [removed, left(store)]

    desk.servers.put(Server(200))
    desk.servers.put(Server(201))
    assert asyncio.run(scenario()) == [{200: True, 201: False}, {200: False, 201: False}]
    assert not wire.kinds


def identify(desk: Desk, wire: Wire, *shards: int, **limits: int) -> None:
    """The bot is about to identify some shards, by what Discord says of how many it may."""
    starts = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1} | limits
    wire.limits = {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": starts}
    wire.hanging.clear()

    async def scenario() -> None:
        async with Connected(desk) as bot:
            for shard in shards:
                await bot.before_identify_hook(shard, initial=True)

    asyncio.run(scenario())


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps, and the clock stands: how long they would have."""
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        if seconds:
            slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    return slept


def test_shards_of_a_bucket_identify_one_after_the_other_whatever_process_they_are_in(
    desk: Desk, wire: Wire, slept: list[float]
) -> None:
    identify(desk, wire, 0, 1)
    identify(desk, wire, 2)
    assert slept == [5.0, 10.0]


def test_shards_of_several_buckets_identify_at_once(desk: Desk, wire: Wire, slept: list[float]) -> None:
    identify(desk, wire, 0, 1, 2, 17, max_concurrency=16)
    assert slept == [5.0]  # 17 is in the bucket of 1


def test_it_never_identifies_more_often_than_discord_allows(
    desk: Desk, wire: Wire, slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    identify(desk, wire, 0, remaining=0, reset_after=1_800_000)
    assert slept == [1800.0]
    (record,) = (record for record in caplog.records if record.name == "bot.client")
    assert record.getMessage() == "Discord takes no more connections of this bot for 30 minutes: waiting"


def test_what_was_kept_long_enough_is_deleted_at_every_turn_though_one_fails(
    desk: Desk, wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    turns = 0

    def expire(loop: asyncio.AbstractEventLoop) -> int:
        nonlocal turns
        turns += 1
        if turns < 3:
            raise sqlite3.OperationalError("database is locked")
        if turns == 3:
            loop.call_soon_threadsafe(third.set)
        return 0

    async def scenario() -> bool:
        monkeypatch.setattr(desk.questions, "expire", partial(expire, asyncio.get_running_loop()))
        async with client.Bot(desk, client.Shards()) as bot:
            bot._expire.change_interval(seconds=0)  # noqa: SLF001 (no test waits for an hour)
            await bot.login("token")
            going_on, waiting = bot._expire.get_task(), asyncio.create_task(third.wait())  # noqa: SLF001
            assert going_on is not None
            await asyncio.wait((going_on, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            return going_on.done()

    third = asyncio.Event()
    assert not asyncio.run(scenario())
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.client"]
    assert lines == ["What was kept long enough could not be deleted: database is locked"] * 2
    assert wire.closed


def test_one_process_of_several_sends_the_commands_and_deletes(desk: Desk, wire: Wire) -> None:
    async def scenario(*shards: int) -> int:
        async with client.Bot(desk, client.Shards([*shards], 4)) as bot:
            before = asyncio.all_tasks()
            await bot.login("token")
            return len(asyncio.all_tasks() - before)

    assert asyncio.run(scenario(0, 1)) == 2
    assert asyncio.run(scenario(2, 3)) == 0
    assert wire.sent("known") == []  # it left before
