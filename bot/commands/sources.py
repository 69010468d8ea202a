"""/sources: the documents there are, a page at a time, and a card of each with the file itself."""

from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.commands.choosing import document_named, documents_like
from bot.desk import Desk, Where, where
from bot.layouts import DOCUMENTS_ON_A_PAGE, Layout, card_view, file_name, key, sources_view
from bot.presses import Handler, StaleError, as_number, chosen

Interaction = discord.Interaction[Any]


def sources_commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """The command that lists the documents."""

    @app_commands.command(name="sources", description="List the documents that answers come from. Only you see it.")
    @app_commands.describe(document="Show this document: what it is, how it begins, and the file.")
    async def sources(interaction: Interaction, document: str | None = None) -> None:
        await delivery.defer(interaction, private=True)
        here = where(interaction)
        if document is None:
            await delivery.answer(interaction, await desk.consult(here, _listed, desk, here, 0))
        else:
            await _card(desk, interaction, await desk.consult(here, document_named, desk, here, document))

    @sources.autocomplete("document")
    async def _(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await documents_like(desk, interaction, current)

    return [sources]


def sources_presses(desk: Desk) -> dict[str, Handler]:
    """What turns the pages, and opens a card."""
    return {"sources": partial(_turn, desk), "card": partial(_opened, desk)}


async def _turn(desk: Desk, interaction: Interaction, page: str) -> None:
    """Shows another page of the list."""
    await delivery.defer_change(interaction)
    here = where(interaction)
    await delivery.answer(interaction, await desk.consult(here, _listed, desk, here, as_number(page)))


async def _opened(desk: Desk, interaction: Interaction, _page: str) -> None:
    """Shows the card of the document that was chosen from the list, by what stands there for it."""
    await delivery.defer(interaction, private=True)
    here = where(interaction)
    await _card(desk, interaction, await desk.consult(here, _chosen, desk, here, chosen(interaction)))


def _listed(desk: Desk, here: Where, page: int) -> Layout:
    documents = desk.documents(here)
    last = max(0, len(documents) - 1) // DOCUMENTS_ON_A_PAGE
    return sources_view(documents, min(max(page, 0), last))


def _chosen(desk: Desk, here: Where, values: list[str]) -> str:
    """The id of the document chosen from a list. Raises StaleError if it is there no more."""
    for document in desk.documents(here):
        if [key(document)] == values:
            return document.id
    raise StaleError


async def _card(desk: Desk, interaction: Interaction, identifier: str) -> None:
    """Shows a document with the file itself, if that may be sent and still is what was read."""
    here, limit = where(interaction), interaction.filesize_limit
    document, file, note = await desk.consult(here, desk.card, here, identifier, limit)
    files = [delivery.Attached(file_name(document), file)] if file is not None else []
    view = card_view(document, files[0].name if files else None, note)
    await delivery.answer(interaction, view, files)
