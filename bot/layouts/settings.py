"""What a server has set: each setting in words, and below it what changes it."""

from collections.abc import Collection
from typing import NamedTuple

import discord
from discord import ChannelType, ui

from bot.layouts.parts import Layout, Part, button
from bot.presses import custom_id
from bot.servers import Server
from retrieval import THRESHOLD

ASKED_IN = (ChannelType.text, ChannelType.news, ChannelType.forum)
"""The kinds of channels that the bot can be kept to."""

PASSED_ON_TO = (ChannelType.text, ChannelType.news)
"""The kinds to which questions can be passed on: a message needs more than a forum to stand in."""


class Level(NamedTuple):
    """A threshold to choose, None for that of the bot, and what it means."""

    name: str
    threshold: float | None
    meaning: str


LEVELS = (
    Level("As the bot has it", None, "What whoever runs me has set"),
    Level("Cautious", 0.7, "I answer less often, and am wrong less often"),
    Level("Balanced", THRESHOLD, "In between, and what I come with"),
    Level("Generous", 0.35, "I answer more often, and am wrong more often"),
)

_CHANNELS = 25  # that Discord lets one choose at once

_ADDING = "**Who may add documents:** whoever has *Manage Server*"
_INTEGRATIONS = "-# A role without *Manage Server* must also be allowed `/documents`: *Server Settings → Integrations*."
_MUTE = "\n⚠️ I may not write there: allow me *View Channel* and *Send Messages*."


def settings_view(server: Server, there: Collection[int], *, mute: bool = False) -> Layout:
    """The settings. ``there`` holds the ids of all channels and roles that the server has.

    ``mute`` says that the bot may not write in the channel for questions.
    """

    def kept(*identifiers: int | None) -> list[discord.Object]:
        """What can be shown as chosen: Discord takes nothing that was deleted."""
        return [discord.Object(each) for each in identifiers if each is not None and each in there]

    channels: ui.ChannelSelect[ui.LayoutView] = ui.ChannelSelect(
        custom_id=custom_id("set", "channels"),
        channel_types=list(ASKED_IN),
        placeholder="Everywhere",
        min_values=0,
        max_values=_CHANNELS,
        default_values=kept(*server.channels),
    )
    people: ui.ChannelSelect[ui.LayoutView] = ui.ChannelSelect(
        custom_id=custom_id("set", "people"),
        channel_types=list(PASSED_ON_TO),
        placeholder="No channel",
        min_values=0,
        default_values=kept(server.people),
    )
    curators: ui.RoleSelect[ui.LayoutView] = ui.RoleSelect(
        custom_id=custom_id("set", "curators"),
        placeholder="No role",
        min_values=0,
        default_values=kept(server.curators),
    )
    return Layout(
        [
            "### Settings of this server\n-# What you choose holds at once.",
            _spoken_in(server.channels),
            ui.ActionRow(channels),
            *_shown_to(private=server.private),
            *_how_sure(server.threshold),
            "**What the documents do not answer** "
            + (f"can be passed on to <#{server.people}>." if server.people else "is left at that.")
            + (_MUTE if mute else ""),
            ui.ActionRow(people),
            f"{_ADDING}{f', and <@&{server.curators}>' if server.curators else ''}.\n{_INTEGRATIONS}",
            ui.ActionRow(curators),
        ]
    )


def _spoken_in(channels: Collection[int]) -> str:
    """Where the bot may speak."""
    if not channels:
        return "**Where I may speak:** everywhere."
    named = ", ".join(f"<#{channel}>" for channel in channels)
    return f"**Where I may speak:** {named}, and threads there. Elsewhere only who uses a command sees what I say."


def _shown_to(*, private: bool) -> tuple[Part, Part]:
    """Who sees an answer unless the question says otherwise, and a button for the opposite."""
    seen, other = ("who asks alone", "all") if private else ("all", "who asks alone")
    change = button(
        f"Show them to {other}",
        custom_id("set", "private", "no" if private else "yes"),
        emoji="📣" if private else "🔒",
    )
    return f"**Who sees answers to** `/ask`, unless asked otherwise: {seen}.", ui.ActionRow(change)


def _how_sure(threshold: float | None) -> tuple[Part, Part]:
    """How sure an answer must be, and the levels to choose from."""
    options = [
        discord.SelectOption(
            label=_named(level), value=level.name, description=level.meaning, default=level.threshold == threshold
        )
        for level in LEVELS
    ]
    choose: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=custom_id("set", "threshold"), placeholder="Another level", options=options
    )
    named = next((option.label for option in options if option.default), str(threshold))
    return f"**How sure an answer must be:** {named}.", ui.ActionRow(choose)


def _named(level: Level) -> str:
    return level.name if level.threshold is None else f"{level.name} ({level.threshold:g})"
