"""What is counted over the documents of an engine: records that are appended and add up, each to or from the rest.

``Record`` is what one change made; ``packed`` and ``unpacked`` write its tallies as text and read them; ``summed``
makes one tally of several.
"""

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.segment import Counts, Lists, Longs, Tally
from retrieval.strings import Strings

_COUNTS = ("written", "shorts", "pairs", "defined")


class Entry(NamedTuple):
    """A tally that is added, sign 1, or taken off, −1, of documents in one language."""

    sign: int
    language: str
    tally: Tally


class Record(NamedTuple):
    """One change of the documents.

    ``batches`` are the names of those that were added; ``removed`` the keys of documents that were taken out and may
    still be found, with the batch that each was of. ``replaces`` are the records that this one is the sum of.
    """

    batches: frozenset[str]
    removed: frozenset[tuple[str, str]]
    replaces: frozenset[str]
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """How many rows it tells of."""
        return sum(entry.tally.rows for entry in self.entries)


def about(record: Record) -> str:
    """All of a record but its tallies, as text."""
    return json.dumps([sorted(record.batches), sorted(record.removed), sorted(record.replaces)])


def read(about: str, tallies: str) -> Record:
    """A record, out of the texts that ``about`` and ``packed`` made of it."""
    batches, removed, replaces = json.loads(about)
    pairs = frozenset((key, batch) for key, batch in removed)
    return Record(frozenset(batches), pairs, frozenset(replaces), unpacked(tallies))


def merged(records: Mapping[str, Record], *, all_of_them: bool) -> Record:
    """The sum of some records, by their names; what they take off can only be taken off if it is ``all_of_them``."""
    sides: defaultdict[tuple[int, str], list[tuple[int, Tally]]] = defaultdict(list)
    for record in records.values():
        for sign, language, tally in record.entries:
            sides[1 if all_of_them else sign, language].append((sign if all_of_them else 1, tally))
    entries = (Entry(sign, language, summed(tallies)) for (sign, language), tallies in sorted(sides.items()))
    return Record(
        frozenset().union(*(record.batches for record in records.values())),
        frozenset().union(*(record.removed for record in records.values())),
        frozenset(records),
        tuple(entry for entry in entries if entry.tally.rows or not all_of_them),
    )


def packed(entries: Sequence[Entry]) -> str:
    """Tallies as text, in ASCII."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for number, (sign, language, tally) in enumerate(entries):
        parts = {
            "about": np.array([str(sign), language, str(tally.rows)]),
            "own": np.diff(tally.own_ends).astype(np.int32),
            "around": np.diff(tally.around_ends).astype(np.int32),
            "capitals": tally.capitals.values,
            "capital_ends": tally.capitals.ends,
            **_strings("words", tally.words),
        }
        for name in _COUNTS:
            counts: Counts = getattr(tally, name)
            parts |= {name: counts.sums, **_strings(f"{name}_keys", counts.keys)}
        arrays |= {f"{number}.{name}": array for name, array in parts.items()}
    file = BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # its own argument allow_pickle is a bool
    return b64encode(file.getvalue()).decode()


def unpacked(text: str) -> tuple[Entry, ...]:
    """Tallies out of the text that ``packed`` made of them."""
    with np.load(BytesIO(b64decode(text)), allow_pickle=False) as arrays:
        entries: defaultdict[int, dict[str, NDArray[Any]]] = defaultdict(dict)
        for path in arrays.files:
            number, _, name = path.partition(".")
            entries[int(number)][name] = arrays[path]
        return tuple(_entry(entries[number]) for number in sorted(entries))


def summed(tallies: Iterable[tuple[int, Tally]]) -> Tally:
    """The sum of tallies, each with its sign, all of documents in one language.

    Of what is nowhere any more nothing is left but stop words, which no posting tells of; they change no answer.
    """
    signed = list(tallies)
    words, places = _union([tally.words for _, tally in signed])
    frequencies = np.zeros((len(words), 2), np.int64)
    stopped = np.zeros(len(words), bool)  # words that are in no posting, for they are stop words
    for (sign, tally), here in zip(signed, places, strict=True):
        postings = np.column_stack([np.diff(tally.own_ends), np.diff(tally.around_ends)])
        frequencies[here] += sign * postings
        stopped[here] |= (sign > 0) & ~postings.any(axis=1)
    kept, number = _kept(np.logical_or(frequencies.any(axis=1), stopped))
    counts, keys = {}, {}
    for name in _COUNTS:
        counts[name], keys[name] = _added([(sign, getattr(tally, name)) for sign, tally in signed])
    held = [np.zeros((0, 2), np.int64)]
    for (_, tally), here, written in zip(signed, places, keys["written"], strict=True):
        of = np.repeat(here, np.diff(tally.capitals.ends))
        held.append(np.column_stack([number[of], written[tally.capitals.values]]))
    capitals = np.unique(np.concatenate(held), axis=0)
    capitals = capitals[(capitals >= 0).all(axis=1)]
    capitals = capitals[counts["written"].sums[capitals[:, 1], 1] > 0]
    return Tally(
        rows=sum(sign * tally.rows for sign, tally in signed),
        words=Strings.sorted([words[place] for place in kept.tolist()]),
        own_ends=_ends(frequencies[kept, 0]),
        around_ends=_ends(frequencies[kept, 1]),
        capitals=Lists(
            np.searchsorted(capitals[:, 0], np.arange(len(kept) + 1)).astype(np.int64), capitals[:, 1].astype(np.int32)
        ),
        **counts,
    )


def _added(tables: Sequence[tuple[int, Counts]]) -> tuple[Counts, list[Longs]]:
    """The sums of several tables without what adds up to nothing, and the numbers there of each one's keys, or −1."""
    keys, places = _union([table.keys for _, table in tables])
    sums = np.zeros((len(keys), tables[0][1].sums.shape[1]), np.int64)
    for (sign, table), here in zip(tables, places, strict=True):
        sums[here] += sign * table.sums
    kept, number = _kept(np.asarray(sums.any(axis=1)))
    counts = Counts(Strings.sorted([keys[place] for place in kept.tolist()]), sums[kept].astype(np.int32))
    return counts, [number[here] for here in places]


def _kept(which: NDArray[np.bool_]) -> tuple[Longs, Longs]:
    """The places that are kept, and for each place its number among these, or −1."""
    kept = np.flatnonzero(which)
    number = np.full(len(which), -1, np.int64)
    number[kept] = np.arange(len(kept))
    return kept, number


def _union(tables: Sequence[Strings]) -> tuple[list[bytes], list[Longs]]:
    """All strings of several tables in order, each once, and for each table which of them are its own."""
    every = sorted({string for table in tables for string in table.encoded()})
    number = {string: place for place, string in enumerate(every)}
    return every, [np.fromiter(map(number.__getitem__, table.encoded()), np.int64, len(table)) for table in tables]


def _ends(lengths: NDArray[np.int64]) -> Longs:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


def _strings(name: str, strings: Strings) -> dict[str, NDArray[np.generic]]:
    return {name: strings.text, f"{name}_lengths": np.diff(strings.ends).astype(np.int32)}


def _read_strings(arrays: Mapping[str, NDArray[Any]], name: str) -> Strings:
    text, lengths = arrays[name].tobytes(), arrays[f"{name}_lengths"].tolist()
    return Strings.sorted([text[begin:end] for begin, end in pairwise(accumulate(lengths, initial=0))])


def _entry(arrays: Mapping[str, NDArray[Any]]) -> Entry:
    sign, language, rows = arrays["about"].tolist()
    counts = {name: Counts(_read_strings(arrays, f"{name}_keys"), arrays[name]) for name in _COUNTS}
    tally = Tally(
        rows=int(rows),
        words=_read_strings(arrays, "words"),
        own_ends=_ends(arrays["own"]),
        around_ends=_ends(arrays["around"]),
        capitals=Lists(arrays["capital_ends"], arrays["capitals"]),
        **counts,
    )
    return Entry(int(sign), language, tally)
