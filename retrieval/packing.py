"""Documents and stretches of text as the entities of an engine, and back.

The key of a document is a hash of its id. A document has a head under its key, what a list shows of it; under key and
``=`` its body, the whole of it; and its stretches under key, ``.`` and a number. What is too long for one entity goes
on in others, under its key, ``/`` and a number.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Mark
from retrieval.engine import DIMENSIONS, PIECE, Entity, Vector
from retrieval.rows import Line, Stretch
from retrieval.segment import Entry, Segment
from retrieval.strings import encoded

_GOES_ON = "#"  # and then in how many entities; JSON never begins so


class Head(NamedTuple):
    """What a list shows of a document, ``characters`` being how long it is; and what tells whether it is up to date.

    ``batch``: the name of those that it was added with; ``digest``: a hash of all there is of it.
    """

    id: str
    title: str
    date: date | None
    url: str | None
    language: str
    characters: int
    batch: str
    digest: str

    @property
    def entry(self) -> Entry:
        """What a list shows of it, alone."""
        return Entry(self.id, self.title, self.date, self.url, self.language, self.characters)


class Found(NamedTuple):
    """A stretch of the document with the key ``document``, the ``number``-th there, and the batch it was added with."""

    document: str
    number: int
    batch: str
    language: str
    id: str
    stretch: Stretch


def key_of(identifier: str) -> str:
    """The key of the document with an id: 16 characters."""
    return urlsafe_b64encode(blake2b(encoded(identifier), digest_size=12).digest()).decode()


def body_of(key: str) -> str:
    """The key of a document's body, by its own."""
    return f"{key}="


def dimension(term: str, language: str) -> int:
    """The dimension of a term: a hash, and in each language another.

    Terms that share one by chance bound what they score too high, never too low.
    """
    return crc32(encoded(f"{language}\t{term}")) % DIMENSIONS


def vectors(segment: Segment) -> list[Vector]:
    """For each stretch what each term scores at the most in a row of it, beside its idf.

    Rounded up to half precision: newer servers keep no more, and would else round some bounds down.
    """
    dimensions = np.array([dimension(word, segment.language) for word in segment.words], np.int64)
    of = np.repeat(dimensions, np.diff(segment.around.ends))
    order = np.argsort(segment.around.places, kind="stable")
    ends = np.searchsorted(segment.around.places[order], np.arange(len(segment.stretch_heading) + 1))
    found: list[Vector] = []
    for begin, end in pairwise(ends.tolist()):
        here = order[begin:end]
        different, where = np.unique(of[here], return_inverse=True)
        sums = _up(np.bincount(where, segment.peaks[here], len(different)).astype(np.float64))
        found.append(dict(zip(different.tolist(), sums.tolist(), strict=True)))
    return found


def document_entities(document: Document, batch: str) -> tuple[list[Entity], list[Entity]]:
    """The head of a document and its body."""
    key = key_of(document.id)
    identifier, title, day, _, url, _, language = _fields(document)
    head = [identifier, title, day, url, language, len(document.text), batch, digest(document)]
    return pieces(key, key, _json(head)), pieces(body_of(key), key, _json([batch, *_fields(document)]))


def stretch_entities(segment: Segment, batch: str) -> Iterator[list[Entity]]:
    """The entities of each stretch of a segment."""
    every = vectors(segment)
    for number in range(len(segment.documents)):
        identifier = segment.documents.identifier(number)
        key, (first, end) = key_of(identifier), segment.stretches(number)
        for stretch in range(first, end):
            text = _json([batch, segment.language, identifier, *segment.stretch(stretch)])
            yield pieces(f"{key}.{stretch - first:06}", key, text, every[stretch])


def read_document(text: str) -> tuple[str, Document]:
    """The batch that a document was added with, and the document, by its body."""
    batch, identifier, title, day, content, url, marks, language = json.loads(text)
    day = day and date.fromisoformat(day)
    return batch, Document(identifier, title, day, content, url, tuple(Mark(*mark) for mark in marks), language)


def read_head(text: str) -> Head:
    """What a list shows of a document, by its head."""
    identifier, title, day, *rest = json.loads(text)
    return Head(identifier, title, day and date.fromisoformat(day), *rest)


def read_stretch(key: str, text: str) -> Found:
    """A stretch, by its key and its text."""
    document, _, number = key.partition(".")
    batch, language, identifier, title, heading, headed, lead, rows = json.loads(text)
    stretch = Stretch(title, heading and tuple(heading), headed, lead, tuple(Line(*row) for row in rows))
    return Found(document, int(number), batch, language, identifier, stretch)


def digest(document: Document) -> str:
    """A hash of all there is of a document."""
    return blake2b(encoded(_json(_fields(document))), digest_size=16).hexdigest()


def pieces(key: str, document: str, text: str, vector: Vector | None = None) -> list[Entity]:
    """A text as an entity, and those it goes on in."""
    size = 4 * PIECE if text.isascii() else PIECE
    first = {} if vector is None else {"vector": vector}
    if len(text) <= size:
        return [Entity(key, document, text, **first)]
    parts = [text[begin : begin + size] for begin in range(0, len(text), size)]
    rest = [Entity(f"{key}/{number}", document, part) for number, part in enumerate(parts)]
    return [Entity(key, document, f"{_GOES_ON}{len(parts)}", **first), *rest]


def whole(texts: Mapping[str, str], look_up: Callable[[Iterable[str]], Mapping[str, str]]) -> dict[str, str]:
    """Texts by their keys, those that go on put together; without those that have something missing.

    ``look_up`` gives the texts of other entities by their keys.
    """
    long = {key: int(text[1:]) for key, text in texts.items() if text.startswith(_GOES_ON)}
    if not long:
        return dict(texts)
    parts = look_up(f"{key}/{number}" for key, count in long.items() for number in range(count))
    found = {}
    for key, text in texts.items():
        some = [parts.get(f"{key}/{number}") for number in range(long.get(key, 0))]
        if None not in some:
            found[key] = "".join(filter(None, some)) if key in long else text
    return found


def _fields(document: Document) -> list[object]:
    day = document.date and document.date.isoformat()
    return [document.id, document.title, day, document.text, document.url, document.marks, document.language]


def _json(value: object) -> str:
    """JSON that UTF-8 can hold: where half a pair of surrogates stands alone, escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def _up(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The least numbers of half precision that are not less."""
    near = values.astype(np.float16)
    return np.where(near < values, np.nextafter(near, np.float16(np.inf)), near).astype(np.float32)
