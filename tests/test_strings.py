"""Strings in arrays: the same as a sorted list of them."""

from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.strings import Strings

ANY = st.text(st.characters(codec=None, categories=None) | st.sampled_from("ab\ud800\uffff\U00010000"), max_size=4)


@given(st.lists(ANY), ANY)
def test_the_same_as_a_sorted_list(strings: list[str], wanted: str) -> None:
    ordered = sorted(set(strings))
    found = Strings.of(strings)
    assert list(found) == ordered
    assert len(found) == len(ordered)
    assert [str(each, "utf-8", "surrogatepass") for each in found.encoded()] == ordered
    assert [found.find(each) for each in ordered] == list(range(len(ordered)))
    assert found.find(wanted) == (ordered.index(wanted) if wanted in ordered else -1)
    assert found.first(wanted) == bisect_left(ordered, wanted)
    beginning = [each for each in ordered if each.startswith(wanted)]
    assert [found[number] for number in found.beginning(wanted)] == found.several(found.beginning(wanted)) == beginning


@given(st.lists(ANY, unique=True))
def test_sorting_tells_where_each_stood(strings: list[str]) -> None:
    found, order = Strings.sorting(strings)
    assert list(found) == [strings[place] for place in order.tolist()]


@pytest.mark.parametrize("strings", [[], [""], ["", "a"]])
def test_few(strings: list[str]) -> None:
    found = Strings.of(strings)
    assert list(found) == strings
    assert found.find("") == (0 if strings else -1)
    assert found.beginning("") == range(len(strings))
    assert [array.dtype for array in (found.text, found.ends, found.slots)] == [np.uint8, np.int64, np.int32]


def test_the_table_of_many_is_sparse_and_whole() -> None:
    found = Strings.of(map(str, range(5_000)))
    assert sorted(found.slots[found.slots >= 0].tolist()) == list(range(5_000))
    assert len(found.slots) == 16_384
    assert found[found.find("4999")] == "4999"
    assert found.find("5000") == -1
