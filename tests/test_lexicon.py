"""Which words may stand for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.lexicon import related, related_to_any
from retrieval.terms import terms

WORDS = st.sampled_from(
    ["", "mill", "miller", "mille", "milli", "russia", "russian", "buy", "purchas", "first", "1", "say"]
)


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("bought", "purchase", True),
        ("founded", "established", True),
        ("found", "established", False),  # a form of "find"
        ("first", "1st", True),
        ("tenth", "10th", True),
        ("first", "2nd", False),
        ("Russian", "Russia", True),
        ("men", "man", True),
        ("cat", "dog", False),
    ],
)
def test_one_word_for_another(first: str, second: str, stands: bool) -> None:
    (one,), (other,) = terms(first), terms(second)
    assert (related(one, other) > 0.7) is stands
    assert related(one, other) == related(other, one)


def test_a_name_stands_for_its_adjective_and_for_no_other_name() -> None:
    assert related("china", "chines", names=True) == related("russia", "russian", names=True) == 0.75
    assert related("mill", "miller", names=True) == related("green", "greenal", names=True) == 0
    assert related("mill", "miller") == 0.75


@given(WORDS, st.lists(WORDS, max_size=5))
def test_related_to_any_is_related_to_one(word: str, others: list[str]) -> None:
    assert related_to_any(word, tuple(others)) is any(related(word, other) for other in others)
