"""What a command says back, delivered once: deferred, then edited into place.

An edit can be sent again without harm, a new message cannot: Discord may post it and still answer 500. Hence the
answer is always an edit of the original response. Discord takes the deferral within 3 seconds of the command, and
edits for 15 minutes (https://discord.com/developers/docs/interactions/receiving-and-responding).

discord.py repeats what Discord refuses with 5xx, or with 429 and a Via header. ``insist`` repeats the rest: a 429
from the proxies in front of Discord, and a connection that broke.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import aiohttp
import discord
from discord import app_commands, ui

from bot.markdown import escape
from corpus import UserError

_log = logging.getLogger(__name__)

T = TypeVar("T")

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

_PRIVATE = "verbatim.private"  # in Interaction.extras once deferred: whether only the person sees what follows


async def defer(interaction: discord.Interaction, *, private: bool) -> None:
    """Shows the person at once that the command was heard; ``private`` holds for all that follows."""
    await _first(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    interaction.extras[_PRIVATE] = private


async def answer(interaction: discord.Interaction, view: ui.LayoutView) -> None:
    """Puts the answer in the place of a deferred response."""
    await _insist(lambda: interaction.edit_original_response(view=view), _PATIENT)


async def explain(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
    """Tells the person, and nobody else, why there is no answer. What they cannot mend goes to the log as well."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in _GONE:
        _log.info("Nobody waits for the answer any more: %s", cause)
        return
    if isinstance(cause, UserError):
        line = escape(str(cause))
    elif isinstance(cause, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        line = _STALE
    else:
        number = secrets.token_hex(4)
        _log.error("A command failed [%s]", number, exc_info=cause)
        line = _APOLOGY.format(f"`{number}`")
    try:
        await tell(interaction, line)
    except FAILURES as failure:
        _log.warning("A person could not be told that a command failed: %s", failure)


async def tell(interaction: discord.Interaction, line: str) -> None:
    """A line that only the person sees, in whatever state the response is."""
    private = interaction.extras.get(_PRIVATE)
    if private is None:
        await _first(lambda: interaction.response.send_message(line, ephemeral=True))
    elif private:
        await _insist(lambda: interaction.edit_original_response(content=line), _PATIENT)
    else:
        # The first follow-up takes the place of a deferred response and its publicity, unless that is deleted before.
        with suppress(*FAILURES):  # gone already, perhaps; if it is not, told in public is better than not told
            await _insist(interaction.delete_original_response, _PATIENT)
        await _insist(lambda: interaction.followup.send(line, ephemeral=True), _PATIENT)


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
