"""A server in which people use commands, press buttons and choose from lists, as the gateway tells the bot of it.

The bot, its desk and its store are real; of Discord's HTTP interface there is as much as ``discord_wire`` has. Every
act meets a bot that was started for it, so that it knows what is stored, or stands on what was pressed, and no more.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

import aiohttp
import discord
import pytest
from conftest import Still
from discord_wire import APPLICATION, CHANNEL, ME, PERSON, SERVER, USER, Reply, Wire, message

from bot.client import Bot, Shards
from bot.desk import Desk, open_desk
from bot.store import Store
from corpus import LIMITS
from retrieval import Answerer

ELSEWHERE, CHANNEL_ELSEWHERE, ROLE_ELSEWHERE = "201", "310", "710"
NEWS, FORUM, VOICE, QUIET, ROLE = "301", "302", "303", "304", "700"
MANAGER, MEMBER = "32", "3072"  # permissions: Manage Server; View Channel and Send Messages
BUTTON, LIST, CHANNELS, ROLES = 2, 3, 8, 6  # types of components

SERVERS: list[dict[str, Any]] = [
    {
        "id": SERVER,
        "name": "Here",
        "channels": [
            {"id": CHANNEL, "type": 0, "name": "general", "position": 0},
            {"id": NEWS, "type": 5, "name": "news", "position": 1},
            {"id": FORUM, "type": 15, "name": "forum", "position": 2},
            {"id": VOICE, "type": 2, "name": "voice", "position": 3, "bitrate": 64000, "user_limit": 0},
            {
                "id": QUIET,
                "type": 0,
                "name": "quiet",
                "position": 4,
                "permission_overwrites": [{"id": SERVER, "type": 0, "allow": "0", "deny": "2048"}],
            },
        ],
        "roles": [{"id": SERVER, "name": "@everyone"}, {"id": ROLE, "name": "Librarians"}],
    },
    {
        "id": ELSEWHERE,
        "name": "Elsewhere",
        "channels": [{"id": CHANNEL_ELSEWHERE, "type": 0, "name": "general", "position": 0}],
        "roles": [{"id": ELSEWHERE, "name": "@everyone"}, {"id": ROLE_ELSEWHERE, "name": "Librarians"}],
    },
]


class Where(TypedDict, total=False):
    """Where somebody does something, and who: by default in ``SERVER``, where the bot was added, who manages it."""

    server: str | None  # None: a direct message
    person: str
    permissions: str
    added: bool  # False: the server has not added the bot, the person has brought it along


@dataclass
class Said:
    """What the bot sent in answer to one act: the requests by kind and body, and the files, by name."""

    requests: list[tuple[str, Any]]
    files: dict[str, bytes]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the requests."""
        return [kind for kind, _ in self.requests]

    @property
    def first(self) -> dict[str, Any]:
        """The body of the first response, which says who sees what follows."""
        body: dict[str, Any] = self.requests[0][1]
        return body

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The components that are shown in the end, in reading order."""
        body = self.requests[-1][1]
        return list(components(body.get("data", body)["components"]))

    @property
    def texts(self) -> list[str]:
        """The texts among them."""
        return [part["content"] for part in self.parts if "content" in part]

    @property
    def refusal(self) -> str:
        """The one line that was said at once, to the person alone, and nothing else."""
        ((_, body),) = self.requests
        assert (body["type"], body["data"]["flags"]) == (4, 64)
        line: str = body["data"]["content"]
        return line


def components(body: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Components with those inside them."""
    for part in body:
        yield part
        yield from components(part.get("components", []))


class People:
    """What they do, one act after the other."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, answerer: Answerer) -> None:
        self._patch = patch
        self.store = Store(folder)
        self.desk: Desk = open_desk(Still(answerer), self.store, LIMITS, 1)
        self.servers = SERVERS

    def use(self, command: str, **where: Unpack[Where]) -> Said:
        """Somebody uses a command."""
        return self._act({"type": 2, "data": {"id": "500", "name": command, "type": 1, "options": []}}, **where)

    def press(self, custom_id: str, kind: int = BUTTON, values: tuple[str, ...] = (), **where: Unpack[Where]) -> Said:
        """Somebody presses a button, or chooses from a list."""
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind, "id": 1}
        if kind != BUTTON:
            data |= {"values": [*values], "resolved": {}}
        return self._act({"type": 3, "data": data, "message": message()}, **where)

    def _act(self, what: dict[str, Any], **where: Unpack[Where]) -> Said:
        wire = _Parcels()
        self._patch.setattr("aiohttp.ClientSession", lambda **_: wire)
        asyncio.run(_handed(self.desk, self.servers, _interaction(what, **where)))
        return Said(wire.calls[1:], wire.files)  # the first is the login


async def _handed(desk: Desk, servers: list[dict[str, Any]], interaction: dict[str, Any]) -> None:
    """A bot starts, is handed an interaction, deals with it, and ends."""
    async with _Started(desk, Shards()) as bot:
        await bot.enter(servers)
        await bot.deal_with(interaction)


class _Started(Bot):
    """The bot once it is in its servers, without a gateway."""

    async def enter(self, servers: list[dict[str, Any]]) -> None:
        state = self._connection
        state.user = discord.ClientUser(state=state, data=await self.http.static_login("token"))
        for server in servers:
            roles = [
                {"permissions": MEMBER, "position": 0, "color": 0, "colors": {}, **role} for role in server["roles"]
            ]
            me = {"user": ME, "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "flags": 0}
            known = {**server, "roles": roles, "members": [me], "member_count": 1}
            state._add_guild_from_data(known)  # type: ignore[arg-type]  # noqa: SLF001 (as the gateway does)

    async def deal_with(self, interaction: dict[str, Any]) -> None:
        before = asyncio.all_tasks()
        self._connection.parse_interaction_create(interaction)  # type: ignore[arg-type]
        await asyncio.gather(*asyncio.all_tasks() - before)


def _interaction(
    what: dict[str, Any],
    server: str | None = SERVER,
    person: str = PERSON,
    permissions: str = MANAGER,
    *,
    added: bool = True,
) -> dict[str, Any]:
    """INTERACTION_CREATE as Discord documents it."""
    user = {**USER, "id": person}
    where: dict[str, Any] = {"user": user, "channel": {"id": CHANNEL, "type": 1}, "context": 1}
    if server is not None:
        member = {"user": user, "roles": [], "permissions": permissions, "joined_at": "2024-01-01T00:00:00+00:00"}
        channel = {"id": CHANNEL, "type": 0, "guild_id": server, "name": "general", "permissions": "0", "position": 0}
        where = {
            "member": {**member, "flags": 0, "deaf": False, "mute": False},
            "channel": channel,
            "guild": {"id": server, "features": [], "locale": "en-US"},
            "guild_id": server,
            "context": 0,
        }
    return {
        "id": "1",
        "application_id": APPLICATION,
        "token": "interaction-token",
        "version": 1,
        "channel_id": CHANNEL,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": server} if server and added else {"1": person},
        "app_permissions": "0",
        "attachment_size_limit": 10485760,
        **what,
        **where,
    }


class _Parcels(Wire):
    """A wire that takes files, too."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    async def reply(self, line: str, headers: dict[str, str], data: str | aiohttp.FormData | None) -> Reply:
        """Discord's reply; of a form the files are taken out."""
        if not isinstance(data, aiohttp.FormData):
            return await super().reply(line, headers, data)
        # aiohttp has no other way to read a form that is to be sent.
        fields = {options["name"]: (options, value) for options, _, value in data._fields}
        _, sent = fields.pop("payload_json")
        self.files |= {options["filename"]: value.read() for options, value in fields.values()}
        assert {attached["filename"] for attached in json.loads(sent)["attachments"]} == self.files.keys()
        return await super().reply(line, headers, sent)
