"""Which words may stand for one another."""

import pytest

from retrieval.lexicon import related
from retrieval.terms import terms


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
