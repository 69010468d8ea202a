"""How the words of a sentence stand to a question, as numbers: what ``retrieval/marker.py`` is learned from.

The words stand in a row of places, with empty ones before and behind them. A feature is the number of a combination of
values, hashed (Weinberger et al., 2009).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from corpus import ENGLISH
from retrieval.arrays import moved, stacked
from retrieval.folding import fold
from retrieval.question import Question, Want
from retrieval.terms import tokenize

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

BITS = 18
"""Features are numbered below ``2 ** BITS``."""

WORDS = 300  # of a sentence that are read; none beyond is marked
PADDING = 4  # empty places on either side
FAR = 20  # places from which a distance counts as none

# What a word is by itself: its kind, its ending, a word of the closed classes, or the cluster of words it is used like.
PAD, NAME, CAPITAL, CALENDAR, YEAR, NUMBER, COUNTING, UNIT, OTHER = range(9)
_ENDING, CLOSED, CLUSTER = 10, 60, 300  # where the numbers of endings, closed words and clusters begin
_ENDINGS = (
    "ing", "ed", "ly", "tion", "sion", "ment", "ity", "ness", "ers", "ors", "ists", "ians", "er", "or", "ist", "ian",
    "al", "ive", "ous", "ful", "able", "ic", "ies", "ese", "ish", "es", "s", "en", "th", "t",
)  # fmt: skip
_SMALL_NUMBERS = "one two three four five six seven eight nine ten"
_CLOSED_WORDS = (
    f"{_SMALL_NUMBERS} the a an this that these those his her its their our your my some any no every each all both "
    "another other such many few several most more much less of in on at to for from by with as into about between "
    "through during under over against after before since until within without among around near across along behind "
    "toward towards upon than like per via off up down out and or but nor so yet if because while although though when "
    "where which who whom whose what how why whether unless is are was were be been being am has have had do does did "
    "will would can could may might must shall should not never also only just even still already then there here now "
    "very too again first second third last next same he she it they we you i him them us me himself herself itself "
    "themselves called named known said says including made based used due"
).split()
_CLASS = {word: number for number, word in enumerate(_CLOSED_WORDS, CLOSED)}
AND, OR = _CLASS["and"], _CLASS["or"]
SMALL = _CLASS["one"], _CLASS["ten"]
_LISTED = (
    (CALENDAR, """january february march april may june july august september october november december monday tuesday
        wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec"""),
    (COUNTING, """eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
        sixty seventy eighty ninety hundred thousand million billion trillion dozen half percent hundreds thousands
        millions billions quarter"""),
    (UNIT, """year years month months week weeks day days hour hours minute minutes second seconds mile miles km
        kilometres kilometers metres meters m feet foot ft inches inch acres hectares square tons tonnes kg lb lbs
        pounds dollars euros cents degrees century centuries decade decades people times"""),
)  # fmt: skip
_KIND = {word: kind for kind, words in _LISTED for word in words.split()}
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")

# What stands between two words. The first sign of a row that is there decides.
_SPACE, COMMA, _DASH, _FULL_STOP, _COLON, _OPENS, _CLOSES = 2, 3, 5, 6, 12, 20, 21
_SIGNS = (
    (_FULL_STOP, ".!?"), (9, "([{"), (10, ")]}"), (7, "“«„"), (8, "”»"), (7, '"'), (11, ";"), (_COLON, ":"),
    (COMMA, ","), (15, "$£€¥"), (16, "%"), (_DASH, "–—"), (4, "-"), (14, "/"), (13, "'’‘"),
)  # fmt: skip
PAUSES = np.isin(np.arange(_CLOSES + 1), [COMMA, _DASH, *range(_FULL_STOP, _COLON + 1), _OPENS, _CLOSES])
"""By the number of a gap, whether it parts clauses: commas, dashes, full stops, quotation marks, brackets, colons."""

_COPULAS, _ARTICLES = frozenset(("is", "was", "are", "were")), frozenset(("the", "a", "an", "one", "some"))
_WH = frozenset(("who", "whom", "whose", "what", "which", "when", "where", "why", "how"))
_OPENINGS = {
    opening: number
    for number, opening in enumerate(
        (
            "", "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "how many", "how much",
            "how long", "how old", "how far", "how often", "how large", "how big", "how tall", "how high", "what is",
            "what was", "what are", "what were", "what did", "what does", "what do", "what has", "what had", "what can",
            "what would", "who is", "who was", "who did", "where is", "where was", "where did", "when did", "when was",
            "what other", "what kind", "what type", "what year", "what percent", "what percentage", "what country",
            "what city", "what state", "how did", "how does", "how do", "how is", "how was", "why did", "why is",
            "why do",
        )
    )
}  # fmt: skip
_TYPES = (
    "year date day month century decade time period era season week hour",
    """number percentage percent proportion rate age population amount price cost length height size distance
    temperature score quantity salary budget value share fraction portion total""",
    """person man woman player president king queen leader author actor actress singer director artist writer
    scientist founder name people emperor philosopher scholar character individual coach""",
    """country city state town place location region continent county area street river island nation village
    district province territory part""",
    """company organization organisation team university school group party band club agency institution college
    network church army""",
    "language word term phrase title nickname song book album film movie show game program newspaper magazine",
    "type kind sort form example method way process thing factor reason purpose effect problem issue",
)  # the nouns that say what kind of thing is wanted
_TYPE = {word: number for number, words in enumerate(_TYPES, 1) for word in words.split()}
WANTS = tuple(Want)

# Where a term stands in its question, from the word that asks.
_NEXT, _MIDDLE, _LAST, _BEFORE, _FOCUS, _EARLIER = range(1, 7)

_VALUES = (
    "one", "c", "c-1", "c+1", "c-2", "c+2", "w", "w-1", "w+1", "g", "g+1", "g-1", "g+2", "m", "m-1", "m+1",
    "d<", "d>", "p<", "p>", "b<", "b>", "at", "left", "cover", "q", "f", "v", "k", "t",
)  # fmt: skip
ROW = {value: number for number, value in enumerate(_VALUES)}
"""The rows of ``Read.base``.

Of a place: ``c`` a word's class, ``w`` the word, ``g`` the gap before it, ``m`` whether it is one of the question's (2)
or begins like one (1), each also of the places before and behind; ``k`` whether it is a name or a number; ``d`` the
distance to the nearest of the question's words on that side, ``p`` where that stands in the question, ``b`` what lies
between; ``at`` and ``left`` words from the sentence's ends. Of its sentence: ``cover``, the share of the question's
weight in it. Of the question: ``q`` the opening, ``f`` the noun that says what is wanted, ``v`` the term after it,
``t`` the kind of answer.
"""


def combine(combinations: str, rows: dict[str, int]) -> Ints:
    """The rows of each combination, shape (4, n)."""
    named = [combination.split("*") for combination in combinations.split()]
    return np.array([[rows[name] for name in [*names, "one", "one", "one"][:4]] for names in named], np.int64).T


_EITHER = (
    "c c-1 c+1 c*c-1 c*c+1 w q*c q*w q*c*c-1 q*c*c+1 f*c f*w f*k m m*m-1 m*m+1 m*c m*f q*d< q*d> d<*d>*q d>*c d<*c "
    "d<*c-1*q d>*c+1*q p<*p>*q p<*d<*q p>*d>*q at*q left*q cover cover*q c-1*c-2*c c+1*c+2*c v*c t*c t*w "
    "t*c*c-1 t*c*c+1"
)
FIRST = combine(
    f"{_EITHER} c-1*c-2 w-1 w-1*c w*c-1 w+1 g g*c g*c-1 q*c-1 q*w-1 q*g f*w-1 f*c-1 f*c*c-1 f*c*c+1 f*g "
    "m*m-1*q m-1*c-1 "
    "d<*d> d<*c-1 p<*d< p>*d> b< b<*q b<*c b<*p< b<*p<*q b>*q at at*c left v*w-1 v*c-1 q*w*w-1 cover*d< "
    "t*c-1 t*w-1 t*g",
    ROW,
)
LAST = combine(
    f"{_EITHER} c+1*c+2 w+1 w+1*c w*c+1 w-1 g+1 g+1*c g+1*c+1 q*c+1 q*w+1 q*g+1 f*w+1 f*c+1 f*c*c+1 "
    "f*c*c-1 f*g+1 m*m+1*q "
    "m+1*c+1 d<*d> d>*c+1 p>*d> p<*d< b> b>*q b>*c b>*p> b>*p>*q b<*q left left*c at v*w+1 v*c+1 q*w*w+1 g+1*g+2 g*g+1 "
    "cover*d> t*c+1 t*w+1 t*g+1",
    ROW,
)
_PRIMES = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F)


def hashed(base: Ints, combinations: Ints, salt: int) -> Ints:
    """The features of each column of ``base``, shape (columns, combinations)."""
    mixed = np.arange(combinations.shape[1], dtype=np.int64)[:, None] * 0x165667B1 + salt
    for rows, prime in zip(combinations, _PRIMES, strict=True):
        mixed = mixed ^ (base * prime)[rows]
        mixed *= 0x2545F491  # int64 wraps round, the same everywhere
        mixed ^= (mixed >> 29) & 0x7FFFFFFFF
    mixed &= (1 << BITS) - 1
    return mixed.T


class Asked(NamedTuple):
    """A question as numbers: see ``ROW``; then its distinct terms, each with its place and its share of the weight."""

    opening: int
    focus: int
    after: int
    kind: int
    want: int
    terms: dict[int, int]
    prefixes: dict[int, int]
    places: tuple[int, ...]
    weights: tuple[float, ...]


def asked_of(question: Question, idf: Callable[[str], float]) -> Asked:
    """Reads a question; ``idf`` weighs its terms."""
    tokens = question.tokens
    words = [fold(question.text[token.start : token.end]) for token in tokens]
    english = question.language == ENGLISH
    asks = next((n for n, word in enumerate(words) if word in _WH), None) if english else None
    opening, head, word = 0 if english else _OPENINGS.get(question.asking, 0), -1, ""
    focus = 0
    if asks is not None:
        opening = _OPENINGS.get(" ".join(words[asks : asks + 2])) or _OPENINGS[words[asks]]
        begin = asks + 1 + (words[asks] == "how")
        direct = begin < len(tokens) and bool(tokens[begin].term)
        if words[asks] in {"what", "which"} and words[begin : begin + 1] and words[begin] in _COPULAS:
            begin += 1
            while begin < len(tokens) and words[begin] in _ARTICLES:
                begin += 1
        head = begin
        while (
            head + 1 < len(tokens)
            and tokens[head + 1].term
            and not words[head + 1].endswith("ed")
            and words[asks] != "who"
        ):
            head += 1
        if head < len(tokens) and tokens[head].term:
            word = words[head]
            focus = crc32(f"{'' if direct else ' '}{tokens[head].term}".encode())
    content = [n for n, token in enumerate(tokens) if token.term]
    later = [n for n in content if n > head]
    start = -1 if asks is None else asks
    earlier = [n for n in content if n < start]
    places: dict[str, int] = {}
    raw: dict[str, str] = {}
    for n in content:
        if later and n == later[-1]:
            place = _LAST
        elif later and n == later[0]:
            place = _NEXT
        elif earlier and n == earlier[-1]:
            place = _BEFORE
        else:
            place = _EARLIER if n < start else _FOCUS if n <= head else _MIDDLE
        places.setdefault(tokens[n].term, place)
        raw.setdefault(tokens[n].term, words[n])
    weights = np.array([idf(term) * question.weight(term) for term in places])
    want = WANTS.index(question.want)
    kind = _TYPE.get(word) or _TYPE.get(word.removesuffix("s")) or _TYPE.get(word[:-3] + "y") or 0
    prefixes = (_word(raw[term])[2] for term in places)
    return Asked(
        opening, focus, crc32(tokens[later[0]].term.encode()) if later else 0, kind + 10 * want, want,
        {crc32(term.encode()): n for n, term in enumerate(places)},
        {prefix: n for n, prefix in enumerate(prefixes) if prefix},
        tuple(places.values()), tuple((weights / (weights.sum() or 1.0)).tolist()),
    )  # fmt: skip


class Text(NamedTuple):
    """A sentence's words: offsets, terms, and rows of class, word, gap before, term and beginning, shape (5, words)."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    terms: tuple[str, ...]
    rows: Ints


@lru_cache(maxsize=1_024)
def text_of(text: str, language: str = ENGLISH) -> Text:
    """Reads one sentence, up to ``WORDS`` words."""
    tokens = tokenize(text, language)[:WORDS]
    rows: list[tuple[int, ...]] = []
    last = 0
    for term, start, end in tokens:
        word, kind, beginning = _word(text[start:end])
        gap = _gap(text[max(last, start - 6) : start])
        if not rows:
            gap = 7 if gap in (7, 8) else _OPENS
        elif kind == CAPITAL and gap == _SPACE:
            kind = NAME  # a capital that no sentence, quotation or bracket calls for
        rows.append((kind, word, gap, crc32(term.encode()) if term else 0, beginning if term else 0))
        last = end
    found, starts, ends = zip(*tokens, strict=True) if tokens else ((), (), ())
    return Text(starts, ends, found, np.array(rows, np.int64).reshape(-1, 5).T)


@lru_cache(maxsize=65_536)
def _word(word: str) -> tuple[int, int, int]:
    """A word's number, its class, and the number of its beginning (0 for a short word)."""
    folded = fold(word)
    return crc32(folded.encode()), _class(word, folded), crc32(folded[:5].encode()) if len(folded) > 5 else 0


def _class(word: str, folded: str) -> int:
    kind = _KIND.get(folded)
    if kind == CALENDAR and not (folded in {"may", "march"} and word[0].islower()):
        return CALENDAR
    if word[0].isdigit():
        return YEAR if _YEAR.fullmatch(word) else NUMBER
    if folded in _CLASS:
        return _CLASS[folded]
    if kind == COUNTING:
        return COUNTING
    if word[0].isupper():
        return CAPITAL
    if kind == UNIT:
        return UNIT
    number = ending(folded)
    return _ENDING + number if number < len(_ENDINGS) else OTHER


def ending(folded: str) -> int:
    """The number of a word's ending, from 0; one more than the last for a word without any."""
    return next((n for n, end in enumerate(_ENDINGS) if folded.endswith(end)), len(_ENDINGS))


def is_open(folded: str) -> bool:
    """Whether a word is of no closed class, and no number."""
    return folded not in _CLASS and folded != "0"


@lru_cache(maxsize=4_096)
def _gap(gap: str) -> int:
    if gap in {"", " "}:
        return 1 + len(gap)
    quotes = {'"': 7 if gap.endswith('"') and len(gap) > 1 else 8}
    return next((quotes.get(sign, kind) for kind, signs in _SIGNS for sign in signs if sign in gap), 19)


class Read(NamedTuple):
    """A sentence of ``size`` words read for a question, in a row of places of which the first is ``PADDING``.

    ``base`` has a row for each of ``ROW``. Shape (places,): ``gain``, the share of the question's weight that each
    meets, and ``idf``, that of its term as a share of the greatest. ``cover`` is the share that the sentence meets.
    """

    asked: Asked
    size: int
    base: Ints
    gain: Floats
    idf: Floats
    cover: float


def read(asked: Asked, text: Text, idf: Callable[[str], float], known: Ints, cluster: Ints) -> Read:
    """Reads a sentence; ``known`` are the numbers of the words that have a ``cluster``, sorted."""
    size = len(text.starts)
    total = size + 2 * PADDING
    inside = slice(PADDING, PADDING + size)
    index = np.arange(total)
    raw = np.zeros((5, total), np.int64)
    raw[:, inside] = text.rows
    raw[2, PADDING + size] = _CLOSES
    c, w, g, term, beginning = raw
    if len(known):
        of = np.minimum(np.searchsorted(known, w), len(known) - 1)
        c = np.where((known[of] == w) & (c >= OTHER) & (c < CLOSED), CLUSTER + cluster[of], c)
    exact = np.array([asked.terms.get(number, -1) for number in term.tolist()], np.int64)
    alike = np.array([asked.prefixes.get(number, -1) for number in beginning.tolist()], np.int64)
    met = np.where(exact >= 0, exact, alike)
    m = np.where(exact >= 0, 2, np.where(alike >= 0, 1, 0))
    weights = np.array((*asked.weights, 0.0), np.float32)
    cover = float(weights[sorted(set(met.tolist()) - {-1})].sum())
    rarity = np.zeros(total, np.float32)
    most = idf("")
    rarity[inside] = [idf(term) / most if term else 0.0 for term in text.terms]

    before = moved(np.maximum.accumulate(np.where(m > 0, index, -1)) + 1, 1) - 1
    after = moved(np.minimum.accumulate(np.where(m > 0, index, total)[::-1])[::-1] - total, -1) + total
    distance_left = np.where(before >= 0, np.minimum(index - before, FAR), FAR)
    distance_right = np.where(after < total, np.minimum(after - index, FAR), FAR)
    places = np.array((*asked.places, 0), np.int64)
    place_left = np.where(before >= 0, places[met[before]], 0)
    place_right = np.where(after < total, places[met[np.minimum(after, total - 1)]], 0)
    c_before, c_two_before, c_after, c_two_after = moved(c, 1), moved(c, 2), moved(c, -1), moved(c, -2)
    g_after = moved(g, -1)
    rows = (
        1, c, c_before, c_after, c_two_before, c_two_after, w, moved(w, 1), moved(w, -1),
        g, g_after, moved(g, 1), moved(g, -2), m, moved(m, 1), moved(m, -1),
        _SCALE[distance_left], _SCALE[distance_right], place_left, place_right,
        _between(distance_left, c_before, c_two_before, g), _between(distance_right, c_after, c_two_after, g_after),
        np.minimum(np.maximum(index - PADDING, 0), 4), np.minimum(np.maximum(PADDING + size - 1 - index, 0), 4),
        int(cover * 5), asked.opening, asked.focus, asked.after, (c == NAME) + 2 * (c <= YEAR), asked.kind,
    )  # fmt: skip
    return Read(asked, size, stacked(rows, total, np.int64), weights[met], rarity, cover)


_SCALE = np.array([0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7], np.int64)


def _between(distance: Ints, one: Ints, two: Ints, gap: Ints) -> Ints:
    """The classes of up to two words between a place and the question's nearest word, as one number."""
    classes = one * (distance > 1) + 601 * (two * (distance > 2)) + 401_009 * (gap * (distance < 6))
    between: Ints = np.minimum(distance, 5) + 7 * classes
    return between
