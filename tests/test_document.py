"""Places as a text editor counts them, and passages as slices."""

import pytest
from conftest import LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Kind, Mark, Passage, place

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


VISITING = Document(
    "a.html",
    "The harbour",
    None,
    (
        "The harbour\n\nWelcome.\n\nVisiting\n\nOpen daily.\n\nFees\n\nIt is free. Dogs pay.\n\nDogs: 1 dollar\n\n"
        "History\n\nOld."
    ),
    None,
    (
        Mark(0, 11, "heading", "", 1),
        Mark(13, 21, "paragraph", "1"),
        Mark(23, 31, "heading", "", 2),
        Mark(33, 44, "paragraph", "1"),
        Mark(46, 50, "heading", "", 3),
        Mark(52, 73, "paragraph", "1"),
        Mark(75, 89, "row", "1", whole=True),
        Mark(91, 98, "heading", "", 2),
        Mark(100, 104, "paragraph", "1"),
    ),
)


@pytest.mark.parametrize(
    ("quote", "where"),
    [
        ("The harbour", "heading"),
        ("Welcome.", "paragraph 1"),
        ("Visiting", "heading"),
        ("Open daily.", "Visiting, paragraph 1"),
        ("Fees", "Visiting, heading"),
        ("Dogs pay.", "Visiting › Fees, paragraph 1"),
        ("Dogs pay.\n\nDogs: 1 dollar", "Visiting › Fees, paragraph 1"),
        ("Dogs: 1", "Visiting › Fees, row 1"),
        ("Old.", "History, paragraph 1"),
    ],
)
def test_place_by_headings(quote: str, where: str) -> None:
    start = VISITING.text.index(quote)
    assert place(VISITING, start, start + len(quote)) == where


@pytest.mark.parametrize(
    ("called", "numbers", "where"),
    [
        ("page", ("3", "3"), "page 3"),
        ("page", ("3", "4"), "pages 3–4"),
        ("", ("00:00:59", "00:01:00"), "00:00:59–00:01:00"),
    ],
)
def test_place_over_two_marks(called: str, numbers: tuple[str, str], where: str) -> None:
    marks = Mark(0, 7, called, numbers[0]), Mark(8, 12, called, numbers[1])
    document = Document("a.pdf", "", None, "The cat sat.", None, marks)
    assert place(document, 0, 12) == where
    assert place(document, 0, 7) == f"{called} {numbers[0]}".strip()
    assert place(document, 8, 12) == f"{called} {numbers[1]}".strip()


def test_a_long_heading_is_cut_in_a_place() -> None:
    text = f"{'Very ' * 20}long\n\nIt is."
    marks = Mark(0, 104, "heading", "", 1), Mark(106, 112, "paragraph", "1")
    where = place(Document("a.md", "", None, text, None, marks), 106, 112)
    assert where == "Very Very Very Very Very Very Very Very Very Ver…, paragraph 1"


def test_a_passage_is_read_from_its_document() -> None:
    assert Passage(LIGHTHOUSE, 161, 189, Kind.SENTENCE, (161, 215), (151, 159)).text == "The gate opens on Saturdays."
