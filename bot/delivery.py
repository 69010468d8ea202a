"""What a command or a button says back, delivered once: deferred, then edited into place.

An edit can be sent again without harm, a new message cannot: Discord may post it and still answer 500. Hence the
answer is always an edit of the original response; where there is none, Discord is given a nonce, by which it knows the
same message again. Discord takes the deferral within 3 seconds of the command, and edits for 15 minutes
(https://discord.com/developers/docs/interactions/receiving-and-responding).

discord.py repeats what Discord refuses with 5xx, or with 429 and a Via header. ``insist`` repeats the rest: a 429
from the proxies in front of Discord, and a connection that broke.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple, TypeVar

import aiohttp
import discord
from discord import app_commands, ui

from bot.markdown import escape
from corpus import IndexAway, IndexProblem, UserError

_log = logging.getLogger(__name__)

T = TypeVar("T")

Interaction = discord.Interaction[Any]

FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError)
"""How a request to Discord fails: refused, broken off, or not even begun (asyncio's TimeoutError is an OSError)."""

# Discord's codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_ANSWERED_ALREADY = 40060
_GONE = (10008, 10015, 10062, 50027)  # unknown message, webhook, interaction; a token that has run out

_SOON = (0.2, 0.4, 0.8)  # seconds between attempts, all of them within the 3 for a first response
_PATIENT = (1.0, 2.0, 4.0, 8.0, 16.0)
_LONGEST_WAIT = 60.0  # a refusal for longer than this is not waited for
_LIMIT = 600.0  # for all attempts together, whatever each may take

_STALE = "This command has changed. Reload Discord (Ctrl+R, or close and open the app) and try again."
_APOLOGY = "Sorry, something went wrong on my side. If you report it, please give this number: {}"

# In Interaction.extras: what stands there so far. One person, or everybody, sees that an answer is awaited; or there is
# a message that stays whatever comes.
_STANDING = "verbatim.standing"
_PRIVATE, _PUBLIC, _MESSAGE = "private", "public", "message"


class Attached(NamedTuple):
    """A file to send: its name, what it holds, and what a screen reader says of it."""

    name: str
    data: bytes
    description: str | None = None


async def defer(interaction: Interaction, *, private: bool) -> None:
    """Shows the person at once that they were heard; ``private`` holds for all that follows."""
    await _first(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    interaction.extras[_STANDING] = _PRIVATE if private else _PUBLIC


async def defer_change(interaction: Interaction) -> None:
    """The same for a press after which its own message is to change."""
    await _first(interaction.response.defer)
    interaction.extras[_STANDING] = _MESSAGE


async def answer(interaction: Interaction, view: ui.LayoutView, files: Sequence[Attached] = ()) -> None:
    """Puts the answer in the place of a deferred response, or of the message whose button was pressed."""

    def edit() -> Awaitable[object]:
        # Made for each attempt, which reads them to their end.
        made = [discord.File(BytesIO(file.data), file.name, description=file.description) for file in files]
        return interaction.edit_original_response(view=view, attachments=made or discord.utils.MISSING)

    await _insist(edit, _PATIENT)
    interaction.extras[_STANDING] = _MESSAGE  # a line could not take the place of its components


async def ask_back(interaction: Interaction, form: ui.Modal) -> None:
    """Opens a form."""
    form.stop()  # answered by its custom_id: nothing of it is kept
    await _first(lambda: interaction.response.send_modal(form))


async def explain(interaction: Interaction, error: Exception) -> None:
    """Tells the person, and nobody else, why there is no answer. What they cannot mend goes to the log as well."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in _GONE:
        _log.info("Nobody waits for the answer any more: %s", cause)
        return
    if is_theirs(cause):
        line = escape(str(cause))
    elif isinstance(cause, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        line = _STALE
    else:
        line = apology(cause)
    try:
        await tell(interaction, line)
    except FAILURES as failure:
        _log.warning("A person could not be told that a command failed: %s", failure)


def is_theirs(error: BaseException) -> bool:
    """Whether what an error says is for people on Discord; what is wrong with an index is for who runs the bot."""
    return isinstance(error, IndexAway) or (isinstance(error, UserError) and not isinstance(error, IndexProblem))


def apology(error: Exception) -> str:
    """What is said of an error that nobody foresaw; what it is goes to the log, under the number that is said."""
    number = secrets.token_hex(4)
    _log.error("A command failed [%s]", number, exc_info=error)
    return _APOLOGY.format(f"`{number}`")


async def tell(interaction: Interaction, said: str | ui.LayoutView) -> None:
    """A line, or a view, that only the person sees, in whatever state the response is."""
    what: dict[str, Any] = {"content": said} if isinstance(said, str) else {"view": said}
    standing = interaction.extras.get(_STANDING)
    if standing is None:
        await _first(lambda: interaction.response.send_message(**what, ephemeral=True))
    elif standing == _PRIVATE:
        await _insist(lambda: interaction.edit_original_response(**what), _PATIENT)
    else:
        if standing == _PUBLIC:
            # The first follow-up takes the place of a deferred response and its publicity, unless that is deleted.
            with suppress(*FAILURES):  # gone already, perhaps; if not, told in public is better than not told
                await _insist(interaction.delete_original_response, _PATIENT)
        await _insist(lambda: interaction.followup.send(**what, ephemeral=True), _PATIENT)


async def post(send: Callable[[], Awaitable[T]]) -> T:
    """Sends a message that answers no interaction; ``send`` gives it a nonce, or it may be there twice."""
    return await _insist(send, _PATIENT)


async def _first(response: Callable[[], Awaitable[object]]) -> None:
    """Makes the first response to a command."""
    try:
        await _insist(response, _SOON)
    except discord.HTTPException as error:
        if error.code != _ANSWERED_ALREADY:  # it took effect at an attempt whose answer got lost
            raise


async def _insist(request: Callable[[], Awaitable[T]], pauses: tuple[float, ...]) -> T:
    """Makes a request, again after each of the pauses while Discord or the way to it is overloaded or broken.

    Raises what the last attempt raised, or TimeoutError.
    """
    async with asyncio.timeout(_LIMIT):
        for pause in pauses:
            try:
                return await request()
            except discord.HTTPException as error:
                if error.status != 429 or (wait := max(pause, _asked_to_wait(error))) > _LONGEST_WAIT:
                    raise
            except (aiohttp.ClientError, OSError):
                wait = pause
            await asyncio.sleep(wait)
        return await request()


def _asked_to_wait(error: discord.HTTPException) -> float:
    """The seconds in a refusal's Retry-After header; 0 if it has none, or the date that RFC 9110 also allows there."""
    try:
        return float(error.response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
