"""Acronyms and the names they stand for, as the documents have them: "UN" and "United Nations".

Two marks tell that an acronym and a name are one. A definition: "North Atlantic Treaty Organization (NATO)" or "NATO
(North Atlantic Treaty Organization)", read by the algorithm of Schwartz & Hearst (2003). Or initials: "the United
Nations" where "the UN" stands too. A question with one form is asked in the other as well; nothing is known that the
documents do not show.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from retrieval.folding import fold
from retrieval.remembering import remembered
from retrieval.tallies import Tallies
from retrieval.terms import tokenize

NAMES = 2  # of one question that are asked in both forms: four questions at most
PLAIN = 0.9  # of all mentions of names with some initials: the share that makes one name what they stand for

LONGEST = 12  # words of a name

SURE = 2  # mentions of a name that bear out its initials; one is enough in a document that has the acronym too

_SHORT = r"(?:[A-Z]\.){2,}|[A-Z](?:[A-Z\d]|&(?=[A-Z])){1,9}"
_THE = re.compile(r"he(?<=\b[Tt]he)\s(?=[A-Z])")  # letters first: they are found faster than a boundary
_ACRONYM = re.compile(rf"(?:{_SHORT})(?!\w)")
_DOTTED, _DOTS = re.compile(r"[A-Z]\.(?:[A-Z]\.)+"), re.compile(r"\.[A-Z]\.")  # the latter is soon ruled out
_WORDS = 6  # of a name known by its initials
_PARTS = 2  # of an acronym: "R&D"
_NAME = re.compile(r"[A-Z]\w+(?:\s[A-Z]\w+)+")
_BRACKETS = re.compile(r"\(([^()]{2,100})\)")
_INSIDE = re.compile(rf"({_SHORT})s?$")
_BEFORE = re.compile(rf"\b({_SHORT})s?\s$")
_SHORTS = 16  # characters before a bracket in which an acronym is looked for
_REACH = 150  # characters before a bracket in which the name is looked for
_POSSESSIVE = re.compile(r"['’]s?$")


class Acronyms:
    """The pairs of acronym and name that documents hold."""

    def __init__(self, counted: Tallies) -> None:
        """By what is ``counted`` over the documents."""
        self._counted = counted
        self._name = remembered(self._named, 4_096)

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
        key = known_by(question)
        initials = "".join(question[token.start] for token in tokens).upper()
        at = 0
        while at < len(tokens):
            for length in range(min(LONGEST, len(tokens) - at), 0, -1):
                first, last = tokens[at], tokens[at + length - 1]
                if not first.term or not last.term:  # no name begins or ends with a stop word
                    continue
                words = question[first.start : last.end]
                other = self._of_name(key[at : at + length], initials[at : at + length]) if length > 1 else None
                other = other or (self._of_short(words, key[at : at + length]) if length <= _PARTS else None)
                if other is not None:
                    yield first.start, first.start + len(_POSSESSIVE.sub("", words)), other
                    at += length - 1
                    break
            at += 1

    def _of_short(self, words: str, key: tuple[str, ...]) -> str | None:
        """The name that an acronym stands for, if some words, known by ``key``, are one.

        "AID" is not "aid": what is a word of every day is an acronym only where it is written as one.
        """
        bare = _POSSESSIVE.sub("", words).replace(".", "")
        for short in dict.fromkeys((bare.upper(), bare.removesuffix("s").upper())):
            # After "the", for an acronym alone would be taken for a shout.
            named, _ = self._name(short) if any(self._counted.shorts(short)) else (None, ())
            if named and key == known_by(f"the {short}")[1:]:
                common = self._counted.written(short.lower())[0] > 0
                return named if not common or words.rstrip("s").isupper() else None
        return None

    def _of_name(self, key: tuple[str, ...], initials: str) -> str | None:
        """The acronym of a name, given as its terms and by its initials."""
        found = [initials] if len(initials) <= _WORDS and any(self._counted.shorts(initials)) else []
        found += self._counted.acronyms(" ".join(key))
        return next((short for short in found if self._name(short)[1] == key), None)

    def _named(self, short: str) -> tuple[str | None, tuple[str, ...]]:
        """The name that an acronym stands for, and what it is known by."""
        name = self._meant(short)
        return name, known_by(name or "")

    def _meant(self, short: str) -> str | None:
        """The name that an acronym stands for: as it is defined, or else as initials that the documents bear out."""
        pairs = self._counted.pairs(short)
        defined = _unambiguous({name: times for name, times, _ in pairs if times > 0})
        if defined or not self._counted.shorts(short)[0] > 0:
            return defined
        borne = {name: times for name, _, times in pairs if times > 0}
        name = _unambiguous(borne)
        return name if name and borne[name] >= SURE else None


def known_by(words: str) -> tuple[str, ...]:
    """What a name is known by: its terms, and its stop words too."""
    return tuple(token.term or fold(words[token.start : token.end]) for token in tokenize(words))


class Seen(NamedTuple):
    """What texts show of acronyms, each a count that adds up over texts.

    ``defined``: how often an acronym and a name are said to be one; ``initials``: how far names bear out their
    initials; ``shorts``: in how many of the texts an acronym stands as such.
    """

    defined: Counter[tuple[str, str]]
    initials: Counter[tuple[str, str]]
    shorts: Counter[str]


def seen(texts: Iterable[str]) -> Seen:
    """What ``texts`` show of acronyms."""
    found = Seen(Counter(), Counter(), Counter())
    for text in texts:
        found.defined.update(_definitions(text))
        the = [match.end() for match in _THE.finditer(text)]
        here = set(_plain(text, the))
        found.shorts.update(here)
        for short, name in _initials(text, the):
            found.initials[short, name] += SURE if short in here else 1
    return found


def _unambiguous(names: Mapping[str, int]) -> str | None:
    """Of some names, with how often each is meant, the one that nearly all mentions mean."""
    if not names:
        return None
    name = min(names, key=lambda name: (-names[name], name))
    same = sum(times for other, times in names.items() if known_by(other) == known_by(name))
    return name if same >= PLAIN * sum(names.values()) else None


def _plain(text: str, the: Sequence[int]) -> Iterator[str]:
    """The acronyms of ``text`` with full stops, or with "the" before them: both show that they stand for a name."""
    for start in the:
        if match := _ACRONYM.match(text, start):
            yield match[0].replace(".", "")
    if _DOTS.search(text):
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


def _initials(text: str, the: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Names that "the" goes before, and the beginnings of longer ones, each with its initials."""
    end = 0
    for start in the:
        match = _NAME.match(text, start)
        if match and start > end:  # or it is in the name before: "The Bell"
            end = match.end()
            words = match[0].split()
            for number in range(2, min(len(words), _WORDS) + 1):
                yield "".join(word[0] for word in words[:number]), " ".join(words[:number])
