"""What messages are made of: texts in a box, rows of buttons below it, quotes with their markers and sources.

Everything a document or a person wrote passes through ``bot.markdown``; what is set as code (the markers, the sign for
words left out) is ours alone, so that no document can forge a citation.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.markdown import label, length, quote
from bot.wording import DIFFER, day
from corpus import Document
from retrieval import Citation, Entry

ALL = 3900
"""UTF-16 units over all text of a message: below Discord's 4,000, with room for who shared it."""

_TITLE, _ID, _PLACE = 100, 100, 100  # rooms, in UTF-16 units of markdown


Button = ui.Button[ui.LayoutView]

Part = str | ui.Item[ui.LayoutView]
"""What stands in the box of a message: a text, or a component that is none."""


class Layout(ui.LayoutView):
    """A message of components. Presses are routed by their custom_id, so discord.py need keep nothing for it."""

    def __init__(
        self,
        above: Iterable[Part],
        below: Sequence[Part] = (),
        *,
        rows: Iterable[Sequence[ui.Item[ui.LayoutView]]] = (),
        colour: discord.Colour | None = None,
        files: Iterable[str] = (),
    ) -> None:
        """Parts above and below a line, one component each, files by their names, and rows to press."""
        super().__init__(timeout=None)
        box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=colour)
        for part in above:
            box.add_item(_component(part))
        if below:
            box.add_item(ui.Separator())
        for part in below:
            box.add_item(_component(part))
        for name in files:
            box.add_item(ui.File(f"attachment://{name}"))
        self.add_item(box)
        for row in rows:
            if row:
                self.add_item(ui.ActionRow(*row))

    def is_dispatchable(self) -> bool:
        """False: nothing is dispatched by discord.py."""
        return False


def _component(part: Part) -> ui.Item[ui.LayoutView]:
    return ui.TextDisplay(part) if isinstance(part, str) else part


def button(
    text: str, pressed: str, *, emoji: str | None = None, style: str = "secondary", disabled: bool = False
) -> Button:
    """A button; ``pressed`` is its custom_id."""
    return ui.Button(
        label=text or None, custom_id=pressed, emoji=emoji, style=discord.ButtonStyle[style], disabled=disabled
    )


def cited(
    citations: Sequence[Citation], rooms: Sequence[int], *, bold: bool, linked: bool, first: int = 1
) -> tuple[list[str], str]:
    """The quotes with their markers, numbered from ``first``, and the sources that the markers stand for.

    ``rooms`` holds the room of each quote; as many are shown.
    """
    quotes: list[str] = []
    sources: list[str] = []
    shown = citations[: len(rooms)]
    titles = Counter({citation.document.id: title(citation.document) for citation in shown}.values())
    for number, (citation, room) in enumerate(zip(shown, rooms, strict=False), start=first):
        marker = f"`[{number}]`"
        source = [f"{marker} {described(citation.document)}", label(citation.place, _PLACE)]
        if linked and citation.url:
            source.append(f"[open the page](<{citation.url}>)")
        if titles[title(citation.document)] > 1:
            source.append(identified(citation.document))
        if citation.echo and quotes:
            quotes[-1] += f" {marker}"
            source.append("nearly the same words")
        else:
            if citation.differs and DIFFER not in quotes:
                quotes.append(DIFFER)
            quotes.append(f"> {quoted(citation, room, bold=bold)} {marker}")
        sources.append(" · ".join(source))
    return quotes, "\n".join(sources)


def fits(texts: Iterable[str]) -> bool:
    """Whether the texts have room in one message."""
    return sum(map(length, texts)) <= ALL


def quoted(citation: Citation, room: int, *, bold: bool) -> str:
    """The words of a citation, those that answer in bold; their offsets count from the document's beginning."""
    if not bold or citation.highlight is None:
        return quote(citation.quote, None, room)
    start, end = citation.highlight
    return quote(citation.quote, (start - citation.start, end - citation.start), room)


def described(document: Document | Entry) -> str:
    """Title and date. The title is bold, so that it cannot pass for what stands after it."""
    bold = f"**{title(document)}**"
    return f"{bold} · {day(document.date)}" if document.date else bold


def title(document: Document | Entry) -> str:
    """A document's title, fit to be shown."""
    return label(document.title, _TITLE) or "untitled"


def identified(document: Document | Entry) -> str:
    """A document's id, fit to be shown."""
    return label(document.id, _ID)
