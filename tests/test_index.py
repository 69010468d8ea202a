"""The search against its formula: worked out by hand, and by brute force over every entry."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import CONTEXT, K1, PIVOT, B, Entry, Index

PETS = [Entry("cat mat", "pets"), Entry("cat", "pets"), Entry("dog dog", "cat"), Entry("fish", "pets"), Entry("", "")]


def weight(times: int, length: int) -> float:
    """The weight of a term inside a text, as the docstring of Index has it."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length / PIVOT))


def test_scores_worked_out_by_hand() -> None:
    index = Index(PETS)
    cat, mat = math.log(6 / 3) + 1, math.log(6 / 2) + 1  # of 5 entries, 2 hold "cat" and 1 holds "mat"
    assert (index.idf("cat"), index.idf("mat")) == pytest.approx((cat, mat))
    hits = index.search(["cat", "mat"], 10)
    assert [hit.row for hit in hits] == [0, 1, 2]
    assert [hit.score for hit in hits] == pytest.approx(
        [(cat + mat) * weight(1, 2), cat * weight(1, 1), cat * CONTEXT * weight(1, 1)]
    )


def test_a_term_counts_once_however_often_it_is_asked() -> None:
    index = Index(PETS)
    assert index.search(["dog", "dog"], 10) == index.search(["dog"], 10) != []


def test_no_term_has_a_higher_idf_than_an_unknown_one() -> None:
    index = Index(PETS)
    assert index.idf("unheard") >= index.idf("mat") > index.idf("cat")
    assert "cat" in index
    assert "unheard" not in index


@pytest.mark.parametrize("question", [[], ["unheard"], ["unheard", "of"]])
def test_nothing_in_common(question: list[str]) -> None:
    assert Index(PETS).search(question, 10) == []


def test_ties_in_the_order_of_the_entries() -> None:
    index = Index([Entry("cat", "")] * 9 + [Entry("dog", "")])
    assert [hit.row for hit in index.search(["cat"], 5)] == [0, 1, 2, 3, 4]


def test_rows_limit_the_search() -> None:
    index = Index(PETS)
    everything = [(hit.row, hit.score) for hit in index.search(["cat"], 10)]
    some = index.search(["cat"], 10, np.array([False, True, True, True, True]))
    assert [(hit.row, hit.score) for hit in some] == [pair for pair in everything if pair[0] != 0]
    assert index.search(["cat"], 10, np.zeros(5, dtype=bool)) == []
    assert [(hit.row, hit.score) for hit in index.search(["cat"], 10)] == everything, "a search leaves no trace"


WORDS = st.lists(st.sampled_from(["cat", "dog", "fish", "mat", "sun"]), max_size=5)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8), WORDS, st.integers(1, 9))
def test_the_same_as_brute_force(texts: list[tuple[list[str], list[str]]], question: list[str], limit: int) -> None:
    texts.append((["sun"], []))  # an index of no term at all is another matter
    index = Index([Entry(" ".join(text), " ".join(context)) for text, context in texts])
    frequency = Counter(term for text, _ in texts for term in set(text))
    scores = {
        row: sum(
            (math.log((1 + len(texts)) / (1 + frequency[term])) + 1)
            * (
                (weight(text.count(term), len(text)) if term in text else 0)
                + CONTEXT * (weight(context.count(term), len(context)) if term in context else 0)
            )
            for term in set(question)
        )
        for row, (text, context) in enumerate(texts)
    }
    hits = index.search(question, len(texts))
    assert {hit.row: hit.score for hit in hits} == pytest.approx({row: s for row, s in scores.items() if s}, rel=1e-5)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.row))
    assert index.search(question, limit) == hits[:limit]
