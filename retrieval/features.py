"""How a question and its candidates meet, as numbers: what the ranker is learned from.

All candidates of one question are read at once. Where a term stands (in the passage, before it, in its title) comes
from the index; how the words stand to each other, and what the passage offers, from its own tokens.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.question import Question, Want
from retrieval.terms import fold, tokenize

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

# What a word is by itself, as bits.
CAPITAL, NUMBER, YEAR, CALENDAR, COUNTING, PRONOUN, STOP, REASON, LOCAL = (1 << bit for bit in range(9))

_WORDS = (
    (CALENDAR, """january february march april may june july august september october november december monday tuesday
        wednesday thursday friday saturday sunday"""),
    (COUNTING, """one two three four five six seven eight nine ten eleven twelve thirteen twenty thirty forty fifty
        sixty seventy eighty ninety hundred thousand million billion dozen half twice once first second third"""),
    (PRONOUN, "he she it they him her his hers its their them this these that those"),
    (REASON, "because since due so cause caused therefore reason order"),
    (LOCAL, "in at near from to"),
)  # fmt: skip
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_FAR = 99.0  # for a distance where there is nothing to measure to
_NEAR, _WITHIN = 4, 10  # tokens between neighbours of the question that count as together, and as close

_OPENINGS = (
    "who", "when", "where", "why", "how many", "how much", "how long", "how old", "how", "which", "what year",
    "what kind", "what type", "what is", "what was", "what did", "what does", "what do", "what", "is", "are", "was",
    "did", "does", "do",
)  # fmt: skip
_OPENING = tuple((re.compile(rf"\b{opening}\b"), number) for number, opening in enumerate(_OPENINGS))
WANTS = tuple(Want)


class Candidates(NamedTuple):
    """The candidates of one question, ``n`` of them, in the order of their scores.

    ``own`` and ``around``: their two parts of the index's score, shape (n,). ``stretch``: a number for the stretch of
    text each stands in, ``place`` its place in it from 0, ``length`` how many passages it has. The matrices, shape
    (n, terms), say which of the question's distinct known terms stand in the passage itself (``here``), in the one and
    two before it in its stretch, in the one after, in the first, anywhere in the stretch, and in its title and heading.
    """

    texts: Sequence[str]
    own: Floats
    around: Floats
    stretch: NDArray[np.int64]
    place: NDArray[np.int64]
    length: NDArray[np.int64]
    here: Bools
    before: Bools
    before_two: Bools
    after: Bools
    first: Bools
    anywhere: Bools
    title: Bools


class Asked(NamedTuple):
    """The question's side: ``weights`` are the idf of its distinct known terms, ``unknown`` of all others added."""

    question: Question
    terms: tuple[str, ...]
    weights: Floats
    unknown: float


def features(asked: Asked, found: Candidates) -> tuple[tuple[str, ...], Floats]:
    """The names of the features, and their values, shape (n, features)."""
    columns = {**_scores(asked, found), **_coverage(asked, found), **_words(asked, found)}
    n = len(found.texts)
    return tuple(columns), np.stack([np.broadcast_to(np.asarray(c, np.float32), n) for c in columns.values()], axis=1)


def _scores(asked: Asked, found: Candidates) -> dict[str, object]:
    """What the index says, as it is and against the other candidates."""
    total = found.own + found.around
    full = float(asked.weights.sum() + asked.unknown) or 1.0
    same = found.stretch[:, None] == found.stretch[None, :]
    best_beside = np.where(same, found.own[None, :], 0).max(axis=1)
    by_stretch = np.unique(-found.around, return_inverse=True)[1]
    second = np.sort(total)[::-1][min(1, len(total) - 1)]
    return {
        "own": found.own,
        "around": found.around,
        "total": total,
        "rank": np.arange(len(total)),
        "own share": found.own / (found.own.max() or 1.0),
        "around share": found.around / (found.around.max() or 1.0),
        "total share": total / (total.max() or 1.0),
        "lead": total - second,
        "own per weight": found.own / full,
        "around per weight": found.around / full,
        "beside": same.sum(axis=1),
        "best beside": found.own / np.maximum(best_beside, 1e-9),
        "stretch rank": by_stretch,
        "place": found.place,
        "place share": found.place / np.maximum(found.length, 1),
        "length of stretch": found.length,
        "opens": found.place == 0,
    }


def _coverage(asked: Asked, found: Candidates) -> dict[str, object]:
    """How much of the question's weight is met, and where."""
    full = float(asked.weights.sum() + asked.unknown) or 1.0

    def share(met: Bools) -> Floats:
        return (met @ asked.weights) / np.float32(full)

    here, before, title = found.here, found.before, found.title
    near = share(here | before | title)
    every = share(here | before | found.first | title)
    known = np.array([term in asked.question.names for term in asked.terms], bool)
    beside = (found.stretch[:, None] == found.stretch[None, :]).astype(np.float32) @ here.astype(np.float32)
    rarity = np.log((1 + len(here)) / (1 + here.sum(axis=0))) + 0.1
    rare = rarity * asked.weights
    covered = share(here)
    return {
        "covered": covered,
        "terms met": here.sum(axis=1) / max(len(asked.question.words), 1),
        "terms missed": len(asked.terms) - here.sum(axis=1),
        "rarest missed": np.where(here, 0, asked.weights).max(axis=1, initial=0),
        "rarest met": np.where(here, asked.weights, 0).max(axis=1, initial=0),
        "unknown share": asked.unknown / full,
        "terms asked": len(asked.question.words),
        "words asked": len(asked.question.tokens),
        "names met": (here & known).sum(axis=1) / max(known.sum(), 1),
        "names asked": known.sum(),
        "facts met": (here & ~known) @ asked.weights / max(float(asked.weights[~known].sum()), 1e-6),
        "before": share(before & ~here),
        "after": share(found.after & ~here),
        "with before": share(here | before),
        "with two before": share(here | before | found.before_two),
        "with first": share(here | found.first),
        "with title": share(here | title),
        "with after": share(here | found.after),
        "with all": every,
        "in stretch": share(found.anywhere | title),
        "in title": share(title),
        "title only": share(title & ~here),
        "alone here": share(here & (beside <= 1)),
        "locally rare": (here @ rarity) / (float(rarity.sum()) or 1.0),
        "locally and globally rare": (here @ rare) / (float(rare.sum()) or 1.0),
        "with before, against best": near - near.max(initial=0),
        "covered, against best": covered - covered.max(initial=0),
        "with all, against best": every - every.max(initial=0),
        "first term": here[:, 0] if len(asked.terms) else False,
        "last term": here[:, -1] if len(asked.terms) else False,
    }


def _words(asked: Asked, found: Candidates) -> dict[str, object]:
    """How the question's words stand in the passage, and what else is there that could answer."""
    n = len(found.texts)
    question = asked.question
    asked_words = [token.term or fold(question.text[token.start : token.end]) for token in question.tokens]
    number = {word: position for position, word in enumerate(dict.fromkeys(asked_words))}
    ids, kinds, lengths, stems = _read(found.texts, number)
    row = np.repeat(np.arange(n), lengths)
    start = np.cumsum(lengths) - lengths
    at = np.arange(len(ids)) - start[row]

    def count(which: Bools) -> NDArray[np.int64]:
        return np.bincount(row[which], minlength=n)

    stop = (kinds & STOP) > 0
    met = (ids >= 0) & ~stop
    new = (ids < 0) & ~stop
    follows = np.r_[False, row[1:] == row[:-1]] if len(row) else np.zeros(0, bool)
    capital = (kinds & CAPITAL) > 0
    inside = capital & (at > 0)
    before_capital = np.r_[False, capital[:-1]] & follows
    before_local = np.r_[False, (kinds[:-1] & LOCAL) > 0] & follows
    year, numeral = (kinds & YEAR) > 0, (kinds & NUMBER) > 0
    calendar, counting = (kinds & CALENDAR) > 0, (kinds & COUNTING) > 0
    pronoun = (kinds & PRONOUN) > 0
    fresh = ids < 0

    asked_pairs = {number[a] * len(number) + number[b] for a, b in pairwise(asked_words)}
    pair = (
        np.where((ids >= 0) & np.r_[False, ids[:-1] >= 0], np.r_[0, ids[:-1]] * len(number) + ids, -1)
        if len(ids)
        else ids
    )
    verbatim = np.isin(pair, list(asked_pairs)) & follows

    first = np.full(n, _FAR)
    last = np.full(n, -1.0)
    np.minimum.at(first, row[met], at[met])
    np.maximum.at(last, row[met], at[met])
    distinct = found.here.sum(axis=1)
    any_met = last >= 0

    typed = {
        Want.PERSON: inside & new, Want.PLACE: inside & new, Want.DATE: (year | calendar) & fresh,
        Want.COUNT: (numeral | counting) & fresh, Want.AMOUNT: (numeral | counting) & fresh,
    }.get(question.want, new)  # fmt: skip
    offered = {
        Want.PERSON: count(inside & new) > 0, Want.PLACE: count(inside & new) > 0,
        Want.DATE: count((year | calendar | numeral) & fresh) > 0, Want.COUNT: count((numeral | counting) & fresh) > 0,
        Want.AMOUNT: count((numeral | counting) & fresh) > 0, Want.CAUSE: count((kinds & REASON) > 0) > 0,
    }.get(question.want, np.ones(n, bool))  # fmt: skip
    lowered = question.text.lower()
    opening = next((k for pattern, k in _OPENING if pattern.search(lowered)), len(_OPENING))
    return {
        "verbatim": count(verbatim) / max(len(asked_words) - 1, 1),
        "together": _together(question, number, ids, row, met, n),
        "alike": _alike(asked, found.here, stems, row, met, n),
        "spread": np.where(any_met, (last - first + 1) / np.maximum(distinct, 1), _FAR),
        "first met": first,
        "last met": np.where(any_met, lengths - last, _FAR),
        "words": lengths,
        "new words": count(new),
        "density": distinct / np.maximum(lengths, 1),
        "names": count(inside & new),
        "long names": count(inside & new & before_capital),
        "names of place": count(capital & new & before_local),
        "numbers": count(numeral & ~year & fresh),
        "years": count(year & fresh),
        "calendar": count(calendar & fresh),
        "counting": count(counting & fresh),
        "reasons": count((kinds & REASON) > 0),
        "pronouns": count(pronoun),
        "opens with pronoun": count(pronoun & (at <= 1)),
        "wanted": WANTS.index(question.want),
        "opening": opening,
        "offered": offered,
        "distance to offered": _distance(typed, met, row, n),
    }


def _read(
    texts: Sequence[str], number: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], list[str]]:
    """All tokens of all passages in one row: the question's number for each word or -1, its kind, and its term."""
    ids: list[int] = []
    kinds: list[int] = []
    stems: list[str] = []
    lengths: list[int] = []
    for text in texts:
        tokens = tokenize(text)
        lengths.append(len(tokens))
        for term, start, end in tokens:
            word = text[start:end]
            folded, kind = _kind(word)
            stems.append(term)
            ids.append(number.get(term or folded, -1))
            kinds.append(kind if term else kind | STOP)
    return np.array(ids, np.int64), np.array(kinds, np.int64), np.array(lengths, np.int64), stems


@lru_cache(maxsize=65_536)
def _kind(word: str) -> tuple[str, int]:
    """A word folded, and what it is by itself."""
    folded = fold(word)
    kind = CAPITAL if word[0].isupper() else 0
    if word[0].isdigit():
        kind |= NUMBER | (YEAR if _YEAR.fullmatch(word) else 0)
    return folded, kind | _listed().get(folded, 0)


@cache
def _listed() -> dict[str, int]:
    bits: dict[str, int] = {}
    for bit, words in _WORDS:
        for word in words.split():
            bits[word] = bits.get(word, 0) | bit
    return bits


def _together(
    question: Question, number: dict[str, int], ids: NDArray[np.int64], row: NDArray[np.int64], met: Bools, n: int
) -> Floats:
    """The share of the question's neighbouring terms that stand together in the passage; less for those only close."""
    terms = [token.term for token in question.tokens if token.term]
    pairs = [(number[a], number[b]) for a, b in pairwise(terms) if a != b]
    total = np.zeros(n, np.float32)
    where = np.flatnonzero(met)
    there = ids[where]
    for a, b in pairs:
        one, other = where[there == a], where[there == b]
        if len(one) and len(other):
            distance = np.abs(one[:, None] - other[None, :])
            beside = row[one][:, None] == row[other][None, :]
            worth = np.where(beside & (distance <= _NEAR), 1.0, np.where(beside & (distance <= _WITHIN), 0.4, 0.0))
            best = np.zeros(n, np.float32)
            np.maximum.at(best, row[one], worth.max(axis=1))
            total += best
    return total / np.float32(max(len(pairs), 1))


def _alike(asked: Asked, here: Bools, stems: list[str], row: NDArray[np.int64], met: Bools, n: int) -> Floats:
    """The share of the weight of terms not met whose first four letters another term of the passage has."""
    begin = {term[:4]: position for position, term in enumerate(asked.terms) if len(term) >= 5}
    found = np.zeros((n, len(asked.terms)), bool)
    if begin:
        for position, (stem, is_met) in enumerate(zip(stems, met.tolist(), strict=True)):
            if not is_met and len(stem) >= 5 and (term := begin.get(stem[:4])) is not None:
                found[row[position], term] = True
    alike: Floats = ((found & ~here) @ asked.weights) / np.float32(float(asked.weights.sum() + asked.unknown) or 1.0)
    return alike


def _distance(typed: Bools, met: Bools, row: NDArray[np.int64], n: int) -> Floats:
    """Tokens between a word that could answer and the nearest of the question's words."""
    nearest = np.full(n, _FAR, np.float32)
    ends, anchors = np.flatnonzero(typed), np.flatnonzero(met)
    if len(ends) and len(anchors):
        after = np.searchsorted(anchors, ends)
        for side in (np.clip(after - 1, 0, len(anchors) - 1), np.clip(after, 0, len(anchors) - 1)):
            same = row[anchors[side]] == row[ends]
            np.minimum.at(nearest, row[ends][same], np.abs(anchors[side] - ends)[same].astype(np.float32))
    return nearest
