"""What NumPy has no word for: against what it has, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.arrays import add, distinct, first_of_each, greatest, moved, stacked

SCORES = st.lists(st.sampled_from([-np.inf, -1, 0, 0.5, 2, 3]), max_size=30)


@given(SCORES, st.integers(1, 40))
def test_the_greatest_are_the_first_of_all_sorted(scores: list[float], limit: int) -> None:
    given_ = np.array(scores, np.float32)
    assert greatest(given_, limit).tolist() == np.argsort(-given_, kind="stable")[:limit].tolist()


@given(st.dictionaries(st.integers(0, 9), st.floats(-9, 9, width=32)), st.floats(-9, 9, width=32))
def test_what_is_added_at_some_places(values: dict[int, float], times: float) -> None:
    sums, expected = np.arange(10, dtype=np.float32), np.arange(10, dtype=np.float32)
    places, of = np.array(sorted(values), np.int32), np.array([values[at] for at in sorted(values)], np.float32)
    for array in (places, of):
        array.setflags(write=False)  # as those mapped from a file
    add(sums, places, of, np.float32(times))
    expected[places] += of * np.float32(times)
    assert sums == pytest.approx(expected, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("place", [-1, 10, 2**31 - 1])
def test_nothing_is_added_outside(place: int) -> None:
    with pytest.raises(IndexError):
        add(np.zeros(10, np.float32), np.array([0, place], np.int32), np.ones(2, np.float32), np.float32(1))


@given(st.lists(st.integers(-3, 3)))
def test_one_of_each_value(values: list[int]) -> None:
    given_ = np.array(values, np.int64)
    assert distinct(given_).tolist() == np.unique(given_).tolist()
    assert given_[first_of_each(given_)].tolist() == np.unique(given_).tolist()


def test_rows_are_stacked_whole_or_one_number_for_all() -> None:
    table = stacked([np.array([True, False]), 2.5, [3, 4]], 2, np.float32)
    assert table.tolist() == [[1, 0], [2.5, 2.5], [3, 4]]


def test_what_is_moved_leaves_nothing_behind() -> None:
    values = np.array([1, 2, 3])
    assert [moved(values, by).tolist() for by in (1, 2, -1, 3, -4)] == [
        [0, 1, 2],
        [0, 0, 1],
        [2, 3, 0],
        [0] * 3,
        [0] * 3,
    ]
