"""Text → terms: which words count as the same, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.folding import fold
from retrieval.terms import Token, searchable, terms, tokenize


def test_whole_tokens() -> None:
    assert tokenize("The cats sat; 1,000 CAFÉS.") == (
        Token("", 0, 3),
        Token("cat", 4, 8),
        Token("sit", 9, 12),
        Token("1000", 14, 19),
        Token("cafe", 20, 25),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("running runs run", ["run", "run", "run"]),
        ("Putin's Putin’s Putins", ["putin", "putin", "putin"]),
        ("the dogs' dogs’ dog's", ["dog", "dog", "dog"]),
        ("us we you", []),
        ("the US", ["us."]),
        ("the U.S.", ["us."]),
        ("who, or the WHO", ["who."]),
        ("it, or IT", ["it."]),
        ("NATO nato Nato", ["nato", "nato", "nato"]),
        ("A.B.C. and ABC", ["abc", "abc"]),
        ("1,000 and 1000", ["1000", "1000"]),
        ("3.5 at 12:30", ["3.5", "12:30"]),
        ("café cafe cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("naïve naive", ["naiv", "naiv"]),
        ("co\u00adoperate cooperate", ["cooper", "cooper"]),
        ("zero\u200bwidth zerowidth", ["zerowidth", "zerowidth"]),
        ("ﬁne fine", ["fine", "fine"]),
        ("Straße strasse", ["strass", "strass"]),
        ("don't won’t we'll", []),
        ("O'Brien O’Brien", ["o'brien", "o'brien"]),
        ("Ho-Jin", ["ho", "jin"]),
        ("COVID19 G7", ["covid19", "g7"]),
        ("日本", ["日本"]),
        ("…  “—” 😀 \x00", []),
        ("", []),
        ("HELP US NOW", ["help"]),  # who shouts names no country
        ("what is the us doing", ["us."]),  # but nobody says "the us" of themselves
        ("WHAT IS THE US DOING", ["us."]),
        ("men children met went bought kept", ["man", "child", "meet", "go", "buy", "keep"]),
        ("women's thoughts", ["woman", "think"]),
        ("LED LEDs led IDs Is As Us", ["led", "led", "lead", "id"]),
        ("the left leaves the saw", ["left", "leav", "saw"]),  # each as often another word
        ("organised organisation criticise labour", ["organiz", "organiz", "critic", "labor"]),
        ("organized organization criticize labor", ["organiz", "organiz", "critic", "labor"]),
        ("hour revise revision", ["hour", "revis", "revis"]),
        ("defence centres", ["defens", "center"]),
        ("seven 7 Seventy Twenty-One 21 one", ["7", "7", "70", "21", "21"]),
        ("21st 2nd 1,000th 5Th", ["21", "2", "1000", "5"]),
        ("first second tenth", ["first", "second", "tenth"]),
        ("safety-one twenty-ones", ["safeti", "20", "one"]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("text", "any_word"), [("Who is it?", False), ("", False), ("…", False), ("Who is Tom?", True), ("7", True)]
)
def test_searchable(text: str, any_word: bool) -> None:
    assert searchable(text) is any_word


@pytest.mark.parametrize(("word", "folded"), [("CATS", "cats"), ("Éà", "ea"), ("O’Neil", "o'neil"), ("ＡＢ", "ab")])
def test_fold(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(st.text() | st.text("aZé\u0301\u00ad'’.,1 U.S"))
def test_offsets_are_exact_and_increasing(text: str) -> None:
    before = 0
    for token in tokenize(text):
        assert before <= token.start < token.end <= len(text)
        before = token.end
        assert tokenize(text[token.start : token.end])[0].end == token.end - token.start, "a token is one alone as well"
    assert terms(text) == [token.term for token in tokenize(text) if token.term]


@given(st.text())
def test_every_letter_and_digit_is_in_a_token(text: str) -> None:
    inside = {n for token in tokenize(text) for n in range(token.start, token.end)}
    assert all(n in inside for n, c in enumerate(text) if c.isalpha() or c.isdecimal())


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2))
def test_a_capital_at_the_start_changes_nothing(word: str) -> None:
    assert terms(word.capitalize()) == terms(word)
