"""A question's words as the documents spell them: "Pyonyang" read as "Pyongyang".

Only a word that neither the documents nor English know is read as another, and only as one of the documents' that is a
slip or two away. A real word that happens not to stand there ("Spain", "county") stays itself: to read it as another
would be to answer another question. What is written as a name is read only as a name.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from retrieval.answer import Correction
from retrieval.entities import bare
from retrieval.folding import fold
from retrieval.remembering import remembered
from retrieval.terms import terms, tokenize
from retrieval.words import STOP_WORDS

SHORTEST = 5  # letters of a word that may be read as another: shorter ones have too many neighbours
SECURE = 6  # letters of one that may be read as another form of what the documents hold
LONGEST = 40  # letters; nothing longer is a word that somebody misspelt
LONG = 9  # letters from which a word may hold two slips
MOST = 20  # strange words of one question that are looked up: a text pasted into it costs no more
_SWAPPED = {(word[0], *sorted(word)): word for word in sorted(STOP_WORDS) if 3 <= len(word) < SHORTEST}  # "waht", "teh"


class _Words(NamedTuple):
    """The words that begin with a letter, folded, the most frequent first: every one, and those written as names.

    ``written``: each as it is mostly written.
    """

    every: list[str]
    names: list[str]
    written: dict[str, str]


class Spelling:
    """The words of the documents, to find the one that a misspelt one was meant for.

    The distance is Damerau's in its restricted form: letters left out, put in, changed, or swapped with a neighbour
    (Damerau, 1964, finds four of five slips to be one of these). The first letter must be right, as it nearly always is
    (Pollock & Zamora, 1984). Of equally near words the most frequent is read, then the first by the alphabet.
    """

    def __init__(self, spelt: Callable[[str], Mapping[str, int]], known: Callable[[str], bool]) -> None:
        """Takes what gives the words that begin with a letter, and what says whether a term is known.

        The words are as the documents write them, each with how often.
        """
        self._spelt, self._known = spelt, known
        self._words = remembered(self._beginning, 64)

    def _beginning(self, letter: str) -> "_Words":
        """The words that begin with a letter."""
        times: Counter[str] = Counter()
        written: dict[str, str] = {}
        for word, number in sorted(self._spelt(letter).items(), key=lambda item: (-item[1], item[0])):
            folded = fold(word)
            written.setdefault(folded, word)
            times[folded] += number
        words = [w for w in sorted(times, key=lambda word: (-times[word], word)) if len(w) >= SHORTEST - 1]
        return _Words(words, [word for word in words if written[word][0].isupper()], written)

    def correct(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """The question with every misspelt word as the documents spell it, and which those were."""
        shouted = question.isupper()  # then a capital says nothing
        parts: list[str] = []
        corrections: list[Correction] = []
        done = 0
        strange = (token for token in tokenize(question) if token.term and not self._known(token.term))
        for token in islice(strange, MOST):
            word = bare(question[token.start : token.end])
            named = token.start > 0 and word[0].isupper() and not shouted
            if (read := self._meant(word, named=named)) is not None:
                parts += question[done : token.start], read.upper() if shouted else read
                done = token.start + len(word)
                corrections.append(Correction(word, read))
        return "".join((*parts, question[done:])), tuple(dict.fromkeys(corrections))

    def _meant(self, word: str, *, named: bool) -> str | None:
        """The word that ``word`` is a misspelling of, or None."""
        folded = fold(word)
        # In a script without cases a few signs are a whole phrase, and one sign another meaning.
        if not folded.isalpha() or word.lower() == word.upper() or folded in _english():
            return None
        if len(folded) > LONGEST:
            return None
        if len(folded) < SHORTEST:
            return None if named else _SWAPPED.get((folded[0], *sorted(folded)))
        words = self._words(folded[0])
        near = process.extractOne(
            folded,
            words.names if named else words.every,
            scorer=OSA.distance,
            score_cutoff=2 if len(folded) >= LONG else 1,
        )
        if near:
            return words.written[near[0]]
        return None if named or len(folded) < SECURE else self._inflected(folded)

    def _inflected(self, folded: str) -> str | None:
        """The English word that ``folded`` is a misspelling of, if the documents hold a form of it."""
        near = process.extract(
            folded, _english_by_letter().get(folded[0], ()), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        known = [word for word, *_ in near if all(map(self._known, terms(word)))]
        return max(known, key=lambda word: _english()[word], default=None)


@cache
def _english() -> SpellChecker:
    """Which words are English, common names among them; loaded when the first strange word is met."""
    return SpellChecker("en")


@cache
def _english_by_letter() -> Mapping[str, Sequence[str]]:
    """The same by their first letters, in the order of the alphabet."""
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(_english()):
        by_letter[word[0]].append(word)
    return by_letter
