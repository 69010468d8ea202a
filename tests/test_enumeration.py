"""One item of an enumeration, and all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document
from retrieval import Answerer
from retrieval.enumeration import whole


@pytest.mark.parametrize(
    ("text", "all_of_it"),
    [
        # no part of one, or all of it
        ("It sold [ink].", "ink"),
        ("It sold [ink and paper].", "ink and paper"),
        ("It sold [ink], which was black and thick.", "ink"),
        ("In 1950, [ink and paper] were sold.", "ink and paper"),
        ("The painter, [Ada Stone], left.", "Ada Stone"),
        # names and numbers are seen to be items
        ("[South Korea], Japan and Australia sent aid.", "South Korea, Japan and Australia"),
        ("Aid came from [Japan], Oslo, and the United States.", "Japan, Oslo, and the United States"),
        ("Painters such as Mary Hale, [John Fenn] and Karl met.", "Mary Hale, John Fenn and Karl"),
        ("Painters such as Mary Hale, [John Fenn and Karl] met.", "Mary Hale, John Fenn and Karl"),
        ("It burnt in [1644], 1671 and 1702.", "1644, 1671 and 1702"),
        ("He wrote [The Wheel] (1985), Mills (2004) and Rivers.", "The Wheel (1985), Mills (2004) and Rivers"),
        # the rest of it cannot be told
        ("The club lends [books], maps and records.", None),
        ("The club lends books, [maps] and records.", None),
        ("The club lends books, maps and [records].", None),
        ("In Rome, Mary and [Ann] met.", None),
        ("After talks in Rome, Mary and [Ann] left.", None),
        ("After talks in Rome, [Mary and Ann] left.", "Mary and Ann"),
    ],
)
def test_the_whole_enumeration(text: str, all_of_it: str | None) -> None:
    before, item, after = text.replace("]", "[").split("[")
    text = f"{before}{item}{after}"
    found = whole(text, len(before), len(before) + len(item))
    assert (found and text[slice(*found)]) == all_of_it


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        (
            "Harbour painters such as Mary Hale, John Fenn, Ada Stone and Karl Brandt met at the inn every week.",
            "Which painters met at the inn?",
            "Mary Hale, John Fenn, Ada Stone and Karl Brandt",
        ),
    ],
)
def test_who_asks_for_several_is_shown_all_or_none(text: str, question: str, marked: str) -> None:
    answer = Answerer([Document("a.txt", "", None, f"{text} So it is.")]).ask(question)
    assert answer.answered
    assert answer.words == marked


WORDS = st.lists(st.sampled_from(["Mary,", "and", "or", "Rome", "the", "of", "12,", "7", "in", ".", "lends", "(so)"]))


@given(WORDS, WORDS.filter(bool), WORDS)
def test_whatever_is_found_holds_the_item(before: list[str], item: list[str], after: list[str]) -> None:
    text = " ".join([*before, *item, *after])
    start = len(" ".join([*before, ""]))
    end = start + len(" ".join(item))
    found = whole(text, start, end)
    assert found is None or (0 <= found[0] <= start < end <= found[1] <= len(text))
