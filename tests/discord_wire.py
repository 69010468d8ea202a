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
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from conftest import Still

from bot.client import Bot, Shards
from bot.desk import open_desk
from bot.store import Store
from corpus import LIMITS, Document
from retrieval import Answer, Answerer, Citation, Match

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
                    "description": "",
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

    def search(
        self,
        question: str,  # noqa: ARG002
        document: str | None = None,  # noqa: ARG002
        limit: int = 3,
    ) -> tuple[Citation, ...]:
        """What is cited, or near."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return (self.outcome.citations or self.outcome.nearest)[:limit]

    def why(self, question: str, document: str | None = None) -> tuple[Match, ...]:  # noqa: ARG002
        """Nothing."""
        return ()


class Connected(Bot):
    """The bot as it is after login, without a gateway: what people do is handed to it as the gateway would."""

    def __init__(self, answerer: Answerer, folder: Path | None = None) -> None:
        """Keeps what it keeps in a folder, or until it is closed."""
        self.library = Still(answerer)
        self._folder = TemporaryDirectory()
        self.store = Store(folder or Path(self._folder.name))
        self.desk = open_desk(self.library, self.store, LIMITS, 1)
        super().__init__(self.desk, Shards())

    async def close(self) -> None:
        """Closes the store, too."""
        await super().close()
        await asyncio.get_running_loop().shutdown_default_executor()  # whose threads may still be at the store
        self.store.close()
        self._folder.cleanup()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.login("token")
        return self

    async def command(self, name: str, *, direct: bool = False, **options: object) -> None:
        """A person runs a command; returns once the bot is done with it."""
        await asyncio.gather(*self.begin(name, direct=direct, **options))

    def begin(self, name: str, *, direct: bool = False, **options: object) -> set[asyncio.Task[Any]]:
        """A person runs a command; returns the tasks it makes."""
        types: dict[type, int] = {str: 3, bool: 5}
        sent = [{"name": key, "type": types[type(value)], "value": value} for key, value in options.items()]
        return self.receive(payload(2, {"id": "500", "name": name, "type": 1, "options": sent}, direct=direct))

    async def press(self, custom_id: str, shown: dict[str, Any] | None = None, *values: str) -> None:
        """A person presses a button below a message, or chooses from a list; returns once the bot is done with it."""
        data = {"custom_id": custom_id, "component_type": 3 if values else 2, "id": 1, "values": list(values)}
        await asyncio.gather(*self.receive(payload(3, data, message=shown or message())))

    async def submit(self, custom_id: str, shown: dict[str, Any] | None = None, **values: str) -> None:
        """A person fills in a form that a button below a message opened; returns once the bot is done with it."""
        inputs = [
            {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": name, "value": value}}
            for name, value in values.items()
        ]
        data = {"custom_id": custom_id, "components": inputs}
        await asyncio.gather(*self.receive(payload(5, data, message=shown or message())))

    def receive(self, interaction: dict[str, object]) -> set[asyncio.Task[Any]]:
        """The gateway hands over an interaction; returns the tasks that it makes."""
        before = asyncio.all_tasks()
        self._connection.parse_interaction_create(interaction)  # type: ignore[arg-type]
        return asyncio.all_tasks() - before


def payload(
    kind: int,
    data: dict[str, Any],
    *,
    direct: bool = False,
    message: dict[str, Any] | None = None,
    permissions: int = 0,
    roles: tuple[str, ...] = (),
    server: str = SERVER,
    installed: bool = True,
) -> dict[str, object]:
    """INTERACTION_CREATE as Discord documents it, in a server or in a direct message."""
    where: dict[str, object] = {"user": USER, "channel": {"id": CHANNEL, "type": 1}, "context": 1}
    if not direct:
        member = {"user": USER, "roles": [*roles], "joined_at": "2024-01-01T00:00:00+00:00", "flags": 0}
        member |= {"deaf": False, "mute": False, "permissions": str(permissions)}
        channel = {"id": CHANNEL, "type": 0, "guild_id": server, "name": "general", "permissions": "0", "position": 0}
        guild = {"id": server, "features": [], "locale": "en-US"}
        where = {"member": member, "channel": channel, "guild": guild, "guild_id": server, "context": 0}
    return {
        "id": "1",
        "application_id": APPLICATION,
        "type": kind,
        "token": "interaction-token",
        "version": 1,
        "channel_id": CHANNEL,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": server} if installed and not direct else {"1": PERSON},
        "app_permissions": "0",
        "attachment_size_limit": 10485760,
        "data": data,
        **({"message": message} if message else {}),
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
    box, *_ = body["components"]
    return [part["content"] for part in box["components"] if "content" in part]


def buttons(body: dict[str, Any]) -> list[str]:
    """The custom_ids of what can be pressed in a message of components."""
    _, *rows = body["components"]
    return [part["custom_id"] for row in rows for part in row["components"]]
