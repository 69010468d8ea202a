"""What a question wants: the kind of answer, the terms that must be met, and where the answer stands among them."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from corpus import ENGLISH
from retrieval.entities import is_office
from retrieval.folding import fold
from retrieval.languages import Capitals, asked_in_english
from retrieval.languages import language as known_of
from retrieval.lexicon import says_little, speaks
from retrieval.terms import Token, is_unspaced, terms, tokenize


class Want(StrEnum):
    """Answer types (after Li & Roth, 2002, coarsened to what shallow text can show)."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    COUNT = "count"
    AMOUNT = "amount"
    CAUSE = "cause"
    CONDITION = "condition"
    MANNER = "manner"
    YES_NO = "yes or no"
    SAYING = "saying"
    THING = "thing"


_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)\b"
_SAY = (
    r"(?:say|said|state|comment|warn|tell|told|respond|react|announce|claim|describe|argue|reply|answer|explain|promise|"
    r"stress|emphasi[sz]e|remark|mention)\b"
)
_MEASURED = r"(?:much|old|tall|long|far|big|large|often|heavy|high|deep|wide|fast|late|early)\b"
_WH = r"\b(?:who|whom|whose|what|which|when|where|why|how)\b"
_KEY_WORDS = rf"^(?!.*{_WH})(?:[\w'-]+ ){{0,4}}"
# What a question wants: how it opens or what it holds, and the kind of answer; the first row that matches decides.
_WANTS = (
    (r"\b(?:under|on|in) (?:what|which) (?:condition|circumstance|case|term)s?\b", Want.CONDITION),
    (r"\b(?:what|which) (?:year|date|day|month|century|decade|weekday|time)\b", Want.DATE),
    (r"^(?:\w+ ){0,2}when\b|\bwhen$", Want.DATE),
    (r"\bhow many\b|\b(?:what|which|maximum|minimum|total|the) (?:number of|percentage|proportion)\b", Want.COUNT),
    (rf"\bhow {_MEASURED}", Want.AMOUNT),
    (
        r"\b(?:what|which)(?: is| was|'s)?(?: the)? (?:amount|price|age|cost|fee|length|height|size|distance)\b",
        Want.AMOUNT,
    ),
    (r"^(?:\w+ ){0,2}where\b|\bwhere$", Want.PLACE),
    (r"\b(?:what|which) (?:countr|cit|town|place|state|region|continent|street)", Want.PLACE),
    (r"^(?:\w+ )?(?:who|whom|whose|who's)\b|\bby whom?\b|\bname of\b", Want.PERSON),
    (r"\bwhich (?:person|man|woman|people)\b", Want.PERSON),
    (
        r"\bwhy\b|\bwhat (?:caused|led)\b|\bhow come\b|\b(?:for what|what(?: is|'s| was| are| were) the) reasons?\b",
        Want.CAUSE,
    ),
    (rf"^(?:what|how) (?:did|does|do|has|have|had) (?:\S+ ){{1,5}}?{_SAY}", Want.SAYING),
    (rf"^how (?:to\b|{_AUXILIARY})|\bin what way\b", Want.MANNER),
    (rf"^(?:so |and |but )?{_AUXILIARY}", Want.YES_NO),
    (rf"{_KEY_WORDS}(?:price|cost|fee|age|length|height|distance|salary)s?$", Want.AMOUNT),
    (rf"{_KEY_WORDS}(?:dates?|deadlines?|hours)$", Want.DATE),
    (rf"{_KEY_WORDS}(?:place|location|venue|address)(?:es|s)?$", Want.PLACE),
)
_COPULAR = r"^(?:who|what|which)(?:'s| is| are| was| were) (?!.*\b\w+ing\b)"
_SUBJECT = rf"^(?:(?:who|what|which [\w'-]+) (?!{_AUXILIARY})|who (?!is|are|was|were|do|does|did){_AUXILIARY})(.+)"
_SPEAKER = rf"^(?:what|how) \w+ ((?:\S+ ){{1,5}}?){_SAY}"
_TOPIC = r"^(?:about|regarding|concerning|on|of|when|to|in|during|after)\b"
_COUNTED = rf"\b(?:how many|number of) ((?:[\w'-]+ ){{0,2}}?[\w'-]+)(?=$| (?:in|of|to|on|at|{_AUXILIARY})\b)"
_FOCUS = (
    rf"\b(?:what|which) (?:(?:kind|type|sort|form)s? of )?(?!{_AUXILIARY})((?:[\w'-]+ ){{0,2}}?[\w'-]+?)(?:'s?)? "
    rf"(?:{_AUXILIARY}|to\b)"
)


# What is said around a question: "Hello there, can you tell me when …? Thanks!"
_OPENING = re.compile(
    r"""\s*(?:(?:hello|hi|hey|ok|okay|oh|please|pls|plz|sorry|excuse\s+me)(?:\s+(?:there|bot|all|everyone))?\b[\W_]+)*
    (?:(?:
        (?:can|could|would|will)\s+(?:you|anyone|anybody|someone|somebody)(?:\s+please)?\s+(?:tell|show|explain\s+to)\s+(?:me|us)
        |(?:do\s+you|does\s+any(?:one|body))\s+know
        |(?:i|we)(?:\s+want|\s+need|\s+would\s+like|['’]d\s+like)\s+to\s+know
        |i(?:\s+was|\s+am|['’]m)\s+wondering|tell\s+(?:me|us)|any\s+idea
    )[\s,:]+(?=(?:who|what|when|where|why|how|which)\b))?""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"[\s,.!?](?:please|pls|plz|thanks|thank\s+you|thx)(?:\s+(?:a\s+lot|so\s+much|very\s+much|in\s+advance))?\W*$",
    re.IGNORECASE,
)
# "List the bridges": what it asks to do is no word to look for.
_LIST = re.compile(
    r"\W*(?:please )?(?:(?:can|could|would) you )?(?:please )?"
    r"(?:(?:list|name|enumerate)(?! of\b)|(?:give|tell|show)(?: me| us)?(?= (?:all|every|each|a list|the list)\b))\s+"
    r"(?:(?:me|us|all|every|each|some|the|a|list of)\s+)*",
    re.IGNORECASE,
)
_MANY = rf"(?!{_AUXILIARY})(?:\w+(?<![su'i])s|people|men|women|children)"
_PLURAL = rf"(?:(?:(?!{_AUXILIARY})[\w'-]+ ){{0,2}}?{_MANY})"
_SEVERAL = (
    rf"\b(?:what|which) {_PLURAL} {_AUXILIARY}|\bwhich {_MANY} \w|"
    rf"\b(?:what|who|which) (?:are|were) (?:all )?(?:the|all) {_PLURAL}\b"
)


_BETWEEN = 2  # words, stop words all, that may stand between neighbours


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the ranker and the span finder read it.

    ``terms`` are the distinct terms to be met, in order, ``words`` the same each with the word it stands for; ``names``
    those written as names, and numbers; ``pairs`` the neighbours that should also stand together in an answer;
    ``focus`` the terms of the noun that says what is wanted ("which **resolutions**", "how many **missiles**");
    ``speaker`` those of whoever is to say something. ``copular``: "who is the …", whose words must stand together.
    ``before`` is the term that the answer stands before, where it is what acts ("who **signed** …", "what did he say
    would be **big**"); ``open``: the question ends where the answer begins, or only says about what it is to be ("what
    did he say about …"). ``several``: it asks for a list, of which more than one quote may hold a part ("which
    **countries** …", "list …"). ``runs`` are the terms of each run of characters whose words are not set apart, as in
    Chinese, but for one alone.
    ``language`` is the one it was read in, and ``asking`` what it asks, in English words: the question itself or, of
    one in another language, those that stand for the words that ask in it, if any do.
    """

    text: str
    tokens: tuple[Token, ...]
    terms: tuple[str, ...]
    words: dict[str, str]
    names: frozenset[str]
    pairs: tuple[tuple[str, str], ...]
    want: Want
    focus: tuple[str, ...]
    speaker: tuple[str, ...]
    copular: bool
    before: str | None
    open: bool
    several: bool
    runs: tuple[tuple[str, ...], ...]
    language: str
    asking: str

    @property
    def asks(self) -> bool:
        """Whether it asks for some words, rather than for yes or no, or in key words for whatever there is."""
        return self.want is not Want.YES_NO and (
            self.want is not Want.THING or self.several or _search(_WH, self.asking) is not None
        )

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word in order, as its term, or folded where it is a stop word."""
        return tuple(token.term or fold(self.text[token.start : token.end]) for token in self.tokens)

    def weight(self, term: str) -> float:
        """How much it matters that ``term`` is met, beside its idf."""
        little = self.language == ENGLISH and says_little(term) and term not in self.names
        return 0.35 if little else 1.0


def parse(text: str, known_names: Container[str] = frozenset(), language: str = ENGLISH) -> Question:
    """Reads a question of any form as one in ``language``: whole, in lower case, or a few key words.

    ``known_names`` are terms that the documents write as names, for a question that leaves out its capitals. Of another
    language than English only its words are read, and which kind of answer it wants.
    """
    english = language == ENGLISH
    text = _asked(text) if english else text
    asking, follows = (text, "") if english else asked_in_english(text, language)
    plain = re.sub(r"[’‘]", "'", re.sub(r"\s+", " ", asking)).strip("?!. ")
    tokens = tokenize(text, language)
    listed = _LIST.match(text) if english else None
    content = [token for token in tokens if token.term and not (listed and token.start < listed.end())]
    want = next((want for pattern, want in _WANTS if _search(pattern, plain)), Want.THING)
    if listed:
        focus = re.compile(rf"({_PLURAL})\b", re.IGNORECASE).match(text, listed.end())
    else:
        focus = _search(_COUNTED if want is Want.COUNT else _FOCUS, plain)
    speaker = _search(_SPEAKER, plain) if want is Want.SAYING else None
    rest = plain[speaker.end() :].strip() if speaker else ""
    weighty = [token for token in content if not (english and says_little(token.term))]
    close = ((a, b) for a, b in pairwise(weighty) if len(tokenize(text[a.end : b.start], language)) <= _BETWEEN)
    words = {token.term: text[token.start : token.end] for token in content}
    names = frozenset(t.term for t in content if text[t.start].isdigit() or t.term in known_names)
    names |= _capitals(text, tokens, language)
    who_is = english and want in {Want.PERSON, Want.THING} and _holder(words, names)
    return Question(
        text=text,
        tokens=tokens,
        terms=tuple(words),
        words=words,
        names=names,
        pairs=tuple(dict.fromkeys((a.term, b.term) for a, b in close if a.term != b.term)),
        want=Want.PERSON if who_is else want,
        focus=tuple(terms(focus[1])) if focus else _counted(want, follows, language),
        speaker=tuple(terms(speaker[1])) if speaker else (),
        copular=who_is or _search(_COPULAR, plain) is not None,
        before=_before(plain, rest),
        open=not rest or _search(_TOPIC, rest) is not None,
        several=bool(listed and content) or _search(_SEVERAL, plain) is not None,
        runs=() if english else _unspaced(content, text),
        language=language,
        asking=asking,
    )


def _counted(want: Want, rest: str, language: str) -> tuple[str, ...]:
    """The term of what is to be counted, which follows the words that ask for the number: "wie viele **Stufen**".

    Not where the plural is another word (Arabic), nor where it may stand elsewhere (Japanese).
    """
    follows = want is Want.COUNT and known_of(language).capitals is not Capitals.NONE
    return tuple(terms(rest, language)[:1]) if follows else ()


def _unspaced(content: Sequence[Token], text: str) -> tuple[tuple[str, ...], ...]:
    """The terms of each run of characters whose words are not set apart, but for a character alone."""
    runs: list[list[Token]] = []
    for token in content:
        if is_unspaced(text[token.start]):
            if runs and runs[-1][-1].end == token.start:
                runs[-1].append(token)
            else:
                runs.append([token])
    return tuple(tuple(token.term for token in run) for run in runs if run[-1].end - run[0].start > 1)


def _asked(text: str) -> str:
    """The question in ``text``, without the greeting and the courtesy around it; all of it where there is no more."""
    asked = _CLOSING.sub("", _OPENING.sub("", text, 1))
    return asked if asked.strip() else text


def _holder(words: dict[str, str], names: frozenset[str]) -> bool:
    """Whether the words are an office and names, no more: "president of Russia" asks who that is."""
    offices = {term for term, word in words.items() if is_office(word) and not speaks(word.lower())}
    return bool(offices - names) and offices | names >= words.keys()


def _before(plain: str, rest: str) -> str | None:
    """The first term after the gap that the answer fills as a subject, or None where it fills another."""
    if not _search(rf"^{_AUXILIARY}", rest):
        subject = None if _search(_FOCUS, plain) else _search(_SUBJECT, plain)
        rest = subject[1] if subject else ""
    return next(iter(terms(rest)), None)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return _compiled(pattern).search(text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, kept here: to look it up among all that ``re`` keeps takes longer than to search."""
    return re.compile(pattern, re.IGNORECASE)


def _capitals(text: str, tokens: tuple[Token, ...], language: str) -> frozenset[str]:
    """The terms written with a capital, but for the first word of a longer question, and where all of it shouts.

    In a language that writes every noun so, only those that stand together.
    """
    if text.isupper():
        return frozenset()
    later = tokens[1:] if len(tokens) > 2 else tokens
    capital = [token for token in later if token.term and text[token.start].isupper()]
    if known_of(language).capitals is not Capitals.NAMES:
        beside = [(a, b) for a, b in pairwise(capital) if text[a.end : b.start] == " "]
        capital = [token for pair in beside for token in pair] if known_of(language).capitals is Capitals.NOUNS else []
    return frozenset(token.term for token in capital)
