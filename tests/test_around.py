"""Pages of a document around a quote: a small document by hand, then what holds for any document, quote and room."""

from collections.abc import Callable
from itertools import count

import pytest
from conftest import LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st
from test_sentences import ANY_TEXT

from bot import around
from bot.around import Stretch, stretch
from bot.markdown import escape, length
from corpus import Document, Mark, paragraphs, read_document


def plain(text: str) -> Document:
    return Document("a.txt", "", None, text)


def shown(document: Document, words: str, page: int, room: int) -> list[str]:
    """The paragraphs of a page around some words, with dots where there is more."""
    start = document.text.index(words)
    found = stretch(document, (start, start + len(words)), page, room, len)
    texts = [document.text[start:end] for start, end in found.paragraphs]
    return ["…"] * found.earlier + texts + ["…"] * found.later


GRANITE = LIGHTHOUSE.text[42:149]


@pytest.mark.parametrize(
    ("room", "pages"),
    [
        (
            1_000,
            {
                -1: ["…"],
                0: [line for line in LIGHTHOUSE.text.splitlines() if line],
                1: ["…"],
            },
        ),
        (
            130,  # the paragraph and 23 characters more: what stands before it as well as after it, as far as it fits
            {
                -2: ["…"],
                -1: ["The Lighthouse at Gull Point", "…"],
                0: ["…", "3 May 2023", GRANITE, "Visiting", "…"],
                1: ["…", "The gate opens on Saturdays. A ticket costs 4 dollars.", "No comments:", "Post a Comment"],
                2: ["…"],
            },
        ),
        (
            70,  # less than the paragraph
            {
                -1: ["…", "3 May 2023", "Mary Hale built the stone lighthouse in 1871.", "…"],
                0: ["…", "She picked granite because storms had wrecked a wooden tower.", "Visiting", "…"],
            },
        ),
        (
            30,  # less than the quote
            {
                -1: ["…", "lighthouse in 1871.", "…"],
                0: ["…", "She picked granite because", "…"],
                1: ["…", "storms had wrecked a wooden", "…"],
                2: ["…", "tower.", "Visiting", "…"],
            },
        ),
    ],
)
def test_pages_of_a_small_document(room: int, pages: dict[int, list[str]]) -> None:
    quote = "She picked granite because storms had wrecked a wooden tower."
    assert {page: shown(LIGHTHOUSE, quote, page, room) for page in pages} == pages


def test_a_quote_over_several_paragraphs_has_them_all() -> None:
    document = plain("One.\n\n- two\n- three\n- four\n\nFive.")
    assert shown(document, "- two\n- three", 0, 13) == ["…", "- two", "- three", "…"]
    assert shown(document, "- two\n- three", 0, 23) == ["One.", "- two", "- three", "- four", "…"]


@pytest.mark.parametrize(
    ("name", "data", "quote", "paragraph"),
    [
        (
            "a.csv",
            b"name,price\nticket,4 dollars\nguide,2 dollars\nmap,1 dollar\n",
            "2 dollars",
            "name: guide; price: 2 dollars",
        ),
        (
            "a.srt",
            b"1\n00:00:01,000 --> 00:00:02,000\nIt sat.\n\n2\n00:01:02,000 --> 00:01:03,000\nIt ran.\n",
            "ran",
            "It ran.",
        ),
        ("a.md", b"# Cat\n\n- It sat.\n- It ran *far*.\n\nIt slept.\n", "far", "• It ran far."),
    ],
)
def test_rows_cues_and_items_are_paragraphs(name: str, data: bytes, quote: str, paragraph: str) -> None:
    assert [line for line in shown(read_document(name, data), quote, 0, len(paragraph)) if line != "…"] == [paragraph]


@pytest.mark.parametrize(
    ("text", "room", "pieces"),
    [
        ("Dr. No sat. It ran. It slept.", 21, ["Dr. No sat. It ran.", "It slept."]),
        ("一二三。四五六。七八九。", 10, ["一二三。四五六。", "七八九。"]),
        ("one two  three four", 9, ["one two", "three", "four"]),
        ("w" * 25, 10, ["w" * 10, "w" * 10, "w" * 5]),
        ("\U0001f469\u200d\U0001f680" * 3, 5, ["\U0001f469\u200d\U0001f680"] * 3),
        ("e\u0301" * 4, 5, ["e\u0301" * 2] * 2),
        ("e" + "\u0301" * 9, 5, ["e" + "\u0301" * 4, "\u0301" * 5]),
        ("ab", 0, ["a", "b"]),
        ("a" + " " * 100 + "b", 10, ["a", "b"]),
    ],
)
def test_where_a_paragraph_is_cut(text: str, room: int, pieces: list[str]) -> None:
    document = plain(text)
    found = [span for page in range(len(pieces)) for span in stretch(document, (0, 1), page, room, len).paragraphs]
    assert [text[start:end] for start, end in found] == pieces


def test_a_document_without_a_word() -> None:
    for text in ("", " \n\n\t"):
        for page in (-1, 0, 1):
            assert stretch(plain(text), (0, 0), page, 100, len) == Stretch((), earlier=False, later=False)


def test_a_page_that_is_not_there_is_empty() -> None:
    document = plain("A cat sat.\n\nIt ran.")
    assert stretch(document, (0, 5), 10**9, 100, len) == Stretch((), earlier=True, later=False)
    assert stretch(document, (0, 5), -(10**9), 100, len) == Stretch((), earlier=False, later=True)


LONG = "The cat sat on the mat. " * 100 + "\n\n"


@pytest.mark.parametrize("page", [-3, 0, 3])
def test_of_a_million_characters_only_those_around_are_looked_at(page: int) -> None:
    looked = 0

    def cost(text: str) -> int:
        nonlocal looked
        looked += len(text)
        return len(text)

    document = plain(LONG * 420)
    found = stretch(document, (500_000, 500_010), page, 3_000, cost)
    assert found.earlier
    assert found.later
    assert looked < 200_000


def marked(lines: list[str]) -> Document:
    """A document of these lines, as a format other than plain text has them, with a mark for each."""
    text, marks = "", []
    for number, line in enumerate(lines):
        text += "\n" * bool(number)
        marks.append(Mark(len(text), len(text) + len(line), "row", str(number + 1)))
        text += line
    return Document("a.csv", "", None, text, marks=tuple(marks))


LINES = st.lists(ANY_TEXT.map(lambda text: " ".join(text.split())).filter(bool), min_size=1, max_size=9)
DOCUMENTS = ANY_TEXT.map(plain) | st.lists(ANY_TEXT, max_size=9).map("\n\n".join).map(plain) | LINES.map(marked)
COSTS: list[Callable[[str], int]] = [len, lambda text: len(text) + 3, lambda text: length(escape(text))]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Document, tuple[int, int], int]:
    """A document, any span of it, and a room in which it has no more than some dozens of pages."""
    document = draw(DOCUMENTS)
    most = len(document.text)
    start, end = sorted((draw(st.integers(0, most)), draw(st.integers(0, most))))
    return document, (start, end), draw(st.integers(most // 40 + 1, most + 99))


@given(walks(), st.sampled_from(COSTS))
def test_any_pages_hold_all_of_the_text_once_and_in_order(
    walk: tuple[Document, tuple[int, int], int], cost: Callable[[str], int]
) -> None:
    document, quote, room = walk
    text = document.text
    middle = stretch(document, quote, 0, room, cost)
    pages = [middle]
    for number in count(1):
        if not pages[-1].later:
            break
        pages.append(stretch(document, quote, number, room, cost))
    for number in count(1):
        if not pages[0].earlier:
            break
        pages.insert(0, stretch(document, quote, -number, room, cost))

    spans = [span for page in pages for span in page.paragraphs]
    edges = [0, *(offset for span in spans for offset in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)).strip() == ""
    assert [page.earlier for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert [page.later for page in pages] == [*[True] * (len(pages) - 1), False]

    whole = paragraphs(document)
    for page in pages:
        assert sum(cost(text[start:end]) for start, end in page.paragraphs) <= room or (
            [end - start for start, end in page.paragraphs] == [1]
        )
        for start, end in page.paragraphs:
            ((begin, close),) = (span for span in whole if span[0] <= start and end <= span[1])
            assert (begin, close) == (start, end) or close - begin > room or cost(text[begin:close]) > room
    if begun := text[slice(*quote)].lstrip():
        start = quote[1] - len(begun)
        assert any(low <= start < high for low, high in middle.paragraphs)


@given(walks(), st.integers(-3, 3))
def test_what_is_far_away_changes_nothing(walk: tuple[Document, tuple[int, int], int], page: int) -> None:
    document, quote, room = walk
    found = stretch(document, quote, page, room, len)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(around, "_REACH", 1)
        assert stretch(document, quote, page, room, len) == found
