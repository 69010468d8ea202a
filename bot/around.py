"""What stands around a quote: its document in pages, which begin at the quote and go on in both directions.

Pure, and quick in a long document, of which only the paragraphs near the page wanted are looked at. Each is one piece,
or several if it takes more room than a page has; a page is a row of pieces.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from bot.markdown import separable
from corpus import Document, paragraphs, sentences

Span = tuple[int, int]

_REACH = 20_000  # characters on either side of the quote that are looked at first


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs as spans of a document, in order, and whether anything stands before the first and after the last.

    The first and the last may be parts of paragraphs; the rest of these stands on the pages around.
    """

    paragraphs: tuple[Span, ...]
    earlier: bool
    later: bool


def stretch(document: Document, quote: Span, page: int, room: int, cost: Callable[[str], int]) -> Stretch:
    """A page of a document: 0 is around ``document.text[slice(*quote)]``, 1 what follows it, -1 what stands before it.

    All pages together hold each character that is not white space once, in order; those beyond hold nothing. Page 0
    begins as the paragraphs that the quote stands in, and has as much before as after them. A paragraph takes ``cost``
    of its text (at least one a character, and of two texts together at most one more than of each), and a page takes
    ``room`` at most. A paragraph that takes more is cut: between sentences, or else between words, or else anywhere.
    """
    reach = _REACH
    while True:
        low, high = quote[0] - reach, quote[1] + reach
        pages = _Pages(document, paragraphs(document, low, high), room, cost)
        first, last = start, end = pages.around(*quote)
        for _ in range(abs(page)):
            start, end = (end, pages.ahead(end, room)) if page > 0 else (pages.back(start, room), start)
            if start == end:
                break
        # What stands next to these pages decides how far they reach, so it must have been looked at.
        there = low <= 0 or min(first, start) > 0
        if there and (high >= len(document.text) or max(last, end) < len(pages.pieces)):
            return pages.stretch(start, end)
        reach *= 8


class _Pages:
    """Neighbouring paragraphs of a document as pieces: spans, each with the number of its paragraph."""

    def __init__(self, document: Document, spans: list[Span], room: int, cost: Callable[[str], int]) -> None:
        self.pieces: list[tuple[Span, int]] = []
        self._room = room
        self._taken = [0]  # by all pieces before each, and by all
        for number, span in enumerate(spans):
            between = 0
            for start, end in _cut(document, span, room, cost):
                if start > span[0]:
                    between = max(start - self.pieces[-1][0][1], 1)
                self.pieces.append(((start, end), number))
                self._taken.append(self._taken[-1] + between + cost(document.text[start:end]))

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The page of the pieces that a span touches, or as many of them as fit, and those around; from, and up to."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece[0][1])
        last = bisect_left(self.pieces, end, key=lambda piece: piece[0][0])
        first = max(min(first, len(self.pieces) - 1), 0)
        last = min(max(last, first + 1), self.ahead(first, self._room))
        spare = self._room - (self._taken[last] - self._taken[first])
        last = max(last, self.ahead(first, self._room - spare // 2))
        first = min(first, self.back(last, self._room))
        return first, max(last, self.ahead(first, self._room))

    def ahead(self, first: int, room: int) -> int:
        """Up to which piece there is room from the first on: for one at least, if there is one."""
        last = bisect_right(self._taken, self._taken[first] + room) - 1
        return min(max(last, first + 1), len(self.pieces))

    def back(self, last: int, room: int) -> int:
        """From which piece on there is room up to the last: for one at least, if there is one."""
        first = bisect_left(self._taken, self._taken[last] - room)
        return max(min(first, last - 1), 0)

    def stretch(self, first: int, last: int) -> Stretch:
        """Pieces put together to paragraphs."""
        rows = [[span for span, _ in row] for _, row in groupby(self.pieces[first:last], itemgetter(1))]
        return Stretch(tuple((row[0][0], row[-1][1]) for row in rows), first > 0, last < len(self.pieces))


def _cut(document: Document, span: Span, room: int, cost: Callable[[str], int]) -> Iterator[Span]:
    """A paragraph whole if there is room for it, or else its sentences, those for which there is none in pieces."""
    text = document.text

    def fits(start: int, end: int) -> bool:
        return end - start <= room and cost(text[start:end]) <= room

    if fits(*span):
        yield span
        return
    for begin, end in sentences(text, *span, document.language):
        start = begin
        while end - start > 1 and not fits(start, end):
            most = bisect_left(range(start + 2, end), True, key=lambda at: not fits(start, at)) + start + 1
            places = range(most, start, -1)
            at = next((at for at in places if text[at].isspace() and not text[at - 1].isspace()), 0)
            at = at or next((at for at in places if separable(text[start:end], at - start)), most)
            yield start, at
            start = at + len(text[at:end]) - len(text[at:end].lstrip())
        yield start, end
