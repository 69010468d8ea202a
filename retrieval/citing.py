"""Readings → citations: which passages are quoted, beside which others, and what each says that another does not."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from corpus import ENGLISH
from retrieval.answer import Citation
from retrieval.context import MAX_QUOTE
from retrieval.disagreement import Said, agree, answering, differ
from retrieval.lexis import Lexis
from retrieval.question import Question, Want
from retrieval.ranking import Reading
from retrieval.rows import Row
from retrieval.terms import terms

SUPPORT = 0.6
"""What the odds that a further quote answers must reach of the first one's: near 1, probabilities hardly differ."""

LISTED = 0.02
"""The same where the question asks for a list, which no one quote need hold."""

OWN = 0.9
"""What a further quote must meet by itself, of what the first one meets so."""

SAME = 0.6  # of the shorter passage's weight: what two must share to say nearly the same
SAME_TERMS = 4  # and how many terms that must be at the least

_DEFINITE = frozenset((Want.PERSON, Want.PLACE, Want.DATE, Want.COUNT, Want.AMOUNT, Want.CAUSE, Want.CONDITION))
_ITEM = re.compile(r"(?:[-*+•–—]|\(?(?:\d+|[a-z])[.)])\s")  # how a line of a list begins

Mark = Callable[[Question, Row], tuple[int, int] | None]


class _Quote(NamedTuple):
    """A passage that is quoted, what it says, its citation, and after that those of passages which say the same."""

    row: Row
    said: Said | None
    citations: list[Citation]


class Citer:
    """The rows as quotes of an answer."""

    def __init__(self, lexes: Mapping[str, Lexis], mark: Mark) -> None:
        """Takes what is known of words, by the language, and what finds the words of a row that answer a question.

        ``mark`` gives them as a span of the document.
        """
        self._lexes, self._mark = lexes, mark

    def passage(self, reading: Reading) -> Citation:
        """A passage by itself, nothing marked."""
        row = reading.row
        return Citation(row.document, row.start, row.end, None, round(reading.confidence, 4))

    def listed(self, readings: Iterable[Reading]) -> Citation | None:
        """The list below a heading, where that is all the question asks for: "what are the house rules?".

        One quote, of as many items as fit into MAX_QUOTE characters.
        """
        for reading in readings:
            question = reading.question
            if question.several and set(question.terms) <= set(terms(reading.row.headed)):
                segment, number = reading.place
                items = [row for row in segment.section(number) if _ITEM.match(row.text)]
                if len(items) > 1:
                    start = items[0].start
                    end = max((item.end for item in items if item.end <= start + MAX_QUOTE), default=items[0].end)
                    return Citation(items[0].document, start, end, None, round(reading.confidence, 4))
        return None

    def cite(self, readings: Sequence[Reading], limit: int, *, echoes: bool) -> tuple[Citation, ...]:
        """The first passage, those that say nearly the same beside it, and others that are nearly as sure.

        ``readings`` are those sure enough to be quoted, surest first; ``echoes`` is whether copies of them are cited as
        well. Where words of the first quote answer, only quotes that have such words too, or the same, stand beside
        it: a source without the answer is worse than none. Passages that contradict one of the quotes stand right after
        it, before all that only says it again.
        """
        quotes: list[_Quote] = []
        for reading in readings:
            row, want = reading.row, reading.question.want
            if any(_overlap(row, other) for quote in quotes for other in quote.citations):
                continue
            citation = self._citation(reading, row)
            if quotes and not citation.highlight and not _repeats_marked(quotes[0].citations[0], citation):
                continue
            new = _Quote(row, answering(want, row, citation.highlight), [citation])
            contrary = [quote for quote in quotes if self._differ(want, quote, new)]
            others = (quote for quote in quotes if quote not in contrary)
            alike = [quote for quote in others if self._repeats(want, quote, new, contrary=bool(contrary))]
            if alike:
                alike[0].citations.append(replace(citation, echo=True))
            elif contrary:
                for quote in (contrary[0], new):
                    quote.citations[0] = replace(quote.citations[0], differs=True)
                quotes.insert(quotes.index(contrary[0]) + 1, new)
            elif (
                not quotes
                or any(self._same(quote.row, row) for quote in quotes)  # and yet it may say something else
                or _stands_beside(reading, readings[0], quotes, citation)
            ):
                copies = (segment.row(number) for segment, number in reading.copies[:limit] if echoes)
                new.citations.extend(replace(self._citation(reading, copy), echo=True) for copy in copies)
                quotes.append(new)
        return _first([citation for quote in quotes for citation in quote.citations], limit)

    def _citation(self, reading: Reading, row: Row) -> Citation:
        """A quote of a row that begins where it can be understood, with the words that answer."""
        marked = self._mark(reading.question, row)
        return Citation(row.document, row.quote, row.end, marked, round(reading.confidence, 4))

    def _differ(self, want: Want, one: _Quote, other: _Quote) -> bool:
        """Whether one quote contradicts the other in the words that answer.

        Under one heading of one document it does not: a timetable has many departures.
        """
        said, also = one.said, other.said
        if said is None or also is None:
            return False
        apart = said.document.id != also.document.id or one.row.heading != other.row.heading
        return apart and differ(want, said, also, self._weight)

    def _repeats(self, want: Want, known: _Quote, new: _Quote, *, contrary: bool) -> bool:
        """Whether a quote says what a known one does: in nearly the same words, or against the same other quote."""
        if known.said and new.said and not agree(want, known.said, new.said):
            return False
        return known.citations[0].differs if contrary else self._same(known.row, new.row)

    def _same(self, first: Row, second: Row) -> bool:
        """Whether one passage says nearly all that the other says, each term weighed by its idf."""
        language = first.document.language
        if second.document.language != language:
            return False
        weigh = partial(self._weight, language=language)
        one, other = sorted((set(terms(text, language)) for text in (first.text, second.text)), key=weigh)
        shared = one & other
        return one == other or (len(shared) >= SAME_TERMS and weigh(shared) >= SAME * weigh(one))

    def _weight(self, found: Collection[str], language: str = ENGLISH) -> float:
        return sum(map(self._lexes[language].idf, sorted(found)))


def _overlap(row: Row, cited: Citation) -> bool:
    """Whether a quote of the row would share text with one that is cited."""
    return row.document.id == cited.document.id and row.quote < cited.end and cited.start < row.end


def _stands_beside(reading: Reading, best: Reading, quotes: Sequence[_Quote], citation: Citation) -> bool:
    """Whether a passage that says something else is worth quoting beside the best one.

    A list has more than one item, each marked with other words. Anything else has one answer: where no words of the
    best passage were seen to be the person, place, time or number wanted, another passage cannot be checked against it.
    """
    marked = {_marked(quote.citations[0]) for quote in quotes if quote.citations[0].highlight}
    if reading.question.several:
        wanted, support = _marked(citation) not in marked, LISTED
    else:
        wanted, support = bool(marked) or reading.question.want not in _DEFINITE, SUPPORT
    odds = reading.confidence * (1 - best.confidence), best.confidence * (1 - reading.confidence)  # brought to one base
    return wanted and odds[0] >= support * odds[1] and reading.own >= OWN * best.own


def _repeats_marked(first: Citation, other: Citation) -> bool:
    """Whether a quote holds the words marked in the first one, if any are."""
    words = _marked(first)
    return words is None or words in other.quote.lower()


def _marked(citation: Citation) -> str | None:
    """The words that are marked in a quote, in lower case."""
    return citation.document.text[slice(*citation.highlight)].lower() if citation.highlight else None


def _first(citations: list[Citation], limit: int) -> tuple[Citation, ...]:
    """As many citations as are wanted. Where some differ, what only says a thing again gives way to them."""
    if any(citation.differs for citation in citations):
        spare = [number for number, citation in enumerate(citations) if citation.echo][::-1]
        drop = set(spare[: max(len(citations) - limit, 0)])
        citations = [citation for number, citation in enumerate(citations) if number not in drop]
    return tuple(citations[:limit])
