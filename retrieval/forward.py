"""What a word is by itself, and how the words of a question's candidates stand to those of the question."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import ENGLISH
from retrieval.arrays import ranges
from retrieval.folding import fold
from retrieval.languages import Capitals
from retrieval.languages import language as known_of

Longs = NDArray[np.int64]

OTHER = -1
"""The number of a word that is none of the question's."""

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

    ``asked``: which of the question's words each is, by its number; OTHER where it is none of them, shape (w,).
    ``kinds``: what each is by itself, as bits, shape (w,). ``lengths``: how many each row has, shape (rows,).
    """

    asked: Longs
    kinds: NDArray[np.uint16]
    lengths: Longs

    def ordered(self, order: Longs) -> "Words":
        """Those of the rows in another order."""
        first = np.cumsum(self.lengths) - self.lengths
        places = ranges(first[order], self.lengths[order])
        return Words(self.asked[places], self.kinds[places], self.lengths[order])


class Kin(NamedTuple):
    """Words that stand for terms of a question: four columns, shape (occurrences,) each.

    ``row`` counts the rows asked about, ``at`` the words before it in its row that are no stop words, ``term`` the
    terms; ``credit`` is how far the word stands for the term, from 0 to 1.
    """

    row: Longs
    at: Longs
    term: Longs
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

    def together(self, pairs: Sequence[tuple[int, int]], within: int) -> list[Longs]:
        """For each pair of terms the rows in which words for both stand together.

        That is no more than ``within`` words apart, stop words not counted. A row stands there as often as it has such
        words for the first term.
        """
        at = self.at + self.row * (self.at.max(initial=0) + within + 1)  # words of two rows are never near
        places = {term: np.flatnonzero(self.term == term) for pair in pairs for term in pair}
        found = []
        for first, second in pairs:
            one, other = places[first], places[second]
            near = np.abs(at[one][:, None] - at[other]) <= within
            found.append(self.row[one[near.any(axis=1)]])
        return found


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
