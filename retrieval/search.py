"""One question put to one segment: the rows that score best, exactly, by reading as few postings as can be.

Only postings of stretches are read, for the rows of a stretch share most of what they are found by: they bound what any
of its rows can score. The most promising stretches are opened and their rows scored; then those others that may still
hold one as good. Rare words are read first, and a common one is not read once all that is ahead could not by itself
lift a stretch among the best: then it is looked up where it may matter. That is MaxScore (Turtle & Flood, 1995), the
blocks being stretches of text.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import distinct, greatest, ranges
from retrieval.reading import CONTEXT
from retrieval.segment import Floats, Ints, Longs, Postings, Segment

_MORE = 16  # stretches that are opened first, beside as many as there are wanted rows
_LONG = 16_384  # postings of a word before which it pays to know how good the best are
_WORTH = 1.5  # times what is ahead that the best must score for it to be looked up rather than read
_SLACK = np.float32(1 + 1e-5)  # for sums of float32 in another order
_TINY = np.float32(1e-9)  # less than any score


class Scored(NamedTuple):
    """Rows of one segment, and the two parts of their scores, shape (n,) each."""

    rows: Longs
    own: Floats
    around: Floats

    @property
    def total(self) -> Floats:
        """The scores."""
        return self.own + self.around

    def only(self, which: NDArray[np.bool_]) -> "Scored":
        """Some of them."""
        return Scored(self.rows[which], self.own[which], self.around[which])

    def and_(self, more: "Scored") -> "Scored":
        """These and others."""
        return Scored(
            np.concatenate([self.rows, more.rows]),
            np.concatenate([self.own, more.own]),
            np.concatenate([self.around, more.around]),
        )


NOTHING = Scored(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))


class _Word(NamedTuple):
    """A word of the question: its number in the segment, its idf, and which of its postings of stretches count."""

    number: int
    idf: np.float32
    first: int
    last: int


class Search:
    """A question put to a segment once."""

    def __init__(
        self,
        segment: Segment,
        weights: Sequence[tuple[str, np.float32]],
        limit: int,
        dead: NDArray[np.bool_] | None,
        *,
        copied: bool,
    ) -> None:
        """For the best ``limit`` rows by the ``weights`` of terms, copies of a row counting once if ``copied``.

        ``dead``, shape (d,), are the documents that are none any more.
        """
        self._segment, self._limit, self._dead, self._copied = segment, limit, dead, copied
        self._opened = limit + _MORE
        found = ((segment.words.find(term), idf) for term, idf in weights)
        self._terms = [(number, idf) for number, idf in found if number >= 0]
        self.least = np.float32(0)
        """The score that is not beaten often enough for one that does not reach it to be among the best."""
        self._read: list[tuple[_Word, Ints]] = []
        self._found = NOTHING

    def best(self, least: np.float32, stretches: tuple[int, int] | None, bounds: Floats) -> Scored:
        """All rows that may be among the best, if a score of ``least`` is not beaten elsewhere.

        If given, only of some ``stretches``, from the first to before the last. ``bounds``, shape (s,), are zeros, to
        be used and left as such.
        """
        self.least, self._bounds = least, bounds
        left = sorted(self._words(stretches), key=lambda word: word.last - word.first, reverse=True)
        ahead = sum(map(self._most, left))
        while left and ahead * _WORTH >= self.least:
            if self._read and left[-1].last - left[-1].first > _LONG and self._found is NOTHING:
                self._open(self._first())
                continue
            word = left.pop()
            ahead -= self._most(word)
            here = slice(word.first, word.last)
            places = self._segment.around.places[here]
            bounds[places] += self._segment.peaks[here] * word.idf
            self._read.append((word, places))
        self._rest(left, np.float32(ahead))
        for _, places in self._read:
            bounds[places] = 0
        return self._found.only(self._found.total >= self.least)

    def _words(self, stretches: tuple[int, int] | None) -> Iterator[_Word]:
        """The words that stand around any of the stretches."""
        around = self._segment.around
        for number, idf in self._terms:
            first, last = around.ends[number : number + 2].tolist()
            if stretches is not None:
                held = around.places[first:last]
                low, high = held.searchsorted(np.array(stretches, held.dtype)).tolist()
                first, last = first + low, first + high
            if first < last:
                yield _Word(number, idf, first, last)

    def _most(self, word: _Word) -> float:
        return float(self._segment.highest[word.number] * word.idf)

    def _first(self) -> Ints:
        """The stretches of the highest bounds by what was read."""
        bounds = np.concatenate([self._bounds[places] for _, places in self._read])
        # So many of them, for a stretch is there once for each of its words.
        least = max(_nth(bounds, self._opened * len(self._read)), _TINY)
        likely = distinct(np.concatenate([places for _, places in self._read])[bounds >= least])
        return likely[greatest(self._bounds[likely], self._opened)]

    def _rest(self, left: Sequence[_Word], ahead: np.float32) -> None:
        """Opens the stretches that may hold rows as good as the best; ``ahead`` is what the words left can add."""
        if not self._read:
            return
        if self._found is NOTHING:
            self._open(self._first())
        likely, bounds = self._reaching(max(self.least / _SLACK - ahead, _TINY))
        for word in left:
            bounds += _looked_up(self._segment.around, self._segment.peaks, word.number, likely) * word.idf
        most = self._opened
        while True:
            there = bounds >= max(self.least / _SLACK, _TINY)
            likely, bounds = likely[there], bounds[there]
            if not len(likely):
                return
            best = greatest(bounds, most)
            self._open(likely[best])
            bounds[best] = 0
            most *= 2

    def _reaching(self, least: np.float32) -> tuple[Ints, Floats]:
        """The stretches not opened yet whose bounds by what was read reach ``least``, each once, and these bounds."""
        found, of = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        ahead = sum(self._most(word) for word, _ in self._read)
        for word, places in self._read:
            if ahead * _SLACK < least:  # what has none of the words before cannot reach it
                break
            ahead -= self._most(word)
            bounds = self._bounds[places]
            there = bounds >= least
            found.append(places[there])
            of.append(bounds[there])
            self._bounds[found[-1]] = -np.inf  # found once
        return np.concatenate(found), np.concatenate(of)

    def _open(self, stretches: NDArray[np.integer]) -> None:
        """Scores the rows of some stretches, and never opens these again."""
        stretches = np.sort(stretches)
        self._bounds[stretches] = -np.inf
        self._found = self._found.and_(self._scored(stretches))
        keys = self._segment.row_key[self._found.rows]
        scores = self._found.total
        if self._copied:  # they have the same score
            order = np.argsort(keys)
            scores = scores[order[np.diff(keys[order], prepend=~keys[order[:1]]) != 0]]
        if len(scores) >= self._limit:
            self.least = max(self.least, np.partition(scores, -self._limit)[-self._limit])

    def _scored(self, stretches: NDArray[np.integer]) -> Scored:
        """The living rows of some stretches, ascending, that share a term."""
        segment = self._segment
        begins = segment.stretch_rows[stretches]
        lengths = segment.stretch_rows[stretches + 1] - begins
        rows, of = ranges(begins, lengths), np.repeat(np.arange(len(stretches)), lengths)
        if self._dead is not None:
            living = ~self._dead[segment.row_document[rows]]
            rows, of = rows[living], of[living]
        own, around = np.zeros(len(rows), np.float32), np.zeros(len(stretches), np.float32)
        narrow, these = rows.astype(np.int32), stretches.astype(np.int32)
        for number, idf in self._terms:
            own += _looked_up(segment.own, segment.own.weights, number, narrow) * idf
            around += _looked_up(segment.around, segment.around.weights, number, these) * (idf * np.float32(CONTEXT))
        scored = Scored(rows, own, around[of])
        return scored.only(scored.total > 0)


def _looked_up(postings: Postings, values: Floats, word: int, texts: Ints) -> Floats:
    """What stands in ``values`` for a word in some texts, shape (texts,); 0 where the word does not stand."""
    first, last = postings.ends[word : word + 2].tolist()
    if first == last:
        return np.zeros(len(texts), np.float32)
    held = postings.places[first:last]
    # Of the same type, or all that the word has would be brought to the type of these.
    at = held.searchsorted(texts)
    at[at == last - first] = 0
    found: Floats = values[first:last][at] * (held[at] == texts)
    return found


def _nth(values: Floats, n: int) -> np.float32:
    """A value that at least ``n`` reach and not many more; the least of fewer.

    It is the n-th greatest of the greatest of each block of them, for to part all takes longer than to read them.
    """
    if len(values) <= n:
        return np.float32(values.min(initial=0))
    block = max(len(values) // (4 * n), 1)
    tops = values[: len(values) // block * block].reshape(-1, block).max(axis=1)
    return np.float32(np.partition(tops, -n)[-n])
