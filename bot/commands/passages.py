"""/search, and the passages behind an answer: the ranked ones, paged, and the document around a quote."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot import delivery
from bot.around import stretch
from bot.commands.answering import check_pace
from bot.commands.choosing import document_named, documents_like
from bot.desk import LONGEST, Desk, Where, where
from bot.layouts import ON_A_PAGE, ROOM, Layout, context_view, passages_view
from bot.markdown import needed
from bot.presses import Handler, StaleError
from corpus import QuestionError
from retrieval import Citation

Interaction = discord.Interaction[Any]
View = Callable[..., Layout]
"""One page: takes the desk, where it is wanted, the id of what was asked, and which page."""


def passages_commands(desk: Desk) -> list[app_commands.Command[Any, ..., Any]]:
    """The command that searches."""

    @app_commands.command(name="search", description="Find passages by words, best first. Only you see them.")
    @app_commands.describe(words="Words to look for.", document="Look in this document only.")
    async def search(
        interaction: Interaction, words: app_commands.Range[str, 1, LONGEST], document: str | None = None
    ) -> None:
        if not words.strip():
            raise QuestionError("There is nothing to look for: type words after /search.")
        here = where(interaction)
        check_pace(desk, here)
        await delivery.defer(interaction, private=True)
        await delivery.answer(interaction, await asyncio.to_thread(_found, desk, here, words, document))

    @search.autocomplete("document")
    async def _(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await documents_like(desk, interaction, current)

    return [search]


def passages_presses(desk: Desk) -> dict[str, Handler]:
    """What opens and turns the pages."""
    return {
        "more": partial(_open, desk, _page),
        "page": partial(_turn, desk, _page),
        "context": partial(_open, desk, _context),
        "walk": partial(_turn, desk, _context),
    }


async def _open(desk: Desk, view: View, interaction: Interaction, asked: str) -> None:
    """Shows the first page to the presser alone."""
    await delivery.defer(interaction, private=True)
    await delivery.answer(interaction, await asyncio.to_thread(view, desk, where(interaction), asked))


async def _turn(desk: Desk, view: View, interaction: Interaction, asked: str, *place: str) -> None:
    """Shows another page in the place of this one."""
    await delivery.defer_change(interaction)
    made = await asyncio.to_thread(view, desk, where(interaction), asked, *map(int, place))
    await delivery.answer(interaction, made)


def _found(desk: Desk, here: Where, words: str, document: str | None) -> Layout:
    """The first page of what words find."""
    within = document_named(desk, here, document) if document else None
    asked, found = desk.search(here, words, within)
    return passages_view(asked or "", words, found if asked else found[:ON_A_PAGE], 0)


def _page(desk: Desk, here: Where, asked: str, page: int = 0) -> Layout:
    """One page of the passages ranked for what was asked. Raises StaleError."""
    found = desk.find(here, asked)
    if found is None:
        raise StaleError
    ranked = desk.passages(found)
    last = max(0, len(ranked) - 1) // ON_A_PAGE  # there may be fewer than when the button was made
    return passages_view(asked, found.read, ranked, min(max(page, 0), last))


def _context(desk: Desk, here: Where, asked: str, number: int = 0, page: int = 0) -> Layout:
    """The document around a quote. Raises StaleError."""
    found = desk.find(here, asked)
    if found is None:
        raise StaleError
    quoted = desk.quoted(found, number)
    if quoted is None:
        raise StaleError(asked)
    document, span = quoted
    around = stretch(document, span, page, ROOM, needed)
    citation = Citation(document, *span, None, 0.0)
    return context_view(asked, number, len(found.quotes), page, citation, around)
