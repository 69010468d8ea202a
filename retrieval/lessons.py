"""Questions with marked answers → situations in which models learn: a library and a page, with the answer and without.

A bot is asked of many documents and of few, what they say, what they do not say, and what they nearly say. Each
situation is made from the same questions; what is random is seeded.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import chain, groupby
from typing import NamedTuple

from corpus import Document, split
from retrieval.gold import SpanQuestion, Squad
from retrieval.terms import tokenize

PART = 40  # documents of one part, where an article has more
HALVES = (11, 12)  # seeds by which half the articles are withheld; not those of the evaluation
CUT = 0.35  # of the sentences with an answer, those left out
NEARBY = 3  # other paragraphs of an article that words are taken from

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_SUFFIXES = ("ed", "ing", "ion", "ly", "s", "er")


class Situation(StrEnum):
    """What a question is asked of."""

    ALL = "all documents"
    PARAGRAPH = "its own paragraph"
    PART = "the part of the documents that its article is"
    HALF = "half the articles"
    FOREIGN = "a part of another article"
    CUT = "documents that lack some sentences with answers"
    ALTERED = "its documents, with one word of it exchanged"


class Lesson(NamedTuple):
    """A question as it is asked: of all the documents at hand, or of the one with the id ``document``.

    ``answers`` are the documents and offsets where marked answers begin; none where it cannot be answered. ``article``
    numbers the article it was asked about.
    """

    situation: Situation
    text: str
    document: str | None
    answers: frozenset[tuple[str, int]]
    article: int


def lessons(squad: Squad) -> Iterator[tuple[list[Document], list[Lesson]]]:
    """Folders of documents, each with the lessons that are asked of it."""
    return chain(_whole(squad), _parts(squad), _halves(squad), _cut(squad))


def _whole(squad: Squad) -> Iterator[tuple[list[Document], list[Lesson]]]:
    """Every question of all documents and of its own paragraph, and altered ones."""
    articles, altered = _articles(squad), _Altered(squad.documents)
    asked: list[Lesson] = []
    for number, question in enumerate(squad.questions):
        article, answers = articles[question.document], _answers(question)
        asked.append(Lesson(Situation.ALL, question.text, None, answers, article))
        asked.append(Lesson(Situation.PARAGRAPH, question.text, question.document, answers, article))
        if other := altered(question):
            within = question.document if number % 2 else None
            asked.append(Lesson(Situation.ALTERED, other, within, frozenset(), article))
    yield list(squad.documents), asked


def _parts(squad: Squad) -> Iterator[tuple[list[Document], list[Lesson]]]:
    """The parts of a file, an article each, or where one is long PART documents of it; also asked of other articles."""
    articles, random_ = _articles(squad), random.Random(0)  # noqa: S311 (a choice, not a secret)
    parts = [
        of_article[at : at + PART]
        for of_article in (list(group) for _, group in groupby(squad.documents, key=lambda document: document.title))
        for at in range(0, len(of_article), PART)
    ]
    for part in parts:
        ids = {document.id for document in part}
        own = [question for question in squad.questions if question.document in ids]
        others = random_.sample(squad.questions, min(len(squad.questions), len(own) // 2))
        foreign = [q for q in others if articles[q.document] not in {articles[document.id] for document in part}]
        yield (
            part,
            [
                *(Lesson(Situation.PART, q.text, None, _answers(q), articles[q.document]) for q in own),
                *(Lesson(Situation.FOREIGN, q.text, None, frozenset(), articles[q.document]) for q in foreign),
            ],
        )


def _halves(squad: Squad) -> Iterator[tuple[list[Document], list[Lesson]]]:
    """Half the articles, once with every other question and once with the rest."""
    articles = _articles(squad)
    names = sorted(set(articles.values()))
    for turn, seed in enumerate(HALVES):
        gone = set(random.Random(seed).sample(names, len(names) // 2))  # noqa: S311 (a split, not a secret)
        kept = [document for document in squad.documents if articles[document.id] not in gone]
        there = {document.id for document in kept}
        yield (
            kept,
            [
                Lesson(
                    Situation.HALF,
                    question.text,
                    None,
                    frozenset((document, start) for document, start in _answers(question) if document in there),
                    articles[question.document],
                )
                for question in squad.questions[turn :: len(HALVES)]
            ],
        )


def _cut(squad: Squad) -> Iterator[tuple[list[Document], list[Lesson]]]:
    """The documents without some of the sentences that answer, and the questions that these answered."""
    articles, random_ = _articles(squad), random.Random(0)  # noqa: S311 (a choice, not a secret)
    starts: dict[str, list[int]] = {}
    for holder, start in chain.from_iterable(map(_answers, squad.questions)):
        starts.setdefault(holder, []).append(start)
    gone: dict[str, list[tuple[int, int]]] = {}
    left: list[Document] = []
    for document in squad.documents:
        answering = [
            (passage.start, passage.end)
            for passage in split(document)
            if any(passage.start <= start < passage.end for start in starts.get(document.id, ()))
        ]
        cut = gone[document.id] = [span for span in answering if random_.random() < CUT]
        text = document.text
        for start, end in reversed(cut):
            text = text[:start] + text[end:]
        left.append(replace(document, text=text))
    unanswered = [
        question
        for question in squad.questions
        if question.answers and all(any(start <= at < end for start, end in gone[of]) for of, at in _answers(question))
    ]
    yield (
        left,
        [
            Lesson(Situation.CUT, question.text, within, frozenset(), articles[question.document])
            for question in unanswered
            for within in (None, question.document)
        ],
    )


def _articles(squad: Squad) -> dict[str, int]:
    """For each document's id the number of its article; in a file of one article every document counts as one."""
    titles = {document.title for document in squad.documents}
    numbers: dict[str, int] = {}
    return {
        document.id: numbers.setdefault(document.title if len(titles) > 1 else document.id, len(numbers))
        for document in squad.documents
    }


def _answers(question: SpanQuestion) -> frozenset[tuple[str, int]]:
    return frozenset((span.document, span.start) for span in question.answers)


class _Altered:
    """Questions with one word exchanged for one of its make from the same article: nearly asked, and not answered."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._random = random.Random(0)  # noqa: S311 (a choice, not a secret)
        self._texts = {document.id: document.text for document in documents}
        beside: dict[str, list[Document]] = {}
        for document in documents:
            beside.setdefault(document.title, []).append(document)
        self._beside = {document.id: beside[document.title] for document in documents}

    def __call__(self, question: SpanQuestion) -> str | None:
        """The question altered; None where no word of it can be."""
        pool = self._beside[question.document]
        near = " ".join(document.text for document in self._random.sample(pool, min(NEARBY, len(pool))))
        near = f"{near} {self._texts[question.document]}"
        changes = [*self._years(question.text, near), *self._names(question.text, near)]
        if not changes or self._random.random() < 1 / 3:
            changes += self._words(question.text, near)
        if not changes:
            return None
        (start, end), other = self._random.choice(changes)
        return f"{question.text[:start]}{other}{question.text[end:]}"

    def _years(self, text: str, near: str) -> Iterator[tuple[tuple[int, int], str]]:
        for match in _YEAR.finditer(text):
            if others := sorted(set(_YEAR.findall(near)) - {match[0]}):
                yield match.span(), self._random.choice(others)

    def _names(self, text: str, near: str) -> Iterator[tuple[tuple[int, int], str]]:
        for match in _NAME.finditer(text):
            others = sorted(name for name in set(_NAME.findall(near)) if not set(name.split()) & set(text.split()))
            if others:
                yield match.span(), self._random.choice(others)

    def _words(self, text: str, near: str) -> Iterator[tuple[tuple[int, int], str]]:
        """One word in lower case, and another with the same ending."""
        words = _plain(text)
        if not words:
            return
        start, end, suffix = self._random.choice(words)
        others = sorted({near[s:e] for s, e, other in _plain(near) if other == suffix and near[s:e] not in text})
        if others:
            yield (start, end), self._random.choice(others)


def _plain(text: str) -> list[tuple[int, int, str]]:
    """The words of a text in lower case that are no stop words and not short, each with its span and ending."""
    return [
        (token.start, token.end, next((s for s in _SUFFIXES if text[: token.end].endswith(s)), ""))
        for token in tokenize(text)
        if token.end - token.start > 3 and token.term and text[token.start].islower()
    ]
