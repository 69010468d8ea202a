"""Trees as arrays: the same scores as scikit-learn's, written and read again."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from retrieval.training import trees_of
from retrieval.trees import Trees, read_trees


def stump() -> Trees:
    """One tree by hand: −1 up to 0.5 of the first feature, 2 above it; the sum begins with 0.25."""
    return Trees(
        np.array([0, 0, 0], np.int16),
        np.array([0.5, 0, 0], np.float32),
        np.array([1, 1, 2], np.int32),
        np.array([2, 1, 2], np.int32),
        np.array([0, -1, 2], np.float32),
        np.array([0], np.int32),
        1,
        0.25,
    )


def test_a_tree_worked_out_by_hand() -> None:
    assert stump().score(np.array([[0.5, 9], [0.6, 9]], np.float32)).tolist() == [-0.75, 2.25]
    assert stump().score(np.zeros((0, 2), np.float32)).tolist() == []


@given(st.integers(0, 2**32 - 1))
def test_the_same_as_scikit_learn(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    samples = numbers.normal(size=(120, 4)).astype(np.float32)
    labels = samples[:, 0] * samples[:, 1] + numbers.normal(size=120) > 0
    labels[:2] = [True, False]
    model = HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=5, min_samples_leaf=5).fit(samples, labels)
    assert np.allclose(trees_of(model).score(samples), model.decision_function(samples), atol=1e-4)


def test_written_and_read_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    stump().write(first)
    stump().write(second)
    assert first.read_bytes() == second.read_bytes()
    samples = np.array([[0.1, 0], [0.9, 0]], np.float32)
    assert read_trees(first).score(samples).tolist() == stump().score(samples).tolist()


def test_the_ranker_that_ships_is_small_and_says_something() -> None:
    trees = read_trees()
    assert len(trees.roots) >= 100
    assert trees.feature.max() < 80
    assert sum(getattr(trees, name).nbytes for name in ("feature", "threshold", "left", "right", "value")) < 3_000_000
