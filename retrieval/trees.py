"""Gradient-boosted trees as plain arrays: read from scikit-learn once, stored without pickle, evaluated by numpy."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Table(NamedTuple):
    """Samples, a row each: the names of their features, and the values, shape (n, features)."""

    names: tuple[str, ...]
    values: NDArray[np.float32]


AT_ONCE = 50  # trees: what a few of them make fits where the processor is fast


@dataclass(frozen=True)
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
        feature, threshold, places = self._distinct
        samples = np.ascontiguousarray(table.values.T).take(feature, axis=0)
        kept = 0 - (samples <= threshold[:, None]).astype(self.mask.dtype)
        some = (slice(first, first + AT_ONCE) for first in range(0, len(self.value), AT_ONCE))
        left = np.concatenate([_left(kept, places[:, trees], self.mask[:, trees]) for trees in some])
        leaf = np.bitwise_count((left & (0 - left)) - 1)
        trees, leaves = self.value.shape
        values = self.value.take(leaf + np.arange(0, trees * leaves, leaves)[:, None])
        total: NDArray[np.float32] = values.sum(axis=0) + np.float32(self.start)
        return total

    @cached_property
    def _distinct(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
        """The feature and the threshold of each distinct split, and which of them each split is, shape (splits, t)."""
        splits = np.stack([self.feature.ravel().astype(np.float32), self.threshold.ravel()])
        (feature, threshold), places = np.unique(splits, axis=1, return_inverse=True)
        return feature.astype(np.intp), threshold, places.reshape(self.feature.shape)

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


def _left(
    kept: NDArray[np.unsignedinteger], places: NDArray[np.intp], mask: NDArray[np.unsignedinteger]
) -> NDArray[np.unsignedinteger]:
    """The leaves of some trees that each sample can reach, shape (trees, n); ``kept`` has all bits or none."""
    stays = kept.take(places, axis=0)
    stays |= mask[..., None]
    left: NDArray[np.unsignedinteger] = np.bitwise_and.reduce(stays, axis=0)
    return left


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
