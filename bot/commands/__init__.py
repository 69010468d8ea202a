"""What people can use, one file a group: the commands, what they take, and what their messages offer to press."""

from typing import Any

from discord import app_commands

from bot.commands.asking import asking_commands, asking_presses
from bot.commands.documents import documents_commands, documents_presses
from bot.commands.help import help_commands
from bot.commands.passages import passages_commands, passages_presses
from bot.commands.plain import answer_message
from bot.commands.privacy import privacy_commands, privacy_presses
from bot.commands.settings import settings_commands, settings_presses
from bot.commands.sources import sources_commands, sources_presses
from bot.commands.stats import stats_commands
from bot.desk import Desk
from bot.presses import Handler

__all__ = ["all_commands", "all_presses", "answer_message"]

Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | app_commands.Group


def all_commands(desk: Desk) -> list[Command]:
    """Every command."""
    return [
        *asking_commands(desk),
        *passages_commands(desk),
        *sources_commands(desk),
        *documents_commands(desk),
        *settings_commands(desk),
        *stats_commands(desk),
        *privacy_commands(),
        *help_commands(),
    ]


def all_presses(desk: Desk) -> dict[str, Handler]:
    """What answers a press, by the name that stands first in its custom_id."""
    return (
        asking_presses(desk)
        | passages_presses(desk)
        | sources_presses(desk)
        | documents_presses(desk)
        | settings_presses(desk)
        | privacy_presses(desk)
    )
