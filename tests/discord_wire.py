"""Discord's HTTP interface as far as the bot uses it, in memory, in the place of the session discord.py sends through.

Everything above stays real: discord.py's parsing, command tree, repeats and error classes. Faults are queued by the
kind of request they strike; ``after`` means that Discord did what was asked before it failed to say so.
"""

import asyncio
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from conftest import Still

from bot.client import Bot
from corpus import Document
from retrieval import Answer, Answerer

APPLICATION, SERVER, CHANNEL, PERSON = "100", "200", "300", "400"
USER = {"id": PERSON, "username": "alice", "discriminator": "0", "avatar": None, "global_name": "Alice"}
ME = {"id": APPLICATION, "username": "verbatim", "discriminator": "0", "avatar": None, "bot": True}
ABOUT: dict[str, object] = {
    "id": APPLICATION,
    "name": "verbatim",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "rpc_origins": [],
    "owner": USER,
}

CALLBACK, EDIT, DELETE, FOLLOW_UP = "callback", "edit", "delete", "follow-up"
_KINDS = {
    "me": r"GET /users/@me",
    "about": r"GET /oauth2/applications/@me",
    "gateway": r"GET /gateway/bot",
    "known": r"GET /applications/\d+/commands",
    "send": r"PUT /applications/\d+/commands",
    CALLBACK: r"POST /interactions/\d+/[^/]+/callback",
    EDIT: r"PATCH /webhooks/\d+/[^/]+/messages/@original",
    DELETE: r"DELETE /webhooks/\d+/[^/]+/messages/@original",
    FOLLOW_UP: r"POST /webhooks/\d+/[^/]+",
}


@dataclass
class Reply:
    """What comes back: as much of aiohttp's response as discord.py reads."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = "reason"

    def __post_init__(self) -> None:
        self.headers = {
            "content-type": "text/html" if isinstance(self.body, str) else "application/json"
        } | self.headers

    async def text(self, encoding: str) -> str:
        """The body; ``encoding`` is what discord.py hands over, always UTF-8."""
        assert encoding == "utf-8"
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


@dataclass
class Fault:
    """Instead of Discord's reply: another one, or an exception as a broken connection raises it."""

    instead: Reply | Exception
    after: bool = False


def refusal(status: int, code: int) -> Reply:
    """An error as Discord words it."""
    return Reply(status, {"message": "no", "code": code}, {"Via": "1.1 google"})


def banned(seconds: str) -> Reply:
    """A 429 by the proxies in front of Discord."""
    return Reply(429, "<html>error code: 1015</html>", {"Retry-After": seconds})


class Wire:
    """The session, and what Discord knows."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.faults: dict[str, list[Fault]] = {}
        self.commands: list[dict[str, Any]] = []
        self.hanging = {"gateway"}  # there is none here: a client connects forever
        self.responded = False
        self.reached: Callable[[str], None] = lambda _: None
        self.closed = False

    def request(
        self, method: str, url: str, *, headers: dict[str, str], data: str | None = None, **_: object
    ) -> "_Exchange":
        """What aiohttp.ClientSession.request is to discord.py."""
        return _Exchange(self, f"{method} {url.partition('/api/v10')[2]}", headers, data)

    async def close(self) -> None:
        """Called by discord.py when the client closes."""
        self.closed = True

    async def reply(self, line: str, headers: dict[str, str], data: str | None) -> Reply:
        """Discord's reply, or the fault that is next for this kind of request."""
        kind = next(kind for kind, pattern in _KINDS.items() if re.fullmatch(pattern, line))
        sent = json.loads(data) if data else None
        self.calls.append((kind, sent))
        self.reached(kind)
        if kind in self.hanging:
            await asyncio.Event().wait()
        faults = self.faults.get(kind, [])
        fault = faults.pop(0) if faults else None
        reply = Reply(0) if fault and not fault.after else self._take(kind, sent, headers)
        if fault is None:
            return reply
        if isinstance(fault.instead, Exception):
            raise fault.instead
        return fault.instead

    def _take(self, kind: str, sent: object, headers: dict[str, str]) -> Reply:
        if kind in ("me", "about", "known", "send") and headers["Authorization"] != "Bot token":
            return refusal(401, 0)
        if kind == CALLBACK:
            if self.responded:
                return refusal(400, 40060)
            self.responded = True
            return Reply(200, {"interaction": {"id": "1", "type": 2}})
        if kind == "send":
            assert isinstance(sent, list)
            # Discord adds its own numbers and spells out what was left to the default.
            self.commands = [
                {
                    **command,
                    "id": str(number),
                    "application_id": APPLICATION,
                    "version": "9",
                    "name_localizations": None,
                }
                for number, command in enumerate(sent, start=500)
            ]
        replies = {"me": ME, "about": ABOUT, "known": self.commands, "send": self.commands, DELETE: None}
        return Reply(204, "") if kind == DELETE else Reply(200, replies.get(kind, message()))

    def sent(self, kind: str) -> list[Any]:
        """The bodies of all requests of a kind."""
        return [body for called, body in self.calls if called == kind]

    @property
    def kinds(self) -> list[str]:
        """The requests since login, in order, by kind."""
        return [kind for kind, _ in self.calls if kind in (CALLBACK, EDIT, DELETE, FOLLOW_UP)]


class _Exchange:
    """One request, as the asynchronous context manager that aiohttp returns."""

    def __init__(self, wire: Wire, line: str, headers: dict[str, str], data: str | None) -> None:
        self._made = (line, headers, data)
        self._wire = wire

    async def __aenter__(self) -> Reply:
        return await self._wire.reply(*self._made)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Stub(Answerer):
    """Answers every question alike, or fails alike."""

    def __init__(self, outcome: Answer | Exception, *documents: Document) -> None:
        self.documents = documents
        self.outcome = outcome
        self.threads: list[int] = []

    def ask(
        self,
        question: str,  # noqa: ARG002 (all alike)
        document: str | None = None,  # noqa: ARG002
        limit: int = 3,  # noqa: ARG002
        after: str | None = None,  # noqa: ARG002
        threshold: float | None = None,  # noqa: ARG002
    ) -> Answer:
        """The answer, or the error."""
        self.threads.append(threading.get_ident())
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Connected(Bot):
    """The bot as it is after login, without a gateway: commands are handed to it as the gateway would."""

    def __init__(self, answerer: Answerer) -> None:
        self.library = Still(answerer)
        super().__init__(self.library)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.login("token")
        return self

    async def command(self, name: str, *, direct: bool = False, **options: object) -> None:
        """A person runs a command; returns once the bot is done with it."""
        await asyncio.gather(*self.begin(name, direct=direct, **options))

    def begin(self, name: str, *, direct: bool = False, **options: object) -> set[asyncio.Task[Any]]:
        """A person runs a command; returns the tasks it makes."""
        before = asyncio.all_tasks()
        self._connection.parse_interaction_create(payload(name, options, direct=direct))  # type: ignore[arg-type]
        return asyncio.all_tasks() - before


def payload(name: str, options: dict[str, object], *, direct: bool) -> dict[str, object]:
    """INTERACTION_CREATE as Discord documents it, in a server or in a direct message."""
    types: dict[type, int] = {str: 3, bool: 5}
    where: dict[str, object] = {"user": USER, "channel": {"id": CHANNEL, "type": 1}, "context": 1}
    if not direct:
        member = {"user": USER, "roles": [], "permissions": "0", "joined_at": "2024-01-01T00:00:00+00:00", "flags": 0}
        member |= {"deaf": False, "mute": False}
        channel = {"id": CHANNEL, "type": 0, "guild_id": SERVER, "name": "general", "permissions": "0", "position": 0}
        guild = {"id": SERVER, "features": [], "locale": "en-US"}
        where = {"member": member, "channel": channel, "guild": guild, "guild_id": SERVER, "context": 0}
    return {
        "id": "1",
        "application_id": APPLICATION,
        "type": 2,
        "token": "interaction-token",
        "version": 1,
        "channel_id": CHANNEL,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"1": PERSON},
        "app_permissions": "0",
        "attachment_size_limit": 10485760,
        "data": {
            "id": "500",
            "name": name,
            "type": 1,
            "options": [{"name": key, "type": types[type(value)], "value": value} for key, value in options.items()],
        },
        **where,
    }


def message() -> dict[str, object]:
    """A message as Discord returns it, as far as discord.py wants it."""
    return {
        "id": "600",
        "channel_id": CHANNEL,
        "author": ME,
        "content": "",
        "timestamp": "2024-06-21T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 20,
        "flags": 0,
    }


def texts(body: dict[str, Any]) -> list[str]:
    """The texts of a message of components, in reading order."""
    (box,) = body["components"]
    return [part["content"] for part in box["components"] if "content" in part]
