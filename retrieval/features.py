"""How a question and its candidates meet, as numbers: what the ranker is learned from.

All candidates of one question are read at once. Where a term stands (in the passage, before it, in its title) comes
from the index; how the words stand to each other, and what the passage offers, from the forward index.
"""

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus import ENGLISH
from retrieval.arrays import moved, stacked
from retrieval.forward import CALENDAR, CAPITAL, COUNTING, LOCAL, NUMBER, PRONOUN, REASON, STOP, YEAR, Words
from retrieval.question import Question, Want
from retrieval.thesaurus import thesaurus
from retrieval.trees import Table

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_FAR = 99.0  # for a distance where there is nothing to measure to
_NEAR, _WITHIN = 4, 10  # tokens between neighbours of the question that count as together, and as close
_WORTH = np.repeat(np.array([1, 0.4, 0], np.float32), [_NEAR + 1, _WITHIN - _NEAR, 1])  # what they are worth so

_OPENINGS = (
    "how many", "how much", "how long", "how old", "how", "who", "whom", "whose", "when", "where", "why", "what year",
    "what kind", "what type", "what is", "what was", "what did", "what does", "what do", "what", "which", "is", "are",
    "was", "did", "does", "do",
)  # fmt: skip
_OPENING = re.compile(rf"\b(?:{'|'.join(_OPENINGS)})\b")
WANTS = tuple(Want)


class Asked(NamedTuple):
    """The question's side.

    Of its distinct terms, shape (terms,): ``weights``, their idf; ``worth``, how much each matters beside that;
    ``known``, whether any text has it. ``words`` are the numbers of all its words, stop words too, in order, the same
    words having the same one; −1 where no text has one.
    """

    question: Question
    weights: Floats
    worth: Floats
    known: Bools
    words: NDArray[np.int64]


class Candidates(NamedTuple):
    """The candidates of one question, ``n`` of them, in the order of their scores.

    ``words``: their words. ``document``: a number for the document each stands in, those of one title being one, shape
    (n,) like all that follow. ``own`` and ``around``: the two parts of the index's score. ``stretch``: a number for the
    stretch of text each stands in, ``place`` its place in it from 0, ``length`` how many passages it has; ``short``
    marks a line that may only be a heading.

    The matrices, shape (n, terms), say which of the question's distinct terms stand in the passage itself (``here``),
    in the one before it and the one before that in its stretch, in the one after, in the first, anywhere in the
    stretch, and in its title and heading; ``kin`` how far words of the passage stand for each, from 0 to 1, and
    ``near`` the same with the passage before, the title and the heading.
    """

    words: Words
    document: NDArray[np.int64]
    own: Floats
    around: Floats
    stretch: NDArray[np.int64]
    place: NDArray[np.int64]
    length: NDArray[np.int64]
    short: Bools
    here: Bools
    before: Bools
    before_two: Bools
    after: Bools
    first: Bools
    anywhere: Bools
    title: Bools
    kin: Floats
    near: Floats


def features(asked: Asked, found: Candidates) -> Table:
    """The features of each candidate, a row a candidate."""
    columns = {
        **_scores(asked, found),
        **_coverage(asked, found),
        **_document(asked, found),
        **_kin(asked, found),
        **_words(asked, found),
    }
    return Table(tuple(columns), stacked(list(columns.values()), len(found.own), np.float32).T)


def _scores(asked: Asked, found: Candidates) -> dict[str, ArrayLike]:
    """What the index says, as it is and against the other candidates."""
    total = found.own + found.around
    full = float(asked.weights.sum()) or 1.0
    same = found.stretch[:, None] == found.stretch[None, :]
    best_beside = np.where(same, found.own[None, :], 0).max(axis=1)
    by_stretch = np.searchsorted(np.unique(-found.around), -found.around)
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


def _coverage(asked: Asked, found: Candidates) -> dict[str, ArrayLike]:
    """How much of the question's weight is met, and where."""
    full = float(asked.weights.sum()) or 1.0
    here, before, title = found.here, found.before, found.title
    beside = (found.stretch[:, None] == found.stretch[None, :]).astype(np.float32) @ here.astype(np.float32)
    near = here | before
    met = {
        "before": before & ~here,
        "after": found.after & ~here,
        "with before": near,
        "with two before": near | found.before_two,
        "with first": here | found.first,
        "with title": here | title,
        "with after": here | found.after,
        "with all": near | found.first | title,
        "in stretch": found.anywhere | title,
        "in title": title,
        "title only": title & ~here,
        "alone here": here & (beside <= 1),
    }
    # A product of its own for each, so that no sum depends on what else is summed.
    every = np.array([here, near | title, *met.values()], np.float32)
    covered, nearby, *shares = every @ asked.weights / np.float32(full)
    where = dict(zip(met, shares, strict=True))
    named = np.array([term in asked.question.names for term in asked.question.terms], bool)
    rarity = np.log((1 + len(here)) / (1 + here.sum(axis=0))) + 0.1
    rare = rarity * asked.weights
    return {
        "covered": covered,
        "terms met": here.sum(axis=1) / max(here.shape[1], 1),
        "terms missed": here.shape[1] - here.sum(axis=1),
        "rarest missed": np.where(here, 0, asked.weights).max(axis=1, initial=0),
        "rarest met": np.where(here, asked.weights, 0).max(axis=1, initial=0),
        "unknown share": float(asked.weights[~asked.known].sum()) / full,
        "terms asked": here.shape[1],
        "words asked": len(asked.question.tokens),
        "names met": (here & named).sum(axis=1) / max(named.sum(), 1),
        "names asked": named.sum(),
        "facts met": (here & ~named) @ asked.weights / max(float(asked.weights[~named].sum()), 1e-6),
        **where,
        "locally rare": (here @ rarity) / (float(rarity.sum()) or 1.0),
        "locally and globally rare": (here @ rare) / (float(rare.sum()) or 1.0),
        "with before, against best": nearby - nearby.max(initial=0),
        "covered, against best": covered - covered.max(initial=0),
        "with all, against best": where["with all"] - where["with all"].max(initial=0),
        "first term": here[:, 0] if here.shape[1] else False,
        "last term": here[:, -1] if here.shape[1] else False,
    }


def _document(asked: Asked, found: Candidates) -> dict[str, ArrayLike]:
    """How much of the question the candidates of one document meet together, and how many of them there are."""
    same = found.document[:, None] == found.document[None, :]
    full = float(asked.weights.sum()) or 1.0
    here = found.here | found.title
    together = ((same.astype(np.float32) @ here.astype(np.float32)) > 0) @ asked.weights / np.float32(full)
    total = found.own + found.around
    mass = same.astype(np.float32) @ total / (total.sum() or 1.0)
    top = same[:10, :10]
    return {
        "in document": together,
        "in document, against best": together - together.max(initial=0),
        "share of document": same.sum(axis=1) / len(same),
        "mass of document": mass,
        "share of first": np.count_nonzero(same[0]) / len(same),
        "share of title": np.count_nonzero(top) / top.size,
    }


def _kin(asked: Asked, found: Candidates) -> dict[str, ArrayLike]:
    """How much is met when a word may stand for another of its family or class, light words counting little."""
    question = asked.question
    named = np.array([term in question.names for term in asked.question.terms], bool)
    focused = np.array([term in question.focus for term in asked.question.terms], bool)
    weights = asked.weights * asked.worth
    here, near = found.kin, found.near
    anywhere = np.maximum(near, 0.6 * found.anywhere)

    def share(met: Floats, of: Bools | slice = slice(None)) -> Floats:
        total = float(weights[of].sum())
        weighed: Floats = met[:, of] @ (weights[of] / np.float32(total or 1))
        return weighed if total else np.ones_like(weighed)

    facts = share(near, ~named)
    best = share(near)
    english = question.language == ENGLISH
    verbs = [thesaurus().verb(term) if english and term not in question.names else 0.0 for term in question.terms]
    lacking = (1 - near) * np.array(verbs, np.float32)
    return {
        "kin here": share(here),
        "kin near": best,
        "kin anywhere": share(anywhere),
        "kin facts": facts,
        "kin facts here": share(here, ~named),
        "kin without focus": share(near, ~focused),
        "kin of focus": share(here, focused) if focused.any() else -1,
        "kin near, against best": best - best.max(initial=0),
        "names lost": ((anywhere == 0) & named).sum(axis=1),
        "heaviest lost": np.where(near > 0, 0, weights).max(axis=1, initial=0),
        "lost": (near == 0).sum(axis=1),
        "verb asked": max(verbs, default=0.0),
        "verb lost": lacking.max(axis=1, initial=0),
        "verbs lost": lacking @ weights,
        "short": found.short,
    }


def _words(asked: Asked, found: Candidates) -> dict[str, ArrayLike]:
    """How the question's words stand in the passage, and what else is there that could answer."""
    n = len(found.own)
    question = asked.question
    ids, kinds, lengths = found.words
    row = np.repeat(np.arange(n), lengths)
    at = np.arange(len(ids)) - (np.cumsum(lengths) - lengths)[row]
    follows = at > 0

    fresh = ~_any_of(asked.words, ids)
    stop = (kinds & STOP) > 0
    met, new = ~fresh & ~stop, fresh & ~stop
    capital = (kinds & CAPITAL) > 0
    local = (kinds & LOCAL) > 0
    year, numeral = (kinds & YEAR) > 0, (kinds & NUMBER) > 0
    calendar, counting = (kinds & CALENDAR) > 0, (kinds & COUNTING) > 0
    pronoun, reason = (kinds & PRONOUN) > 0, (kinds & REASON) > 0
    names, numbers, dates = capital & follows & new, (numeral | counting) & fresh, (year | calendar) & fresh

    there = np.flatnonzero(met)
    first = np.full(n, _FAR)
    last = np.full(n, -1.0)
    first[row[there[::-1]]] = np.minimum(at[there[::-1]], _FAR)  # of several values for one row the last one stays
    last[row[there]] = at[there]
    distinct = found.here.sum(axis=1)

    typed = {
        Want.PERSON: names, Want.PLACE: names, Want.DATE: dates, Want.COUNT: numbers, Want.AMOUNT: numbers,
    }.get(question.want, new)  # fmt: skip
    offering = {
        Want.PERSON: names, Want.PLACE: names, Want.DATE: dates | (numeral & fresh), Want.COUNT: numbers,
        Want.AMOUNT: numbers, Want.CAUSE: reason,
    }.get(question.want)  # fmt: skip
    opening = _OPENING.search(question.asking.lower())
    counts = _counted(
        row,
        n,
        verbatim=_verbatim(asked.words, ids) & follows,
        new=new,
        names=names,
        long_names=names & moved(capital, 1),
        names_of_place=capital & new & follows & moved(local, 1),
        numbers=numeral & ~year & fresh,
        years=year & fresh,
        calendar=calendar & fresh,
        counting=counting & fresh,
        reasons=reason,
        pronouns=pronoun,
        opens=pronoun & (at <= 1),
        offered=new if offering is None else offering,
    )
    return {
        "verbatim": counts["verbatim"] / max(len(asked.words) - 1, 1),
        "together": _together(asked, ids, row, there, n),
        "spread": np.where(last >= 0, (last - first + 1) / np.maximum(distinct, 1), _FAR),
        "first met": first,
        "last met": np.where(last >= 0, lengths - last, _FAR),
        "words": lengths,
        "new words": counts["new"],
        "density": distinct / np.maximum(lengths, 1),
        "names": counts["names"],
        "long names": counts["long_names"],
        "names of place": counts["names_of_place"],
        "numbers": counts["numbers"],
        "years": counts["years"],
        "calendar": counts["calendar"],
        "counting": counts["counting"],
        "reasons": counts["reasons"],
        "pronouns": counts["pronouns"],
        "opens with pronoun": counts["opens"],
        "wanted": WANTS.index(question.want),
        "opening": _OPENINGS.index(opening[0]) if opening else len(_OPENINGS),
        "offered": 1 if offering is None else counts["offered"] > 0,
        "distance to offered": _distance(typed, there, row, n),
    }


def _counted(row: NDArray[np.int64], n: int, **which: Bools) -> dict[str, NDArray[np.int64]]:
    """How many words of each of the ``n`` rows are of each kind."""
    kinds = np.array(list(which.values()))
    places = row + n * np.arange(len(which))[:, None]
    counts = np.bincount(places[kinds], minlength=len(which) * n).reshape(-1, n)
    return dict(zip(which, counts, strict=True))


def _any_of(some: NDArray[np.int64], values: NDArray[np.integer]) -> Bools:
    """Which of the values are among some few; sorting, as numpy.isin does, takes longer."""
    found: Bools = (values == some[:, None]).any(axis=0)
    return found


def _verbatim(asked: NDArray[np.int64], ids: NDArray[np.int64]) -> Bools:
    """Which words, with the one before, are two neighbours of the question in their order."""
    found = np.zeros(len(ids), bool)
    found[1:] = _any_of(asked[:-1] << 32 | asked[1:], ids[:-1] << 32 | ids[1:])
    return found


def _together(asked: Asked, ids: NDArray[np.int64], row: NDArray[np.int64], where: NDArray[np.int64], n: int) -> Floats:
    """The share of the question's neighbouring terms that stand together in the passage; less for those only close.

    ``where`` are the places of the question's words.
    """
    terms = [word for word, token in zip(asked.words.tolist(), asked.question.tokens, strict=True) if token.term]
    pairs = [(a, b) for a, b in pairwise(terms) if a != b]
    total = np.zeros(n, np.float32)
    there, row = ids[where], row[where]
    at = where + row * (_WITHIN + 1)  # words of two rows are never close
    places = {number: np.flatnonzero(there == number) for number in terms}
    for a, b in pairs:
        one, other = places[a], places[b]
        if len(one) and len(other):
            distance = np.abs(at[one][:, None] - at[other]).min(axis=1)
            best = np.zeros(n, np.float32)
            np.maximum.at(best, row[one], _WORTH[np.minimum(distance, _WITHIN + 1)])
            total += best
    return total / np.float32(max(len(pairs), 1))


def _distance(typed: Bools, anchors: NDArray[np.int64], row: NDArray[np.int64], n: int) -> Floats:
    """Tokens between a word that could answer and the nearest of the question's words, the ``anchors``."""
    nearest = np.full(n, _FAR, np.float32)
    ends = np.flatnonzero(typed)
    if len(ends) and len(anchors):
        after = np.searchsorted(anchors, ends)
        for side in (anchors[np.maximum(after - 1, 0)], anchors[np.minimum(after, len(anchors) - 1)]):
            same = row[side] == row[ends]
            np.minimum.at(nearest, row[ends[same]], np.abs(side - ends)[same].astype(np.float32))
    return nearest
