"""The address of a quote: the page's own with the words that name it."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Mark, link, read_document
from corpus.links import web_address

TEXT = "It is so.\n\nThe tower, well-known & old, is tall.\n\n• Bring food.\n\nIt is so.\n\nDay: Monday; First: 07:30"
ROW = Mark(TEXT.index("Day"), len(TEXT), "row", "1", whole=True)


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The tower, well-known & old, is tall.", "The%20tower%2C%20well%2Dknown%20%26%20old%2C%20is%20tall."),
        ("• Bring food.", "Bring%20food."),
        ("It is so.", "It%20is%20so."),
        ("tall.\n\n• Bring food.", "tall.,Bring%20food."),
    ],
)
def test_words_that_name_a_quote(quote: str, words: str) -> None:
    start = TEXT.index(quote)
    document = Document("a.html", "", None, TEXT, "https://a.example/b", (ROW,))
    assert link(document, start, start + len(quote)) == f"https://a.example/b#:~:text={words}"


def test_words_that_stand_there_twice_are_named_with_those_before() -> None:
    start = TEXT.rindex("It is so.")
    document = Document("a.html", "", None, TEXT, "https://a.example/b#top", ())
    found = link(document, start, start + 9)
    assert found == "https://a.example/b#top:~:text=%E2%80%A2%20Bring%20food.-,It%20is%20so."


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    text = (
        "The first of them came early in the morning, "
        + "and another one came " * 9
        + "and the last one came at night."
    )
    document = Document("a.md", "", None, text, "https://a.example/", ())
    assert link(document, 0, len(text)) == (
        "https://a.example/#:~:text=The%20first%20of%20them%20came%20early,the%20last%20one%20came%20at%20night."
    )


def test_a_row_has_the_address_of_its_page() -> None:
    document = Document("a.html", "", None, TEXT, "https://a.example/b", (ROW,))
    assert link(document, ROW.start, ROW.end) == "https://a.example/b"


def test_a_document_that_is_not_on_the_web_has_none() -> None:
    assert link(Document("a.html", "", None, TEXT), 0, 9) is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example/b?c=d&e=%20#f", "https://a.example/b?c=d&e=%20#f"),
        (" http://a.example/ä>(b) ", "http://a.example/%C3%A4%3E(b)"),
        ("ftp://a.example/b", None),
        ("javascript:alert(1)", None),
        ("/b/c", None),
        ("https://", None),
        ("https://user:word@a.example/", None),
        ("https://[a.example/", None),
        (7, None),
        (None, None),
    ],
)
def test_addresses_that_a_browser_opens_safely(url: object, address: str | None) -> None:
    assert web_address(url) == address


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_any_quote_of_any_page_has_an_address_in_one_word(text: str, data: st.DataObject) -> None:
    document = read_document("a.csv", b"a\nb")
    document = Document("a.html", "", None, f"x{text}x", "https://a.example/", document.marks[:0])
    start, end = sorted(data.draw(st.integers(0, len(document.text))) for _ in range(2))
    quote = document.text[start:end]
    found = link(document, start, end) if quote.strip() else "https://a.example/#:~:text="
    assert found is not None
    assert found.isascii()
    assert found.isprintable()
    assert not set(" <>)") & set(found)
    assert unquote(found).startswith("https://a.example/#:~:text=")
