"""The slash commands, one file a group: what they are called, what they take, which function answers."""

from discord import app_commands

from bot.commands.asking import ask_command
from bot.commands.sources import sources_command
from bot.library import Library

__all__ = ["all_commands"]


def all_commands(library: Library) -> list[app_commands.Command[app_commands.Group, ..., None]]:
    """Every command, answering from these documents."""
    return [ask_command(library), sources_command(library)]
