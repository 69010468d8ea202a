"""Merging: what comes out is what reading all the documents would make, array by array."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Mark
from retrieval import merging
from retrieval.archive import Archive
from retrieval.fields import taken
from retrieval.merging import fields, merged
from retrieval.reading import read
from retrieval.segment import Part

# Names inside sentences, acronyms with and without their names, offices, headings, words that are in few texts or many.
PHRASES = [
    "The United Nations (UN) met in Oslo.",
    "the UN said so.",
    "NATO (North Atlantic Treaty Organization) agreed.",
    "It was the U.S. Navy.",
    "Mary Hale built it in 1871.",
    "She left.",
    "the Russian president, Vladimir Putin, spoke.",
    "The Russian president left.",
    "he saw the LED there",
    "he saw the MARY-LED there",
    "they lead",
    "twenty-one ships came",
    "Harbour News",
    "Visiting",
    "When does the gate open?",
    "Post a Comment",
    "Zürich ist schön.",
    "\U0001f600 \u6771\u4eac",
    "oslo",
    "\n",
    "\n\n",
]
TEXTS = st.lists(st.sampled_from(PHRASES), max_size=8).map(" ".join)
MARKS = st.just(()) | st.builds(
    lambda called, number: (Mark(0, 0, called, number),), st.sampled_from(["page", "row"]), st.sampled_from("12")
)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        st.just(""),
        st.sampled_from(["Harbour News", "Oslo", "Mary Hale", ""]),
        st.none() | st.dates(),
        TEXTS,
        st.sampled_from([None, "https://example.org/", ""]),
        MARKS,
    ),
    max_size=4,
)


@st.composite
def divided(draw: st.DrawFn) -> list[tuple[list[Document], set[int]]]:
    """Batches of documents, and which of each were removed."""
    numbers = draw(st.permutations(range(20)))
    names = (f"{number}.txt" for number in numbers)
    batches = []
    for batch in draw(st.lists(DOCUMENTS, min_size=1, max_size=4)):
        named = [
            Document(next(names), one.title, one.date, one.text, one.url, one.marks, one.language) for one in batch
        ]
        batches.append((named, draw(st.sets(st.sampled_from(range(len(batch)))) if batch else st.just(set()))))
    return batches


def arrays(record: object) -> dict[str, tuple[str, Any]]:
    """The arrays of a record, bit by bit."""
    return {name: (dtype.str, next(iter(blocks)).tolist()) for name, dtype, _, blocks in taken(record)}


def parts_of(batches: Sequence[tuple[list[Document], set[int]]], language: str = "en") -> list[Part]:
    return [
        Part(
            read(documents, language),
            frozenset(removed),
            tuple(read([documents[number]], language) for number in sorted(removed)),
        )
        for documents, removed in batches
    ]


@pytest.fixture(params=[3, 1 << 19], scope="module", autouse=True)
def _block(request: pytest.FixtureRequest) -> Iterator[None]:
    """In blocks of a few values, too, as an index of millions has them of a million."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_BLOCK", request.param)
        yield


@given(divided())
def test_it_is_as_if_read_at_once(batches: list[tuple[list[Document], set[int]]]) -> None:
    living = [one for documents, removed in batches for at, one in enumerate(documents) if at not in removed]
    parts = parts_of(batches)
    whole, found = read(living, "en"), merged(parts)
    assert arrays(found) == arrays(whole)
    assert [found.documents[number] for number in range(len(found.documents))] == living

    written = {
        name: (dtype.str, shape, np.concatenate([np.zeros((0, *shape[1:]), dtype), *blocks]).tolist())
        for name, dtype, shape, blocks in fields(parts, "documents.")
    }
    expected = [*taken(whole), *taken(Archive.of(living), "documents.")]
    assert written == {name: (dtype.str, shape, next(iter(blocks)).tolist()) for name, dtype, shape, blocks in expected}


def test_what_has_a_capital_in_one_part_has_its_term_in_another() -> None:
    """Alone, "LED" is read as a word that is shouted: its term stands where "lead" does."""
    texts = ["he saw the LED there", "he saw the MARY-LED there", "they lead"]
    documents = [Document(f"{number}.txt", "", None, text) for number, text in enumerate(texts)]
    found = merged([Part(read([document], "en")) for document in documents])
    assert arrays(found) == arrays(read(documents, "en"))
    first, last = found.capitals.ends[found.words.find("lead") :][:2]
    assert [found.written.keys[key] for key in found.capitals.values[first:last]] == ["LED", "MARY-LED"]
