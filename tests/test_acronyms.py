"""Acronyms and the names they stand for: which the documents show, and how a question is asked in both forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ENGLISH, Document
from retrieval import Answerer, Index
from retrieval.acronyms import Acronyms


def read(texts: list[str]) -> Acronyms:
    """The pairs in these texts."""
    index = Index.of([Document(f"{number}.txt", "", None, text) for number, text in enumerate(texts)])
    return Acronyms(index.stacks[ENGLISH].tallies)


@pytest.mark.parametrize(
    ("text", "asked", "also"),
    [
        ("The Arctic Relief Fund (ARF) met.", "Did the arf meet?", "Did the Arctic Relief Fund meet?"),
        ("NATO (North Atlantic Treaty Organization) met.", "north atlantic treaty organization?", "NATO?"),
        ("A light-emitting diode (LED) shines.", "LEDs", "light-emitting diode"),
        ("The United Nations met. The UN said so.", "the UN's chief", "the United Nations's chief"),
        ("The United States of old. The U.S. said so.", "US policy", "United States policy"),
        ("The United Nations met. The UN said so.", "WHO LEADS THE UN", "WHO LEADS THE UNITED NATIONS"),
    ],
)
def test_a_question_is_asked_in_both_forms(text: str, asked: str, also: str) -> None:
    assert read([text]).forms(asked) == [asked, also]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("The United Nations met.", "What did the UN say?"),  # the acronym stands nowhere
        ("UN troops. United Nations troops.", "UN troops"),  # two letters, and no "the": may be anything
        ("Peter Miller (PM for short) and the PM.", "Peter Miller"),
        ("The Ulster Scots. The United States. The US.", "the US"),  # which of them is not plain
        ("The Swiss Army (see below) met.", "the Swiss Army"),
        ("The World Health Organization (WHO) met.", "Who met?"),  # a word of every day is no acronym
        ("The Agency for International Development (AID) gives aid.", "What aid is given?"),
        ("The light emitting diode (LED) is new.", "Who leads?"),
        ("The United States acted. The US acted.", "Tell us about it"),
    ],
)
def test_what_the_documents_do_not_show_is_not_known(text: str, asked: str) -> None:
    assert read([text]).forms(asked) == [asked]


def test_initials_need_bearing_out_where_no_document_has_both() -> None:
    once, twice = "The United Nations met. ", "The United Nations met. The United Nations spoke."
    assert read([once, "The UN spoke."]).forms("the UN") == ["the UN"]
    assert read([twice, "The UN spoke."]).forms("the UN") == ["the UN", "the United Nations"]


def test_two_names_make_four_questions_and_three_no_more() -> None:
    pairs = read(["Alpha Beta Club (ABC). Delta Echo Fund (DEF). Golf Hotel Inn (GHI)."])
    assert pairs.forms("ABC and Delta Echo Fund") == [
        "ABC and Delta Echo Fund",
        "ABC and DEF",
        "Alpha Beta Club and Delta Echo Fund",
        "Alpha Beta Club and DEF",
    ]
    assert len(pairs.forms("ABC, DEF, GHI")) == 4


@given(st.text(), st.text() | st.text("AUNun .()"))
def test_any_text_is_read(text: str, question: str) -> None:
    assert read([text, "The United Nations (UN) met."]).forms(question)[0] == question


def test_an_answer_is_found_by_either_form_and_cited_as_it_stands() -> None:
    text = (
        "The World Food Programme (WFP) was set up in 1961.\n\n"
        "The WFP feeds 90 million people.\n\n"
        "The World Food Programme has its seat in Rome."
    )
    answerer = Answerer([Document("wfp.txt", "", None, text)])
    for name in ("World Food Programme", "WFP"):
        assert (
            answerer.ask(f"How many people does the {name} feed?").citations[0].quote
            == "The WFP feeds 90 million people."
        )
        (seat, *_) = answerer.ask(f"Where does the {name} have its seat?").citations
        assert seat.quote == "The World Food Programme has its seat in Rome."
