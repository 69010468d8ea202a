"""Gold questions → figures: each protocol asks an Answerer through what everybody may call, and the peers beside it.

``evaluate`` chooses the protocols by the kind of file; a protocol returns sections, each a table of figures by system.
Everything random is seeded, so that a rerun gives the same figures.
"""

import math
import random
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np

from corpus import Document, QuestionError, Track, split
from retrieval.answer import Answer, Citation
from retrieval.answerer import Answerer
from retrieval.gold import Collection, Gold, QuoteQuestion, Quotes, Span, SpanQuestion, Squad
from retrieval.metrics import (
    Bin,
    Figures,
    Point,
    auroc,
    average_precision,
    calibration_error,
    exact_match,
    kept_at,
    mean,
    ndcg,
    rank_of_best,
    ranking_figures,
    reliability,
    risk_coverage,
    token_f1,
)
from retrieval.models import Models
from retrieval.peers import PEERS, Scorer, Scores, best_of_group, require, with_context

DEPTH = 30
"""Passages that Verbatim is asked to rank; what is right beyond them counts as not found."""

SEEDS = (0, 1, 2)
"""The seeds by which half the articles are withheld."""

MISSES = 50
"""The misses drawn from a file in SQuAD's format: as many as a person can read."""

OURS = "Verbatim"

_BATCH = 100  # questions a peer scores at once, so that the scores of a large file fit into memory
_SAMPLE_SEED = 0

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Section:
    """One table: the figures of each system or split, by the metric's name. NaN where there is nothing to measure."""

    key: str
    title: str
    rows: dict[str, Figures]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not met: what was quoted, or offered as nearest where it said that the documents do not say.

    ``wanted`` are the words wanted; for a question in SQuAD's format, the answers and then the sentences they begin in.
    """

    question: str
    why: str
    confidence: float
    quoted: str | None
    nearest: str | None
    wanted: tuple[str, ...]


@dataclass(slots=True)
class Outcomes:
    """How sure each question was, whether it can be answered here, and whether the first quote is right."""

    confidence: list[float] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    answered: list[bool] = field(default_factory=list)

    def add(self, answer: Answer, *, answerable: bool, right: bool) -> None:
        """Notes one question; ``right`` is of the first quote, offered as an answer or as the nearest passage."""
        self.confidence.append(answer.confidence)
        self.answerable.append(answerable)
        self.right.append(right)
        self.answered.append(answer.answered)

    def extend(self, other: "Outcomes") -> None:
        """Notes all that the other notes."""
        self.confidence += other.confidence
        self.answerable += other.answerable
        self.right += other.right
        self.answered += other.answered

    def answers(self) -> Figures:
        """What was done at the Answerer's own threshold, as shares, and how well the confidence is calibrated."""
        answered, answerable, right = (np.array(flags, bool) for flags in (self.answered, self.answerable, self.right))
        return {
            "precision": mean((right & answerable)[answered]),
            "answered": mean(answered[answerable]),
            "answered right": mean((answered & right)[answerable]),
            "refused": mean(~answered[~answerable]),
            "AUROC": auroc(self.confidence, answerable),
            "ECE": calibration_error(self.confidence, right),
        }

    def reliability(self) -> list[Bin]:
        """Bins of confidence against how many were right."""
        return reliability(self.confidence, self.right)

    def risk_coverage(self) -> list[Point]:
        """The share of wrong answers at each share of questions answered."""
        return risk_coverage(self.confidence, self.right)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured: sizes, tables, misses, and the outcomes that curves are drawn from."""

    kind: str
    notes: tuple[str, ...]
    sizes: dict[str, int]
    milliseconds: Figures  # of an open question, asked for the first time: the median and the 99th percentile
    sections: tuple[Section, ...]
    misses: tuple[Miss, ...] = ()
    missed: int = 0  # how many misses there are; of a large file, some are drawn
    outcomes: dict[str, Outcomes] = field(default_factory=dict)


def evaluate(
    gold: Gold, documents: Sequence[Document], track: Track, sample: int | None = None, models: Models | None = None
) -> Report:
    """Asks every question of ``gold``, or ``sample`` of them chosen by a fixed seed, and measures the answers.

    ``documents`` are what questions in Verbatim's own format are about; the others bring their own. ``models`` default
    to those that ship; what these learned from is judged by others that have not seen it. Raises UserError where a peer
    is not installed.
    """
    if not isinstance(gold, Quotes):
        require()  # said before the questions are asked, not after
    match gold:
        case Squad():
            return _squad(gold, track, sample, models)
        case Collection():
            return _collection(gold, track, sample, models)
        case Quotes():
            return _quotes(gold, documents, track, sample, models)


# --- SQuAD's format ---------------------------------------------------------------------------------------------------


def _squad(gold: Squad, track: Track, sample: int | None, models: Models | None) -> Report:
    """ReQA, the sentence and the span in the given paragraph and in all, refusals, and half the articles withheld."""
    answerer = Answerer(gold.documents, models)
    merged = _sample(_merged(gold.questions), sample)
    asked = _sample(gold.questions, sample)
    found = _open(answerer, merged, track)
    inside, inside_spans, refusals = _inside(answerer, asked, track)
    unit, withheld, pooled = _withheld(gold.documents, merged, track, models)
    sections = [
        Section(
            "sentence",
            "(a) The sentence among all paragraphs' sentences (ReQA)",
            {OURS: found.ranks, **_sentence_peers(gold.documents, merged, track)},
        ),
        Section("sentence in paragraph", "(b) The sentence within the given paragraph", {OURS: inside}),
        Section(
            "span", "(c) The words that answer", {"in all paragraphs": found.spans, "in the given one": inside_spans}
        ),
        *([Section("refusals", "(d) In the given paragraph, with refusals (SQuAD 2.0)", refusals)] if refusals else []),
        Section("withheld", f"(e) Half the {unit} withheld", withheld),
        Section(
            "confidence",
            "The confidence that the first quote answers",
            {"all documents there": found.outcomes.answers(), "half withheld": pooled.answers()},
        ),
    ]
    impossible = sum(not question.answers for question in gold.questions)
    return Report(
        "SQuAD",
        _sampled(sample, len(gold.questions)),
        {
            "documents": len(gold.documents),
            "questions": len(gold.questions),
            "of them unanswerable": impossible,
            "different answerable questions": len(_merged(gold.questions)),
        },
        found.milliseconds,
        tuple(sections),
        found.misses,
        found.outcomes.right.count(False),
        {"all documents there": found.outcomes, "half withheld": pooled},
    )


def _merged(questions: Sequence[SpanQuestion]) -> list[tuple[str, tuple[Span, ...]]]:
    """Answerable questions by their text, each with the answers of all that have it, as in ReQA."""
    merged: dict[str, dict[Span, None]] = {}
    for question in questions:
        if question.answers:
            merged.setdefault(question.text, {}).update(dict.fromkeys(question.answers))
    return [(text, tuple(answers)) for text, answers in merged.items()]


class _Open(NamedTuple):
    """What came of questions asked of all paragraphs; ``misses``: some of those whose first quote is wrong."""

    ranks: Figures
    spans: Figures
    outcomes: Outcomes
    milliseconds: Figures
    misses: tuple[Miss, ...]


def _open(answerer: Answerer, questions: Sequence[tuple[str, tuple[Span, ...]]], track: Track) -> _Open:
    """Questions asked of all paragraphs."""
    ranks: list[float] = []
    spans = _Spans()
    outcomes = Outcomes()
    seconds: list[float] = []
    wrong: list[tuple[Answer, Citation | None, Sequence[Span]]] = []
    for text, answers in track(questions, "all paragraphs"):
        begin = time.perf_counter()
        answer = _ask(answerer, text)  # before anything else, which would leave it read and quicker
        seconds.append(time.perf_counter() - begin)
        found = _search(answerer, text, None, DEPTH)
        ranks.append(next((rank for rank, quote in enumerate(found, 1) if _holds(quote, answers)), math.inf))
        first = _first(answer, found)
        right = _holds(first, answers)
        outcomes.add(answer, answerable=True, right=right)
        spans.add(answer, _guess(answerer, text), answers)
        if not right:
            wrong.append((answer, first, answers))
    sentences = _Sentences(answerer.documents)
    misses = tuple(
        _miss(answer, first, "another quote" if answer.answered else "not answered", sentences.wanted(answers))
        for answer, first, answers in _sample(wrong, MISSES)
    )
    return _Open(ranking_figures(ranks), spans.figures(), outcomes, _milliseconds(seconds), misses)


def _inside(
    answerer: Answerer, questions: Sequence[SpanQuestion], track: Track
) -> tuple[Figures, Figures, dict[str, Figures]]:
    """Questions asked of their own paragraph: the first sentence, the words that answer, and the refusals.

    The last is empty where every question can be answered, as in SQuAD 1.1.
    """
    right: list[bool] = []
    spans = _Spans()
    refusals = {"answerable": _Spans(refuses=True), "unanswerable": _Spans(refuses=True), "all": _Spans(refuses=True)}
    outcomes = Outcomes()
    for question in track(questions, "the given paragraph"):
        answer = _ask(answerer, question.text, question.document)
        found = _search(answerer, question.text, question.document, 1)
        first = _first(answer, found)
        guess = _guess(answerer, question.text, question.document)
        answerable = bool(question.answers)
        holds = _holds(first, question.answers)
        if answerable:
            right.append(_holds(next(iter(found), None), question.answers))  # the sentence, without its lead
            spans.add(answer, guess, question.answers)
        outcomes.add(answer, answerable=answerable, right=holds)
        for row in ("answerable" if answerable else "unanswerable", "all"):
            refusals[row].add(answer, guess, question.answers)
    figures = {row: {**refusals[row].figures(), "AUROC": math.nan} for row in refusals}
    figures["all"]["AUROC"] = auroc(outcomes.confidence, outcomes.answerable)
    return {"P@1": mean(right)}, spans.figures(), {} if all(outcomes.answerable) else figures


@dataclass(slots=True)
class _Spans:
    """EM and F1 of the words that answer, as SQuAD's official script has them, over questions.

    As published systems do, a prediction is made for every question: the likeliest words of the passage ranked first,
    sure or not; only where refusals count (``refuses``; SQuAD 2.0) it is empty if the documents do not say. People are
    shown less than that: "marked" is the share of questions with marked words in the first quote, and "EM marked" and
    "F1 marked" are theirs alone.
    """

    refuses: bool = False
    exact: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    exact_shown: list[float] = field(default_factory=list)
    overlap_shown: list[float] = field(default_factory=list)
    answered: list[bool] = field(default_factory=list)

    def add(self, answer: Answer, guess: Citation | None, gold: Sequence[Span]) -> None:
        """Compares one prediction; no ``gold`` means that the paragraph does not say."""
        refused = self.refuses and not answer.answered
        marked = guess.highlight if guess and not refused else None
        words = guess.document.text[slice(*marked)] if guess and marked else ""
        answers = [span.text for span in gold]
        self.exact.append(exact_match(words, answers))
        self.overlap.append(token_f1(words, answers))
        self.answered.append(answer.answered)
        if answer.words is not None:
            self.exact_shown.append(exact_match(answer.words, answers))
            self.overlap_shown.append(token_f1(answer.words, answers))

    def figures(self) -> Figures:
        """The means."""
        return {
            "EM": mean(self.exact),
            "F1": mean(self.overlap),
            "marked": len(self.exact_shown) / len(self.exact) if self.exact else math.nan,
            "EM marked": mean(self.exact_shown),
            "F1 marked": mean(self.overlap_shown),
            "answered": mean(self.answered),
        }


def _withheld(
    documents: Sequence[Document],
    questions: Sequence[tuple[str, tuple[Span, ...]]],
    track: Track,
    models: Models | None,
) -> tuple[str, dict[str, Figures], Outcomes]:
    """Every question asked of half the articles (of half the paragraphs, in a file of one article), for each seed.

    What is answered only in the other half cannot be answered. Returns what was withheld, figures by seed and their
    mean, and the outcomes of all seeds together.
    """
    articles = list(dict.fromkeys(document.title for document in documents))
    unit = "articles" if len(articles) > 1 else "paragraphs of its one article"
    names = articles if len(articles) > 1 else [document.id for document in documents]
    rows: dict[str, Figures] = {}
    pooled = Outcomes()
    for seed in SEEDS:
        gone = set(random.Random(seed).sample(names, len(names) // 2))  # noqa: S311 (a split, not a secret)
        kept = [document for document in documents if not {document.title, document.id} & gone]
        there = {document.id for document in kept}
        answerer = Answerer(kept, models)
        outcomes = Outcomes()
        for text, answers in track(questions, f"half withheld, seed {seed}"):
            answer = _ask(answerer, text)
            first = _first(answer, () if answer.answered else _search(answerer, text, None, 1))
            left = [span for span in answers if span.document in there]
            outcomes.add(answer, answerable=bool(left), right=_holds(first, left))
        scored = outcomes.confidence, outcomes.answerable
        rows[f"seed {seed}"] = {
            "AUROC": auroc(*scored),
            "kept at 2 % false": kept_at(0.02, *scored),
            "kept right at 2 % false": kept_at(0.02, *scored, outcomes.right),
            "kept at 5 % false": kept_at(0.05, *scored),
            "kept right at 5 % false": kept_at(0.05, *scored, outcomes.right),
        }
        pooled.extend(outcomes)
    rows["mean"] = {metric: mean([figures[metric] for figures in rows.values()]) for metric in rows["seed 0"]}
    return unit, rows, pooled


class _Sentences:
    """The sentences of all documents, and those that answers begin in."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.passages = [passage for document in documents for passage in split(document)]
        self._starts: dict[str, tuple[int, list[int]]] = {}
        for row, passage in enumerate(self.passages):
            self._starts.setdefault(passage.document.id, (row, []))[1].append(passage.start)

    def rows(self, answers: Iterable[Span]) -> list[int]:
        """The rows of the sentences that they begin in, ascending."""
        places = ((self._starts[span.document], span.start) for span in answers if span.document in self._starts)
        return sorted({first + max(bisect_right(offsets, start) - 1, 0) for (first, offsets), start in places})

    def wanted(self, answers: Sequence[Span]) -> tuple[str, ...]:
        """The answers, and the sentences that they begin in."""
        return tuple(dict.fromkeys([*(a.text for a in answers), *(self.passages[r].text for r in self.rows(answers))]))


def _sentence_peers(
    documents: Sequence[Document], questions: Sequence[tuple[str, tuple[Span, ...]]], track: Track
) -> dict[str, Figures]:
    """The peers on the same sentences, alone and with their context: the title and the paragraph."""
    sentences = _Sentences(documents)
    texts = [passage.text for passage in sentences.passages]
    contexts = [f"{p.document.title} {p.document.text[slice(*p.paragraph)]}" for p in sentences.passages]
    gold = [sentences.rows(answers) for _, answers in questions]
    rows = {}
    for name, peer in PEERS.items():
        for title, scorer in ((name, peer(texts)), (f"{name} + context", with_context(peer, texts, contexts))):
            scores = _scored(scorer, [text for text, _ in questions], track, title)
            rows[title] = ranking_figures([rank_of_best(row, best) for row, best in zip(scores, gold, strict=True)])
    return rows


# --- Verbatim's own format --------------------------------------------------------------------------------------------


def _quotes(
    gold: Quotes, documents: Sequence[Document], track: Track, sample: int | None, models: Models | None
) -> Report:
    """What the first quote of each answer is worth, and every miss."""
    answerer = Answerer(documents, models)
    texts = [_plain(document.text) for document in documents]
    outcomes = Outcomes()
    misses: list[Miss] = []
    seconds: list[float] = []
    for question in track(_sample(gold.questions, sample), "questions"):
        begin = time.perf_counter()
        answer = _ask(answerer, question.text)
        seconds.append(time.perf_counter() - begin)
        first = _first(answer, () if answer.answered else _search(answerer, question.text, None, 1))
        right = first is not None and any(_plain(wanted) in _plain(first.quote) for wanted in question.answers)
        outcomes.add(answer, answerable=bool(question.answers), right=right)
        why = _why_missed(question, answer, texts, right=right)
        if why:
            misses.append(_miss(answer, first, why, question.answers))
    return Report(
        "questions",
        _sampled(sample, len(gold.questions)),
        {
            "documents": len(documents),
            "questions": len(gold.questions),
            "of them unanswerable": sum(not question.answers for question in gold.questions),
        },
        _milliseconds(seconds),
        (Section("answers", "The first quote of each answer", {OURS: outcomes.answers()}),),
        tuple(misses),
        len(misses),
        {"these questions": outcomes},
    )


def _why_missed(question: QuoteQuestion, answer: Answer, texts: Sequence[str], *, right: bool) -> str | None:
    """What went wrong, or None; words that stand in no document are the gold file's fault."""
    if not question.answers:
        return "answered, but should not be" if answer.answered else None
    if answer.answered and right:
        return None
    if not any(_plain(wanted) in text for wanted in question.answers for text in texts):
        return "the words wanted stand in no document"
    return "another quote" if answer.answered else "not answered"


def _plain(text: str) -> str:
    """White space as single spaces: a quote may be wrapped over lines where the words wanted are not."""
    return " ".join(text.split())


# --- Classic collections ----------------------------------------------------------------------------------------------


def _collection(gold: Collection, track: Track, sample: int | None, models: Models | None) -> Report:
    """Documents ranked for each query: Verbatim's in the order of its passages, peers' whole or by best sentence."""
    answerer = Answerer(gold.documents, models)
    queries = _sample(gold.queries, sample)
    seconds: list[float] = []
    rankings: list[list[str]] = []
    for query in track(queries, OURS):
        begin = time.perf_counter()
        found = _search(answerer, query.text, None, DEPTH)
        seconds.append(time.perf_counter() - begin)
        rankings.append(list(dict.fromkeys(quote.document.id for quote in found)))

    def figures(rankings: Iterable[Sequence[str]]) -> Figures:
        pairs = list(zip(rankings, queries, strict=True))
        return {
            "nDCG@10": mean([ndcg(ranking, query.gains) for ranking, query in pairs]),
            "MAP": mean([average_precision(ranking, set(query.gains)) for ranking, query in pairs]),
        }

    rows = {f"{OURS} (documents of its first {DEPTH} sentences)": figures(rankings)}
    texts = [f"{document.title}\n{document.text}" for document in gold.documents]
    sentences = [(n, passage.text) for n, document in enumerate(gold.documents) for passage in split(document)]
    places = np.array([n for n, _ in sentences], dtype=np.int64)
    ids = np.array([document.id for document in gold.documents])
    for name, peer in PEERS.items():
        by_sentence = best_of_group(peer([text for _, text in sentences]), places, len(ids))
        for title, scorer in ((f"{name}, whole document", peer(texts)), (f"{name}, best sentence", by_sentence)):
            scores = _scored(scorer, [query.text for query in queries], track, title)
            # Ties in the order of the documents; a document that shares no word is not found.
            rows[title] = figures(
                [str(d) for d in ids[np.argsort(-row, kind="stable")[: (row > 0).sum()]]] for row in scores
            )
    return Report(
        gold.name,
        (*_sampled(sample, len(gold.queries)), gold.note),
        {"documents": len(gold.documents), "judged questions": len(gold.queries)},
        _milliseconds(seconds),
        (Section("documents", "The documents, ranked", rows),),
    )


# --- What they share --------------------------------------------------------------------------------------------------


def _ask(answerer: Answerer, question: str, document: str | None = None) -> Answer:
    """The answer; to what cannot be asked (an empty question), that the documents do not say."""
    try:
        return answerer.ask(question, document)
    except QuestionError:
        return Answer(question, (), (), 0.0)


def _search(answerer: Answerer, question: str, document: str | None, limit: int) -> tuple[Citation, ...]:
    try:
        return answerer.search(question, document, limit)
    except QuestionError:
        return ()


def _guess(answerer: Answerer, question: str, document: str | None = None) -> Citation | None:
    try:
        return answerer.guess(question, document)
    except QuestionError:
        return None


def _first(answer: Answer, found: Sequence[Citation]) -> Citation | None:
    """The first quote, or where the documents do not say, the passage found first: what the confidence is about."""
    return next(iter((*answer.citations, *found)), None)


def _miss(answer: Answer, first: Citation | None, why: str, wanted: tuple[str, ...]) -> Miss:
    quote = first.quote if first else None
    quoted, nearest = (quote, None) if answer.answered else (None, quote)
    return Miss(answer.question, why, answer.confidence, quoted, nearest, wanted)


def _milliseconds(seconds: Sequence[float]) -> Figures:
    """What most questions take, and all but a few."""
    median, p99 = np.percentile(seconds or [0.0], [50, 99]) * 1000
    return {"median": float(median), "p99": float(p99)}


def _holds(quote: Citation | None, answers: Iterable[Span]) -> bool:
    """Whether one of the answers begins in the quote (a few run on into the next sentence)."""
    return quote is not None and any(
        quote.document.id == span.document and quote.start <= span.start < quote.end for span in answers
    )


def _scored(scorer: Scorer, questions: Sequence[str], track: Track, what: str) -> Iterable[Scores]:
    """A row of scores for each question, made a batch at a time."""
    for first in track(range(0, len(questions), _BATCH), what):
        yield from scorer(questions[first : first + _BATCH])


def _sample(items: Sequence[Item], size: int | None) -> Sequence[Item]:
    """``size`` of the items in their order, chosen by a fixed seed; all of them if there are no more."""
    if size is None or size >= len(items):
        return items
    chosen = random.Random(_SAMPLE_SEED).sample(range(len(items)), size)  # noqa: S311 (a sample, not a secret)
    return [items[place] for place in sorted(chosen)]


def _sampled(size: int | None, count: int) -> tuple[str, ...]:
    if size is None or size >= count:
        return ()
    return (f"a sample of {size} question{'' if size == 1 else 's'} (seed {_SAMPLE_SEED})",)
