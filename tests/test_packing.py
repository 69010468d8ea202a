"""What goes to an engine and comes back is the same; and what it computes bounds every row."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pymilvus")

from corpus import ENGLISH, Document, Mark
from retrieval import packing
from retrieval.engine import DIMENSIONS, PIECE, Entity
from retrieval.reading import read
from retrieval.segment import Part
from retrieval.stack import Stack
from retrieval.terms import terms

# Words of many scripts, and characters that JSON, UTF-8 or a database may trip over.
TEXTS = st.lists(
    st.one_of(st.sampled_from(["The cat sat.", "Die Häuser,", "猫が座った。", "NATO", "\n\n"]), st.text(max_size=9)),
    max_size=30,
).map(" ".join)
SURROGATES = st.text(st.characters(categories=["Cs", "L", "Cc"]), max_size=9)

DOCUMENTS = st.builds(
    Document,
    TEXTS,
    SURROGATES,
    st.none() | st.dates(date(1, 1, 1)),
    TEXTS,
    st.none() | st.text(max_size=9),
    st.lists(st.builds(Mark, st.integers(0, 9), st.integers(0, 9), SURROGATES, SURROGATES), max_size=2).map(tuple),
    st.sampled_from(["en", "de", "ja"]),
)


def stored(*entities: list[Entity]) -> dict[str, str]:
    """All texts by their keys, as UTF-8 that an engine takes."""
    texts = {entity.key: entity.text for some in entities for entity in some}
    assert all(len(text.encode()) <= 65_535 and key.isascii() for key, text in texts.items())
    return texts


def back(first: list[Entity]) -> str:
    texts = stored(first)
    return packing.whole({first[0].key: first[0].text}, lambda keys: {key: texts[key] for key in keys})[first[0].key]


@given(DOCUMENTS)
def test_a_document(document: Document) -> None:
    head, body = packing.document_entities(document, "batch")
    key = packing.key_of(document.id)
    assert (head[0].key, body[0].key) == (key, packing.body_of(key))
    assert packing.read_document(back(body)) == ("batch", document)
    assert packing.read_head(back(head)) == packing.Head(
        document.id,
        document.title,
        document.date,
        document.url,
        document.language,
        len(document.text),
        "batch",
        packing.digest(document),
    )


@given(DOCUMENTS)
def test_its_stretches(document: Document) -> None:
    segment = read([document], document.language)
    groups = list(packing.stretch_entities(segment, "batch"))
    key = packing.key_of(document.id)
    assert [packing.read_stretch(group[0].key, back(group)) for group in groups] == [
        packing.Found(key, number, "batch", document.language, document.id, segment.stretch(number))
        for number in range(len(segment.stretch_heading))
    ]
    assert [group[0].vector for group in groups] == packing.vectors(segment)


@pytest.mark.parametrize("text", ["a" * 65_532, "a" * 200_000, "é" * PIECE, "é" * (PIECE + 1), "\U0001f600" * 40_000])
def test_what_is_too_long_for_one_entity_goes_on(text: str) -> None:
    assert back(packing.pieces("key", "document", text)) == text


def test_what_lacks_a_part_is_left_out() -> None:
    first, *parts = packing.pieces("key", "document", "é" * 50_000)
    there = {part.key: part.text for part in parts[1:]}
    assert packing.whole({first.key: first.text, "other": "x"}, lambda _: there) == {"other": "x"}


@given(DOCUMENTS, DOCUMENTS)
def test_a_digest_tells_documents_apart(one: Document, other: Document) -> None:
    assert (packing.digest(one) == packing.digest(other)) == (one == other)


WORDS = st.lists(st.sampled_from(["cat", "dogs", "Fish", "mat", "the", "sun"]), min_size=1, max_size=7).map(" ".join)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=4), WORDS, st.integers(1, 3))
def test_no_row_scores_more_than_its_stretch_promises(paragraphs: list[list[str]], question: str, few: int) -> None:
    document = Document("a.txt", "Cats", None, "\n\n".join(". ".join(some) for some in paragraphs))
    segment = read([document], ENGLISH)
    hits = Stack([Part(segment)], ENGLISH)
    asked: defaultdict[int, float] = defaultdict(float)
    for term in set(terms(question)):
        asked[packing.dimension(term, ENGLISH) % few] += hits.tallies.idf(term)  # many words share a dimension
    bounds = []
    for vector in packing.vectors(segment):
        folded: defaultdict[int, float] = defaultdict(float)
        for place, weight in vector.items():
            assert 0 <= place < DIMENSIONS
            assert np.float16(weight) == weight, "an engine that keeps half precision rounds nothing"
            folded[place % few] += weight
        bounds.append(sum(weight * folded[place] for place, weight in asked.items()))
    found = hits.search(terms(question), 100)
    for row, score in zip(found.rows.tolist(), (found.own + found.around).tolist(), strict=True):
        assert score <= bounds[segment.row_stretch[row]] * (1 + 1e-6)


def test_a_term_has_another_dimension_in_each_language() -> None:
    assert packing.dimension("die", "de") != packing.dimension("die", "en")
