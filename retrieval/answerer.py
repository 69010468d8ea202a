"""Question → Answer: the index finds candidates, ranking says how sure each is, spans marks the words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Kind, Passage, QuestionError, printable, split
from retrieval.answer import Answer, Citation
from retrieval.context import antecedents, named_by_role, roles
from retrieval.index import Entry, Hit, Index
from retrieval.lexis import lexis
from retrieval.question import Question, parse
from retrieval.ranking import Candidate, Match, Reading, read
from retrieval.spans import highlight
from retrieval.terms import terms

THRESHOLD = 0.5
"""The confidence from which a passage is an answer. Below it, it is only near."""

CANDIDATES = 30  # passages read again for each question
AROUND = 12  # passages of one paragraph that count as standing around each other
SUPPORT = 0.9
"""What a further quote must reach of the first one's confidence, and of what that meets in its own words."""

SAME = 0.6  # of the shorter passage's weight: what two must share to say nearly the same
SAME_TERMS = 4  # and how many terms that must be at the least


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage that may be quoted, where a quote of it begins, and what it is read with."""

    passage: Passage
    start: int
    candidate: Candidate


class Answerer:
    """Answers questions from documents. Holds no state between questions; may be asked from several threads."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Splits and indexes ``documents``; their order breaks ties."""
        self.documents = tuple(documents)
        self._rows = [row for document in self.documents for row in _rows(split(document))]
        self._index = Index(
            [
                Entry(row.candidate.text, f"{row.candidate.heading} {row.candidate.around} {row.candidate.lead}")
                for row in self._rows
            ]
        )
        self._lexis = lexis((row.candidate.text for row in self._rows), self._index.idf)

    def ask(self, question: str, document: str | None = None, limit: int = 3) -> Answer:
        """What the documents, or the one with the id ``document``, say to ``question``.

        At most ``limit`` citations, or ``limit`` nearest passages. Raises QuestionError for an empty question and for
        an id that is not there.
        """
        parsed, read_hits = self._read(question, document)
        sure = read_hits[0][1].confidence if read_hits else 0.0
        if sure < THRESHOLD:
            # Quoted without their leads, so in the order in which they themselves share the question's words.
            nearest = sorted(read_hits, key=lambda pair: pair[0])[:limit]
            return Answer(question, (), tuple(self._citation(*pair) for pair in nearest), sure)
        return Answer(question, self._cite(parsed, read_hits, limit), (), sure)

    def search(self, question: str, document: str | None = None, limit: int = 3) -> tuple[Citation, ...]:
        """The ``limit`` passages ranked first for ``question``, whether they answer or not; errors as in ``ask``."""
        _, read_hits = self._read(question, document)
        return tuple(self._citation(hit, reading) for hit, reading in read_hits[:limit])

    def why(self, question: str, document: str | None = None) -> tuple[Match, ...]:
        """How the terms of ``question`` were met by the passage ranked first; empty if no passage shares any."""
        _, read_hits = self._read(question, document)
        return read_hits[0][1].matches if read_hits else ()

    def _read(self, text: str, document: str | None) -> tuple[Question, list[tuple[Hit, Reading]]]:
        """The question, and the candidates for it with their readings, surest first."""
        if not text.strip():
            raise QuestionError("the question is empty: write what you want to know")
        question = parse(text, self._lexis.name_terms)
        hits = self._index.search(question.terms, CANDIDATES, self._only(document))
        readings = [(hit, read(question, self._rows[hit.row].candidate, self._lexis)) for hit in hits]
        # The sort is stable: equally sure ones stay in the order of the index, so that a rerun says the same.
        return question, sorted(readings, key=lambda pair: -pair[1].confidence)

    def _only(self, document: str | None) -> NDArray[np.bool_] | None:
        """Which rows belong to the document with that id; None for all."""
        if document is None:
            return None
        if document not in {known.id for known in self.documents}:
            raise QuestionError(f"{printable(document)}: no document has this id; `sources` lists those there are")
        return np.array([row.passage.document.id == document for row in self._rows])

    def _cite(self, question: Question, read_hits: Sequence[tuple[Hit, Reading]], limit: int) -> tuple[Citation, ...]:
        """The first passage, those that say nearly the same beside it, and others that are nearly as sure.

        Where words of the first quote answer, only quotes that have such words too stand beside it: a source without
        the answer is worse than none.
        """
        groups: list[tuple[Passage, list[Citation]]] = []
        best = read_hits[0][1]
        for hit, reading in read_hits:
            passage, citation = self._rows[hit.row].passage, self._citation(hit, reading, question)
            cited = [other for _, group in groups for other in group]
            if any(_overlap(citation, other) for other in cited) or (
                cited and cited[0].highlight and not citation.highlight
            ):
                continue
            group = next((group for first, group in groups if self._same(first, passage)), None)
            if group is not None:
                group.append(replace(citation, echo=True))
            elif (
                reading.confidence >= max(THRESHOLD, SUPPORT * best.confidence)
                and reading.features.own >= SUPPORT * best.features.own
            ):
                groups.append((passage, [citation]))
        return tuple(citation for _, group in groups for citation in group)[:limit]

    def _citation(self, hit: Hit, reading: Reading, question: Question | None = None) -> Citation:
        """A quote of the passage; with its lead and its highlight if it is to answer ``question``."""
        row = self._rows[hit.row]
        document, end = row.passage.document, row.passage.end
        if question is None:
            return Citation(document, row.passage.start, end, None, round(reading.confidence, 4))
        span = highlight(question, row.passage.text, self._lexis.names)
        marked = (row.passage.start + span[0], row.passage.start + span[1]) if span else None
        return Citation(document, row.start, end, marked, round(reading.confidence, 4))

    def _same(self, first: Passage, second: Passage) -> bool:
        """Whether one passage says nearly all that the other says, each term weighed by its idf."""
        one, other = sorted((set(terms(first.text)), set(terms(second.text))), key=self._weight)
        shared = one & other
        return one == other or (len(shared) >= SAME_TERMS and self._weight(shared) >= SAME * self._weight(one))

    def _weight(self, found: set[str]) -> float:
        return sum(self._index.idf(term) for term in sorted(found))


def _rows(passages: Sequence[Passage]) -> Iterator[_Row]:
    """The passages of one document that may be quoted."""
    firsts, holders, around = antecedents(passages), roles(passages), _surroundings(passages)
    for number, (passage, first) in enumerate(zip(passages, firsts, strict=True)):
        if passage.kind in {Kind.SENTENCE, Kind.LINE}:
            document, start = passage.document, passages[first].start
            lead = document.text[start : passage.start]
            lead = f"{lead} {named_by_role(lead + passage.text, holders)}".strip()
            heading = document.text[slice(*passage.heading)] if passage.heading else ""
            around_it = f"{document.title} {around[number]}"
            yield _Row(passage, start, Candidate(passage.text, heading, lead, around_it, passage.kind is Kind.LINE))


def _surroundings(passages: Sequence[Passage]) -> list[str]:
    """For each passage what stands around it: its paragraph, and before one of a single passage the passage before.

    Of a long paragraph a part, because a text pasted without line breaks is one paragraph however long it is.
    """
    texts: list[str] = []
    for _, paragraph in groupby(range(len(passages)), key=lambda number: passages[number].paragraph):
        numbers = list(paragraph)
        for part in (numbers[at : at + AROUND] for at in range(0, len(numbers), AROUND)):
            first = passages[part[0]]
            text = first.document.text[first.start : passages[part[-1]].end]
            before = passages[part[0] - 1] if len(part) == 1 and part[0] else None
            texts += [f"{before.text} {text}" if before and before.kind is not Kind.RESIDUE else text] * len(part)
    return texts


def _overlap(one: Citation, other: Citation) -> bool:
    return one.document is other.document and one.start < other.end and other.start < one.end
