"""Gradient-boosted trees as plain arrays: read from scikit-learn once, stored without pickle, evaluated by numpy."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Table(NamedTuple):
    """Samples, a row each: the names of their features, and the values, shape (n, features)."""

    names: tuple[str, ...]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of binary trees (Friedman, 2001, algorithm 1), ``t`` of them, evaluated a split at a time.

    That is QuickScorer (Lucchese et al., 2015): the leaves of a tree are bits, from the left. A sample that goes right
    at a split cannot reach the leaves to its left, so their bits fall away; the lowest bit that stays is its leaf.

    ``feature``, ``threshold`` and ``mask``, shape (splits, t): a sample whose ``feature`` is above ``threshold`` keeps
    only the leaves in ``mask``; a tree with fewer splits has some at infinity. ``value``, shape (t, leaves), is what
    each leaf adds, ``start`` what the sum begins with. ``names`` are those of the features.
    """

    names: tuple[str, ...]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    mask: NDArray[np.unsignedinteger]
    value: NDArray[np.float32]
    start: float

    def score(self, table: Table) -> NDArray[np.float32]:
        """The sum for each sample, shape (n,): of a classifier's trees the log-odds, of a regressor's the value.

        Raises ValueError for features other than those learned from.
        """
        if not self.value.size:
            return np.full(len(table.values), self.start, np.float32)
        if table.names != self.names:
            raise ValueError("the model was learned from other features: make it anew with `make train`")
        samples = np.ascontiguousarray(table.values.T).take(self.feature, axis=0)
        kept = (samples <= self.threshold[..., None]).astype(self.mask.dtype)
        np.subtract(0, kept, out=kept)  # in place: what is freed and taken anew costs more than the sums
        np.bitwise_or(kept, self.mask[..., None], out=kept)
        left = np.bitwise_and.reduce(kept, axis=0)
        leaf = np.bitwise_count((left & (0 - left)) - 1)
        trees, leaves = self.value.shape
        values = self.value.take(leaf + np.arange(0, trees * leaves, leaves)[:, None])
        total: NDArray[np.float32] = values.sum(axis=0) + np.float32(self.start)
        return total

    def write(self, path: Path) -> None:
        """Writes the trees; the same trees give the same bytes."""
        np.savez_compressed(
            path,
            names=np.array(self.names),
            start=np.array(self.start),
            **{name: getattr(self, name) for name in _ARRAYS},
        )

    def scaled(self, factor: float, offset: float) -> "Trees":
        """The trees whose score is ``factor`` times this one and ``offset``."""
        return replace(self, value=self.value * np.float32(factor), start=self.start * factor + offset)


UNTAUGHT = Trees(
    (),
    np.zeros((0, 0), np.int16),
    np.zeros((0, 0), np.float32),
    np.zeros((0, 0), np.uint8),
    np.zeros((0, 0), np.float32),
    0.0,
)
"""No trees: every sample scores 0."""

_ARRAYS = ("feature", "threshold", "mask", "value")


def read_trees(path: Path) -> Trees:
    """The trees in a file that ``write`` made; what numpy raises if it is missing or damaged passes through."""
    with np.load(path, allow_pickle=False) as arrays:
        feature, threshold, mask, value = (arrays[name] for name in _ARRAYS)
        return Trees(tuple(arrays["names"].tolist()), feature, threshold, mask, value, float(arrays["start"]))
