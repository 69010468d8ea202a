"""Text → tokens → terms: what two words must share to count as the same.

A token is a word or number with its offsets. Its term is folded (case, accents, full-width and other compatible forms,
invisible characters, possessives; "seven" as 7, "21st" as 21; irregular forms, British spellings) and stemmed with
Snowball's English stemmer (Porter, 2001); the text is untouched.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from retrieval.words import BASES, NUMBERS, ONES, STOP_WORDS

# A word may hold combining marks, soft hyphens and zero-width characters; an apostrophe or an abbreviation's full stop
# only between letters, a decimal or thousands mark only between digits; "twenty-one" and "21st" are one number each.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTER = rf"[^\W\d_][{_MARKS}]*"
_ONES = rf"(?i:(?:(?<=seventy)|(?<=twenty|thirty|eighty|ninety)|(?<=forty|fifty|sixty))-(?:{'|'.join(ONES)})\b)"
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)*(?i:(?:st|nd|rd|th)\b)?"
    rf"|{_LETTER}(?:{_LETTER}|\d)*(?:['’‘ʼ](?:{_LETTER})+)*(?:{_ONES})?"
)
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


def searchable(text: str) -> bool:
    """Whether any word of ``text`` is one to search by."""
    return any(token.term for token in _tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    shouted = text.isupper()  # then a capital says nothing
    before = ""
    for match in _TOKEN.finditer(text):
        word = match[0].lower() if shouted else match[0]
        term = _term(word)
        if word == "us" and before in {"the", "The"}:  # who leaves out the capitals of a country
            term = "us."
        yield Token(term, *match.span())
        before = word


def fold(word: str) -> str:
    """A word as it is compared: lower case, no accents, compatible forms and invisible characters folded."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES)).casefold()
    return _INVISIBLE.sub("", decomposed)


# "organise", "labour"; not "revise" beside "revision", nor "hour".
_ISE = re.compile(r"(?<=[a-z]{2}[dglmnrst]|[a-z]ic)is(?=e|ing|ation)")
_OUR = re.compile(r"(?<=[a-z]{2})our")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@lru_cache(maxsize=65_536)
def _term(word: str) -> str:
    """The term of one token; cached, for words recur (Zipf)."""
    bare = _POSSESSIVE.sub("", word.translate(_APOSTROPHES))
    folded = fold(bare).replace(",", "")
    capitals = bare.removesuffix("s")  # of one acronym, or several
    if capitals.isupper() and len(letters := folded.replace(".", "")[: len(capitals)]) > 1:
        if letters in STOP_WORDS:
            return f"{letters}."  # "US" and "U.S." name a country where "us" names nobody; "WHO" and "IT" likewise
        return _stem(letters)  # a name, and no form of a word: "LED"
    if folded in STOP_WORDS or folded.split("'", 1)[0] in STOP_WORDS:
        return ""
    return _number(folded) or _stem(_base(folded))


def _number(folded: str) -> str:
    """The digits of a number: "twenty-one" and "21st" as "21"; empty for any other word."""
    if folded[:1].isdecimal():
        return folded.rstrip("stndrh")
    tens, _, ones = folded.partition("-")
    return str(NUMBERS[tens] + NUMBERS.get(ones, 0)) if tens in NUMBERS else ""


def _base(folded: str) -> str:
    """What an irregular word is a form of, in American spelling where a rule tells it: "organised" as "organized"."""
    base = BASES.get(folded) or BASES.get(folded.removesuffix("s"))  # "meant", and "metres"
    return base or _OUR.sub("or", _ISE.sub("iz", folded))


def _stem(folded: str) -> str:
    # A stemmer of its own for each call: one object must not be used by two threads (PyStemmer's documentation).
    return str(Stemmer.Stemmer("english").stemWord(folded))
