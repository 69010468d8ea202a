"""/help: how to use the bot."""

from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.layouts import help_view


def help_commands() -> list[app_commands.Command[Any, ..., Any]]:
    """The command that explains the others."""

    @app_commands.command(name="help", description="How to ask the documents, and how to check the answers.")
    async def explain(interaction: discord.Interaction[Any]) -> None:
        await delivery.tell(interaction, help_view())

    return [explain]
