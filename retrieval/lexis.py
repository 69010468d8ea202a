"""What the documents as a whole know of words: how rare each is, and which are names."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from corpus import ENGLISH
from retrieval.entities import proper_names
from retrieval.languages import Capitals
from retrieval.languages import language as known_of
from retrieval.terms import terms

_LOWER = re.compile(r"\b[^\W\d_A-Z]\w+")
_WRITTEN, _LOWERED = re.compile(r"[^\W\d_]+|\n"), re.compile(rf"{_LOWER.pattern}|\n")


@dataclass(frozen=True, slots=True)
class Those(Container[str]):
    """The strings that are ``such``."""

    such: Callable[[str], bool]

    def __contains__(self, string: object) -> bool:
        return isinstance(string, str) and self.such(string)


@dataclass(frozen=True, slots=True)
class Lexis:
    """``idf`` weighs a term (one that stands nowhere the most); ``names`` are words, ``name_terms`` their terms.

    A name is a word written with a capital, inside a sentence, more often than not; where capitals mark names at all.
    """

    idf: Callable[[str], float]
    names: Container[str]
    name_terms: Container[str]


def written(parts: Iterable[str]) -> list[str]:
    """The words of parts of texts as they are written, and a line break after those of each; the parts have none."""
    return _WRITTEN.findall("\n".join([*parts, ""]))


def lowered(parts: Iterable[str]) -> list[str]:
    """The same of the words that are written without a capital."""
    return _LOWERED.findall("\n".join([*parts, ""]))


def capitals(texts: Iterable[str], language: str) -> tuple[Counter[str], Counter[str]]:
    """How often each word is written with a capital inside a sentence, and how often without.

    Both are empty where capitals mark no names.
    """
    capital: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    if known_of(language).capitals is Capitals.NAMES:
        for text in texts:
            capital.update(word for word in proper_names(text) if language == ENGLISH or word[:1].isupper())
            lower.update(_LOWER.findall(text))
    return capital, lower


def lexis(texts: Sequence[str], idf: Callable[[str], float], language: str = ENGLISH) -> Lexis:
    """The lexis of ``texts``, all in one language."""
    capital, lower = capitals(texts, language)
    names = frozenset(word for word, times in capital.items() if times > lower[word.lower()])
    return Lexis(idf, names, frozenset(term for name in names for term in terms(name, language)))
