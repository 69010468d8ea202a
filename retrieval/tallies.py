"""What is counted over all documents: sums over segments, less what was removed from them.

Everything is looked up when it is asked for, in tables that are sorted or hashed: nothing is made of all words.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log

from corpus import ENGLISH
from retrieval.folding import fold
from retrieval.lexicon import relatives
from retrieval.remembering import remembered
from retrieval.segment import Counts, Tally

_KEPT = 65_536  # answers to a kind of look-up that are kept
_ASCII = "\x80"  # what no ASCII string reaches


class Tallies:
    """Sums of what several segments count, by the word, the acronym or the name."""

    def __init__(self, added: Sequence[Tally], gone: Sequence[Tally], language: str) -> None:
        """Adds up what was ``added`` and takes off what is ``gone``; all of it in one language."""
        self._signed = [*((1, tally) for tally in added), *((-1, tally) for tally in gone)]
        self._added = added
        self._related = language == ENGLISH
        self.rows = sum(sign * tally.rows for sign, tally in self._signed)
        self.frequencies = remembered(self._frequencies, _KEPT)
        self.written = remembered(self._written, _KEPT)
        self.shorts = remembered(self._shorts, _KEPT)
        self.names_term = remembered(self._names_term, _KEPT)
        self.relatives = remembered(self._relatives, _KEPT)

    def idf(self, term: str) -> float:
        """How much ``term`` tells: the rarer, the more.

        ln((1 + n) / (1 + df)) + 1 of n rows, in df of which it stands: scikit-learn's smoothed idf.
        """
        return log((1 + self.rows) / (1 + self.frequencies(term)[0])) + 1

    def __contains__(self, term: str) -> bool:
        return any(self.frequencies(term))

    def names(self, word: str) -> bool:
        """Whether a word is written with a capital, inside a sentence, more often than not."""
        return self.written(word)[1] > self.written(word.lower())[2]

    def pairs(self, short: str) -> list[tuple[str, int, int]]:
        """The names that an acronym may stand for: how often each is defined so, how far its initials bear it out."""
        found = self._beginning([(sign, tally.pairs) for sign, tally in self._signed], f"{short}\t")
        return [(key.partition("\t")[2], defined, borne) for key, (defined, borne) in found.items()]

    def acronyms(self, name: str) -> list[str]:
        """The acronyms that a name, given as its terms, is defined as."""
        tables = [(sign, tally.defined) for sign, tally in self._signed]
        if not self._sums(tables, name, 1)[0] > 0:
            return []
        found = self._beginning(tables, f"{name}\t")
        return [key.partition("\t")[2] for key, (times,) in sorted(found.items()) if times > 0]

    def spelt(self, letter: str) -> dict[str, int]:
        """The written words that begin with a letter, in whatever case and with whatever accent, with how often."""
        tables = [(sign, tally.written) for sign, tally in self._signed]
        found: dict[str, int] = {}
        for prefix in dict.fromkeys((letter, letter.upper())):
            found |= {word: times for word, (times, *_) in self._beginning(tables, prefix).items() if times > 0}
        for tally in self._added:
            keys = tally.written.keys
            for number in range(keys.first(_ASCII), len(keys)):
                word = keys[number]
                if fold(word)[:1] == letter and (times := self.written(word)[0]) > 0:
                    found[word] = times
        return found

    def _frequencies(self, term: str) -> tuple[int, int]:
        """In how many rows, and around how many stretches, a term stands."""
        own = around = 0
        for sign, tally in self._signed:
            if (number := tally.words.find(term)) >= 0:
                own += sign * int(tally.own_ends[number + 1] - tally.own_ends[number])
                around += sign * int(tally.around_ends[number + 1] - tally.around_ends[number])
        return own, around

    def _written(self, word: str) -> tuple[int, ...]:
        """How often a word is written; with a capital inside a sentence; without a capital."""
        return self._sums(((sign, tally.written) for sign, tally in self._signed), word, 3)

    def _shorts(self, short: str) -> tuple[int, ...]:
        """In how many documents an acronym stands as such, and how often one is defined."""
        return self._sums(((sign, tally.shorts) for sign, tally in self._signed), short, 2)

    def _names_term(self, term: str) -> bool:
        """Whether a term is one of a name."""
        for tally in self._added:
            if (number := tally.words.find(term)) >= 0:
                ends, keys = tally.capitals.ends, tally.written.keys
                for place in tally.capitals.values[ends[number] : ends[number + 1]].tolist():
                    if self.names(keys[place]):
                        return True
        return False

    def _relatives(self, term: str, *, name: bool) -> dict[str, float]:
        """The terms in the texts that may stand for ``term``, a name or not, and how far: 1 is the term itself."""
        found = relatives(term, self._words, name=name) if self._related else {term: 1.0}
        return {other: credit for other, credit in found.items() if self._anywhere(other)}

    def _words(self, prefix: str) -> Iterator[str]:
        """The words in the texts that begin with a prefix; stop words among them."""
        for tally in self._added:
            yield from tally.words.several(tally.words.beginning(prefix))

    def _anywhere(self, word: str) -> bool:
        return any(tally.words.find(word) >= 0 for tally in self._added)

    @staticmethod
    def _sums(tables: Iterable[tuple[int, Counts]], key: str, columns: int) -> tuple[int, ...]:
        sums = [0] * columns
        for sign, table in tables:
            if (number := table.keys.find(key)) >= 0:
                sums = [known + sign * more for known, more in zip(sums, table.sums[number].tolist(), strict=True)]
        return tuple(sums)

    @staticmethod
    def _beginning(tables: Sequence[tuple[int, Counts]], prefix: str) -> dict[str, tuple[int, ...]]:
        """The sums of all keys that begin with a prefix."""
        found: dict[str, tuple[int, ...]] = {}
        for sign, table in tables:
            numbers = table.keys.beginning(prefix)
            sums = table.sums[numbers.start : numbers.stop].tolist()
            for key, more in zip(table.keys.several(numbers), sums, strict=True):
                known = found.get(key, (0,) * len(more))
                found[key] = tuple(a + sign * b for a, b in zip(known, more, strict=True))
        return found
