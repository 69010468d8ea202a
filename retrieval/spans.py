"""Which words of a passage answer: of the entities it offers, the one the question points at.

Where the question does not point at one of them, none is marked: no bold is better than a wrong one.
"""

import re
from collections.abc import Container, Iterable, Sequence

from corpus import ENGLISH
from retrieval import entities
from retrieval.entities import Entity
from retrieval.folding import fold
from retrieval.languages import Capitals
from retrieval.languages import language as known_of
from retrieval.lexicon import related, related_to_any, speaks
from retrieval.question import Question, Want
from retrieval.terms import Token, tokenize

Span = tuple[int, int]

_FINDERS = {
    Want.PERSON: entities.people,
    Want.PLACE: entities.places,
    Want.DATE: entities.dates,
    Want.COUNT: entities.numbers,
    Want.AMOUNT: entities.numbers,
    Want.CAUSE: entities.causes,
    Want.CONDITION: entities.conditions,
    Want.MANNER: entities.manners,
}
_UNNAMED = 0.5  # how far a passage without the word "which …" asks for may still hold one
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_LIKELY = 0.7  # the strength from which an entity is marked
_UNMARKED = {Want.CAUSE: 0.5, Want.MANNER: 0.5}  # how far a passage without "because" may still say why
_AMOUNTS = (
    (re.compile(r"\bhow much\b|\bprice\b|\bcost\b|\bfee\b", re.IGNORECASE), entities.is_money),
    (re.compile(r"\bhow (?:old|long|late|early)\b|\bage\b", re.IGNORECASE), entities.is_duration),
    (
        re.compile(r"\bhow (?:tall|far|high|deep|wide|long)\b|\b(?:length|height|distance)\b", re.IGNORECASE),
        entities.is_length,
    ),
)
_CLAUSE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)(?<!\bLtd)(?<!\bInc)(?<!\bProf)[,;:.!?]+(?=[\s”’\"')]|$)"
    r"|[()“”\"]|\s[–—-]\s|\s(?:that|which|who|whom|whose|if|because|while|when|after|before|since|although|though|"
    r"unless|until|as|so|but|where|by|emphasizing|stating|saying|noting|adding)\b",
    re.IGNORECASE,
)
_AUXILIARIES = re.compile(
    r"(?:[\s“\"]+(?:is|are|was|were|be|been|being|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|"
    r"also|not|very|further|still|already|now|likely|to|a|an|the))*[\s“\"]+$",
    re.IGNORECASE,
)
_VERB_FOLLOWS = re.compile(
    r"to|will|would|can|could|may|might|must|should|shall|not|also|is|are|was|were|has|have|had|he|she|it|they|we|you|i|"
    r"who|that|which",
    re.IGNORECASE,
)
_LEADS_TO = re.compile(
    r",?\s*(?:(?:is|was|are|were|by|in|at|to|from|of|named|called|the|a|an|also|now|then)\s+)*", re.IGNORECASE
)
_BY = re.compile(r"\bby\s+(?:the\s+)?$", re.IGNORECASE)
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_IS = re.compile(r",\s+(?:the|an?)\s+|\s+(?:is|was|are|were)\s+(?:(?:the|an?|also|now|then)\s+)*", re.IGNORECASE)
_APPOSITION = re.compile(r"(?:,| is| was)\s+((?:an?|the|who) [^,.;()“”\"]+)")
_TOGETHER = 0.75  # of the question's terms met: what must stand in one clause with a date
_SAID = 3  # words that a quotation must have to be what somebody said
_LONGEST, _SHORTEST = 160, 2  # characters of words worth marking
_SPEAKERS = frozenset(("he", "she", "they", "it"))
_ADJACENT = 6  # terms between who speaks and the word for speaking


def offers(question: Question, text: str, lead: str, names: Container[str]) -> float:
    """How plainly the passage holds something of the kind wanted beyond the question's own words, from 0 to 1.

    Whom a passage means by "he" its ``lead`` says, so that a person or a place may stand there.
    """
    if question.language != ENGLISH:
        return _plainly(question, text)
    if question.want is Want.SAYING:
        return float(_spoken(question, text, lead))
    led = f"{lead} {text}" if lead else text
    if question.want not in _FINDERS:
        tokens = (token for part in (text, lead) for token in tokenize(part))
        named = not question.focus or any(related_to_any(token.term, question.focus[-1:]) for token in tokens)
        return 1.0 if named else _UNNAMED
    if question.want is Want.PERSON and question.copular and highlight(question, text, names) is None:
        # Another name beside somebody's is nothing that says who he is.
        return _UNNAMED if any(True for _ in entities.people(text, names)) else 0.0
    floor = _UNMARKED.get(question.want, 0.0)
    read = led if question.want in {Want.PERSON, Want.PLACE} else text
    return max((entity.strength for entity in _offered(question, read, names)), default=floor)


def highlight(question: Question, text: str, names: Container[str]) -> Span | None:
    """The span of ``text`` that answers, or None where that is not sure."""
    return _pointed(question, text, names, _offered(question, text, names))


def _pointed(question: Question, text: str, names: Container[str], offered: Sequence[Entity]) -> Span | None:
    """The same, of the entities ``offered``."""
    tokens = tokenize(text)
    met = [token for token in tokens if token.term and _asked(question, token.term)]
    if question.want is Want.YES_NO or not met:
        return None
    span = _before(text, tokens, question, names)
    if span is None and question.want is Want.PERSON and question.copular and question.names >= set(question.terms):
        span = _described(text, met)
    elif (
        span is None and question.want in _FINDERS and (question.want is not Want.PLACE or _WHERE.search(question.text))
    ):
        likely = (entity for entity in offered if entity.strength >= _LIKELY)
        span = _nearest((entity for entity in likely if _pointed_at(question, text, entity, met)), met)
    elif span is None and question.want is Want.SAYING and question.open:
        quoted = (entity for entity in entities.quotations(text) if _adds(question, text, entity))
        topic = [token for token in met if token.term not in question.speaker] or met
        span = _nearest((e for e in quoted if len(tokenize(text[e.start : e.end])) >= _SAID), topic)
    elif span is None and question.want is Want.THING and question.before is None:
        span = (_noun(question, text, tokens) if question.focus else None) or _after(text, tokens, question)
    if span is None:
        return None
    start, end = _tidy(text, *span)
    short = end - start < _SHORTEST and not any(map(str.isdigit, text[start:end]))
    return None if short or end - start > _LONGEST else (start, end)


def hints(question: Question, text: str, names: Container[str]) -> list[Entity]:
    """What the rules make of a sentence: the words they point at first, or none; then all of the kind wanted."""
    if question.language != ENGLISH:
        return [Entity(0, 0, 1.0)]
    offered = _offered(question, text, names)
    pointed = _pointed(question, text, names, offered)
    return [Entity(*(pointed or (0, 0)), 1.0), *offered]


def _plainly(question: Question, text: str) -> float:
    """The same as ``offers`` in another language, by figures, capitals and the words for numbers and days."""
    known = known_of(question.language)
    new = [token for token in tokenize(text, question.language) if token.term not in question.terms]
    words = {fold(text[token.start : token.end]) for token in new}
    figures = {word for word in words if word[:1].isdecimal()}
    if question.want is Want.DATE:
        return float(bool(figures) or _holds(known.calendar, words))
    if question.want in {Want.COUNT, Want.AMOUNT}:
        if question.focus and question.focus[0] not in {token.term for token in tokenize(text, question.language)}:
            return 0.0
        return float(any(not _YEAR.fullmatch(word) for word in figures) or _holds(known.numerals, words))
    if question.want is Want.PERSON and known.capitals is Capitals.NAMES:
        return float(any(token.start and text[token.start].isupper() for token in new))
    return 1.0 if question.want is Want.THING else _UNNAMED


def _holds(listed: frozenset[str], words: Iterable[str]) -> bool:
    """Whether any of the words is listed; where words are not set apart, whether any is in one of them."""
    return any(word in listed or (not word.isascii() and not listed.isdisjoint(word)) for word in words)


def _pointed_at(question: Question, text: str, entity: Entity, met: Sequence[Token]) -> bool:
    """Whether the question's words in the passage lead to this entity, rather than to another beside it.

    A person or place must stand right beside one: "the advisor **Chang Ho-Jin**", "a visit to **Hanoi**". A date must
    stand in one clause with most of them. A number has its unit to vouch for it, a clause its conjunction.
    """
    if question.want is Want.PERSON and question.before:  # who acts stands before the verb, or after "by"
        return _BY.search(text, 0, entity.start) is not None
    if question.want in {Want.PERSON, Want.PLACE}:
        facts = [token for token in met if token.term not in question.names] or met
        return any(
            (token.end <= entity.start and _LEADS_TO.fullmatch(text, token.end, entity.start))
            or (entity.end <= token.start and _IS.fullmatch(text, entity.end, token.start))
            for token in facts
        )
    if question.want is Want.DATE:
        ends = [match.span() for match in _CLAUSE_END.finditer(text)]
        first = max((end for _, end in ends if end <= entity.start), default=0)
        last = min((start for start, _ in ends if start >= entity.end), default=len(text))
        inside = {token.term for token in met if first <= token.start < last}
        return len(inside) >= _TOGETHER * len({token.term for token in met})
    return True


def _described(text: str, met: Sequence[Token]) -> Span | None:
    """What a passage says of the person a question names: the office before the name, or the apposition after it."""
    first, last = met[0].start, met[-1].end
    if before := entities.office_before(text, first):
        return before
    after = _APPOSITION.match(text, last)
    return after.span(1) if after else None


def _offered(question: Question, text: str, names: Container[str]) -> list[Entity]:
    """Entities of the kind wanted that say more than the question did, without the question's words at their edges."""
    if question.want not in _FINDERS:
        return []
    found = []
    for entity in _FINDERS[question.want](text, names):
        fitted = _fit(question, text, entity) if question.want in {Want.COUNT, Want.AMOUNT} else entity
        if question.want in {Want.PERSON, Want.PLACE}:
            fitted = _trim_asked(question, text, fitted)
        if question.want is Want.CONDITION or _adds(question, text, fitted):
            found.append(fitted)
    return found


def _fit(question: Question, text: str, number: Entity) -> Entity:
    """A number with its unit, as strong as the unit fits what the question counts or measures."""
    words = entities.unit(text, number)
    if question.want is Want.COUNT:
        counted = [token.term for token in tokenize(words)]
        fits = not question.focus or any(related(question.focus[-1], term) for term in counted)
        return number if fits else number._replace(strength=0.0)
    measures = [fits for pattern, fits in _AMOUNTS if pattern.search(question.text)]
    fits = any(measure(words) for measure in measures)
    if fits and (after := re.match(r"[\s-]+[^\W\d_]+(?:\s+of\s+\w+)?", text[number.end :])):
        return number._replace(end=number.end + after.end(), strength=1.0)
    return number if fits or not measures else number._replace(strength=min(number.strength, 0.4))


def _trim_asked(question: Question, text: str, entity: Entity) -> Entity:
    """A name without the words the question already gave before it: "South Korean Advisor **Chang Ho-Jin**".

    Empty where the question gave its last word ("North Korean" says no more of Korea), and where what is left is a
    part of another name ("Korean Peninsula").
    """
    tokens = tokenize(text[entity.start : entity.end])
    given = 0
    while given < len(tokens) and (not tokens[given].term or _asked(question, tokens[given].term)):
        given += 1
    left = tokens[given:]
    dropped = tokens[given - 1] if given else None
    torn = (
        dropped is not None
        and dropped.term
        and len(left) == 1
        and not entities.is_office(text[entity.start + dropped.start : entity.start + dropped.end])
    )
    if not left or torn or _asked(question, left[-1].term):
        return entity._replace(end=entity.start)
    return entity._replace(start=entity.start + left[0].start)


def _adds(question: Question, text: str, entity: Entity) -> bool:
    """Whether the entity says something the question did not."""
    if question.want in {Want.COUNT, Want.AMOUNT}:  # "one" and "no" are stop words elsewhere
        return text[entity.start : entity.end].lower() not in question.text.lower()
    return any(token.term and not _asked(question, token.term) for token in tokenize(text[entity.start : entity.end]))


def _asked(question: Question, term: str) -> bool:
    return related_to_any(term, question.terms)


def _spoken(question: Question, text: str, lead: str) -> bool:
    """Whether the one who is to speak does so in this passage: named beside a word for speaking, or by a pronoun."""
    words = [(token.term, text[token.start : token.end].lower()) for token in tokenize(text)]
    known = any(token.term in question.speaker for token in tokenize(lead))
    return any(
        (term and any(related(term, name) for name in question.speaker)) or (known and word in _SPEAKERS)
        for n, (_, said) in enumerate(words)
        if speaks(said)
        for term, word in words[max(n - _ADJACENT, 0) : n + _ADJACENT + 1]
    )


def _nearest(found: Iterable[Entity], met: Sequence[Token]) -> Span | None:
    """The plainest entity, and of those the nearest to the question's words."""

    def rank(entity: Entity) -> tuple[float, int]:
        gaps = [max(token.start - entity.end, entity.start - token.end, 0) for token in met]
        return -entity.strength, min(gaps, default=0)

    best = min(found, key=rank, default=None)
    return (best.start, best.end) if best else None


def _noun(question: Question, text: str, tokens: Sequence[Token]) -> Span | None:
    """The noun a "which …" names, with what qualifies it: "**UN Security Council** resolutions"."""
    head = question.focus[-1]
    others = [term for term in question.terms if term not in question.focus]
    for position, token in enumerate(tokens):
        if not related(token.term, head):
            continue
        first = position
        while (
            first
            and tokens[first - 1].term
            and text[tokens[first - 1].end : tokens[first].start] in (" ", "-")
            and not any(related(tokens[first - 1].term, other) for other in others)
        ):
            first -= 1
        if first < position:
            return tokens[first].start, token.end
    return None


def _after(text: str, tokens: Sequence[Token], question: Question) -> Span | None:
    """The object: what follows the question's verb in the passage, to the end of its clause."""
    for term in question.terms:
        there = [n for n, token in enumerate(tokens) if related(token.term, term)]
        if not there and term not in question.names and question.weight(term) == 1.0:
            return None  # perhaps this was the verb, said otherwise here
        anchors = [n for n in there if _acts(text, tokens, n)]
        if len(anchors) == 1:
            start = tokens[anchors[0]].end
            end = _CLAUSE_END.search(text, start)
            entity = Entity(start, end.start() if end else len(text), 1.0)
            return (entity.start, entity.end) if _adds(question, text, entity) else None
    return None


def _acts(text: str, tokens: Sequence[Token], number: int) -> bool:
    """Whether a token reads as a verb: by its ending, or by the auxiliary or pronoun before it."""
    word = text[tokens[number].start : tokens[number].end]
    if not word.islower():
        return False
    before = text[tokens[number - 1].start : tokens[number - 1].end] if number else ""
    return word.endswith(("ed", "ing")) or _VERB_FOLLOWS.fullmatch(before) is not None


def _before(text: str, tokens: Sequence[Token], question: Question, names: Container[str]) -> Span | None:
    """The subject: what precedes the word the answer stands before, from the beginning of its clause."""
    anchors = [token for token in tokens if token.term and token.term == question.before]
    if len(anchors) != 1 or question.want not in {Want.PERSON, Want.THING, Want.SAYING}:
        return None
    end = anchors[0].start
    if auxiliaries := _AUXILIARIES.search(text, 0, end):
        end = auxiliaries.start()
    start = max((match.end() for match in _CLAUSE_END.finditer(text, 0, end)), default=0)
    entity = Entity(start, end, 1.0)
    named = question.want is not Want.PERSON or any(True for _ in entities.people(text[start:end], names))
    return (start, end) if named and _adds(question, text, entity) else None


def _tidy(text: str, start: int, end: int) -> Span:
    """Without the white space and punctuation at its edges."""
    while start < end and (text[start].isspace() or text[start] in ",;:.\"“”'‘’()"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ',;:."“”‘’('):
        end -= 1
    return start, end
