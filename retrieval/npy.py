"""Arrays ↔ ``.npy`` files: written block by block, opened by memory map.

``np.load`` would do to open one. It takes four times as long, for an index of a hundred arrays that is felt, and its
``memmap`` is slower than an array at each use.
"""

import mmap
import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SMALL = 65_536
"""Bytes of a file whose checksum is looked at whenever it is opened."""

_BLOCK = 1 << 20  # bytes that are read at once


def write(
    path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], blocks: Iterable[NDArray[Any]], *, lasting: bool
) -> int:
    """Writes a new file of ``blocks``, one after the other, to the disk itself if it is ``lasting``; its CRC-32.

    Raises OSError; ValueError where the blocks are not the values of such an array.
    """
    head = _header(dtype, shape)
    checksum, left = crc32(head), prod(shape) * dtype.itemsize
    with path.open("xb") as file:
        file.write(head)
        for block in blocks:
            values = np.ascontiguousarray(block).reshape(-1)
            if values.dtype != dtype:
                raise ValueError(f"{path.name}: {values.dtype} among {dtype}")
            data = values.view(np.uint8).data
            file.write(data)
            checksum = crc32(data, checksum)
            left -= len(data)
        if left:
            raise ValueError(f"{path.name}: {left} bytes are wanting")
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    return checksum


def opened(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], checksum: int) -> NDArray[Any]:
    """The array in a file, mapped into memory, only to be read. Of a ``SMALL`` one the checksum is looked at.

    Raises OSError; ValueError if the file is another than was written.
    """
    head = _header(dtype, shape)
    size = len(head) + prod(shape) * dtype.itemsize
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        if os.fstat(descriptor).st_size != size:
            raise ValueError("has another size")
        mapped = mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)
    if mapped[: len(head)] != head or (size <= SMALL and crc32(mapped) != checksum):
        raise ValueError("has changed")
    return np.ndarray(shape, dtype, mapped, len(head))


def release(array: NDArray[Any]) -> None:
    """Gives back the memory that an opened array takes by having been read; what is needed again is read again."""
    base: object = array.base
    if isinstance(base, mmap.mmap) and sys.platform != "win32":
        base.madvise(mmap.MADV_DONTNEED)


def verify(path: Path, checksum: int) -> None:
    """Reads a file as a whole. Raises OSError; ValueError if it is another than was written."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found = crc32(block, found)
    if found != checksum:
        raise ValueError("has changed")


@lru_cache(maxsize=1_024)
def _header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": dtype.str, "fortran_order": False, "shape": shape})
    return header.getvalue()
