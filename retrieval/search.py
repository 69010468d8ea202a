"""One question put to one segment: the rows that score best, exactly.

Rows of a stretch share most of what they are found by, so only postings of stretches are read: they bound what any of
its rows can score. The most promising stretches are opened and their rows scored; then those others that may still hold
one as good.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import add, first_of_each, greatest, ranges
from retrieval.reading import CONTEXT
from retrieval.segment import Floats, Longs, Postings, Segment

_MORE = 16  # stretches that are opened first, beside as many as there are wanted rows
_GROUP = 64  # bounds that are told apart only if the greatest of them is great
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
        found = [(number, idf) for term, idf in weights if (number := segment.words.find(term)) >= 0]
        self._words = [number for number, _ in found]
        self._idf = np.array([idf for _, idf in found], np.float32)
        self.least = np.float32(0)
        """The score that is not beaten often enough for one that does not reach it to be among the best."""
        self._opened = limit + _MORE
        self._found = NOTHING

    def best(self, least: np.float32, stretches: tuple[int, int] | None) -> Scored:
        """All rows that may be among the best, if a score of ``least`` is not beaten elsewhere.

        If given, only of some ``stretches``, from the first to before the last.
        """
        self.least = least
        if not self._words:
            return NOTHING
        bounds = self._bounds()
        if stretches is not None:
            bounds[: stretches[0]] = 0
            bounds[stretches[1] :] = 0
        # A group is not of neighbours: those are good together, and NumPy is slower to find their greatest.
        groups = bounds.reshape(_GROUP, -1)
        tops = groups.max(axis=0)
        least = np.partition(tops, -self._opened)[-self._opened] if len(tops) > self._opened else _TINY
        likely = self._reaching(groups, tops, max(least, self._enough()))
        likely = likely[greatest(bounds[likely], self._opened)]
        self._open(likely)
        bounds[likely] = 0
        likely = self._reaching(groups, tops, self._enough())
        left = bounds[likely]
        most = self._opened
        while len(likely):
            best = greatest(left, most)
            self._open(likely[best])
            left[best] = 0
            reaching = left >= self._enough()
            likely, left = likely[reaching], left[reaching]
            most *= 2
        return self._found.only(self._found.total >= max(self.least, _TINY))

    def _reaching(self, groups: Floats, tops: Floats, least: np.float32) -> Longs:
        """The stretches whose bounds reach ``least``, by the greatest of each group or by what was so before."""
        among = np.flatnonzero(tops >= least)
        number, group = np.divmod(np.flatnonzero(groups.take(among, axis=1) >= least), max(len(among), 1))
        found: Longs = number * len(tops) + among[group]
        return found

    def _bounds(self) -> Floats:
        """What no row of each stretch can score more than, shape (s,) and as many zeros as make whole groups."""
        around = self._segment.around
        bounds = np.zeros(-(-len(self._segment.stretch_heading) // _GROUP) * _GROUP, np.float32)
        for word, idf in zip(self._words, self._idf, strict=True):
            first, last = around.ends[word : word + 2].tolist()
            add(bounds, around.places[first:last], self._segment.peaks[first:last], idf)
        return bounds

    def _enough(self) -> np.float32:
        """The bound of a stretch that may hold a row as good as the best."""
        return max(self.least / _SLACK, _TINY)

    def _open(self, stretches: Longs) -> None:
        """Scores the rows of some stretches."""
        self._found = self._found.and_(self._scored(np.sort(stretches)))
        scores = self._found.total
        if self._copied:  # they have the same score
            scores = scores[first_of_each(self._segment.row_key[self._found.rows])]
        if len(scores) >= self._limit:
            self.least = max(self.least, np.partition(scores, -self._limit)[-self._limit])

    def _scored(self, stretches: Longs) -> Scored:
        """The living rows of some stretches, ascending."""
        segment = self._segment
        begins = segment.stretch_rows[stretches]
        lengths = segment.stretch_rows[stretches + 1] - begins
        rows, of = ranges(begins, lengths), np.repeat(np.arange(len(stretches)), lengths)
        if self._dead is not None:
            living = ~self._dead[segment.row_document[rows]]
            rows, of = rows[living], of[living]
        around = self._summed(segment.around, stretches) * np.float32(CONTEXT)
        return Scored(rows, self._summed(segment.own, rows), around[of])

    def _summed(self, postings: Postings, texts: Longs) -> Floats:
        """Σ idf · weight over the words of the question, for some texts, shape (texts,)."""
        if not len(postings.places):
            return np.zeros(len(texts), np.float32)
        narrow = texts.astype(postings.places.dtype)  # or all postings of a word would be made wide
        at = np.empty((len(self._words), len(texts)), np.int64)
        lasts = []
        for number, word in enumerate(self._words):
            first, last = postings.ends[word : word + 2].tolist()
            np.add(postings.places[first:last].searchsorted(narrow), first, out=at[number])
            lasts.append([last])
        scores = postings.weights.take(at, mode="clip")
        scores *= postings.places.take(at, mode="clip") == narrow
        scores *= at < lasts
        scores *= self._idf[:, None]
        sums: Floats = scores[0]
        for score in scores[1:]:  # one by one: so sums of the same are the same, whatever stands beside them
            sums += score
        return sums
