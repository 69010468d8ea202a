"""The segments in one language, searched as one: which rows meet a question best, exactly, by reading little.

A question has a handful of terms, so only their postings are read; and of these only those of the stretches, for the
rows of a stretch share most of what they are found by. What a row of each can score at the most is summed first; the
most promising stretches are opened and their rows scored; and then those others that may still hold one as good. That
is the bound-and-refine of MaxScore (Turtle & Flood, 1995), the blocks being stretches of text.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import greatest, ranges
from retrieval.lexis import Lexis, Those
from retrieval.segment import Floats, Longs, Part, Postings, Segment
from retrieval.tallies import Tallies

CONTEXT = 1.0  # how much the words around a passage count beside its own
_OPENED = 64  # stretches that are opened first
_SLACK = np.float32(1 + 1e-5)  # for sums of float32 in another order
_BLOCK = 256  # stretches of which the greatest bound is found first

Place = tuple[Segment, int]
"""A row: its segment, and its number there."""


class Hits(NamedTuple):
    """The best rows for a question, ``n`` of them, best first.

    ``segments``: those that they are in; ``segment``, which of these each is in, and ``rows``, its number there, shape
    (n,). ``own`` and ``around``: the two parts of their scores, shape (n,). ``copies``: for each the others that say
    the same in the same surroundings.
    """

    segments: Sequence[Segment]
    segment: Longs
    rows: Longs
    own: Floats
    around: Floats
    copies: Sequence[tuple[Place, ...]]

    def places(self) -> list[Place]:
        """Each row with its segment."""
        numbers = zip(self.segment.tolist(), self.rows.tolist(), strict=True)
        return [(self.segments[segment], row) for segment, row in numbers]


class _Scored(NamedTuple):
    """Rows of one segment, and the two parts of their scores, shape (n,) each."""

    rows: Longs
    own: Floats
    around: Floats

    @property
    def total(self) -> Floats:
        """The scores."""
        return self.own + self.around

    def only(self, which: NDArray[np.bool_]) -> "_Scored":
        """Some of them."""
        return _Scored(self.rows[which], self.own[which], self.around[which])


_NOTHING = _Scored(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))


class Stack:
    """Parts of segments in one language.

    The score of row ``d`` for question ``q`` is, in BM25's form (Robertson & Zaragoza, 2009, eq. 3.15) with idf on the
    question's side::

        Σ_{t ∈ q} idf(t) · (w(t, text_d) + CONTEXT · w(t, around_d))

    with the weights ``w`` of ``reading.weights``. Nothing stored depends on other documents.
    """

    def __init__(self, parts: Sequence[Part], language: str) -> None:
        """Of ``parts``, all in one language."""
        self.parts = parts
        self.language = language
        gone = [part.gone.tally for part in parts if part.gone]
        self.tallies = Tallies([part.segment.tally for part in parts], gone, language)
        self.lexis = Lexis(self.tallies.idf, Those(self.tallies.names), Those(self.tallies.names_term))
        self._segments = [part.segment for part in parts]
        self._dead = [_mask(part) for part in parts]

    def search(self, question: Sequence[str], limit: int, document: str | None = None) -> Hits:
        """The best ``limit`` rows for the terms of a question; ties in the order of their documents' ids and places.

        Rows that share no term are never hits. All copies of a row are one hit, the first; but with ``document`` only
        rows of the one with that id are, each by itself.
        """
        weights = [(term, np.float32(self.tallies.idf(term))) for term in sorted(set(question))]
        copied = document is None
        found: list[tuple[int, _Scored]] = []
        least = np.float32(0)
        for number in sorted(range(len(self.parts)), key=lambda number: -len(self._segments[number])):
            segment = self._segments[number]
            if document is None:
                first, last = 0, len(segment.stretch_heading)
            else:
                at = segment.documents.find(document)
                if at < 0 or at in self.parts[number].dead:
                    continue
                begin, end = segment.document_rows[at], segment.document_rows[at + 1]
                first, last = (segment.row_stretch[begin], segment.row_stretch[end - 1] + 1) if begin < end else (0, 0)
            search = _Search(segment, weights, self._dead[number], limit, copied=copied)
            scored = search.best(int(first), int(last), least)
            if len(scored.rows):
                found.append((number, scored))
                least = max(least, _least(segment.row_key[scored.rows], scored.total, limit, copied=copied))
        return self._ranked(found, limit, copied=copied)

    def _ranked(self, found: Sequence[tuple[int, _Scored]], limit: int, *, copied: bool) -> Hits:
        """The best of what was found in several segments."""
        if not found:
            return Hits(self._segments, _NOTHING.rows, *_NOTHING, ())
        segment = np.concatenate([np.full(len(scored.rows), number) for number, scored in found])
        rows, own, around = map(np.concatenate, zip(*(scored for _, scored in found), strict=True))
        keys = np.concatenate([self._segments[number].row_key[scored.rows] for number, scored in found])
        total = own + around
        likely = np.flatnonzero(total >= _least(keys, total, limit, copied=copied))
        likely = likely[np.argsort(-total[likely], kind="stable")].tolist()
        ordered: list[int] = []
        for _, same in groupby(likely, key=total.__getitem__):
            tied = list(same)
            if len(tied) > 1:
                tied.sort(key=lambda at: self._in_order(int(segment[at]), int(rows[at])))
            ordered += tied
        copies: dict[int, list[int]] = {}
        for at in ordered:
            copies.setdefault(int(keys[at]) if copied else -1 - at, []).append(at)
        hits = list(copies.values())[:limit]
        best = np.array([same[0] for same in hits], np.int64)
        others = [tuple((self._segments[segment[at]], int(rows[at])) for at in same[1:]) for same in hits]
        return Hits(self._segments, segment[best], rows[best], own[best], around[best], others)

    def _in_order(self, number: int, row: int) -> tuple[str, int]:
        """What rows are ordered by that score the same: the ids of their documents, then their places."""
        segment = self._segments[number]
        return segment.documents.identifier(int(segment.row_document[row])), row


class _Search:
    """One question put to one segment."""

    def __init__(
        self,
        segment: Segment,
        weights: Sequence[tuple[str, np.float32]],
        dead: NDArray[np.bool_] | None,
        limit: int,
        *,
        copied: bool,
    ) -> None:
        """``weights`` are those of the terms, ``dead`` the documents that are none any more."""
        self._segment, self._dead, self._limit, self._copied = segment, dead, limit, copied
        found = ((segment.words.find(term), idf) for term, idf in weights)
        self._terms = [(number, idf) for number, idf in found if number >= 0]

    def best(self, first: int, last: int, least: np.float32) -> _Scored:
        """All rows of some stretches that may be among the best, if a score of ``least`` is not beaten elsewhere."""
        bounds = self._bounds(first, last)
        if not len(bounds):
            return _NOTHING
        heights = np.maximum.reduceat(bounds, np.arange(0, len(bounds), _BLOCK))
        opened = _above(bounds, heights, max(_nth(heights, _OPENED), np.float32(1e-9)))
        opened = opened[greatest(bounds[opened], _OPENED)]
        found = self._scored(np.sort(opened) + first)
        while True:
            keys = self._segment.row_key[found.rows]
            least = max(least, _least(keys, found.total, self._limit, copied=self._copied))
            others = _above(bounds, heights, max(least / _SLACK, np.float32(1e-9)))
            others = others[~np.isin(others, opened)]
            if not len(others):
                return found.only(found.total >= least) if len(found.rows) else found
            others = others[greatest(bounds[others], 4 * len(opened))]
            opened = np.concatenate([opened, others])
            more = self._scored(np.sort(others) + first)
            found = _Scored(
                np.concatenate([found.rows, more.rows]),
                np.concatenate([found.own, more.own]),
                np.concatenate([found.around, more.around]),
            )

    def _bounds(self, first: int, last: int) -> Floats:
        """What no row of each stretch from ``first`` to before ``last`` scores more than."""
        postings, most = self._segment.around, self._segment.most
        bounds = np.zeros(last - first, np.float32)
        whole = (first, last) == (0, len(self._segment.stretch_heading))
        for number, idf in self._terms:
            begin, end = postings.ends[number], postings.ends[number + 1]
            held = postings.places[begin:end]
            if not whole:
                low, high = np.searchsorted(held, np.array([first, last], held.dtype))
                begin, held = begin + low, held[low:high] - np.int32(first)
            here = slice(begin, begin + len(held))
            bounds[held] += (postings.weights[here] * np.float32(CONTEXT) + most[here]) * idf
        return bounds

    def _scored(self, stretches: Longs) -> _Scored:
        """The living rows of some stretches, ascending, that share a term."""
        segment = self._segment
        begins, ends = segment.stretch_rows[stretches], segment.stretch_rows[stretches + 1]
        rows = ranges(begins, ends - begins)
        if self._dead is not None:
            rows = rows[~self._dead[segment.row_document[rows]]]
        of = segment.row_stretch[rows]
        own, around = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        narrow = rows.astype(np.int32)  # or each term's postings would be brought to the type of these
        for number, idf in self._terms:
            own += weighed(segment.own, number, narrow) * idf
            around += weighed(segment.around, number, of) * (idf * np.float32(CONTEXT))
        met = own + around > 0
        return _Scored(rows[met], own[met], around[met])


def weighed(postings: Postings, word: int, texts: NDArray[np.int32]) -> Floats:
    """What a word weighs in some texts, shape (texts,); 0 where it does not stand."""
    begin, end = postings.ends[word], postings.ends[word + 1]
    held = postings.places[begin:end]
    if not len(held):
        return np.zeros(len(texts), np.float32)
    at = np.minimum(np.searchsorted(held, texts), len(held) - 1)
    found: Floats = np.where(held[at] == texts, postings.weights[begin:end][at], np.float32(0))
    return found


def _mask(part: Part) -> NDArray[np.bool_] | None:
    """Which documents of a part are dead; None where all live."""
    if not part.dead:
        return None
    found = np.zeros(len(part.segment.documents), bool)
    found[list(part.dead)] = True
    return found


def _least(keys: Longs, scores: Floats, limit: int, *, copied: bool) -> np.float32:
    """The score of the last that is among the best ``limit``, copies counting once; 0 where there are fewer."""
    if copied:
        _, first = np.unique(keys, return_index=True)
        scores = scores[first]
    return np.partition(scores, -limit)[-limit] if len(scores) >= limit else np.float32(0)


def _nth(values: Floats, n: int) -> np.float32:
    """The n-th greatest; the least of fewer."""
    return np.float32(np.partition(values, -n)[-n] if len(values) >= n else values.min())


def _above(bounds: Floats, heights: Floats, least: np.float32) -> Longs:
    """The places of the bounds that reach ``least``; ``heights`` are the greatest of each block of them."""
    blocks = np.flatnonzero(heights >= least)
    places = ranges(blocks * _BLOCK, np.minimum(len(bounds) - blocks * _BLOCK, _BLOCK))
    return places[bounds[places] >= least]
