"""Places as a text editor counts them, and passages as slices."""

import pytest
from conftest import LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Kind, Passage, place

LINES = "one\ntwo\r\nthree\rfour\n\nsix"


@pytest.mark.parametrize(
    ("quote", "where"),
    [
        ("one", "line 1"),
        ("two", "line 2"),
        ("three", "line 3"),
        ("four", "line 4"),
        ("six", "line 6"),
        ("one\ntwo", "lines 1–2"),
        ("two\r\nthree\rfour", "lines 2–4"),
        (LINES, "lines 1–6"),
    ],
)
def test_place(quote: str, where: str) -> None:
    start = LINES.index(quote)
    assert place(Document("a.txt", "", None, LINES), start, start + len(quote)) == where


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1), min_size=1))
def test_each_line_has_its_number(lines: list[str]) -> None:
    document = Document("a.txt", "", None, "\r\n".join(lines))
    start = 0
    for number, line in enumerate(lines, 1):
        assert place(document, start, start + len(line)) == f"line {number}"
        start += len(line) + 2


def test_a_passage_is_read_from_its_document() -> None:
    assert Passage(LIGHTHOUSE, 161, 189, Kind.SENTENCE, (161, 215), (151, 159)).text == "The gate opens on Saturdays."
