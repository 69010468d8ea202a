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


def found(index: Index, question: list[str], limit: int = 10, among: slice = slice(None)) -> list[tuple[int, float]]:
    """The rows found and their scores, best first."""
    hits = index.search(question, limit, among)
    return list(zip(hits.rows.tolist(), (hits.own + hits.around).tolist(), strict=True))


def test_scores_worked_out_by_hand() -> None:
    index = Index(PETS)
    cat, mat = math.log(6 / 3) + 1, math.log(6 / 2) + 1  # of 5 entries, 2 hold "cat" and 1 holds "mat"
    assert (index.idf("cat"), index.idf("mat")) == pytest.approx((cat, mat))
    scores = {0: (cat + mat) * weight(1, 2), 1: cat * weight(1, 1), 2: cat * CONTEXT * weight(1, 1)}
    assert dict(found(index, ["cat", "mat"])) == pytest.approx(scores)
    hits = index.search(["cat", "mat"], 10)
    assert hits.rows.tolist() == [0, 1, 2]
    assert hits.around.tolist() == pytest.approx([0, 0, cat * CONTEXT * weight(1, 1)])


def test_a_term_counts_once_however_often_it_is_asked() -> None:
    index = Index(PETS)
    assert found(index, ["dog", "dog"]) == found(index, ["dog"]) != []


def test_no_term_has_a_higher_idf_than_an_unknown_one() -> None:
    index = Index(PETS)
    assert index.idf("unheard") >= index.idf("mat") > index.idf("cat")
    assert "cat" in index
    assert "unheard" not in index


@pytest.mark.parametrize("question", [[], ["unheard"], ["unheard", "of"]])
def test_nothing_in_common(question: list[str]) -> None:
    assert found(Index(PETS), question) == []


def test_ties_in_the_order_of_the_entries() -> None:
    index = Index([Entry("cat", "")] * 9 + [Entry("dog", "")])
    assert [row for row, _ in found(index, ["cat"], 5)] == [0, 1, 2, 3, 4]


def test_rows_limit_the_search() -> None:
    index = Index(PETS)
    everything = found(index, ["cat"])
    assert found(index, ["cat"], among=slice(1, 5)) == [pair for pair in everything if pair[0] != 0]
    assert found(index, ["cat"], among=slice(0, 0)) == []
    assert found(index, ["cat"]) == everything, "a search leaves no trace"


def test_where_a_term_stands() -> None:
    index = Index(PETS)
    rows = np.array([2, 0, -1, 1])
    assert index.present(["cat", "dog"], rows).tolist() == [[False, True], [True, False], [False, False], [True, False]]
    assert index.present_around(["cat"], rows[[0, 1, 3]]).tolist() == [[True], [False], [False]]
    assert index.present([], rows).shape == (4, 0)


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
    pairs = found(index, question, len(texts))
    assert dict(pairs) == pytest.approx({row: s for row, s in scores.items() if s}, rel=1e-5)
    assert pairs == sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    assert found(index, question, limit) == pairs[:limit]
