"""Text → tokens → terms: what two words must share to count as the same.

A token is a word or number with its offsets. Its term is folded (case, accents, full-width and other compatible forms,
invisible characters, possessives) and stemmed with Snowball's English stemmer (Porter, 2001); the text is untouched.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from retrieval.words import STOP_WORDS

# A word may hold combining marks, soft hyphens and zero-width characters; an apostrophe or an abbreviation's full stop
# only between letters, a decimal or thousands mark only between digits.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTER = rf"[^\W\d_][{_MARKS}]*"
_TOKEN = re.compile(rf"(?:[^\W\d_]\.){{2,}}|\d+(?:[.,:]\d+)+|\d+|{_LETTER}(?:{_LETTER}|\d)*(?:['’‘ʼ](?:{_LETTER})+)*")
_INVISIBLE = re.compile(rf"[{_MARKS}]")
_POSSESSIVE = re.compile(r"'s?$")


class Token(NamedTuple):
    """A word or number: ``text[start:end]``, and the term it counts as (empty for a stop word)."""

    term: str
    start: int
    end: int


@lru_cache(maxsize=2_048)  # a question's candidates are read several times over
def tokenize(text: str) -> tuple[Token, ...]:
    """Every word and number of ``text`` in order, with its offsets."""
    return tuple(_tokens(text))


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as they occur, stop words left out."""
    return [token.term for token in _tokens(text) if token.term]


def _tokens(text: str) -> Iterator[Token]:
    shouted = text.isupper()  # then a capital says nothing
    for match in _TOKEN.finditer(text):
        yield Token(_term(match[0].lower() if shouted else match[0]), *match.span())


def fold(word: str) -> str:
    """A word as it is compared: lower case, no accents, compatible forms and invisible characters folded."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES)).casefold()
    return _INVISIBLE.sub("", decomposed)


_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@lru_cache(maxsize=65_536)
def _term(word: str) -> str:
    """The term of one token; cached, for words recur (Zipf)."""
    bare = _POSSESSIVE.sub("", word.translate(_APOSTROPHES))
    folded = fold(bare).replace(",", "")
    if bare.isupper() and len(letters := folded.replace(".", "")) > 1:
        if letters in STOP_WORDS:
            return f"{letters}."  # "US" and "U.S." name a country where "us" names nobody; "WHO" and "IT" likewise
        folded = letters
    if folded in STOP_WORDS or folded.split("'", 1)[0] in STOP_WORDS:
        return ""
    # A stemmer of its own for each call: one object must not be used by two threads (PyStemmer's documentation).
    return str(Stemmer.Stemmer("english").stemWord(folded))
