"""Strings in arrays: sorted, found by hash or by how they begin, and as fast to open as a file is to map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_FREE = -1  # a slot without a string


def encoded(string: str) -> bytes:
    """UTF-8, with the halves of pairs that stand alone kept: the names of files may have some."""
    return string.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, eq=False)
class Strings:
    """Distinct strings, numbered from 0 in the order of their code points.

    ``text``: all of them in UTF-8, one after the other, dtype uint8. ``ends``: where each ends, the first entry 0,
    shape (n + 1,), int64. ``slots``: an open-addressed table of their numbers by their CRC-32 (Knuth,
    1998, §6.4, algorithm L), int32, −1 where there is none; its size is a power of two, more than twice n.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    slots: NDArray[np.int32]
    _views: "tuple[memoryview, memoryview, memoryview]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # A number out of a memoryview takes a third of the time that one out of an array takes.
        views = self.text.data, self.ends.data, self.slots.data
        object.__setattr__(self, "_views", views)

    @classmethod
    def of(cls, strings: Iterable[str]) -> "Strings":
        """Those of ``strings``, each once."""
        return cls.sorting(list(set(strings)))[0]

    @classmethod
    def sorting(cls, strings: Sequence[str]) -> "tuple[Strings, NDArray[np.int64]]":
        """Of distinct strings in any order; and for each number the place of its string among these, shape (n,)."""
        order = sorted(range(len(strings)), key=strings.__getitem__)
        return cls.sorted([encoded(strings[place]) for place in order]), np.array(order, np.int64)

    @classmethod
    def sorted(cls, strings: Sequence[bytes]) -> "Strings":
        """Of distinct strings in UTF-8, which are in order."""
        ends = np.fromiter(accumulate(map(len, strings), initial=0), np.int64, len(strings) + 1)
        hashes = np.fromiter(map(crc32, strings), np.uint32, len(strings))
        return cls(np.frombuffer(b"".join(strings), np.uint8), ends, _slots(hashes))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._bytes(number), "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def encoded(self) -> Iterator[bytes]:
        """Each in UTF-8, in order."""
        ends = self.ends.tolist()
        return map(self.text.tobytes().__getitem__, map(slice, ends, ends[1:]))

    def find(self, string: str) -> int:
        """The number of ``string``, or −1."""
        wanted = encoded(string)
        slots = self._views[2]
        mask = len(slots) - 1
        slot = crc32(wanted) & mask
        while (number := slots[slot]) != _FREE:
            if self._bytes(number) == wanted:
                return int(number)
            slot = (slot + 1) & mask
        return -1

    def beginning(self, prefix: str) -> range:
        """The numbers of those that begin with ``prefix``."""
        wanted = encoded(prefix)
        return range(self._first(wanted), self._first(wanted, beyond=True))

    def several(self, numbers: range) -> list[str]:
        """Those of some numbers, one after the other."""
        ends = self._views[1][numbers.start : numbers.stop + 1].tolist()
        here = bytes(self._views[0][ends[0] : ends[-1]])
        places = [end - ends[0] for end in ends]
        return [str(here[start:end], "utf-8", "surrogatepass") for start, end in pairwise(places)]

    def first(self, string: str) -> int:
        """The number of the first that is not less than ``string``; their number if all are."""
        return self._first(encoded(string))

    def _bytes(self, number: int) -> bytes:
        text, ends, _ = self._views
        return bytes(text[ends[number] : ends[number + 1]])

    def _first(self, prefix: bytes, *, beyond: bool = False) -> int:
        """The first that is not less than the prefix, or the first that is ``beyond`` all that begin with it."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            here = self._bytes(middle)
            if here < prefix or (beyond and here.startswith(prefix)):
                low = middle + 1
            else:
                high = middle
        return low


def _slots(hashes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """The table of strings by their hashes: each in the first free slot from the one its hash names."""
    size = 1 << (2 * len(hashes)).bit_length()
    slots = np.full(size, _FREE, np.int32)
    left, at = np.arange(len(hashes), dtype=np.int32), hashes.astype(np.int64) & (size - 1)
    while len(left):  # all at once: whoever finds a slot free takes it, of several one; the others go on to the next
        free = slots[at] == _FREE
        slots[at[free]] = left[free]
        wait = slots[at] != left
        left, at = left[wait], (at[wait] + 1) & (size - 1)
    return slots
