"""Trees as arrays: the same scores as scikit-learn's, written and read again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from retrieval.fitted import trees_of
from retrieval.models import FOLDER
from retrieval.trees import Table, Trees, read_trees

NAMES = ("width", "height")


def table(values: object) -> Table:
    """Samples with two features."""
    return Table(NAMES, np.array(values, np.float32).reshape(-1, 2))


def stump() -> Trees:
    """One tree by hand: −1 up to 0.5 of the first feature, 2 above it; the sum begins with 0.25."""
    return Trees(
        NAMES,
        np.array([[0]], np.int16),
        np.array([[0.5]], np.float32),
        np.array([[0b10]], np.uint8),
        np.array([[-1, 2]], np.float32),
        0.25,
    )


def test_a_tree_worked_out_by_hand() -> None:
    assert stump().score(table([[0.5, 9], [0.6, 9]])).tolist() == [-0.75, 2.25]
    assert stump().score(table([])).tolist() == []


@given(st.integers(0, 2**32 - 1))
def test_the_same_as_scikit_learn(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    samples = numbers.normal(size=(120, 4)).astype(np.float32)
    labels = samples[:, 0] * samples[:, 1] + numbers.normal(size=120) > 0
    labels[:2] = [True, False]
    model = HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=5, min_samples_leaf=5).fit(samples, labels)
    assert np.allclose(
        trees_of(("a", "b", "c", "d"), model).score(Table(("a", "b", "c", "d"), samples)),
        model.decision_function(samples),
        atol=1e-4,
    )


def test_written_and_read_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    stump().write(first)
    stump().write(second)
    assert first.read_bytes() == second.read_bytes()
    samples = table([[0.1, 0], [0.9, 0]])
    assert read_trees(first).score(samples).tolist() == stump().score(samples).tolist()


def test_scaled() -> None:
    assert stump().scaled(2, 1).score(table([[0.5, 9], [0.6, 9]])).tolist() == [-0.5, 5.5]


def test_features_other_than_those_learned_from_are_refused() -> None:
    with pytest.raises(ValueError, match="make it anew with `make train`"):
        stump().score(Table(("height", "width"), np.zeros((1, 2), np.float32)))


@pytest.mark.parametrize("name", ["ranker", "confidence", "marker_trees"])
def test_the_models_that_ship_are_small_and_say_something(name: str) -> None:
    trees = read_trees(FOLDER / f"{name}.npz")
    samples = np.random.default_rng(0).normal(size=(20, len(trees.names))).astype(np.float32)
    assert len(set(trees.score(Table(trees.names, samples)).tolist())) > 1
    assert (FOLDER / f"{name}.npz").stat().st_size < 1_000_000
