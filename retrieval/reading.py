"""Documents → a segment: every word is read once, here, so that no question has to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from corpus import ENGLISH, Document, split
from retrieval.acronyms import known_by, seen
from retrieval.forward import STOP, kind_of
from retrieval.lexis import capitals, written
from retrieval.rows import Stretch, stretches
from retrieval.segment import Counts, Documents, Held, Ints, Lists, Longs, Postings, Segment
from retrieval.strings import Strings, encoded
from retrieval.terms import terms, tokenize

K1 = 0.9  # how soon a repeated term stops counting
B = 0.4  # how much a passage's length counts against it
PIVOT = 12.0  # terms in a passage of ordinary length; fixed, so that a weight never depends on other documents


class Counted(NamedTuple):
    """What is counted over documents beside their terms: the fields of ``Segment`` of the same names."""

    written: Counts
    shorts: Counts
    pairs: Counts
    defined: Counts


def read(documents: Sequence[Document], language: str) -> Segment:
    """The segment of some documents, all in one language."""
    found = [list(stretches(split(document))) for document in documents]
    return assemble(Held(documents), found, language, tally(documents, found, language))


def assemble(documents: Documents, found: Sequence[Sequence[Stretch]], language: str, counted: Counted) -> Segment:
    """The segment of ``documents``, by the stretches found in each, and what was counted over all of them.

    The documents themselves are not read, and may be loaded when they are needed.
    """
    numbers: dict[str, int] = {}
    every = list(chain.from_iterable(found))
    rows = [row for stretch in every for row in stretch.rows]
    named = Strings.of(["", *(row.named for row in rows)])

    def number(term: str) -> int:
        return numbers.setdefault(term, len(numbers))

    forward: list[list[int]] = []
    kinds: list[int] = []
    of_row: list[list[int]] = []
    for row in rows:
        ids, content = [], []
        for term, start, end in tokenize(row.text, language):
            folded, kind = kind_of(row.text[start:end], language)
            ids.append(number(term or folded))
            kinds.append(kind if term else kind | STOP)
            if term:
                content.append(ids[-1])
        forward.append(ids)
        of_row.append(content + [number(term) for term in terms(row.named, language)])
    titles = [[number(term) for term in terms(some[0].title, language)] if some else [] for some in found]
    headings = [[number(term) for term in terms(stretch.headed, language)] for stretch in every]
    around: list[list[int]] = []
    at = 0
    for some, title in zip(found, titles, strict=True):
        for stretch in some:
            inside = of_row[at : at + len(stretch.rows)]
            lead = [number(term) for term in terms(stretch.lead, language)]
            around.append([*title, *headings[len(around)], *lead, *chain.from_iterable(inside)])
            at += len(stretch.rows)

    words = Strings.of(numbers)
    rank = np.empty(len(numbers), np.int32)
    rank[[numbers[word] for word in words]] = np.arange(len(numbers))
    stretch_rows = _ends(len(stretch.rows) for stretch in every)
    row_stretch = np.repeat(np.arange(len(every), dtype=np.int32), np.diff(stretch_rows))
    own, about = _postings(of_row, rank), _postings(around, rank)
    return Segment(
        language=language,
        documents=documents,
        titles=np.array([_hash(some[0].title) if some else 0 for some in found], np.int64),
        document_rows=_ends(sum(len(stretch.rows) for stretch in some) for some in found),
        stretch_rows=stretch_rows,
        stretch_heading=np.array([stretch.heading or (-1, -1) for stretch in every], np.int32).reshape(-1, 2),
        row_document=np.repeat(
            np.arange(len(documents), dtype=np.int32), [sum(len(s.rows) for s in some) for some in found]
        ),
        row_stretch=row_stretch,
        row_spans=np.array([row[:3] for row in rows], np.int32).reshape(-1, 3),
        row_short=np.array([row.short for row in rows], bool),
        row_named=np.array([named.find(row.named) for row in rows], np.int32),
        row_key=np.array([key for stretch in every for key in _keys(stretch)], np.int64),
        named=named,
        words=words,
        forward=_lists(forward, rank),
        kinds=np.array(kinds, np.uint16),
        heading_words=_lists(headings, rank, distinct=True),
        title_words=_lists(titles, rank, distinct=True),
        own=own,
        around=about,
        most=_most(own, about, row_stretch),
        written=counted.written,
        capitals=_capitals(counted.written, words, language),
        shorts=counted.shorts,
        pairs=counted.pairs,
        defined=counted.defined,
    )


def tally(documents: Sequence[Document], found: Sequence[Sequence[Stretch]], language: str) -> Counted:
    """What is counted over documents beside their terms; their acronyms only of English."""
    texts = [row.text for some in found for stretch in some for row in stretch.rows]
    acronyms = seen(document.text for document in documents if language == ENGLISH)
    definitions, names = Counter[str](), Counter[str]()
    for (short, name), times in acronyms.defined.items():
        terms_of_name = " ".join(known_by(name))
        definitions[short] += times
        names[terms_of_name] += times
        names[f"{terms_of_name}\t{short}"] += times
    return Counted(
        _written(documents, texts, language),
        _counts({short: (acronyms.shorts[short], definitions[short]) for short in acronyms.shorts | definitions}, 2),
        _counts(
            {
                f"{short}\t{name}": (acronyms.defined[short, name], acronyms.initials[short, name])
                for short, name in acronyms.defined | acronyms.initials
            },
            2,
        ),
        _counts({key: (times,) for key, times in names.items()}, 1),
    )


def weights(counts: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """What words weigh in texts that hold them ``counts`` times and have ``lengths`` words, shape (n,) each."""
    longer = np.float32(1 - B) + np.float32(B / PIVOT) * lengths
    weighed = counts * np.float32(K1 + 1) / (counts + np.float32(K1) * longer)
    return weighed.astype(np.float32, copy=False)


def _ends(lengths: Iterable[int]) -> Longs:
    return np.fromiter(accumulate(lengths, initial=0), np.int64)


def _lists(lists: Sequence[list[int]], rank: Ints, *, distinct: bool = False) -> Lists:
    """Lists of words by their first numbers → by their numbers in order."""
    ranked = [rank[ids] for ids in lists]
    if distinct:
        ranked = [np.unique(ids) for ids in ranked]
    return Lists(_ends(map(len, ranked)), np.concatenate([np.zeros(0, np.int32), *ranked]).astype(np.int32))


def _postings(texts: Sequence[list[int]], rank: Ints) -> Postings:
    """The postings of texts, each given as its words."""
    lengths = np.array([len(ids) for ids in texts], np.int64)
    words = rank[np.fromiter(chain.from_iterable(texts), np.int64, lengths.sum())]
    where = np.repeat(np.arange(len(texts)), lengths)
    shape = (len(texts), len(rank))
    counts = coo_array((np.ones(len(words), np.float32), (where, words)), shape=shape).tocsc()
    counts.sort_indices()
    places = counts.indices.astype(np.int32)
    return Postings(counts.indptr.astype(np.int64), places, weights(counts.data, lengths[places].astype(np.float32)))


def _most(own: Postings, around: Postings, row_stretch: Ints) -> NDArray[np.float32]:
    """For each posting of a stretch the greatest weight that its word has in one of the stretch's rows."""
    found = np.zeros(len(around.places), np.float32)
    stretches = np.int64(row_stretch[-1] + 1) if len(row_stretch) else np.int64(1)

    def keys(postings: Postings, places: Ints) -> Longs:
        return np.repeat(np.arange(len(postings.ends) - 1), np.diff(postings.ends)) * stretches + places

    at = np.searchsorted(keys(around, around.places), keys(own, row_stretch[own.places]))
    np.maximum.at(found, at, own.weights)
    return found


def _keys(stretch: Stretch) -> list[int]:
    """For each row a hash of its text and of all that it is found by."""
    words = (word for row in stretch.rows for word in (row.text, row.named))
    around = "\0".join([stretch.title, stretch.headed, stretch.lead, *words])
    return [_hash(f"{around}\0{row.text}") for row in stretch.rows]


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(encoded(text), digest_size=8).digest(), "little", signed=True)


def _counts(sums: dict[str, tuple[int, ...]], columns: int) -> Counts:
    keys = Strings.of(sums)
    return Counts(keys, np.array([sums[key] for key in keys], np.int32).reshape(-1, columns))


def _written(documents: Sequence[Document], texts: Sequence[str], language: str) -> Counts:
    """How often each word is written in the documents; with a capital inside a sentence of ``texts``, and without."""
    times = written(document.text for document in documents)
    capital, lower = capitals(texts, language)
    return _counts(
        {word: (times[word], capital[word], lower[word]) for word in times.keys() | capital.keys() | lower.keys()}, 3
    )


def _capitals(counted: Counts, words: Strings, language: str) -> Lists:
    """For each word the written ones with a capital that have it as a term."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(counted.sums[:, 1]).tolist():
        for term in set(terms(counted.keys[place], language)):
            if (number := words.find(term)) >= 0:
                found[number].append(place)
    lists = [found.get(number, []) for number in range(len(words))]
    return Lists(_ends(map(len, lists)), np.fromiter(chain.from_iterable(lists), np.int32))
