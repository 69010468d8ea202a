"""/search, and the passages behind an answer: the ranked ones, paged, and the document around a quote."""

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
from bot.presses import Handler, StaleError, as_number
from corpus import QuestionError
from retrieval import Citation

Interaction = discord.Interaction[Any]


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
        await delivery.answer(interaction, await desk.consult(here, _found, desk, here, words, document))

    @search.autocomplete("document")
    async def _(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await documents_like(desk, interaction, current)

    return [search]


def passages_presses(desk: Desk) -> dict[str, Handler]:
    """What opens and turns the pages."""
    return {
        "more": partial(_more, desk),
        "page": partial(_turn, desk),
        "context": partial(_open, desk),
        "walk": partial(_walk, desk),
    }


async def _more(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Shows the passages that were ranked to the presser alone."""
    await delivery.defer(interaction, private=True)
    here = where(interaction)
    await delivery.answer(interaction, await desk.consult(here, _page, desk, here, asked, 0))


async def _turn(desk: Desk, interaction: Interaction, asked: str, page: str) -> None:
    """Shows another page of them in the place of this one."""
    await delivery.defer_change(interaction)
    here = where(interaction)
    await delivery.answer(interaction, await desk.consult(here, _page, desk, here, asked, as_number(page)))


async def _open(desk: Desk, interaction: Interaction, asked: str) -> None:
    """Shows the document around the first quote to the presser alone."""
    await delivery.defer(interaction, private=True)
    here = where(interaction)
    await delivery.answer(interaction, await desk.consult(here, _context, desk, here, asked, 0, 0))


async def _walk(desk: Desk, interaction: Interaction, asked: str, quote: str, page: str) -> None:
    """Shows another page around a quote in the place of this one."""
    await delivery.defer_change(interaction)
    here, place = where(interaction), (as_number(quote), as_number(page))
    await delivery.answer(interaction, await desk.consult(here, _context, desk, here, asked, *place))


def _found(desk: Desk, here: Where, words: str, document: str | None) -> Layout:
    """The first page of what words find."""
    within = document_named(desk, here, document) if document else None
    asked, found = desk.search(here, words, within)
    return passages_view(asked or "", words, found if asked else found[:ON_A_PAGE], 0)


def _page(desk: Desk, here: Where, asked: str, page: int) -> Layout:
    """One page of the passages ranked for what was asked. Raises StaleError."""
    found = desk.find(here, asked)
    if found is None:
        raise StaleError
    if desk.gone(found):
        raise StaleError(asked)
    ranked = desk.passages(found)
    last = max(0, len(ranked) - 1) // ON_A_PAGE  # there may be fewer than when the button was made
    return passages_view(asked, found.read, ranked, min(max(page, 0), last))


def _context(desk: Desk, here: Where, asked: str, quote: int, page: int) -> Layout:
    """The document around a quote, both counted from 0. Raises StaleError."""
    found = desk.find(here, asked)
    if found is None:
        raise StaleError
    quoted = desk.quoted(found, quote)
    if quoted is None:
        raise StaleError(asked)
    document, span = quoted
    around = stretch(document, span, page, ROOM, needed)
    if not around.paragraphs:  # the document is shorter than when the button was made
        raise StaleError(asked)
    citation = Citation(document, *span, None, 0.0)
    return context_view(asked, quote, len(found.quotes), page, citation, around)
