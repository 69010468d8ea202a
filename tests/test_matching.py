"""How the words of a question were met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document
from retrieval.lexis import Lexis, lexis
from retrieval.matching import Match, matches
from retrieval.question import parse
from retrieval.rows import Row

EVEN = Lexis(lambda _: 2.0, frozenset({"Mary", "Hale"}), frozenset({"mari", "hale"}))  # every term weighs 2


def met(question: str, text: str, heading: str = "", lead: str = "", around: str = "") -> tuple[Match, ...]:
    """How a row with this text meets the question; what it leans on stands before it, what is around it after it."""
    before = f"{heading}\n{lead}"
    document = Document("a.txt", "", None, f"{before}{text}{around}")
    start, end = len(before), len(before) + len(text)
    row = Row(document, len(heading) + 1, start, end, "", (0, len(heading)), (start, len(document.text)))
    return matches(parse(question, EVEN.name_terms), row, EVEN)


def test_where_each_word_is_met() -> None:
    found = met(
        "Why did Mary Hale, visiting storms, pick rare granite?",
        "She picked granites.",
        heading="Visiting",
        lead="Mary Hale built it.",
        around="Storms came.",
    )
    assert {match.word: (match.where, match.met_by) for match in found} == {
        "Mary": ("lead", "Mary"),
        "Hale": ("lead", "Hale"),
        "visiting": ("heading", "Visiting"),
        "storms": ("around", "Storms"),
        "pick": ("passage", "picked"),
        "rare": ("nowhere", ""),
        "granite": ("passage", "granites"),
    }
    credit = {match.where: match.credit for match in found}
    assert 1 == credit["passage"] > credit["lead"] == credit["heading"] > credit["around"] > credit["nowhere"] == 0


def test_a_whole_match() -> None:
    assert met("granite?", "She picked granite.") == (
        Match(term="granit", word="granite", weight=2.0, where="passage", met_by="granite", credit=1.0),
    )


def test_the_same_word_counts_before_a_related_one_and_the_passage_before_what_is_around() -> None:
    (match,) = met("weapons", "Arms and weapons.", around="weapons")
    assert (match.where, match.met_by, match.credit) == ("passage", "weapons", 1.0)
    (match,) = met("weapons", "Arms came.")
    assert match.met_by == "Arms"
    assert 0 < match.credit < 1


def test_a_name_is_a_word_more_often_written_with_a_capital_inside_a_sentence() -> None:
    found = lexis(["Anna met Rose. The rose and the rose wilted.", "Here Anna left."], len)
    assert found == Lexis(len, frozenset({"Anna"}), frozenset({"anna"}))


@pytest.mark.parametrize("text", ["The cat sat.", "Łódź ist schön.", "猫は座った。"])
@given(question=st.text(), lead=st.text(), around=st.text())
def test_any_word_is_met_from_0_to_1(text: str, question: str, lead: str, around: str) -> None:
    found = met(question, text, "", lead, around)
    assert all(0 <= match.credit <= 1 for match in found)
    assert [match.word for match in found] == list(parse(question).words.values())
