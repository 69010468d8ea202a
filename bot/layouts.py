"""Answer → a Discord message: components that read well on a phone and aloud.

Everything a document or a person wrote passes through ``bot.markdown``; what is set as code (the markers, the sign for
words left out) is ours alone, so that no document can forge a citation. The rooms below, added up, stay below the
4,000 characters that Discord allows over all text of a message, and the components far below its 40. Where links would
go beyond that, they are left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.markdown import label, length, quote
from bot.wording import DIFFER, DO_NOT_SAY, LEANING, NEAREST, corrected, counted, day
from corpus import Document
from retrieval import Answer, Citation

_SOURCES = 3  # citations shown, hence quotes at most
_QUESTION = 640  # rooms, in UTF-16 units of markdown: 300 characters can each need a backslash
_CORRECTED = 160
_LEANING = 240
_BEST, _FURTHER = 900, 600
_TITLE, _ID, _PLACE = 100, 100, 100
_ALL = 4000
_LIST = 3800

# How well the first quote fits, from this confidence on: a rank, and the words claim no more.
_FIT = ((0.9, "Fits well"), (0.7, "Fits fairly well"), (0.0, "May fit"))

_HINT = "-# Try other words, or a name or a date that the documents would use. `/sources` lists the documents."

_ANSWERED, _UNANSWERED = discord.Colour.green(), discord.Colour.light_grey()  # only beside words that say the same


def answer_view(answer: Answer) -> ui.LayoutView:
    """The answer, or that the documents do not say."""
    asked = f"-# Question: {label(answer.question, _QUESTION)}"
    if answer.corrections:
        asked += f"\n-# {label(corrected(answer).capitalize(), _CORRECTED)}."
    if answer.leaning_on is not None:
        asked += f"\n-# {LEANING}: {label(answer.leaning_on, _LEANING)}"
    if not answer.answered and not answer.nearest:
        return _view([asked, DO_NOT_SAY], [_HINT], _UNANSWERED)
    for linked in (True, False):
        if answer.answered:
            fit = next(words for least, words in _FIT if answer.confidence >= least)
            quotes, sources = _cited(answer.citations, bold=True, linked=linked)
            above, below = [asked, *quotes], [sources, f"-# {fit}: check it at its source."]
        else:
            quotes, sources = _cited(answer.nearest, bold=False, linked=linked)
            above, below = [asked, DO_NOT_SAY], [NEAREST, *quotes, sources, _HINT]
        if sum(map(length, above + below)) <= _ALL:
            break
    return _view(above, below, _ANSWERED if answer.answered else _UNANSWERED)


def sources_view(documents: Sequence[Document]) -> ui.LayoutView:
    """The documents there are, in their order: as many as fit, and how many more there are."""
    lines = [f"### {counted(len(documents), 'documents')}"]
    room = _LIST - len(lines[0])
    for shown, document in enumerate(documents):
        entry = f"{_described(document)} · {counted(len(document.text.split()), 'words')}\n-# {_identified(document)}"
        room -= length(entry) + 1
        if room < 0:
            lines.append(f"and {len(documents) - shown:,} more")
            break
        lines.append(entry)
    return _view(["\n".join(lines)], [], None)


def _view(above: Iterable[str], below: Sequence[str], colour: discord.Colour | None) -> ui.LayoutView:
    """Texts above and below a line, one component each. It holds nothing to press, so nothing is kept for it."""
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=colour)
    for text in above:
        box.add_item(ui.TextDisplay(text))
    if below:
        box.add_item(ui.Separator())
    for text in below:
        box.add_item(ui.TextDisplay(text))
    return ui.LayoutView(timeout=None).add_item(box)


def _cited(citations: Sequence[Citation], *, bold: bool, linked: bool) -> tuple[list[str], str]:
    """The quotes with their markers, and the sources that the markers stand for."""
    quotes: list[str] = []
    sources: list[str] = []
    shown = citations[:_SOURCES]
    titles = Counter({citation.document.id: _title(citation.document) for citation in shown}.values())
    for number, citation in enumerate(shown, start=1):
        marker = f"`[{number}]`"
        source = [f"{marker} {_described(citation.document)}", label(citation.place, _PLACE)]
        if linked and citation.url:
            source.append(f"[open the page](<{citation.url}>)")
        if titles[_title(citation.document)] > 1:
            source.append(_identified(citation.document))
        if citation.echo and quotes:
            quotes[-1] += f" {marker}"
            source.append("nearly the same words")
        else:
            if citation.differs and DIFFER not in quotes:
                quotes.append(DIFFER)
            quotes.append(f"> {_quoted(citation, _BEST if number == 1 else _FURTHER, bold=bold)} {marker}")
        sources.append(" · ".join(source))
    return quotes, "\n".join(sources)


def _quoted(citation: Citation, room: int, *, bold: bool) -> str:
    """The words of a citation, those that answer in bold; their offsets count from the document's beginning."""
    if not bold or citation.highlight is None:
        return quote(citation.quote, None, room)
    start, end = citation.highlight
    return quote(citation.quote, (start - citation.start, end - citation.start), room)


def _described(document: Document) -> str:
    """Title and date. The title is bold, so that it cannot pass for what stands after it."""
    title = f"**{_title(document)}**"
    return f"{title} · {day(document.date)}" if document.date else title


def _title(document: Document) -> str:
    return label(document.title, _TITLE) or "untitled"


def _identified(document: Document) -> str:
    return label(document.id, _ID)
