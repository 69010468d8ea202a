"""Remembering what a method gave, for as long as its object lives and no longer."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
T = TypeVar("T")


def weak(method: Callable[P, T]) -> Callable[P, T]:
    """A bound method that does not keep its object, to be called while that lives.

    An object that holds its own method is left to the collector of cycles, which may be long in coming: an index that
    nobody asks any more would keep its files open until then.
    """
    reference = WeakMethod(method)

    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        alive = reference()
        if alive is None:
            raise ReferenceError("what this was a method of is gone")
        return alive(*args, **kwargs)

    return called


def remembered(method: Callable[P, T], most: int) -> Callable[P, T]:
    """The method, with what it gave for the last ``most`` arguments; by as weak a bond."""
    return cast("Callable[P, T]", lru_cache(most)(weak(method)))
