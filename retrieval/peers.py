"""What Verbatim is measured against: scikit-learn's TF-IDF as it comes, and bm25s as its own README uses it.

A scorer maps n questions to scores of shape (n, candidates), float64, where more is better.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
import Stemmer
from numpy.typing import NDArray

from corpus import UserError

Scores = NDArray[np.float64]
Scorer = Callable[[Sequence[str]], Scores]
Peer = Callable[[Sequence[str]], Scorer]


def require() -> None:
    """Raises UserError, in one line, where bm25s is not installed."""
    if find_spec("bm25s") is None:
        raise UserError(
            "bm25s, a peer in the table, is not installed: use `make evaluate`, or install requirements-evaluate.txt"
        )


def tfidf(texts: Sequence[str]) -> Scorer:
    """Cosine of ``TfidfVectorizer()`` vectors, nothing set."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (as in ``metrics``: it loads slowly)

    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform(texts).T.tocsr()

    def score(questions: Sequence[str]) -> Scores:
        return np.asarray((vectorizer.transform(questions) @ matrix).toarray(), dtype=np.float64)

    return score


def bm25(texts: Sequence[str]) -> Scorer:
    """BM25 by bm25s (Lù, 2024), defaults (Lucene's form, k1 1.5, b 0.75), English stop words, Snowball's stemmer."""
    import bm25s  # noqa: PLC0415 (an extra that only measuring needs)

    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: Sequence[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            list(texts), stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found

    model = bm25s.BM25(backend="numpy")
    model.index(tokens(texts), show_progress=False)

    def score(questions: Sequence[str]) -> Scores:
        return np.array([model.get_scores(asked) for asked in tokens(questions)], dtype=np.float64)

    return score


PEERS: dict[str, Peer] = {"TF-IDF": tfidf, "BM25": bm25}
"""The peers, by the name they have in a table."""


def with_context(peer: Peer, texts: Sequence[str], contexts: Sequence[str]) -> Scorer:
    """A text's score plus that of the context it stands in; ``contexts`` has one for each text, often the same."""
    numbers: dict[str, int] = {}
    context_of = np.array([numbers.setdefault(context, len(numbers)) for context in contexts], dtype=np.int64)
    own, around = peer(texts), peer(list(numbers))
    return lambda questions: own(questions) + around(questions)[:, context_of]


def best_of_group(scorer: Scorer, groups: NDArray[np.int64], count: int) -> Scorer:
    """Each group's best score; ``groups``, shape (candidates,), ascending, says which of ``count`` groups one is in.

    A group without candidates scores 0, as one that shares no word does.
    """
    present, starts = np.unique(groups, return_index=True)

    def score(questions: Sequence[str]) -> Scores:
        scores = np.zeros((len(questions), count))
        scores[:, present] = np.maximum.reduceat(scorer(questions), starts, axis=1)
        return scores

    return score
