"""TF-IDF over passages, searched through term-major postings.

scikit-learn counts the terms and weighs them by idf; what is ours is the weight of a term inside a passage, the context
a passage is found by, and the search: a question has a handful of terms, so only their columns are read.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from corpus import ENGLISH
from retrieval.arrays import greatest
from retrieval.terms import terms

K1 = 0.9  # how soon a repeated term stops counting
B = 0.4  # how much a passage's length counts against it
PIVOT = 12.0  # terms in a passage of ordinary length; fixed, so that a weight never depends on other documents
CONTEXT = 1.0  # how much the words around a passage count beside its own


class Entry(NamedTuple):
    """What a passage is found by: its own text, and the text around it (title, heading, paragraph, who "he" is)."""

    text: str
    context: str


class Hits(NamedTuple):
    """The best entries for a question, best first: their rows, and the two parts of their scores, shape (n,) each."""

    rows: NDArray[np.int64]
    own: NDArray[np.float32]
    around: NDArray[np.float32]


class Index:
    """Postings over ``n`` entries and their contexts, a column a term.

    The score of entry ``d`` for question ``q`` is, in BM25's form (Robertson & Zaragoza, 2009, eq. 3.15) with idf on
    the question's side::

        Σ_{t ∈ q} idf(t) · (w(t, text_d) + CONTEXT · w(t, context_d))
        w(t, x) = tf · (K1 + 1) / (tf + K1 · (1 − B + B · |x| / PIVOT))
        idf(t)  = ln((1 + n) / (1 + df(t))) + 1

    idf is scikit-learn's smoothed one.
    """

    def __init__(self, entries: Sequence[Entry], language: str = ENGLISH) -> None:
        """Counts and weighs ``entries``, all in one language; a context shared by neighbours is counted once."""
        analyze = partial(terms, language=language)
        vectorizer = CountVectorizer(analyzer=analyze, dtype=np.float32)
        contexts: dict[str, int] = {}
        self._context_of = np.array([contexts.setdefault(e.context, len(contexts)) for e in entries], dtype=np.int32)
        texts = [*(e.text for e in entries), *contexts]
        # Documents may hold no term at all ("Is it?"), which scikit-learn takes for a mistake.
        counts = csr_array(vectorizer.fit_transform(texts) if any(map(analyze, texts)) else (len(texts), 0))
        own, around = counts[: len(entries)], counts[len(entries) :]
        self._vocabulary: dict[str, int] = vectorizer.vocabulary_ if counts.shape[1] else {}
        self._idf: NDArray[np.float64] = TfidfTransformer().fit(own).idf_ if counts.shape[1] else np.ones(0)
        self._most = float(self._idf.max(initial=1.0))
        self._own = _saturate(own)
        self._around = _saturate(around)

    def idf(self, term: str) -> float:
        """How much ``term`` tells: the rarer, the more; a term that stands nowhere has the most."""
        column = self._vocabulary.get(term)
        return self._most if column is None else float(self._idf[column])

    def __contains__(self, term: str) -> bool:
        return term in self._vocabulary

    def search(self, question: Sequence[str], limit: int, among: slice | NDArray[np.bool_] = slice(None)) -> Hits:
        """The best ``limit`` entries for the terms of a question; ties in the order of the entries.

        ``among`` limits the search to some rows. Entries that share no term are never hits.
        """
        columns = sorted({self._vocabulary[term] for term in question if term in self._vocabulary})
        own = self._summed(self._own, columns, 1.0)
        around = self._summed(self._around, columns, CONTEXT)[self._context_of]
        scores = np.zeros_like(own)
        scores[among] = (own + around)[among]
        found = np.flatnonzero(scores > 0)
        rows = found[greatest(scores[found], limit)]
        return Hits(rows, own[rows], around[rows])

    def _summed(self, postings: csc_array, columns: Sequence[int], factor: float) -> NDArray[np.float32]:
        """The weight of some terms in each text, shape (texts,), each term times its idf and the factor."""
        total = np.zeros(postings.shape[0], np.float32)
        for column in columns:
            held = slice(*postings.indptr[column : column + 2])
            total[postings.indices[held]] += postings.data[held] * (np.float32(self._idf[column]) * np.float32(factor))
        return total

    def present(self, terms: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the terms stand in the text of which entries, shape (rows, terms); a row of −1 holds none."""
        return self._hold(self._own, terms, rows)

    def present_around(self, terms: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the terms stand in the context of which entries, shape (rows, terms)."""
        return self._hold(self._around, terms, self._context_of[rows])

    def _hold(self, postings: csc_array, terms: Sequence[str], texts: NDArray[np.integer]) -> NDArray[np.bool_]:
        texts = texts.astype(postings.indices.dtype)  # or each term's postings would be brought to the type of these
        found = np.zeros((len(texts), len(terms)), bool)
        for place, term in enumerate(terms):
            column = self._vocabulary.get(term)
            held = postings.indices[slice(*postings.indptr[column : column + 2])] if column is not None else ()
            if len(held):
                found[:, place] = held[np.minimum(np.searchsorted(held, texts), len(held) - 1)] == texts
        return found


def _saturate(counts: csr_array) -> csc_array:
    """Counts → weights, term-major."""
    weights = counts.copy()
    lengths = np.repeat(counts.sum(axis=1), np.diff(counts.indptr))
    tf = counts.data
    weights.data = tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths / PIVOT))
    return csc_array(weights)
