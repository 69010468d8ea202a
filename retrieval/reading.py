"""Documents → a segment: every word is read once, here, so that no question has to."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from corpus import ENGLISH, Document, Passage, split
from retrieval.acronyms import known_by, seen
from retrieval.arrays import ranges
from retrieval.chunks import Chunks, Cut, Numbers, sums
from retrieval.rows import QUOTABLE, Stretch, stretches
from retrieval.segment import Counts, Documents, Floats, Held, Ints, Lists, Longs, Postings, Segment
from retrieval.strings import Strings, encoded

K1 = 0.9  # how soon a repeated term stops counting
B = 0.4  # how much a passage's length counts against it
CONTEXT = 1.0  # how much the words around a passage count beside its own
PIVOT = 12.0  # terms in a passage of ordinary length; fixed, so that a weight never depends on other documents

_STEP = np.int64(0x1E3779B97F4A7C15)  # from the key of one row to that of the next: any odd number


def read(documents: Sequence[Document], language: str) -> Segment:
    """The segment of some documents, all in one language."""
    with _uncollected():
        return _read(documents, language)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage in circles: reading makes none, and looking takes a fourth of its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _read(documents: Sequence[Document], language: str) -> Segment:
    chunks = Chunks(language)
    passages = [split(document) for document in documents]
    every = list(chain.from_iterable(passages))
    cut = chunks.cut(passage.text for passage in every)
    rows = cut.only(np.flatnonzero([passage.kind in QUOTABLE for passage in every]))
    found = _stretches(passages, chunks, cut)
    counted = _Counted(_counts(*chunks.counted(cut, rows)), *_acronyms(documents if language == ENGLISH else ()))
    return _assembled(Held(documents), language, found, chunks, rows, counted)


def assemble(documents: Documents, found: Sequence[Sequence[Stretch]], language: str) -> Segment:
    """The segment of ``documents`` by the stretches of each, all in one language, in which nothing else is counted.

    The documents themselves are not read, and may be loaded when they are needed.
    """
    chunks = Chunks(language)
    rows = chunks.cut(line.text for some in found for stretch in some for line in stretch.rows)
    nothing = _Counted(_counts([], [], 3), *_acronyms(()))
    return _assembled(documents, language, found, chunks, rows, nothing)


class _Counted(NamedTuple):
    """What is counted over documents beside their words: the fields of ``Segment`` of the same names."""

    written: Counts
    shorts: Counts
    pairs: Counts
    defined: Counts


def _assembled(
    documents: Documents,
    language: str,
    found: Sequence[Sequence[Stretch]],
    chunks: Chunks,
    rows: Cut,
    counted: _Counted,
) -> Segment:
    """The segment of documents by the stretches of each, the rows of which are cut."""
    written = counted.written
    stretched = list(chain.from_iterable(found))
    lines = list(chain.from_iterable(stretch.rows for stretch in stretched))
    document_stretches = _ends(map(len, found))
    stretch_rows = _ends(len(stretch.rows) for stretch in stretched)
    document_rows = stretch_rows[document_stretches]
    row_stretch = _owners(stretch_rows)
    named = Strings.of(["", *(line.named for line in lines)])

    context = Numbers()  # what stands around rows, each once
    titles = _ints(context[some[0].title if some else ""] for some in found)
    headings = _ints(context[stretch.headed] for stretch in stretched)
    leads = _ints(context[stretch.lead] for stretch in stretched)
    names = _ints(context[line.named] for line in lines)
    outside = chunks.read(chunks.cut(context)).terms()
    capitals = np.flatnonzero(written.sums[:, 1])
    capital = chunks.read(chunks.cut(map(written.keys.__getitem__, capitals.tolist()))).terms()
    inside = chunks.read(rows)
    words, rank = _ordered(chunks.words, inside.numbers, outside.values)
    terms, outside, capital = (_renumbered(some, rank) for some in (inside.terms(), outside, capital))

    office = np.flatnonzero(names != context[""])
    spoken = _taken(outside, names[office])
    own = _postings(
        (np.arange(len(lines), dtype=np.int32), terms),
        (office.astype(np.int32), spoken),
        shape=(len(lines), len(words)),
    )
    each = np.arange(len(stretched), dtype=np.int32)
    around = _postings(
        (row_stretch, terms),
        (row_stretch[office], spoken),
        (each, _taken(outside, titles[_owners(document_stretches)])),
        (each, _taken(outside, headings)),
        (each, _taken(outside, leads)),
        shape=(len(stretched), len(words)),
    )
    peaks = _peaks(own, around, row_stretch)
    distinct = _listed(_owners(outside.ends), outside.values, len(context))
    there = capital.values >= 0
    return Segment(
        language=language,
        documents=documents,
        titles=np.where(np.diff(document_rows) > 0, _hashes(context)[titles], 0),
        document_rows=document_rows,
        stretch_rows=stretch_rows,
        stretch_heading=np.array([stretch.heading or (-1, -1) for stretch in stretched], np.int32).reshape(-1, 2),
        row_document=_owners(document_rows),
        row_stretch=row_stretch,
        row_spans=np.array([line[:3] for line in lines], np.int32).reshape(-1, 3),
        row_short=np.array([line.short for line in lines], bool),
        row_named=np.array([named.find(line.named) for line in lines], np.int32),
        row_key=_keys(stretched, row_stretch),
        named=named,
        words=words,
        forward=Lists(inside.ends, rank[inside.numbers]),
        kinds=inside.kinds,
        heading_words=_taken(distinct, headings),
        title_words=_taken(distinct, titles),
        own=own,
        around=around,
        peaks=peaks,
        highest=_highest(around, peaks),
        written=written,
        capitals=_listed(capital.values[there], capitals[_owners(capital.ends)[there]], len(words)),
        shorts=counted.shorts,
        pairs=counted.pairs,
        defined=counted.defined,
    )


def _stretches(passages: Sequence[Sequence[Passage]], chunks: Chunks, cut: Cut) -> list[list[Stretch]]:
    """The stretches of each document, whose passages are cut."""
    leaning, offices = chunks.leaning(cut).tolist(), chunks.offices(cut).tolist()
    found, first = [], 0
    for some in passages:
        last = first + len(some)
        found.append(list(stretches(some, leaning[first:last], offices[first:last])))
        first = last
    return found


def _acronyms(documents: Sequence[Document]) -> tuple[Counts, Counts, Counts]:
    """What documents show of acronyms: ``shorts``, ``pairs`` and ``defined`` of their segment."""
    found = seen(document.text for document in documents)
    definitions, names = Counter[str](), Counter[str]()
    for (short, name), times in found.defined.items():
        terms_of_name = " ".join(known_by(name))
        definitions[short] += times
        names[terms_of_name] += times
        names[f"{terms_of_name}\t{short}"] += times
    pairs = found.defined.keys() | found.initials.keys()
    shorts = found.shorts.keys() | definitions.keys()
    return (
        _counts(list(shorts), [(found.shorts[short], definitions[short]) for short in shorts], 2),
        _counts(
            [f"{short}\t{name}" for short, name in pairs],
            [(found.defined[pair], found.initials[pair]) for pair in pairs],
            2,
        ),
        _counts(list(names), list(names.values()), 1),
    )


def weights(counts: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """What words weigh in texts that hold them ``counts`` times and have ``lengths`` words, shape (n,) each."""
    longer = np.float32(1 - B) + np.float32(B / PIVOT) * lengths
    weighed = counts * np.float32(K1 + 1) / (counts + np.float32(K1) * longer)
    return weighed.astype(np.float32, copy=False)


def _ends(lengths: Iterable[int]) -> Longs:
    return sums(np.fromiter(lengths, np.int64))


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int32)


def _owners(ends: Longs) -> Ints:
    """Which range each of the numbers is in, the ranges one after the other and ending there."""
    return np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))


def _ordered(known: Mapping[str, int], *used: Ints) -> tuple[Strings, Ints]:
    """Of words that are known by their numbers those that are used; of each what its number is among these, or −1."""
    kept = np.zeros(len(known), bool)
    for numbers in used:
        kept[numbers] = True
    places = np.flatnonzero(kept)
    words, order = Strings.sorting(list(compress(known, kept.tolist())))
    rank = np.full(len(known), -1, np.int32)
    rank[places[order]] = np.arange(len(words))
    return words, rank


def _renumbered(lists: Lists, rank: Ints) -> Lists:
    return Lists(lists.ends, rank[lists.values])


def _taken(lists: Lists, which: Ints) -> Lists:
    """Some of the lists, in any order, repeated as they are."""
    lengths = np.diff(lists.ends)[which]
    return Lists(sums(lengths), lists.values[ranges(lists.ends[which], lengths)])


def _postings(*parts: tuple[Ints, Lists], shape: tuple[int, int]) -> Postings:
    """The postings of texts, whose words are in parts: lists, and the number of the text that each belongs to."""
    texts = np.concatenate([np.repeat(text, np.diff(lists.ends)) for text, lists in parts])
    words = np.concatenate([lists.values for _, lists in parts])
    counts = coo_array((np.ones(len(words), np.float32), (texts, words)), shape=shape).tocsc()
    counts.sort_indices()
    lengths = np.bincount(texts, minlength=shape[0]).astype(np.float32)
    places = counts.indices.astype(np.int32, copy=False)
    return Postings(counts.indptr.astype(np.int64), places, weights(counts.data, lengths[places]))


def _peaks(own: Postings, around: Postings, row_stretch: Ints) -> Floats:
    """For each posting of a stretch the most that its word weighs for one of the stretch's rows."""
    most = np.zeros(len(around.places), np.float32)
    if len(own.places):
        stretches = np.int64(row_stretch[-1]) + 1
        keys = _owners(own.ends) * stretches + row_stretch[own.places]
        (first,) = np.nonzero(np.diff(keys, prepend=-1))
        at = np.searchsorted(_owners(around.ends) * stretches + around.places, keys[first])
        most[at] = np.maximum.reduceat(own.weights, first)
    return around.weights * np.float32(CONTEXT) + most


def _highest(around: Postings, peaks: Floats) -> Floats:
    """The greatest peak of each word."""
    found = np.zeros(len(around.ends) - 1, np.float32)
    (held,) = np.nonzero(np.diff(around.ends))
    if len(held):
        found[held] = np.maximum.reduceat(peaks, around.ends[held])
    return found


def _keys(stretched: Sequence[Stretch], row_stretch: Ints) -> Longs:
    """For each row a hash of its text and of all that it is found by.

    Of copies it is the same: of equal rows of equal stretches, each known by the first of its stretch that is equal.
    """
    around: list[str] = []
    first: list[int] = []
    for stretch in stretched:
        texts = [line.text for line in stretch.rows]
        names = (line.named for line in stretch.rows)
        around.append("\0".join([stretch.title, stretch.headed, stretch.lead, *texts, *names]))
        first += range(len(texts)) if len(set(texts)) == len(texts) else map(texts.index, texts)
    return _hashes(around)[row_stretch] + np.array(first, np.int64) * _STEP


def _hashes(texts: Iterable[str]) -> Longs:
    """A hash of each text, shape (texts,)."""
    hashed = b"".join(blake2b(encoded(text), digest_size=8).digest() for text in texts)
    return np.frombuffer(hashed, "<i8").astype(np.int64)


def _counts(keys: Sequence[str], sums: object, columns: int = 3) -> Counts:
    """Sums by their keys, in the order of these."""
    strings, order = Strings.sorting(keys)
    return Counts(strings, np.array(sums, np.int32).reshape(-1, columns)[order])


def _listed(owners: NDArray[np.integer], values: NDArray[np.integer], size: int) -> Lists:
    """``size`` lists of the values that each owns, each value once, ascending."""
    most = np.int64(values.max(initial=0)) + 1
    keys = np.unique(owners * most + values)
    return Lists(np.searchsorted(keys, np.arange(size + 1) * most), (keys % most).astype(np.int32))
