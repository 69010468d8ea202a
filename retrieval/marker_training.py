"""Questions with marked answers → the marker: which words are used alike, three linear models, and trees over them.

What is learned from another model's scores is learned from scores of words that model has not seen (stacking; Wolpert,
1992): the questions are dealt into folds by their documents. The same files give the same marker, to the bit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.sparse import csr_array
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from corpus import GoldError, Passage, split
from retrieval.boundaries import BITS, Asked, Floats, Ints, Text, asked_of, ending, is_open, read, text_of
from retrieval.fitted import trees_of
from retrieval.folding import fold
from retrieval.gold import SpanQuestion, Squad
from retrieval.lexis import lexis
from retrieval.marker import NAMES, WHOLE, Hints, Linear, Marker, boundaries, candidates, hints_of, weigh, whole
from retrieval.metrics import exact_match, token_f1
from retrieval.question import parse
from retrieval.terms import terms, tokenize
from retrieval.trees import UNTAUGHT

FOLDS = 4
CLUSTERS = 64
OFTEN = 8  # times a word must occur to be clustered
NEIGHBOURS = 250  # words that a word is known by
STRENGTH = 0.1  # C of the linear models, the inverse of the penalty
SETTINGS = {
    "max_iter": 220,
    "max_leaf_nodes": 31,
    "max_depth": 8,
    "learning_rate": 0.06,
    "l2_regularization": 5.0,
    "min_samples_leaf": 40,
    "early_stopping": False,
    "random_state": 0,
}
"""scikit-learn's HistGradientBoostingRegressor; chosen on New-Wikipedia and Reddit, each tested on the other."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the sentences its answers stand in, and which words those are: (sentence, first word, last word)."""

    fold: int
    asked: Asked
    sentences: tuple[str, ...]
    texts: tuple[Text, ...]
    answers: tuple[str, ...]
    spans: frozenset[tuple[int, int, int]]
    hinted: Hints


class _Seen(NamedTuple):
    """The features of all words of all examples, and which are the first and the last of an answer."""

    first: NDArray[np.uint16]
    last: NDArray[np.uint16]
    begins: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    fold: Ints


def train_marker(squads: Sequence[Squad]) -> Marker:
    """The marker learned from these files. Raises GoldError if too few answers in them can be marked."""
    with threadpool_limits(1):  # the order in which threads sum must not decide what is learned
        return _train(squads)


def _train(squads: Sequence[Squad]) -> Marker:
    examples = [example for squad in squads for example in _examples(squad)]
    if len({example.fold for example in examples}) < FOLDS:
        raise GoldError("too few questions have an answer that can be marked: nothing to learn from")
    known, cluster = _clusters([p.text for squad in squads for document in squad.documents for p in split(document)])
    blank = Linear(np.zeros(1 << BITS, np.float32), 0.0)
    marker = Marker(known, cluster, blank, blank, blank, UNTAUGHT)

    seen = _see(examples, marker)
    apart = [_bounded(marker, seen, seen.fold != fold) for fold in range(FOLDS)]
    marker = _bounded(marker, seen, seen.fold >= 0)

    features, worth, folds = _whole(examples, apart)
    marker = replace(marker, whole=_linear(features, worth))
    apart = [
        replace(one, whole=_linear(features[folds != fold], worth[folds != fold])) for fold, one in enumerate(apart)
    ]

    model = HistGradientBoostingRegressor(**SETTINGS).fit(_weighed(examples, apart), worth)
    return replace(marker, trees=trees_of(NAMES, model))


def _examples(squad: Squad) -> Iterator[Example]:
    """The questions of a file that have an answer in a sentence."""
    passages = {document.id: split(document) for document in squad.documents}
    texts = [passage.text for found in passages.values() for passage in found]
    words = lexis(texts, _idf(texts))
    numbers = {document: number for number, document in enumerate(passages)}
    for question in squad.questions:
        spans = _spans(question, passages.get(question.document, ()))
        held = sorted({sentence for sentence, _, _ in spans})
        if not held:
            continue
        sentences = tuple(passages[question.document][number].text for number in held)
        parsed, texts_held = parse(question.text, words.name_terms), tuple(map(text_of, sentences))
        yield Example(
            numbers[question.document] % FOLDS,
            asked_of(parsed, words.idf),
            sentences,
            texts_held,
            tuple(span.text for span in question.answers),
            frozenset((held.index(sentence), first, last) for sentence, first, last in spans),
            hints_of(parsed, sentences, texts_held, words.names),
        )


def _idf(texts: Sequence[str]) -> Callable[[str], float]:
    """The idf of ``retrieval.index``, over these texts."""
    df = Counter(term for text in texts for term in set(terms(text)))
    return lambda term: log((1 + len(texts)) / (1 + df[term])) + 1


def _spans(question: SpanQuestion, passages: Sequence[Passage]) -> set[tuple[int, int, int]]:
    """The answers by their sentence and their first and last words there; cut off where the sentence ends."""
    found = set()
    for answer in question.answers:
        for number, passage in enumerate(passages):
            if passage.start <= answer.start < passage.end:
                text = text_of(passage.text)
                start, end = answer.start - passage.start, answer.start + len(answer.text) - passage.start
                inside = [
                    n for n, (a, b) in enumerate(zip(text.starts, text.ends, strict=True)) if a < end and b > start
                ]
                if inside:
                    found.add((number, inside[0], inside[-1]))
    return found


def _clusters(sentences: Sequence[str]) -> tuple[Ints, Ints]:
    """Frequent words by what stands beside them and how they end (after Schütze, 1995): numbers, sorted, and clusters.

    A word's context is how often each of the most frequent words stands right before and right after it; the square
    roots of the shares (so that distances are Hellinger's), reduced by SVD, are clustered by k-means.
    """
    lines = [
        ["<s>", *("0" if s[t.start].isdigit() else fold(s[t.start : t.end]) for t in tokenize(s)), "</s>"]
        for s in sentences
    ]
    times = Counter(word for line in lines for word in line[1:-1])
    row = {w: n for n, w in enumerate(w for w, count in times.most_common() if count >= OFTEN and is_open(w))}
    column = {word: n for n, word in enumerate(["<s>", "</s>", *(w for w, _ in times.most_common(NEIGHBOURS))])}
    counts = np.zeros((len(row), 2 * len(column)), np.float32)
    for line in lines:
        for before, word, after in zip(line, line[1:], line[2:], strict=False):
            if word in row:
                for side, beside in enumerate((before, after)):
                    if beside in column:
                        counts[row[word], side * len(column) + column[beside]] += 1
    if len(row) <= CLUSTERS:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    shares = np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    endings = 0.35 * np.eye(ending("") + 1, dtype=np.float32)[[ending(word) for word in row]][:, :-1]
    contexts = TruncatedSVD(40, random_state=0).fit_transform(shares)
    labels = KMeans(CLUSTERS, n_init=2, random_state=0).fit_predict(np.hstack([contexts, endings]))
    numbers = np.array([crc32(word.encode()) for word in row], np.int64)
    order = np.argsort(numbers)
    return numbers[order], labels[order].astype(np.int64)


def _see(examples: Sequence[Example], marker: Marker) -> _Seen:
    """All words as the linear models of boundaries learn from them."""
    columns: list[tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.bool_], NDArray[np.bool_], Ints]] = []
    for example in track(examples, "Marking: words", transient=True):
        seen = read(example.asked, example.texts, marker.known, marker.cluster)
        first, last = boundaries(seen)
        places = list(zip(seen.sentence[seen.words].tolist(), seen.token[seen.words].tolist(), strict=True))
        begins, ends = {(s, f) for s, f, _ in example.spans}, {(s, e) for s, _, e in example.spans}
        columns.append(
            (
                first.astype(np.uint16),
                last.astype(np.uint16),
                np.array([place in begins for place in places]),
                np.array([place in ends for place in places]),
                np.full(len(places), example.fold),
            )
        )
    return _Seen(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _bounded(marker: Marker, seen: _Seen, of: NDArray[np.bool_]) -> Marker:
    """The marker with models of first and last words learned from some of the words."""
    return replace(
        marker,
        first=_linear(seen.first[of], seen.begins[of].astype(np.float64)),
        last=_linear(seen.last[of], seen.ends[of].astype(np.float64)),
    )


def _linear(features: NDArray[np.uint16], worth: NDArray[np.float64]) -> Linear:
    """A logistic regression; a sample worth 0.7 counts 0.7 as right and 0.3 as wrong."""
    n, width = features.shape
    ones, starts = np.ones(n * width, np.float32), np.arange(0, n * width + 1, width)
    samples = csr_array((ones, features.ravel().astype(np.int32), starts), shape=(n, 1 << BITS))
    right, wrong = np.flatnonzero(worth > 0), np.flatnonzero(worth < 1)
    rows = np.r_[right, wrong]
    labels = np.r_[np.ones(len(right), bool), np.zeros(len(wrong), bool)]
    model = LogisticRegression(C=STRENGTH, max_iter=60, tol=1e-3)
    model.fit(samples[rows], labels, sample_weight=np.r_[worth[right], 1 - worth[wrong]])
    return Linear(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _whole(
    examples: Sequence[Example], apart: Sequence[Marker]
) -> tuple[NDArray[np.uint16], NDArray[np.float64], Ints]:
    """All candidates: their features as a whole, the mean of EM and F1 of each, and their folds."""
    features, worth, folds = [], [], []
    for example in track(examples, "Marking: candidates", transient=True):
        marker = apart[example.fold]
        seen = read(example.asked, example.texts, marker.known, marker.cluster)
        found = candidates(seen, *marker.bounds(seen))
        features.append(whole(seen, found).astype(np.uint16))
        folds.append(np.full(len(found.first), example.fold))
        for first, last in zip(found.first.tolist(), found.last.tolist(), strict=True):
            number = int(seen.sentence[first])
            text = example.texts[number]
            words = example.sentences[number][text.starts[seen.token[first]] : text.ends[seen.token[last]]]
            worth.append((exact_match(words, example.answers) + token_f1(words, example.answers)) / 2)
    return np.concatenate(features), np.array(worth), np.concatenate(folds)


def _weighed(examples: Sequence[Example], apart: Sequence[Marker]) -> Floats:
    """All candidates as the trees learn from them."""
    samples = []
    for example in track(examples, "Marking: trees", transient=True):
        marker = apart[example.fold]
        seen = read(example.asked, example.texts, marker.known, marker.cluster)
        first, last = marker.bounds(seen)
        found = candidates(seen, first, last)
        samples.append(
            weigh(seen, found, first, last, marker.whole.score(whole(seen, found), WHOLE[1]), example.hinted)
        )
    return np.concatenate(samples)
