"""Passages as they were ranked, a few on a page; and a document around a quote, to walk through."""

from collections.abc import Sequence

from bot.around import Stretch
from bot.layouts.parts import Layout, button, cited, described, fits
from bot.markdown import label, quote
from bot.presses import custom_id
from retrieval import Citation

ON_A_PAGE = 3
"""Passages on a page."""

ROOM = 1200
"""UTF-16 units of a document's text, as markdown, in one message."""

_QUESTION = 300
_QUOTED = (700,) * ON_A_PAGE
_PLACE = 100
_RANKED = "-# Ranked by how well they fit the words; none of them need be an answer."


def passages_view(asked: str, words: str, citations: Sequence[Citation], page: int) -> Layout:
    """One page of what was found, best first; ``page`` counts from 0 and is one that there is."""
    pages = max(1, -(-len(citations) // ON_A_PAGE))
    shown = citations[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    head = f"### Passages for: {label(words, _QUESTION)}"
    if not shown:
        return Layout([head, "No passage is near these words."])
    for linked in (True, False):
        quotes, sources = cited(shown, _QUOTED, bold=True, linked=linked, first=page * ON_A_PAGE + 1)
        below = [sources, f"-# Page {page + 1} of {pages}.\n{_RANKED}"]
        if fits([head, *quotes, *below]):
            break
    turn = [
        button("Back", custom_id("page", asked, page - 1), emoji="◀️", disabled=page == 0),
        button("Next", custom_id("page", asked, page + 1), emoji="▶️", disabled=page + 1 >= pages),
    ]
    return Layout([head, *quotes], below, rows=[turn] if pages > 1 else [])


def context_view(asked: str, number: int, count: int, page: int, citation: Citation, stretch: Stretch) -> Layout:
    """A stretch of a document, ``page`` away from the quote; the quote is bold where it stands in it.

    The quote is the one with that ``number``, from 0, of ``count``.
    """
    document = citation.document
    blocks = []
    for start, end in stretch.paragraphs:
        inside = (max(citation.start, start) - start, min(citation.end, end) - start)
        blocks.append(f"> {quote(document.text[start:end], inside if inside[0] < inside[1] else None, ROOM)}")
    head = f"`[{number + 1}]` {described(document)} · {label(citation.place, _PLACE)}"
    if page:
        head += f" · {_away(page)}"
    walk = [
        button("Earlier", custom_id("walk", asked, number, page - 1), emoji="◀️", disabled=not stretch.earlier),
        button("Later", custom_id("walk", asked, number, page + 1), emoji="▶️", disabled=not stretch.later),
    ]
    if abs(page) > 1:  # one page on, a button above leads there
        walk.append(button("Back to the quote", custom_id("walk", asked, number, 0), emoji="↩️"))
    if count > 1:
        following = (number + 1) % count
        walk.append(button(f"Quote {following + 1}", custom_id("walk", asked, following, 0), emoji="📖"))
    return Layout(
        [head, "\n> \n".join(blocks) or "Nothing more stands there."], ["-# What was quoted is bold."], rows=[walk]
    )


def _away(page: int) -> str:
    """How far from the quote a page is."""
    return f"{abs(page):,} {'page' if abs(page) == 1 else 'pages'} {'later' if page > 0 else 'earlier'}"
