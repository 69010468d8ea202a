"""Reading: a segment against what its docstring says of it, worked out word by word from the same texts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from corpus import Document, Kind, Passage, split
from retrieval.context import antecedents, named_by_role, roles
from retrieval.fields import taken
from retrieval.forward import CAPITAL, STOP, kind_of
from retrieval.reading import CONTEXT, K1, PIVOT, B, read
from retrieval.segment import Counts, Lists, Postings, Segment
from retrieval.terms import terms, tokenize

# Words that hang on their neighbours, on their case, on a script; and what may stand between them.
WORDS = [
    "He", "his", "she", "this", "In", "After", "Tom", "Tom's", "Anna", "said", "the", "The", "us", "US", "U.S.", "NATO",
    "1953", "1,000.5", "21st", "2x", "twenty-one", "don't", "President Putin", "The Russian president", "king", "Dr.",
    "J. K. Rowling", "McDonald", "iPhone", "foo_bar", "anti-War", "A heading", "No comments", "Q: why?", "…", "½",
    "\ufb01sh", "soft\u00adhyphen", "zero\u200bwidth", "e\u0301a", "\u0301a", "\uff9e", "\u304c\uff9e", "\u4e2d\u6587",
    "\u4e2d\n\u6587", "\u304b\u306a", "\ud55c\uad6d", "\u0e20\u0e32\u0e29\u0e32", "\uff26\uff55\uff4c\uff4c",
    "\uff55\uff53", "\u1d2c", "\u216f", "Élan", "Straße", "\u0441\u043b\u043e\u0432\u043e",
    "\u041c\u043e\u0441\u043a\u0432\u0430", "\u043f. \u0435.", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\x00", "—",
]  # fmt: skip
MARKS = ["", ".", "!", "?", ",", ":", "“", "”", '"', "'", "‘", "’", "(", "-", "*", "# ", "- ", "1. "]
SPACES = [" ", " ", " ", "", "\n", "\n\n", "\u00a0", "\u3000", "\u2028"]
LANGUAGES = ["en", "en", "en", "de", "fr", "ru", "ar", "zh", "ja", "th", "xx"]
PARTS = st.tuples(st.sampled_from(MARKS), st.sampled_from(WORDS), st.sampled_from(MARKS), st.sampled_from(SPACES))
TEXTS = st.lists(PARTS)


@st.composite
def batches(draw: st.DrawFn) -> tuple[tuple[Document, ...], str]:
    """Some documents in one language, as awkward as they come."""
    language = draw(st.sampled_from(LANGUAGES))
    texts = ["".join(chain.from_iterable(parts)) for parts in draw(st.lists(TEXTS, max_size=4))]
    texts = [text.upper() if draw(st.sampled_from([False] * 5 + [True])) else text for text in texts]
    titles = [draw(st.sampled_from(["", "The king of France", "NATO", *WORDS])) for _ in texts]
    documents = zip(range(len(texts)), titles, texts, strict=True)
    return tuple(Document(f"{n}.txt", title, None, text, language=language) for n, title, text in documents), language


def rows_of(document: Document) -> list[tuple[Passage, int, str]]:
    """The passages of a document that may be quoted: each with where its quote begins, and whom it names."""
    passages = split(document)
    firsts, holders = antecedents(passages), roles(passages)
    found = []
    for passage, first in zip(passages, firsts, strict=True):
        if passage.kind in {Kind.SENTENCE, Kind.LINE}:
            quote = passages[first].start
            named = named_by_role(document.text[quote : passage.end], holders).split()
            found.append((passage, quote, " ".join(word for word in named if word[0].isupper())))
    return found


def listed(segment: Segment, lists: Lists) -> list[list[str]]:
    """Lists of words as words."""
    return [
        [segment.words[number] for number in lists.values[first:end].tolist()]
        for first, end in zip(lists.ends.tolist(), lists.ends[1:].tolist(), strict=False)
    ]


def weighed(segment: Segment, postings: Postings) -> dict[tuple[str, int], np.float32]:
    """What each word weighs in each text that has it; in the order they are stored in, which is ascending."""
    owners = np.repeat(np.arange(len(segment.words)), np.diff(postings.ends)).tolist()
    places = list(zip(owners, postings.places.tolist(), strict=True))
    assert places == sorted(set(places))
    return {(segment.words[w], at): weight for (w, at), weight in zip(places, postings.weights, strict=True)}


def expected(texts: Sequence[list[str]]) -> dict[tuple[str, int], float]:
    """The same of texts given as their terms, by scikit-learn's counts and the formula of the docstrings."""
    if not any(texts):
        return {}
    vectorizer = CountVectorizer(analyzer=list)
    counts: NDArray[np.int64] = vectorizer.fit_transform(texts).toarray()
    names = vectorizer.get_feature_names_out()
    return {
        (names[w], at): tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(texts[at]) / PIVOT))
        for (at, w), tf in np.ndenumerate(counts)
        if tf
    }


def counted(counts: Counts) -> dict[str, tuple[int, ...]]:
    """Sums by their keys."""
    keys = list(counts.keys)
    assert keys == sorted(set(keys))
    return dict(zip(keys, map(tuple, counts.sums.tolist()), strict=True))


def added(*some: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Sums of sums."""
    sums: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for counts in some:
        for key, each in counts.items():
            sums[key].append(each)
    return {key: tuple(map(sum, zip(*each, strict=True))) for key, each in sums.items()}


@given(batches())
def test_every_row_has_its_words(batch: tuple[tuple[Document, ...], str]) -> None:
    documents, language = batch
    segment = read(documents, language)
    rows = [row for document in documents for row in rows_of(document)]
    assert segment.row_spans.tolist() == [[quote, passage.start, passage.end] for passage, quote, _ in rows]
    assert segment.row_short.tolist() == [passage.kind is Kind.LINE for passage, _, _ in rows]
    assert [segment.named[number] for number in segment.row_named.tolist()] == [named for _, _, named in rows]
    assert [documents[number] for number in segment.row_document.tolist()] == [p.document for p, _, _ in rows]
    assert np.diff(segment.document_rows).tolist() == [len(rows_of(document)) for document in documents]
    words, kinds = [], []
    for passage, _, _ in rows:
        read_as = [
            (t.term, *kind_of(passage.text[t.start : t.end], language)) for t in tokenize(passage.text, language)
        ]
        words.append([term or folded for term, folded, _ in read_as])
        kinds += [kind if term else kind | STOP for term, _, kind in read_as]
    assert listed(segment, segment.forward) == words
    assert segment.kinds.tolist() == kinds


@given(batches())
def test_words_weigh_what_the_formula_says(batch: tuple[tuple[Document, ...], str]) -> None:
    documents, language = batch
    segment = read(documents, language)
    rows = [
        terms(passage.text, language) + terms(named, language)
        for document in documents
        for passage, _, named in rows_of(document)
    ]
    own = weighed(segment, segment.own)
    assert own == pytest.approx(expected(rows), rel=1e-6)
    stretches, headings = [], []
    for first, end in zip(segment.stretch_rows.tolist(), segment.stretch_rows[1:].tolist(), strict=False):
        row = segment.row(first)
        headings.append(terms(row.headed, language))
        beside = (row.document.title, row.lead)
        stretches.append([*chain(*(terms(text, language) for text in beside), headings[-1], *rows[first:end])])
    around = weighed(segment, segment.around)
    assert around == pytest.approx(expected(stretches), rel=1e-6)
    best = {place: np.float32(weight * np.float32(CONTEXT)) for place, weight in around.items()}
    most: defaultdict[tuple[str, int], np.float32] = defaultdict(np.float32)
    for (word, at), weight in own.items():
        place = word, int(segment.row_stretch[at])
        most[place] = max(most[place], weight)
    assert segment.peaks.tolist() == [weight + most[place] for place, weight in best.items()]
    assert listed(segment, segment.heading_words) == [sorted(set(heading)) for heading in headings]
    titles = [document.title if rows_of(document) else "" for document in documents]
    assert listed(segment, segment.title_words) == [sorted(set(terms(title, language))) for title in titles]
    known = {*chain.from_iterable(listed(segment, segment.forward)), *chain.from_iterable([*stretches, *headings])}
    assert list(segment.words) == sorted(known)


@given(batches())
def test_words_are_counted_as_they_are_written(batch: tuple[tuple[Document, ...], str]) -> None:
    documents, language = batch
    segment = read(documents, language)
    every, lower = Counter[str](), Counter[str]()
    for document in documents:
        every.update(letters(document.text))
        for passage, _, _ in rows_of(document) if language in {"en", "fr", "ru"} else ():
            lower.update(without_capital(passage.text))
    found = counted(segment.written)
    assert {word: sums[0] for word, sums in found.items() if sums[0]} == every
    assert {word: sums[2] for word, sums in found.items() if sums[2]} == lower
    assert all(any(sums) for sums in found.values())
    capitals = listed_by(segment.capitals, list(segment.written.keys))
    assert capitals == [
        [word for word, sums in found.items() if sums[1] and term in terms(word, language)] for term in segment.words
    ]


def letters(text: str) -> Iterator[str]:
    """The runs of letters in a text."""
    run = ""
    for character in f"{text} ":
        if (character.isalnum() or character == "_") and not character.isdecimal() and character != "_":
            run += character
        elif run:
            yield run
            run = ""


def without_capital(text: str) -> Iterator[str]:
    """The runs of letters, digits and underscores, at least two, that begin with a letter, but with none of A–Z."""
    run = ""
    for character in f"{text} ":
        if character.isalnum() or character == "_":
            run += character
        else:
            first = run[:1]
            if len(run) > 1 and first != "_" and not first.isdecimal() and not (first.isascii() and first.isupper()):
                yield run
            run = ""


def listed_by(lists: Lists, values: Sequence[str]) -> list[list[str]]:
    """Lists of numbers as what they are the numbers of."""
    bounds = zip(lists.ends.tolist(), lists.ends[1:].tolist(), strict=False)
    return [[values[number] for number in lists.values[first:end].tolist()] for first, end in bounds]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The boats of Gull Point. Mary left Mary Hale’s “House”.", {"Gull": 1, "Point": 1, "Mary": 1, "Hale": 1}),
        ("He met Dr. Roy. Roy left.", {"Dr": 1, "Roy": 1}),  # no sentence begins after a title
        ("It is in the U.S. Army, (Army) and/Navy 1. Sea", {"U.S": 1, "Army": 1, "Navy": 1}),
        ("He said: Come to James' House", {"James": 1, "House": 1}),
        ("The Bank of England, iPhone", {"Bank": 1, "England": 1, "Phone": 1}),
    ],
)
def test_a_capital_counts_where_no_sentence_begins(text: str, names: Mapping[str, int]) -> None:
    found = counted(read([Document("a.txt", "", None, text)], "en").written)
    assert {word: sums[1] for word, sums in found.items() if sums[1]} == names


def test_capitals_count_where_they_mark_names() -> None:
    def names(text: str, language: str) -> list[str]:
        segment = read([Document("a.txt", "", None, text, language=language)], language)
        return [word for word, sums in counted(segment.written).items() if sums[1]]

    assert names("il vit à Paris et Élan", "fr") == ["Paris", "Élan"]
    assert names("он был в Москве", "ru") == ["Москве"]
    assert names("er wohnt im Haus", "de") == []


def test_us_after_the_is_a_country() -> None:
    text = "the us won. The — us lost. the. Us too. (the us) the-us; give us the\n\nus"
    segment = read([Document("a.txt", "", None, text)], "en")
    words = list(chain.from_iterable(listed(segment, segment.forward)))
    kinds = dict(zip(words, segment.kinds.tolist(), strict=True))
    assert words.count("us.") == 4
    assert words.count("us") == 3
    assert (kinds["us."] & STOP, kinds["us"] & STOP) == (0, STOP)


def test_a_text_all_in_capitals_is_a_shout() -> None:
    def found(text: str) -> tuple[list[list[str]], list[int]]:
        segment = read([Document("a.txt", "", None, text)], "en")
        return listed(segment, segment.forward), (segment.kinds & CAPITAL).tolist()

    assert found("TELL US OF NATO") == ([["tell", "us", "of", "nato"]], [CAPITAL] * 4)
    assert found("tell US of NATO") == ([["tell", "us.", "of", "nato"]], [0, CAPITAL, 0, CAPITAL])


def test_acronyms_are_counted_by_documents() -> None:
    texts = ["The United Nations (UN) met. The UN met.", "the UN met the United Nations, the U.N.", "il y a the UN"]
    documents = [Document(f"{n}.txt", "", None, text) for n, text in enumerate(texts)]
    segment = read(documents[:2], "en")
    assert counted(segment.shorts) == {"UN": (2, 1)}
    assert counted(segment.pairs) == {"UN\tUnited Nations": (1, 4)}
    assert counted(segment.defined) == {"unit nation": (1,), "unit nation\tUN": (1,)}
    assert counted(read([documents[2]], "fr").shorts) == {}


def test_copies_have_one_key() -> None:
    again = Document("again.txt", LIGHTHOUSE.title, None, LIGHTHOUSE.text)
    other = Document("other.txt", "Another title", None, LIGHTHOUSE.text)
    twice = Document("twice.txt", "", None, "No. It sank. No. It sank.")
    keys = read([LIGHTHOUSE, again, other, HARBOUR, twice], "en").row_key.tolist()
    n = len(rows_of(LIGHTHOUSE))
    assert keys[:n] == keys[n : 2 * n]
    assert keys[-4:-2] == keys[-2:]
    assert len(set(keys)) == len(keys) - n - 2


@given(batches(), st.integers(0, 4))
def test_it_does_not_matter_what_is_read_together(batch: tuple[tuple[Document, ...], str], cut: int) -> None:
    documents, language = batch
    whole = read(documents, language)
    parts = [read(some, language) for some in (documents[:cut], documents[cut:])]
    shift, stretches = len(parts[0]), len(parts[0].stretch_heading)

    def together(*values: NDArray[np.generic]) -> list[object]:
        found: list[object] = np.concatenate(values).tolist()
        return found

    for same in ("titles", "row_spans", "row_short", "row_key", "stretch_heading", "kinds"):
        assert together(*(getattr(part, same) for part in parts)) == getattr(whole, same).tolist(), same
    for lists in ("forward", "heading_words", "title_words"):
        some = [listed(part, getattr(part, lists)) for part in parts]
        assert some[0] + some[1] == listed(whole, getattr(whole, lists)), lists
    for postings, by in (("own", shift), ("around", stretches)):
        first, second = (weighed(part, getattr(part, postings)) for part in parts)
        moved = {(word, at + by): weight for (word, at), weight in second.items()}
        assert first | moved == weighed(whole, getattr(whole, postings)), postings
    for counts in ("written", "shorts", "pairs", "defined"):
        assert added(*(counted(getattr(part, counts)) for part in parts)) == counted(getattr(whole, counts)), counts


@pytest.mark.parametrize("documents", [[], [Document("a.txt", "", None, "")], [Document("a.txt", "", None, " \n\n")]])
def test_nothing_to_read(documents: list[Document]) -> None:
    segment = read(documents, "en")
    assert (len(segment), list(segment.words), segment.row_spans.shape) == (0, [], (0, 3))
    assert segment.document_rows.tolist() == [0] * (len(documents) + 1)
    filled = [block for field in taken(read([LIGHTHOUSE], "en")) for block in field.blocks]
    empty = [block for field in taken(segment) for block in field.blocks]
    assert [np.asarray(block).dtype for block in empty] == [np.asarray(block).dtype for block in filled]
