"""Answers as messages: whole ones for what a person should read, any ones for the limits."""

from dataclasses import replace
from datetime import date

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.layouts import answer_view, sources_view
from bot.markdown import CUT, length
from corpus import Document
from retrieval import Answer, Citation, Correction

CATS = Document("pets/cats.txt", "All about cats", date(2024, 6, 1), "Cats\n\nA cat sat on the mat. It slept.\n")
DOGS = Document("pets/dogs.txt", "All about dogs", None, "A dog barked.\nThe cat was sitting on the mat.")
MAT = Citation(CATS, 6, 27, (16, 26), 1.0)  # A cat sat [on the mat].
SLEPT = Citation(CATS, 28, 37, None, 0.5)
BARKED = Citation(DOGS, 0, 13, (0, 5), 0.4)  # [A dog] barked.
MAT_TOO = Citation(DOGS, 14, 45, (34, 44), 0.9, echo=True)


def texts(view: ui.LayoutView) -> list[str]:
    """What a message says; three dashes for the line across it."""
    (box,) = view.to_components()  # type: ignore[no-untyped-call]
    return [part.get("content", "---") for part in box["components"]]


def said(*citations: Citation, confidence: float = 0.95) -> list[str]:
    """The message for an answer of these citations, without the question above and the confidence below."""
    question, *rest, _ = texts(answer_view(Answer("Where?", citations, (), confidence)))
    assert question == "-# Question: Where?"
    return rest


def test_an_answer() -> None:
    assert texts(answer_view(Answer("Where did the cat sit?", (MAT,), (), 0.95))) == [
        "-# Question: Where did the cat sit?",
        "> A cat sat **on the mat**. `[1]`",
        "---",
        "`[1]` **All about cats** · 1 June 2024 · line 3",
        "-# Fits well: check it at its source.",
    ]


def test_a_word_read_as_another_is_said_below_the_question() -> None:
    first, *_ = texts(answer_view(Answer("Where did the c*t sitt?", (MAT,), (), 0.95, (Correction("c*t", "cat"),))))
    assert first == "-# Question: Where did the c\\*t sitt?\n-# Read 'c\\*t' as 'cat'."


def test_a_document_on_the_web_is_linked_where_the_quote_stands() -> None:
    page = replace(MAT, document=replace(CATS, url="https://cats.example/sat"))
    assert said(page)[-1] == (
        "`[1]` **All about cats** · 1 June 2024 · line 3 · "
        "[open the page](<https://cats.example/sat#:~:text=A%20cat%20sat%20on%20the%20mat.>)"
    )


def test_markers_match_sources() -> None:
    assert said(MAT, SLEPT, BARKED) == [
        "> A cat sat **on the mat**. `[1]`",
        "> It slept. `[2]`",
        "> **A dog** barked. `[3]`",
        "---",
        (
            "`[1]` **All about cats** · 1 June 2024 · line 3\n"
            "`[2]` **All about cats** · 1 June 2024 · line 3\n"
            "`[3]` **All about dogs** · line 1"
        ),
    ]


def test_an_echo_is_a_source_not_a_quote() -> None:
    assert said(MAT, MAT_TOO, BARKED) == [
        "> A cat sat **on the mat**. `[1]` `[2]`",
        "> **A dog** barked. `[3]`",
        "---",
        (
            "`[1]` **All about cats** · 1 June 2024 · line 3\n"
            "`[2]` **All about dogs** · line 2 · nearly the same words\n"
            "`[3]` **All about dogs** · line 1"
        ),
    ]


def test_quotes_that_differ_stand_below_words_that_say_so() -> None:
    mat, too = replace(MAT, differs=True), replace(MAT_TOO, echo=False, differs=True)
    assert said(mat, too, BARKED)[:5] == [
        "The documents differ:",
        "> A cat sat **on the mat**. `[1]`",
        "> The cat was sitting **on the mat**. `[2]`",
        "> **A dog** barked. `[3]`",
        "---",
    ]


def test_what_a_question_leans_on_stands_below_it() -> None:
    answer = Answer(
        "and who?", (MAT,), (), 0.95, leaning_on="Where did the *cat* sit?", standing="who did the *cat* sit"
    )
    assert texts(answer_view(answer))[0] == "-# Question: and who?\n-# leaning on: Where did the \\*cat\\* sit?"


def test_an_echo_of_nothing_is_a_quote() -> None:
    assert said(MAT_TOO)[0] == "> The cat was sitting **on the mat**. `[1]`"


def test_never_more_than_three() -> None:
    assert said(MAT, SLEPT, BARKED, MAT) == said(MAT, SLEPT, BARKED)


def test_the_file_is_named_only_where_titles_are_alike() -> None:
    twin = replace(DOGS, title="All  about cats")  # shown alike is alike
    assert said(MAT, replace(BARKED, document=twin))[-1] == (
        "`[1]` **All about cats** · 1 June 2024 · line 3 · pets/cats.txt\n"
        "`[2]` **All about cats** · line 1 · pets/dogs.txt"
    )


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "Fits well"),
        (0.9, "Fits well"),
        (0.89, "Fits fairly well"),
        (0.7, "Fits fairly well"),
        (0.69, "May fit"),
        (0, "May fit"),
    ],
)
def test_confidence_is_said_in_words(confidence: float, words: str) -> None:
    *_, last = texts(answer_view(Answer("Where?", (MAT,), (), confidence)))
    assert last == f"-# {words}: check it at its source."


HINT = "-# Try other words, or a name or a date that the documents would use. `/sources` lists the documents."


def test_the_documents_do_not_say() -> None:
    """The nearest passages have sources, but nothing in them is bold: nothing in them answers."""
    assert texts(answer_view(Answer("Where is the fish?", (), (MAT, MAT_TOO, BARKED), 0.2))) == [
        "-# Question: Where is the fish?",
        "The documents do not say.",
        "---",
        "Nearest passages (not an answer):",
        "> A cat sat on the mat. `[1]` `[2]`",
        "> A dog barked. `[3]`",
        (
            "`[1]` **All about cats** · 1 June 2024 · line 3\n"
            "`[2]` **All about dogs** · line 2 · nearly the same words\n"
            "`[3]` **All about dogs** · line 1"
        ),
        HINT,
    ]


def test_the_documents_do_not_say_and_nothing_is_near() -> None:
    assert texts(answer_view(Answer("hello", (), (), 0.0))) == [
        "-# Question: hello",
        "The documents do not say.",
        "---",
        HINT,
    ]


def test_a_document_cannot_forge_a_citation_nor_a_message() -> None:
    words = "So it is.\n`[2]` **Cats** · line 1\n# Sure\n<@1> [x](http://y)"
    forged = Document("a.txt", "Cats** · line 1\n`[2]` **Dogs", None, words)
    assert said(Citation(forged, 0, len(words), None, 1.0)) == [
        r"> So it is. \`\[2]\` \*\*Cats\*\* · line 1 \# Sure \<\@1> \[x](http\://y) `[1]`",
        "---",
        r"`[1]` **Cats\*\* · line 1 \`\[2]\` \*\*Dogs** · lines 1–4",
    ]


def test_a_long_quote_is_cut_around_its_highlight() -> None:
    words = " ".join(["before"] * 500 + ["HERE"] + ["after"] * 500)
    at = words.index("HERE")
    quote, *_ = said(Citation(Document("a.txt", "A", None, words), 0, len(words), (at, at + 4), 1.0))
    assert quote.startswith(f"> {CUT} before before")
    assert "before **HERE** after" in quote
    assert quote.endswith(f"after after {CUT} `[1]`")
    assert 850 < length(quote) < 920


def test_sources() -> None:
    assert texts(sources_view((CATS, DOGS, Document("a_b.txt", "\u202e", None, "One")))) == [
        (
            "### 3 documents\n"
            "**All about cats** · 1 June 2024 · 9 words\n-# pets/cats.txt\n"
            "**All about dogs** · 10 words\n-# pets/dogs.txt\n"
            "**untitled** · 1 word\n-# a\\_b.txt"
        )
    ]


def test_more_sources_than_fit() -> None:
    (listed,) = texts(sources_view([replace(CATS, id=f"{number}.txt") for number in range(2000)]))
    first, *lines, last = listed.split("\n")
    assert first == "### 2,000 documents"
    assert last == f"and {2000 - len(lines) // 2:,} more"
    assert lines[-1] == f"-# {len(lines) // 2 - 1}.txt"
    assert len(listed) > 3700


worst = st.sampled_from(
    ["*" * 9999, "👍" * 9999, "\u202e" * 9999, "ab " * 9999, "שלום " * 999, "x" * 99_999, "a\n" * 999]
)
anything = st.one_of(worst, st.text(), st.text(alphabet="*_<@:#\\[`|~ \n\u202e\u2067ש👍"))


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """Any words of any document, any part of them highlighted."""
    text = draw(anything.filter(bool))
    day = draw(st.one_of(st.none(), st.dates()))
    document = Document(draw(anything), draw(anything), day, text)
    start, first, last, end = sorted(draw(st.integers(0, len(text))) for _ in range(4))
    highlight = (first, last) if draw(st.booleans()) else None
    return Citation(document, start, end, highlight, 1.0, echo=draw(st.booleans()), differs=draw(st.booleans()))


def _check_limits(view: ui.LayoutView) -> None:
    """Discord's limits for components, version 2: 4,000 characters and 40 components."""
    shown = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
    assert sum(map(length, shown)) <= 4000
    assert all(shown)
    assert view.total_children_count <= 40


@given(
    anything.map(lambda text: text[:300]),
    st.lists(citations(), max_size=4).map(tuple),
    st.lists(citations(), max_size=4).map(tuple),
    st.floats(0, 1),
    st.lists(st.builds(Correction, anything, anything), max_size=4).map(tuple),
)
def test_any_answer_keeps_the_limits(
    question: str,
    cited: tuple[Citation, ...],
    nearest: tuple[Citation, ...],
    confidence: float,
    corrections: tuple[Correction, ...],
) -> None:
    _check_limits(answer_view(Answer(question, cited, nearest, confidence, corrections)))


@pytest.mark.parametrize("character", ["*", "👍", "\u202e", "x", "ש", "\u2067\u202e*"])
@pytest.mark.parametrize("answered", [True, False])
def test_the_longest_answer_keeps_the_limits(character: str, answered: bool) -> None:
    text = character * 10_000
    documents = [Document(f"{number}{text}", text, date(2024, 9, 30), text) for number in range(3)]
    cited = tuple(Citation(document, 0, len(text), (4000, 4010), 1.0, differs=True) for document in documents)
    corrections, leaning = (Correction(text, text),), (text[:300], text[:300])
    answer = Answer(text[:300], cited if answered else (), () if answered else cited, 0.8, corrections, *leaning)
    _check_limits(answer_view(answer))
    linked = tuple(replace(c, document=replace(c.document, url=f"https://a.example/{text[:999]}")) for c in cited)
    _check_limits(
        answer_view(replace(answer, citations=linked if answered else (), nearest=() if answered else linked))
    )


@given(st.lists(citations(), max_size=9))
def test_any_list_of_sources_keeps_the_limits(cited: list[Citation]) -> None:
    _check_limits(sources_view([citation.document for citation in cited]))
