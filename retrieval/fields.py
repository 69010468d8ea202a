"""Records of arrays ↔ their arrays by name: what is stored is said once, by the types of the records' fields.

A field whose type is an array is stored under its own name, one whose type is a record of arrays as that record's, with
a dot between: ``words.text``. Fields of other types are not stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Record = TypeVar("Record")


class Field(NamedTuple):
    """An array by name, in blocks: one after the other they are ``shape`` values of ``dtype``."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    blocks: Iterable[NDArray[Any]]


@cache
def layout(kind: Any) -> Mapping[str, np.dtype[Any]]:  # noqa: ANN401 (any type of record)
    """The names of all that is stored of such a record, with their dtypes."""
    found: dict[str, np.dtype[Any]] = {}
    for name, of in _members(kind).items():
        if isinstance(of, np.dtype):
            found[name] = of
        else:
            found |= {f"{name}.{inner}": dtype for inner, dtype in layout(of).items()}
    return found


def taken(record: Any, prefix: str = "") -> Iterator[Field]:  # noqa: ANN401 (any record)
    """The arrays of a record, their names after ``prefix``."""
    kind: Any = type(record)
    for name, of in _members(kind).items():
        value = getattr(record, name)
        if isinstance(of, np.dtype):
            yield Field(prefix + name, value.dtype, value.shape, [value])
        else:
            yield from taken(value, f"{prefix}{name}.")


def made(kind: type[Record], arrays: Mapping[str, NDArray[Any]], prefix: str = "", **others: object) -> Record:
    """The record of some arrays, whose names are after ``prefix``, and of what is not stored."""
    stored = {
        name: arrays[prefix + name] if isinstance(of, np.dtype) else made(of, arrays, f"{prefix}{name}.")
        for name, of in _members(cast("Any", kind)).items()
    }
    return kind(**others, **stored)


@cache
def _members(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 (any type of record)
    """The fields that are stored: of an array its dtype, of a record its type."""
    hints = get_type_hints(kind)
    found = {}
    for field in fields(kind):
        hint = _written_out(hints[field.name])
        if get_origin(hint) is np.ndarray:
            (scalar,) = get_args(get_args(hint)[1])
            found[field.name] = np.dtype(scalar)
        elif is_dataclass(hint) and field.init:
            found[field.name] = hint
    return found


def _written_out(hint: Any) -> Any:  # noqa: ANN401 (any type)
    """A type without the name that NumPy, from 2.5 on, has for that of arrays (PEP 695)."""
    named = getattr(get_origin(hint), "__value__", None)
    return hint if named is None else named[get_args(hint)]
