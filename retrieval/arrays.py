"""What NumPy has no word for, or none that is fast for the few numbers of one question."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse._sparsetools import csc_matvec

Scalar = TypeVar("Scalar", bound=np.generic)
Integer = TypeVar("Integer", bound=np.integer)


def greatest(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The places of the ``limit`` greatest, the greatest first, equal ones in their order; ``limit`` is at least 1."""
    if len(scores) <= limit:
        return np.argsort(-scores, kind="stable")
    least = np.partition(scores, -limit)[-limit]
    places = np.flatnonzero(scores >= least)  # more than the limit only if some are equal
    return places[np.argsort(-scores[places], kind="stable")[:limit]]


def add(sums: NDArray[np.float32], places: NDArray[np.int32], values: NDArray[np.float32], times: np.float32) -> None:
    """Adds ``times`` the ``values`` to the ``sums`` at the ``places``, all shape (n,) but the sums.

    It is SciPy's own loop for a column of a sparse matrix and a number. What is public there makes new sums each time,
    and NumPy's indexing takes seven times as long. Raises IndexError for a place outside, for SciPy would write there.
    """
    if len(places) and places.view(np.uint32).max() >= len(sums):
        raise IndexError("a posting stands at a text that is not there")
    csc_matvec(len(sums), 1, np.array([0, len(places)], np.int32), places, values, np.array([times]), sums)


def distinct(values: NDArray[Integer]) -> NDArray[Integer]:
    """The values, each once, ascending; of few, numpy.unique takes longer."""
    return values[first_of_each(values)]


def first_of_each(values: NDArray[Integer]) -> NDArray[np.int64]:
    """The place of one of each value, by the values ascending; of few, numpy.unique takes longer."""
    order = values.argsort()
    ordered = values[order]
    another = np.ones(len(values), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=another[1:])
    return order[another]


def stacked(rows: Sequence[ArrayLike], size: int, dtype: type[Scalar]) -> NDArray[Scalar]:
    """The rows, each of them ``size`` values or one for all, shape (rows, size)."""
    found = np.empty((len(rows), size), dtype)
    for number, row in enumerate(rows):
        found[number] = row
    return found


def moved(values: NDArray[Scalar], by: int) -> NDArray[Scalar]:
    """Each place given the value ``by`` places before it, 0 where there is none."""
    found = np.zeros_like(values)
    if by > 0:
        found[by:] = values[:-by]
    else:
        found[:by] = values[-by:]
    return found


def ranges(first: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of several ranges, one after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(first - before, lengths) + np.arange(lengths.sum())
