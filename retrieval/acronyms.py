"""Acronyms and the names they stand for, as the documents have them: "UN" and "United Nations".

Two marks tell that an acronym and a name are one. A definition: "North Atlantic Treaty Organization (NATO)" or "NATO
(North Atlantic Treaty Organization)", read by the algorithm of Schwartz & Hearst (2003). Or initials: "the United
Nations" where "the UN" stands too. A question with one form is asked in the other as well; nothing is known that the
documents do not show.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from retrieval.folding import fold
from retrieval.terms import terms, tokenize

NAMES = 2  # of one question that are asked in both forms: four questions at most
PLAIN = 0.9  # of all mentions of names with some initials: the share that makes one name what they stand for

SURE = 2  # mentions of a name that bear out its initials; one is enough in a document that has the acronym too

_SHORT = r"(?:[A-Z]\.){2,}|[A-Z](?:[A-Z\d]|&(?=[A-Z])){1,9}"
_THE = r"he(?<=\b[Tt]he)\s"  # letters first: they are found faster than a boundary
_ACRONYM = re.compile(rf"{_THE}({_SHORT})(?!\w)")
_DOTTED = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
_WORDS = 6  # of a name known by its initials
_NAME = re.compile(rf"{_THE}([A-Z]\w+(?:\s[A-Z]\w+)+)")
_BRACKETS = re.compile(r"\(([^()]{2,100})\)")
_INSIDE = re.compile(rf"({_SHORT})s?$")
_BEFORE = re.compile(rf"\b({_SHORT})s?\s$")
_SHORTS = 16  # characters before a bracket in which an acronym is looked for
_REACH = 150  # characters before a bracket in which the name is looked for
_POSSESSIVE = re.compile(r"['’]s?$")


class Acronyms:
    """The pairs of acronym and name that documents hold."""

    def __init__(self, texts: Iterable[str], words: Container[str]) -> None:
        """Finds the pairs in ``texts``; ``words`` are those of the texts, as they are written."""
        pairs = _pairs(texts)
        self._other: dict[tuple[str, ...], str] = {}
        for short, name in pairs.items():
            self._other[_short_key(short)] = name
            self._other.setdefault(_key(name), short)
        self._longest = max(map(len, self._other), default=0)
        # "AID" is not "aid": what is a word of every day is an acronym only where it is written as one.
        self._words = {_short_key(short) for short in pairs if short.lower() in words}

    def forms(self, question: str) -> list[str]:
        """The question as it is, then with the other forms of the acronyms and names in it."""
        forms = [question]
        for start, end, other in reversed(list(self._in(question))[:NAMES]):  # from the back: what is before stays put
            shown = other.upper() if question.isupper() else other
            forms += [f"{form[:start]}{shown}{form[end:]}" for form in forms]
        return forms

    def _in(self, question: str) -> Iterator[tuple[int, int, str]]:
        """Where an acronym or a name of the pairs stands, the longest first of those that overlap; its other form."""
        tokens = tokenize(question)
        key = _key(question)
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                here = key[at : at + length]
                start, last = tokens[at].start, tokens[at + length - 1]
                words = question[start : last.end]
                if here in self._other and (here not in self._words or words.rstrip("s").isupper()):
                    yield start, start + len(_POSSESSIVE.sub("", words)), self._other[here]
                    at += length - 1
                    break
            at += 1


def _key(words: str) -> tuple[str, ...]:
    """What a name is known by: its terms, and its stop words too."""
    return tuple(token.term or fold(words[token.start : token.end]) for token in tokenize(words))


def _short_key(short: str) -> tuple[str, ...]:
    """The same of an acronym, which alone would be taken for a shout."""
    return tuple(terms(f"the {short}"))


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    """Acronym, without full stops, → name: defined ones first, then those by initials that the documents bear out."""
    defined: defaultdict[str, Counter[str]] = defaultdict(Counter)
    initials: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written: set[str] = set()
    for text in texts:
        for short, name in _definitions(text):
            defined[short][name] += 1
        here = set(_plain(text))
        written |= here
        for short, name in _initials(text):
            initials[short][name] += SURE if short in here else 1
    sure = {
        short: name
        for short, name in _unambiguous({short: initials[short] for short in sorted(written & initials.keys())}).items()
        if initials[short][name] >= SURE
    }
    return sure | _unambiguous(defined)


def _unambiguous(names: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Acronym → its name, where that is what nearly all mentions mean."""
    pairs = {}
    for short, counted in names.items():
        name, _ = counted.most_common(1)[0]
        if sum(times for other, times in counted.items() if _key(other) == _key(name)) >= PLAIN * counted.total():
            pairs[short] = name
    return pairs


def _plain(text: str) -> Iterator[str]:
    """The acronyms of ``text`` with full stops, or with "the" before them: both show that they stand for a name."""
    for match in _ACRONYM.finditer(text):
        yield match[1].replace(".", "")
    for match in _DOTTED.finditer(text):
        yield match[0].replace(".", "")


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Acronyms that the text defines in brackets, or whose names it gives there."""
    for match in _BRACKETS.finditer(text):
        before, inside = text[max(match.start() - _REACH, 0) : match.start()], " ".join(match[1].split())
        if acronym := _INSIDE.match(inside):
            short = acronym[1].replace(".", "")
            words = before.rsplit("\n\n", 1)[-1].split()[-min(len(short) + 5, 2 * len(short)) :]
            if name := _long_form(short, " ".join(words)):
                yield short, name
        elif acronym := _BEFORE.search(before[-_SHORTS:]):
            short = acronym[1].replace(".", "")
            if _long_form(short, inside) == inside:
                yield short, inside


def _long_form(short: str, before: str) -> str | None:
    """The end of ``before`` that has the letters of ``short`` in order, the first one at the beginning of a word.

    From Schwartz & Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (2003).
    """
    at = len(before) - 1
    for number, letter in reversed(list(enumerate(short.lower()))):
        if not letter.isalnum():
            continue
        while at >= 0 and (before[at].lower() != letter or (number == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    name = before[before.rfind(" ", 0, at + 1) + 1 :] if at >= 0 else before
    words = tokenize(name)
    # No word of it may be left over, or the letters were found in any words that happened to stand there.
    fits = 2 <= sum(bool(word.term) for word in words) <= len(short) and words[0].term
    return name if fits and short not in name.split() else None


def _initials(text: str) -> Iterator[tuple[str, str]]:
    """Names that "the" goes before, and the beginnings of longer ones, each with its initials."""
    for match in _NAME.finditer(text):
        words = match[1].split()
        for number in range(2, min(len(words), _WORDS) + 1):
            yield "".join(word[0] for word in words[:number]), " ".join(words[:number])
