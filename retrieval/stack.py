"""The segments in one language, searched as one."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.lexis import Lexis, Those
from retrieval.search import NOTHING, Scored, Search
from retrieval.segment import Floats, Longs, Part, Segment
from retrieval.tallies import Tallies

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


class Stack:
    """Parts of segments in one language.

    The score of row ``d`` for question ``q`` is, in BM25's form (Robertson & Zaragoza, 2009, eq. 3.15) with idf on the
    question's side::

        Σ_{t ∈ q} idf(t) · (w(t, text_d) + CONTEXT · w(t, around_d))

    with the weights ``w`` of ``reading.weights``. Nothing stored depends on other documents.
    """

    def __init__(self, parts: Sequence[Part], language: str, tallies: Tallies | None = None) -> None:
        """Of ``parts``, all in one language; ``tallies``: what is counted over more documents than these."""
        self.parts = parts
        self.language = language
        gone = [segment.tally for part in parts for segment in part.gone]
        self.tallies = tallies or Tallies([part.segment.tally for part in parts], gone, language)
        self.lexis = Lexis(self.tallies.idf, Those(self.tallies.names), Those(self.tallies.names_term))
        self._segments = [part.segment for part in parts]
        self._dead = [_mask(part) for part in parts]
        self._largest_first = sorted(range(len(parts)), key=lambda number: -len(parts[number].segment))

    def search(self, question: Sequence[str], limit: int, document: str | None = None) -> Hits:
        """The best ``limit`` rows for the terms of a question; ties in the order of their documents' ids and places.

        Rows that share no term are never hits. All copies of a row are one hit, the first; but with ``document`` only
        rows of the one with that id are, each by itself.
        """
        weights = [(term, np.float32(self.tallies.idf(term))) for term in sorted(set(question))]
        found: list[tuple[int, Scored]] = []
        least = np.float32(0)
        for number in self._largest_first:
            segment = self._segments[number]
            stretches = None
            if document is not None:
                at = segment.documents.find(document)
                if at < 0 or at in self.parts[number].dead:
                    continue
                stretches = segment.stretches(at)
            search = Search(segment, weights, limit, self._dead[number], copied=document is None)
            scored = search.best(least, stretches)
            if len(scored.rows):
                found.append((number, scored))
                least = max(least, search.least)
        return self._ranked(found, limit, copied=document is None)

    def _ranked(self, found: Sequence[tuple[int, Scored]], limit: int, *, copied: bool) -> Hits:
        """The best of what was found in several segments."""
        if not found:
            return Hits(self._segments, NOTHING.rows, *NOTHING, ())
        segment = np.concatenate([np.full(len(scored.rows), number) for number, scored in found])
        rows, own, around = (np.concatenate(column) for column in zip(*(scored for _, scored in found), strict=True))
        keys = np.concatenate([self._segments[number].row_key[scored.rows] for number, scored in found]).tolist()
        total = own + around
        order = np.argsort(-total, kind="stable")
        same: dict[int, list[int]] = {}
        for _, tied in groupby(zip(total[order].tolist(), order.tolist(), strict=True), key=itemgetter(0)):
            places = [place for _, place in tied]
            if len(places) > 1:
                places.sort(key=lambda at: self._in_order(int(segment[at]), int(rows[at])))
            if len(same) >= limit:
                break
            for at in places:
                same.setdefault(keys[at] if copied else at, []).append(at)
        hits = list(same.values())[:limit]
        best = np.array([first for first, *_ in hits])
        copies = [tuple((self._segments[segment[at]], int(rows[at])) for at in others) for _, *others in hits]
        return Hits(self._segments, segment[best], rows[best], own[best], around[best], copies)

    def _in_order(self, number: int, row: int) -> tuple[str, int]:
        """What rows are ordered by that score the same: the ids of their documents, then their places."""
        segment = self._segments[number]
        return segment.documents.identifier(int(segment.row_document[row])), row


def _mask(part: Part) -> NDArray[np.bool_] | None:
    """Which documents of a part are dead; None where all live."""
    if not part.dead:
        return None
    found = np.zeros(len(part.segment.documents), bool)
    found[list(part.dead)] = True
    return found
