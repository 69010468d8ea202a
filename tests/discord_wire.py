"""Discord as far as the bot uses it, in memory: its HTTP interface, a server with people in it, and where files lie.

Everything above stays real: discord.py's parsing, command tree, repeats and error classes, the bot, its desk and its
store. Faults are queued by the kind of request they strike; ``after`` means that Discord did what was asked before it
failed to say so. What Discord would refuse for its form is refused here too, and noted.
"""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypedDict, Unpack

import aiohttp
import discord
import pytest

from bot.client import Bot, Shards
from bot.desk import Desk, open_desk
from bot.library import Library
from bot.store import Store
from corpus import LIMITS, Document
from retrieval import Answer, Answerer, Citation, Match

APPLICATION, SERVER, CHANNEL, PERSON = "100", "200", "300", "400"
ELSEWHERE, CHANNEL_ELSEWHERE, ROLE_ELSEWHERE = "201", "310", "710"
NEWS, FORUM, VOICE, QUIET, THREAD, ROLE = "301", "302", "303", "304", "305", "700"
MANAGER, MEMBER = "32", "3072"  # permissions: Manage Server; View Channel and Send Messages
BUTTON, LIST, CHANNELS, ROLES = 2, 3, 8, 6  # types of components
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
        "threads": [
            {
                "id": THREAD,
                "type": 11,
                "guild_id": SERVER,
                "parent_id": CHANNEL,
                "owner_id": PERSON,
                "name": "a thread",
                "member_count": 1,
                "message_count": 1,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 60,
                    "archive_timestamp": "2024-01-01T00:00:00+00:00",
                },
            }
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

CALLBACK, EDIT, DELETE, FOLLOW_UP, POST = "callback", "edit", "delete", "follow-up", "post"
_SAID = (CALLBACK, EDIT, DELETE, FOLLOW_UP, POST)
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
    POST: r"POST /channels/\d+/messages",
}
ALL_SHARDS = Shards()
_COMPONENTS = 1 << 15  # the flag of a message that is made of components, and then of nothing else


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
        self.posted_in: list[str] = []
        self.files: dict[str, bytes] = {}
        self.wrong: list[str] = []
        self.faults: dict[str, list[Fault]] = {}
        self.commands: list[dict[str, Any]] = []
        self.limits: dict[str, Any] = {}
        self.hanging = {"gateway"}  # there is none here: a client connects forever
        self.reached: Callable[[str], None] = lambda _: None
        self.closed = False
        self.next()

    def next(self) -> None:
        """The next interaction: nothing is said to it yet."""
        self.responded = False
        self._made_of_components = False

    def request(
        self, method: str, url: str, *, headers: dict[str, str], data: str | aiohttp.FormData | None = None, **_: object
    ) -> "_Exchange":
        """What aiohttp.ClientSession.request is to discord.py."""
        return _Exchange(self, f"{method} {url.partition('/api/v10')[2]}", headers, data)

    async def close(self) -> None:
        """Called by discord.py when the client closes."""
        self.closed = True

    async def reply(self, line: str, headers: dict[str, str], data: str | aiohttp.FormData | None) -> Reply:
        """Discord's reply, or the fault that is next for this kind of request."""
        kind = next(kind for kind, pattern in _KINDS.items() if re.fullmatch(pattern, line))
        sent = json.loads(self._without_files(data)) if data else None
        self.calls.append((kind, sent))
        if kind == POST:
            self.posted_in.append(line.split("/")[2])
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

    def _without_files(self, data: str | aiohttp.FormData) -> str:
        """The JSON of a request; of a form the files are taken out."""
        if not isinstance(data, aiohttp.FormData):
            return data
        # aiohttp has no other way to read a form that is to be sent.
        fields = {options["name"]: (options, value) for options, _, value in data._fields}
        _, sent = fields.pop("payload_json")
        self.files |= {options["filename"]: value.read() for options, value in fields.values()}
        assert {attached["filename"] for attached in json.loads(sent)["attachments"]} == self.files.keys()
        return str(sent)

    def _take(self, kind: str, sent: Any, headers: dict[str, str]) -> Reply:  # noqa: ANN401 (any JSON)
        if kind in ("me", "about", "known", "send") and headers["Authorization"] != "Bot token":
            return refusal(401, 0)
        if kind in (CALLBACK, EDIT, FOLLOW_UP, POST) and (wrong := self._wrong(kind, sent)):
            self.wrong.append(wrong)
            return refusal(400, 50035)
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
        replies = {"me": ME, "about": ABOUT, "known": self.commands, "send": self.commands, "gateway": self.limits}
        return Reply(204, "") if kind == DELETE else Reply(200, replies.get(kind, message()))

    def _wrong(self, kind: str, sent: dict[str, Any]) -> str:
        """Why Discord would refuse a message for its form; empty if it would not."""
        said = sent.get("data", {}) if kind == CALLBACK else sent
        if sent.get("type") == 8:  # choices while somebody types
            choices = said["choices"]
            wrong = len(choices) > 25 or any(not 1 <= len(each[key]) <= 100 for each in choices for key in each)
            return f"choices: {choices}" if wrong else ""
        of_components = bool(said.get("flags", 0) & _COMPONENTS)
        if kind in (CALLBACK, EDIT):
            if said.get("content") and self._made_of_components:
                return "content in a message of components"
            self._made_of_components = self._made_of_components or of_components
        if of_components and said.get("content"):
            return "both content and components"
        if len(said.get("content") or "") > 2000:
            return "content: too long"
        return refused(said.get("components", []))

    def sent(self, kind: str) -> list[Any]:
        """The bodies of all requests of a kind."""
        return [body for called, body in self.calls if called == kind]

    @property
    def kinds(self) -> list[str]:
        """The requests since login, in order, by kind."""
        return [kind for kind, _ in self.calls if kind in _SAID]


def refused(body: list[dict[str, Any]]) -> str:
    """Why Discord would refuse a message of these components; empty if it would not."""
    parts = list(components(body))
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(parts) > 40 or len({*ids}) < len(ids):
        return "too many components, or two of one custom_id"
    units = sum(len(part["content"].encode("utf-16-le", "surrogatepass")) // 2 for part in parts if "content" in part)
    if units > 4000:
        return f"{units} characters"
    return next((wrong for wrong in map(_wrong, parts) if wrong), "")


def _wrong(part: dict[str, Any]) -> str:
    """Why Discord would refuse a component; empty if it would not."""
    rooms = {"custom_id": 100, "placeholder": 150, "title": 45, "label": 100 if part["type"] == 18 else 80}
    rooms |= {"description": 100}
    for name, room in rooms.items():
        if isinstance(part.get(name), str) and not len(part[name]) <= room:
            return f"{name}: {part[name]}"
    if part["type"] == 10 and not part["content"].strip():
        return "a text without text"
    if part["type"] == 1 and not 1 <= len(part["components"]) <= 5:
        return "a row without, or with too many, components"
    if part["type"] == 3:
        options = part["options"]
        values = [option["value"] for option in options]
        if not 1 <= len(options) <= 25 or len({*values}) < len(values):
            return f"options: {options}"
        if any(not 1 <= len(option[key].strip()) <= 100 for option in options for key in ("label", "value")):
            return f"options: {options}"
    return ""


class _Exchange:
    """One request, as the asynchronous context manager that aiohttp returns."""

    def __init__(self, wire: Wire, line: str, headers: dict[str, str], data: str | aiohttp.FormData | None) -> None:
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
        super().__init__(documents)
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
    """The bot once it is in its servers, without a gateway: what happens there is handed to it as the gateway would."""

    def __init__(self, desk: Desk, servers: list[dict[str, Any]] = SERVERS, shards: Shards = ALL_SHARDS) -> None:
        super().__init__(desk, shards)
        self._servers = servers

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        state = self._connection
        state.user = discord.ClientUser(state=state, data=await self.http.static_login("token"))
        for server in self._servers:
            roles = [
                {"permissions": MEMBER, "position": 0, "color": 0, "colors": {}, **role} for role in server["roles"]
            ]
            me = {"user": ME, "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "flags": 0}
            known = {**server, "roles": roles, "members": [me], "member_count": 1}
            state._add_guild_from_data(known)  # type: ignore[arg-type]  # noqa: SLF001 (as the gateway does)
        return self

    def begin(self, event: dict[str, Any]) -> set[asyncio.Task[Any]]:
        """The gateway hands over an interaction or a message; returns the tasks that it makes."""
        before = asyncio.all_tasks()
        state = self._connection
        parse: Callable[[Any], None] = (
            state.parse_interaction_create if "token" in event else state.parse_message_create
        )
        parse(event)
        return asyncio.all_tasks() - before


class Where(TypedDict, total=False):
    """Where somebody does something, and who: by default in ``SERVER``, where the bot was added, who manages it."""

    server: str | None  # None: a direct message
    channel: str
    person: str
    permissions: str
    roles: tuple[str, ...]
    added: bool  # False: the server has not added the bot, the person has brought it along


class File(NamedTuple):
    """A file as somebody hands it over with a command: what its client says of it, and where it lies."""

    name: str
    size: int
    url: str


@dataclass
class Said:
    """What the bot sent in answer to one act: the requests by kind and body, and the files, by name."""

    requests: list[tuple[str, Any]]
    files: dict[str, bytes]
    posted_in: list[str]

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
    def last(self) -> dict[str, Any]:
        """The message that is shown in the end, or the form."""
        body = self.requests[-1][1]
        shown: dict[str, Any] = body.get("data", body)
        return shown

    @property
    def private(self) -> bool:
        """Whether the person alone sees what is shown in the end."""
        kind, body = self.requests[-1]
        first = self.first.get("data", {}) if kind == EDIT else body.get("data", body)
        return bool(first.get("flags", 0) & 64)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The components that are shown in the end, in reading order."""
        return list(components(self.last.get("components", [])))

    @property
    def texts(self) -> list[str]:
        """The texts among them."""
        return [part["content"] for part in self.parts if "content" in part]

    @property
    def offered(self) -> list[str]:
        """What can be pressed or chosen, by its custom_id."""
        return [part["custom_id"] for part in self.parts if "custom_id" in part and not part.get("disabled")]

    @property
    def line(self) -> str:
        """What is said in the end, in one line without components."""
        line: str = self.last["content"]
        return line

    @property
    def refusal(self) -> str:
        """The one line that was said at once, to the person alone, and nothing else."""
        ((_, body),) = self.requests
        assert (body["type"], body["data"]["flags"]) == (4, 64)
        line: str = body["data"]["content"]
        return line

    def offers(self, name: str) -> str:
        """The custom_id of the button or list that does this."""
        (found,) = (each for each in self.offered if each.split(":")[1] == name)
        return found


def components(body: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Components with those inside them."""
    for part in body:
        yield part
        inside = part.get("components", [])
        yield from components([*inside, part["component"]] if "component" in part else inside)


class People:
    """What they do, one act after the other.

    Every act meets a bot that was started for it, so that it knows what is stored, or stands on what was pressed, and
    no more.
    """

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, library: Library) -> None:
        """``folder`` is for the store."""
        self.wire = Wire()
        session = aiohttp.ClientSession
        patch.setattr("aiohttp.ClientSession", lambda **options: self.wire if options else session())
        self.store = Store(folder)
        self.desk: Desk = open_desk(library, self.store, LIMITS, 1)
        self.servers = SERVERS

    def use(self, command: str, options: dict[str, str | bool | File] | None = None, **where: Unpack[Where]) -> Said:
        """Somebody uses a command, or one of a group (``"documents list"``)."""
        return self.deal(used(command, options or {}, **where))

    def begin_typing(self, command: str, option: str, typed: str, **where: Unpack[Where]) -> list[dict[str, str]]:
        """Somebody types what an option is to be; what they are offered to choose from."""
        name, *inner = command.split()
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        if inner:
            options = [{"name": inner[0], "type": 1, "options": options}]
        said = self.deal(interaction(4, {"id": "500", "name": name, "type": 1, "options": options}, **where))
        assert said.first["type"] == 8
        choices: list[dict[str, str]] = said.first["data"]["choices"]
        return choices

    def ask_about(self, text: str, **where: Unpack[Where]) -> Said:
        """Somebody asks about a message of somebody else, from its menu."""
        theirs = message() | {"content": text, "author": {**USER, "id": "499"}, "flags": 0, "type": 0}
        data = {"id": "501", "name": "Ask the documents", "type": 3, "target_id": "600"}
        return self.deal(interaction(2, {**data, "resolved": {"messages": {"600": theirs}}}, **where))

    def press(
        self,
        custom_id: str,
        kind: int = BUTTON,
        values: tuple[str, ...] = (),
        on: Said | None = None,
        **where: Unpack[Where],
    ) -> Said:
        """Somebody presses a button, or chooses from a list, ``on`` a message that the bot sent."""
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind, "id": 1}
        if kind != BUTTON:
            data |= {"values": [*values], "resolved": {}}
        return self.deal({**interaction(3, data, **where), "message": shown(on)})

    def submit(self, form: Said, question: str, on: Said | None = None, **where: Unpack[Where]) -> Said:
        """Somebody fills in a form, which a button opened ``on`` a message that the bot sent."""
        (text,) = (part["custom_id"] for part in form.parts if part["type"] == 4)
        typed = {"type": 4, "id": 2, "custom_id": text, "value": question}
        data = {"custom_id": form.last["custom_id"], "components": [{"type": 18, "id": 1, "component": typed}]}
        return self.deal({**interaction(5, data, **where), "message": shown(on)})

    def say(self, text: str, **more: Any) -> Said:  # noqa: ANN401 (as ``said`` takes it)
        """Somebody sends a message."""
        return self.deal(spoken(text, **more))

    def deal(self, event: dict[str, Any]) -> Said:
        """The bot is started, and deals with what happens."""
        self.wire.next()
        calls, posts = len(self.wire.calls), len(self.wire.posted_in)
        self.wire.files = {}

        async def scenario() -> None:
            async with Connected(self.desk, self.servers) as bot:
                await asyncio.gather(*bot.begin(event))

        asyncio.run(scenario())
        assert self.wire.wrong == []
        requests = [call for call in self.wire.calls[calls:] if call[0] in _SAID]
        return Said(requests, self.wire.files, self.wire.posted_in[posts:])


def used(command: str, options: dict[str, str | bool | File], **where: Unpack[Where]) -> dict[str, Any]:
    """INTERACTION_CREATE of a command."""
    name, *inner = command.split()
    sent: list[dict[str, Any]] = []
    attachments: dict[str, Any] = {}
    for number, (key, value) in enumerate(options.items(), start=900):
        if isinstance(value, File):
            attachments[str(number)] = {"id": str(number), "filename": value.name, "size": value.size, "url": value.url}
            attachments[str(number)] |= {"proxy_url": value.url}
            sent.append({"name": key, "type": 11, "value": str(number)})
        else:
            sent.append({"name": key, "type": 5 if isinstance(value, bool) else 3, "value": value})
    if inner:
        sent = [{"name": inner[0], "type": 1, "options": sent}]
    data = {"id": "500", "name": name, "type": 1, "options": sent, "resolved": {"attachments": attachments}}
    return interaction(2, data, **where)


def interaction(
    kind: int,
    data: dict[str, Any],
    *,
    server: str | None = SERVER,
    channel: str = CHANNEL,
    person: str = PERSON,
    permissions: str = MANAGER,
    roles: tuple[str, ...] = (),
    added: bool = True,
) -> dict[str, Any]:
    """INTERACTION_CREATE as Discord documents it."""
    user = {**USER, "id": person}
    where: dict[str, Any] = {"user": user, "channel": {"id": channel, "type": 1}, "context": 1}
    if server is not None:
        member = {"user": user, "roles": [*roles], "permissions": permissions, "joined_at": "2024-01-01T00:00:00+00:00"}
        there = {"id": channel, "type": 0, "guild_id": server, "name": "general", "permissions": "0", "position": 0}
        where = {
            "member": {**member, "flags": 0, "deaf": False, "mute": False},
            "channel": there,
            "guild": {"id": server, "features": [], "locale": "en-US"},
            "guild_id": server,
            "context": 0,
        }
    return {
        "id": "1",
        "application_id": APPLICATION,
        "type": kind,
        "token": "interaction-token",
        "version": 1,
        "channel_id": channel,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": server} if server and added else {"1": person},
        "app_permissions": "0",
        "attachment_size_limit": 10485760,
        "data": data,
        **where,
    }


def spoken(
    text: str,
    *,
    server: str | None = SERVER,
    channel: str = CHANNEL,
    author: dict[str, Any] = USER,
    mentions: tuple[dict[str, Any], ...] = (),
    to: dict[str, Any] | None = None,
    **more: object,
) -> dict[str, Any]:
    """MESSAGE_CREATE as Discord documents it: a message, perhaps in answer ``to`` another."""
    sent = message() | {"id": "601", "channel_id": channel, "author": author, "content": text, "flags": 0, "type": 0}
    sent |= {"mentions": [*mentions]}
    if server is not None:
        member = {"roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "flags": 0, "deaf": False, "mute": False}
        sent |= {"guild_id": server, "member": member}
    if to is not None:
        reference = {"message_id": to["id"], "channel_id": channel, **({"guild_id": server} if server else {})}
        sent |= {"type": 19, "message_reference": reference, "referenced_message": to}
    return {**sent, **more}


def message() -> dict[str, Any]:
    """A message of the bot as Discord returns it, as far as discord.py wants it."""
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


def shown(said: Said | None) -> dict[str, Any]:
    """The message that the bot sent, as Discord returns it; of nothing said, an empty one."""
    if said is None:
        return message()
    made = json.loads(json.dumps(said.last["components"]))
    for number, part in enumerate(components(made), start=1):
        part["id"] = number
    return message() | {"components": made, "flags": _COMPONENTS | 64 * said.private}


def texts(body: dict[str, Any]) -> list[str]:
    """The texts of a message of components, in reading order."""
    return [part["content"] for part in components(body["components"]) if "content" in part]


class Cdn:
    """Where Discord keeps the files that people hand over: a server on this machine that serves them, well or badly."""

    def __init__(self) -> None:
        self._serving: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self._left = threading.Event()
        serving, left = self._serving, self._left

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                serving[self.path](self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._hanging = left.wait

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def file(self, name: str, data: bytes, size: int | None = None, **how: Any) -> File:  # noqa: ANN401
        """A file that lies there; its ``size`` as a client says it. ``how`` it is served stands below."""
        path = f"/{len(self._serving)}"
        self._serving[path] = lambda handler: self._serve(handler, data, **how)
        return File(name, len(data) if size is None else size, f"http://127.0.0.1:{self._server.server_port}{path}")

    def _serve(
        self,
        handler: BaseHTTPRequestHandler,
        data: bytes,
        *,
        status: int = 200,
        promised: int | None = None,
        hangs: bool = False,
    ) -> None:
        """``promised`` says how many bytes are to come; after those there are it breaks off, or ``hangs``."""
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data) if promised is None else promised))
        handler.end_headers()
        try:
            handler.wfile.write(data)
            handler.wfile.flush()
            if hangs:
                self._hanging()
        except OSError:  # whoever asked has left
            pass
