"""A document in the making, for formats that know their structure: a block a line, and a mark for where each stands."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from corpus.document import Document, Mark
from corpus.readers.opening import named, opening

Piece = tuple[str, str, str]  # words, and what their place is called and counted by, as in Mark

Cell = tuple[bool, str]  # whether it is marked as a heading of the table, and its words

_MANY = 3  # columns from which on the first row of a table is taken for their names, though it is not marked as such
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")  # all white space but the kind that keeps words together


class Draft:
    """The text so far and its marks."""

    def __init__(self) -> None:
        """Begins empty."""
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._counted: Counter[str] = Counter()

    def heading(self, words: str, level: int, place: tuple[str, str] = ("heading", "")) -> None:
        """A heading; what is counted below headings is counted anew."""
        self._add([(words, *place)], level=level)
        self._counted.clear()

    def counted(self, words: str, called: str, *, whole: bool = False) -> None:
        """A block whose place is its number among those called alike below this heading. Its lines share the place."""
        lines = [line for line in map(squeezed, words.split("\n")) if line]
        if lines:
            self._counted[called] += 1
            for line in lines:
                self._add([(line, called, str(self._counted[called]))], whole=whole)

    def block(self, pieces: Iterable[Piece], *, whole: bool = False) -> None:
        """A block of pieces that stand at different places, joined by spaces: a paragraph over two pages."""
        self._add(pieces, whole=whole)

    def document(self, identifier: str, title: str = "", day: date | None = None, url: str | None = None) -> Document:
        """The document. Where the format gives no title or date, they are looked for in the text as in plain text."""
        text = "".join(self._parts)
        if not title:
            title = next((text[mark.start : mark.end] for mark in self._marks if mark.level == 1), "")
        opens_with, dated = opening(text)
        return Document(
            identifier, title or opens_with or named(identifier), day or dated, text, url, tuple(self._marks)
        )

    def _add(self, pieces: Iterable[Piece], level: int = 0, *, whole: bool = False) -> None:
        before = "\n\n" if self._parts else ""
        for words, called, number in pieces:
            if not (words := squeezed(words)):
                continue
            start = self._length + len(before)
            self._parts += before, words
            self._length = start + len(words)
            self._marks.append(Mark(start, self._length, called, number, level, whole))
            before = " "


def squeezed(words: str) -> str:
    """Words on one line, with single spaces between them."""
    return _SPACE.sub(" ", words).strip()


def table_rows(rows: list[list[Cell]]) -> Iterator[str]:
    """The rows of a table, each as a line that names its columns, where they have names."""
    rows = [cells for cells in rows if any(words.strip() for _, words in cells)]
    names: list[str] = []
    if len(rows) > 1 and _names_columns(rows[0]):
        names = [squeezed(words) for _, words in rows.pop(0)]
    for cells in rows:
        words = [squeezed(words) for _, words in cells]
        if not names and [marked for marked, _ in cells[:2]] == [True, False]:
            yield f"{words[0]}: {row([], words[1:])}"
        else:
            yield row(names, words)


def _names_columns(cells: list[Cell]) -> bool:
    """Whether a first row names the columns: it is marked so, or there are many and no figure in their names."""
    return all(marked for marked, _ in cells) or (
        len(cells) >= _MANY
        and not any(marked for marked, _ in cells)
        and all(words.strip() and not any(map(str.isdigit, words)) for _, words in cells)
    )


def row(names: list[str], cells: list[str]) -> str:
    """A row of a table as a line that can be read by itself: each cell after the name of its column."""
    named = zip([*names, *[""] * len(cells)], cells, strict=False)
    return "; ".join(f"{name}: {cell}" if name and name != cell else cell for name, cell in named if cell)
