"""Which document is meant: what is offered while a name is typed, and what the name stands for."""

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.desk import Desk, Where, where
from bot.layouts import choice, key
from corpus import IndexProblem, QuestionError
from retrieval import Entry

_OFFERED = 25  # choices that Discord shows
_PATIENCE = 2.0  # seconds that choices may take to find: Discord waits for three


async def documents_like(
    desk: Desk, interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """The documents whose title or id holds what was typed, those that begin with it first."""
    here = where(interaction)
    try:
        async with asyncio.timeout(_PATIENCE):
            documents = await desk.consult(here, desk.documents, here)
    except (TimeoutError, IndexProblem):
        return []
    wanted = " ".join(typed.split()).casefold()

    def at(document: Entry) -> int:
        """Where it holds what was typed; -1 if nowhere."""
        places = [name.casefold().find(wanted) for name in (document.title, document.id)]
        return min((place for place in places if place >= 0), default=-1)

    fitting = sorted((document for document in documents if at(document) >= 0), key=lambda document: at(document) > 0)
    return [app_commands.Choice(name=choice(document), value=key(document)) for document in fitting[:_OFFERED]]


def document_named(desk: Desk, here: Where, name: str) -> str:
    """The id of the document that was chosen, or whose id or title was typed in full. Raises QuestionError."""
    documents = desk.documents(here)
    folded = " ".join(name.split()).casefold()
    for fits in (
        lambda document: key(document) == name,
        lambda document: document.id.casefold() == folded,
        lambda document: " ".join(document.title.split()).casefold() == folded,
    ):
        found = [document.id for document in documents if fits(document)]
        if found:
            return found[0]
    raise QuestionError("No document has that name: choose one from the list that opens as you type, or see /sources.")
