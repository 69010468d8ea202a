"""Question → the passages that may answer it, likeliest first, and how sure the first is.

The index finds candidates by their words. A learned ranker says of each how likely it answers (``features``); a second
model reads the first beside all the others and says how sure that is (``standing``), for the best of a bad lot is no
answer. To both is added what rules say of the likeliest (``judging``).
"""

from collections.abc import Container, Sequence
from itertools import compress
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from retrieval import entities
from retrieval.features import Asked, Candidates, features
from retrieval.forward import Kin
from retrieval.gathering import gather
from retrieval.judging import Meeting, Met, judge
from retrieval.lexis import Lexis
from retrieval.models import Models
from retrieval.question import Question, Want
from retrieval.remembering import remembered
from retrieval.rows import Row
from retrieval.stack import Hits, Place
from retrieval.standing import standing
from retrieval.tallies import Tallies
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
    """A candidate, by the place of its row, as it was ranked for ``question``; ``copies`` say the same elsewhere.

    ``rank``: its place in the index's order, from 0. ``confidence``: how sure it is that the passage answers, from 0 to
    1 as the next two. ``own``: the share of the question's weight that the passage meets by itself; ``spoken``: the
    share whose terms, ``met``, it speaks of in whatever words, or its heading or what a quote has before it does.
    """

    place: Place
    rank: int
    question: Question
    confidence: float
    own: float
    spoken: float
    met: frozenset[str]
    copies: tuple[Place, ...]

    @property
    def row(self) -> Row:
        """The row, as it is shown."""
        segment, number = self.place
        return segment.row(number)


class Searched(Protocol):
    """Documents in one language as they are searched, whatever holds them."""

    @property
    def lexis(self) -> Lexis:
        """What the documents as a whole know of words."""

    @property
    def tallies(self) -> Tallies:
        """What is counted over them."""

    def search(self, question: Sequence[str], limit: int, document: str | None = None) -> Hits:
        """The best ``limit`` rows for the terms of a question."""


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
    """The documents in one language, and the models that rank their passages for a question."""

    def __init__(self, stack: Searched, models: Models) -> None:
        """Ranks what is found in ``stack``; questions must be read in its language."""
        self._stack, self._models = stack, models
        self._others = remembered(self._led, 4_096)

    @property
    def lexis(self) -> Lexis:
        """What the documents as a whole know of words."""
        return self._stack.lexis

    @np.errstate(invalid="ignore")  # as in _meet
    def rank(self, question: Question, document: str | None = None) -> list[Reading]:
        """The candidates, of one document if its id is given, likeliest first; at most CANDIDATES."""
        hits = self._stack.search(question.terms, CANDIDATES, document)
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
        spoken_of = near.tolist()
        return [
            Reading(
                meeting.places[place],
                place,
                question,
                confidence,
                own[place],
                spoken[place],
                frozenset(compress(question.terms, spoken_of[place])),
                hits.copies[place],
            )
            for place, confidence in zip(order.tolist(), sure.tolist(), strict=True)
        ]

    def search(self, question: Question, limit: int, document: str | None = None) -> Hits:
        """What the index finds by the words of a question alone; at most ``limit``."""
        return self._stack.search(question.terms, limit, document)

    def meet(self, question: Question, document: str | None) -> Meeting | None:
        """What models learn from; None where no row shares a word with the question."""
        hits = self._stack.search(question.terms, CANDIDATES, document)
        return self._meet(question, hits) if len(hits.rows) else None

    @np.errstate(invalid="ignore")  # BLAS may set that flag by what pads a vector, though every value is a number
    def _meet(self, question: Question, hits: Hits) -> Meeting:
        """How the question and the candidates meet."""
        asked_for, tallies = question.terms, self._stack.tallies
        numbers: dict[str, int] = {}
        asked = Asked(
            question,
            np.array([tallies.idf(term) for term in asked_for], np.float32),
            np.array([question.weight(term) for term in asked_for], np.float32),
            np.array([term in tallies for term in asked_for], bool),
            np.array([numbers.setdefault(word, len(numbers)) for word in question.all_words], np.int64),
        )
        n = len(hits.rows)
        there = gather(question, hits, tallies, numbers)
        own, beside = np.split(there.kin.best(2 * n, len(asked_for)), 2)
        own = np.maximum(own, there.here)
        near = np.maximum(own, np.float32(0.9) * np.maximum(beside, np.maximum(there.before, there.title)))
        found = Candidates(
            there.words,
            there.document,
            hits.own,
            hits.around,
            there.stretch,
            there.place,
            there.length,
            there.short,
            here=there.here,
            before=there.before,
            before_two=there.before_two,
            after=there.after,
            first=there.first,
            anywhere=there.anywhere,
            title=there.title,
            kin=own,
            near=near,
        )
        places = hits.places()
        led = there.led[:, None] * beside
        named = np.array([term in question.names for term in asked_for], bool)
        for place in np.flatnonzero((led > 0) @ named).tolist():
            others = self._others(places[place])
            led[place, [number for number, term in enumerate(asked_for) if named[number] and term in others]] = 0
        close = np.maximum(own, np.float32(0.9) * np.maximum(led, there.heading))
        met = Met(
            asked.weights * asked.worth,
            own,
            close,
            np.maximum(close, np.float32(0.9) * there.title),
            np.maximum(close, np.float32(0.6) * there.anywhere),
            _together(question, there.kin.only(n), led),
        )
        return Meeting(question, features(asked, found), places, met, self.lexis.names)

    def _led(self, place: Place) -> frozenset[str]:
        segment, row = place
        lead, _, _ = segment.said(row)
        return _others(lead, self.lexis.names)


def _others(lead: str, names: Container[str]) -> frozenset[str]:
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
