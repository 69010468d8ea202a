"""Text → tokens → terms: what two words must share to count as the same.

A token is a word or number with its offsets. Its term is folded (case, accents, full-width and other compatible forms,
invisible characters, possessives; in English "seven" as 7, "21st" as 21, irregular forms, British spellings) and
stemmed with Snowball's stemmer for its language (Porter, 2001); the text is untouched. Where words are not set apart
(Chinese, Japanese, Korean, Thai …) a term is two neighbouring characters, as in Lucene's CJKBigramFilter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

from corpus import ENGLISH
from retrieval.folding import HIRAGANA, MARKS, UNSPACED, Plain, fold
from retrieval.languages import language as known_of
from retrieval.words import BASES, NUMBERS, ONES, STOP_WORDS

# A word may hold combining marks; an apostrophe or an abbreviation's full stop only between letters, a decimal or
# thousands mark only between digits; "twenty-one" and "21st" are one number each.
_ONES = rf"(?i:(?:(?<=seventy)|(?<=twenty|thirty|eighty|ninety)|(?<=forty|fifty|sixty))-(?:{'|'.join(ONES)})\b)"
_WORD = (
    r"(?:{letter}{mark}*\.){{2,}}|\d+(?:[.,:]\d+)*(?i:(?:st|nd|rd|th)\b)?"
    r"|{letter}{more}*(?:(?<={letter}){mark}+{more}*)*(?:['’‘ʼ](?:{letter}{mark}*)+)*(?:{ones})?"
)
# In English what is written in other scripts is a name, whole: one token, however long.
_ENGLISH = re.compile(_WORD.format(letter=r"[^\W\d_]", more=r"[^\W_]", mark="[\u0300-\u036f]", ones=_ONES))
_SPACED = _WORD.format(
    letter=rf"[^\W\d_{UNSPACED}{HIRAGANA}]", more=rf"[^\W_{UNSPACED}{HIRAGANA}]", mark=f"[{MARKS}]", ones=r"(?!)"
)
_OTHER = re.compile(rf"{_SPACED}|(?P<characters>[{UNSPACED}]+)|(?P<hiragana>[{HIRAGANA}]+)")
# One part of a text a line.
_ENGLISH_PARTS = re.compile(rf"{_ENGLISH.pattern}|\n")
_OTHER_PARTS = re.compile(rf"{_SPACED}|\n")
_UNSPACED = re.compile(f"[{UNSPACED}{HIRAGANA}]")
_POSSESSIVE = re.compile(r"'s?$")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
# Letters of their own to Unicode, that people type as these: "cœur", "Łódź", "ışık".
_TYPED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_ONE = "一"
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")


class Token(NamedTuple):
    """A word or number: ``text[start:end]``, and the term it counts as (empty for a stop word).

    Where words are not set apart it is one character, or the last two, and its term reaches to the next character.
    """

    term: str
    start: int
    end: int


def tokenize(text: str, language: str = ENGLISH) -> tuple[Token, ...]:
    """Every word and number of ``text``, which is in ``language``, in order, with its offsets."""
    return _tokenized(text, language)


@lru_cache(maxsize=2_048)  # a question's candidates are read several times over, with and without saying the language
def _tokenized(text: str, language: str) -> tuple[Token, ...]:
    return tuple(_tokens(text, language))


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of ``text`` in order, repeated as they occur, stop words left out."""
    return [token.term for token in _tokens(text, language) if token.term]


def words_of_parts(parts: Sequence[str], language: str = ENGLISH) -> list[str]:
    """The words of parts of texts as they are written, and a line break after those of each part.

    The parts hold no line break, nothing that ``Plain`` changes, and no characters of words that are not set apart.
    """
    return (_ENGLISH_PARTS if language == ENGLISH else _OTHER_PARTS).findall("\n".join([*parts, ""]))


def term_of(word: str, language: str = ENGLISH) -> str:
    """The term of a word as it is written, in a text that is not all in capitals; empty for a stop word."""
    return _term(word) if language == ENGLISH else _foreign(word, language)


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script whose words are not set apart."""
    return _UNSPACED.match(character) is not None


def searchable(text: str) -> bool:
    """Whether any word of ``text`` is one to search by."""
    return any(token.term for token in _tokens(text, ENGLISH))


def _tokens(text: str, language: str) -> Iterator[Token]:
    plain = Plain(text)
    tokens = _english(plain.text) if language == ENGLISH else _other(plain.text, language)
    return tokens if plain.text is text else (Token(term, *plain.span(start, end)) for term, start, end in tokens)


def _english(text: str) -> Iterator[Token]:
    shouted = text.isupper()  # then a capital says nothing
    before = ""
    for match in _ENGLISH.finditer(text):
        word = match[0].lower() if shouted else match[0]
        term = _term(word)
        if word == "us" and before in {"the", "The"}:  # who leaves out the capitals of a country
            term = "us."
        yield Token(term, *match.span())
        before = word


def _other(text: str, language: str) -> Iterator[Token]:
    for match in _OTHER.finditer(text):
        if match.lastgroup:
            yield from _characters(match, language)
        else:
            yield Token(_foreign(match[0], language), *match.span())


# "organise", "labour"; not "revise" beside "revision", nor "hour".
_ISE = re.compile(r"(?<=[a-z]{2}[dglmnrst]|[a-z]ic)is(?=e|ing|ation)")
_OUR = re.compile(r"(?<=[a-z]{2})our")


@lru_cache(maxsize=65_536)
def _term(word: str) -> str:
    """The term of one token of English; cached, for words recur (Zipf)."""
    bare = word if word.isalnum() else _POSSESSIVE.sub("", word.translate(_APOSTROPHES))
    folded = fold(bare).replace(",", "")
    capitals = bare.removesuffix("s")  # of one acronym, or several
    if capitals.isupper() and len(letters := folded.replace(".", "")[: len(capitals)]) > 1:
        if letters in STOP_WORDS:
            return f"{letters}."  # "US" and "U.S." name a country where "us" names nobody; "WHO" and "IT" likewise
        return _stem(letters)  # a name, and no form of a word: "LED"
    if folded in STOP_WORDS or folded.split("'", 1)[0] in STOP_WORDS:
        return ""
    return _number(folded) or _stem(_base(folded))


@lru_cache(maxsize=65_536)
def _foreign(word: str, language: str) -> str:
    """The term of one token of another language."""
    known = known_of(language)
    folded = _POSSESSIVE.sub("", fold(word)).translate(_TYPED)
    if known.prefix:
        folded = re.sub(known.prefix, "", folded)
    if folded in known.stop_words:
        return ""
    if folded[:1].isdecimal():
        return _THOUSANDS.sub("", folded).replace(",", ".")
    if not known.stemmer:
        return folded
    for ending, accented in known.endings:
        folded = re.sub(ending, accented, folded)
    stem = fold(_stem(folded, known.stemmer))
    return stem.rstrip(known.left) or stem


def _number(folded: str) -> str:
    """The digits of a number: "twenty-one" and "21st" as "21"; empty for any other word."""
    if folded[:1].isdecimal():
        return folded.rstrip("stndrh")
    tens, _, ones = folded.partition("-")
    return str(NUMBERS[tens] + NUMBERS.get(ones, 0)) if tens in NUMBERS else ""


def _base(folded: str) -> str:
    """What an irregular word is a form of, in American spelling where a rule tells it: "organised" as "organized"."""
    base = BASES.get(folded) or BASES.get(folded.removesuffix("s"))  # "meant", and "metres"
    if not base and "is" in folded:  # soon told of most words
        folded = _ISE.sub("iz", folded)
    if not base and "our" in folded:
        folded = _OUR.sub("or", folded)
    return base or folded


def _stem(folded: str, stemmer: str = "english") -> str:
    # A stemmer of its own for each call: one object must not be used by two threads (PyStemmer's documentation). It
    # remembers no word, for it would not be asked again.
    return str(Stemmer.Stemmer(stemmer, 0).stemWord(folded))


def _characters(run: re.Match[str], language: str) -> Iterator[Token]:
    """The terms of characters that stand for words, or for parts of them."""
    text, (start, end) = run.string, run.span()
    if run["hiragana"]:
        edges = _edges(language).fullmatch(text, start, end)
        rest, after = edges.span(1) if edges else (start, end)
        yield from _stopped(start, rest)
        yield from _pairs(text, rest, after) if after - rest > 1 else _stopped(rest, after)
        yield from _stopped(after, end)
        return
    for cut in _inside(language).finditer(text, start, end):
        yield from _pairs(text, start, cut.start())
        yield Token(cut["numeral"] or "", *cut.span())
        start = cut.end()
    yield from _pairs(text, start, end)


def _stopped(start: int, end: int) -> Iterator[Token]:
    """A token that is no term; none where there is no text."""
    if start < end:
        yield Token("", start, end)


def _pairs(text: str, start: int, end: int) -> Iterator[Token]:
    """Each character of ``text[start:end]`` with the next; one that stands alone is a term by itself."""
    if end - start == 1:
        yield Token(text[start], start, end)
    for at in range(start, end - 1):
        yield Token(text[at : at + 2], at, at + 1 if at + 2 < end else end)


@cache
def _inside(language: str) -> re.Pattern[str]:
    """What is cut out of a run of characters: stop words, and numerals, which are terms by themselves."""
    numerals = "".join(sorted(known_of(language).numerals))
    return re.compile(f"{_either(_unspaced(language))}|(?P<numeral>[{_ONE}{numerals}]+)")


@cache
def _edges(language: str) -> re.Pattern[str]:
    """A run of hiragana: stop words at its beginning, the rest, stop words at its end.

    No more than one of a single character at the end, for such characters may as well belong to a word.
    """
    stop = _unspaced(language)
    short = [word for word in stop if len(word) == 1]
    longer = [word for word in stop if len(word) > 1]
    return re.compile(f"(?:{_either(stop)})*+(.*?)(?:{_either(longer)})*+(?:{_either(short)})?")


def _unspaced(language: str) -> list[str]:
    """The stop words of scripts whose words are not set apart."""
    return list(filter(_UNSPACED.match, known_of(language).stop_words))


def _either(words: Sequence[str]) -> str:
    """Any of the words, the longest first, as a regular expression; without any one that matches nothing."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word))) or "(?!)"
