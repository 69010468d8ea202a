"""Text → the things a question can want: people, places, dates, numbers, causes, conditions, quoted words.

Found by shallow marks alone (capitals, digits, calendar words, prepositions, quotation marks). Each finder yields
``(start, end, strength)``: 1.0 where the marks are plain, less where they only may be what is wanted.
"""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple


class Entity(NamedTuple):
    """A candidate: ``text[start:end]``, and how plain its marks are, from 0 to 1."""

    start: int
    end: int
    strength: float


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_YEAR = r"(?:1[0-9]|20)\d{2}s?"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\b\.?|o'clock)|\d{1,2}:\d{2}|noon|midnight"
    r"|(?<=at\s)(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
)
# A pattern that may begin in many ways says first by which letters: most places are passed over at once.
_DATE = re.compile(
    rf"""(?=[\dA-Znm]|\b[adefilostwy])(?:
        (?:(?:{_WEEKDAY},?\s+)?(?:
            {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+{_YEAR})?\b
          | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?\b
          | \d{{4}}-\d{{2}}-\d{{2}}))
      | \b(?:(?:early|earlier|late|later|mid)[ -])?(?:in\s+)?(?:the\s+)?(?:{_SEASON}|{_MONTH})\s+(?:of\s+)?{_YEAR}\b
      | \b(?:(?:early|earlier|late|later|mid)(?:-|\s+in\s+|\s+))?(?:\b{_YEAR}\b|{_MONTH}\b(?=[\s,.;:!?)]|$))
      | \b(?:on\s+)?{_WEEKDAY}(?:(?:\s+(?:to|through|and|until)\s+|\s*[–-]\s*){_WEEKDAY})?
        (?:,?:?\s+(?:from\s+|at\s+)?{_CLOCK}(?:\s*(?:to|[–-]|until)\s*{_CLOCK})?)?
      | {_CLOCK}(?:\s*(?:to|[–-]|until)\s*{_CLOCK})?
      | \b(?:every|each)\s+(?:day|night|week|month|year|morning|evening|{_WEEKDAY})\b
      | \b(?:daily|weekly|monthly|yearly|annually|yesterday|today|tomorrow|tonight|weekdays|weekends)\b
      | \b(?:last|next|this)\s+(?:week|month|year|night|{_SEASON}|{_WEEKDAY})\b)""",
    re.VERBOSE,
)
_CALENDAR = re.compile(rf"(?:{_WEEKDAY}|{_MONTH})$")
_TIME_CLAUSE = re.compile(
    r"\b(?:after|before|when|once|as soon as|until|during|following|within|if)\b[^,.;”\"]+", re.IGNORECASE
)

_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|"
    r"dozens?|half|twice|once|no)"
)
_NUMBER = re.compile(
    r"(?=[$€£¥\d]|\b[bdefhmnost])(?:(?:[$€£¥]\s?)?(?<![\w.])\d+(?:[.,]\d+)*(?!\d|(?:st|nd|rd|th)\b)"
    r"(?:\s?(?:million|billion|thousand|hundred|per\s?cent|percent)\b|\s?%)?"
    rf"|\b{_NUMBER_WORD}(?:(?:\s+|-)(?:and\s+)?{_NUMBER_WORD})*\b)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s+(?:of\s+)?([^\W\d_]+(?:\s+[^\W\d_]+){0,2})")
_MONEY = re.compile(
    r"[$€£¥]|dollar|euro|pound|mark|franc|yen|pence|cent|crown|rouble|ruble|shilling|coin|free|silver|gold",
    re.IGNORECASE,
)
_DURATION = re.compile(r"second|minute|hour|day|night|week|month|year|decade|centur", re.IGNORECASE)
_LENGTH = re.compile(
    r"\b(?:mm|cm|m|km|mile|met(?:re|er)|feet|foot|inch|yard|kilomet|millimet|centimet|acre|hectare|league)",
    re.IGNORECASE,
)
_LOOSE_NUMBER = 0.3

_PART = r"(?:(?:[A-Z]\.)+|[^\W\d_a-zà-öø-ÿ][\w'’]*(?:-\w+)*)"
_TITLE = r"(?:Dr|Mr|Mrs|Ms|St|Prof|Gen|Col|Lt|Capt|Sgt|Rev)\.?"
_TITLED = re.compile(_TITLE)
OPENING = "“\"«„.!?:‘'(-•*"
"""What a sentence or a quotation begins after."""

_NAME = re.compile(rf"(?:{_TITLE}\s+)?{_PART}(?:\s+(?:(?:de|von|van|der|da|al|bin|ibn|of)\s+(?:the\s+)?)?{_PART})*")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|to|from|near|into|towards?|outside|inside|through|via|visit(?:ed|ing|s)?|reached|left|for)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PLACE_PHRASE = re.compile(
    r"\b(?:only\s+)?(?:in|at|on|to|into|near|under|behind|beside|between|from|inside|outside|next to|opposite|over|"
    r"above|below|through)\s+(?:the|a|an|our|your|its|my|his|her|their|#)[^,.;:”\"]*|\S+@\S+\.\w+|https?://\S+|#[\w-]+"
    r"|\b\d+\s+[A-Z]\w+\s+(?:Street|Lane|Road|Avenue|Square)\b",
)  # fmt: skip

_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result of|in response to|on account of|in order to|so that|"
    r"since|for fear of|to (?:prevent|avoid|protect|ensure))\b[^.;]*",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"\b(?:by|through) (?:\w+ly )?\w+ing\b[^,.;]*|\bwith (?:a|an|the|his|her|their|its)\b[^,.;]*", re.IGNORECASE
)
_OFFICE = re.compile(
    r"(?:president|premier|chancellor|minister|secretary|spokes(?:man|woman|person)|ambassador|leader|advis[oe]r|"
    r"chair(?:man|woman)?|chief|director|manager|officer|general|captain|king|queen|prince|princess|emperor|pope|bishop|"
    r"mayor|governor|senator|judge|coach|professor|editor|founder|author|commissioner|treasurer|owner|banker|teacher|"
    r"widow|abbess|mason|builder|engineer|artist|poet|painter|writer|mr|mrs|ms|dr|sir|lady|lord|named|called|by|said|"
    r"told|is|was|are|were)\b",
    re.IGNORECASE,
)
_BE_OR_SAY = re.compile(r"(?:by|said|told|is|was|are|were)\b", re.IGNORECASE)
_OFFICE_OF = re.compile(
    rf"((?:(?:{_PART}|(?:national|deputy|vice|former|prime|foreign|chief|senior))\s+)*(?!by|said|told|is|was|are|were)"
    rf"(?i:{_OFFICE.pattern}))[,\s]+(?:{_PART}\s+){{0,2}}$"  # then a first name, for a question that has but the last
)
_CONDITION = re.compile(
    r"\b(?:only (?:if|when)|if|unless|provided(?: that)?|as long as|on the condition)\b[^,.;”\"]*", re.IGNORECASE
)
_QUOTED = re.compile(r"“([^”]+)”?|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]")


def people(text: str, names: Container[str]) -> Iterator[Entity]:
    """Names that may be a person's or a body's; less plainly so after a preposition of place."""
    for match in _NAME.finditer(text):
        start = match.start()
        words = list(re.finditer(r"\S+", match[0]))
        # A sentence's first word is capitalised whatever it is: it belongs to a name only if it is one elsewhere.
        if _opens(text, start) and bare(words[0][0]) not in names:
            words = words[1:]
        if not words or _CALENDAR.match(words[-1][0]):
            continue
        begin, before, after = start + words[0].start(), text[:start].rstrip(), text[match.end() :].lstrip()
        last = before.rsplit(maxsplit=1)[-1] if before else ""
        if _PLACE_BEFORE.search(text, 0, start):
            strength = 0.5
        elif _OFFICE.match(after) and not _BE_OR_SAY.match(after):
            strength = 0.6  # "State Department spokesman": what qualifies the office, not who holds it
        else:
            strength = 1.0 if is_office(last) else 0.9
        yield Entity(begin, match.end(), strength)


def manners(text: str, _names: Container[str]) -> Iterator[Entity]:
    """Phrases that say how."""
    for match in _MANNER.finditer(text):
        yield Entity(*match.span(), 1.0)


def places(text: str, names: Container[str]) -> Iterator[Entity]:
    """Names after a preposition of place; other such phrases, and addresses, less plainly."""
    for entity in people(text, names):
        yield entity._replace(strength=1.0 if _PLACE_BEFORE.search(text, 0, entity.start) else 0.3)
    for match in _PLACE_PHRASE.finditer(text):
        yield Entity(*match.span(), 0.5)


def dates(text: str, _names: Container[str]) -> Iterator[Entity]:
    """Days, years, weekdays, times of day; a clause of time, less plainly."""
    for match in _DATE.finditer(text):
        yield Entity(*match.span(), 1.0)
    for match in _TIME_CLAUSE.finditer(text):
        yield Entity(*match.span(), 0.4)


def numbers(text: str, _names: Container[str]) -> Iterator[Entity]:
    """Numbers with digits or in words; a number that is a year or a time is one only loosely."""
    calendar = [match.span() for match in _DATE.finditer(text)]
    for match in _NUMBER.finditer(text):
        dated = any(start <= match.start() < end for start, end in calendar)
        yield Entity(*match.span(), _LOOSE_NUMBER if dated else 1.0)


def causes(text: str, _names: Container[str]) -> Iterator[Entity]:
    """Clauses that say why."""
    for match in _CAUSE.finditer(text):
        yield Entity(*match.span(), 1.0)


def conditions(text: str, _names: Container[str]) -> Iterator[Entity]:
    """Clauses that say under which condition."""
    for match in _CONDITION.finditer(text):
        yield Entity(*match.span(), 1.0)


def quotations(text: str) -> Iterator[Entity]:
    """Words in quotation marks, without the marks."""
    for match in _QUOTED.finditer(text):
        yield Entity(*match.span(match.lastindex or 0), 1.0)


def office_before(text: str, start: int) -> tuple[int, int] | None:
    """The office right before ``start``, with what qualifies it: "**State Department spokesman** Miller"."""
    match = _OFFICE_OF.search(text, 0, start)
    return match.span(1) if match else None


def is_office(word: str) -> bool:
    """Whether a word announces a person's name: an office, a title, or "said" and "by"."""
    return _OFFICE.fullmatch(word) is not None


def unit(text: str, number: Entity) -> str:
    """The words a number counts: up to three after it, with a currency sign before it."""
    after = _UNIT.match(text, number.end)
    return f"{text[number.start : number.end]} {after[1] if after else ''}"


def is_money(words: str) -> bool:
    """Whether a number with these words is a sum of money."""
    return _MONEY.search(words) is not None


def is_duration(words: str) -> bool:
    """Whether a number with these words is a length of time."""
    return _DURATION.search(words) is not None


def is_length(words: str) -> bool:
    """Whether a number with these words is a length, a height or an area."""
    return _LENGTH.search(words) is not None


def bare(word: str) -> str:
    """A word without its possessive and the punctuation around it."""
    return re.sub(r"['’]s?$", "", word.strip("\"“”‘’'.,;:!?()"))


def proper_names(text: str) -> Iterator[str]:
    """The words of ``text`` that are capitalised where no sentence begins."""
    for match in _NAME.finditer(text):
        words = match[0].split()
        yield from map(bare, words[1:] if _opens(text, match.start()) else words)


class Capitals(NamedTuple):
    """The capitalised words of what stands between white space in a text.

    ``depends``: whether the first counts only where no sentence begins; ``begins``: whether one may begin after it.
    """

    names: list[str]
    depends: bool
    begins: bool


def part_names(part: str) -> Capitals:
    """The words of a part of a text, with white space at both ends, that are capitalised where no sentence begins."""
    names, depends, start, end = [], False, 0, 0
    for match in _NAME.finditer(part):
        start, end = match.span()
        depends = depends or start == 0
        if start == 0 or part[start - 1] not in OPENING:
            names.append(bare(match[0]))
    goes_on = end == len(part) or _TITLED.fullmatch(part, start)
    return Capitals(names, depends, part[-1] in OPENING and not goes_on)


def _opens(text: str, start: int) -> bool:
    """Whether a sentence or a quotation begins at ``start``."""
    before = text[:start].rstrip()
    return not before or before[-1] in OPENING
