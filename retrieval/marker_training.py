"""Questions with marked answers → the marker: which words are used alike, three linear models, and trees over them.

All of them learn which of several is right, by the conditional likelihood of the right ones among a sentence's words or
candidates (McFadden, 1974; for ranking, Cao et al., 2007). What is learned from another model's scores is learned from
scores of words that model has not seen (stacking; Wolpert, 1992): the questions are dealt into folds by their
documents. The same files give the same marker, to the bit.
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
from scipy.optimize import minimize
from scipy.sparse import csr_array
from sklearn._loss.loss import HalfSquaredError
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from corpus import GoldError, Passage, split
from retrieval.boundaries import BITS, PADDING, Floats, Ints, Read, asked_of, ending, is_open, read, text_of
from retrieval.fitted import trees_of
from retrieval.folding import fold
from retrieval.gold import SpanQuestion, Squad
from retrieval.lexis import lexis
from retrieval.marker import NAMES, Candidates, Hints, Linear, Marker, boundaries, hints_of, weigh, whole
from retrieval.metrics import exact_match, token_f1
from retrieval.question import parse
from retrieval.terms import terms, tokenize
from retrieval.trees import UNTAUGHT

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

FOLDS = 4
CLUSTERS = 64
OFTEN = 8  # times a word must occur to be clustered
NEIGHBOURS = 250  # words that a word is known by
STRENGTH = 0.1  # C of the linear models, the inverse of the penalty
STEPS = 60  # of fitting the linear models: to stop early is a penalty, too
NEARLY_RIGHT = 0.1  # how much the square of its F1 counts, beside its EM, for a whole candidate
SETTINGS = {
    "max_iter": 250,
    "max_leaf_nodes": 31,
    "max_depth": 8,
    "learning_rate": 0.06,
    "l2_regularization": 1.0,
    "min_samples_leaf": 20,
    "early_stopping": False,
    "random_state": 0,
}
"""scikit-learn's HistGradientBoostingRegressor; chosen on New-Wikipedia and Reddit, each tested on the other."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a sentence in which an answer begins, and the first and last words of each such there."""

    fold: int
    seen: Read
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentence: str
    answers: tuple[str, ...]
    spans: frozenset[tuple[int, int]]
    hinted: Hints


class _Choices(NamedTuple):
    """What is chosen from, those of one sentence together: features, how right each is, which sentence, which fold."""

    features: NDArray[np.uint32]
    right: Doubles
    group: Ints
    fold: Ints

    def only(self, of: Bools) -> "_Choices":
        """Some of them, and only of the sentences that hold a right one."""
        some = of & (np.bincount(self.group, self.right)[self.group] > 0)
        return _Choices(self.features[some], self.right[some], self.group[some], self.fold[some])


def train_marker(squads: Sequence[Squad]) -> Marker:
    """The marker learned from these files. Raises GoldError if too few answers in them can be marked."""
    with threadpool_limits(1):  # the order in which threads sum must not decide what is learned
        return _train(squads)


def _train(squads: Sequence[Squad]) -> Marker:
    known, cluster = _clusters([p.text for squad in squads for document in squad.documents for p in split(document)])
    examples = [example for squad in squads for example in _examples(squad, known, cluster)]
    if len({example.fold for example in examples}) < FOLDS:
        raise GoldError("too few questions have an answer that can be marked: nothing to learn from")
    blank = Linear(np.zeros(1 << BITS, np.int8))
    marker = Marker(known, cluster, blank, blank, blank, UNTAUGHT)

    first, last = _words(examples)
    apart = [
        replace(marker, first=_linear(first.only(first.fold != fold)), last=_linear(last.only(last.fold != fold)))
        for fold in range(FOLDS)
    ]
    marker = replace(marker, first=_linear(first), last=_linear(last))

    found = _candidates(examples, apart)
    apart = [replace(one, whole=_linear(found.only(found.fold != fold))) for fold, one in enumerate(apart)]
    marker = replace(marker, whole=_linear(found))

    samples, exact, group = _weighed(examples, apart)
    model = HistGradientBoostingRegressor(loss=_Listwise(group), **SETTINGS).fit(samples, exact)
    return replace(marker, trees=trees_of(NAMES, model))


def _examples(squad: Squad, known: Ints, cluster: Ints) -> Iterator[Example]:
    """The questions of a file, with each of the sentences that an answer stands in."""
    passages = {document.id: split(document) for document in squad.documents}
    texts = [passage.text for found in passages.values() for passage in found]
    words = lexis(texts, _idf(texts))
    numbers = {document: number for number, document in enumerate(passages)}
    for question in track(squad.questions, "Marking: sentences", transient=True):
        spans = _spans(question, passages.get(question.document, ()))
        parsed = parse(question.text, words.name_terms)
        asked = asked_of(parsed, words.idf)
        for number in sorted({sentence for sentence, _, _ in spans}):
            sentence = passages[question.document][number].text
            text = text_of(sentence)
            yield Example(
                numbers[question.document] % FOLDS,
                read(asked, text, words.idf, known, cluster),
                text.starts,
                text.ends,
                sentence,
                tuple(span.text for span in question.answers),
                frozenset((first, last) for held, first, last in spans if held == number),
                hints_of(parsed, sentence, text, words.names),
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


def _words(examples: Sequence[Example]) -> tuple[_Choices, _Choices]:
    """All words, as the first and as the last of an answer."""
    columns = [boundaries(example.seen) for example in examples]
    sizes = [example.seen.size for example in examples]
    group, fold = np.repeat(np.arange(len(examples)), sizes), np.repeat([example.fold for example in examples], sizes)

    def choices(side: int) -> _Choices:
        starts = np.cumsum(sizes) - sizes
        right = np.zeros(len(group))
        right[[at + span[side] for at, one in zip(starts, examples, strict=True) for span in one.spans]] = 1
        return _Choices(np.concatenate([column[side].astype(np.uint32) for column in columns]), right, group, fold)

    return choices(0), choices(1)


def _candidates(examples: Sequence[Example], apart: Sequence[Marker]) -> _Choices:
    """All candidates as a whole."""
    columns = []
    for number, example in enumerate(track(examples, "Marking: candidates", transient=True)):
        found, _ = apart[example.fold].find(example.seen)
        worth = _worth(example, found)
        columns.append(
            (
                whole(example.seen, found).astype(np.uint32),
                worth[:, 0] + NEARLY_RIGHT * worth[:, 1] ** 2,
                np.full(len(worth), number),
                np.full(len(worth), example.fold),
            )
        )
    return _Choices(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _weighed(examples: Sequence[Example], apart: Sequence[Marker]) -> tuple[Floats, Doubles, Ints]:
    """The candidates as the trees learn from them: their samples, which are right, and of which sentence they are."""
    samples, exact = [], []
    for example in track(examples, "Marking: trees", transient=True):
        found, scores = apart[example.fold].find(example.seen)
        right = _worth(example, found)[:, 0]
        if right.any():
            samples.append(weigh(example.seen, found, scores, example.hinted))
            exact.append(right)
    return np.concatenate(samples), np.concatenate(exact), np.repeat(np.arange(len(exact)), list(map(len, exact)))


def _worth(example: Example, found: Candidates) -> Doubles:
    """The EM and the F1 of each candidate, shape (n, 2)."""
    worth = []
    for first, last in zip((found.first - PADDING).tolist(), (found.last - PADDING).tolist(), strict=True):
        words = example.sentence[example.starts[first] : example.ends[last]]
        worth.append((exact_match(words, example.answers), token_f1(words, example.answers)))
    return np.array(worth)


def _shares(scores: Doubles, group: Ints) -> Doubles:
    """The softmax of the scores within each group; groups are numbers in ascending order."""
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(begins, append=len(group))
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, begins), sizes))
    shares: Doubles = raised / np.repeat(np.add.reduceat(raised, begins), sizes)
    return shares


def _linear(choices: _Choices) -> Linear:
    """A conditional logit over hashed features; where several are right, they share it."""
    features, right, group, _ = choices.only(np.ones(len(choices.group), bool))
    n, width = features.shape
    ones, starts = np.ones(n * width, np.float32), np.arange(0, n * width + 1, width)
    samples = csr_array((ones, features.ravel().astype(np.int32), starts), shape=(n, 1 << BITS))
    of_feature = samples.T.tocsr()
    wanted = right / np.bincount(group, right)[group]

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        given = _shares((samples @ weights.astype(np.float32)).astype(np.float64), group)
        slope = of_feature @ (given - wanted).astype(np.float32) + weights / STRENGTH
        return float(weights @ weights / (2 * STRENGTH) - wanted @ np.log(np.maximum(given, 1e-30))), slope

    fitted = minimize(loss, np.zeros(1 << BITS), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return Linear(np.clip(np.rint(100 * fitted.x), -127, 127).astype(np.int8))


class _Listwise(HalfSquaredError):  # type: ignore[misc] # noqa: N818 (scikit-learn has no types; it is no exception)
    """The loss by which scikit-learn's trees learn which of a group is right: −log of the softmax at the right ones.

    ``group``, shape (n,), are numbers in ascending order, each with a right one. The samples must stay in their order:
    no early stopping.
    """

    def __init__(self, group: Ints) -> None:
        super().__init__()
        self.group = group
        self.constant_hessian = False

    def fit_intercept_only(self, y_true: Doubles, sample_weight: None = None) -> np.float64:  # noqa: ARG002
        """What the scores begin with: all alike."""
        return np.float64(0)

    def gradient_hessian(
        self,
        y_true: Doubles,
        raw_prediction: Doubles,
        sample_weight: None,  # noqa: ARG002
        gradient_out: Floats,
        hessian_out: Floats,
        n_threads: int,  # noqa: ARG002
    ) -> tuple[Floats, Floats]:
        """The first two derivatives by the scores, written into the arrays given."""
        given = _shares(raw_prediction.ravel(), self.group)
        gradient_out.reshape(-1)[:] = given - y_true / np.bincount(self.group, y_true)[self.group]
        hessian_out.reshape(-1)[:] = np.maximum(given * (1 - given), _FLATTEST)
        return gradient_out, hessian_out


_FLATTEST = 1e-3  # what a second derivative counts at the least: a leaf without any would jump
