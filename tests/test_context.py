"""Who "he" is, and who "the president" is: what a quote must begin with, and the names an office stands for."""

import pytest

from corpus import Document, split
from retrieval.context import MAX_LEAD, MAX_QUOTE, antecedents, named_by_role, roles


@pytest.mark.parametrize(
    ("text", "firsts"),
    [
        ("Tom sat. The dog ran.", [0, 1]),
        ("Tom sat. He slept.", [0, 0]),
        ("Tom sat. He slept. Then she left.", [0, 0, 0]),
        ("He sat. Tom slept.", [0, 1]),  # nothing stands before the first sentence
        ("Tom sat. During his nap, Tom snored.", [0, 1]),  # the name follows its pronoun
        ("Tom sat. During his nap, nobody snored.", [0, 0]),
        ("Tom sat. “He is ill,” Anna said.", [0, 0]),  # a quotation begun in the same paragraph
        ("Tom sat.\n\n“He is ill,” Tom said.", [0, 1]),  # what is quoted in another leans on nobody
        ("Tom sat.\n\nHe slept.", [0, 0]),
        ("Tom sat.\n\nA heading\n\nHe slept.", [0, 1, 2]),  # never across a heading
        ("Tom sat.\n\nPost a Comment\n\nHe slept.", [0, 1, 2]),  # nor across residue
        ("", []),
    ],
)
def test_antecedents(text: str, firsts: list[int]) -> None:
    assert antecedents(split(Document("a.txt", "", None, text))) == firsts


def test_a_lead_has_bounds() -> None:
    followers = " ".join(["He slept."] * (MAX_LEAD + 1))
    text = f"Tom sat. {followers}"
    assert antecedents(split(Document("a.txt", "", None, text))) == [*[0] * (MAX_LEAD + 1), MAX_LEAD + 1]
    text = f"Tom {'really ' * (MAX_QUOTE // 7)}sat. He slept."
    assert antecedents(split(Document("a.txt", "", None, text))) == [0, 1]


def test_offices() -> None:
    holders = roles(split(Document("a.txt", "", None, "The French President Anna Roy spoke. The mayor left.")))
    assert named_by_role("What the president did", holders).split()[-2:] == ["Anna", "Roy"]
    assert named_by_role("What the French president did", holders).split()[-2:] == ["Anna", "Roy"]
    assert named_by_role("What the Polish president did", holders) == ""
    assert named_by_role("What the mayor did", holders) == ""  # of whom no name is given
    assert named_by_role("President Roy spoke", holders) == ""  # who is named already


def test_an_office_two_hold_names_neither() -> None:
    holders = roles(split(Document("a.txt", "", None, "French President Anna Roy met Polish President Jan Lis.")))
    assert named_by_role("the president left", holders) == ""
    assert "Jan Lis" in named_by_role("the Polish president left", holders)
