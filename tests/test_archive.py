"""Documents in arrays: the same documents again, made one by one, when they are asked for."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Mark
from retrieval import archive
from retrieval.archive import Archive
from retrieval.segment import Entry

CODES = st.characters(codec=None, categories=None) | st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010)
TEXTS = st.text(CODES, max_size=20) | st.text(st.characters(max_codepoint=255), max_size=20)
MARKS = st.builds(Mark, st.integers(0, 99), st.integers(0, 2**31 - 1), TEXTS, TEXTS, st.integers(0, 9), st.booleans())
DOCUMENTS = st.lists(
    st.builds(
        Document,
        TEXTS,
        TEXTS,
        st.none() | st.dates(),
        TEXTS,
        st.none() | TEXTS,
        st.lists(MARKS, max_size=3).map(tuple),
        st.sampled_from(["en", "de", "th"]),
    ),
    max_size=5,
    unique_by=lambda document: document.id,
)


@given(DOCUMENTS)
def test_nothing_is_lost(documents: list[Document]) -> None:
    """Not the halves of a pair that stand beside each other, nor an address that is empty."""
    kept = Archive.of(documents)
    assert list(kept) == documents
    for number, document in enumerate(documents):
        assert kept.identifier(number) == document.id
        assert kept.find(document.id) == number
        assert kept.entry(number) == Entry.of(document)
        half = len(document.text) // 2
        assert kept.cut(number, half, len(document.text)) == document.text[half:]


def test_a_document_that_is_not_there() -> None:
    kept = Archive.of([LIGHTHOUSE])
    assert kept.find(HARBOUR.id) == -1
    with pytest.raises(IndexError):
        kept[1]


def test_it_is_a_sequence() -> None:
    kept = Archive.of([LIGHTHOUSE, HARBOUR])
    assert (kept[-1], kept[::-1]) == (HARBOUR, (HARBOUR, LIGHTHOUSE))
    assert HARBOUR in kept


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 1), ("Zürich", 1), ("Łódź", 2), ("東京", 2), ("\ud83d\ude00", 4), ("\U0001f600", 4), ("\udc00", 4)],
)
def test_a_text_takes_no_more_bytes_than_it_must(text: str, width: int) -> None:
    kept = Archive.of([Document("a", "A", None, text)])
    assert (kept.widths.tolist(), len(kept.text)) == ([width], width * len(text))
    assert kept[0].text == text


def test_the_documents_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "KEPT", 25)
    kept = Archive.of(Document(str(number), "", date(2024, 1, 1), "x" * 10) for number in range(4))
    first, second = kept[0], kept[1]
    assert kept[0] is first
    assert kept[2] == Document("2", "", date(2024, 1, 1), "x" * 10)
    assert kept[0] is first, "it was used later than the second"
    assert kept[1] is not second
    monkeypatch.setattr(archive, "KEPT", 5)
    assert kept[3] is kept[3], "one is kept however long it is"


def test_several_threads_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "KEPT", 60)
    documents = [Document(str(number), "", None, str(number) * 10) for number in range(20)]
    kept = Archive.of(documents)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(kept.__getitem__, [*range(20)] * 50))
    finally:
        sys.setswitchinterval(interval)
    assert found == documents * 50
