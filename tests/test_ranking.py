"""Ranking: the candidates of a question in the order in which they may answer, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document
from retrieval import Answerer
from retrieval.question import parse
from retrieval.standing import standing
from retrieval.trees import Table

NAMES = ("kin near", "covered", "kin facts", "together", "verbatim")


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("Who built the stone lighthouse?", "Mary Hale built the stone lighthouse.", "Mary Hale built the ferry."),
        ("When was the harbour built?", "The harbour was built in 1871.", "The harbour was built of granite."),
        ("What did Mary Hale pick?", "Mary Hale picked red granite.", "Tom Reed picked red granite."),
        ("Is the north gate open?", "The north gate is open.", "The south gate is open."),
    ],
)
def test_the_better_passage_is_first_and_surer(question: str, better: str, worse: str) -> None:
    answerer = Answerer([Document("a.txt", "Notes", None, f"{worse}\n\n{better}\n\nIt rained on Seal Island.")])
    first, *others = answerer.search(question)
    assert first.quote == better
    assert all(other.score <= first.score for other in others)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4), st.text(min_size=1, max_size=60))
def test_any_confidence_is_from_0_to_1_and_falls(texts: list[str], question: str) -> None:
    answerer = Answerer([Document(f"{number}.txt", text[:9], None, text) for number, text in enumerate(texts)])
    scores = [citation.score for citation in answerer.search(f"cat {question} {texts[0]}", limit=40)]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_how_the_first_stands_beside_the_others() -> None:
    found = Table(NAMES, np.array([[0.1, 0.2, 0.3, 0.4, 0.5], [0.6, 0.1, 0.1, 0.1, 0.1]], np.float32))
    table = standing(found, np.array([0, 2], np.float32))
    stood = dict(zip(table.names, table.values[0].tolist(), strict=True))
    likely = 1 / (1 + np.exp(-2))
    assert stood == pytest.approx(
        {
            "kin near": 0.6, "covered": 0.1, "kin facts": 0.1, "together": 0.1, "verbatim": 0.1,
            "log-odds": 2, "lead over 2nd": 2, "lead over 3rd": 11, "lead over 5th": 11,
            "likely ones": 0.5 + likely, "share of likely": likely / (0.5 + likely), "candidates": 2,
            "kin near, best of 5": 0.6, "covered, best of 5": 0.2, "kin facts, best of 5": 0.3,
            "together, best of 5": 0.4, "verbatim, best of 5": 0.5,
            "kin near, best of all": 0.6, "covered, best of all": 0.2, "kin facts, best of all": 0.3,
            "together, best of all": 0.4, "verbatim, best of all": 0.5,
        },
        abs=1e-6,
    )  # fmt: skip


def test_an_office_is_found_by_who_holds_it() -> None:
    text = "Mayor Ann Lee spoke first.\n\nThe crowd waited for hours.\n\nThe mayor opened the new bridge."
    answerer = Answerer([Document("a.txt", "News", None, text)])
    assert parse("What did Ann Lee open?").names == {"ann", "lee"}
    assert answerer.search("What did Ann Lee open?")[0].quote == "The mayor opened the new bridge."
