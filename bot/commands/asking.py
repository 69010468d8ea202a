"""/ask, "Ask the documents" on a message, and what an answer offers to press."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import discord
from discord import app_commands, ui

from bot import delivery
from bot.commands.answering import respond, speaks
from bot.commands.choosing import documents_like
from bot.commands.plain import question_in
from bot.desk import LONGEST, Desk, where
from bot.layouts import Offers, forwarded_view, shared_view
from bot.presses import Handler, StaleError, custom_id, typed
from corpus import UserError

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

_TYPED = "question"  # the custom_id of what is typed into a form
_THANKS = {"good": "Noted: this answered. Thank you.", "bad": "Noted: this did not answer. Thank you."}
_SEEN = " The people who run this server can see the question, not who asked."


def asking_commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    """The commands that ask."""

    @app_commands.command(name="ask", description="Ask the documents: they answer in their own words, and say where.")
    @app_commands.describe(
        question="What you want to know.",
        document="Ask this document only.",
        private="Show the answer to you alone. Default: as this server has set it, or no.",
    )
    async def ask(
        interaction: Interaction,
        question: app_commands.Range[str, 1, LONGEST],
        document: str | None = None,
        private: bool | None = None,
    ) -> None:
        await respond(desk, interaction, question, document=document, alone=private, private=bool(private))

    @ask.autocomplete("document")
    async def _(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await documents_like(desk, interaction, current)

    @app_commands.context_menu(name="Ask the documents")
    async def ask_about(interaction: Interaction, message: discord.Message) -> None:
        # Somebody else's message: whoever asks sees the answer first, and may share it.
        await respond(desk, interaction, question_in(message.content), alone=True)

    return [ask, ask_about]


def asking_presses(desk: Desk) -> dict[str, Handler]:
    """What an answer offers to press."""
    return {
        "followup": partial(_follow_up, desk),
        "followed": partial(_followed, desk),
        "again": partial(_again, desk),
        "asked": partial(_asked, desk),
        "share": partial(_share, desk),
        "vote": partial(_vote, desk),
        "people": partial(_people, desk),
    }


async def _follow_up(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Opens the form for a question that leans on this one."""
    found = await asyncio.to_thread(desk.find, where(interaction), asked)
    if found is None:
        raise StaleError
    leaning = " ".join((found.standing or found.question).split())
    form = _form("Follow up", custom_id("followed", asked), f"It may lean on: {leaning}", "and when?")
    await delivery.ask_back(interaction, form)


async def _followed(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Answers what was typed into that form, as publicly as what it leans on."""
    found = await asyncio.to_thread(desk.find, where(interaction), asked)
    question = typed(interaction).get(_TYPED, "")
    if found is None:
        raise StaleError
    if await asyncio.to_thread(desk.gone, found):
        raise StaleError(asked)
    after = found.standing or found.question
    await respond(
        desk,
        interaction,
        question,
        document=found.document,
        after=after,
        alone=_alone(interaction),
        private=found.private,
    )


async def _again(desk: Desk, interaction: Interaction, asked: str = "") -> None:
    """Opens the form for the same question in other words."""
    found = await asyncio.to_thread(desk.find, where(interaction), asked) if asked else None
    question = found.question if found else ""
    await delivery.ask_back(
        interaction, _form("Ask the documents", custom_id("asked", asked), "In other words.", "", question)
    )


async def _asked(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Answers what was typed into that form, of whom and to whom as what it is asked in the place of."""
    found = await asyncio.to_thread(desk.find, where(interaction), asked)
    question = typed(interaction).get(_TYPED, "")
    document = found.document if found and not await asyncio.to_thread(desk.gone, found) else None
    alone = _alone(interaction)
    await respond(
        desk,
        interaction,
        question,
        document=document,
        alone=alone,
        # Of what is not kept any more nobody knows how private it was: as private as where it was seen.
        private=found.private if found else alone,
    )


async def _share(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Shows a private answer to all, as it stands there; once."""
    here = where(interaction)
    found = await asyncio.to_thread(desk.find, here, asked)
    if found is None or interaction.message is None:
        raise StaleError(asked if found else "")
    server = await asyncio.to_thread(desk.server, here)
    if not speaks(server, here):
        raise UserError("In this channel answers are shown to one person alone.")
    offers = Offers(asked, people=bool(server and server.people))
    view = shared_view(interaction.message, interaction.user, offers, answered=found.answered)
    if view is None:
        raise StaleError(asked)

    async def show() -> None:
        await delivery.defer(interaction, private=False)
        await delivery.answer(interaction, view)

    if not await _once(desk, asked, "shared", show):
        await delivery.tell(interaction, "It is shared already\\.")


async def _vote(desk: Desk, interaction: Interaction, asked: str, vote: str) -> None:
    """Remembers whether an answer answered."""
    here = where(interaction)
    found = await asyncio.to_thread(desk.find, here, asked)
    if found is None or vote not in _THANKS:
        raise StaleError(asked if found else "")
    await delivery.defer(interaction, private=True)
    await asyncio.to_thread(desk.questions.vote, asked, here.person, vote == "good")
    seen = vote == "bad" and found.guild is not None and not found.private
    await delivery.tell(interaction, _THANKS[vote] + _SEEN * seen)


async def _people(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Passes a question that the documents do not answer on to the channel where people do; once."""
    here = where(interaction)
    found = await asyncio.to_thread(desk.find, here, asked)
    server = await asyncio.to_thread(desk.server, here)
    if found is None or server is None or server.people is None:
        raise StaleError(asked if found else "")
    channel = interaction.client.get_channel(server.people)
    if not isinstance(channel, discord.TextChannel) or not _may_write(channel, server.guild):
        raise UserError("I cannot write in the channel for such questions: /settings names another.")
    await delivery.defer(interaction, private=True)
    at = interaction.message.jump_url if interaction.message and not interaction.message.flags.ephemeral else None
    view = forwarded_view(found.question, interaction.user, at)
    new = await _once(desk, asked, "forwarded", lambda: delivery.post(lambda: channel.send(view=view, nonce=asked)))
    await delivery.tell(interaction, f"Passed on to <#{server.people}>{'' if new else ' before'}\\.")


async def _once(
    desk: Desk, asked: str, deed: Literal["shared", "forwarded"], do: Callable[[], Awaitable[object]]
) -> bool:
    """Does what may be done once with an answer, by whomever, in whichever process; False if it was done before."""
    if not await asyncio.to_thread(desk.questions.claim, asked, deed):
        return False
    try:
        await do()
    except BaseException:
        try:
            await asyncio.to_thread(desk.questions.release, asked, deed)
        except sqlite3.Error as error:
            _log.error("An answer cannot be %s again, though it was not: %s", deed, error)
        raise
    return True


def _may_write(channel: discord.TextChannel, guild: int) -> bool:
    """Whether the bot may write in a channel, which must be of that server."""
    allowed = channel.permissions_for(channel.guild.me)
    return channel.guild.id == guild and allowed.view_channel and allowed.send_messages


def _alone(interaction: Interaction) -> bool:
    """Whether the message that was pressed is seen by one person alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _form(title: str, pressed: str, about: str, example: str, filled: str = "") -> ui.Modal:
    """A form with one question to type."""
    form = ui.Modal(title=title, custom_id=pressed)
    text: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=_TYPED, max_length=LONGEST, placeholder=example or None, default=filled or None
    )
    form.add_item(ui.Label(text="Your question", description=about[:100], component=text))
    return form
