"""What answers are worth, as pure functions of numbers and strings; each names the source of its definition.

Ranks count from 1 and are ``math.inf`` where nothing right was found. A share of nothing is ``math.nan``.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 10
"""Equal-width bins of the confidence, for calibration."""

Figures = dict[str, float]


class Bin(NamedTuple):
    """The questions whose confidence falls into one bin: how many, their mean confidence, the share answered right."""

    size: int
    confidence: float
    accuracy: float


class Point(NamedTuple):
    """What answering from one threshold upwards means: the share answered, and the share of those that is wrong."""

    threshold: float
    coverage: float
    risk: float


def rank_of_best(scores: NDArray[np.float64], gold: Sequence[int]) -> float:
    """The rank of the best-scored of the candidates ``gold``; candidates that score the same share their average rank.

    This is the "average" method of ranking (Kendall, 1945), so a peer gains nothing from the order of its ties.
    ``scores`` has shape (candidates,).
    """
    best = scores[list(gold)].max(initial=-math.inf)
    return float(np.count_nonzero(scores > best) + (np.count_nonzero(scores == best) + 1) / 2) if gold else math.inf


def ranking_figures(ranks: Sequence[float]) -> Figures:
    """P@1, MRR and R@k over questions, from the rank of each one's best gold sentence.

    As in ReQA (Ahmad et al., 2019): MRR is the mean of 1/rank, R@k the share of questions with a rank of at
    most k, and P@1 is R@1.
    """
    found = np.asarray(ranks, dtype=float)
    return {
        "P@1": mean(found <= 1),
        "MRR": mean(1 / found),
        **{f"R@{k}": mean(found <= k) for k in (5, 10, 30)},
    }


def normalized(answer: str) -> str:
    """An answer as SQuAD's official script compares it: lower case, no punctuation, no articles, single spaces.

    Rajpurkar et al., 2016; evaluate-v2.0.py, ``normalize_answer``.
    """
    plain = answer.lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def exact_match(predicted: str, gold: Sequence[str]) -> float:
    """1 if the prediction equals one of the answers once normalised, else 0. No answer is the empty string."""
    return float(any(normalized(predicted) == normalized(answer) for answer in _answers(gold)))


def token_f1(predicted: str, gold: Sequence[str]) -> float:
    """The best F1 over the answers, of the words shared with the prediction (evaluate-v2.0.py, ``compute_f1``)."""
    return max(_f1(normalized(predicted).split(), normalized(answer).split()) for answer in _answers(gold))


def auroc(scores: ArrayLike, positive: ArrayLike) -> float:
    """The area under the ROC curve: how often a positive outscores a negative, a tie counting half (Fawcett, 2006)."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 (only measuring needs it, and answering starts without)

    labels = np.asarray(positive, dtype=bool)
    return float(roc_auc_score(labels, np.asarray(scores))) if 0 < labels.sum() < labels.size else math.nan


def kept_at(share: float, confidence: ArrayLike, answerable: ArrayLike, right: ArrayLike | None = None) -> float:
    """The share of answerable questions still answered, under the lowest threshold that is strict enough.

    Strict enough is a threshold under which at most ``share`` of the unanswerable questions are answered: a point of
    the ROC curve (Fawcett, 2006). Where ``right`` is given, only right answers count as true positives.
    """
    confidence, answerable = np.asarray(confidence, dtype=float), np.asarray(answerable, dtype=bool)
    false = np.sort(confidence[~answerable])[::-1]
    allowed = math.floor(share * false.size + 1e-9)  # 0.05 · 20 is 1, whatever its last binary digit
    bound = false[allowed] if allowed < false.size else -math.inf
    counted = answerable if right is None else np.asarray(right, dtype=bool)
    return mean((counted & (confidence > bound))[answerable])


def reliability(confidence: ArrayLike, right: ArrayLike) -> list[Bin]:
    """The bins of a reliability diagram (DeGroot & Fienberg, 1983) that are not empty, in order: BINS of equal width.

    A bin holds its lower edge; the last one holds 1 too.
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool)
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    members = (places == place for place in range(BINS))
    return [Bin(int(m.sum()), mean(confidence[m]), mean(right[m])) for m in members if m.any()]


def calibration_error(confidence: ArrayLike, right: ArrayLike) -> float:
    """Expected calibration error over BINS equal-width bins (Guo et al., 2017).

    ``Σ_b |b| / n · |accuracy(b) − confidence(b)|``.
    """
    bins = reliability(confidence, right)
    total = sum(b.size for b in bins)
    return sum(b.size * abs(b.accuracy - b.confidence) for b in bins) / total if total else math.nan


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> list[Point]:
    """Risk against coverage (El-Yaniv & Wiener, 2010): one point for each threshold that a confidence gives.

    Highest threshold first; questions of the same confidence are answered together.
    """
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool)
    order = np.argsort(-confidence, kind="stable")
    sure, wrong = confidence[order], np.cumsum(~right[order])
    ends = [n for n in range(sure.size) if n + 1 == sure.size or sure[n + 1] < sure[n]]
    return [Point(float(sure[n]), (n + 1) / sure.size, float(wrong[n] / (n + 1))) for n in ends]


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first ``k`` documents (Järvelin & Kekäläinen, 2002), gains linear.

    ``Σ_{i ≤ k} gain(i) / log2(i + 1)``, divided by that of the best ranking there could be. The formula itself, for
    scikit-learn's ``ndcg_score`` takes every document for ranked, and a document that was not found has no rank.
    """
    found = [gains.get(document, 0.0) for document in ranking[:k]]
    best = sorted(gains.values(), reverse=True)[:k]
    return _discounted(found) / _discounted(best) if any(best) else math.nan


def average_precision(ranking: Sequence[str], relevant: set[str]) -> float:
    """The mean, over all relevant documents, of the precision where each is found, 0 for one not found.

    This is trec_eval's ``map``. The formula itself, for scikit-learn's ``average_precision_score`` takes every document
    for ranked.
    """
    hits = 0
    total = 0.0
    for rank, document in enumerate(ranking, 1):
        if document in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant) if relevant else math.nan


def mean(values: ArrayLike) -> float:
    """The arithmetic mean; of nothing, ``math.nan``."""
    array = np.asarray(values, dtype=float)
    return float(array.mean()) if array.size else math.nan


def _answers(gold: Sequence[str]) -> Sequence[str]:
    """The answers that are more than an article, or the empty one, as the official script has it."""
    return [answer for answer in gold if normalized(answer)] or [""]


def _f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (Counter(predicted) & Counter(gold)).total()
    return 2 * shared / (len(predicted) + len(gold))  # 2PR / (P + R), with P and R written out


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
