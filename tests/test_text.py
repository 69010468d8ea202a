"""The bytes of a plain-text file → Document: its text untouched, the title and the day it opens with."""

from datetime import date

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, read_text


@pytest.mark.parametrize("document", [LIGHTHOUSE, HARBOUR])
def test_whole_documents(document: Document) -> None:
    assert read_text(document.id, document.text.encode()) == document


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("All About Cats\n\nA cat sat.", "All About Cats"),
        ("# All about cats\n\nA cat sat.", "All about cats"),
        ("1 May 2024\n\nAll About Cats\n\nA cat sat.", "All About Cats"),
        ("Skip to content\n\nAll About Cats\n\nA cat sat.", "All About Cats"),
        ("What is a cat?\nAn animal.", "What is a cat?"),
        ("A cat sat.\n\nA heading below\n\nIt ran.", "my pet cats"),
        ("- an item\n- another", "my pet cats"),
        ("", "my pet cats"),
    ],
)
def test_title(text: str, title: str) -> None:
    assert read_text("pets/my_pet--cats.txt", text.encode()).title == title


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Friday, June 21, 2024", date(2024, 6, 21)),
        ("21 June 2024", date(2024, 6, 21)),
        ("2024-06-21", date(2024, 6, 21)),
        ("2024-06-21T23:30:00-05:00", date(2024, 6, 21)),
        ("Published: 3rd of May, 2024", date(2024, 5, 3)),
        ("Last updated on 1 Sept. 2020", date(2020, 9, 1)),
        ("Date:   4\tJuly 1776", date(1776, 7, 4)),
        ("1 May 2024 at 10:00 EST", date(2024, 5, 1)),  # nobody is warned about the time zone
        ("June 2024", None),
        ("Friday, May 2024", None),
        ("21 June", None),
        ("02/03/2024", None),  # the second of March, or the third of February
        ("31 June 2024", None),
        ("29 February 2023", None),
        ("The war began on 21 June 2024", None),
        ("March 2024 report", None),
        ("2024", None),
        ("Published: " + " " * 5000 + "x" * 50, None),
    ],
)
def test_date(line: str, day: date | None) -> None:
    assert read_text("a.txt", f"{line}\n\nIt rained.".encode()).date == day


def test_the_first_date_counts_and_only_near_the_top() -> None:
    assert read_text("a.txt", b"Cats\n\n1 May 2024\n\n2 May 2024\n\nIt ran.").date == date(2024, 5, 1)
    assert read_text("a.txt", b"A.\n\nB.\n\nC.\n\nD.\n\nE.\n\n1 May 2024").date is None


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_text("a.txt", b"\xef\xbb\xbfCats\r\n\r\nA cat sat.") == Document(
        "a.txt", "Cats", None, "Cats\r\n\r\nA cat sat."
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_is_never_touched(text: str) -> None:
    document = read_text("a.txt", b"\xef\xbb\xbf" + text.encode())
    assert document.text == text
    assert document.title


DATE_LIKE = [
    "Fri",
    "May",
    "June",
    "2024",
    "21",
    "12",
    "10:00",
    "EST",
    "am",
    "/",
    "-",
    ".",
    ",",
    "T",
    "of",
    "0000",
    "1e4",
]


@given(st.lists(st.sampled_from([*DATE_LIKE, "99999", "nan", "٣", "²", " "]), min_size=1).map(" ".join))
def test_what_resembles_a_date_is_one_or_none(line: str) -> None:
    day = read_text("a.txt", f"{line} 2024-06-21".encode()).date
    assert day is None or isinstance(day, date)
