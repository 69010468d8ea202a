"""A question that leans on the one before it → one that stands by itself.

``leans`` says whether a question lacks something: it adds to another ("what about Hanoi?", "and in 2023?"), it only
says which kind of answer is wanted ("when?", "why did he?", "how many of them?"), or it holds a pronoun and nothing
before it that the pronoun may stand for ("who signed it?"). ``resolve`` takes what is lacking from the last question:
what that spoke of first, as a discourse is most often about its subject (Grosz, Joshi and Weinstein, 1995), or else the
words that answered it. All of it is shallow on purpose, and where it cannot tell it asks for more rather than for
something else: too much asked finds no answer, something else asked finds a wrong one.
"""

import re
from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from itertools import groupby

from retrieval import entities
from retrieval.terms import Token, terms, tokenize

LONGEST = 300
"""Characters of the last question that are leaned on, so that a chain of questions cannot grow for ever; a question
longer than that says enough by itself."""

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_BE = r"(?:is|are|was|were)"
_DO = r"(?:do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?"
_PREPOSITION = (
    r"(?:in|on|at|to|from|for|with|by|of|about|near|after|before|during|since|until|under|against|into|between)"
)
_DETERMINER = r"(?:the|an?|his|her|its|their|our|your|my)"
_TELL = r"(?:tell|list|name|explain|describe|show)"
_MEASURED = r"(?:many|much|old|tall|long|far|big|large|often|heavy|high|deep|wide|fast|late|early)"
_PERSONAL = r"(?:he|she|him|her|his|hers)"
_THIRD = rf"(?:{_PERSONAL}|it|they|them|those|these|that|this)"

_PARTICIPLE = (
    r"(?:\w+(?:ed|en|wn|ught)|made|built|held|kept|sold|sent|born|found|left|paid|lost|told|called|won|gone|come)"
)

_CONJUNCTIONS = re.compile(r"^\W*(?:(?:and|but|or|so|then|ok|okay)\b\W*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*(?:(?:and|but|so|then)\s+)?(?:what|how)\s+about\s+(?P<what>.+)", re.IGNORECASE | re.DOTALL)
_AND = re.compile(r"^\W*(?:and|but|or)\s+(?P<what>.+)", re.IGNORECASE | re.DOTALL)
_ADDED = re.compile(
    rf"(?:(?P<preposition>{_PREPOSITION})\s+)?(?:{_DETERMINER}\s+)?(?P<what>.+)", re.IGNORECASE | re.DOTALL
)
_MOST_ADDED = 5  # words; a longer addition says enough by itself
_ASKS = re.compile(rf"(?:(?:{_PREPOSITION}\s+)?{_WH}\b|(?:{_BE}|{_DO})\b|{_TELL}\b)", re.IGNORECASE)
_KIND_ONLY = re.compile(
    rf"(?P<asks>(?:{_PREPOSITION}\s+)?{_WH}(?:\s+{_MEASURED})?)(?:\s+(?:ones?|exactly|not)|\s+of\s+{_THIRD})*"
    rf"(?:\s+{_DO}\s+{_THIRD})?",
    re.IGNORECASE,
)
# The opening of a question: the gap that its answer fills, what it counts as, and the verb that may follow.
_OPENING = re.compile(
    rf"\s*(?:{_TELL}\b|{_PREPOSITION}\s+)?(?:(?P<wh>{_WH})\b(?:\s+{_MEASURED}\b)?\s*)?(?:(?P<be>{_BE})\b|(?P<do>{_DO})\b)?\s*",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    rf"\s*(?:{_BE}|{_DO})\b(?!\s+(?:\w+ly\s+|only\s+|not\s+)?(?:{_PARTICIPLE}|\w+ing)\b)", re.IGNORECASE
)
_JOINS = re.compile(r"\s+(?:of|and|or)\b", re.IGNORECASE)
_VERB_FOLLOWS = re.compile(r"\s+(?:get|do|have|be|been|become|let)\b", re.IGNORECASE)  # stop words, all of them
_DETERMINED = re.compile(rf"\b{_DETERMINER}\s+$", re.IGNORECASE)
_WITHIN = re.compile(rf"(?:\b(?:{_PREPOSITION}|{_DETERMINER}|and|or)|['’]s)\s+$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$")
_SUBJECT = re.compile(r"\b(?:I|you|he|she|it|we|they)\s+$", re.IGNORECASE)
_BEFORE = re.compile(rf"\b({_PREPOSITION})\s+(?:{_DETERMINER}\s+)?$", re.IGNORECASE)
_PLACED = frozenset(("in", "at", "on", "to", "into", "near", "from"))
_VISITED = re.compile(r"\b(?:visit(?:ed|ing|s)?|reach(?:ed)?|enter(?:ed)?|left|leave)\s+$", re.IGNORECASE)
_PRONOUN = re.compile(
    rf"\b(?:{_PERSONAL}|its?|they|them|theirs?)\b|\b(?:this|that|these|those)(?=\W*$)"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere(?=\W*$)",
    re.IGNORECASE,
)
# "It" that stands for nothing: the weather, the time, and what the rest of the sentence says.
_EXPLETIVE = re.compile(
    rf"\b(?:rain|snow)\w*\b|\bhow\s+(?:cold|hot|warm|dark|wet)\s+{_BE}\s+it\b|\btime\s+(?:is|was)\s+it\b|\b{_BE}\s+it\s+(?:\w+\s+){{0,3}}(?:to|that|if|whether|for|who)\b"
    rf"|\bit\s+(?:would\s+)?(?:be|{_BE}|takes?|took|costs?|means?)\b.*\b(?:to|that|if)\b|\bit\b.*\bwhether\b"
    rf"|\b{_DO}\s+it\s+(?:be|take|cost|mean)\b.*\b(?:to|that|if)\b",
    re.IGNORECASE,
)
_OWN = re.compile(rf"who\s+(?!{_BE}\b)(?:\w+\s+)+(?:his|her|their)\s+\w", re.IGNORECASE)  # "who lost his hat"
_OWNERS = {"his": "he", "hers": "she", "its": "it", "their": "they", "theirs": "they"}
_PRONOUNS = 3  # of a question that are replaced
_MOST_MEANT = 8  # words of an answer that may stand for a pronoun


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words of a question that name something, ``text`` from ``start`` to ``end``.

    ``kind``, "name", "date", "number" or "thing", says what may take its place; ``preposition`` is the word of that
    kind that it follows, or empty, and ``whole`` where the two begin; ``place`` is whether those say that it is one.
    ``asked`` marks what an answer would name: "which **bridges** did she build".
    """

    text: str
    start: int
    end: int
    kind: str
    preposition: str
    whole: int
    place: bool
    asked: bool


def leans(question: str, names: Container[str]) -> bool:
    """Whether a question lacks something that only an earlier one can give; ``names`` are terms written as names."""
    if len(question) > LONGEST:
        return False
    if _addition(question):
        return True
    rest = _bare(question)
    if _KIND_ONLY.fullmatch(rest):
        return True
    if not _ASKS.match(rest):
        return False
    pronoun = _PRONOUN.search(rest)
    if pronoun is None:
        content = [token for token in tokenize(rest) if token.term]
        return bool(_CONJUNCTIONS.match(question)) and len(content) == 1 and not _named(content[0], rest, names)
    if _EXPLETIVE.search(rest) or (rest == question.strip(" ?!.…") and _OWN.match(rest)):
        return False
    return not any(phrase.end <= pronoun.start() and not phrase.asked for phrase in _phrases(rest, names))


def resolve(
    question: str, last: str, words: str | None, names: Container[str], is_place: Callable[[str], bool | None]
) -> str | None:
    """A question that leans, with what it lacks taken from the ``last`` one, or from the ``words`` that answered that.

    None where neither names a person that it speaks of. The last question must stand by itself, or be resolved; no more
    than LONGEST characters of it are used. ``is_place`` says whether a name is a place's, or None where that is not
    known.
    """
    last = _bare(last[:LONGEST])
    phrases = _phrases(last, names)
    if added := _addition(question):
        return _exchanged(last, phrases, added, names, is_place)
    rest = _bare(question)
    opening = _OPENING.match(last)
    event = last[opening.end("wh") :].strip() if opening and opening["wh"] else last
    if phrases and phrases[0].asked and re.match(rf"\s*{_DO}\b", last[phrases[0].end :], re.IGNORECASE):
        # "Which bridges did she build" is about building bridges.
        event = f"{last[phrases[0].end :].strip()} {phrases[0].text}"
    answer = words if words and len(tokenize(words)) <= _MOST_MEANT else ""
    actor = answer if _asks_who_acts(last, phrases) else ""
    if kind := _KIND_ONLY.fullmatch(rest):
        return " ".join(filter(None, (kind["asks"], actor, event)))
    if not _PRONOUN.search(rest):
        return " ".join((rest, *(phrase.text for phrase in phrases)))
    meant: dict[str, str] = {}  # by pronoun: no two of them mean the same, and one that is left over stays as it is

    def meaning(pronoun: re.Match[str]) -> str:
        word = pronoun[0].lower()
        owner = _OWNERS.get(word, word)
        if word == "her" and re.match(r" \w", rest[pronoun.end() :]):
            owner = "she"
        if owner not in meant:
            found = _meanings(owner, last, phrases, answer, actor, meant.values())
            meant[owner] = next((text for text in found if text and text not in meant.values()), "")
        possessive = "'s" if owner != word else ""
        return f"{meant[owner]}{possessive}" if meant[owner] else pronoun[0]

    resolved = _PRONOUN.sub(meaning, rest, count=_PRONOUNS)
    if any(meant.values()):
        return resolved
    # "It" and "that" may be all that was asked about; a person is not.
    return None if re.fullmatch(_PERSONAL, next(iter(meant))) else _PRONOUN.sub(lambda _: event, rest, count=1)


def adds(question: str) -> frozenset[str]:
    """The terms of what a question that leans says by itself, beside the kind of answer it wants."""
    return frozenset(terms(_OPENING.sub("", _bare(question), count=1)))


def _bare(question: str) -> str:
    """A question without conjunctions before it and marks after it, its white space single."""
    return _CONJUNCTIONS.sub("", re.sub(r"\s+", " ", question)).strip(" ?!.…")


def _addition(question: str) -> re.Match[str] | None:
    """What a question adds, where it is nothing but an addition to another."""
    match = _ABOUT.match(question) or _AND.match(question)
    what = match["what"].strip(" ?!.…\n") if match else ""
    if not what or len(what.split()) > _MOST_ADDED or (match and match.re is _AND and _ASKS.match(what)):
        return None
    return _ADDED.fullmatch(what) if any(token.term for token in tokenize(what)) else None


def _exchanged(
    last: str,
    phrases: Sequence[_Phrase],
    added: re.Match[str],
    names: Container[str],
    is_place: Callable[[str], bool | None],
) -> str:
    """The last question with what is added in place of its one phrase of that kind, or after it if there is not one."""
    what, preposition = added["what"], (added["preposition"] or "").lower()
    named = any(token.term in names or what[token.start].isupper() for token in tokenize(what) if token.term)
    kind = _kind(what, named)
    like = [phrase for phrase in phrases if phrase.kind == kind and not phrase.asked]
    if not like and kind == "thing":
        like = [phrase for phrase in phrases if phrase.kind == kind]  # "how many books may I borrow": "and films?"
    if preposition:
        alike = _PLACED if preposition in _PLACED else {preposition}
        like = [phrase for phrase in like if phrase.preposition in alike]
    elif kind == "name" and len(like) > 1:
        place = is_place(what)
        like = [phrase for phrase in like if (phrase.place is place)]
    if len(like) != 1:
        return f"{last} {added[0]}"
    start, new = (like[0].whole, added[0]) if preposition else (like[0].start, what)
    return f"{last[:start]}{new}{last[like[0].end :]}"


def _asks_who_acts(last: str, phrases: Sequence[_Phrase]) -> bool:
    """Whether what answers a question is who did what it speaks of: not in "who did he meet", nor "who was Mary"."""
    if not re.match(r"who\b(?!\s+(?:do|does|did)\b)", last, re.IGNORECASE):
        return False
    named = phrases and phrases[0].kind == "name"
    return not (named and re.fullmatch(rf"who\s+{_BE}\s+", last[: phrases[0].start], re.IGNORECASE))


def _meanings(
    word: str, last: str, phrases: Sequence[_Phrase], answer: str, actor: str, taken: Collection[str]
) -> list[str]:
    """What a pronoun may stand for, in the last question or its ``answer``, likeliest first; some may be empty.

    ``actor`` is the answer where it says who acted, and ``taken`` is what others stand for.
    """
    given = [phrase for phrase in phrases if not phrase.asked]
    names = [phrase for phrase in given if phrase.kind == "name"]
    called = [phrase.text for phrase in names]
    if word in {"this", "that", "these", "those"}:
        return []
    if re.fullmatch(_PERSONAL, word):
        person = answer if answer != answer.lower() and _kind(answer, named=True) == "name" else ""
        return [actor, *([phrase.text for phrase in names if not phrase.place] or called or [person])]
    if word == "there":
        placed = [phrase.text for phrase in given if phrase.preposition in _PLACED]
        asked = re.match(r"(?:\w+ )?where\b", last, re.IGNORECASE) is not None
        return [answer] if asked else [*placed[:1], " ".join(called)]
    acting = [phrase.text for phrase in names if not phrase.preposition]
    several = [actor, " and ".join(acting) if len(acting) > 1 else ""] if word.startswith("the") else []
    things = [_whole(last, phrases, phrase) for phrase in given if phrase.kind == "thing"]
    asked_for = answer or " ".join(phrase.text for phrase in phrases if phrase.asked)
    if given and re.fullmatch(r"which\s+", last[: given[0].start], re.IGNORECASE):
        things = [answer or " ".join(phrase.text for phrase in given)]  # "which country has won the war"
    what = re.match(r"(?:what|which)\b", last, re.IGNORECASE) is not None
    rest = " ".join(name for name in called if name not in taken)
    return [*several, *[thing for thing in things if thing not in taken][:1], asked_for if what else "", rest]


def _whole(last: str, phrases: Sequence[_Phrase], phrase: _Phrase) -> str:
    """A phrase with those that say of what it is: "the winner of the race"."""
    end = phrase.end
    for other in phrases:
        if other.preposition == "of" and last[end : other.whole].isspace():
            end = other.end
    return last[phrase.start : end]


def _phrases(question: str, names: Container[str]) -> list[_Phrase]:
    """What a question names, in order: its words that are no stop words and stand together, without its verb.

    The verb is taken to be where English has it: right after "who" or "what", or after the subject that follows an
    auxiliary.
    """
    opening = _OPENING.match(question)
    wh, be, do = ((opening[part] or "").lower() for part in ("wh", "be", "do")) if opening else ("", "", "")
    runs = _runs(question, opening.end() if opening else 0)
    asked: list[Token] = []
    if wh in {"what", "which", "whose", "how"} and not be + do and runs and _INVERTED.match(question, runs[0][-1].end):
        asked, *runs = runs
    if asked or (do and (wh != "who" or do.startswith("d"))) or (be and wh in {"", "when", "why", "how"}):
        _drop_verb(question, runs, names)  # "when did the old tower **fall**", "which did Mary Hale **build**"
    elif wh in {"who", "whom", "what", "when", "where", "why", "how"} and not be and runs:
        first = runs[0][0]
        if wh != "who" and (_named(first, question, names) or _DETERMINED.search(question, 0, first.start)):
            _drop_verb(question, runs, names)  # what that became in a chain: "when Mary Hale **built** …"
        else:
            del runs[0][0]  # "who **built** …", and where nobody answered that: "when **built** …"
    elif be and runs and len(runs[0]) > 1:
        last = runs[0][-1]
        if not _named(last, question, names) and re.fullmatch(_PARTICIPLE, _word(question, last), re.IGNORECASE):
            del runs[0][-1]  # "what was the old tower **made** of"
    parts = [(asked, False)] if asked else []
    for run in filter(None, runs):
        parts += _parts(question, run, names)
    return [_phrase(question, part, named, part is asked) for part, named in parts]


def _runs(question: str, start: int) -> list[list[Token]]:
    """The words from ``start`` on that are no stop words, those together between which there are only spaces.

    Whose something is stands apart: "Mary Hale's" mill.
    """
    runs: list[list[Token]] = []
    for token in tokenize(question):
        if token.start < start or not token.term:
            continue
        end = runs[-1][-1].end if runs else 0
        if runs and question[end : token.start] in {" ", "-"} and not _POSSESSIVE.search(question, 0, end):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _parts(question: str, run: list[Token], names: Container[str]) -> list[tuple[list[Token], bool]]:
    """A run, apart where a name or a date begins or ends; with each part, whether it is a name.

    After "the", a name is a part of what follows: "the Studio plan".
    """
    words = _words(question, run)
    dated = [any(_kind(_word(question, token), named=False) != "thing" for token in word) for word in words]
    named = [any(_named(token, question, names) for token in word) for word in words]
    if not any(dated) and _DETERMINED.search(question, 0, run[0].start):
        return [(run, any(named))]
    parts = groupby(zip(words, dated, named, strict=True), lambda word: "date" if word[1] else word[2])
    return [([token for word, *_ in part for token in word], key is True) for key, part in parts]


def _words(question: str, run: Sequence[Token]) -> list[list[Token]]:
    """Tokens that a hyphen joins, together: "E-207"."""
    words: list[list[Token]] = []
    for token in run:
        if words and question[words[-1][-1].end : token.start] == "-":
            words[-1].append(token)
        else:
            words.append([token])
    return words


def _drop_verb(question: str, runs: list[list[Token]], names: Container[str]) -> None:
    """Takes out the verb after the subject that ``runs`` begin with: it follows a name, or ends a run of other words.

    Changes ``runs``.
    """
    if runs and _SUBJECT.search(question, 0, runs[0][0].start):
        del runs[0][0]  # "may I **borrow**"
        return
    for number, run in enumerate(runs):
        named = [_named(token, question, names) for token in run]
        if _VERB_FOLLOWS.match(question, run[-1].end):
            return
        joined = _JOINS.match(question, run[-1].end) is not None
        if all(named) or (joined and not any(named)):
            continue  # "did Mary Hale **and** …": the subject goes on
        if named[0] or (number and not _WITHIN.search(question, 0, run[0].start)):
            # After "the" a name may go on as a common noun: "did the Korean War end", "does the Studio plan cost".
            after_name = len(run) if _DETERMINED.search(question, 0, run[0].start) else named.index(False) + 1
            verb = after_name - 1
        elif len(run) > 1:
            verb = (named.index(True) if any(named) else len(run)) - 1
        else:
            return
        runs[number : number + 1] = filter(None, (run[:verb], run[verb + 1 :]))
        return


def _phrase(question: str, part: Sequence[Token], named: bool, asked: bool) -> _Phrase:
    start, end = part[0].start, part[-1].end
    before = _BEFORE.search(question, 0, start)
    preposition, whole = (before[1].lower(), before.start()) if before else ("", start)
    text = _POSSESSIVE.sub("", question[start:end])
    place = preposition in _PLACED or _VISITED.search(question, 0, start) is not None
    return _Phrase(text, start, end, _kind(text, named), preposition, whole, place, asked)


def _kind(text: str, named: bool) -> str:
    """What may take the place of these words."""
    if any(entity.strength == 1 for entity in entities.dates(text, frozenset())):
        return "date"
    if any(map(str.isdigit, text)):
        return "number"
    return "name" if named else "thing"


def _word(text: str, token: Token) -> str:
    return text[token.start : token.end]


def _named(token: Token, text: str, names: Container[str]) -> bool:
    """Whether a word is a name: the documents write it as one, or the question does, where not every word begins so."""
    return token.term in names or (token.start > 0 and text[token.start].isupper() and not text.isupper())
