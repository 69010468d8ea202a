"""Commands are sent to Discord only when they differ from what it has, and no file is needed to know.

A bulk overwrite replaces all global commands; of it, only new ones count against the 200 a day that Discord allows
(https://discord.com/developers/docs/interactions/application-commands#registering-a-command).
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

from discord import app_commands

from bot.delivery import FAILURES

_log = logging.getLogger(__name__)

# What Discord adds to a command: its own numbers, and a field that ``contexts`` has replaced.
_DISCORDS_OWN = frozenset({"id", "application_id", "guild_id", "version", "dm_permission"})
_NUMBERS = frozenset({"default_member_permissions"})  # sent as a number, and returned as its digits
_SETS = frozenset({"contexts", "integration_types"})  # lists whose order means nothing


async def register(tree: app_commands.CommandTree[Any]) -> None:
    """Sends the commands if they changed. A failure is logged: those that Discord knows already go on working."""
    try:
        known = await tree.client.http.get_global_commands(tree.client.application_id)
        ours = [command.to_dict(tree) for command in tree.get_commands()]
        if _alike(ours, cast("list[dict[str, Any]]", known)):
            return
        await tree.sync()
        _log.info("Sent %d commands to Discord", len(ours))
    except (*FAILURES, app_commands.AppCommandError) as error:
        _log.error("Could not send the commands to Discord, going on with those it knows: %s", error)


def _alike(ours: Iterable[Mapping[str, Any]], known: Iterable[Mapping[str, Any]]) -> bool:
    """Whether two lists of commands mean the same, in whatever order."""
    return _by_name(ours) == _by_name(known)


def _by_name(commands: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str], object]:
    return {(command.get("type", 1), command["name"]): _plain(command) for command in commands}


def _plain(value: object) -> object:
    """A payload without what stands for the default: what is not set, empty, or false means the same as left out."""
    if isinstance(value, Mapping):
        plain = {
            key: sorted(part) if key in _SETS and part else str(part) if key in _NUMBERS and part else _plain(part)
            for key, part in value.items()
            if key not in _DISCORDS_OWN
        }
        return {key: part for key, part in plain.items() if part not in (None, False, "", [], {})}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
