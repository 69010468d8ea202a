"""Question → Answer: the index finds candidates, ranking says how sure each is, spans marks the words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Kind, Passage, QuestionError, printable, split
from retrieval.acronyms import Acronyms
from retrieval.answer import Answer, Citation
from retrieval.context import antecedents, named_by_role, roles
from retrieval.features import Asked, Candidates, features
from retrieval.index import Entry, Hits, Index
from retrieval.lexis import lexis, written
from retrieval.question import Question, parse
from retrieval.ranking import Candidate, Match, Reading, read
from retrieval.spans import highlight
from retrieval.spelling import Spelling
from retrieval.terms import terms
from retrieval.trees import Trees, read_trees

THRESHOLD = 0.5
"""The confidence from which a passage is an answer. Below it, it is only near."""

CANDIDATES = 30  # passages the ranker sees for each question
LIKELY = 12  # of those, the ones read closely
AROUND = 12  # passages of one paragraph that count as standing around each other
SUPPORT = 0.9
"""What a further quote must reach of the first one's confidence, and of what that meets in its own words."""

SAME = 0.6  # of the shorter passage's weight: what two must share to say nearly the same
SAME_TERMS = 4  # and how many terms that must be at the least


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage that may be quoted, where a quote of it begins, and what it is read with.

    ``stretch`` numbers the stretch of text it stands in, ``place`` is its place in that, from 0, of ``length``.
    """

    passage: Passage
    start: int
    candidate: Candidate
    stretch: int
    place: int
    length: int


class Hit(NamedTuple):
    """A candidate: its rank in the index's order, from 0, its row, and the question it was found for."""

    rank: int
    row: int
    question: Question


class Answerer:
    """Answers questions from documents. Holds no state between questions; may be asked from several threads."""

    def __init__(self, documents: Iterable[Document], ranker: Trees | None = None) -> None:
        """Splits and indexes ``documents``; their order breaks ties. ``ranker`` defaults to the one that ships."""
        self.documents = tuple(documents)
        numbers = count()
        self._rows = [row for document in self.documents for row in _rows(split(document), numbers)]
        self._index = Index(
            [
                Entry(row.candidate.text, f"{row.candidate.heading} {row.candidate.around} {row.candidate.lead}")
                for row in self._rows
            ]
        )
        self._lexis = lexis((row.candidate.text for row in self._rows), self._index.idf)
        self._places = np.array([(row.stretch, row.place, row.length) for row in self._rows], np.int64).reshape(-1, 3)
        self._titles = {
            r.stretch: frozenset(terms(f"{r.passage.document.title} {r.candidate.heading}")) for r in self._rows
        }
        words = written(document.text for document in self.documents)
        self._spelling = Spelling(words, self._index.__contains__)
        self._acronyms = Acronyms((document.text for document in self.documents), words)
        self._within = _spans_of(self._rows)
        self._copies = _copies(self._rows)
        self._originals: NDArray[np.bool_] = np.ones(len(self._rows), bool)
        self._originals[[copy for copies in self._copies.values() for copy in copies]] = False
        self._ranker = ranker or read_trees()

    def ask(self, question: str, document: str | None = None, limit: int = 3) -> Answer:
        """What the documents, or the one with the id ``document``, say to ``question``.

        At most ``limit`` citations, or ``limit`` nearest passages. Raises QuestionError for an empty question and for
        an id that is not there.
        """
        spelt, corrections = self._spelling.correct(question)
        read_hits = self._read(spelt, document, limit)
        sure = read_hits[0][1].confidence if read_hits else 0.0
        if sure < THRESHOLD:
            # Quoted without their leads, so of the likely ones first those that the index found first by their words.
            nearest = sorted(read_hits[:LIKELY], key=lambda pair: pair[0].rank) + read_hits[LIKELY:]
            return Answer(question, (), tuple(self._citation(*pair) for pair in nearest[:limit]), sure, corrections)
        return Answer(question, self._cite(read_hits, document, limit), (), sure, corrections)

    def search(self, question: str, document: str | None = None, limit: int = 3) -> tuple[Citation, ...]:
        """The ``limit`` passages ranked first for ``question``, whether they answer or not; errors as in ``ask``."""
        read_hits = self._read(self._spelling.correct(question)[0], document, limit)
        return tuple(self._citation(hit, reading) for hit, reading in read_hits[:limit])

    def why(self, question: str, document: str | None = None) -> tuple[Match, ...]:
        """How the terms of ``question`` were met by the passage ranked first; empty if no passage shares any."""
        read_hits = self._read(self._spelling.correct(question)[0], document, 1)
        return read_hits[0][1].matches if read_hits else ()

    def _read(self, text: str, document: str | None, most: int) -> list[tuple[Hit, Reading]]:
        """The candidates of a question with their readings, surest first: ``most`` or more if there are.

        A question with an acronym, or a name that has one, is asked in each form; a candidate counts as the form that
        it meets best.
        """
        if not text.strip():
            raise QuestionError("the question is empty: write what you want to know")
        found = [self._read_as(form, document, most) for form in self._acronyms.forms(text)]
        # Only the likely ones are put in the order of the close reading: how many are asked for changes nothing.
        # The sort is stable: equally sure ones stay in the ranker's order, and a rerun says the same.
        close = sorted(
            chain.from_iterable(readings[:LIKELY] for readings in found), key=lambda pair: -pair[1].confidence
        )
        best: dict[int, tuple[Hit, Reading]] = {}
        for pair in chain(close, *(readings[LIKELY:] for readings in found)):
            best.setdefault(pair[0].row, pair)
        return list(best.values())

    def _read_as(self, text: str, document: str | None, most: int) -> list[tuple[Hit, Reading]]:
        """The candidates of one form of a question with their readings, in the ranker's order."""
        question = parse(text, self._lexis.name_terms)
        hits = self._index.search(question.terms, CANDIDATES, self._only(document))
        if not len(hits.rows):
            return []
        learned = self._ranker.score(self._met(question, hits))
        ranked = np.argsort(-learned, kind="stable")[: max(most, LIKELY)].tolist()
        return [
            (
                Hit(rank, int(hits.rows[rank]), question),
                replace(
                    read(question, self._rows[hits.rows[rank]].candidate, self._lexis), learned=float(learned[rank])
                ),
            )
            for rank in ranked
        ]

    def meet(self, text: str) -> tuple[NDArray[np.float32], list[Passage]]:
        """What a ranker learns from: the features of a question's candidates, and the candidates."""
        question = parse(text, self._lexis.name_terms)
        hits = self._index.search(question.terms, CANDIDATES, self._originals)
        met = self._met(question, hits) if len(hits.rows) else np.zeros((0, 0), np.float32)
        return met, [self._rows[row].passage for row in hits.rows]

    def _met(self, question: Question, hits: Hits) -> NDArray[np.float32]:
        """How the question and the candidates meet, shape (candidates, features)."""
        known = tuple(term for term in question.terms if term in self._index)
        weights = np.array([self._index.idf(term) for term in known], np.float32)
        unknown = sum(self._index.idf(term) for term in question.terms if term not in self._index)
        rows = hits.rows
        stretch, place, length = self._places[rows].T

        def present(offset: NDArray[np.int64], there: NDArray[np.bool_]) -> NDArray[np.bool_]:
            return self._index.present(known, np.where(there, rows + offset, -1))

        one = np.ones_like(rows)
        found = Candidates(
            [self._rows[row].candidate.text for row in rows],
            hits.own,
            hits.around,
            stretch,
            place,
            length,
            here=self._index.present(known, rows),
            before=present(-one, place >= 1),
            before_two=present(-2 * one, place >= 2),
            after=present(one, place + 1 < length),
            first=present(-place, one > 0),
            anywhere=self._index.present_around(known, rows),
            title=np.array([[term in self._titles[s] for term in known] for s in stretch.tolist()], bool),
        )
        return features(Asked(question, known, weights, float(unknown)), found)[1]

    def _only(self, document: str | None) -> slice | NDArray[np.bool_]:
        """Which rows belong to the document with that id; if it is None all but copies of an earlier one."""
        if document is None:
            return self._originals
        if document not in {known.id for known in self.documents}:
            raise QuestionError(f"{printable(document)}: no document has this id; `sources` lists those there are")
        rows: slice | None = self._within.get(document)
        return slice(0, 0) if rows is None else rows

    def _cite(self, read_hits: Sequence[tuple[Hit, Reading]], document: str | None, limit: int) -> tuple[Citation, ...]:
        """The first passage, those that say nearly the same beside it, and others that are nearly as sure.

        Where words of the first quote answer, only quotes that have such words too stand beside it: a source without
        the answer is worse than none.
        """
        groups: list[tuple[Passage, list[Citation]]] = []
        best = read_hits[0][1]
        for hit, reading in read_hits:
            passage, citation = self._rows[hit.row].passage, self._citation(hit, reading, hit.question)
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
                copies = [] if document else self._copies.get(hit.row, [])
                echoes = (self._citation(hit._replace(row=row), reading, hit.question) for row in copies)
                groups.append((passage, [citation, *(replace(echo, echo=True) for echo in echoes)]))
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


def _rows(passages: Sequence[Passage], stretches: Iterator[int]) -> Iterator[_Row]:
    """The passages of one document that may be quoted; each stretch takes its number from ``stretches``."""
    firsts, holders = antecedents(passages), roles(passages)
    for stretch, numbers in zip(stretches, _stretches(passages), strict=False):
        document, heading = passages[numbers[0]].document, passages[numbers[0]].heading
        title = document.text[slice(*heading)] if heading else ""
        around = " ".join((document.title, *(passages[number].text for number in numbers)))
        for place, number in enumerate(numbers):
            passage, start = passages[number], passages[firsts[number]].start
            lead = document.text[start : passage.start]
            lead = f"{lead} {named_by_role(lead + passage.text, holders)}".strip()
            candidate = Candidate(passage.text, title, lead, around, passage.kind is Kind.LINE)
            yield _Row(passage, start, candidate, stretch, place, len(numbers))


def _stretches(passages: Sequence[Passage]) -> list[list[int]]:
    """The numbers of the quotable passages, those together that stand around each other.

    That is a paragraph, or neighbouring paragraphs of one passage each, under one heading; of a long one a part,
    because a text pasted without line breaks is one paragraph however long it is.
    """
    sizes = Counter(passage.paragraph for passage in passages)
    stretches: list[list[int]] = []
    for number, passage in enumerate(passages):
        if passage.kind not in {Kind.SENTENCE, Kind.LINE}:
            continue
        before = passages[stretches[-1][-1]] if stretches else None
        joins = (
            before is not None
            and before.heading == passage.heading
            and (before.paragraph == passage.paragraph or sizes[before.paragraph] == sizes[passage.paragraph] == 1)
            and len(stretches[-1]) < AROUND
        )
        if joins:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    return stretches


def _spans_of(rows: Sequence[_Row]) -> dict[str, slice]:
    """For each document's id the rows it has, which stand together."""
    spans: dict[str, slice] = {}
    for number, row in enumerate(rows):
        known = spans.get(row.passage.document.id)
        spans[row.passage.document.id] = slice(known.start if known else number, number + 1)
    return spans


def _copies(rows: Sequence[_Row]) -> dict[int, list[int]]:
    """For each row the later ones that say the same in the same surroundings: copies of a document."""
    first: dict[tuple[str, str], int] = {}
    copies: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        original = first.setdefault((row.candidate.text, row.candidate.around), number)
        if original != number:
            copies.setdefault(original, []).append(number)
    return copies


def _overlap(one: Citation, other: Citation) -> bool:
    return one.document is other.document and one.start < other.end and other.start < one.end
