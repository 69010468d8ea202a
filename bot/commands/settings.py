"""/settings: what a server has set, and what changes it."""

import asyncio
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.commands.permissions import check_manager
from bot.desk import Desk
from bot.layouts import ASKED_IN, LEVELS, PASSED_ON_TO, settings_view
from bot.presses import Handler, StaleError, chosen
from bot.servers import Server
from corpus import UserError

Interaction = discord.Interaction[Any]

_WRITING = discord.Permissions(view_channel=True, send_messages=True)


def settings_commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """The command that shows the settings."""

    @app_commands.command(name="settings", description="Where I may speak, how sure I must be, who may add documents.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def settings(interaction: Interaction) -> None:
        guild = _managed(interaction)
        await delivery.defer(interaction, private=True)
        await _show(interaction, guild, await asyncio.to_thread(desk.servers.get, guild.id))

    return [settings]


def settings_presses(desk: Desk) -> dict[str, Handler]:
    """What changes a setting."""
    return {"set": partial(_set, desk)}


async def _set(desk: Desk, interaction: Interaction, name: str, *pressed: str) -> None:
    """Sets what was chosen, or what stands on the button, and shows the settings as they are now."""
    guild = _managed(interaction)
    change = _change(guild, name, pressed or chosen(interaction))
    await delivery.defer_change(interaction)
    await _show(interaction, guild, await asyncio.to_thread(desk.servers.change, guild.id, **change))


def _managed(interaction: Interaction) -> discord.Guild:
    """The server that a person manages. Raises UserError for anybody else, StaleError if it is gone."""
    check_manager(interaction)
    if interaction.guild is None:
        raise StaleError
    return interaction.guild


def _change(guild: discord.Guild, name: str, values: Collection[str]) -> dict[str, Any]:
    """The fields of ``Server`` that are to change, by what was chosen. Raises UserError, StaleError."""
    if name == "channels":
        return {name: _ids(values, [channel for channel in guild.channels if channel.type in ASKED_IN])}
    if name == "people":
        return {name: _first(values, [channel for channel in guild.channels if channel.type in PASSED_ON_TO])}
    if name == "curators":
        # Not @everyone, which Discord lists among the roles.
        return {name: _first(values, [role for role in guild.roles if not role.is_default()])}
    if name == "private":
        return {name: "yes" in values}
    for level in LEVELS:
        if name == "threshold" and level.name in values:
            return {name: level.threshold}
    raise StaleError


def _ids(values: Collection[str], fitting: Iterable[discord.abc.Snowflake]) -> tuple[int, ...]:
    """The ids that were chosen. Raises UserError if any is of none that fits."""
    known = {str(thing.id): thing.id for thing in fitting}
    if not known.keys() >= set(values):
        raise UserError("That cannot be set here, or is not in this server any more: choose another.")
    return tuple(known[value] for value in values)


def _first(values: Collection[str], fitting: Iterable[discord.abc.Snowflake]) -> int | None:
    """The one id that was chosen, or None. Raises UserError as ``_ids`` does."""
    return next(iter(_ids(values, fitting)), None)


async def _show(interaction: Interaction, guild: discord.Guild, server: Server) -> None:
    """Shows the settings in the place of the deferred response, or of the panel that was pressed."""
    there = {thing.id for thing in (*guild.channels, *guild.roles)}
    people = guild.get_channel(server.people) if server.people else None
    mute = people is not None and not people.permissions_for(guild.me) >= _WRITING
    await delivery.answer(interaction, settings_view(server, there, mute=mute))
