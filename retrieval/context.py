"""What a passage needs around it: who "he" is, and who "the Russian president" is.

A passage whose narration opens with a pronoun cannot stand alone. ``antecedents`` finds how far back a reader must
begin to understand it; ``roles`` collects who holds which office, so that a passage naming only the office is found by
the name. Both are shallow on purpose (Hobbs, 1978, gets 88 % of pronouns by walking back through subjects): they choose
what is shown and searched, they never rewrite a word.
"""

import re
from collections.abc import Iterator, Sequence

from corpus import ENGLISH, Kind, Passage
from retrieval.terms import terms

MAX_LEAD = 3  # sentences shown before one that cannot stand alone
MAX_QUOTE = 700  # characters of a quote with its lead

_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?|«[^»]*»?|„[^“”]*[“”]?")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PRONOUNS = frozenset(
    ["he", "she", "they", "it", "him", "her", "them", "his", "their", "its", "this", "these", "those"]
)
_OPENING = 4  # words of narration among which a pronoun makes the sentence lean on the one before
_SOON = 6  # words after a pronoun among which its name may still come
_OPENERS = "“\"«„'‘"

_OFFICE = re.compile(
    r"""(?i:\b(president|premier|chancellor|minister|secretary|spokes(?:man|woman|person)|ambassador|leader|advis[oe]r
        |chair(?:man|woman)?|chief|director|manager|officer|general|captain|king|queen|prince|princess|emperor|pope
        |bishop|mayor|governor|senator|judge|coach|professor|editor|founder|author|commissioner|treasurer|owner)\b)
    (?:\ ((?:[A-Z][\w'’-]+\ ?){1,4}))?                        # who holds it, if the name follows""",
    re.VERBOSE,
)
_QUALIFIERS = 4  # words before an office that may qualify it: "the Russian"
_LOOK_BACK = 60  # characters in which they are looked for


def antecedents(passages: Sequence[Passage]) -> list[int]:
    """For each passage of one document, the number of the one a quote of it must begin with: its own or an earlier one.

    A lead never crosses a heading, has at most MAX_LEAD sentences, and leaves the quote within MAX_QUOTE characters;
    where no lead within those bounds says who is meant, the passage stands alone.
    """
    names = {word for passage in passages for word in _WORD.findall(passage.text)[1:] if word[0].isupper()}
    leaning = [number > 0 and _leans(passages[number - 1], passages[number], names) for number in range(len(passages))]
    firsts = []
    for number, passage in enumerate(passages):
        first = number
        while leaning[first] and number - first <= MAX_LEAD:
            first -= 1
        short = number - first <= MAX_LEAD and passage.end - passages[first].start <= MAX_QUOTE
        firsts.append(first if short else number)
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
    for match in _OFFICE.finditer(text):
        before = text[max(match.start() - _LOOK_BACK, 0) : match.start()].split(" ")[-_QUALIFIERS - 1 :]
        yield " ".join(before).strip(), match[1].lower(), (match[2] or "").strip()


def _leans(before: Passage, passage: Passage, names: set[str]) -> bool:
    """Whether the passage leans on the one before it: by a pronoun, or as the rest of a quotation begun there."""
    if passage.document.language != ENGLISH:  # whose pronouns are not known
        return False
    if before.heading != passage.heading or not before.kind is passage.kind is Kind.SENTENCE:
        return False
    if passage.text[0] in _OPENERS and before.paragraph == passage.paragraph:
        return True
    words = _WORD.findall(_QUOTED.sub(" ", passage.text))
    for position, word in enumerate(words[:_OPENING]):
        if word.lower() in _PRONOUNS:
            # "During his visit, Putin said": the name may follow its pronoun, unless the pronoun comes first of all.
            return position == 0 or names.isdisjoint(words[position + 1 : position + 1 + _SOON])
        if word in names:
            return False
    return False
