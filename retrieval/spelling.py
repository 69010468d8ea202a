"""A question's words as the documents spell them: "Pyonyang" read as "Pyongyang".

Only a word that neither the documents nor English know is read as another, and only as one of the documents' that is a
slip or two away. A real word that happens not to stand there ("Spain", "county") stays itself: to read it as another
would be to answer another question. What is written as a name is read only as a name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from retrieval.answer import Correction
from retrieval.entities import bare
from retrieval.terms import fold, tokenize

SHORTEST = 5  # letters of a word that may be read as another: shorter ones have too many neighbours
LONG = 9  # letters from which a word may hold two slips
_WORD = re.compile(r"[^\W\d_]+")


class Spelling:
    """The words of the documents, to find the one that a misspelt one was meant for.

    The distance is Damerau's in its restricted form: letters left out, put in, changed, or swapped with a neighbour
    (Damerau, 1964, finds four of five slips to be one of these). The first letter must be right, as it nearly always is
    (Pollock & Zamora, 1984). Of equally near words the most frequent is read, then the first by the alphabet.
    """

    def __init__(self, texts: Iterable[str], known: Callable[[str], bool]) -> None:
        """``texts`` are all there is to read; ``known`` says whether a term stands in them."""
        self._known = known
        written: Counter[str] = Counter()
        for text in texts:
            written.update(_WORD.findall(text))
        times: Counter[str] = Counter()
        self._written: dict[str, str] = {}
        for word, number in sorted(written.items(), key=lambda item: (-item[1], item[0])):
            folded = fold(word)
            self._written.setdefault(folded, word)
            times[folded] += number
        self._words: defaultdict[str, list[str]] = defaultdict(list)  # by first letter, most frequent first
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        for folded in sorted(times, key=lambda word: (-times[word], word)):
            if len(folded) >= SHORTEST - 1:
                self._words[folded[0]].append(folded)
                if self._written[folded][0].isupper():
                    self._names[folded[0]].append(folded)

    def correct(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """The question with every misspelt word as the documents spell it, and which those were."""
        shouted = question.isupper()  # then a capital says nothing
        parts: list[str] = []
        corrections: list[Correction] = []
        done = 0
        for token in tokenize(question):
            if not token.term or self._known(token.term):
                continue
            word = bare(question[token.start : token.end])
            named = token.start > 0 and word[0].isupper() and not shouted
            if (read := self._nearest(word, self._names if named else self._words)) is not None:
                parts += question[done : token.start], read.upper() if shouted else read
                done = token.start + len(word)
                corrections.append(Correction(word, read))
        return "".join((*parts, question[done:])), tuple(dict.fromkeys(corrections))

    def _nearest(self, word: str, among: Mapping[str, Sequence[str]]) -> str | None:
        """The word of the documents that ``word`` is a misspelling of, or None."""
        folded = fold(word)
        if len(folded) < SHORTEST or not folded.isalpha() or folded in _english():
            return None
        # In a script without cases a few signs are a whole phrase, and one sign another meaning.
        if word.lower() == word.upper():
            return None
        slips = 2 if len(folded) >= LONG else 1
        near = process.extractOne(folded, among.get(folded[0], ()), scorer=OSA.distance, score_cutoff=slips)
        return self._written[near[0]] if near else None


@cache
def _english() -> SpellChecker:
    """Which words are English, common names among them; loaded when the first strange word is met."""
    return SpellChecker("en")
