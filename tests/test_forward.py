"""What a word is by itself, and what is gathered of a question's candidates from the segments they are in."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus import ENGLISH, Document
from retrieval.folding import fold
from retrieval.forward import CALENDAR, CAPITAL, LOCAL, NUMBER, OTHER, PRONOUN, STOP, YEAR, kind_of
from retrieval.gathering import Gathered, gather
from retrieval.index import Index
from retrieval.question import parse
from retrieval.stack import Stack
from retrieval.terms import tokenize


def gathered(stack: Stack, question: str) -> tuple[Gathered, dict[str, int], list[str]]:
    """What there is of all hits, the numbers of the question's words, and the texts of the hits."""
    asked = parse(question, stack.lexis.name_terms)
    numbers: dict[str, int] = {}
    for word in asked.all_words:
        numbers.setdefault(word, len(numbers))
    hits = stack.search(asked.terms, 100)
    return gather(asked, hits, stack.tallies, numbers), numbers, [part.row(row).text for part, row in hits.places()]


def stack(*texts: str, apart: bool = False) -> Stack:
    """Texts as documents of one segment, or each ``apart`` in one of its own."""
    documents = [Document(f"{number}.txt", "", None, text) for number, text in enumerate(texts)]
    if not apart:
        return Index.of(documents).stacks[ENGLISH]
    index = Index(())
    for document in reversed(documents):
        index = index.changed([document])
    return index.stacks[ENGLISH]


def test_words_by_hand() -> None:
    found, numbers, texts = gathered(stack("The cats sat. In 1953 it sat and sat."), "Where did the cat sit in 1953?")
    assert texts == ["In 1953 it sat and sat.", "The cats sat."]
    the, cat, sit, inside, year = (numbers[word] for word in ("the", "cat", "sit", "in", "1953"))
    assert found.words.asked.tolist() == [inside, year, OTHER, sit, OTHER, sit, the, cat, sit]
    assert found.words.kinds.tolist() == [
        *(CAPITAL | STOP | LOCAL, NUMBER | YEAR, PRONOUN | STOP, 0, STOP, 0),
        *(CAPITAL | STOP, 0, 0),
    ]
    assert found.words.lengths.tolist() == [6, 3]


@pytest.mark.parametrize(
    ("word", "kind"), [("March", CAPITAL | CALENDAR), ("march", 0), ("May", CAPITAL | CALENDAR), ("may", 0)]
)
def test_a_month_begins_with_a_capital(word: str, kind: int) -> None:
    assert kind_of(word) == (word.lower(), kind)


def test_how_far_words_stand_for_terms() -> None:
    read = stack("Russian weapons came to us. Then Russia kept its dogs. Nothing came.")
    found, _, texts = gathered(read, "Has Russia had arms and a dog come?")
    assert len(texts) == 3
    order = [texts.index(text) for text in sorted(texts, key=lambda text: "RTN".index(text[0]))]
    kin = found.kin.best(6, 4)[order]
    assert kin[:, 0].tolist() == pytest.approx([0.75, 1, 0])
    assert kin[:, 1].tolist() == pytest.approx([0.8, 0, 0])
    assert kin[:, 3].tolist() == pytest.approx([1, 0, 1])
    near, far = found.kin.only(3).together([(0, 1), (1, 2)], 1)
    assert [texts[row][0] for row in near.tolist()] == ["R"]
    assert far.tolist() == []


WORDS = st.lists(st.sampled_from(["The", "cat", "Cats", "sat", "Ada", "in", "1953", "dog's", "U.S.", "x"]), max_size=6)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=5), WORDS.map(" ".join))
@settings(deadline=None)
def test_a_hit_has_the_words_of_its_text_in_whatever_segment_it_is(texts: list[str], question: str) -> None:
    assume(stack(*texts).search(parse(question).terms, 1).places())
    together, numbers, read = gathered(stack(*texts), question)
    apart, _, again = gathered(stack(*texts, apart=True), question)
    assert again == read
    words = [token.term or fold(text[token.start : token.end]) for text in read for token in tokenize(text)]
    assert together.words.asked.tolist() == [numbers.get(word, OTHER) for word in words]
    shape = len(read), len(parse(question).terms)
    assert together.kin.only(len(read)).best(*shape).tolist() == apart.kin.only(len(read)).best(*shape).tolist()
    for one, other in zip((*together.words, *together[4:]), (*apart.words, *apart[4:]), strict=True):
        assert np.array_equal(np.asarray(one), np.asarray(other))
