"""Documents → a segment: every word is read once, here, so that no question has to."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from corpus import ENGLISH, Document, Passage, split
from retrieval.acronyms import known_by, seen
from retrieval.arrays import distinct, ranges
from retrieval.chunks import Chunks, Cut, Numbers, owners, sums
from retrieval.rows import QUOTABLE, Line, Stretch, stretches
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
    """Without looking for garbage in circles: reading leaves none, and looking would take a fourth of its time."""
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
    counted = _Counted(_counts(*chunks.counted(cut, rows), 3), *_acronyms(documents if language == ENGLISH else ()))
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


def _stretches(passages: Sequence[Sequence[Passage]], chunks: Chunks, cut: Cut) -> list[list[Stretch]]:
    """The stretches of each document, whose passages are cut."""
    leaning, offices = chunks.leaning(cut).tolist(), chunks.offices(cut).tolist()
    found, first = [], 0
    for some in passages:
        last = first + len(some)
        found.append(list(stretches(some, leaning[first:last], offices[first:last])))
        first = last
    return found


def _assembled(
    documents: Documents,
    language: str,
    found: Sequence[Sequence[Stretch]],
    chunks: Chunks,
    rows: Cut,
    counted: _Counted,
) -> Segment:
    """The segment of documents by the stretches of each, the rows of which are cut."""
    stretched = list(chain.from_iterable(found))
    lines = list(chain.from_iterable(stretch.rows for stretch in stretched))
    quotes, starts, ends, named, short, texts = zip(*lines, strict=True) if lines else ((),) * len(Line._fields)
    document_stretches, stretch_rows = _ends(map(len, found)), _ends(len(stretch.rows) for stretch in stretched)
    document_rows, row_stretch = stretch_rows[document_stretches], owners(stretch_rows)

    beside = Numbers({"": 0})  # what stands beside rows, each once
    titles = _ints(beside[some[0].title if some else ""] for some in found)
    headings = _ints(beside[stretch.headed] for stretch in stretched)
    leads = _ints(beside[stretch.lead] for stretch in stretched)
    names = _ints(map(beside.__getitem__, named))
    (capital,) = np.nonzero(counted.written.sums[:, 1])

    words = chunks.read(rows)
    inside, outside = words.terms(), chunks.read(chunks.cut(beside)).terms()
    of_capital = chunks.read(chunks.cut(map(counted.written.keys.__getitem__, capital.tolist()))).terms()
    vocabulary, rank = _ordered(chunks.words, np.concatenate([words.numbers, outside.values]))
    inside, outside, of_capital = (Lists(some.ends, rank[some.values]) for some in (inside, outside, of_capital))
    (held,) = np.nonzero(of_capital.values >= 0)

    (speaking,) = np.nonzero(names)
    spoken = _taken(outside, names[speaking])
    own = _postings([(np.arange(len(lines)), inside), (speaking, spoken)], (len(lines), len(vocabulary)))
    each = np.arange(len(stretched))
    around = _postings(
        [
            (row_stretch, inside),
            (row_stretch[speaking], spoken),
            (each, _taken(outside, titles[owners(document_stretches)])),
            (each, _taken(outside, headings)),
            (each, _taken(outside, leads)),
        ],
        (len(stretched), len(vocabulary)),
    )
    each_once = _listed(owners(outside.ends), outside.values, len(beside))
    every_named = Strings.of(["", *named])
    return Segment(
        language=language,
        documents=documents,
        titles=np.where(np.diff(document_rows) > 0, _hashes(some[0].title if some else "" for some in found), 0),
        document_rows=document_rows,
        stretch_rows=stretch_rows,
        stretch_heading=np.array([stretch.heading or (-1, -1) for stretch in stretched], np.int32).reshape(-1, 2),
        row_document=owners(document_rows),
        row_stretch=row_stretch,
        row_spans=np.column_stack([np.array(column, np.int32) for column in (quotes, starts, ends)]),
        row_short=np.array(short, bool),
        row_named=_ints(map({name: number for number, name in enumerate(every_named)}.__getitem__, named)),
        row_key=_keys(stretched, row_stretch, named, texts),
        named=every_named,
        words=vocabulary,
        forward=Lists(words.ends, rank[words.numbers]),
        kinds=words.kinds,
        heading_words=_taken(each_once, headings),
        title_words=_taken(each_once, titles),
        own=own,
        around=around,
        peaks=_peaks(own, around, row_stretch),
        capitals=_listed(of_capital.values[held], capital[owners(of_capital.ends)[held]], len(vocabulary)),
        **counted._asdict(),
    )


def _acronyms(documents: Sequence[Document]) -> tuple[Counts, Counts, Counts]:
    """What documents show of acronyms: ``shorts``, ``pairs`` and ``defined`` of their segment."""
    found = seen(document.text for document in documents)
    definitions, names = Counter[str](), Counter[str]()
    for (short, name), times in found.defined.items():
        terms_of_name = " ".join(known_by(name))
        definitions[short] += times
        names[terms_of_name] += times
        names[f"{terms_of_name}\t{short}"] += times
    shorts, pairs = list(found.shorts | definitions), list(found.defined | found.initials)
    return (
        _counts(shorts, [(found.shorts[short], definitions[short]) for short in shorts], 2),
        _counts(list(map("\t".join, pairs)), [(found.defined[pair], found.initials[pair]) for pair in pairs], 2),
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


def _ordered(known: Numbers, used: Ints) -> tuple[Strings, Ints]:
    """Of the words that are known those that are used; and for each known one its number among these, or -1."""
    kept = np.zeros(len(known), bool)
    kept[used] = True
    words, order = Strings.sorting(list(compress(known, kept.tolist())))
    rank = np.full(len(known), -1, np.int32)
    rank[np.flatnonzero(kept)[order]] = np.arange(len(words))
    return words, rank


def _taken(lists: Lists, which: Ints) -> Lists:
    """Some of the lists, in any order and as often as they are named."""
    lengths = np.diff(lists.ends)[which]
    return Lists(sums(lengths), lists.values[ranges(lists.ends[which], lengths)])


def _listed(of: NDArray[np.integer], values: NDArray[np.integer], size: int) -> Lists:
    """``size`` lists, of those values that are said to be of each, each value once, ascending."""
    most = np.int64(values.max(initial=0)) + 1
    keys = distinct(of * most + values)
    return Lists(np.searchsorted(keys, np.arange(size + 1) * most), (keys % most).astype(np.int32))


def _postings(parts: Sequence[tuple[NDArray[np.integer], Lists]], shape: tuple[int, int]) -> Postings:
    """The postings of texts, whose words come in parts: which text each of some lists is of; shape (texts, words)."""
    texts = np.concatenate([np.repeat(of.astype(np.int32), np.diff(lists.ends)) for of, lists in parts])
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
        keys = owners(own.ends) * stretches + row_stretch[own.places]
        (first,) = np.nonzero(np.diff(keys, prepend=-1))
        at = np.searchsorted(owners(around.ends) * stretches + around.places, keys[first])
        most[at] = np.maximum.reduceat(own.weights, first)
    return around.weights * np.float32(CONTEXT) + most


def _keys(stretched: Sequence[Stretch], row_stretch: Ints, named: Sequence[str], texts: Sequence[str]) -> Longs:
    """For each row a hash of its text and of all that it is found by.

    Of copies it is the same: of equal rows of equal stretches, each of which counts as the first there that is equal.
    """
    around, firsts, begin = [], list[int](), 0
    for stretch in stretched:
        end = begin + len(stretch.rows)
        here = texts[begin:end]
        around.append("\0".join((stretch.title, stretch.headed, stretch.lead, *here, *named[begin:end])))
        firsts += range(len(here)) if len(set(here)) == len(here) else map(here.index, here)
        begin = end
    return _hashes(around)[row_stretch] + np.array(firsts, np.int64) * _STEP


def _hashes(texts: Iterable[str]) -> Longs:
    """A hash of each text, shape (texts,)."""
    hashed = b"".join(blake2b(encoded(text), digest_size=8).digest() for text in texts)
    return np.frombuffer(hashed, "<i8").astype(np.int64)


def _counts(keys: Sequence[str], sums: ArrayLike, columns: int) -> Counts:
    """Sums by their keys, in the order of these."""
    strings, order = Strings.sorting(keys)
    return Counts(strings, np.array(sums, np.int32).reshape(-1, columns)[order])
