"""/privacy: what is stored of a person, and its deletion."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.desk import Desk
from bot.layouts import Layout, forget_view, forgotten_view, privacy_view
from bot.presses import Handler

Interaction = discord.Interaction[Any]


def privacy_commands() -> list[app_commands.Command[Any, ..., Any]]:
    """The command that says what is stored."""

    @app_commands.command(name="privacy", description="What I store of you, for how long, and how to delete it.")
    async def privacy(interaction: Interaction) -> None:
        await delivery.tell(interaction, privacy_view())

    return [privacy]


def privacy_presses(desk: Desk) -> dict[str, Handler]:
    """What deletes, once a person is sure."""
    return {
        "privacy": partial(_turn, privacy_view),
        "forget": partial(_turn, forget_view),
        "forgotten": partial(_forget, desk),
    }


async def _turn(view: Callable[[], Layout], interaction: Interaction) -> None:
    """Shows another view in the place of this one."""
    await delivery.defer_change(interaction)
    await delivery.answer(interaction, view())


async def _forget(desk: Desk, interaction: Interaction) -> None:
    """Deletes what the presser asked, wherever that was."""
    await delivery.defer_change(interaction)
    number = await asyncio.to_thread(desk.questions.forget, interaction.user.id)
    await asyncio.to_thread(desk.uploads.forget, interaction.user.id)
    await delivery.answer(interaction, forgotten_view(number))
