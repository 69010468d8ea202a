"""Question → the passages that may answer it, likeliest first, and how sure the first is.

The index finds candidates by their words. A learned ranker says of each how likely it answers (``features``); a second
model reads the first beside all the others and says how sure that is (``standing``), for the best of a bad lot is no
answer. To both is added what rules say of the likeliest (``judging``).
"""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from retrieval import entities
from retrieval.features import Asked, Candidates, features
from retrieval.forward import Forward, Kin
from retrieval.index import Entry, Hits, Index
from retrieval.judging import Meeting, Met, judge
from retrieval.lexis import lexis
from retrieval.models import Models
from retrieval.question import Question, Want
from retrieval.rows import Row
from retrieval.standing import standing
from retrieval.terms import terms

Floats = NDArray[np.float32]

CANDIDATES = 40  # passages ranked for a question
JUDGED = 6  # of those, the likeliest, which the rules may put into another order
LIKELY = 12  # and the ones that may be quoted beside the first
UNLEARNED = 0.1  # and how much what was learned counts for yes or no: its questions ask for words
NEAR = 5  # words within which two neighbours of a question stand together
ALIKE = 2  # decimals of log-odds beyond which two are equally sure, and stay in the order the index found them in
_BESIDE = 0.5  # how plainly a name is a person's where it only says where something was
_EPSILON = 1e-6
RULES = 1.0  # how much the rules count beside what was learned


class Reading(NamedTuple):
    """A candidate, by the number of its row, as it was ranked for ``question``.

    ``rank``: its place in the index's order, from 0. ``confidence``: how sure it is that the passage answers, from 0 to
    1 as the next two. ``own``: the share of the question's weight that the passage meets by itself; ``spoken``: the
    share whose terms, ``met``, it speaks of in whatever words, or its heading or what a quote has before it does.
    """

    row: int
    rank: int
    question: Question
    confidence: float
    own: float
    spoken: float
    met: frozenset[str]


def hopes(
    question: Question, odds: NDArray[np.float32], first: np.float32
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places of the candidates, likeliest first, and the log-odds that each answers as learned, shape (n,) each.

    ``odds`` are those that the ranker gives, in the order of the index; ``first`` those that the likeliest answers,
    which the others are less likely to by as much as they are behind it.
    """
    # The sort is stable: equally likely ones stay in the order of the index, and a rerun says the same.
    order = np.argsort(-odds, kind="stable")
    likely = expit(odds[order])
    learned = logit(np.clip(expit(first) * likely / likely[0], _EPSILON, 1 - _EPSILON))
    return order, (learned * (UNLEARNED if question.want is Want.YES_NO else 1)).astype(np.float32)


class Ranker:
    """The rows of all documents in one language as arrays, and the models that rank them for a question."""

    def __init__(self, rows: Sequence[Row], models: Models, language: str) -> None:
        """Indexes ``rows``, all in one language, in which questions must be read."""
        self._rows, self._models = rows, models
        texts = [f"{row.passage.text} {row.named}" if row.named else row.passage.text for row in rows]
        self.index = Index(
            [
                Entry(text, f"{row.heading} {row.around} {row.lead} {row.named}")
                for text, row in zip(texts, rows, strict=True)
            ],
            language,
        )
        self._forward = Forward((row.passage.text for row in rows), language)
        titles: dict[str, int] = {}
        self._title = np.array([titles.setdefault(row.passage.document.title, len(titles)) for row in rows], np.int64)
        self._places = np.array([(row.stretch, row.place, row.length) for row in rows], np.int64).reshape(-1, 3)
        self._short = np.array([row.short for row in rows], bool)
        self._headings = {row.stretch: frozenset(terms(row.heading, language)) for row in rows if row.place == 0}
        self._led = np.array([bool(row.lead) for row in rows], np.float32)
        self.lexis = lexis((row.passage.text for row in rows), self.index.idf, language)
        self._others = [_others(row.lead, self.lexis.names) for row in rows]
        self._titles = {
            row.stretch: frozenset(terms(f"{row.passage.document.title} {row.heading}", language))
            for row in rows
            if row.place == 0
        }

    @np.errstate(invalid="ignore")  # as in _meet
    def rank(self, question: Question, among: slice | NDArray[np.bool_], first: int = 0) -> list[Reading]:
        """The candidates among those rows, likeliest first; at most CANDIDATES. Rows are numbered from ``first``."""
        hits = self.index.search(question.terms, CANDIDATES, among)
        if not len(hits.rows):
            return []
        meeting = self._meet(question, hits)
        odds = self._models.ranker.score(meeting.table)
        order, learned = hopes(question, odds, self._models.confidence.score(standing(meeting.table, odds))[0])
        close = order[:JUDGED]
        judged = learned[:JUDGED] + np.float32(RULES) * judge(meeting, close)
        again = np.lexsort((close, -judged.round(ALIKE)))
        order = np.concatenate([close[again], order[JUDGED:]])
        # What was not judged is no surer than what was.
        sure = np.minimum.accumulate(expit(np.concatenate([judged[again], learned[JUDGED:]])))
        met = meeting.met
        near = met.near > 0
        own, spoken = met.share(met.own).tolist(), met.share(near.astype(np.float32)).tolist()
        numbers, spoken_of = hits.rows.tolist(), near.tolist()
        return [
            Reading(
                first + numbers[place],
                place,
                question,
                confidence,
                own[place],
                spoken[place],
                frozenset(compress(question.terms, spoken_of[place])),
            )
            for place, confidence in zip(order.tolist(), sure.tolist(), strict=True)
        ]

    def meet(self, question: Question, among: slice | NDArray[np.bool_]) -> Meeting | None:
        """What models learn from; None where no row shares a word with the question."""
        hits = self.index.search(question.terms, CANDIDATES, among)
        return self._meet(question, hits) if len(hits.rows) else None

    @np.errstate(invalid="ignore")  # BLAS may set that flag by what pads a vector, though every value is a number
    def _meet(self, question: Question, hits: Hits) -> Meeting:
        """How the question and the candidates meet."""
        asked_for, rows = question.terms, hits.rows
        asked = Asked(
            question,
            np.array([self.index.idf(term) for term in asked_for], np.float32),
            np.array([question.weight(term) for term in asked_for], np.float32),
            np.array([term in self.index for term in asked_for], bool),
            np.array([self._forward.number(word) for word in question.all_words], np.int64),
        )
        n = len(rows)
        stretch, place, length = self._places[rows].T
        previous = np.where(place >= 1, rows - 1, -1)
        two_before = np.where(place >= 2, rows - 2, -1)
        following = np.where(place + 1 < length, rows + 1, -1)
        around = np.concatenate([rows, previous, two_before, following, rows - place])
        here, before, before_two, after, first = np.split(self.index.present(asked_for, around), 5)
        numbers = stretch.tolist()
        title = _among(asked_for, (self._titles[number] for number in numbers), n)
        words = self._forward.words(np.concatenate([rows, previous]))
        kin = self._forward.kin(asked_for, question.names, words)
        own, beside = np.split(kin.best(2 * n, len(asked_for)), 2)
        own = np.maximum(own, here)
        near = np.maximum(own, np.float32(0.9) * np.maximum(beside, np.maximum(before, title)))
        found = Candidates(
            words.first(n),
            self._title[rows],
            hits.own,
            hits.around,
            stretch,
            place,
            length,
            self._short[rows],
            here=here,
            before=before,
            before_two=before_two,
            after=after,
            first=first,
            anywhere=self.index.present_around(asked_for, rows),
            title=title,
            kin=own,
            near=near,
        )
        heading = _among(asked_for, (self._headings[number] for number in numbers), n)
        led = self._led[rows, None] * beside
        led[_among(asked_for, (self._others[row] & question.names for row in rows.tolist()), n)] = 0
        close = np.maximum(own, np.float32(0.9) * np.maximum(led, heading))
        met = Met(
            asked.weights * asked.worth,
            own,
            close,
            np.maximum(close, np.float32(0.9) * title),
            np.maximum(close, np.float32(0.6) * found.anywhere),
            _together(question, kin.only(n), led),
        )
        candidates = [self._rows[row] for row in rows.tolist()]
        return Meeting(question, features(asked, found), candidates, met, self.lexis.names)


def _among(terms: Sequence[str], sets: Iterable[frozenset[str]], n: int) -> NDArray[np.bool_]:
    """Which of the terms are in which of ``n`` sets, shape (n, terms)."""
    found = np.zeros((n, len(terms)), bool)
    wanted = {term: place for place, term in enumerate(terms)}
    for row, held in enumerate(sets):
        if not held.isdisjoint(wanted):
            found[row, [place for term, place in wanted.items() if term in held]] = True
    return found


def _others(lead: str, names: frozenset[str]) -> frozenset[str]:
    """The terms of people in a lead that opens with another: "she" stands for whom it opens with, and not for them."""
    found = [entity for entity in entities.people(lead, names) if entity.strength > _BESIDE]
    # Its first word may be a title, or a name that stands nowhere else.
    if not found or len(lead[: found[0].start].split()) > 1:
        return frozenset()
    first, *others = (frozenset(terms(lead[entity.start : entity.end])) for entity in found)
    return frozenset[str]().union(*others) - first


def _together(question: Question, kin: Kin, led: Floats) -> Floats:
    """The share of the question's neighbouring terms for which words stand together in each candidate, shape (n,).

    A name of the lead, ``led``, stands wherever the passage has a pronoun for it: near everything.
    """
    if not question.pairs:
        return np.ones(len(led), np.float32)
    number = {term: place for place, term in enumerate(question.terms)}
    named = np.array([term in question.names for term in question.terms], bool)
    alone = (led > 0) & (kin.best(*led.shape) == 0) & named
    found = np.zeros(len(led), np.float32)
    pairs = [(number[first], number[second]) for first, second in question.pairs]
    for (one, other), rows in zip(pairs, kin.together(pairs, NEAR), strict=True):
        together = alone[:, one] | alone[:, other]
        together[rows] = True
        found += together
    return found / np.float32(len(question.pairs))
