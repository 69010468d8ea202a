"""A question in plain words: a message that mentions the bot, an answer to one of its own, a direct message."""

import asyncio
import logging
import re
import sqlite3
from typing import Any

import discord

from bot import delivery
from bot.commands.answering import WaitError, answered_view, check_pace, speaks
from bot.courtesy import reply
from bot.desk import LEANS_FOR, LONGEST, Desk, Where
from bot.markdown import escape
from bot.presses import parse
from corpus import QuestionError

_log = logging.getLogger(__name__)

_TYPED = (discord.MessageType.default, discord.MessageType.reply)  # by a person: not that they pinned something, say
_SENTENCE = re.compile(r"[^.!?…。！？]+[.!?…。！？]?")


def question_in(text: str) -> str:
    """The question in a message: all of it, or of a long one the last sentence that asks. Raises QuestionError."""
    whole = " ".join(text.split())
    if not whole:
        raise QuestionError("That message holds no text to ask about.")
    if len(whole) <= LONGEST:
        return whole
    asked = [sentence.strip() for sentence in _SENTENCE.findall(whole) if sentence.endswith(("?", "？"))]
    return asked[-1] if asked else whole


async def answer_message(desk: Desk, me: discord.abc.User, message: discord.Message) -> None:
    """Answers a message that asks the bot, where it stands; any other is left alone."""
    # A server that Discord has not told of yet is none that can be answered in, and no direct message.
    direct = isinstance(message.channel, discord.DMChannel)
    addressed = direct or (message.guild is not None and me in message.mentions)
    if message.author.bot or message.type not in _TYPED or not addressed:
        return
    here = _where(message)
    try:
        server = await asyncio.to_thread(desk.server, here)
    except sqlite3.Error as error:
        _log.error("A message is left alone, for where I may speak cannot be read: %s", error)
        return
    if not speaks(server, here) or not _may_answer(message):
        return
    try:
        said = await _said(desk, here, me, message)
    except Exception as error:  # noqa: BLE001 (whatever it is, the person is told)
        said = escape(str(error)) if delivery.is_theirs(error) else delivery.apology(error)
    if said is None:
        return
    what: dict[str, Any] = {"content": said} if isinstance(said, str) else {"view": said}
    try:
        await delivery.post(lambda: message.reply(**what, mention_author=False, nonce=message.id))
    except delivery.FAILURES as failure:
        _log.warning("A message could not be answered: %s", failure)


async def _said(
    desk: Desk, here: Where, me: discord.abc.User, message: discord.Message
) -> str | discord.ui.LayoutView | None:
    """What is said to a message; None where a person was told to wait and is told no more. Raises UserError."""
    try:
        check_pace(desk, here)  # whatever is said stands there for all
    except WaitError as error:
        return escape(str(error)) if desk.pace.may_note(here.person) else None
    text = " ".join(re.sub(rf"<@!?{me.id}>", " ", message.content).split())
    if not text:
        return escape(reply("help") or "")
    question = question_in(text)
    if len(question) > LONGEST:
        raise QuestionError(f"That is {len(question):,} characters: ask it in {LONGEST} at most.")
    after = await asyncio.to_thread(_before, desk, here, message)
    if (courtesy := reply(question, follows=bool(after))) is not None:
        return escape(courtesy)
    return await desk.consult(here, answered_view, desk, here, question, after=after)


def _before(desk: Desk, here: Where, message: discord.Message) -> str | None:
    """The question to lean on: that of the answer which this one answers, or the person's last one there.

    Not one whose answer only who asked has seen: what is said to all says what it leans on.
    """
    asked = _asked_in(message.reference.resolved) if message.reference else None
    try:
        found = desk.find(here, asked) if asked else desk.questions.last(here.person, here.channel, LEANS_FOR)
    except sqlite3.Error as error:
        _log.error("A question is taken by itself, for the one before it cannot be read: %s", error)
        return None
    if found is None or (found.alone and not found.shared and here.server is not None):
        return None
    return found.standing or found.question


def _asked_in(message: object) -> str | None:
    """The id of what an answer of the bot answers: it stands on its buttons."""
    if isinstance(message, discord.Message):
        for row in message.components:
            for part in getattr(row, "children", ()):
                press = parse(getattr(part, "custom_id", None) or "")
                if press and press.arguments:
                    return press.arguments[0]
    return None


def _where(message: discord.Message) -> Where:
    channel = message.channel
    return Where(
        message.guild.id if message.guild else None,
        channel.id,
        getattr(channel, "parent_id", None) or channel.id,
        message.author.id,
    )


def _may_answer(message: discord.Message) -> bool:
    """Whether the bot may write where a message stands."""
    if message.guild is None:
        return True
    allowed = message.channel.permissions_for(message.guild.me)
    if isinstance(message.channel, discord.Thread):
        return allowed.send_messages_in_threads
    return allowed.send_messages
