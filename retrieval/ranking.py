"""Which passage answers: how much of the question a passage meets, and whether it offers what the question wants.

The index finds candidates by their words and the learned ranker says which are likely; here those are read again, with
what is known of the question, and get a confidence that joins both. ``Match`` says which term was met, where, and what
it counted; what the ranker learned has no such words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from scipy.special import expit

from retrieval.lexicon import related, speaks
from retrieval.lexis import Lexis
from retrieval.question import Question, Want
from retrieval.spans import offers
from retrieval.terms import Token, fold, tokenize

Where = Literal["passage", "heading", "lead", "around", "nowhere"]

_CREDIT: dict[Where, float] = {"passage": 1.0, "heading": 0.9, "lead": 0.9, "around": 0.6, "nowhere": 0.0}
_SAID = 0.8  # how far any word for speaking meets another
_NEARBY: tuple[Where, ...] = ("passage", "heading", "lead")
_ANYWHERE: tuple[Where, ...] = (*_NEARBY, "around")
_NEAR = 5  # terms within which two words of a question count as standing together


class Candidate(NamedTuple):
    """A passage as it is ranked: its own text, and what stands around it.

    ``heading`` is the one above it, ``lead`` what says who its pronouns and offices are, ``around`` all the rest;
    ``short`` marks a line that may only be a heading.
    """

    text: str
    heading: str
    lead: str
    around: str
    short: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """How a word of the question was met: what it weighs, where, as which word, and how fully (0 to 1)."""

    term: str
    word: str
    weight: float
    where: Where
    met_by: str
    credit: float


class Features(NamedTuple):
    """What the confidence is computed from; each a share from 0 to 1 unless said otherwise."""

    coverage: float  # of the question's weight, met anywhere
    near: float  # of it, met in the passage, its heading or its lead
    own: float  # of it, met in the passage itself
    facts: float  # of the weight of what is no name, met near: the right person is not yet the right fact
    barren: float  # 1 where none of that is met
    together: float  # of the question's neighbours, those that stand together in the passage
    apart: float  # the rest of them, where the question asks what something is; 1 for any, where it asks who
    lost: float  # names of the question met nowhere, a count
    offered: float  # how plainly the passage holds something of the kind wanted
    missing: float  # 1 where it holds nothing of that kind
    silent: float  # 1 where the passage says nothing that the question does not, though more is wanted than yes or no
    short: float  # 1 for a line that may only be a heading
    verbatim: float  # of the question's pairs of words, stop words too, those side by side in the passage


WEIGHTS = Features(1.3, 1.9, 0.6, 1.1, -0.8, 0.9, -3.0, -2.2, 1.2, -2.5, -4.0, -0.5, 1.0)
LEARNED = 0.3  # what the learned ranker's log-odds count beside them
BIAS = -3.7


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate read for a question: the matches of its terms, and how sure it is that the passage answers.

    ``learned`` is the log-odds that the ranker gives it; 0 where none was asked.
    """

    matches: tuple[Match, ...]
    features: Features
    learned: float = 0.0

    @property
    def confidence(self) -> float:
        """From 0 to 1: the logistic function of the weighted features and of what was learned."""
        return float(
            expit(BIAS + LEARNED * self.learned + sum(w * f for w, f in zip(WEIGHTS, self.features, strict=True)))
        )


def read(question: Question, candidate: Candidate, lexis: Lexis) -> Reading:
    """Reads one candidate; ``lexis`` is what the documents as a whole know of words."""
    own = tokenize(candidate.text)
    places: tuple[tuple[Where, dict[str, str]], ...] = (
        ("passage", {token.term: candidate.text[token.start : token.end] for token in own if token.term}),
        ("lead", _words(candidate.lead)),
        ("heading", _words(candidate.heading)),
        ("around", _words(candidate.around)),
    )
    matches = tuple(
        _match(term, word, lexis.idf(term) * question.weight(term), places) for term, word in question.words.items()
    )
    facts = [match for match in matches if match.term not in question.names]
    fact = _share(facts, _NEARBY) if facts else 1.0
    led = {match.term for match in matches if match.where == "lead" and match.term in question.names}
    met = _together(question, [token.term for token in own if token.term], led)
    who_is = question.copular and question.want is Want.PERSON
    offered = offers(question, candidate.text, candidate.lead, lexis.names)
    return Reading(
        matches,
        Features(
            coverage=_share(matches, _ANYWHERE),
            near=_share(matches, _NEARBY),
            own=_share(matches, ("passage",)),
            facts=fact,
            barren=float(fact == 0),
            together=met,
            apart=float(met < 1) if who_is else 1.0 - met if question.copular else 0.0,
            lost=float(sum(match.credit == 0 for match in matches if match.term in question.names)),
            offered=offered,
            missing=float(offered == 0),
            silent=float(question.want is not Want.YES_NO and {t.term for t in own if t.term} <= set(question.terms)),
            short=float(candidate.short),
            verbatim=_verbatim(question, candidate.text, own),
        ),
    )


def _share(matches: Sequence[Match], where: Sequence[Where]) -> float:
    """The share of the matches' weight that was met in those places."""
    total = sum(match.weight for match in matches)
    return sum(match.weight * match.credit for match in matches if match.where in where) / total if total else 0.0


@lru_cache(maxsize=4_096)  # candidates that stand together share what stands around them
def _words(text: str) -> dict[str, str]:
    """The distinct terms of a text, each with a word that stands for it there; not to be changed."""
    return {token.term: text[token.start : token.end] for token in tokenize(text) if token.term}


def _match(term: str, word: str, weight: float, places: Sequence[tuple[Where, dict[str, str]]]) -> Match:
    """The best meeting of one term: the same word before a related one, nearer before farther."""
    best = Match(term, word, weight, "nowhere", "", 0.0)
    said = speaks(word.lower())
    for where, words in places:
        if best.credit >= _CREDIT[where]:
            break  # nothing here or farther can count for more
        if term in words:
            best = Match(term, word, weight, where, words[term], _CREDIT[where])
            continue
        for other, met in words.items():
            credit = (related(term, other) or (_SAID if said and speaks(met.lower()) else 0.0)) * _CREDIT[where]
            if credit > best.credit:
                best = Match(term, word, weight, where, met, credit)
    return best


def _verbatim(question: Question, text: str, own: Sequence[Token]) -> float:
    """The share of the question's pairs of words that stand side by side in the passage, in the same order."""
    asked = list(pairwise(fold(question.text[token.start : token.end]) for token in question.tokens))
    there = set(pairwise(fold(text[token.start : token.end]) for token in own))
    return sum(pair in there for pair in asked) / len(asked) if asked else 0.0


def _together(question: Question, own: list[str], led: set[str]) -> float:
    """The share of the question's neighbouring terms that stand near each other in the passage.

    A name of the lead, one of ``led``, stands wherever the passage has a pronoun for it: near everything.
    """
    if not question.pairs:
        return 1.0
    found = sum(
        not led.isdisjoint((first, second))
        or any(
            related(first, term) and any(related(second, other) for other in own[max(n - _NEAR, 0) : n + _NEAR + 1])
            for n, term in enumerate(own)
        )
        for first, second in question.pairs
    )
    return found / len(question.pairs)
