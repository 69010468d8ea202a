"""How the words of a question were met: the account of a ranking that a person can follow.

What ranks is learned (``ranking``) and has no words for it; which word was met where is what it is learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus import ENGLISH
from retrieval.lexicon import related, speaks
from retrieval.lexis import Lexis
from retrieval.question import Question
from retrieval.rows import Row
from retrieval.terms import tokenize
from retrieval.thesaurus import thesaurus

Where = Literal["passage", "heading", "lead", "around", "nowhere"]

_CREDIT: dict[Where, float] = {"passage": 1.0, "heading": 0.9, "lead": 0.9, "around": 0.6, "nowhere": 0.0}
_SAID = 0.8  # how far any word for speaking meets another


@dataclass(frozen=True, slots=True)
class Match:
    """How a word of the question was met: what it weighs, where, as which word, and how fully (0 to 1)."""

    term: str
    word: str
    weight: float
    where: Where
    met_by: str
    credit: float


def matches(question: Question, row: Row, lexis: Lexis) -> tuple[Match, ...]:
    """How each term of a question was met by a row; ``lexis`` is what the documents as a whole know of words."""
    places: tuple[tuple[Where, dict[str, str]], ...] = (
        ("passage", _words(row.text, question.language)),
        ("lead", _words(f"{row.lead} {row.named}", question.language)),
        ("heading", _words(row.headed, question.language)),
        ("around", _words(row.around, question.language)),
    )
    return tuple(
        _match(term, word, lexis.idf(term) * question.weight(term), places, question)
        for term, word in question.words.items()
    )


def _words(text: str, language: str) -> dict[str, str]:
    """The distinct terms of a text, each with a word that stands for it there."""
    return {token.term: text[token.start : token.end] for token in tokenize(text, language) if token.term}


def _match(
    term: str, word: str, weight: float, places: Sequence[tuple[Where, dict[str, str]]], question: Question
) -> Match:
    """The best meeting of one term: the same word before a related one, nearer before farther."""
    english, name = question.language == ENGLISH, term in question.names
    best = Match(term, word, weight, "nowhere", "", 0.0)
    said, near = speaks(word.lower()), {} if name else thesaurus().synonyms(term)
    for where, words in places:
        if best.credit >= _CREDIT[where]:
            break  # nothing here or farther can count for more
        if term in words:
            best = Match(term, word, weight, where, words[term], _CREDIT[where])
            continue
        for other, met in words.items() if english else ():
            alike = related(term, other, names=name) or (
                _SAID if said and speaks(met.lower()) else near.get(other, 0.0)
            )
            credit = alike * _CREDIT[where]
            if credit > best.credit:
                best = Match(term, word, weight, where, met, credit)
    return best
