"""Metrics against tables worked out by hand, against brute force, and against scikit-learn where it has the same."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from retrieval.metrics import (
    Bin,
    Point,
    auroc,
    average_precision,
    calibration_error,
    exact_match,
    kept_at,
    mean,
    ndcg,
    normalized,
    rank_of_best,
    ranking_figures,
    reliability,
    risk_coverage,
    token_f1,
)


@pytest.mark.parametrize(
    ("scores", "gold", "rank"),
    [
        ([3, 2, 1], [0], 1),
        ([3, 2, 1], [2], 3),
        ([3, 2, 1], [2, 1], 2),  # the better of two
        ([3, 2, 2, 1], [1], 2.5),  # ranks 2 and 3, shared
        ([3, 2, 2, 1], [1, 2], 2.5),  # both of them right: still their average
        ([0, 0, 0], [1], 2),
        ([3, 2, 1], [], math.inf),
    ],
)
def test_rank_of_best(scores: list[float], gold: list[int], rank: float) -> None:
    assert rank_of_best(np.array(scores, dtype=float), gold) == rank


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.data())
def test_a_rank_is_the_mean_over_all_orders_of_the_ties(scores: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(scores) - 1))
    tied = [other for other, score in enumerate(scores) if score == scores[place]]
    above = sum(score > scores[place] for score in scores)
    # Wherever the ties are turned to, the place gets each of their ranks once.
    ranks = [above + 1 + (tied.index(place) + turn) % len(tied) for turn in range(len(tied))]
    assert rank_of_best(np.array(scores, dtype=float), [place]) == pytest.approx(sum(ranks) / len(ranks))


def test_ranking_figures() -> None:
    assert ranking_figures([1, 2, 8, math.inf]) == {
        "P@1": 1 / 4,
        "MRR": (1 + 1 / 2 + 1 / 8) / 4,
        "R@5": 2 / 4,
        "R@10": 3 / 4,
        "R@30": 3 / 4,
    }
    assert ranking_figures([1.5])["P@1"] == 0  # a tie for the first place is not won


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("The  Cat!", "cat"), ("a-b, an «c»", "ab «c»"), ("Theatre", "theatre"), ("U.S.", "us"), ("the", ""), ("", "")],
)
def test_normalized(answer: str, expected: str) -> None:
    assert normalized(answer) == expected


@pytest.mark.parametrize(
    ("predicted", "gold", "exact", "f1"),
    [
        ("the Norman kings", ["Norman kings"], 1, 1),
        ("Norman kings of Sicily", ["Norman kings"], 0, 2 * (2 / 4) * 1 / (2 / 4 + 1)),  # precision 2/4, recall 1
        ("Norman kings", ["nobody", "Norman"], 0, 2 * (1 / 2) * 1 / (1 / 2 + 1)),  # the best of two answers
        ("cat cat", ["cat"], 0, 2 / 3),  # a word counts as often as both have it
        ("dog", ["cat"], 0, 0),
        ("", ["cat"], 0, 0),
        ("", [], 1, 1),  # SQuAD 2.0: there is no answer, and none was given
        ("cat", [], 0, 0),
        ("", ["the"], 1, 1),  # nothing is left of that answer, so there is none
    ],
)
def test_exact_match_and_f1(predicted: str, gold: list[str], exact: float, f1: float) -> None:
    assert exact_match(predicted, gold) == exact
    assert token_f1(predicted, gold) == pytest.approx(f1)


SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.booleans()), max_size=12)


@given(SCORED)
def test_auroc_counts_pairs(scored: list[tuple[float, bool]]) -> None:
    good, bad = ([score for score, label in scored if label is kind] for kind in (True, False))
    pairs = [1.0 if one > other else 0.5 if one == other else 0.0 for one, other in product(good, bad)]
    found = auroc([score for score, _ in scored], [label for _, label in scored])
    assert found == pytest.approx(sum(pairs) / len(pairs)) if pairs else math.isnan(found)


@pytest.mark.parametrize(
    ("share", "kept", "kept_right"),
    [
        (0.0, 1 / 4, 1 / 4),  # above .8: .9, right
        (0.24, 1 / 4, 1 / 4),  # of four, 24 % is none yet
        (0.25, 3 / 4, 2 / 4),  # above .6: .9, .7 and .65, which is wrong
        (0.5, 3 / 4, 2 / 4),
        (1.0, 4 / 4, 3 / 4),  # all of them, the wrong one too
    ],
)
def test_kept_at(share: float, kept: float, kept_right: float) -> None:
    confidence = [0.9, 0.7, 0.65, 0.1, 0.8, 0.6, 0.2, 0.05]
    answerable = [True] * 4 + [False] * 4
    right = [True, True, False, True, False, False, False, False]
    assert kept_at(share, confidence, answerable) == kept
    assert kept_at(share, confidence, answerable, right) == kept_right


@given(SCORED, st.sampled_from([0.0, 0.02, 0.05, 0.5]))
def test_kept_at_is_the_best_threshold(scored: list[tuple[float, bool]], share: float) -> None:
    confidence, answerable = [score for score, _ in scored], [label for _, label in scored]
    good, bad = (
        [score for score, label in zip(confidence, answerable, strict=True) if label is kind] for kind in (True, False)
    )
    best = max(
        sum(score > bound for score in good)
        for bound in (-1.0, *confidence, 2.0)
        if sum(score > bound for score in bad) <= share * len(bad)
    )
    found = kept_at(share, confidence, answerable)
    assert found == best / len(good) if good else math.isnan(found)


def test_calibration() -> None:
    confidence, right = [0.0, 0.0625, 0.125, 0.9375, 1.0], [False, True, False, True, True]
    assert reliability(confidence, right) == [Bin(2, 0.03125, 0.5), Bin(1, 0.125, 0.0), Bin(2, 0.96875, 1.0)]
    assert calibration_error(confidence, right) == (2 * 0.46875 + 1 * 0.125 + 2 * 0.03125) / 5
    assert reliability([], []) == []
    assert math.isnan(calibration_error([], []))


def test_risk_and_coverage() -> None:
    points = risk_coverage([0.9, 0.2, 0.7, 0.7], [True, False, False, True])
    assert points == [Point(0.9, 1 / 4, 0.0), Point(0.7, 3 / 4, 1 / 3), Point(0.2, 1.0, 2 / 4)]
    assert risk_coverage([], []) == []


def test_ndcg() -> None:
    gains = {"a": 3, "b": 2, "c": 1}
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["a", "b", "c"], gains) == 1.0
    assert ndcg(["x", "b", "a"], gains) == pytest.approx((2 / math.log2(3) + 3 / math.log2(4)) / best)
    assert ndcg(["x", "b", "a"], gains, k=2) == pytest.approx((2 / math.log2(3)) / (3 + 2 / math.log2(3)))
    assert ndcg([], gains) == 0.0
    assert math.isnan(ndcg(["a"], {}))


def test_average_precision() -> None:
    assert average_precision(["a", "x", "b"], {"a", "b"}) == (1 / 1 + 2 / 3) / 2
    assert average_precision(["a", "x", "b"], {"a", "b", "c"}) == (1 / 1 + 2 / 3) / 3  # c was not found
    assert average_precision([], {"a"}) == 0.0
    assert math.isnan(average_precision(["a"], set()))


@given(st.lists(st.integers(0, 4), min_size=12, max_size=15).filter(any))
def test_complete_rankings_are_worth_what_scikit_learn_says(gains: list[int]) -> None:
    ids = [str(number) for number in range(len(gains))]
    scores = np.arange(len(gains), 0, -1)  # the ids in their order
    graded = {name: float(gain) for name, gain in zip(ids, gains, strict=True)}
    relevant = {name for name, gain in graded.items() if gain}
    assert ndcg(ids, graded) == pytest.approx(ndcg_score([gains], [scores], k=10))
    assert average_precision(ids, relevant) == pytest.approx(average_precision_score(np.array(gains) > 0, scores))


def test_the_mean_of_nothing() -> None:
    assert math.isnan(mean([]))
    assert mean([1, 2]) == 1.5
