"""Row → its words in order, as numbers: the forward index beside the inverted one.

Each text is read when it is indexed, so that the models need not read those of a question's candidates.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from sys import maxunicode
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import ENGLISH
from retrieval.folding import fold
from retrieval.languages import Capitals
from retrieval.languages import language as known_of
from retrieval.lexicon import relatives
from retrieval.terms import tokenize

Ints = NDArray[np.int32]

# What a word is by itself, as bits.
CAPITAL, NUMBER, YEAR, CALENDAR, COUNTING, PRONOUN, STOP, REASON, LOCAL = (1 << bit for bit in range(9))

_WORDS = (
    (CALENDAR, """january february march april may june july august september october november december monday tuesday
        wednesday thursday friday saturday sunday"""),
    (COUNTING, """one two three four five six seven eight nine ten eleven twelve thirteen twenty thirty forty fifty
        sixty seventy eighty ninety hundred thousand million billion dozen half twice once first second third"""),
    (PRONOUN, "he she it they him her his hers its their them this these that those"),
    (REASON, "because since due so cause caused therefore reason order"),
    (LOCAL, "in at near from to"),
)  # fmt: skip
_CAPITAL_ONLY = frozenset(("march", "may"))  # months where they begin with a capital, other words where they do not
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")


class Words(NamedTuple):
    """The words of some rows, one row after the other, ``w`` in all.

    ``ids``: the number of each word's term, or of the word itself where it is a stop word, shape (w,). ``kinds``: what
    each is by itself, as bits, shape (w,). ``lengths``: how many each row has, shape (rows,).
    """

    ids: Ints
    kinds: NDArray[np.uint16]
    lengths: NDArray[np.int64]

    def first(self, rows: int) -> "Words":
        """Those of the first ``rows`` rows."""
        some = int(self.lengths[:rows].sum())
        return Words(self.ids[:some], self.kinds[:some], self.lengths[:rows])


class Kin(NamedTuple):
    """Words that stand for terms of a question: four columns, shape (occurrences,) each.

    ``row`` counts the rows asked about, ``at`` the words before it that are no stop words, ``term`` the terms;
    ``credit`` is how far the word stands for the term, from 0 to 1.
    """

    row: NDArray[np.int64]
    at: NDArray[np.int64]
    term: NDArray[np.int64]
    credit: NDArray[np.float32]

    def best(self, rows: int, terms: int) -> NDArray[np.float32]:
        """The most that any word of each row stands for each term, shape (rows, terms)."""
        credit = np.zeros((rows, terms), np.float32)
        np.maximum.at(credit, (self.row, self.term), self.credit)
        return credit

    def only(self, rows: int) -> "Kin":
        """Those of the first ``rows`` rows."""
        there = self.row < rows
        return Kin(self.row[there], self.at[there], self.term[there], self.credit[there])

    def together(self, pairs: Sequence[tuple[int, int]], within: int) -> list[NDArray[np.int64]]:
        """For each pair of terms the rows in which words for both stand together.

        That is no more than ``within`` words apart, stop words not counted. A row stands there as often as it has such
        words for the first term.
        """
        at = self.at + self.row * (within + 1)  # words of two rows are never near
        places = {term: np.flatnonzero(self.term == term) for pair in pairs for term in pair}
        found = []
        for first, second in pairs:
            one, other = places[first], places[second]
            near = np.abs(at[one][:, None] - at[other]) <= within
            found.append(self.row[one[near.any(axis=1)]])
        return found


_NO_NUMBERS = np.zeros(0, np.int32)
_NO_KIN = Kin(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))


class Forward:
    """The words of ``n`` texts."""

    def __init__(self, texts: Iterable[str], language: str = ENGLISH) -> None:
        """Reads the texts, all in one language; a row is a text, in their order."""
        self._related = language == ENGLISH
        self._numbers: dict[str, int] = {}
        ids, kinds, ends = array("i"), array("H"), array("q", [0])
        for text in texts:
            for term, start, end in tokenize(text, language):
                folded, kind = kind_of(text[start:end], language)
                ids.append(self._numbers.setdefault(term or folded, len(self._numbers)))
                kinds.append(kind if term else kind | STOP)
            ends.append(len(ids))
        self._ids, self._kinds, self._ends = np.array(ids, np.int32), np.array(kinds, np.uint16), np.array(ends)
        self._sorted = sorted(self._numbers)
        self._standing_for = lru_cache(maxsize=4_096)(self._relatives)

    def number(self, word: str) -> int:
        """The number of a term, or of a stop word folded; −1 if no text has it."""
        return self._numbers.get(word, -1)

    def words(self, rows: NDArray[np.int64]) -> Words:
        """The words of these rows; a row of −1 has none."""
        first = self._ends[rows]
        lengths = np.where(rows < 0, 0, self._ends[rows + 1] - first)
        before = np.cumsum(lengths) - lengths
        places = np.repeat(first - before, lengths) + np.arange(lengths.sum())
        return Words(self._ids[places], self._kinds[places], lengths)

    def kin(self, terms: Sequence[str], names: Collection[str], words: Words) -> Kin:
        """Where some of the words stand for the terms, some of them ``names``, each term itself included."""
        known = [self._standing_for(term, name=term in names) for term in terms]
        numbers = np.concatenate([_NO_NUMBERS, *(numbers for numbers, _ in known)])
        if not len(numbers):
            return _NO_KIN
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        places = np.repeat(np.arange(len(terms)), [len(numbers) for numbers, _ in known])[order]
        worth = np.concatenate([credit for _, credit in known])[order]
        ids, kinds, lengths = words
        row = np.repeat(np.arange(len(lengths)), lengths)
        at = np.cumsum((kinds & STOP) == 0)
        first, found = np.searchsorted(numbers, ids), []
        for step in range(len(terms)):  # a word may stand for several terms
            which = np.minimum(first + step, len(numbers) - 1)
            (there,) = np.nonzero((numbers[which] == ids) & (first + step < len(numbers)))
            if not len(there):
                break
            found.append((row[there], at[there], places[which[there]], worth[which[there]]))
        return Kin(*map(np.concatenate, zip(*found, strict=True))) if found else _NO_KIN

    def _relatives(self, term: str, *, name: bool) -> tuple[Ints, NDArray[np.float32]]:
        """The numbers of the terms in the texts that may stand for ``term``, and how far: 1 is the term itself."""
        found = relatives(term, self._beginning, name=name) if self._related else {term: 1.0}
        known = {self._numbers[other]: credit for other, credit in found.items() if other in self._numbers}
        return np.array(list(known), np.int32), np.array(list(known.values()), np.float32)

    def _beginning(self, prefix: str) -> Sequence[str]:
        first = bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect_left(self._sorted, f"{prefix}{chr(maxunicode)}", first)]


@lru_cache(maxsize=65_536)
def kind_of(word: str, language: str = ENGLISH) -> tuple[str, int]:
    """A word folded, and what it is by itself; a capital is told only where it marks a name, a word only of English."""
    folded = fold(word)
    capital = word[0].isupper() and known_of(language).capitals is Capitals.NAMES
    kind = CAPITAL if capital else 0
    if word[0].isdigit():
        kind |= NUMBER | (YEAR if _YEAR.fullmatch(word) else 0)
    told = language == ENGLISH and (capital or folded not in _CAPITAL_ONLY)
    return folded, kind | (_listed().get(folded, 0) if told else 0)


@cache
def _listed() -> dict[str, int]:
    bits: dict[str, int] = {}
    for bit, words in _WORDS:
        for word in words.split():
            bits[word] = bits.get(word, 0) | bit
    return bits
