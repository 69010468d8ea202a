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
    """A sum of binary trees (Friedman, 2001, algorithm 1), every node of every tree in one row of arrays.

    At node ``i`` a sample goes to ``left[i]`` if its ``feature[i]`` is at most ``threshold[i]``, else to ``right[i]``;
    a leaf leads to itself and adds ``value[i]``. ``roots`` are the first nodes, ``start`` is what the sum begins with.
    ``names`` are those of the features.
    """

    names: tuple[str, ...]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    depth: int
    start: float

    def score(self, table: Table) -> NDArray[np.float32]:
        """The sum for each sample, shape (n,): of a classifier's trees the log-odds, of a regressor's the value.

        Raises ValueError for features other than those learned from.
        """
        if table.names != self.names and len(self.roots):
            raise ValueError("the model was learned from other features: make it anew with `make train`")
        samples = table.values
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
            path,
            names=np.array(self.names),
            shape=np.array([self.depth, self.start]),
            **{name: getattr(self, name) for name in _ARRAYS},
        )

    def scaled(self, factor: float, offset: float) -> "Trees":
        """The trees whose score is ``factor`` times this one and ``offset``."""
        return replace(self, value=self.value * np.float32(factor), start=self.start * factor + offset)


_NONE = np.zeros(0, np.int32)
_ZERO = np.zeros(0, np.float32)
UNTAUGHT = Trees((), _NONE.astype(np.int16), _ZERO, _NONE, _NONE, _ZERO, _NONE, 0, 0.0)
"""No trees: every sample scores 0."""

_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots")


def read_trees(path: Path) -> Trees:
    """The trees in a file that ``write`` made; what numpy raises if it is missing or damaged passes through."""
    with np.load(path, allow_pickle=False) as arrays:
        depth, start = arrays["shape"]
        feature, threshold, left, right, value, roots = (arrays[name] for name in _ARRAYS)
        names = tuple(arrays["names"].tolist())
        return Trees(names, feature, threshold, left, right, value, roots, int(depth), float(start))
