"""Misspelt words: which are read as which, and which are left alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ENGLISH, Document
from retrieval import Answerer, Correction, Index
from retrieval.spelling import Spelling
from retrieval.terms import terms

TEXT = """Pyongyang welcomed the Korean delegation. The delegation signed an agreement in Pyongyang about the country's
banks and its battle for the armistice. The chair, the choir and the chain of the chain were announced in Zürich."""
KNOWN = frozenset(terms(TEXT))


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    tallies = Index.of([Document("a.txt", "", None, TEXT)]).stacks[ENGLISH].tallies
    return Spelling(tallies.spelt, KNOWN.__contains__)


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("Pyonyang", "Pyongyang"),  # left out
        ("pyongyangg", "Pyongyang"),  # put in
        ("Pyomgyang", "Pyongyang"),  # changed
        ("Pyognyang", "Pyongyang"),  # swapped
        ("agrement", "agreement"),
        ("dellegatoin", "delegation"),  # two slips of a long word
        ("zurihc", "Zürich"),
        ("chaim", "chain"),  # as near as "chair", and more frequent
        ("chaor", "chair"),  # as near as "choir", as frequent, and first by the alphabet
        ("anounce", "announce"),  # stands there as "announced"
    ],
)
def test_a_misspelt_word_is_read_as_the_nearest(spelling: Spelling, asked: str, read: str) -> None:
    assert spelling.correct(f"about {asked}?") == (f"about {read}?", (Correction(asked, read),))


@pytest.mark.parametrize(
    "question",
    [
        "county tanks bottle",  # English words, a letter from those of the text
        "Who is in Spain, Iran or Austria?",
        "the Bittle of it",  # a name is no battle
        "agreemen7",
        "oKrean yPongyang",  # the first letter is hardly ever wrong
        "signt",  # too short for another form of a word
        "dlgtn",  # too far
        "Pyongyang's agreements were signed",  # nothing to mend
        "平壌平壌平壌平",
        "",
    ],
)
def test_all_else_stays(spelling: Spelling, question: str) -> None:
    assert spelling.correct(question) == (question, ())


def test_what_stands_around_a_word_stays(spelling: Spelling) -> None:
    asked = "“Pyonyang’s”  agrement, the Agrement!"
    read = "“Pyongyang’s”  agreement, the Agrement!"  # written as a name, which "agreement" is not
    corrections = (Correction("Pyonyang", "Pyongyang"), Correction("agrement", "agreement"))
    assert spelling.correct(asked) == (read, corrections)


def test_a_shout_stays_one(spelling: Spelling) -> None:
    assert spelling.correct("WHERE IS PYONYANG?")[0] == "WHERE IS PYONGYANG?"


@pytest.mark.parametrize(("asked", "read"), [("waht is teh pact", "what is the pact"), ("Whne?", "when?")])
def test_short_words_with_letters_swapped(spelling: Spelling, asked: str, read: str) -> None:
    assert spelling.correct(asked)[0] == read


@given(text=st.text() | st.text("abcdefgnopyPZ ’'s."))
def test_any_text_is_read_and_what_was_read_stays(spelling: Spelling, text: str) -> None:
    read, corrections = spelling.correct(text)
    assert (read == text) == (not corrections)
    assert all(correction.asked in text and correction.read for correction in corrections)


def test_an_answer_says_what_was_read_and_marks_the_same_words(answerer: Answerer) -> None:
    question, misspelt = "Who built the stone lighthouse?", "Who built the stone lihgthouse?"
    answer = answerer.ask(misspelt)
    assert answer == replace(
        answerer.ask(question),
        question=misspelt,
        standing=misspelt,
        corrections=(Correction("lihgthouse", "lighthouse"),),
    )
    assert answerer.search(misspelt) == answerer.search(question)
    assert answerer.why(misspelt) == answerer.why(question)
