"""Answer → a Discord message: components that read well on a phone and aloud.

The rooms below, added up, stay below what Discord allows over all text of a message, and the components far below its
40. Where links would go beyond that, they are left out.
"""

from collections.abc import Sequence
from typing import NamedTuple

import discord

from bot.layouts.parts import Button, Layout, button, cited, fits
from bot.markdown import label
from bot.presses import custom_id
from bot.wording import DO_NOT_SAY, LEANING, NEAREST, corrected
from retrieval import Answer, Match

_QUESTION = 640  # rooms, in UTF-16 units of markdown: 300 characters can each need a backslash
_CORRECTED = 160
_LEANING = 240
_QUOTED = (900, 600, 600)  # three quotes at most
_NEAREST = (400, 400, 400)
_LOOKED_FOR = 150

# How well the first quote fits, from this confidence on: a rank, and the words claim no more.
_FIT = ((0.9, "Fits well"), (0.7, "Fits fairly well"), (0.0, "May fit"))

_HINT = "-# Try other words, or a name or a date that the documents would use. `/sources` lists the documents."
_ONLY_YOU = "-# In this channel answers are shown to you alone."

_ANSWERED, _UNANSWERED = discord.Colour.green(), discord.Colour.light_grey()  # only beside words that say the same


class Offers(NamedTuple):
    """What an answer offers to press: it is known by ``asked``, may be shared, or passed on to people.

    ``apart`` says that it is private because of the channel.
    """

    asked: str
    share: bool = False
    people: bool = False
    apart: bool = False


def answer_view(answer: Answer, looked_for: Sequence[Match] = (), offers: Offers | None = None) -> Layout:
    """The answer, or that the documents do not say, and what they were looked through for.

    Without ``offers`` there is nothing to press: the answer could not be remembered.
    """
    asked = f"-# Question: {label(answer.question, _QUESTION)}"
    if answer.corrections:
        asked += f"\n-# {label(corrected(answer), _CORRECTED)}"
    if answer.leaning_on is not None:
        asked += f"\n-# {LEANING}: {label(answer.leaning_on, _LEANING)}"
    if offers and offers.apart:
        asked += f"\n{_ONLY_YOU}"
    for linked in (True, False):
        if answer.answered:
            fit = next(words for least, words in _FIT if answer.confidence >= least)
            quotes, sources = cited(answer.citations, _QUOTED, bold=True, linked=linked)
            above, below = [asked, *quotes], [sources, f"-# {fit}: check it at its source."]
        else:
            quotes, sources = cited(answer.nearest, _NEAREST, bold=False, linked=linked)
            above = [asked, f"**{DO_NOT_SAY}**\n{_understood(looked_for)}"]
            below = [NEAREST, *quotes, sources, _HINT] if quotes else [_HINT]
        if fits(above + below):
            break
    rows = _rows(offers, answered=answer.answered) if offers else []
    return Layout(above, below, rows=rows, colour=_ANSWERED if answer.answered else _UNANSWERED)


def shared_view(message: discord.Message, by: discord.abc.User, offers: Offers, *, answered: bool) -> Layout | None:
    """A private answer for all to see: what its one reader saw, and who shares it. None if it is no such message."""
    box = message.components[0] if message.components else None
    if not isinstance(box, discord.Container):
        return None
    above: list[str] = []
    below: list[str] = []
    texts = above
    for part in box.children:
        if isinstance(part, discord.SeparatorComponent):
            texts = below
        elif isinstance(part, discord.TextDisplay):
            texts.append(part.content)
    below.append(f"-# Shared by {by.mention}.")
    rows = _rows(offers, answered=answered)
    return Layout(above, below, rows=rows, colour=_ANSWERED if answered else _UNANSWERED)


def forwarded_view(question: str, by: discord.abc.User, asked_at: str | None) -> Layout:
    """A question that the documents do not answer, for people who may; ``asked_at`` is the address of the message."""
    where = f" · [where it was asked]({asked_at})" if asked_at else ""
    return Layout(
        ["### The documents do not answer", f"> {label(question, _QUESTION)}"], [f"-# Passed on by {by.mention}{where}"]
    )


def _understood(looked_for: Sequence[Match]) -> str:
    """Which words were looked for, and which of them the nearest passage lacks."""
    if not looked_for:
        return "-# No passage holds a word of the question."
    words = ", ".join(match.word for match in looked_for)
    lacking = ", ".join(match.word for match in looked_for if match.where == "nowhere")
    understood = f"-# Looked for: {label(words, _LOOKED_FOR)}."
    return f"{understood} The nearest passage lacks: {label(lacking, _LOOKED_FOR)}." if lacking else understood


def _rows(offers: Offers, *, answered: bool) -> list[list[Button]]:
    """What can be pressed. A row holds five: where an answer may be shared, the votes take a second one."""
    more = button("More passages", custom_id("more", offers.asked), emoji="📚")
    share = [button("Share", custom_id("share", offers.asked), emoji="📣")] if offers.share else []
    if not answered:
        row = [more, button("Ask otherwise", custom_id("again", offers.asked), emoji="✏️"), *share]
        if offers.people:
            row.append(button("Ask the people", custom_id("people", offers.asked), emoji="🙋", style="primary"))
        return [row]
    context = button("Context", custom_id("context", offers.asked), emoji="📖")
    follow_up = button("Follow up", custom_id("followup", offers.asked), emoji="💬")
    votes = [
        button("", custom_id("vote", offers.asked, "good"), emoji="👍"),
        button("", custom_id("vote", offers.asked, "bad"), emoji="👎"),
    ]
    row = [context, more, follow_up, *share]
    return [row, votes] if share else [row + votes]
