"""Text → passages: tables a reader can check, then what holds for any text whatsoever."""

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Kind, Mark, Passage, paragraphs, read_text, split
from corpus.sentences import MAX_PASSAGE, blocks, is_residue, looks_like_heading


def pieces(text: str) -> list[str]:
    """The passages of a text; a heading is marked #, what may be one =, residue ~."""
    marks = {Kind.SENTENCE: "", Kind.HEADING: "#", Kind.LINE: "=", Kind.RESIDUE: "~"}
    return [marks[passage.kind] + passage.text for passage in split(Document("a.txt", "", None, text))]


def test_whole_passages() -> None:
    day, visiting = (30, 40), (151, 159)
    assert split(LIGHTHOUSE) == [
        Passage(LIGHTHOUSE, 0, 28, Kind.HEADING, (0, 28), None),
        Passage(LIGHTHOUSE, 30, 40, Kind.HEADING, day, None),
        Passage(LIGHTHOUSE, 42, 87, Kind.SENTENCE, (42, 149), day),
        Passage(LIGHTHOUSE, 88, 149, Kind.SENTENCE, (42, 149), day),
        Passage(LIGHTHOUSE, 151, 159, Kind.LINE, visiting, None),
        Passage(LIGHTHOUSE, 161, 189, Kind.SENTENCE, (161, 215), visiting),
        Passage(LIGHTHOUSE, 190, 215, Kind.SENTENCE, (161, 215), visiting),
        Passage(LIGHTHOUSE, 217, 229, Kind.RESIDUE, (217, 229), visiting),
        Passage(LIGHTHOUSE, 231, 245, Kind.RESIDUE, (231, 245), visiting),
    ]
    assert split(HARBOUR) == [
        Passage(HARBOUR, 0, 14, Kind.HEADING, (0, 14), None),
        Passage(HARBOUR, 16, 68, Kind.SENTENCE, (16, 101), (0, 14)),
        Passage(HARBOUR, 69, 101, Kind.SENTENCE, (16, 101), (0, 14)),
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["He lives in the U.S. and works.", "She does too."],
        ["The U.S. Army came.", "It left."],
        ["Rule No. 5 holds.", "It is short."],
        ["Dr. Smith met J. K. Rowling.", "They talked."],
        ["Mr. and Mrs. Jones left.", "Gen. Lee stayed."],
        ["It opens at 9 a.m. on Monday.", "It closes at six."],
        ["See e.g. the cat.", "And i.e. this one."],
        ["It costs 3.50 euros.", "Buy it."],
        ["Visit example.com.", "Then go."],
        ["Wait... what?", "Really!", "Yes."],
        ["First; then second.", "Third."],
        ["It grew 5 per cent in Jan. 2020.", "Then it fell."],
        ["“We go. We stay,” he said.", "Then he left."],
        ['"Stop! Now!" she cried.', "He did."],
        ["He said “yes.”", "She said “no.”"],
        ["The end.[1]", "A start."],
        ["Zoë’s naïve.", "😀 Ende.", "Schluß."],
    ],
)
def test_sentences_of_a_paragraph(sentences: list[str]) -> None:
    assert pieces(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("", []),
        (" \n\t\r\n ", []),
        ("Title\n\nFirst line.\nSecond line.", ["=Title", "First line.", "Second line."]),
        (
            "What is a cat?\nAn animal.\n\nWhere do cats live?\nIn houses.",
            ["#What is a cat?", "An animal.", "#Where do cats live?", "In houses."],
        ),
        (
            "We sell:\n- one apple\n- two pears. Ripe ones.\n• a plum\n1. First\n2) Second\n(a) third",
            ["We sell:", "- one apple", "- two pears.", "Ripe ones.", "• a plum", "1. First", "2) Second", "(a) third"],
        ),
        ("Name: Tom\nAge: 3\nPhone number: 555 1234\n", ["Name: Tom", "Age: 3", "Phone number: 555 1234"]),
        ("It has this.\n\nApples\nPears\nPlums\n\nThe end.", ["It has this.", "Apples", "Pears", "Plums", "The end."]),
        ("# Big\n## Small\n### Less\nText.", ["## Big", "### Small", "#### Less", "Text."]),
        ("A day\r\nB sat.\r\n\r\nC ran.", ["=A day", "B sat.", "C ran."]),
        ("A sat.\rB ran.\r\rC lay.", ["A sat.", "B ran.", "C lay."]),
        ("A\u00a0cat\u00a0sat. It\u00a0ran.", ["A\u00a0cat\u00a0sat.", "It\u00a0ran."]),
        ("\u00a0\u2003A cat sat.\u00a0", ["A cat sat."]),
        ("One.\n \t \nTwo.", ["One.", "Two."]),
        ("It ended.\n\nNo comments:\n\nPost a Comment", ["It ended.", "~No comments:", "~Post a Comment"]),
        ("It ended.\nRead more\nThe advert was loud.", ["It ended.", "~Read more", "The advert was loud."]),
        ("# Big\nShort\nText.", ["## Big", "Short", "Text."]),  # where headings are marked, only those are
        ("Prices\nWrite to me@example.org\nIt is free.", ["=Prices", "Write to me@example.org", "It is free."]),
        ("Plans\n| Pro | $12 |\n```\nIt is all.", ["=Plans", "| Pro | $12 |", "```", "It is all."]),
        (
            "Q: When is it open?\nA: At ten.\n**Q2. Who may come?**\nAll. Q: Is it dear? A: No.\n3. Why?\nSo.",
            [
                "#Q: When is it open?",
                "A: At ten.",
                "#**Q2. Who may come?**",
                "All.",
                "#Q: Is it dear?",
                "A: No.",
                "#3. Why?",
                "So.",
            ],
        ),
        (
            "# FAQ\n**What is it?**\nA cat.\n1. Does it bite?\nNo.",
            ["## FAQ", "#**What is it?**", "A cat.", "#1. Does it bite?", "No."],
        ),
        (
            "1. It is so. Is it?\n2. What is e.g. a cat?\nIt is.",
            ["1. It is so.", "Is it?", "#2. What is e.g. a cat?", "It is."],
        ),
        ("**What is it?**\nA cat.", ["#**What is it?**", "A cat."]),
        ("Opening hours", ["Opening hours"]),  # a heading of nothing is what the document says
    ],
)
def test_layout(text: str, passages: list[str]) -> None:
    assert pieces(text) == passages


def test_a_title_is_a_heading_even_where_it_ends_like_a_sentence() -> None:
    text = "The cat sat.\n\nIt ran."
    kinds = [passage.kind for passage in split(Document("a.txt", "The cat sat.", None, text))]
    assert kinds == [Kind.HEADING, Kind.SENTENCE]


WRAPPED = (
    "The quick brown fox jumped over the lazy dog and then it ran away from\n"
    "the hunters who had been following it since the early morning hours of\n"
    "that day. It was never seen again by anyone who lived along the river.\n"
    "\n"
    "A new paragraph begins here, and since it is longer than one line, it is\n"
    "wrapped as well.\n"
)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_wrapped_lines_make_one_paragraph(newline: str) -> None:
    text = WRAPPED.replace("\n", newline)
    assert [text[start:end].split()[:2] for start, end in blocks(text)] == [["The", "quick"], ["A", "new"]]
    assert [" ".join(piece.split()) for piece in pieces(text)] == [
        (
            "The quick brown fox jumped over the lazy dog and then it ran away from the hunters who had been following "
            "it since the early morning hours of that day."
        ),
        "It was never seen again by anyone who lived along the river.",
        "A new paragraph begins here, and since it is longer than one line, it is wrapped as well.",
    ]


def test_a_list_item_is_no_wrapped_line_nor_is_what_follows_a_heading() -> None:
    line = "x" * 70
    assert pieces(f"{line}\n- {line}\n1. {line}") == [line, f"- {line}", f"1. {line}"]
    assert pieces(f"# {line}\n{line}") == [f"## {line}", line]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Multiple Threats", True),
        ("Washington “Very Concerned”", True),
        ("Friday, June 21, 2024", True),
        ("What does it cost?", True),
        ("# the cat sat.", True),
        ("Chapter one: The beginning", True),
        ("The cat sat.", False),
        ("He said “yes.”", False),
        ("with lower case", False),
        ("- An item", False),
        ("Opening hours: nine to five", False),
        ("1871", False),
        ("…", False),
        ("Word " * 17, False),
        ("W" * 121, False),
    ],
)
def test_looks_like_heading(line: str, heading: bool) -> None:
    assert looks_like_heading(line) is heading


@pytest.mark.parametrize(
    ("line", "residue"),
    [
        ("No comments:", True),
        ("12 comments", True),
        (" Post a Comment ", True),
        ("Leave a reply", True),
        ("Older Posts", True),
        ("Share to Facebook", True),
        ("Posted by Anna at 10:00", True),
        ("Copyright 2024 Anna. All rights reserved.", True),
        ("He had no comments: none at all.", False),
        ("Post a comment to the board.", False),
        ("The advertisement was loud.", False),
        ("", False),
    ],
)
def test_is_residue(line: str, residue: bool) -> None:
    assert is_residue(line) is residue


def test_a_long_sentence_is_cut_after_a_clause_else_a_word_else_anywhere() -> None:
    clauses, words, run = "word; " * 300, "word " * 300, "w" * (2 * MAX_PASSAGE + 1)
    assert pieces(clauses) == ["word; " * 199 + "word;", "word; " * 99 + "word;"]
    assert pieces(words) == ["word " * 239 + "word", "word " * 59 + "word"]
    assert pieces(run) == ["w" * MAX_PASSAGE, "w" * MAX_PASSAGE, "w"]


# Text as it comes: any characters, and those that the code looks for far more often than chance would have them.
WORDS = (
    "“ ” \" ' ‘ ’ « » ( ) [ ] . , ; : ! ? … — - * # • 1. 2) (a) Dr. No. U.S. a.m. J. He The cat sat on it Name: "
    "😀 中文。 ß İ e\u0301 👩\u200d🚀 \U00010400 \u202e \u200b \ufeff \x00 \x01 \x1b \x7f"
)
BLANKS = [" ", "\t", "\n", "\r", "\r\n", "\n\n", "\u00a0", "\u2028", "\x85", "\x0b", "\x1c"]
MARKS = st.sampled_from([*WORDS.split(" "), *BLANKS, "Post a Comment", "x" * 1300])
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(MARKS).map("".join)


def check(document: Document) -> None:
    """What holds for the passages of any document."""
    text, passages = document.text, split(document)
    before = 0
    for passage in passages:
        assert passage.document is document
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert text[before : passage.start].strip() == "", "lost between two passages"
        assert before <= passage.start
        assert passage.end - passage.start <= MAX_PASSAGE
        assert passage.paragraph[0] <= passage.start
        assert passage.end <= passage.paragraph[1]
        if passage.heading is not None:
            assert passage.heading[1] <= passage.start
        before = passage.end
    assert text[before:].strip() == "", "lost after the last passage"


@given(ANY_TEXT)
def test_any_text(text: str) -> None:
    check(Document("a.txt", "", None, text))


@given(ANY_TEXT)
def test_any_paragraphs_hold_all_of_the_text_in_order(text: str) -> None:
    spans = blocks(text)
    edges = [0, *(offset for span in spans for offset in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)).strip() == ""


@given(ANY_TEXT | st.lists(ANY_TEXT).map("\n\n".join), st.integers(-9, 999), st.integers(-9, 999), st.booleans())
def test_paragraphs_between_two_places_are_those_of_the_whole(text: str, start: int, end: int, marked: bool) -> None:
    document = Document("a.txt", "", None, text, marks=(Mark(0, 0, "row", "1"),) if marked else ())
    assert paragraphs(document, start, end) == [
        span for span in paragraphs(document) if start < span[1] and span[0] < end
    ]


@pytest.mark.parametrize(
    "unit", ["a", "a ", "A", "1. ", "a.\n", "A\n", "“", "“a. ", "'", "(", ". ", "\x00", "😀", "\n"]
)
def test_hundred_thousand_characters(unit: str) -> None:
    check(Document("a.txt", "", None, unit * (100_000 // len(unit))))


@given(st.binary())
def test_any_bytes_that_can_be_read_can_be_split(data: bytes) -> None:
    text = data.replace(b"\0", b"").decode("utf-8", "ignore")
    check(read_text("a.txt", text.encode()))
