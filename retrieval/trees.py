"""Gradient-boosted trees as plain arrays: read from scikit-learn once, stored without pickle, evaluated by numpy."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

RANKER = Path(__file__).with_name("ranker.npz")
"""The ranker that ships; RANKER.md beside it is its card."""


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of binary trees (Friedman, 2001, algorithm 1), every node of every tree in one row of arrays.

    At node ``i`` a sample goes to ``left[i]`` if its ``feature[i]`` is at most ``threshold[i]``, else to ``right[i]``;
    a leaf leads to itself and adds ``value[i]``. ``roots`` are the first nodes, ``start`` is what the sum begins with.
    """

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    depth: int
    start: float

    def score(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The log-odds of each sample, shape (n,), from features of shape (n, features)."""
        node = np.broadcast_to(self.roots, (len(samples), len(self.roots)))
        rows = np.arange(len(samples))[:, None]
        for _ in range(self.depth):
            goes_left = samples[rows, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        total: NDArray[np.float32] = self.value[node].sum(axis=1) + np.float32(self.start)
        return total

    def write(self, path: Path) -> None:
        """Writes the trees; the same trees give the same bytes."""
        np.savez_compressed(path, shape=np.array([self.depth, self.start]), **{n: getattr(self, n) for n in _ARRAYS})


_NONE = np.zeros(0, np.int32)
UNTAUGHT = Trees(_NONE.astype(np.int16), np.zeros(0, np.float32), _NONE, _NONE, np.zeros(0, np.float32), _NONE, 0, 0.0)
"""No trees: every sample scores 0."""

_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots")


def trees_of(model: HistGradientBoostingClassifier) -> Trees:
    """The trees of a fitted binary classifier without categorical features or missing values."""
    feature, threshold, left, right, value, roots = [], [], [], [], [], []
    offset, depth = 0, 0
    for (tree,) in model._predictors:  # noqa: SLF001 (the nodes have no public form)
        nodes = tree.nodes
        leaf = nodes["is_leaf"].astype(bool)
        here = np.arange(len(nodes)) + offset
        roots.append(offset)
        feature.append(np.where(leaf, 0, nodes["feature_idx"]))
        threshold.append(np.where(leaf, 0, nodes["num_threshold"]))
        left.append(np.where(leaf, here, nodes["left"].astype(np.int64) + offset))
        right.append(np.where(leaf, here, nodes["right"].astype(np.int64) + offset))
        value.append(np.where(leaf, nodes["value"], 0))
        depth = max(depth, int(nodes["depth"].max()))
        offset += len(nodes)
    return Trees(
        np.concatenate(feature).astype(np.int16),
        np.concatenate(threshold).astype(np.float32),
        np.concatenate(left).astype(np.int32),
        np.concatenate(right).astype(np.int32),
        np.concatenate(value).astype(np.float32),
        np.array(roots, np.int32),
        depth,
        float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 (likewise)
    )


def read_trees(path: Path = RANKER) -> Trees:
    """The trees in a file. Raises OSError if it cannot be read, KeyError or ValueError if it holds something else."""
    with np.load(path, allow_pickle=False) as arrays:
        depth, start = arrays["shape"]
        feature, threshold, left, right, value, roots = (arrays[name] for name in _ARRAYS)
        return Trees(feature, threshold, left, right, value, roots, int(depth), float(start))
