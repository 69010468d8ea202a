"""Trees that scikit-learn has fitted → plain arrays."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from retrieval.trees import Trees


def trees_of(names: tuple[str, ...], model: HistGradientBoostingClassifier | HistGradientBoostingRegressor) -> Trees:
    """The trees of a fitted binary classifier or regressor without categorical features or missing values.

    Thresholds are rounded down to float32, in which samples are: each then goes where it went in the fitting.
    """
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
        names,
        np.concatenate(feature).astype(np.int16),
        _rounded_down(np.concatenate(threshold)),
        np.concatenate(left).astype(np.int32),
        np.concatenate(right).astype(np.int32),
        np.concatenate(value).astype(np.float32),
        np.array(roots, np.int32),
        depth,
        float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 (likewise)
    )


def _rounded_down(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """The greatest float32 that is no greater: x ≤ t is the same for either and every float32 x."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
