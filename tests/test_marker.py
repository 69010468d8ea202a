"""The marker that ships: which words of a sentence answer a question, and how sure that is."""

import string
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.lexis import Lexis
from retrieval.marker import NAMES, Mark, Marker, read_marker
from retrieval.models import FOLDER
from retrieval.question import parse

WORDS = Lexis(lambda _: 1.0, frozenset({"Mary", "Hale", "Seal", "Island"}), frozenset())


@pytest.fixture(scope="module")
def marker() -> Marker:
    return read_marker(FOLDER / "marker.npz")


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who built the lighthouse?", "Mary Hale built the lighthouse in 1871.", "Mary Hale"),
        ("Who built the lighthouse?", "The lighthouse was built by Mary Hale in 1871.", "Mary Hale"),
        ("When was the lighthouse built?", "Mary Hale built the lighthouse in 1871.", "1871"),
        ("When did the war end?", "The war ended in 1953 with an armistice.", "1953"),
        ("How many passengers does the ferry carry?", "The ferry carries 40 passengers to Seal Island.", "40"),
        ("How much does a ticket cost?", "A ticket costs $4.50 for adults.", "$4.50"),
        ("What percentage of voters agreed?", "In the end 62% of voters agreed.", "62%"),
        ("Where does the ferry go?", "The ferry goes to Seal Island.", "Seal Island"),
    ],
)
def test_the_words_that_answer(marker: Marker, question: str, sentence: str, words: str) -> None:
    mark = marker.mark(parse(question), sentence, WORDS)
    assert mark is not None
    assert sentence[mark.start : mark.end] == words


def test_a_reason_is_marked_with_its_conjunction_or_without(marker: Marker) -> None:
    sentence = "She chose granite because the sea was rough."
    mark = marker.mark(parse("Why did she choose granite?"), sentence, WORDS)
    assert mark is not None
    assert sentence[mark.start : mark.end].removeprefix("because ") == "the sea was rough"


def test_words_of_the_kind_asked_for_are_surer(marker: Marker) -> None:
    question = parse("When did the war end?")
    dated = marker.mark(question, "The war ended in 1953.", WORDS)
    undated = marker.mark(question, "The war was long, and many left.", WORDS)
    assert dated is not None
    assert undated is not None
    assert dated.worth > undated.worth


def test_words_are_sure_sooner_where_the_rules_agree() -> None:
    assert [Mark(0, 1, worth, agreed).sure for worth in (0.4, 0.6, 0.8) for agreed in (False, True)] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("sentence", ["", " ", "…", "—!?", "$%"])
def test_where_there_is_no_word_none_is_marked(marker: Marker, sentence: str) -> None:
    assert marker.mark(parse("Who?"), sentence, WORDS) is None


PIECES = st.lists(
    st.sampled_from(
        ["Mary", "1871", "the", "built", "U.S.", "$4", "5%", "“", "”", '"', "(", ")", ",", "-", "é", "漢字", "\n"]
    )
    | st.text(max_size=5),
    max_size=30,
)


@given(
    st.sampled_from(["", "Who ", "What is the ", "How many ", "how", "In what "]),
    st.text(),
    PIECES,
    st.sampled_from("  \n"),
)
def test_any_text_is_marked_inside_and_at_words(
    marker: Marker, opening: str, rest: str, pieces: list[str], between: str
) -> None:
    sentence = between.join(pieces)
    question = parse(opening + rest)
    mark = marker.mark(question, sentence, WORDS)
    assert marker.mark(question, sentence, WORDS) == mark
    if mark is not None:
        words = sentence[mark.start : mark.end]
        assert 0 <= mark.start < mark.end <= len(sentence)
        assert words[0].isalnum() or words[0] in "$£€¥"
        assert not words[-1].isspace()
        assert words[-1] not in ",;:!?()\"'“”"
        assert np.isfinite(mark.worth)


def test_a_sentence_without_end_is_read_as_far_as_anybody_reads(marker: Marker) -> None:
    mark = marker.mark(parse("Who built it?"), "word " * 50_000 + "Mary Hale built it", WORDS)
    assert mark is not None
    assert mark.end < 300 * len("word ")


def test_written_and_read_it_marks_the_same(marker: Marker, tmp_path: Path) -> None:
    marker.write(tmp_path / "one.npz")
    again = read_marker(tmp_path / "one.npz")
    question, sentence = parse("Who built the lighthouse?"), "Mary Hale built the lighthouse in 1871."
    assert again.mark(question, sentence, WORDS) == marker.mark(question, sentence, WORDS)
    again.write(tmp_path / "two.npz")
    for name in ("{}.npz", "{}_trees.npz"):
        assert (tmp_path / name.format("one")).read_bytes() == (tmp_path / name.format("two")).read_bytes()


def test_every_feature_has_a_name_of_its_own(marker: Marker) -> None:
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []
    assert marker.trees.feature.max() < len(NAMES)


def test_a_mark_is_whole(marker: Marker) -> None:
    """A word is marked from its first letter to its last."""
    for word in (*string.ascii_letters, "Zürich", "U.S.", "O’Neill", "3.45"):
        mark = marker.mark(parse("What?"), f"({word})", WORDS)
        assert mark is None or mark[:2] == (1, 1 + len(word))
        assert isinstance(marker.mark(parse("What?"), word, WORDS), Mark | None)
