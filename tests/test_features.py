"""How a question and its candidates meet: a few numbers by hand, and every number finite whatever the texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document
from retrieval import Answerer
from retrieval.features import Asked, Candidates, features
from retrieval.forward import OTHER, STOP, Words, kind_of
from retrieval.models import read_models
from retrieval.question import parse
from retrieval.terms import tokenize

QUESTION = parse("When did the Korean War end?")
TEXTS = ("The Korean War ended in 1953.", "It began three years earlier.")


def met() -> dict[str, list[float]]:
    """The features of two passages of one stretch: "korean", "war" and "end" weigh 2, 1 and 1."""
    numbers = {word: number for number, word in enumerate(QUESTION.all_words)}
    read = [(token, kind_of(text[token.start : token.end])) for text in TEXTS for token in tokenize(text)]
    words = Words(
        np.array([numbers.get(token.term or folded, OTHER) for token, (folded, _) in read]),
        np.array([kind if token.term else kind | STOP for token, (_, kind) in read], np.uint16),
        np.array([len(tokenize(text)) for text in TEXTS]),
    )
    here = np.array([[True, True, True], [False, False, False]])
    nothing = np.zeros((2, 3), bool)
    before = np.array([[False] * 3, [True] * 3])
    table = features(
        Asked(
            QUESTION,
            np.array([2, 1, 1], np.float32),
            np.ones(3, np.float32),
            np.ones(3, bool),
            np.array(list(numbers.values())),
        ),
        Candidates(
            words,
            document=np.array([5, 5]),
            own=np.array([4, 0], np.float32),
            around=np.array([2, 2], np.float32),
            stretch=np.array([7, 7]),
            place=np.array([0, 1]),
            length=np.array([2, 2]),
            short=np.zeros(2, bool),
            here=here,
            before=before,
            before_two=nothing,
            after=nothing,
            first=np.array([[True] * 3, [True] * 3]),
            anywhere=np.ones((2, 3), bool),
            title=nothing,
            kin=here.astype(np.float32),
            near=np.array([[1, 1, 1], [0.9, 0.9, 0.9]], np.float32),
        ),
    )
    return dict(zip(table.names, table.values.T.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("own", [4, 0]),
        ("total", [6, 2]),
        ("total share", [1, 1 / 3]),
        ("beside", [2, 2]),
        ("place share", [0, 0.5]),
        ("covered", [1, 0]),
        ("terms missed", [0, 3]),
        ("with before", [1, 1]),
        ("before", [0, 1]),
        ("verbatim", [3 / 5, 0]),  # "the Korean", "Korean War" and "War end" of five pairs
        ("together", [1, 0]),
        ("words", [6, 5]),
        ("years", [1, 0]),
        ("counting", [0, 1]),
        ("opens with pronoun", [0, 1]),
        ("offered", [1, 0]),
        ("distance to offered", [2, 99]),
        ("in document", [1, 1]),
        ("share of document", [1, 1]),
        ("kin here", [1, 0]),
        ("kin near", [1, 0.9]),
        ("names lost", [0, 0]),
    ],
)
def test_by_hand(name: str, values: list[float]) -> None:
    assert met()[name] == pytest.approx(values, abs=1e-6)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=4), st.text(min_size=1, max_size=60))
@settings(max_examples=60)
def test_every_number_is_finite(texts: list[str], question: str) -> None:
    answerer = Answerer([Document(f"{number}.txt", text[:9], None, text) for number, text in enumerate(texts)])
    if meeting := answerer.meet(f"{question} {texts[0]}"):
        assert np.isfinite(meeting.table.values).all()
        assert len(meeting.table.values) == len(meeting.places) > 0
        assert meeting.table.names == read_models().ranker.names
