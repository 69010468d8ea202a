"""Documents in arrays: each is made when it is asked for, so that opening an index of many reads none of them."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, chain
from pathlib import Path
from threading import Lock
from typing import overload

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Mark
from retrieval.segment import Entry, Ints, Longs
from retrieval.strings import Strings

Bytes = NDArray[np.uint8]

KEPT = 4_000_000
"""Characters of the documents used last that are kept as they were made; one is kept however long it is."""

_NONE = -1  # in the place of an address
_ENCODINGS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}  # by the bytes that each character has


class _Recent:
    """The documents used last, by their numbers."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.documents: OrderedDict[int, Document] = OrderedDict()
        self.characters = 0


@dataclass(frozen=True, slots=True, eq=False)
class Archive(Sequence[Document]):
    """``d`` documents, no two of them with one id, with ``m`` marks in all. May be used by several threads."""

    text: Bytes  # all texts, one after the other, each character of a text in as many bytes
    ends: Longs  # (d + 1,): where each ends, the first entry 0
    widths: Bytes  # (d,): how many bytes a character of each has: 1 in Latin-1, 2 in UTF-16, 4 in UTF-32
    records: Ints  # (d, 5): which of ``ids``, which of ``said`` the title, the day's ordinal, the address, the language
    ids: Strings
    numbers: Ints  # (d,): the number of the document with each of ``ids``
    said: Strings  # what may stand in several documents
    mark_ends: Longs  # (d + 1,): the marks of document i are mark_ends[i] to mark_ends[i + 1]
    marks: Ints  # (m, 6): the fields of each, of those that are strings which of ``said``
    place: Path | None = None
    """The folder that they are kept in with their segment, if they are."""
    _recent: _Recent = field(init=False, repr=False, default_factory=_Recent)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Archive":
        """The documents, in their order; nothing of them is lost."""
        some = tuple(documents)
        ids = Strings.of(document.id for document in some)
        said = Strings.of(chain.from_iterable(map(_said, some)))
        records = [
            (
                ids.find(document.id),
                said.find(document.title),
                document.date.toordinal() if document.date else 0,
                _NONE if document.url is None else said.find(document.url),
                said.find(document.language),
            )
            for document in some
        ]
        marks = [
            (mark.start, mark.end, said.find(mark.called), said.find(mark.number), mark.level, mark.whole)
            for document in some
            for mark in document.marks
        ]
        encoded = [_encoded(document.text) for document in some]
        return cls(
            text=np.frombuffer(b"".join(text for text, _ in encoded), np.uint8),
            ends=_ends(len(text) for text, _ in encoded),
            widths=np.array([width for _, width in encoded], np.uint8),
            records=np.array(records, np.int32).reshape(-1, 5),
            ids=ids,
            numbers=np.argsort(np.array([record[0] for record in records], np.int32)).astype(np.int32),
            said=said,
            mark_ends=_ends(len(document.marks) for document in some),
            marks=np.array(marks, np.int32).reshape(-1, 6),
        )

    def __len__(self) -> int:
        return len(self.widths)

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, number: int | slice) -> Document | tuple[Document, ...]:
        if isinstance(number, slice):
            return tuple(self[one] for one in range(len(self))[number])
        number = range(len(self))[number]
        recent = self._recent
        with recent.lock:
            if known := recent.documents.get(number):
                recent.documents.move_to_end(number)
                return known
        made = self._made(number)
        with recent.lock:
            if number not in recent.documents:
                recent.documents[number] = made
                recent.characters += len(made.text)
            while recent.characters > KEPT and len(recent.documents) > 1:
                _, oldest = recent.documents.popitem(last=False)
                recent.characters -= len(oldest.text)
        return made

    def identifier(self, number: int) -> str:
        """The id of a document."""
        return self.ids[int(self.records[number, 0])]

    def find(self, identifier: str) -> int:
        """The number of the document with an id, or −1."""
        at = self.ids.find(identifier)
        return int(self.numbers[at]) if at >= 0 else -1

    def entry(self, number: int) -> Entry:
        """What a list shows of a document, whose text is not read."""
        identifier, title, day, url, language = self.records[number].tolist()
        characters = (self.ends[number + 1] - self.ends[number]) // self.widths[number]
        return Entry(
            self.ids[identifier],
            self.said[title],
            date.fromordinal(day) if day else None,
            None if url == _NONE else self.said[url],
            self.said[language],
            int(characters),
        )

    def cut(self, number: int, start: int, end: int) -> str:
        """``self[number].text[start:end]``, the rest of the text not read; ``start`` and ``end`` are places in it."""
        width = int(self.widths[number])
        begin = int(self.ends[number])
        return _decoded(self.text[begin + start * width : begin + end * width], width)

    def _made(self, number: int) -> Document:
        entry = self.entry(number)
        first, last = self.mark_ends[number : number + 2]
        marks = self.marks[first:last].tolist()
        said = {at: self.said[at] for at in {at for mark in marks for at in mark[2:4]}}  # many say the same
        return Document(
            entry.id,
            entry.title,
            entry.date,
            self.cut(number, 0, entry.characters),
            entry.url,
            tuple(
                Mark(start, end, said[called], said[numbered], level, bool(whole))
                for start, end, called, numbered, level, whole in marks
            ),
            entry.language,
        )


def _said(document: Document) -> Iterator[str]:
    yield document.title
    yield document.language
    if document.url is not None:
        yield document.url
    for mark in document.marks:
        yield mark.called
        yield mark.number


def _encoded(text: str) -> tuple[bytes, int]:
    """A text in as few bytes as each character needs, and how many these are.

    Half of a pair is no character of UTF-16, and two halves would come back as one character: of such a text each is
    kept in UTF-32, as is one that has characters beyond the first 65,536.
    """
    for width in (1, 2):
        try:
            encoded = text.encode(_ENCODINGS[width])
        except UnicodeEncodeError:
            continue
        if len(encoded) == width * len(text):
            return encoded, width
    return text.encode(_ENCODINGS[4], "surrogatepass"), 4


def _decoded(text: Bytes, width: int) -> str:
    return str(text.data, _ENCODINGS[width], "surrogatepass")


def _ends(lengths: Iterable[int]) -> Longs:
    return np.fromiter(accumulate(lengths, initial=0), np.int64)
