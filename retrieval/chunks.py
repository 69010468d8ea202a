"""Texts → words, in arrays: what stands between white space is read once, however often it is written.

No word reaches over white space. So a text is cut there into chunks; what is read in a chunk holds wherever it stands,
and what is left to do at each place is done by NumPy. Some texts are one chunk, whole: those all in capitals, where a
capital says nothing, and those where characters may belong together over a line break.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import ENGLISH
from retrieval.arrays import ranges
from retrieval.context import EARLY, OFFICES, OPENERS, PRONOUNS, QUOTES
from retrieval.entities import OPENING, part_names, proper_names
from retrieval.folding import HIRAGANA, INVISIBLE, MARKS, UNSPACED, Plain
from retrieval.forward import STOP, kind_of
from retrieval.languages import Capitals
from retrieval.languages import language as known_of
from retrieval.lexis import lowered, written
from retrieval.segment import Ints, Lists, Longs
from retrieval.terms import term_of, tokenize, words_of_parts

# What a chunk is to the text it stands in, as bits: whether the first of its names is one only where no sentence
# begins; whether a sentence may begin after it; whether there may be an office or a pronoun in it; whether there is a
# quotation mark; whether it begins as a quotation does.
_NAMED, _ENDS, _OFFICE, _PRONOUN, _QUOTED, _OPENS = (1 << bit for bit in range(6))

# What a word is to its neighbours, as bits beside those of ``forward.py``: "the us" names a country.
_THE, _US = 1 << 14, 1 << 15
_ALONE = _THE - 1
_BESIDE = {"the": _THE, "The": _THE, "us": _US}
_COUNTRY = "us."

_WHOLE = " "  # what a chunk begins with that is a whole text
_BREAK = "\n"  # what stands in no chunk
# What may belong to characters beyond white space: scripts that are broken inside words, marks without a letter.
_ENTANGLED = re.compile(rf"[{UNSPACED}{HIRAGANA}]|(?<!\S)[{INVISIBLE}]*[{MARKS}\uff9e\uff9f\u1160-\u11ff]")
_QUOTES, _OPENERS = frozenset(QUOTES), tuple(OPENERS)
_NOT_NAMED: tuple[Sequence[str], int] = ((), 0)


class Cut(NamedTuple):
    """Texts as chunks: text ``i`` is ``chunks[ends[i]:ends[i + 1]]``; ``ends`` begins with 0."""

    chunks: Ints
    ends: Longs

    def only(self, texts: Longs) -> "Cut":
        """Some of the texts."""
        lengths = np.diff(self.ends)[texts]
        return Cut(self.chunks[ranges(self.ends[texts], lengths)], sums(lengths))

    def having(self, chunks: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the texts have one of some chunks, which are marked."""
        found = np.zeros(len(self.ends) - 1, bool)
        found[np.searchsorted(self.ends, np.flatnonzero(chunks[self.chunks]), side="right") - 1] = True
        return found


class Words(NamedTuple):
    """The words of texts: text ``i`` has ``numbers[ends[i]:ends[i + 1]]``, which are of these ``kinds``."""

    numbers: Ints
    kinds: NDArray[np.uint16]
    ends: Longs

    def terms(self) -> Lists:
        """Those that are no stop words."""
        kept = (self.kinds & STOP) == 0
        return Lists(sums(kept)[self.ends], self.numbers[kept])


class Numbers(dict[str, int]):
    """Strings by their numbers, in the order in which they were first asked for."""

    def __missing__(self, string: str) -> int:
        number = self[string] = len(self)
        return number


class Chunks:
    """The distinct chunks of texts in one language, by their numbers, and what is read in each."""

    def __init__(self, language: str) -> None:
        """Of texts in ``language``."""
        self.words = Numbers()
        """All words that were read: terms, and stop words, folded."""
        self._language = language
        self._marked = known_of(language).capitals is Capitals.NAMES
        self._chunks = Numbers()
        self._tokens = Numbers({_BREAK: 0})  # words as they are cut out, and what they are read as
        self._words_of = np.zeros(1, np.int32)
        self._kinds_of = np.zeros(1, np.uint16)
        self._written = Numbers({_BREAK: 0})  # words as they are written, which an office or a pronoun may be
        self._marks_of = np.zeros(1, np.uint8)
        # Of each chunk: its marks; its words, and their kinds; as they are written; with a capital as a name; without.
        self._marks = np.zeros(0, np.uint8)
        self._found = self._letters = self._names = self._lower = Lists(np.zeros(1, np.int64), np.zeros(0, np.int32))
        self._kinds = np.zeros(0, np.uint16)

    def cut(self, texts: Iterable[str]) -> Cut:
        """The texts as chunks, each of which is read if it is new."""
        lengths: list[int] = []
        number, known = self._chunks.__getitem__, len(self._chunks)

        def numbered() -> Iterator[Iterable[int]]:
            for text in texts:
                chunks = [f"{_WHOLE}{text}"] if _is_whole(text) else text.split()
                lengths.append(len(chunks))
                yield map(number, chunks)

        found = np.fromiter(chain.from_iterable(numbered()), np.int32)
        self._read(list(islice(self._chunks, known, None)))
        return Cut(found, sums(np.array(lengths, np.int64)))

    def read(self, cut: Cut) -> Words:
        """The words of texts, in order."""
        lengths = np.diff(self._found.ends)[cut.chunks]
        places = ranges(self._found.ends[cut.chunks], lengths)
        words, kinds, ends = self._found.values[places], self._kinds[places], sums(lengths)[cut.ends]
        # "us" after "the" is a name, whatever stands between the two that is no word.
        (us,) = np.nonzero(kinds & _US)
        inside = us > ends[np.searchsorted(ends, us, side="right") - 1]
        us = us[inside & ((kinds[us - 1] & _THE) > 0)]
        if len(us):
            words[us] = self.words[_COUNTRY]
            kinds[us] &= ~np.uint16(STOP)
        return Words(words, kinds & np.uint16(_ALONE), ends)

    def leaning(self, cut: Cut) -> NDArray[np.bool_]:
        """Which of the texts may open with a pronoun, or with the rest of a quotation; the others surely do not."""
        (pronouns,) = np.nonzero(self._marks[cut.chunks] & _PRONOUN)
        texts = np.searchsorted(cut.ends, pronouns, side="right") - 1
        before = sums(np.diff(self._letters.ends)[cut.chunks] > 0)
        early = before[pronouns] - before[cut.ends[texts]] < EARLY
        quoting = cut.having((self._marks & _QUOTED) > 0)  # what is quoted is no narration, whose words are counted
        found = np.zeros(len(quoting), bool)
        found[texts[early | quoting[texts]]] = True
        filled = np.flatnonzero(np.diff(cut.ends))
        found[filled] |= (self._marks[cut.chunks[cut.ends[filled]]] & _OPENS) > 0
        return found

    def offices(self, cut: Cut) -> NDArray[np.bool_]:
        """Which of the texts may name an office; the others surely do not."""
        return cut.having((self._marks & _OFFICE) > 0)

    def counted(self, every: Cut, some: Cut) -> tuple[list[str], Longs]:
        """Words as they are written, and how often, shape (words, 3).

        That is in ``every`` text; with a capital inside a sentence of ``some``; and without a capital in these. The
        latter two are 0 where capitals mark no names.
        """
        size = len(self._chunks)
        here, there = (np.bincount(cut.chunks, minlength=size) for cut in (every, some))
        opened = np.ones(len(some.chunks), bool)
        opened[1:] = (self._marks[some.chunks[:-1]] & _ENDS) > 0
        opened[some.ends[:-1][np.diff(some.ends) > 0]] = True
        named = np.repeat(there, np.diff(self._names.ends))
        (first,) = np.nonzero(self._marks & _NAMED)
        named[self._names.ends[first]] = np.bincount(some.chunks[~opened], minlength=size)[first]
        columns = (
            (self._letters, here[owners(self._letters.ends)]),
            (self._names, named),
            (self._lower, there[owners(self._lower.ends)]),
        )
        found = np.column_stack([np.bincount(of.values, times, len(self._written)) for of, times in columns])
        counted = np.flatnonzero(found.any(axis=1))
        written = list(self._written)
        return [written[number] for number in counted.tolist()], found[counted].astype(np.int64)

    def _read(self, chunks: Sequence[str]) -> None:
        """Reads further chunks."""
        parts = [" ".join(chunk.split()) if chunk[0] == _WHOLE else chunk for chunk in chunks]
        letters = _listed(self._as_written(written(parts)))
        marks = self._marks_in(parts, letters)
        found, kinds = self._as_read(chunks)
        self._found, self._kinds = _joined(self._found, found), np.append(self._kinds, kinds)
        self._letters = _joined(self._letters, letters)
        named = [_named(chunk, self._language) if self._marked else _NOT_NAMED for chunk in chunks]
        names = self._as_written([name for names, _ in named for name in names])
        self._names = _joined(self._names, Lists(sums(np.array([len(names) for names, _ in named])), names))
        lower = _listed(self._as_written(lowered(parts if self._marked else [""] * len(parts))))
        self._lower = _joined(self._lower, lower)
        self._marks = np.append(self._marks, marks | np.array([mark for _, mark in named], np.uint8))

    def _marks_in(self, parts: Sequence[str], letters: Lists) -> NDArray[np.uint8]:
        """The marks of some chunks, but for those by their capitals."""
        marks = np.array([0 if _QUOTES.isdisjoint(part) else _QUOTED for part in parts], np.uint8)
        marks[[part.startswith(_OPENERS) for part in parts]] |= _OPENS
        of, words = owners(letters.ends), self._marks_of[letters.values]
        for bit in (_OFFICE, _PRONOUN):
            marks[of[(words & bit) > 0]] |= bit
        return marks

    def _as_written(self, words: Sequence[str]) -> Ints:
        """The numbers of words as they are written."""
        found = np.fromiter(map(self._written.__getitem__, words), np.int32, len(words))
        new = islice(self._written, len(self._marks_of), None)
        self._marks_of = np.append(self._marks_of, np.fromiter(map(_meant, new), np.uint8))
        return found

    def _as_read(self, chunks: Sequence[str]) -> tuple[Lists, NDArray[np.uint16]]:
        """The words of some chunks, and their kinds."""
        odd = {place: chunk for place, chunk in enumerate(chunks) if chunk[0] == _WHOLE or not _is_plain(chunk)}
        plain = ["" if place in odd else chunk for place, chunk in enumerate(chunks)] if odd else chunks
        tokens = words_of_parts(plain, self._language)
        found = _listed(np.fromiter(map(self._tokens.__getitem__, tokens), np.int32, len(tokens)))
        new = list(islice(self._tokens, len(self._words_of), None))
        read = [self._word(word, term_of(word, self._language)) for word in new]
        self._words_of = np.append(self._words_of, np.array([word for word, _ in read], np.int32))
        self._kinds_of = np.append(self._kinds_of, np.array([kind for _, kind in read], np.uint16))
        words, kinds = self._words_of[found.values], self._kinds_of[found.values]
        oddly = [[self._word(word, term) for word, term in _tokens(chunk, self._language)] for chunk in odd.values()]
        places, lengths = np.array(list(odd), np.int64), np.array(list(map(len, oddly)), np.int64)
        where = np.repeat(found.ends[places], lengths)
        words = np.insert(words, where, [word for some in oddly for word, _ in some])
        kinds = np.insert(kinds, where, [kind for some in oddly for _, kind in some])
        more = np.zeros(len(chunks), np.int64)
        more[places] = lengths
        return Lists(found.ends + sums(more), words), kinds

    def _word(self, word: str, term: str) -> tuple[int, int]:
        """The number of a word that has a term, if that is not empty, and what it is by itself, as bits."""
        folded, kind = kind_of(word, self._language)
        return self.words[term or folded], kind if term else kind | STOP | _BESIDE.get(Plain(word).text, 0)


def sums(values: NDArray[np.integer] | NDArray[np.bool_]) -> Longs:
    """The sum of all values before each, and of all, shape (n + 1,)."""
    found = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=found[1:])
    return found


def owners(ends: Longs) -> Ints:
    """Which of some ranges, that end there one after the other, each number is in."""
    return np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))


def _listed(numbers: Ints) -> Lists:
    """Numbers as lists, each of which ends with 0."""
    (breaks,) = np.nonzero(numbers == 0)
    return Lists(np.append(0, breaks - np.arange(len(breaks))), numbers[numbers > 0])


def _joined(lists: Lists, more: Lists) -> Lists:
    return Lists(np.append(lists.ends, lists.ends[-1] + more.ends[1:]), np.append(lists.values, more.values))


def _is_whole(text: str) -> bool:
    """Whether more may be read in a text than in its chunks."""
    return text.isupper() or (not text.isascii() and (text == text.upper() or _ENTANGLED.search(text) is not None))


def _is_plain(chunk: str) -> bool:
    return chunk.isascii() or Plain(chunk).text is chunk


def _tokens(chunk: str, language: str) -> Iterator[tuple[str, str]]:
    """The words of a chunk as they are written, and their terms."""
    if chunk[0] == _WHOLE:
        text, before = chunk[1:], 0
    else:
        text, before = f"a {chunk}", 1  # a word in small letters: a chunk alone might be taken for a shout
    return ((text[start:end], term) for term, start, end in tokenize(text, language)[before:])


def _meant(word: str) -> int:
    """Whether a word may be an office or a pronoun, as bits."""
    folded = word.casefold()
    return _OFFICE * (folded in OFFICES) | _PRONOUN * (folded in PRONOUNS)


def _named(chunk: str, language: str) -> tuple[Sequence[str], int]:
    """The words that have a capital as a name has; the marks by which they do, and by which a sentence may begin."""
    if chunk.isascii() and chunk == chunk.lower():
        return (), _ENDS if chunk[-1] in OPENING else 0
    if chunk[0] == _WHOLE:
        names, depends, begins = list(proper_names(chunk[1:])), False, False
    else:
        names, depends, begins = part_names(chunk)
    if language != ENGLISH and not all(name[:1].isupper() for name in names):  # letters without case are none
        depends = depends and names[0][:1].isupper()
        names = [name for name in names if name[:1].isupper()]
    return names, (_NAMED if depends else 0) | (_ENDS if begins else 0)
