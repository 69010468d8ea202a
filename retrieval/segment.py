"""A segment: some documents in one language, read into arrays that never change.

``reading`` makes one, ``storage`` keeps it on disk and opens it by memory map, ``stack`` searches several as one. What
is counted over documents (how rare a term is, which words are names) is stored as sums, so that of several segments it
adds up to what one of all their documents has.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from corpus import Document
from retrieval.rows import Line, Row, Stretch
from retrieval.strings import Strings

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Where each word stands, word by word: word ``w`` in ``places[ends[w]:ends[w + 1]]``, ascending.

    ``ends``, shape (words + 1,); ``places`` and ``weights``, shape (postings,): the numbers of the texts, and what the
    word weighs there.
    """

    ends: Longs
    places: Ints
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Lists of numbers, one after the other: the i-th is ``values[ends[i]:ends[i + 1]]``; ``ends`` begins with 0."""

    ends: Longs
    values: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Sums by key: ``sums[i]`` are those of ``keys[i]``, shape (keys, columns)."""

    keys: Strings
    sums: Ints


class Entry(NamedTuple):
    """What a list of documents shows: all of ``Document`` but its text and marks, and how many characters it has."""

    id: str
    title: str
    date: date | None
    url: str | None
    language: str
    characters: int

    @classmethod
    def of(cls, document: Document) -> "Entry":
        """That of a document."""
        return cls(document.id, document.title, document.date, document.url, document.language, len(document.text))


class Documents(Protocol):
    """Documents by their numbers, each loaded when it is needed; what is asked for often without loading it."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Document:
        """A document, whole."""

    def cut(self, number: int, start: int, end: int) -> str:
        """``self[number].text[start:end]``; ``start`` and ``end`` are places in it."""

    def identifier(self, number: int) -> str:
        """The id of a document."""

    def find(self, identifier: str) -> int:
        """The number of the document with an id, or −1."""

    def entry(self, number: int) -> Entry:
        """What a list shows of a document."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Documents in one language as ``d`` documents, ``s`` stretches, ``n`` rows, ``w`` words.

    A row is a passage that may be quoted (``rows.py``); those of a document stand together, as do those of a stretch of
    text. Offsets count characters of the document's text.
    """

    language: str
    documents: Documents
    titles: Longs  # (d,): a hash of each title
    document_rows: Longs  # (d + 1,): the rows of document i are document_rows[i] to document_rows[i + 1]

    stretch_rows: Longs  # (s + 1,): likewise of stretch i
    stretch_heading: Ints  # (s, 2): the span of the heading above it; (−1, −1) where there is none

    row_document: Ints  # (n,)
    row_stretch: Ints  # (n,)
    row_spans: Ints  # (n, 3): where a quote of the row begins so that it can be understood; where it begins, and ends
    row_short: NDArray[np.bool_]  # (n,): whether it is a line that may only be a heading
    row_named: Ints  # (n,): which of ``named`` it speaks of by their offices
    row_key: Longs  # (n,): a hash of its text and all it is found by: of copies the same
    named: Strings

    words: Strings  # the terms of all rows, headings and titles; of the rows the stop words, folded, too
    forward: Lists  # the words of each row in order
    kinds: NDArray[np.uint16]  # (len(forward.values),): what each is by itself, as bits (``forward.py``)
    heading_words: Lists  # the terms of each stretch's heading, each once, ascending
    title_words: Lists  # and of each document's title

    own: Postings  # of rows: a row's text, and whom it names by their offices
    around: Postings  # of stretches: title, heading, all the rows, what is quoted before the first, who is named
    peaks: Floats  # (len(around.places),): the most that the word can weigh for a row there: around it and in the row

    written: Counts  # words as they are written: how often; with a capital inside a sentence; without a capital
    capitals: Lists  # for each of ``words`` the keys of ``written`` that have a capital and it as a term
    shorts: Counts  # acronyms: in how many documents they stand as such; how often one is defined
    pairs: Counts  # an acronym, a tab, a name: how often it is defined so; how far its initials bear it out
    defined: Counts  # the terms of a name that is defined, with a space between; then a tab and its acronym: how often

    def __len__(self) -> int:
        return len(self.row_document)

    @property
    def tally(self) -> "Tally":
        """What is counted over the documents."""
        return Tally(
            len(self), self.words, self.own.ends, self.around.ends, self.written, self.capitals, self.shorts,
            self.pairs, self.defined,
        )  # fmt: skip

    def stretches(self, document: int) -> tuple[int, int]:
        """The first stretch of a document, and the one after its last."""
        first, end = self.document_rows[document : document + 2].tolist()
        return (int(self.row_stretch[first]), int(self.row_stretch[end - 1]) + 1) if first < end else (0, 0)

    def row(self, number: int) -> Row:
        """A row, as it is shown."""
        quote, start, end = self.row_spans[number].tolist()
        stretch = self.row_stretch[number]
        first, last = self.stretch_rows[stretch], self.stretch_rows[stretch + 1] - 1
        heading = self.stretch_heading[stretch].tolist()
        return Row(
            self.documents[int(self.row_document[number])],
            quote,
            start,
            end,
            self.named[int(self.row_named[number])],
            (heading[0], heading[1]) if heading[0] >= 0 else None,
            (int(self.row_spans[first, 1]), int(self.row_spans[last, 2])),
        )

    def said(self, number: int) -> tuple[str, str, str]:
        """A row's lead, its text, and whom it names by their offices; of the document no more is read."""
        quote, start, end = self.row_spans[number].tolist()
        quoted = self.documents.cut(int(self.row_document[number]), quote, end)
        return quoted[: start - quote].strip(), quoted[start - quote :], self.named[int(self.row_named[number])]

    def stretch(self, number: int) -> Stretch:
        """A stretch, as it was read."""
        first, end = self.stretch_rows[number : number + 2].tolist()
        rows = list(map(self.row, range(first, end)))
        lines = (
            Line(row.quote, row.start, row.end, row.named, short, row.text)
            for row, short in zip(rows, self.row_short[first:end].tolist(), strict=True)
        )
        return Stretch(rows[0].document.title, rows[0].heading, rows[0].headed, rows[0].lead, tuple(lines))

    def section(self, number: int) -> Iterator[Row]:
        """The rows under the same heading of the same document as a row, in order."""
        document, stretch = self.row_document[number], self.row_stretch[number]
        first, last = self.stretches(int(document))
        other = (self.stretch_heading[first:last] != self.stretch_heading[stretch]).any(axis=1)
        before, after = np.flatnonzero(other[: stretch - first]), np.flatnonzero(other[stretch - first :])
        begin = first + before[-1] + 1 if len(before) else first
        end = stretch + after[0] if len(after) else last
        return map(self.row, range(int(self.stretch_rows[begin]), int(self.stretch_rows[end])))

    @classmethod
    def parts(cls) -> tuple[str, ...]:
        """The names of all that is stored beside the language and the documents."""
        return tuple(field.name for field in fields(cls))[2:]


class Part(NamedTuple):
    """A segment, or what is left of it.

    ``dead`` are the numbers of documents that were removed since; ``gone`` are segments of just those, which what is
    counted over documents is less by.
    """

    segment: Segment
    dead: frozenset[int] = frozenset()
    gone: tuple[Segment, ...] = ()

    @property
    def living(self) -> int:
        """How many documents are left."""
        return len(self.segment.documents) - len(self.dead)

    @property
    def rows(self) -> int:
        """How many rows are left."""
        return len(self.segment) - sum(map(len, self.gone))


class Tally(NamedTuple):
    """What is counted over ``rows`` rows of some documents; the rest are fields of their segment, or their ``ends``."""

    rows: int
    words: Strings
    own_ends: Longs
    around_ends: Longs
    written: Counts
    capitals: Lists
    shorts: Counts
    pairs: Counts
    defined: Counts


class Held(Sequence[Document]):
    """Documents in memory, as the documents of a segment: to be found by their ids, too."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Holds ``documents``, no two of them with one id."""
        self._documents = tuple(documents)
        self._numbers = {document.id: number for number, document in enumerate(self._documents)}

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, number: int | slice) -> Document | tuple[Document, ...]:
        return self._documents[number]

    def __len__(self) -> int:
        return len(self._documents)

    def cut(self, number: int, start: int, end: int) -> str:
        """As in ``Documents``."""
        return self._documents[number].text[start:end]

    def identifier(self, number: int) -> str:
        """The id of a document."""
        return self._documents[number].id

    def find(self, identifier: str) -> int:
        """The number of the document with an id, or −1."""
        return self._numbers.get(identifier, -1)

    def entry(self, number: int) -> Entry:
        """What a list shows of a document."""
        return Entry.of(self._documents[number])
