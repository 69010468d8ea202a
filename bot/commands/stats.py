"""/stats: what was asked in a server, for whoever manages it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.chart import described, drawn
from bot.commands.permissions import check_manager
from bot.desk import Desk
from bot.layouts import CHART, UNANSWERED, Layout, stats_view
from bot.spreadsheet import as_csv

DAYS = 30
"""Days that are looked back on, today among them."""


def stats_commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """The command that shows what was asked."""

    @app_commands.command(name="stats", description="What was asked here, and what I could not answer. Never by whom.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def stats(interaction: discord.Interaction[Any]) -> None:
        server = check_manager(interaction)
        await delivery.defer(interaction, private=True)
        view, files = await asyncio.to_thread(_shown, desk, server)
        await delivery.answer(interaction, view, files)

    return [stats]


def _shown(desk: Desk, server: int) -> tuple[Layout, list[delivery.Attached]]:
    """The message, and the files that it shows."""
    statistics = desk.questions.statistics(server, DAYS, datetime.now(UTC).date())
    files = []
    if statistics.answered_count + statistics.unanswered_count:
        files.append(delivery.Attached(CHART, drawn(statistics), described(statistics)))
    if statistics.unanswered:
        files.append(delivery.Attached(UNANSWERED, as_csv(statistics.unanswered)))
    return stats_view(statistics), files
