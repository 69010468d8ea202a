"""Gradient-boosted trees as plain arrays: read from scikit-learn once, stored without pickle, evaluated by numpy."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
        np.savez_compressed(
            path.with_suffix(".npz"), shape=np.array([self.depth, self.start]), **{n: getattr(self, n) for n in _ARRAYS}
        )


_NONE = np.zeros(0, np.int32)
UNTAUGHT = Trees(_NONE.astype(np.int16), np.zeros(0, np.float32), _NONE, _NONE, np.zeros(0, np.float32), _NONE, 0, 0.0)
"""No trees: every sample scores 0."""

_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots")


def read_trees(path: Path = RANKER) -> Trees:
    """The trees in a file that ``write`` made; what numpy raises if it is missing or damaged passes through."""
    with np.load(path, allow_pickle=False) as arrays:
        depth, start = arrays["shape"]
        feature, threshold, left, right, value, roots = (arrays[name] for name in _ARRAYS)
        return Trees(feature, threshold, left, right, value, roots, int(depth), float(start))
