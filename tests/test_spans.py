"""Which words of a sentence answer a question; none where that is not sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question import parse
from retrieval.spans import highlight, offers

NAMES = frozenset({"Mary", "Hale", "Seal", "Island"})


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who built the lighthouse?", "Mary Hale built the lighthouse in 1871.", "Mary Hale"),
        ("Who built the lighthouse?", "The lighthouse was built by Mary Hale in 1871.", "Mary Hale"),
        ("Who is the keeper?", "The keeper, Mary Hale, left.", "Mary Hale"),
        ("When was the lighthouse built?", "Mary Hale built the lighthouse in 1871.", "1871"),
        ("When did the war end?", "The war ended in 1953 with an armistice.", "1953"),
        ("How many passengers does the ferry carry?", "The ferry carries 40 passengers to Seal Island.", "40"),
        ("How much does a ticket cost?", "A ticket costs 4 dollars.", "4 dollars"),
        ("How long is the bridge?", "The bridge is 40 metres long.", "40 metres"),
        ("How old is the tower?", "The tower is 150 years old.", "150 years"),
        ("Where does the ferry go?", "The ferry goes to Seal Island.", "Seal Island"),
        ("Where does the ferry go?", "The ferry carries the mail of Port Ellen.", None),
        ("Who is Mary Hale?", "The keeper was Tom Reed, whom the harbour master Mary Hale knew.", None),
        ("Who is Mary Hale?", "Tom Reed asked Governor Mary Hale.", "Governor"),
        ("Who built the harbour?", "The U.S. Navy built the harbour.", "The U.S. Navy"),
        ("Who founded the club?", "Dr. Smith founded the club.", "Dr. Smith"),
        ("Who beat Maria?", "Maria beat Julia.", None),
        ("Why did she choose granite?", "She chose granite because the sea was rough.", "because the sea was rough"),
        ("Under what condition is entry free?", "Entry is free if it rains.", "if it rains"),
        ("How do I open the door?", "Open the door by turning the key.", "by turning the key"),
        ("What did the mayor say?", "The mayor said, “the harbour will grow again.”", "the harbour will grow again"),
        ("Which resolutions could it violate?", "It could violate UN Council resolutions.", "UN Council resolutions"),
        ("What provoked anger?", "The pact provoked anger in the town.", "The pact"),
        ("Is the tower open?", "The tower opens at 9 a.m. on Saturdays.", None),  # yes and no are nowhere to be marked
        ("Who built the lighthouse?", "The weather was fine.", None),
        ("When did the war end?", "The war was long.", None),
        ("How many cats are there?", "There are cats.", None),
        ("Who built the lighthouse?", "", None),
        ("?", "Mary Hale left.", None),
    ],
)
def test_highlight(question: str, sentence: str, words: str | None) -> None:
    span = highlight(parse(question), sentence, NAMES)
    assert (None if span is None else sentence[slice(*span)]) == words


@pytest.mark.parametrize(
    ("question", "with_it", "without"),
    [
        ("When did the war end?", "The war ended in 1953.", "The war was long."),
        ("Who built it?", "It was built by Mary Hale.", "It was built."),
        ("How many goats are there?", "There are 40 goats.", "There are goats."),
        ("Why did it fall?", "It fell because of the storm.", "It fell."),
        ("Which resolutions could it violate?", "It could violate UN resolutions.", "It could violate rules."),
    ],
)
def test_a_sentence_with_the_kind_wanted_offers_more(question: str, with_it: str, without: str) -> None:
    parsed = parse(question)
    assert offers(parsed, with_it, "", NAMES) > offers(parsed, without, "", NAMES)


def test_whom_a_pronoun_means_is_offered_by_the_lead() -> None:
    question = parse("Who chose granite?")
    assert offers(question, "She chose granite.", "Mary Hale built it.", NAMES) > offers(
        question, "She chose granite.", "", NAMES
    )


OPENINGS = ["", "Which ", "What did ", "Who ", "How many ", "Under what condition "]


@given(st.sampled_from(OPENINGS), st.text("Aab1.,“”'’ é-\n$") | st.text(), st.text("Aab1.,“”'’ é-\n$") | st.text())
def test_a_highlight_lies_in_the_sentence(opening: str, rest: str, sentence: str) -> None:
    span = highlight(parse(opening + rest), sentence, NAMES)
    if span is not None:
        words = sentence[slice(*span)]
        assert words == words.strip() != ""
        assert 0 <= span[0] < span[1] <= len(sentence)
