"""What a passage needs around it: who "he" is, and who "the Russian president" is.

A passage whose narration opens with a pronoun cannot stand alone. ``antecedents`` finds how far back a reader must
begin to understand it; ``roles`` collects who holds which office, so that a passage naming only the office is found by
the name. Both are shallow on purpose (Hobbs, 1978, gets 88 % of pronouns by walking back through subjects): they choose
what is shown and searched, they never rewrite a word.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain

from corpus import ENGLISH, Kind, Passage
from retrieval.terms import terms

MAX_LEAD = 3  # sentences shown before one that cannot stand alone
MAX_QUOTE = 700  # characters of a quote with its lead

QUOTES = '“"«„'
"""What begins a quotation; an apostrophe may do so, too."""

_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?|«[^»]*»?|„[^“”]*[“”]?")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Such a word with a capital, in a text of ASCII characters.
_CAPITAL = re.compile(r"[A-Z](?<![A-Za-z]{2})(?<![A-Za-z][-'][A-Z])[A-Za-z]*(?:[-'][A-Za-z]+)*")
PRONOUNS = frozenset(["he", "she", "they", "it", "him", "her", "them", "his", "their", "its", "this", "these", "those"])
EARLY = 4  # words of narration among which a pronoun makes the sentence lean on the one before
_SOON = 6  # words after a pronoun among which its name may still come
OPENERS = f"{QUOTES}'‘"

OFFICES = frozenset(
    """
    president premier chancellor minister secretary spokesman spokeswoman spokesperson ambassador leader adviser advisor
    chair chairman chairwoman chief director manager officer general captain king queen prince princess emperor pope
    bishop mayor governor senator judge coach professor editor founder author commissioner treasurer owner
    """.split()  # noqa: SIM905 (a column of words reads better than a list of literals)
)
_HOLDER = re.compile(r" ((?:[A-Z][\w'’-]+ ?){1,4})")  # of an office before it
_RUN = re.compile(r"\w+")
_QUALIFIERS = 4  # words before an office that may qualify it: "the Russian"
_LOOK_BACK = 60  # characters in which they are looked for


def antecedents(passages: Sequence[Passage], likely: Collection[int] | None = None) -> list[int]:
    """For each passage of one document, the number of the one a quote of it must begin with: its own or an earlier one.

    A lead never crosses a heading, has at most MAX_LEAD sentences, and leaves the quote within MAX_QUOTE characters;
    where no lead within those bounds says who is meant, the passage stands alone. ``likely`` are the numbers of those
    that a pronoun or a quotation may open, if that is known.
    """
    names = _Names(passages)
    leaning = {
        number
        for number in (range(len(passages)) if likely is None else likely)
        if number > 0 and _leans(passages[number - 1], passages[number], names)
    }
    firsts = list(range(len(passages)))
    for number in leaning:
        first = number
        while first in leaning and number - first <= MAX_LEAD:
            first -= 1
        if number - first <= MAX_LEAD and passages[number].end - passages[first].start <= MAX_QUOTE:
            firsts[number] = first
    return firsts


def roles(passages: Sequence[Passage]) -> dict[str, set[str]]:
    """Who holds which office, each name with what qualifies it: ``{"president": {"Russian Vladimir Putin"}}``."""
    holders: dict[str, set[str]] = {}
    for passage in (passage for passage in passages if passage.document.language == ENGLISH):
        for qualifier, office, name in _offices(passage.text):
            if name:
                holders.setdefault(office, set()).add(f"{qualifier} {name}".strip())
    return holders


def named_by_role(text: str, holders: dict[str, set[str]]) -> str:
    """The names that offices in ``text`` stand for ("the Russian president"), where only one person can be meant."""
    names = []
    for qualifier, office, name in _offices(text):
        if not name:
            wanted = set(terms(qualifier))
            fitting = [h for h in sorted(holders.get(office, ())) if not wanted or wanted & set(terms(h))]
            names.extend(fitting if len(fitting) == 1 else [])
    return " ".join(names)


def _offices(text: str) -> Iterator[tuple[str, str, str]]:
    """Each office mentioned: what qualifies it, the office in lower case, and the name that follows, if one does."""
    end = 0
    for match in _RUN.finditer(text):
        if match[0].casefold() in OFFICES and match.start() >= end:
            holder = _HOLDER.match(text, match.end())
            end = holder.end() if holder else match.end()  # a name may have an office in it
            before = text[max(match.start() - _LOOK_BACK, 0) : match.start()].split(" ")[-_QUALIFIERS - 1 :]
            yield " ".join(before).strip(), match[0].lower(), holder[1].strip() if holder else ""


class _Names:
    """The words that stand with a capital inside a passage of one document."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages

    def __contains__(self, word: str) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> set[str]:
        return set(chain.from_iterable(_inside(passage.text) for passage in self._passages))


def _inside(text: str) -> list[str]:
    """The words of a passage but for the first that have a capital."""
    if text.isascii():
        first = _WORD.search(text)
        return _CAPITAL.findall(text, first.end()) if first else []
    return [word for word in _WORD.findall(text)[1:] if word[0].isupper()]


def _leans(before: Passage, passage: Passage, names: _Names) -> bool:
    """Whether the passage leans on the one before it: by a pronoun, or as the rest of a quotation begun there."""
    if passage.document.language != ENGLISH:  # whose pronouns are not known
        return False
    if before.heading != passage.heading or not before.kind is passage.kind is Kind.SENTENCE:
        return False
    if passage.text[0] in OPENERS and before.paragraph == passage.paragraph:
        return True
    words = _WORD.findall(_QUOTED.sub(" ", passage.text))
    place = next((place for place, word in enumerate(words[:EARLY]) if word.lower() in PRONOUNS), None)
    if not place:  # none, or the first word of all
        return place == 0
    # "During his visit, Putin said": a name may stand before its pronoun, or soon after. Inside a sentence a capital is
    # a name's; the first word has one whatever it is.
    others = words[1:place] + words[place + 1 : place + 1 + _SOON]
    return not any(word[0].isupper() for word in others) and not (words[0][0].isupper() and words[0] in names)
