"""A button, a choice or a form ↔ what is wanted: all of it stands in the custom_id, so that any process can answer it.

discord.py would keep a view in memory for every message and know nothing of it after a restart; hence what is pressed
is routed from its custom_id alone. Whatever comes back is checked like anything a stranger sends: a number may be none,
an id may be of another server, what it names may be gone.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from inspect import signature
from typing import Any, NamedTuple

import discord

_VERSION = "v1"  # of what stands in a custom_id: a button of another one is stale
Handler = Callable[..., Awaitable[None]]
"""Answers a press: takes the interaction, and what stands in the custom_id after the name."""


class Press(NamedTuple):
    """What is wanted, and of what."""

    name: str
    arguments: tuple[str, ...]


class StaleError(Exception):
    """What was pressed belongs to something that is not there any more. ``asked`` is the id of what was, if known."""

    def __init__(self, asked: str = "") -> None:
        """Remembers what was asked."""
        super().__init__(asked)
        self.asked = asked


def custom_id(name: str, *arguments: object) -> str:
    """What to put on a button. Arguments hold no colon, and are short: all of it has at most 100 characters."""
    return ":".join((_VERSION, name, *map(str, arguments)))


def parse(custom_id: str) -> Press | None:
    """What was pressed; None if it is not of this version."""
    version, *rest = custom_id.split(":")
    return Press(rest[0], tuple(rest[1:])) if version == _VERSION and rest else None


async def route(handlers: Mapping[str, Handler], interaction: discord.Interaction[Any]) -> None:
    """Hands a press to what answers presses of its name. Raises StaleError where nothing answers it as it is."""
    press = parse(str(dict(interaction.data or {}).get("custom_id", "")))
    if press is None or press.name not in handlers:
        raise StaleError
    handler = handlers[press.name]
    try:
        signature(handler).bind(interaction, *press.arguments)
    except TypeError:  # too few arguments, or too many
        raise StaleError from None
    await handler(interaction, *press.arguments)


def as_number(argument: str) -> int:
    """The number that an argument is. Raises StaleError if it is none, or further off than anything goes on."""
    if not re.fullmatch(r"-?[0-9]{1,6}", argument):
        raise StaleError
    return int(argument)


def typed(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What a person typed into a form, by the custom_id of each of its inputs."""
    found: dict[str, str] = {}

    def walk(part: object) -> None:
        if isinstance(part, list):
            for inner in part:
                walk(inner)
        elif isinstance(part, dict):
            if isinstance(part.get("custom_id"), str) and isinstance(part.get("value"), str):
                found[part["custom_id"]] = part["value"]
            walk(part.get("components"))
            walk(part.get("component"))

    walk(dict(interaction.data or {}).get("components"))
    return found


def chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """What a person chose from a list, by its values."""
    values = dict(interaction.data or {}).get("values")
    return [str(value) for value in values] if isinstance(values, list) else []
