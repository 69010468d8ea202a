"""Answers in words: for a terminal and for a program."""

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from bot import wording
from corpus import Document, Problem
from retrieval import Answer, Citation, Correction, Index, Match

BUILT = Citation(LIGHTHOUSE, 42, 87, (42, 51), 0.9766)
BUILT_TOO = Citation(HARBOUR, 16, 68, (50, 59), 0.9734, echo=True)
FERRY = Citation(HARBOUR, 69, 101, None, 0.4)
LIGHTHOUSE_LINE = "The Lighthouse at Gull Point · 3 May 2023 · coast/lighthouse.txt, line 5"


def bold(text: Text) -> list[str]:
    """The words in the style of those that answer."""
    return [text.plain[span.start : span.end] for span in text.spans if span.style == "bold green"]


def test_an_answer_and_its_echo_are_one_quote_with_two_sources() -> None:
    text = wording.as_text(Answer("Who?", (BUILT, BUILT_TOO, FERRY), (), 0.9766))
    assert text.plain == (
        "Mary Hale built the stone lighthouse in 1871. [1] [2]\n"
        f"[1] {LIGHTHOUSE_LINE}\n"
        "[2] Harbour News · harbour.text, line 3 (nearly the same words)\n"
        "\n"
        "The ferry carries 40 passengers. [3]\n"
        "[3] Harbour News · harbour.text, line 4"
    )
    assert bold(text) == ["Mary Hale"]


def test_quotes_that_differ_stand_below_words_that_say_so() -> None:
    other = replace(BUILT_TOO, echo=False, differs=True)
    text = wording.as_text(Answer("Who?", (replace(BUILT, differs=True), other, FERRY), (), 0.9766))
    assert text.plain == (
        "The documents differ:\n"
        "\n"
        "Mary Hale built the stone lighthouse in 1871. [1]\n"
        f"[1] {LIGHTHOUSE_LINE}\n"
        "\n"
        "The stone lighthouse was built by Mary Hale in 1871. [2]\n"
        "[2] Harbour News · harbour.text, line 3\n"
        "\n"
        "The ferry carries 40 passengers. [3]\n"
        "[3] Harbour News · harbour.text, line 4"
    )


@pytest.mark.parametrize("citations", [(BUILT,), ()])
def test_what_a_question_leans_on_stands_above_its_answer(citations: tuple[Citation, ...]) -> None:
    alone = Answer("and when?", citations, (), 0.5)
    leaning = replace(alone, leaning_on="Who\x1b built\nit?", standing="when built it")
    assert wording.as_text(leaning).plain == f'leaning on: "Who␛ built it?"\n{wording.as_text(alone).plain}'
    long = wording.as_text(replace(leaning, leaning_on="x" * 999)).plain.splitlines()[0]
    assert long == f'leaning on: "{"x" * 120}…"'


def test_the_documents_do_not_say() -> None:
    assert wording.as_text(Answer("Who?", (), (), 0.0)).plain == "The documents do not say."
    assert wording.as_text(Answer("Who?", (), (FERRY,), 0.1)).plain == (
        "The documents do not say.\n"
        "\n"
        "Nearest passages (not an answer):\n"
        "The ferry carries 40 passengers. [1]\n"
        "[1] Harbour News · harbour.text, line 4"
    )


def test_words_read_as_others_are_said_first() -> None:
    corrections = (Correction("fery", "ferry"), Correction("pasengers", "passengers"))
    assert wording.as_text(Answer("Who?", (FERRY,), (), 0.9, corrections)).plain == (
        "(read 'fery' as 'ferry', 'pasengers' as 'passengers')\n"
        "The ferry carries 40 passengers. [1]\n"
        "[1] Harbour News · harbour.text, line 4"
    )
    assert wording.as_text(Answer("Who?", (), (), 0.0, corrections[:1])).plain == (
        "(read 'fery' as 'ferry')\nThe documents do not say."
    )


def test_numbers_go_on_where_they_are_told_to() -> None:
    assert wording.quotes([FERRY], first=4).plain.splitlines()[1] == "[4] Harbour News · harbour.text, line 4"
    assert wording.quotes([BUILT_TOO]).plain.endswith("line 3 (nearly the same words)"), "an echo may come first"


def test_a_source_on_the_web_is_a_link_in_a_terminal() -> None:
    page = replace(FERRY, document=replace(HARBOUR, url="https://harbour.example/news"))
    address = "https://harbour.example/news#:~:text=The%20ferry%20carries%2040%20passengers."
    assert page.url == address
    text = wording.quotes([page])
    assert text.plain == wording.quotes([FERRY]).plain
    assert [text.plain[span.start : span.end] for span in text.spans if span.style == f"dim link {address}"] == [
        "Harbour News · harbour.text, line 4"
    ]


def test_sources() -> None:
    assert wording.sources([LIGHTHOUSE, HARBOUR]).plain == (
        "The Lighthouse at Gull Point\n  3 May 2023 · coast/lighthouse.txt\nHarbour News\n  harbour.text"
    )


def test_json_whole() -> None:
    line = wording.as_json(Answer("Who?", (BUILT,), (), 0.97656), 1.23456)
    assert "\n" not in line
    assert json.loads(line) == {
        "question": "Who?",
        "leaning_on": None,
        "standing": None,
        "answered": True,
        "answer": "Mary Hale",
        "confidence": 0.9766,
        "reply": None,
        "corrections": [],
        "citations": [
            {
                "document": "coast/lighthouse.txt",
                "title": "The Lighthouse at Gull Point",
                "date": "2023-05-03",
                "url": None,
                "place": "line 5",
                "quote": "Mary Hale built the stone lighthouse in 1871.",
                "start": 42,
                "end": 87,
                "highlight": [42, 51],
                "score": 0.9766,
                "differs": False,
            }
        ],
        "nearest": [],
        "elapsed_ms": 1.235,
    }
    corrected = json.loads(wording.as_json(Answer("fery", (), (), 0.0, (Correction("fery", "ferry"),)), 0, "Hello!"))
    assert corrected["reply"] == "Hello!"
    assert corrected["corrections"] == [{"asked": "fery", "read": "ferry"}]
    assert json.loads(wording.as_json(Answer("Who?", (), (FERRY,), 0.1), 0))["nearest"] == [
        {
            "document": "harbour.text",
            "title": "Harbour News",
            "date": None,
            "url": None,
            "place": "line 4",
            "quote": "The ferry carries 40 passengers.",
            "start": 69,
            "end": 101,
            "highlight": None,
            "score": 0.4,
            "differs": False,
        }
    ]


def test_json_keeps_letters_and_escapes_what_would_break_the_line() -> None:
    assert wording.as_json(Answer("é\n\x1b", (), (), 0.0), 0).startswith(
        '{"question": "é\\n\\u001b", "leaning_on": null'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n b\t c\r\n d", "a b c d"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("\x00\x7f\x9b", "␀␡\ufffd"),
        ("abc\u202edef\u2066", "abcdef"),
        ("[bold]:x:[/bold]", "[bold]:x:[/bold]"),
    ],
)
def test_shown(text: str, shown: str) -> None:
    assert wording.shown(text) == shown


@given(st.text())
def test_whatever_is_shown_stays_on_its_line_and_commands_no_terminal(text: str) -> None:
    assert not any(c < " " or "\x7f" <= c < "\xa0" or c in "\u2028\u2029\u202e" for c in wording.shown(text))


@pytest.mark.parametrize(
    ("day", "words"), [(date(2024, 6, 1), "1 June 2024"), (date(987, 12, 31), "31 December 987"), (None, "")]
)
def test_day(day: date | None, words: str) -> None:
    assert wording.day(day) == words


def test_what_stands_in_a_document_is_printed_as_it_stands() -> None:
    text = "[red]A :x: cat[/red] \x1b[31msat on " + "a very " * 50 + "old mat.\n\nIt ran."
    stream = io.StringIO()
    document = Document("a.txt", "[b]:cat:", None, text)
    wording.terminal(stream).print(wording.as_text(Answer("?", (Citation(document, 0, len(text), None, 1),), (), 1)))
    quote = text.replace("\x1b", "␛").replace("\n\n", " ")
    assert stream.getvalue() == f"{quote} [1]\n[1] [b]:cat: · a.txt, lines 1–3\n"


def test_news() -> None:
    before = Index.of([LIGHTHOUSE, HARBOUR])
    cat = Document("cat.txt", "Cat", None, "A cat sat.")
    changed = replace(HARBOUR, text="The ferry sank.")
    gone = {LIGHTHOUSE.id: None}
    assert wording.news(before, {}, ()) == ""
    assert wording.news(before, {HARBOUR.id: HARBOUR, "unknown.txt": None}, ()) == ""
    assert wording.news(before, {changed.id: changed}, ()) == "read anew: 1 changed"
    changes = {cat.id: cat, changed.id: changed, **gone}
    assert wording.news(before, changes, ()) == "read anew: 1 added, 1 changed, 1 removed"
    assert wording.news(before, gone, (Problem(LIGHTHOUSE.id, "is empty"),)) == ""


def test_of_many_files_that_cannot_be_served_the_first_are_named() -> None:
    problems = [Problem(f"{number}.txt", "is empty") for number in range(8)]
    named = [f"{number}.txt: is empty" for number in range(5)]
    assert list(wording.unserved(problems[:5])) == named
    assert list(wording.unserved(problems)) == [
        *named,
        "and 3 more files cannot be served; `sources --problems` names them all",
    ]


def test_why() -> None:
    stream = io.StringIO()
    met = Match("granit", "granite", 2.25, "passage", "granite", 1.0)
    unmet = Match("rare", ":x:[b]", 0.5, "nowhere", "", 0.0)
    wording.terminal(stream).print(wording.why([met, unmet]))
    assert [line.split() for line in stream.getvalue().splitlines()] == [
        ["word", "weight", "met", "in", "as"],
        ["granite", "2.25", "passage", "granite"],
        [":x:[b]", "0.50", "nowhere"],
    ]
