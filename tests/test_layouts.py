"""Answers as messages: whole ones for what a person should read, any ones for the limits."""

import re
from dataclasses import replace
from datetime import date

import pytest
from discord import ui
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.around import Stretch, stretch
from bot.layouts import (
    ROOM,
    Offers,
    answer_view,
    card_view,
    context_view,
    file_name,
    key,
    passages_view,
    sources_view,
    uploads_view,
)
from bot.markdown import CUT, length, needed
from corpus import Document
from retrieval import Answer, Citation, Correction, Match

CATS = Document("pets/cats.txt", "All about cats", date(2024, 6, 1), "Cats\n\nA cat sat on the mat. It slept.\n")
DOGS = Document("pets/dogs.txt", "All about dogs", None, "A dog barked.\nThe cat was sitting on the mat.")
MAT = Citation(CATS, 6, 27, (16, 26), 1.0)  # A cat sat [on the mat].
SLEPT = Citation(CATS, 28, 37, None, 0.5)
BARKED = Citation(DOGS, 0, 13, (0, 5), 0.4)  # [A dog] barked.
MAT_TOO = Citation(DOGS, 14, 45, (34, 44), 0.9, echo=True)


def texts(view: ui.LayoutView) -> list[str]:
    """What a message says; three dashes for the line across it, and a file by its address."""
    box, *_ = view.to_components()  # type: ignore[no-untyped-call]
    return [part.get("content") or part.get("file", {}).get("url", "---") for part in box["components"]]


def pressed(view: ui.LayoutView) -> list[list[str]]:
    """What can be pressed below it, row by row; what cannot be now stands in brackets."""
    _, *rows = view.to_components()  # type: ignore[no-untyped-call]
    return [
        [f"({part['custom_id']})" if part.get("disabled") else part["custom_id"] for part in row["components"]]
        for row in rows
    ]


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
    assert first == "-# Question: Where did the c\\*t sitt?\n-# read 'c\\*t' as 'cat'"


def test_a_name_that_a_word_is_read_as_keeps_its_capital() -> None:
    first, *_ = texts(
        answer_view(Answer("Where is Pyonyang?", (MAT,), (), 0.95, (Correction("Pyonyang", "Pyongyang"),)))
    )
    assert first == "-# Question: Where is Pyonyang?\n-# read 'Pyonyang' as 'Pyongyang'"


def test_a_server_without_documents_of_its_own_is_told_how_to_add_some() -> None:
    assert texts(uploads_view([], 20_000_000, 0)) == [
        "### This server has no documents of its own",
        "`/documents add` adds some, up to 20.0 MB. Nobody outside this server is answered from them.",
    ]


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
    looked_for = (
        Match("fish", "fish", 2.0, "nowhere", "", 0.0),
        Match("sat", "sat", 1.0, "passage", "sat", 1.0),
    )
    assert texts(answer_view(Answer("Where is the fish?", (), (MAT, MAT_TOO, BARKED), 0.2), looked_for)) == [
        "-# Question: Where is the fish?",
        "**The documents do not say.**\n-# Looked for: fish, sat. The nearest passage lacks: fish.",
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
        "**The documents do not say.**\n-# No passage holds a word of the question.",
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


@pytest.mark.parametrize(
    ("offers", "rows"),
    [
        (Offers("Q"), [["context:Q", "more:Q", "followup:Q", "vote:Q:good", "vote:Q:bad"]]),
        (Offers("Q", share=True), [["context:Q", "more:Q", "followup:Q", "share:Q"], ["vote:Q:good", "vote:Q:bad"]]),
        (Offers("Q", people=True), [["context:Q", "more:Q", "followup:Q", "vote:Q:good", "vote:Q:bad"]]),
        (None, []),
    ],
)
def test_what_an_answer_offers(offers: Offers | None, rows: list[list[str]]) -> None:
    view = answer_view(Answer("Where?", (MAT,), (), 0.95), offers=offers)
    assert pressed(view) == [[f"v1:{name}" for name in row] for row in rows]
    assert not view.is_dispatchable()  # or discord.py would keep it for ever


@pytest.mark.parametrize(
    ("offers", "row"),
    [
        (Offers("Q"), ["more:Q", "again:Q"]),
        (Offers("Q", share=True, people=True), ["more:Q", "again:Q", "share:Q", "people:Q"]),
    ],
)
def test_what_is_offered_where_the_documents_do_not_say(offers: Offers, row: list[str]) -> None:
    view = answer_view(Answer("Where?", (), (MAT,), 0.1), offers=offers)
    assert pressed(view) == [[f"v1:{name}" for name in row]]


def test_an_answer_that_only_one_may_see_says_why() -> None:
    first, *_ = texts(answer_view(Answer("Where?", (MAT,), (), 0.95), offers=Offers("Q", apart=True)))
    assert first == "-# Question: Where?\n-# In this channel answers are shown to you alone."


def test_passages() -> None:
    view = passages_view("Q", "the *cat*", (MAT, SLEPT, BARKED, MAT_TOO), 1)
    assert texts(view) == [
        "### Passages for: the \\*cat\\*",
        "> The cat was sitting **on the mat**. `[4]`",
        "---",
        "`[4]` **All about dogs** · line 2",
        "-# Page 2 of 2.\n-# Ranked by how well they fit the words; none of them need be an answer.",
    ]
    assert pressed(view) == [["v1:page:Q:0", "(v1:page:Q:2)"]]


def test_no_passages() -> None:
    view = passages_view("Q", "fish", (), 0)
    assert texts(view) == ["### Passages for: fish", "No passage is near these words."]
    assert pressed(view) == []


def test_the_context_of_a_quote() -> None:
    stretch = Stretch(((0, 4), (6, 37)), earlier=False, later=True)
    view = context_view("Q", 1, 3, 0, replace(MAT, highlight=None), stretch)
    assert texts(view) == [
        "`[2]` **All about cats** · 1 June 2024 · line 3",
        "> Cats\n> \n> **A cat sat on the mat.** It slept.",
        "---",
        "-# What was quoted is bold.",
    ]
    assert pressed(view) == [["(v1:walk:Q:1:-1)", "v1:walk:Q:1:1", "v1:walk:Q:2:0"]]


def test_further_on_from_a_quote() -> None:
    stretch = Stretch(((28, 37),), earlier=True, later=False)
    view = context_view("Q", 0, 1, 2, replace(MAT, highlight=None), stretch)
    assert texts(view)[:2] == [
        "`[1]` **All about cats** · 1 June 2024 · line 3 · 2 pages later",
        "> It slept.",
    ]
    assert pressed(view) == [["v1:walk:Q:0:1", "(v1:walk:Q:0:3)", "v1:walk:Q:0:0"]]


def test_sources() -> None:
    view = sources_view((CATS, DOGS, Document("a_b.txt", "\u202e", None, "One")), 0)
    assert texts(view) == [
        "### 3 documents",
        (
            "**All about cats** · 1 June 2024\n-# pets/cats.txt\n"
            "**All about dogs**\n-# pets/dogs.txt\n"
            "**untitled**\n-# a\\_b.txt"
        ),
    ]
    assert pressed(view) == [["v1:card:0"]]


def test_pages_of_sources() -> None:
    documents = [replace(CATS, id=f"{number}.txt") for number in range(25)]
    view = sources_view(documents, 2)
    assert texts(view)[0] == "### 25 documents"
    assert texts(view)[-1] == "-# Page 3 of 3."
    assert pressed(view) == [["v1:card:2"], ["v1:sources:1", "(v1:sources:3)"]]
    _, choose, _ = view.to_components()  # type: ignore[no-untyped-call]
    assert [option["value"] for option in choose["components"][0]["options"]] == [
        f"{number}.txt" for number in range(20, 25)
    ]


def test_a_card() -> None:
    assert texts(card_view(replace(CATS, url="https://cats.example"), "cats.txt")) == [
        "**All about cats** · 1 June 2024\n-# pets/cats.txt\n-# 9 words · [open the page](<https://cats.example>)",
        "> Cats A cat sat on the mat. It slept.",
        "attachment://cats.txt",
    ]


def test_an_address_for_which_a_card_has_no_room_is_left_out() -> None:
    far = card_view(replace(CATS, url=f"https://cats.example/{'x' * 4000}"), None)
    assert texts(far)[0] == "**All about cats** · 1 June 2024\n-# pets/cats.txt\n-# 9 words"


@given(st.text(min_size=1))
def test_a_file_is_attached_by_a_plain_name(identifier: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", file_name(replace(CATS, id=identifier)))


@given(st.text(min_size=1, max_size=500))
def test_what_stands_for_a_document_in_a_list_is_short_and_its_own(identifier: str) -> None:
    assert len(key(replace(CATS, id=identifier))) <= 100
    assert (key(replace(CATS, id=identifier)) == identifier) == (len(identifier) <= 100)


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
    ids = [item.custom_id for item in view.walk_children() if isinstance(item, ui.Button | ui.Select)]
    assert len({*ids}) == len(ids)
    assert all(len(custom_id or "") <= 100 for custom_id in ids)
    assert all(len(button.label or "") <= 80 for button in view.walk_children() if isinstance(button, ui.Button))


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
    offers = Offers("Q" * 12, share=True, people=True, apart=True)
    _check_limits(answer_view(Answer(question, cited, nearest, confidence, corrections), (), offers))


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


@given(st.lists(citations(), max_size=9), st.integers(0, 2))
def test_any_pages_keep_the_limits(cited: list[Citation], page: int) -> None:
    documents = [replace(citation.document, id=f"{number}.txt") for number, citation in enumerate(cited)]
    _check_limits(sources_view(documents * 3, min(page, max(0, len(documents) * 3 - 1) // 10)))
    _check_limits(passages_view("Q", "words" * 60, cited, min(page, max(0, len(cited) - 1) // 3)))
    for document in documents:
        _check_limits(card_view(document, "a.txt"))


@given(anything.filter(bool), st.data())
def test_any_context_keeps_the_limits_and_shows_all_of_it(text: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    document, page = Document("a.txt", text, None, text), data.draw(st.integers(-3, 3))
    around = stretch(document, (start, end), page, ROOM, needed)
    assume(around.paragraphs)  # there is nothing to be shown beyond the document
    view = context_view("Q" * 12, 0, 3, page, Citation(document, start, end, None, 1.0), around)
    _check_limits(view)
    assert CUT not in texts(view)[1]
