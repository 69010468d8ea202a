"""TF-IDF over passages, searched through term-major postings.

scikit-learn counts the terms and weighs them by idf; what is ours is the weight of a term inside a passage, the context
a passage is found by, and the search: a question has a handful of terms, so only their columns are read.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from retrieval.terms import terms

K1 = 0.9  # how soon a repeated term stops counting
B = 0.4  # how much a passage's length counts against it
PIVOT = 12.0  # terms in a passage of ordinary length; fixed, so that a weight never depends on other documents
CONTEXT = 1.0  # how much the words around a passage count beside its own


class Entry(NamedTuple):
    """What a passage is found by: its own text, and the text around it (title, heading, paragraph, who "he" is)."""

    text: str
    context: str


class Hit(NamedTuple):
    """A passage found: its place in the ranking from 0, its row in the index, and its score."""

    rank: int
    row: int
    score: float


class Index:
    """Postings over ``n`` entries and their contexts, a column a term.

    The score of entry ``d`` for question ``q`` is, in BM25's form (Robertson & Zaragoza, 2009, eq. 3.15) with idf on
    the question's side::

        Σ_{t ∈ q} idf(t) · (w(t, text_d) + CONTEXT · w(t, context_d))
        w(t, x) = tf · (K1 + 1) / (tf + K1 · (1 − B + B · |x| / PIVOT))
        idf(t)  = ln((1 + n) / (1 + df(t))) + 1

    idf is scikit-learn's smoothed one.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Counts and weighs ``entries``; a context shared by neighbours is counted once."""
        vectorizer = CountVectorizer(analyzer=terms, dtype=np.float32)
        contexts: dict[str, int] = {}
        self._context_of = np.array([contexts.setdefault(e.context, len(contexts)) for e in entries], dtype=np.int32)
        texts = [*(e.text for e in entries), *contexts]
        # Documents may hold no term at all ("Is it?"), which scikit-learn takes for a mistake.
        counts = csr_array(vectorizer.fit_transform(texts) if any(map(terms, texts)) else (len(texts), 0))
        own, around = counts[: len(entries)], counts[len(entries) :]
        self._vocabulary: dict[str, int] = vectorizer.vocabulary_ if counts.shape[1] else {}
        self._idf: NDArray[np.float64] = TfidfTransformer().fit(own).idf_ if counts.shape[1] else np.ones(0)
        self._own = _saturate(own)
        self._around = _saturate(around)

    def idf(self, term: str) -> float:
        """How much ``term`` tells: the rarer, the more; a term that stands nowhere has the most."""
        column = self._vocabulary.get(term)
        return float(self._idf.max(initial=1.0) if column is None else self._idf[column])

    def __contains__(self, term: str) -> bool:
        return term in self._vocabulary

    def search(self, question: Sequence[str], limit: int, rows: NDArray[np.bool_] | None = None) -> list[Hit]:
        """The best ``limit`` entries for the terms of a question, best first; ties in the order of the entries.

        ``rows``, shape (n,), limits the search to where it is true. Entries that share no term are never hits.
        """
        columns = sorted({self._vocabulary[term] for term in question if term in self._vocabulary})
        if not columns:
            return []
        weights = self._idf[columns]
        scores = self._own[:, columns] @ weights + CONTEXT * (self._around[:, columns] @ weights)[self._context_of]
        if rows is not None:
            scores[~rows] = 0.0
        found = np.flatnonzero(scores)
        best = found[np.argsort(-scores[found], kind="stable")[:limit]]
        return [Hit(rank, int(row), float(scores[row])) for rank, row in enumerate(best)]


def _saturate(counts: csr_array) -> csc_array:
    """Counts → weights, term-major."""
    weights = counts.copy()
    lengths = np.repeat(counts.sum(axis=1), np.diff(counts.indptr))
    tf = counts.data
    weights.data = tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths / PIVOT))
    return csc_array(weights)
