"""Trees that scikit-learn has fitted → plain arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from retrieval.trees import Trees


def trees_of(names: tuple[str, ...], model: HistGradientBoostingClassifier | HistGradientBoostingRegressor) -> Trees:
    """The trees of a fitted binary classifier or regressor without categorical features or missing values.

    Thresholds are rounded down to float32, in which samples are: each then goes where it went in the fitting.
    """
    trees = [_tree(tree.nodes) for (tree,) in model._predictors]  # noqa: SLF001 (the nodes have no public form)
    splits = max(len(tree.mask) for tree in trees)
    leaves = max(len(tree.value) for tree in trees)
    bits = np.min_scalar_type(2**leaves - 1).type
    return Trees(
        names,
        np.stack([np.pad(tree.feature, (0, splits - len(tree.mask))) for tree in trees], axis=1).astype(np.int16),
        np.stack(
            [np.pad(tree.threshold, (0, splits - len(tree.mask)), constant_values=np.inf) for tree in trees], axis=1
        ),
        np.stack([np.pad(tree.mask, (0, splits - len(tree.mask))) for tree in trees], axis=1).astype(bits),
        np.stack([np.pad(tree.value, (0, leaves - len(tree.value))) for tree in trees]).astype(np.float32),
        float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 (likewise)
    )


class _Tree(NamedTuple):
    """One tree: its splits, and its leaves from the left."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    mask: NDArray[np.uint64]
    value: NDArray[np.float64]


def _tree(nodes: NDArray[np.void]) -> _Tree:
    """A tree from its nodes, the first of which is the root."""
    splits: list[tuple[int, int, int]] = []  # each with the leaves to its left, first and last
    values: list[float] = []

    def walk(number: int) -> None:
        node = nodes[number]
        if node["is_leaf"]:
            values.append(float(node["value"]))
            return
        first = len(values)
        walk(int(node["left"]))
        splits.append((number, first, len(values)))
        walk(int(node["right"]))

    walk(0)
    every = 2 ** len(values) - 1
    inner = nodes[[number for number, _, _ in splits]]
    return _Tree(
        inner["feature_idx"].astype(np.int64),
        _rounded_down(inner["num_threshold"]),
        np.array([every & ~(2**last - 2**first) for _, first, last in splits], np.uint64),
        np.array(values),
    )


def _rounded_down(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is no greater: x ≤ t is the same for either and every float32 x."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
