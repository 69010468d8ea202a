"""Whether two quotes that answer the same question say different things.

Only what can be seen is claimed: both say nearly the same but for the words that answer, and those are two numbers of
one unit, two dates written in one form, or two people's full names. "About 20" does not contradict "30", nor "Hanoi"
"Vietnam", nor "19 June" "Wednesday".
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from corpus import ENGLISH, Document
from retrieval import entities
from retrieval.question import Want
from retrieval.rows import Row
from retrieval.terms import terms, tokenize
from retrieval.words import NUMBERS

_FINDERS = {Want.DATE: entities.dates, Want.COUNT: entities.numbers, Want.AMOUNT: entities.numbers}
_SHORTER, _LONGER = 0.75, 0.5  # of each one's weight: what both must share beside the words that answer
_LEAST = 2  # terms that this must be
_HEDGE = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|circa|over|under|above|below|between|early|late|mid|"
    r"(?:more|less|fewer|other) than|at (?:least|most)|up to|as (?:many|much) as|or (?:so|more)|maximum|minimum)\b",
    re.IGNORECASE,
)
# What says of another time or another one, though it is a stop word: both may be true.
_WHEN = re.compile(
    r"\b(?:before|after|until|till|since|last|this|next|former|formerly|previous|previously|now|then|first|second|third)\b",
    re.IGNORECASE,
)
_HEDGED = 20  # characters around a number in which a hedge bears on it
_WORDS = {"no": 0, **NUMBERS}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "%": "percent"}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FIGURES = re.compile(r"([$€£¥]?)\s?(\d+(?:[.,]\d+)*|[a-z]+)(?:[\s-]?(hundred|thousand|million|billion))?\s?(%?)")
_CALENDAR = re.compile(r"(?P<digits>\d+)(?:st|nd|rd|th)?\b|(?P<letters>[^\W\d_]+)\.?")
_MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
_YEAR = 4  # digits
_LITTLE = frozenset(("on", "in", "at", "the", "of", "from", "every", "each"))
_FULL_NAME = re.compile(r"(?:[A-Z][\w'’.-]*)(?: [A-Z][\w'’.-]*)+")
_MINUS = re.compile(r"(?:(?<![\w.,%)\]])[-−–]|\bminus\s)$", re.IGNORECASE)  # no dash between two words or numbers
_SIGN = len("minus ")
_TITLES = frozenset(
    ("prof", "gen", "col", "lt", "capt", "sgt", "rev", "st", "count", "father", "sister", "uncle", "aunt")
)


class Said(NamedTuple):
    """A passage, ``document.text[start:end]``, and the span of the words in it that answer."""

    document: Document
    start: int
    end: int
    marked: tuple[int, int]

    @property
    def words(self) -> str:
        """The words that answer."""
        return self.document.text[slice(*self.marked)]

    @property
    def rest(self) -> str:
        """What the passage says beside them."""
        text = self.document.text
        return f"{text[self.start : self.marked[0]]} {text[self.marked[1] : self.end]}"


def answering(want: Want, row: Row, highlight: tuple[int, int] | None) -> Said | None:
    """What a passage says to a question: with the words marked in it, or else its only date or number if one is wanted.

    None where no few words of it are seen to answer, and of another language than English.
    """
    if row.document.language != ENGLISH:
        return None
    if highlight is None and want in _FINDERS:
        found = [entity for entity in _FINDERS[want](row.text, frozenset()) if entity.strength == 1]
        if len(found) == 1:
            highlight = row.start + found[0].start, row.start + found[0].end
    return Said(row.document, row.start, row.end, highlight) if highlight else None


def differ(want: Want, one: Said, other: Said, weigh: Callable[[set[str]], float]) -> bool:
    """Whether two passages contradict each other in the words that answer; ``weigh`` gives the idf of terms, summed."""
    return _contrary(want, one, other) and _alike(one.rest, other.rest, weigh)


def agree(want: Want, one: Said, other: Said) -> bool:
    """Whether the words that answer are, as far as can be seen, the same: a name in common, one value, the figures."""
    if want in {Want.PERSON, Want.PLACE}:
        return not set(terms(_name(one.words))).isdisjoint(terms(_name(other.words)))
    first, second = _value(want, one), _value(want, other)
    return first == second if first and second else _figures(one) == _figures(other)


def _figures(said: Said) -> frozenset[str]:
    """The numbers among the words that answer, as they are written, but for commas; one below zero as such."""
    text = said.document.text
    found = _DIGITS.finditer(text, *said.marked)
    return frozenset("-" * _negative(text, number.start()) + number[0].replace(",", "") for number in found)


def _negative(text: str, start: int) -> bool:
    """Whether the number that starts there is one below zero."""
    return _MINUS.search(text, max(start - _SIGN, 0), start) is not None


def _name(words: str) -> str:
    """A name without the office or title before it; what is nothing more stays as it is."""
    parts = words.split()
    titles = [n for n, part in enumerate(parts[:-1], 1) if _is_title(part.rstrip("."))]
    return " ".join(parts[max(titles, default=0) :])


def _is_title(word: str) -> bool:
    return entities.is_office(word) or word.lower() in _TITLES


def _contrary(want: Want, one: Said, other: Said) -> bool:
    if want is Want.PERSON:
        names = _name(one.words), _name(other.words)
        return all(map(_FULL_NAME.fullmatch, names)) and set(terms(names[0])).isdisjoint(terms(names[1]))
    first, second = _value(want, one), _value(want, other)
    return first is not None and second is not None and first[0] == second[0] and first[1] != second[1]


def _alike(one: str, other: str, weigh: Callable[[set[str]], float]) -> bool:
    """Whether two passages say nearly the same, with no number or name in each that the other lacks."""
    first, second = set(terms(one)), set(terms(other))
    shared = first & second
    lighter, heavier = sorted((weigh(first), weigh(second)))
    told = [
        {token.term for token in tokenize(text) if token.term and (text[token.start].isupper() or token.term.isdigit())}
        for text in (one, other)
    ]
    return (
        len(shared) >= _LEAST
        and weigh(shared) >= max(_SHORTER * lighter, _LONGER * heavier)
        and (told[0] <= second or told[1] <= first)
        and set(map(str.lower, _WHEN.findall(one))) == set(map(str.lower, _WHEN.findall(other)))
    )


def _value(want: Want, said: Said) -> tuple[str, object] | None:
    """What is to be compared, after what it can be compared with: a date of some form, a number of some unit."""
    return _date(said) if want is Want.DATE else _quantity(said)


def _quantity(said: Said) -> tuple[str, float] | None:
    """The one number among the words that answer, with what it counts: ``("passeng", 40.0)``; None if none is plain."""
    text, (start, end) = said.document.text[said.start : said.end], said.marked
    start, end = start - said.start, end - said.start
    found = [number for number in entities.numbers(text, frozenset()) if number.start < end and start < number.end]
    if len(found) != 1 or _HEDGE.search(text[max(found[0].start - _HEDGED, 0) : found[0].end + _HEDGED // 2]):
        return None
    number = found[0]
    figures = _FIGURES.fullmatch(text[number.start : number.end].lower())
    if figures is None:
        return None
    sign, digits, scale, share = figures.groups()
    plain = re.sub(r",(?=\d{3}\b)", "", digits)
    # A point before three digits marks thousands to some and a fraction to others.
    value = float(plain) if re.fullmatch(r"\d+(?:\.(?!\d{3}$)\d+)?", plain) else _WORDS.get(plain)
    unit = _SIGNS.get(sign or share) or next(
        iter(terms(entities.unit(text, number)[number.end - number.start :])), None
    )
    if value is None or unit is None:
        return None
    return unit, value * _SCALES.get(scale, 1.0) * (-1 if _negative(text, number.start) else 1)


def _date(said: Said) -> tuple[str, tuple[str, ...]] | None:
    """The form of a date and what stands in it: ``("day month", ("3", "may"))``; None for what is no plain date."""
    words = said.words
    if not any(date.strength == 1 for date in entities.dates(words, frozenset())) or _HEDGE.search(words):
        return None
    found = [
        (_form(match[0], match["digits"]), match["digits"].lstrip("0") if match["digits"] else match[0][:3])
        for match in _CALENDAR.finditer(words.lower())
        if match["letters"] not in _LITTLE
    ]
    if len({form for form, _ in found}) == len(found):  # "19 June" is "June 19"
        found.sort()
    return " ".join(form for form, _ in found), tuple(value for _, value in found)


def _form(word: str, digits: str | None) -> str:
    if digits:
        return "year" if len(digits) == _YEAR else "number"
    return "month" if word[:3] in _MONTHS else "weekday" if word.rstrip("s.").endswith("day") else word
