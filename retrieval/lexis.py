"""What the documents as a whole know of words: how rare each is, and which are names."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus import ENGLISH
from retrieval.entities import proper_names
from retrieval.languages import Capitals
from retrieval.languages import language as known_of
from retrieval.terms import terms

_WORD = re.compile(r"[^\W\d_]+")
_LOWER = re.compile(r"\b[^\W\d_A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Lexis:
    """``idf`` weighs a term (one that stands nowhere the most); ``names`` are words, ``name_terms`` their terms."""

    idf: Callable[[str], float]
    names: frozenset[str]
    name_terms: frozenset[str]


def written(texts: Iterable[str]) -> Counter[str]:
    """The words of ``texts`` as they are written, with how often."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(_WORD.findall(text))
    return words


def lexis(texts: Iterable[str], idf: Callable[[str], float], language: str = ENGLISH) -> Lexis:
    """The lexis of ``texts``, all in one language.

    A name is a word written with a capital, inside a sentence, more often than not; where capitals mark names at all.
    """
    if known_of(language).capitals is not Capitals.NAMES:
        return Lexis(idf, frozenset(), frozenset())
    capital: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for text in texts:
        capital.update(word for word in proper_names(text) if language == ENGLISH or word[:1].isupper())
        lower.update(_LOWER.findall(text))
    names = frozenset(word for word, times in capital.items() if times > lower[word.lower()])
    return Lexis(idf, names, frozenset(term for name in names for term in terms(name, language)))
