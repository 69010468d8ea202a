"""Sources that disagree: claimed where it can be seen, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document
from retrieval import Answer, Answerer
from retrieval.disagreement import Said, agree, answering, differ
from retrieval.question import Want
from retrieval.rows import Row

MISSILES = "How many missiles were fired at the port?"
TOWER = "When was the stone tower built?"
BUILDER = "Who built the stone tower?"


def asked(question: str, *texts: str, limit: int = 3) -> Answer:
    """The answer from documents of one sentence each, with one more beside it."""
    documents = [Document(f"{n}.txt", "", None, f"{text} So it is.") for n, text in enumerate(texts)]
    return Answerer(documents).ask(question, limit=limit)


def shape(answer: Answer) -> list[tuple[str, bool, bool]]:
    """Which documents are cited, and how: as an echo, as differing."""
    return [(citation.document.id[0], citation.echo, citation.differs) for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (MISSILES, "The army fired 20 missiles at the port.", "The army fired 30 missiles at the port."),
        (MISSILES, "The army fired 20 missiles at the port.", "On Friday the army fired 30 missiles at the port."),
        (MISSILES, "The army fired twenty missiles at the port.", "The army fired 30 missiles at the port."),
        ("How much does a ticket cost?", "A ticket costs 4 dollars.", "A ticket costs $5."),
        (TOWER, "The stone tower was built by Mary in 1871.", "The stone tower was built by Mary in 1875."),
        (TOWER, "The stone tower was built on 19 June.", "The stone tower was built on June 20."),
        (BUILDER, "The stone tower was built by Mary Hale.", "The stone tower was built by John Fenn."),
        (BUILDER, "The stone tower was built by Dr. Mary Hale.", "The stone tower was built by President John Fenn."),
        ("How many degrees has the cellar?", "The cellar has −5 degrees today.", "The cellar has 5 degrees today."),
        ("How many degrees has the cellar?", "The cellar has minus 5 degrees.", "The cellar has 5 degrees."),
    ],
)
def test_both_are_shown_and_marked(question: str, first: str, second: str) -> None:
    assert sorted(shape(asked(question, first, second))) == [("0", False, True), ("1", False, True)]


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        # the same, written otherwise
        (MISSILES, "The army fired 4,200 missiles at the port.", "The army fired 4200 missiles at the port."),
        (MISSILES, "The army fired twenty missiles at the port.", "The army fired 20 missiles at the port."),
        ("How much does a ticket cost?", "A ticket costs 4 dollars.", "A ticket costs $4."),
        (TOWER, "The stone tower was built on 19 June.", "The stone tower was built on June 19."),
        (BUILDER, "The stone tower was built by Mary Hale.", "The stone tower was built by Mary Ann Hale."),
        # what cannot be compared
        (MISSILES, "The army fired about 20 missiles at the port.", "The army fired 30 missiles at the port."),
        (MISSILES, "The army fired 20 missiles at the port.", "The army fired at least 10 missiles at the port."),
        (MISSILES, "The army fired 1.200 missiles at the port.", "The army fired 1200 missiles at the port."),
        (TOWER, "The stone tower was built on June 19.", "The stone tower was built on Wednesday."),
        (TOWER, "The stone tower was built in June 1871.", "The stone tower was built in 1871."),
        (BUILDER, "The stone tower was built by Mary Hale.", "The stone tower was built by Romans."),
        (BUILDER, "The stone tower was built by President Hale.", "The stone tower was built by Mary Hayle."),
        (BUILDER, "The stone tower was built by Dr. Hale.", "The stone tower was built by Professor Fenn."),
        (BUILDER, "The stone tower was built by Gen. Hale.", "The stone tower was built by John Fenn."),
        # another thing, time or place
        (MISSILES, "The army fired 20 missiles at the port.", "The army fired 30 shells at the port."),
        (
            MISSILES,
            "In 1950 the army fired 20 missiles at the port.",
            "In 1960 the army fired 30 missiles at the port.",
        ),
        (MISSILES, "In Rome they fired 20 missiles at the port.", "In Oslo they fired 30 missiles at the port."),
        (
            MISSILES,
            "The army fired 20 missiles at the port.",
            "The old port of the town has 30 missiles on show today.",
        ),
    ],
)
def test_no_difference_is_claimed(question: str, first: str, second: str) -> None:
    answer = asked(question, first, second)
    assert answer.answered
    assert not any(citation.differs for citation in answer.citations)


def said(text: str, words: str) -> Said:
    """A passage with these words marked."""
    start = text.index(words)
    return Said(Document("a.txt", "", None, text), 0, len(text), (start, start + len(words)))


@pytest.mark.parametrize(
    ("want", "one", "other", "same"),
    [
        (Want.AMOUNT, said("It was −5 °C there.", "5 °C"), said("It was 5 °C there.", "5 °C"), False),
        (Want.AMOUNT, said("It was -5 °C there.", "-5 °C"), said("It was −5 °C there.", "5 °C"), True),
        (Want.AMOUNT, said("From 3-5 °C.", "5 °C"), said("It was 5 °C there.", "5 °C"), True),
        (Want.AMOUNT, said("A man – 5 °C.", "5 °C"), said("It was 5 °C there.", "5 °C"), True),
        (Want.COUNT, said("The 1,000 men left.", "1,000"), said("The 1000 men left.", "1000"), True),
        (Want.COUNT, said("The -20 points.", "20"), said("The 20 points.", "20"), False),
        (Want.PERSON, said("By President Hale.", "President Hale"), said("By Mary Hale.", "Mary Hale"), True),
        (
            Want.PERSON,
            said("By President Hale.", "President Hale"),
            said("By President Fenn.", "President Fenn"),
            False,
        ),
    ],
)
def test_whether_the_words_that_answer_are_the_same(want: Want, one: Said, other: Said, same: bool) -> None:
    assert agree(want, one, other) is same


def test_a_third_source_stands_with_the_one_it_agrees_with() -> None:
    texts = ("The ferry carries 40 cars.", "The ferry carries 60 cars.", "The ferry carries forty cars.")
    assert shape(asked("How many cars does the ferry carry?", *texts)) == [
        ("0", False, True),
        ("2", True, False),
        ("1", False, True),
    ]


def test_what_only_says_it_again_gives_way_to_what_differs() -> None:
    texts = ["The ferry carries 40 cars."] * 4 + ["The ferry carries 60 cars."]
    answer = asked("How many cars does the ferry carry?", *texts)
    assert [citation.differs for citation in answer.citations if not citation.echo] == [True, True]
    assert len(answer.citations) == 3


def test_one_quote_alone_still_says_that_there_is_another() -> None:
    texts = ("A ticket costs 4 dollars.", "A ticket costs 5 dollars.")
    assert shape(asked("How much does a ticket cost?", *texts, limit=1)) == [("0", False, True)]


def test_two_places_of_one_document() -> None:
    text = "The ferry carries 40 cars. It is red.\n\nHarbour\n\nThe ferry carries 60 cars. It is old."
    answer = Answerer([Document("a.txt", "", None, text)]).ask("How many cars does the ferry carry?")
    assert shape(answer) == [("a", False, True), ("a", False, True)]


def test_the_shipped_documents_do_not_contradict_each_other(shipped_answerer: Answerer) -> None:
    for question in ("When did Putin threaten North Korea?", "Who is the president of Russia?", "What did Putin say?"):
        assert not any(citation.differs for citation in shipped_answerer.ask(question).citations)


WORDS = [
    *(
        "20",
        "30",
        "twenty",
        "$4",
        "4",
        "dollars",
        "%",
        "in",
        "June",
        "1871",
        "19",
        "on",
        "Friday",
        "about",
        "Mary Hale",
    ),
    *("John Fenn", ".", ",", "built", "fired", "½", "２", "1,000,5", "2.500"),
]


@given(
    st.sampled_from(Want),
    *[st.text(min_size=1) | st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join)] * 2,
    st.integers(0, 20),
    st.integers(1, 20),
)
def test_any_two_passages(want: Want, one: str, other: str, start: int, length: int) -> None:
    said = []
    for text in (one, other):
        if text.strip():
            row = Row(Document("a.txt", "", None, text), 0, 0, len(text), "", None, (0, len(text)))
            said.append(answering(want, row, (min(start, row.end), min(start + length, row.end))))
    if len(said) == 2 and said[0] and said[1]:
        assert not differ(want, said[0], said[0], len)
        assert differ(want, said[0], said[1], len) == differ(want, said[1], said[0], len)
        assert not (differ(want, said[0], said[1], len) and agree(want, said[0], said[1]))
