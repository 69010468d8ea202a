"""Who may look after a server: decided by what Discord says of the person now, and by what the server has set."""

import asyncio
from typing import Any

import discord

from bot.desk import Desk
from corpus import UserError

Interaction = discord.Interaction[Any]


def check_manager(interaction: Interaction) -> int:
    """The server that a person manages. Raises UserError for anybody else, whatever a client let them send."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        raise UserError("This is for a server that has added me: use it there.")
    if not interaction.permissions.manage_guild:
        raise UserError("This is for whoever may manage this server.")
    return interaction.guild_id


async def check_curator(desk: Desk, interaction: Interaction) -> int:
    """The server whose documents a person may look after: by managing it, or by the role it has set for that.

    Raises UserError for anybody else.
    """
    if interaction.guild_id is not None and interaction.is_guild_integration():
        server = await asyncio.to_thread(desk.servers.get, interaction.guild_id)
        roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
        if server.curators is not None and server.curators in {role.id for role in roles}:
            return interaction.guild_id
    return check_manager(interaction)
