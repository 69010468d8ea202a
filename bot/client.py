"""The Discord bot as a process: connects, offers the commands, and leaves when it is told to."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import aiohttp
import discord
from discord import app_commands

from bot import delivery
from bot.commands import all_commands
from bot.library import Library
from bot.registration import register
from corpus import SettingError, UserError

_log = logging.getLogger(__name__)

_PORTAL = "https://discord.com/developers/applications"
_REFUSED = f"DISCORD_TOKEN: Discord refuses this token; copy a new one (Bot, Reset Token) at {_PORTAL}"
_UNREACHED = f"Discord cannot be reached ({{}}): check the network and try again; the token comes from {_PORTAL}"

_AUTHENTICATION_FAILED = 4004  # the gateway's close code for a token that was reset while the bot was running
_GRACE = 1.0  # seconds that answers under way have to be finished when the bot is told to leave


def run(library: Library, token: str) -> int:
    """Serves until SIGINT or SIGTERM, and returns the exit status.

    Raises SettingError for a token that Discord refuses, UserError if Discord cannot be reached at the start.
    """
    if not token.strip().isprintable():  # a line break inside it, say: aiohttp would not send it
        raise SettingError(_REFUSED)
    # Or discord.py warns at each start that two packages are missing without which a bot cannot speak in voice chats.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    try:
        asyncio.run(_serve(library, token))
    except discord.LoginFailure:
        raise SettingError(_REFUSED) from None
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise SettingError(_REFUSED) from None
        raise UserError(f"Discord closed the connection for good (code {error.code})") from None
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise UserError(_UNREACHED.format(" ".join(str(error).split()) or type(error).__name__)) from None
    return 0


async def _serve(library: Library, token: str) -> None:
    stop = asyncio.Event()
    with _called_on_signals(stop.set):
        async with Bot(library) as bot:
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

    Auto-sharded for what else that does: a plain Client raises AttributeError when the gateway is away at the start.
    """

    def __init__(self, library: Library) -> None:
        """Makes the commands; nothing connects yet."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
        )
        self.answering: set[asyncio.Task[object]] = set()
        self._library = library
        self._registering: asyncio.Task[None] | None = None
        self._tree = _Commands(self)
        for command in all_commands(library):
            self._tree.add_command(command)

    async def setup_hook(self) -> None:
        """Registers the commands while the bot connects: when that fails, discord.py tries for half a minute."""
        self._registering = asyncio.create_task(register(self._tree))

    async def on_ready(self) -> None:
        """Says in the log that the bot is there, and how to invite it."""
        # Answering a command takes no permission in a server.
        invitation = discord.utils.oauth_url(self.application_id or 0, permissions=discord.Permissions.none())
        _log.info(
            "Ready as %s; documents: %d; servers: %d; invite it with %s",
            self.user,
            len(self._library.answerer.documents),
            len(self.guilds),
            invitation,
        )

    async def close(self) -> None:
        """Leaves, once the answers under way are delivered or their time is up."""
        if self.answering:
            await asyncio.wait(self.answering, timeout=_GRACE)
        tasks = [*self.answering, *([self._registering] if self._registering else [])]
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
        if task := asyncio.current_task():  # discord.py runs every command in a task of its own
            interaction.client.answering.add(task)
            task.add_done_callback(interaction.client.answering.discard)
        return True

    async def on_error(self, interaction: discord.Interaction[Bot], error: app_commands.AppCommandError, /) -> None:
        """Whatever went wrong in a command ends here."""
        await delivery.explain(interaction, error)
