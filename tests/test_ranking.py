"""How much of a question a passage meets, and how sure that makes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.lexis import Lexis, lexis
from retrieval.question import parse
from retrieval.ranking import Candidate, Match, Reading, read

EVEN = Lexis(lambda _: 2.0, frozenset({"Mary", "Hale"}), frozenset({"mari", "hale"}))  # every term weighs 2


def reading(question: str, text: str, heading: str = "", lead: str = "", around: str = "") -> Reading:
    """A candidate read."""
    return read(parse(question, EVEN.name_terms), Candidate(text, heading, lead, around), EVEN)


def test_where_each_word_is_met() -> None:
    matches = reading(
        "Why did Mary Hale, visiting storms, pick rare granite?",
        "She picked granites.",
        heading="Visiting",
        lead="Mary Hale built it.",
        around="Storms came.",
    ).matches
    assert {match.word: (match.where, match.met_by) for match in matches} == {
        "Mary": ("lead", "Mary"),
        "Hale": ("lead", "Hale"),
        "visiting": ("heading", "Visiting"),
        "storms": ("around", "Storms"),
        "pick": ("passage", "picked"),
        "rare": ("nowhere", ""),
        "granite": ("passage", "granites"),
    }
    credit = {match.where: match.credit for match in matches}
    assert 1 == credit["passage"] > credit["lead"] == credit["heading"] > credit["around"] > credit["nowhere"] == 0


def test_a_whole_match() -> None:
    assert reading("granite?", "She picked granite.").matches == (
        Match(term="granit", word="granite", weight=2.0, where="passage", met_by="granite", credit=1.0),
    )


def test_the_same_word_counts_before_a_related_one_and_the_passage_before_what_is_around() -> None:
    (match,) = reading("weapons", "Arms and weapons.", around="weapons").matches
    assert (match.where, match.met_by, match.credit) == ("passage", "weapons", 1.0)
    (match,) = reading("weapons", "Arms came.").matches
    assert match.met_by == "Arms"
    assert 0 < match.credit < 1


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("Who built the stone lighthouse?", "Mary Hale built the stone lighthouse.", "Mary Hale built the lighthouse."),
        (
            "Who built the stone lighthouse?",
            "Mary Hale built the stone lighthouse.",
            "They built the stone lighthouse.",
        ),
        ("When was it built?", "It was built in 1871.", "It was built of granite."),
        ("What did Mary Hale pick?", "Mary Hale picked granite.", "Mary Hale left."),
        ("What did Mary Hale pick?", "Mary Hale picked granite.", "Tom picked granite."),
        ("Is the gate open?", "The gate is open.", "The gate"),
    ],
)
def test_the_better_answer_is_surer(question: str, better: str, worse: str) -> None:
    assert reading(question, better).confidence > reading(question, worse).confidence


def test_a_name_is_a_word_more_often_written_with_a_capital_inside_a_sentence() -> None:
    found = lexis(["Anna met Rose. The rose and the rose wilted.", "Here Anna left."], len)
    assert found == Lexis(len, frozenset({"Anna"}), frozenset({"anna"}))


@given(st.text(), st.text(), st.text(), st.text())
def test_any_reading_is_sure_from_0_to_1(question: str, text: str, lead: str, around: str) -> None:
    found = reading(question, text, "", lead, around)
    assert 0 <= found.confidence <= 1
    assert all(0 <= match.credit <= 1 for match in found.matches)
    assert [match.word for match in found.matches] == list(parse(question).words.values())
