"""Parts of segments → one segment of the documents that live in them, by their arrays alone: no text is read again.

It comes out as ``reading.read`` would make it of these documents in their order, array by array. Every array is made in
blocks, one after the other, so that it can be written while it is made. What is held of an index of any size are its
words, where each begins, and of each document, stretch and row the new number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress
from string import ascii_letters
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.archive import Archive
from retrieval.arrays import ranges
from retrieval.fields import Field, made, taken
from retrieval.npy import release
from retrieval.segment import Counts, Held, Ints, Lists, Longs, Part, Postings, Segment
from retrieval.strings import Strings
from retrieval.terms import terms

_BLOCK = 1 << 19  # values that are worked on at once
_LETTERS = np.isin(np.arange(256), np.frombuffer(ascii_letters.encode(), np.uint8))  # by bytes
_GONE = -1  # in the place of a new number

Array = NDArray[Any]
Bools = NDArray[np.bool_]


def merged(parts: Sequence[Part]) -> Segment:
    """One segment in memory of the living documents of some parts, at least one; all in one language."""
    arrays = {
        name: np.concatenate([np.zeros((0, *shape[1:]), dtype), *blocks])
        for name, dtype, shape, blocks in _searched(parts)
    }
    documents = Held(
        part.segment.documents[number]
        for part in parts
        for number in range(len(part.segment.documents))
        if number not in part.dead
    )
    return made(Segment, arrays, language=parts[0].segment.language, documents=documents)


def fields(parts: Sequence[Part], documents: str) -> Iterator[Field]:
    """The arrays of such a segment, and those of its documents, whose names begin with ``documents``."""
    yield from _searched(parts)
    yield from _shown(parts, documents)


class _Kept(NamedTuple):
    """What is left of ``n`` documents, stretches or rows that stand one after the other: the new number of each.

    ``numbers``, shape (n,), are −1 for what is gone; ``whole`` tells that nothing is.
    """

    numbers: Ints
    whole: bool

    @classmethod
    def of(cls, living: Bools, before: int) -> "_Kept":
        """What is left where ``living`` is, after so many of other segments."""
        numbers = np.cumsum(living, dtype=np.int32) + np.int32(before - 1)
        return cls(np.where(living, numbers, np.int32(_GONE)), bool(living.all()))

    @property
    def left(self) -> int:
        """How many are left."""
        return int(np.count_nonzero(self.numbers != _GONE))

    def only(self, values: Array) -> Array:
        """Of a value for each those of what is left."""
        return values if self.whole else values[self.numbers != _GONE]

    def blocks(self, ends: Longs, values: Array) -> Iterator[Array]:
        """Of some values for each, ending at ``ends``, those of what is left."""
        for first, last in _runs(ends):
            some = values[ends[first] : ends[last]]
            if not self.whole:
                some = some[np.repeat(self.numbers[first:last] != _GONE, np.diff(ends[first : last + 1]))]
            yield some


class _Piece(NamedTuple):
    """A segment, and what is left of it."""

    segment: Segment
    documents: _Kept
    stretches: _Kept
    rows: _Kept


def _pieces(parts: Sequence[Part]) -> list[_Piece]:
    pieces: list[_Piece] = []
    before = [0, 0, 0]
    for segment, dead, _ in parts:
        documents = np.ones(len(segment.documents), bool)
        documents[list(dead)] = False
        rows = documents[segment.row_document]
        stretches = rows[segment.stretch_rows[:-1]]
        kept = [_Kept.of(living, first) for living, first in zip((documents, stretches, rows), before, strict=True)]
        before = [first + some.left for first, some in zip(before, kept, strict=True)]
        pieces.append(_Piece(segment, *kept))
    return pieces


def _searched(parts: Sequence[Part]) -> Iterator[Field]:
    """All but the documents."""
    pieces = _pieces(parts)
    segments = [piece.segment for piece in pieces]
    documents = [piece.documents for piece in pieces]
    stretches = [piece.stretches for piece in pieces]
    rows = [piece.rows for piece in pieces]
    named, of_name = _united([segment.named for segment in segments], list(map(_names, pieces)))
    words, of_word = _united([segment.words for segment in segments], list(map(_words, pieces)))
    yield from taken(named, "named.")
    yield from taken(words, "words.")

    yield _each("titles", [segment.titles for segment in segments], documents)
    yield _ends("document_rows", [segment.document_rows for segment in segments], documents)
    yield _ends("stretch_rows", [segment.stretch_rows for segment in segments], stretches)
    yield _each("stretch_heading", [segment.stretch_heading for segment in segments], stretches)
    of_document, of_stretch = [some.numbers for some in documents], [some.numbers for some in stretches]
    yield _each("row_document", [segment.row_document for segment in segments], rows, of_document)
    yield _each("row_stretch", [segment.row_stretch for segment in segments], rows, of_stretch)
    yield _each("row_spans", [segment.row_spans for segment in segments], rows)
    yield _each("row_short", [segment.row_short for segment in segments], rows)
    yield _each("row_named", [segment.row_named for segment in segments], rows, of_name)
    yield _each("row_key", [segment.row_key for segment in segments], rows)

    ends = [segment.forward.ends for segment in segments]
    yield _ends("forward.ends", ends, rows)
    yield _several("forward.values", ends, [segment.forward.values for segment in segments], rows, of_word)
    yield _several("kinds", ends, [segment.kinds for segment in segments], rows)
    for name, lists, kept in (
        ("heading_words", [segment.heading_words for segment in segments], stretches),
        ("title_words", [segment.title_words for segment in segments], documents),
    ):
        ends = [one.ends for one in lists]
        yield _ends(f"{name}.ends", ends, kept)
        yield _several(f"{name}.values", ends, [one.values for one in lists], kept, of_word)

    own = _Together([segment.own for segment in segments], rows, of_word, len(words))
    around = _Together([segment.around for segment in segments], stretches, of_word, len(words))
    yield from own.fields("own.")
    yield from around.fields("around.")
    yield around.field("peaks", [segment.peaks for segment in segments])

    written, of_written = _summed(parts, lambda segment: segment.written)
    yield from taken(written, "written.")
    yield from taken(_capitals(segments, of_word, of_written, written, words), "capitals.")
    yield from taken(_summed(parts, lambda segment: segment.shorts)[0], "shorts.")
    yield from taken(_summed(parts, lambda segment: segment.pairs)[0], "pairs.")
    yield from taken(_summed(parts, lambda segment: segment.defined)[0], "defined.")


def _shown(parts: Sequence[Part], prefix: str) -> Iterator[Field]:
    """The documents, no two of which may have one id."""
    kept = [piece.documents for piece in _pieces(parts)]
    some = list(map(_archive, parts))
    records = [left.only(one.records) for one, left in zip(some, kept, strict=True)]
    marks = [
        np.concatenate([one.marks[:0], *left.blocks(one.mark_ends, one.marks)])
        for one, left in zip(some, kept, strict=True)
    ]
    ids, of_id = _united(
        [one.ids for one in some], [_among(one.ids, own[:, 0]) for one, own in zip(some, records, strict=True)]
    )
    said, of_said = _united(
        [one.said for one in some],
        [
            _among(one.said, np.concatenate([own[:, [1, 3, 4]].ravel(), mark[:, [2, 3]].ravel()]))
            for one, own, mark in zip(some, records, marks, strict=True)
        ],
    )
    for number, (own, mark) in enumerate(zip(records, marks, strict=True)):
        records[number] = np.stack(
            [of_id[number][own[:, 0]], of_said[number][own[:, 1]], own[:, 2], *of_said[number][own[:, 3:5].T]], axis=1
        )
        marks[number] = np.concatenate([mark[:, :2], of_said[number][mark[:, 2:4]], mark[:, 4:]], axis=1)
    every = np.concatenate(records)
    yield from taken(ids, f"{prefix}ids.")
    yield from taken(said, f"{prefix}said.")
    yield _field(f"{prefix}records", every)
    yield _field(f"{prefix}numbers", np.argsort(every[:, 0]).astype(np.int32))
    yield _field(f"{prefix}marks", np.concatenate(marks))
    yield _ends(f"{prefix}mark_ends", [one.mark_ends for one in some], kept)
    yield _each(f"{prefix}widths", [one.widths for one in some], kept)
    ends = [one.ends for one in some]
    yield _ends(f"{prefix}ends", ends, kept)
    yield _several(f"{prefix}text", ends, [one.text for one in some], kept)


def _archive(part: Part) -> Archive:
    documents = part.segment.documents
    if isinstance(documents, Archive):
        return documents
    return Archive.of(documents[number] for number in range(len(documents)))


def _names(piece: _Piece) -> Bools:
    """Which of the names the rows speak of by their offices; that of none is the first, and always there."""
    found = _among(piece.segment.named, piece.rows.only(piece.segment.row_named))
    found[0] = True
    return found


def _words(piece: _Piece) -> Bools:
    """Which of the words are left: each stands in a row, or around some."""
    segment, rows, stretches = piece.segment, piece.rows, piece.stretches
    if rows.whole and piece.documents.whole:
        return np.ones(len(segment.words), bool)
    found = _counted(segment.around, stretches) > 0
    for values in rows.blocks(segment.forward.ends, segment.forward.values):
        found[values] = True
    return found


def _among(strings: Strings, used: Ints) -> Bools:
    """Which of some strings are used, −1 being none."""
    found = np.zeros(len(strings) + 1, bool)
    found[used] = True
    return found[:-1]


def _united(some: Sequence[Strings], used: Sequence[Bools]) -> tuple[Strings, list[Ints]]:
    """The strings of several that are used, each once.

    Of each one's the new numbers, −1 for those that are not used; they end with one more, so that −1 stays −1.
    """
    lists = [list(compress(strings.encoded(), which.tolist())) for strings, which in zip(some, used, strict=True)]
    every = sorted(set(chain.from_iterable(lists)))
    number = dict(zip(every, range(len(every)), strict=True))
    found = []
    for which, own in zip(used, lists, strict=True):
        new = np.full(len(which) + 1, _GONE, np.int32)
        new[:-1][which] = np.fromiter(map(number.__getitem__, own), np.int32, len(own))
        found.append(new)
    return Strings.sorted(every), found


def _summed(parts: Sequence[Part], of: Callable[[Segment], Counts]) -> tuple[Counts, list[Ints]]:
    """What several count, less what is gone; keys that nothing is left of are left out.

    Of each part the new numbers of its keys, as ``_united`` gives them.
    """
    tables = [of(part.segment) for part in parts]
    gone = [of(segment) for part in parts for segment in part.gone]
    every = [*tables, *gone]
    keys, numbers = _united([table.keys for table in every], [np.ones(len(table.keys), bool) for table in every])
    sums = np.zeros((len(keys), tables[0].sums.shape[1]), np.int32)
    for number, (table, new) in enumerate(zip(every, numbers, strict=True)):
        sums[new[:-1]] += table.sums if number < len(tables) else -table.sums
    left = np.unique(sums.nonzero()[0])
    if len(left) < len(keys):
        again = np.full(len(keys) + 1, _GONE, np.int32)
        again[left] = np.arange(len(left))
        numbers = [again[new] for new in numbers]
        strings = list(keys.encoded())
        keys = Strings.sorted([strings[number] for number in left.tolist()])
    return Counts(keys, sums[left]), numbers[: len(parts)]


def _capitals(
    segments: Sequence[Segment], of_word: Sequence[Ints], of_key: Sequence[Ints], written: Counts, words: Strings
) -> Lists:
    """For each word the written ones with a capital that have it as a term.

    One word in plain letters has one term at the most, and where some segment has that, it is known. The rest is read
    again: what has a capital in one segment may have a term that stands in another alone.
    """
    size = np.int64(len(written.keys))
    capital = written.sums[:, 1] > 0
    pairs = [np.zeros(0, np.int64)]
    for segment, word, key in zip(segments, of_word, of_key, strict=True):
        owners = np.repeat(word[:-1], np.diff(segment.capitals.ends)).astype(np.int64)
        values = key[segment.capitals.values]
        pairs.append((owners * size + values)[(owners != _GONE) & (values != _GONE)])
    known = np.unique(np.concatenate(pairs))
    settled = np.zeros(size, bool)
    settled[known % size] = True
    settled &= np.diff(_sums([~_LETTERS[written.keys.text]])[written.keys.ends]) == 0
    more = [
        words.find(term) * size + place
        for place in np.flatnonzero(capital & ~settled).tolist()
        for term in terms(written.keys[place], segments[0].language)
    ]
    found = np.unique(np.concatenate([known, np.array(more, np.int64)]))
    found = found[(found >= 0) & capital[found % size]]
    return Lists(np.searchsorted(found, np.arange(len(words) + 1) * size), (found % size).astype(np.int32))


def _field(name: str, values: Array) -> Field:
    return Field(name, values.dtype, values.shape, [values])


def _each(name: str, arrays: Sequence[Array], kept: Sequence[_Kept], numbers: Sequence[Ints] | None = None) -> Field:
    """Arrays with a value for each of what is kept; the values numbers, if there are new ones."""
    some = (left.only(values) for values, left in zip(arrays, kept, strict=True))
    blocks = some if numbers is None else (new[values] for new, values in zip(numbers, some, strict=True))
    shape = (sum(left.left for left in kept), *arrays[0].shape[1:])
    return Field(name, arrays[0].dtype, shape, _released(blocks, arrays))


def _ends(name: str, ends: Sequence[Longs], kept: Sequence[_Kept]) -> Field:
    """Where the values of each of what is kept end."""
    return _field(name, _sums([left.only(np.diff(own)) for own, left in zip(ends, kept, strict=True)]))


def _several(
    name: str,
    ends: Sequence[Longs],
    arrays: Sequence[Array],
    kept: Sequence[_Kept],
    numbers: Sequence[Ints] | None = None,
) -> Field:
    """Arrays with some values for each of what is kept; the values numbers, if there are new ones."""

    def blocks() -> Iterator[Array]:
        for number, (own, values, left) in enumerate(zip(ends, arrays, kept, strict=True)):
            for block in left.blocks(own, values):
                yield block if numbers is None else numbers[number][block]

    size = sum(int(left.only(np.diff(own)).sum()) for own, left in zip(ends, kept, strict=True))
    return Field(name, arrays[0].dtype, (size,), _released(blocks(), arrays))


def _released(blocks: Iterable[Array], arrays: Sequence[Array]) -> Iterator[Array]:
    """The blocks, made of some arrays, which are not needed any more thereafter."""
    yield from blocks
    for array in arrays:
        release(array)


class _Together:
    """Postings of several segments, to be put together word by word."""

    def __init__(self, some: Sequence[Postings], kept: Sequence[_Kept], numbers: Sequence[Ints], words: int) -> None:
        """Of texts that are ``kept``; ``numbers`` are the new ones of the words, ``words`` in all."""
        self._some, self._kept = some, kept
        counted = [_counted(postings, texts) for postings, texts in zip(some, kept, strict=True)]
        self._old = [np.flatnonzero(new[:-1] != _GONE) for new in numbers]
        self._new = [new[old] for new, old in zip(numbers, self._old, strict=True)]
        self._counts = [counts[old] for counts, old in zip(counted, self._old, strict=True)]
        totals = np.zeros(words, np.int64)
        for new, counts in zip(self._new, self._counts, strict=True):
            totals[new] += counts
        self._ends = _sums([totals])

    def fields(self, prefix: str) -> Iterator[Field]:
        """The postings."""
        yield _field(f"{prefix}ends", self._ends)
        places = [postings.places for postings in self._some]
        yield self.field(f"{prefix}places", places, [texts.numbers for texts in self._kept])
        yield self.field(f"{prefix}weights", [postings.weights for postings in self._some])

    def field(self, name: str, arrays: Sequence[Array], numbers: Sequence[Ints] | None = None) -> Field:
        """A value for each posting, given as those of each segment; numbers, if there are new ones."""
        blocks = _released(self._blocks(arrays, numbers), arrays)
        return Field(name, arrays[0].dtype, (int(self._ends[-1]),), blocks)

    def _blocks(self, arrays: Sequence[Array], numbers: Sequence[Ints] | None) -> Iterator[Array]:
        for first, last in _runs(self._ends):
            found = np.empty(self._ends[last] - self._ends[first], arrays[0].dtype)
            at = self._ends[first:last] - self._ends[first]  # where the next posting of each word goes
            for number, values in enumerate(arrays):
                here = slice(*np.searchsorted(self._new[number], [first, last]))
                if here.start < here.stop:
                    words, counts = self._new[number][here] - first, self._counts[number][here]
                    old = self._old[number][here]
                    some = self._taken(number, int(old[0]), int(old[-1]) + 1, values)
                    found[ranges(at[words], counts)] = some if numbers is None else numbers[number][some]
                    at[words] += counts
            yield found

    def _taken(self, number: int, first: int, last: int, values: Array) -> Array:
        """The values of some words of one segment."""
        postings, texts = self._some[number], self._kept[number]
        here = slice(postings.ends[first], postings.ends[last])
        return values[here] if texts.whole else values[here][texts.numbers[postings.places[here]] != _GONE]


def _counted(postings: Postings, texts: _Kept) -> Longs:
    """Of each word how many postings are left."""
    ends = postings.ends
    if texts.whole:
        return np.diff(ends)
    counts = np.zeros(len(ends) - 1, np.int64)
    for first, last in _runs(ends):
        left = texts.numbers[postings.places[ends[first] : ends[last]]] != _GONE
        counts[first:last] = np.diff(_sums([left])[ends[first : last + 1] - ends[first]])
    return counts


def _runs(ends: Longs) -> Iterator[tuple[int, int]]:
    """Those that have the values that end at ``ends``, in runs of about a block: from which, and to before which."""
    first = 0
    while first < len(ends) - 1:
        last = max(int(np.searchsorted(ends, ends[first] + _BLOCK, side="right")) - 1, first + 1)
        yield first, last
        first = last


def _sums(lengths: Sequence[Array]) -> Longs:
    """Where each of some lengths ends, from 0."""
    return np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]), dtype=np.int64)
