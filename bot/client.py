"""The Discord bot as a process: connects, offers the commands, and leaves when it is told to."""

import asyncio
import logging
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NamedTuple

import aiohttp
import discord
from discord import app_commands
from discord.ext import tasks

from bot import delivery
from bot.commands import all_commands, all_presses, answer_message
from bot.desk import Desk
from bot.layouts import stale_view
from bot.presses import StaleError, route
from bot.registration import register
from bot.slots import EVERY
from corpus import SettingError, UserError

_log = logging.getLogger(__name__)

_PORTAL = "https://discord.com/developers/applications"
_REFUSED = f"DISCORD_TOKEN: Discord refuses this token; copy a new one (Bot, Reset Token) at {_PORTAL}"
_UNREACHED = f"Discord cannot be reached ({{}}): check the network and try again; the token comes from {_PORTAL}"

_AUTHENTICATION_FAILED = 4004  # the gateway's close code for a token that was reset while the bot was running
_GRACE = 1.0  # seconds that answers under way have to be finished when the bot is told to leave


class Shards(NamedTuple):
    """Which shards this process runs, of how many in all; None: all of them, and as many as Discord advises."""

    ids: list[int] | None = None
    number: int | None = None


def run(desk: Desk, token: str, shards: Shards) -> int:
    """Serves until SIGINT or SIGTERM, and returns the exit status.

    Raises SettingError for a token that Discord refuses, UserError if Discord cannot be reached at the start.
    """
    if not token.strip().isprintable():  # a line break inside it, say: aiohttp would not send it
        raise SettingError(_REFUSED)
    # Or discord.py warns at each start that two packages are missing without which a bot cannot speak in voice chats.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    try:
        asyncio.run(_serve(desk, token, shards))
    except discord.LoginFailure:
        raise SettingError(_REFUSED) from None
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise SettingError(_REFUSED) from None
        raise UserError(f"Discord closed the connection for good (code {error.code})") from None
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise UserError(_UNREACHED.format(" ".join(str(error).split()) or type(error).__name__)) from None
    return 0


async def _serve(desk: Desk, token: str, shards: Shards) -> None:
    stop = asyncio.Event()
    with _called_on_signals(stop.set):
        async with Bot(desk, shards) as bot:
            serving = asyncio.create_task(bot.start(token))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
                if serving.done():
                    serving.result()  # raises what ended it
            finally:
                await bot.close()
                # Also while it connects, or waits to connect again, which closing alone does not end.
                for task in (serving, stopping):
                    task.cancel()
                await asyncio.gather(serving, stopping, return_exceptions=True)


@contextmanager
def _called_on_signals(callback: Callable[[], None]) -> Iterator[None]:
    """Calls back in the event loop on SIGINT and SIGTERM, of which discord.py heeds only the first."""
    loop = asyncio.get_running_loop()

    def handle(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(callback)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        try:
            loop.add_signal_handler(number, callback)
        except NotImplementedError:  # Windows: its event loop wakes for a plain handler
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)


class Bot(discord.AutoShardedClient):
    """The client: no privileged intent, no cache of messages, no mention that reaches anybody.

    Of messages it is told all, but the words only of those that mention it, answer it, or are sent to it directly.
    """

    def __init__(self, desk: Desk, shards: Shards) -> None:
        """Makes the commands; nothing connects yet."""
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            shard_ids=shards.ids,  # type: ignore[arg-type]
            shard_count=shards.number,
        )
        self.answering: set[asyncio.Task[object]] = set()
        self._desk = desk
        self.registering: asyncio.Task[None] | None = None
        self._presses = all_presses(desk)
        self._tree = _Commands(self)
        for command in all_commands(desk):
            self._tree.add_command(command)

    async def setup_hook(self) -> None:
        """Registers the commands while the bot connects: when that fails, discord.py tries for half a minute."""
        if self.shard_ids is None or 0 in self.shard_ids:  # one process of several is enough
            self.registering = asyncio.create_task(register(self._tree))
            self._expire.start()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        """Waits until this shard may identify, as Discord allows it to one of a bucket, whichever process it is in."""
        starts = await self.fetch_session_start_limits()
        wait = starts.reset_after / 1000
        if not starts.remaining:  # beyond the limit Discord would take the token away
            _log.warning("Discord takes no more connections of this bot for %.0f minutes: waiting", wait / 60)
            await asyncio.sleep(wait)
        bucket = (shard_id or 0) % starts.max_concurrency
        try:
            wait = await asyncio.to_thread(self._desk.slots.claim, bucket, time.time())
        except sqlite3.Error as error:  # discord.py would end the bot
            _log.error("Other processes cannot be told that this one connects, going on all the same: %s", error)
            wait = EVERY
        await asyncio.sleep(wait)

    async def on_ready(self) -> None:
        """Says in the log that the bot is there, and how to invite it; notices where it was added or removed."""
        # Answering a command takes no permission in a server, answering a message takes these.
        needed = discord.Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True)
        invitation = discord.utils.oauth_url(self.application_id or 0, permissions=needed)
        _log.info(
            "Ready as %s; documents: %d; servers: %d; invite it with %s",
            self.user,
            len(self._desk.libraries.of(None).index),
            len(self.guilds),
            invitation,
        )
        await asyncio.to_thread(self._notice, {guild.id for guild in self.guilds})

    def _notice(self, here: set[int]) -> None:
        """Takes note of the servers that added or removed the bot while this process did not run."""
        for server in self._desk.servers.known():
            # Which shard a server belongs to: https://discord.com/developers/docs/events/gateway#sharding
            if (server >> 22) % (self.shard_count or 1) in self.shards:
                (self._desk.servers.returned if server in here else self._desk.servers.left)(server)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keeps what a server has when the bot is added again."""
        await asyncio.to_thread(self._desk.servers.returned, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """From here on the days count until what the server has is deleted."""
        await asyncio.to_thread(self._desk.servers.left, guild.id)

    async def on_message(self, message: discord.Message) -> None:
        """Answers a question in plain words."""
        if self.user is not None and message.author.id != self.user.id:
            self.hold()
            await answer_message(self._desk, self.user, message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answers what was pressed, chosen or typed into a form; commands are answered by the tree."""
        if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        self.hold()
        try:
            await route(self._presses, interaction)
        except StaleError as stale:
            with suppress(*delivery.FAILURES):
                await delivery.tell(interaction, stale_view(stale.asked))
        except Exception as error:  # noqa: BLE001 (whatever it is, the person is told, and the log)
            await delivery.explain(interaction, error)

    @tasks.loop(hours=1)
    async def _expire(self) -> None:
        """Deletes what was kept long enough. What cannot be deleted now, is at the next turn."""
        try:
            await asyncio.to_thread(self._desk.expire)
        except sqlite3.Error as error:  # it would be the last turn
            _log.error("What was kept long enough could not be deleted: %s", error)

    def hold(self) -> None:
        """Remembers what is under way until it is done; discord.py runs every event in a task of its own."""
        if task := asyncio.current_task():
            self.answering.add(task)
            task.add_done_callback(self.answering.discard)

    async def close(self) -> None:
        """Leaves, once the answers under way are delivered or their time is up."""
        self._expire.cancel()
        if self.answering:
            await asyncio.wait(self.answering, timeout=_GRACE)
        tasks = [*self.answering, *([self.registering] if self.registering else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await super().close()


class _Commands(app_commands.CommandTree[Bot]):
    """The tree of commands: for servers, direct messages and people who carry the bot with them."""

    def __init__(self, client: Bot) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    async def interaction_check(self, interaction: discord.Interaction[Bot], /) -> bool:
        """Lets every command pass, and remembers it until it is answered."""
        interaction.client.hold()
        return True

    async def on_error(self, interaction: discord.Interaction[Bot], error: app_commands.AppCommandError, /) -> None:
        """Whatever went wrong in a command ends here."""
        await delivery.explain(interaction, error)
