"""Hits → what the models read of them: gathered for all at once, from the arrays of the segments they are in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import ranges
from retrieval.forward import OTHER, STOP, Kin, Words
from retrieval.question import Question
from retrieval.segment import Ints, Lists, Longs, Postings, Segment
from retrieval.stack import Hits
from retrieval.tallies import Tallies

Bools = NDArray[np.bool_]


class Gathered(NamedTuple):
    """What there is of ``n`` hits, in their order.

    ``words`` are those of the rows. ``kin`` are words of the rows, and then of the passage before each as rows n to
    2 n, that stand for terms of the question. ``document``: a number for the title of each one's document, shape (n,)
    like ``stretch``, a number for its stretch of text, ``place``, its place there from 0, ``length``, how many passages
    that has, ``short`` and ``led``, whether it is a line that may only be a heading, and whether a quote of it begins
    before it. The rest, shape (n, terms), says which of the question's terms stand where.
    """

    words: Words
    kin: Kin
    document: Longs
    stretch: Longs
    place: Longs
    length: Longs
    short: Bools
    led: Bools
    here: Bools
    before: Bools
    before_two: Bools
    after: Bools
    first: Bools
    anywhere: Bools
    heading: Bools
    title: Bools


def gather(question: Question, hits: Hits, tallies: Tallies, numbers: dict[str, int]) -> Gathered:
    """What there is of the hits; ``numbers`` are those of the question's words, stop words too."""
    parts, places = [], []
    for segment in np.unique(hits.segment).tolist():
        here = np.flatnonzero(hits.segment == segment)
        places.append(here)
        parts.append(_gathered(question, hits.segments[segment], hits.rows[here], tallies, numbers))
    if len(parts) == 1:
        return parts[0]
    n, order = len(hits.rows), np.argsort(np.concatenate(places))
    words = Words(*map(np.concatenate, zip(*(part.words for part in parts), strict=True))).ordered(order)
    kin = []
    for part, here in zip(parts, places, strict=True):
        row = np.concatenate([here, here + n])[part.kin.row]
        kin.append(part.kin._replace(row=row))
    stretch = [part.stretch + (number << 40) for number, part in enumerate(parts)]  # so that no two have one
    rest = (np.concatenate(some)[order] for some in zip(*(part[4:] for part in parts), strict=True))
    return Gathered(
        words,
        Kin(*map(np.concatenate, zip(*kin, strict=True))),
        np.concatenate([part.document for part in parts])[order],
        np.concatenate(stretch)[order],
        *rest,
    )


def _gathered(question: Question, segment: Segment, rows: Longs, tallies: Tallies, numbers: dict[str, int]) -> Gathered:
    """The same of rows of one segment."""
    n, asked = len(rows), question.terms
    stretch = segment.row_stretch[rows].astype(np.int64)
    first = segment.stretch_rows[stretch]
    place, length = rows - first, segment.stretch_rows[stretch + 1] - first
    previous = np.where(place >= 1, rows - 1, -1)
    following = np.where(place + 1 < length, rows + 1, -1)
    terms = [segment.words.find(term) for term in asked]
    around = np.concatenate([rows, previous, np.where(place >= 2, rows - 2, -1), following, first])
    here, before, before_two, after, opening = np.split(_hold(segment.own, terms, around), 5)
    document = segment.row_document[rows]
    heading = _listed(segment.heading_words, stretch, terms)
    words, kin = _words(question, segment, np.concatenate([rows, previous]), tallies, numbers)
    return Gathered(
        words.ordered(np.arange(n)),
        kin,
        segment.titles[document],
        stretch,
        place,
        length,
        segment.row_short[rows],
        segment.row_spans[rows, 0] < segment.row_spans[rows, 1],
        here,
        before,
        before_two,
        after,
        opening,
        _hold(segment.around, terms, stretch),
        heading,
        heading | _listed(segment.title_words, document.astype(np.int64), terms),
    )


def _hold(postings: Postings, words: Sequence[int], texts: Longs) -> Bools:
    """Which of the words, −1 being none, stand in which texts, shape (texts, words); a text of −1 holds none."""
    narrow = texts.astype(np.int32)  # or each word's postings would be brought to the type of these
    found = np.zeros((len(texts), len(words)), bool)
    for place, word in enumerate(words):
        held = postings.places[postings.ends[word] : postings.ends[word + 1]] if word >= 0 else postings.places[:0]
        if len(held):
            found[:, place] = held.take(held.searchsorted(narrow), mode="clip") == narrow
    return found


def _listed(lists: Lists, which: Longs, words: Sequence[int]) -> Bools:
    """Which of the words stand in which lists, shape (which, words)."""
    first, lengths = lists.ends[which], lists.ends[which + 1] - lists.ends[which]
    values, of = lists.values[ranges(first, lengths)], np.repeat(np.arange(len(which)), lengths)
    found = np.zeros((len(which), len(words)), bool)
    for place, word in enumerate(words):
        found[of[values == word], place] = True
    return found


def _words(
    question: Question, segment: Segment, rows: Longs, tallies: Tallies, numbers: dict[str, int]
) -> tuple[Words, Kin]:
    """The words of some rows, −1 being none, and which of them stand for terms of the question."""
    ends = segment.forward.ends
    lengths = np.where(rows < 0, 0, ends[rows + 1] - ends[rows])
    places = ranges(ends[rows], lengths)
    ids, kinds = segment.forward.values[places], segment.kinds[places]
    known = {segment.words.find(word): number for word, number in numbers.items()}
    known.pop(-1, None)
    asked = np.full(len(ids), OTHER, np.int64)
    at, there = _found(np.array(sorted(known), np.int32), ids)
    asked[there] = np.array([known[word] for word in sorted(known)], np.int64)[at]
    words = Words(asked, kinds, lengths)
    return words, _kin(question, segment, words, ids, tallies)


def _kin(question: Question, segment: Segment, words: Words, ids: Ints, tallies: Tallies) -> Kin:
    stands: list[tuple[int, int, float]] = []
    for place, term in enumerate(question.terms):
        for other, credit in tallies.relatives(term, name=term in question.names).items():
            if (number := segment.words.find(other)) >= 0:
                stands.append((number, place, credit))
    stands.sort()
    numbers = np.array([number for number, _, _ in stands], np.int32)
    first = np.searchsorted(numbers, ids)
    some = np.searchsorted(numbers, ids, side="right") - first  # a word may stand for several terms
    at, which = np.repeat(np.arange(len(ids)), some), ranges(first, some)
    row = np.repeat(np.arange(len(words.lengths)), words.lengths)
    counted = np.cumsum((words.kinds & STOP) == 0)
    before = np.concatenate([[0], counted])[np.cumsum(words.lengths) - words.lengths]
    return Kin(
        row[at],
        counted[at] - before[row[at]],
        np.array([term for _, term, _ in stands], np.int64)[which],
        np.array([credit for _, _, credit in stands], np.float32)[which],
    )


def _found(numbers: Ints, ids: Ints) -> tuple[Longs, Longs]:
    """Of ascending numbers, which each of some of the ids is, and the places of these."""
    if not len(numbers):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(numbers, ids), len(numbers) - 1)
    there = np.flatnonzero(numbers[at] == ids)
    return at[there], there
