"""/sources: the documents there are."""

import asyncio

import discord
from discord import app_commands

from bot import delivery
from bot.layouts import sources_view
from bot.library import Library


def sources_command(library: Library) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command, listing these documents."""

    @app_commands.command(name="sources", description="List the documents that answers come from. Only you see it.")
    async def sources(interaction: discord.Interaction) -> None:
        await delivery.defer(interaction, private=True)
        # Off the event loop: every word of the documents is counted.
        view = await asyncio.to_thread(lambda: sources_view(library.answerer.documents))
        await delivery.answer(interaction, view)

    return sources
