"""A question to the documents, from wherever it came: who may ask now, who sees the answer, and the answer."""

import asyncio
import math
from typing import Any

import discord

from bot import delivery
from bot.commands.choosing import document_named
from bot.courtesy import reply
from bot.desk import LONGEST, Desk, Where, where
from bot.layouts import Layout, Offers, answer_view
from bot.markdown import escape
from bot.servers import Server
from bot.wording import counted
from corpus import QuestionError, UserError


class WaitError(UserError):
    """A person, or a server, asks faster than is answered."""

    def __init__(self, seconds: float) -> None:
        """Says how long to wait."""
        wait = counted(max(1, math.ceil(seconds)), "seconds")  # not earlier, or they would be told again
        super().__init__(f"That is faster than I may answer here: ask again in {wait}.")


def check_pace(desk: Desk, here: Where) -> None:
    """Counts a question. Raises WaitError if it comes too soon."""
    if wait := desk.pace.wait(here.person, here.server):
        raise WaitError(wait)


def speaks(server: Server | None, here: Where) -> bool:
    """Whether all may see an answer there: in every channel, or in those that the server has chosen."""
    return server is None or not server.channels or not {here.channel, here.parent}.isdisjoint(server.channels)


async def respond(
    desk: Desk,
    interaction: discord.Interaction[Any],
    question: str,
    *,
    document: str | None = None,
    after: str | None = None,
    alone: bool | None = None,
    private: bool = False,
) -> None:
    """Answers a question, ``alone`` to who asks; by default as the server has set, and always where it may not speak.

    ``private`` is what only who asks may ever read.

    Raises UserError.
    """
    if not question.strip():
        raise QuestionError("There is no question: type one after /ask.")
    if len(question) > LONGEST:
        raise QuestionError(f"That is {len(question):,} characters: ask it in {LONGEST} at most.")
    if (courtesy := reply(question, follows=bool(after))) is not None:
        await delivery.tell(interaction, escape(courtesy))
        return
    here = where(interaction)
    check_pace(desk, here)
    server = await asyncio.to_thread(desk.server, here)
    apart = not speaks(server, here)
    if alone is None:
        alone = private or bool(server and server.private)
    alone = alone or apart
    await delivery.defer(interaction, private=alone)
    view = await desk.consult(
        here,
        answered_view,
        desk,
        here,
        question,
        document=document,
        after=after,
        private=private,
        share=alone and not apart,
        apart=apart,
    )
    await delivery.answer(interaction, view)


def answered_view(
    desk: Desk,
    here: Where,
    question: str,
    *,
    document: str | None = None,
    after: str | None = None,
    private: bool = False,
    share: bool = False,
    apart: bool = False,
) -> Layout:
    """The answer as a message. Raises QuestionError.

    Takes its time, as finding lines and cutting quotes does in a long document: off the event loop with it.
    """
    within = document_named(desk, here, document) if document else None
    answered = desk.ask(here, question, document=within, after=after, private=private, alone=share or apart)
    server = desk.server(here)
    people = bool(server and server.people)
    offers = Offers(answered.asked, share, people, apart) if answered.asked else None
    return answer_view(answered.answer, answered.looked_for, offers)
