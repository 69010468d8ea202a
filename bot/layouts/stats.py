"""What was asked in a server, and of whom nothing: numbers, what was cited, what was not answered or not well."""

import discord
from discord import ui

from bot.asked import Cited, Disliked, Statistics, Unanswered
from bot.chart import described
from bot.layouts.parts import Layout, Part
from bot.markdown import label, quote
from bot.wording import counted

CHART = "questions.png"
"""The name under which the picture is attached; it is, if anything was asked."""

UNANSWERED = "unanswered.csv"
"""The name under which the questions that were not answered are attached; they are, if there are any."""

# How many are shown of each, and their rooms in UTF-16 units of markdown.
_CITED, _TITLE = 5, 100
_DISLIKED, _QUOTE = 3, 250
_NEWEST = 5
_QUESTION = 200


def stats_view(statistics: Statistics) -> Layout:
    """What was asked on the days that the statistics are of."""
    answered, unanswered = statistics.answered_count, statistics.unanswered_count
    asked = answered + unanswered
    head = f"### Questions of the last {len(statistics.days)} days"
    if not asked:
        return Layout([head, "Nobody has asked anything."])
    picture = discord.MediaGalleryItem(f"attachment://{CHART}", description=described(statistics))
    chart: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery(picture)
    rate = 100 * answered // asked  # never rounded up to all
    numbers = f"**{counted(asked, 'questions')}:** {answered:,} answered ({rate} %), {unanswered:,} not."
    below: list[Part] = []
    if statistics.cited:
        below.append("\n".join(["**Cited most**", *map(_cited, statistics.cited[:_CITED])]))
    if statistics.disliked:
        below.append("\n".join(["**Found wrong** 👎", *map(_disliked, statistics.disliked[:_DISLIKED])]))
    if statistics.unanswered:
        listed = len(statistics.unanswered)
        attached = "All" if listed == unanswered else f"The newest {listed:,}"
        below.append("\n".join(["**Not answered**", *map(_unanswered, statistics.unanswered[:_NEWEST])]))
        below.append(f"-# {attached} are in the file.")
    return Layout([head, chart, numbers], below, files=[UNANSWERED] if statistics.unanswered else [])


def _cited(cited: Cited) -> str:
    return f"- **{label(cited.title, _TITLE) or 'untitled'}** · {counted(cited.count, 'answers')}"


def _disliked(disliked: Disliked) -> str:
    question = f"- {label(disliked.question, _QUESTION)}"
    return question if disliked.quote is None else f"{question}\n> {quote(disliked.quote, None, _QUOTE)}"


def _unanswered(unanswered: Unanswered) -> str:
    return f"- <t:{int(unanswered.at)}:d> {label(unanswered.question, _QUESTION)}"
