"""The forward index: the words of rows as numbers, and how far they stand for others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.folding import fold
from retrieval.forward import CALENDAR, CAPITAL, LOCAL, NUMBER, PRONOUN, STOP, YEAR, Forward, kind_of
from retrieval.terms import tokenize


def test_rows_by_hand() -> None:
    forward = Forward(["The cats sat.", "", "In 1953 it sat"])
    words = forward.words(np.array([2, -1, 0, 1]))
    number = forward.number
    assert words.ids.tolist() == [number(word) for word in ("in", "1953", "it", "sit", "the", "cat", "sit")]
    assert words.kinds.tolist() == [CAPITAL | STOP | LOCAL, NUMBER | YEAR, PRONOUN | STOP, 0, CAPITAL | STOP, 0, 0]
    assert words.lengths.tolist() == [4, 0, 3, 0]
    assert [part.tolist() for part in words.first(2)] == [part.tolist() for part in forward.words(np.array([2, -1]))]
    assert number("dog") == -1


@pytest.mark.parametrize(
    ("word", "kind"), [("March", CAPITAL | CALENDAR), ("march", 0), ("May", CAPITAL | CALENDAR), ("may", 0)]
)
def test_a_month_begins_with_a_capital(word: str, kind: int) -> None:
    assert kind_of(word) == (word.lower(), kind)


def test_how_far_words_stand_for_terms() -> None:
    forward = Forward(["Russian weapons came.", "Russia.", "Nothing"])
    found = forward.kin(("russia", "arm", "came", "dog"), {"russia"}, forward.words(np.array([0, 1, 2, -1])))
    kin = found.best(4, 4)
    assert [rows.tolist() for rows in found.together([(0, 1), (0, 2)], 1)] == [[0], []]
    assert kin[:, 0].tolist() == pytest.approx([0.75, 1, 0, 0])
    assert kin[:, 1].tolist() == pytest.approx([0.8, 0, 0, 0])
    assert kin[:, 3].tolist() == [0, 0, 0, 0]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_a_row_has_the_words_of_its_text(texts: list[str]) -> None:
    forward = Forward(texts)
    words = forward.words(np.arange(len(texts)))
    expected = [
        forward.number(token.term or fold(text[token.start : token.end])) for text in texts for token in tokenize(text)
    ]
    assert words.ids.tolist() == expected
    assert words.lengths.tolist() == [len(tokenize(text)) for text in texts]
