"""/ask: a question, answered from the documents."""

import asyncio

import discord
from discord import app_commands

from bot import delivery
from bot.courtesy import reply
from bot.layouts import answer_view
from bot.library import Library
from bot.markdown import escape
from corpus import QuestionError


def ask_command(library: Library) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command, answering from these documents."""

    @app_commands.command(name="ask", description="Ask the documents: they answer in their own words, and say where.")
    @app_commands.describe(question="What you want to know.", private="Show the answer to you alone. Default: no.")
    async def ask(
        interaction: discord.Interaction, question: app_commands.Range[str, 1, 300], private: bool = False
    ) -> None:
        if not question.strip():
            raise QuestionError("There is no question: type one after /ask.")
        if (courtesy := reply(question)) is not None:
            await delivery.tell(interaction, escape(courtesy))
            return
        await delivery.defer(interaction, private=private)
        # Finding lines and cutting quotes takes time in a long document, too: all of it off the event loop.
        view = await asyncio.to_thread(lambda: answer_view(library.answerer.ask(question)))
        await delivery.answer(interaction, view)

    return ask
