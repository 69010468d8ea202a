"""The things a question can want, found by their marks."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import entities
from retrieval.entities import Entity

Finder = Callable[[str, frozenset[str]], Iterator[Entity]]
FINDERS: list[Finder] = [
    entities.people,
    entities.places,
    entities.dates,
    entities.numbers,
    entities.causes,
    entities.conditions,
    entities.manners,
]
NAMES = frozenset({"Mary", "Hale"})


@pytest.mark.parametrize(
    ("finder", "text", "found"),
    [
        (entities.people, "Mary Hale built it.", ["Mary Hale"]),
        (entities.people, "The keeper, Mary Hale, left.", ["Mary Hale"]),
        (entities.people, "Then Joan of Arc came.", ["Joan of Arc"]),
        (entities.people, "It opened on Monday.", []),
        (entities.people, "Nobody left.", []),  # a capital because the sentence begins
        (entities.people, "", []),
        (entities.dates, "It ended in 1953.", ["1953"]),
        (entities.dates, "It was 21 June 2024, or June 22, 2024.", ["21 June 2024", "June 22, 2024"]),
        (entities.dates, "It is 2024-06-21.", ["2024-06-21"]),
        (entities.dates, "From 9 a.m. or 10:30 pm", ["9 a.m.", "10:30 pm"]),
        (entities.dates, "It runs every Monday.", ["every Monday"]),
        (entities.dates, "It began in the spring of 1871.", ["in the spring of 1871"]),
        (entities.dates, "It may rain.", []),
        (entities.numbers, "40 passengers paid $4 or 1,000 yen", ["40", "$4", "1,000"]),
        (entities.numbers, "Forty-two cats, 3.5 percent", ["Forty-two", "3.5 percent"]),
        (entities.numbers, "The G7 met.", []),
        (entities.causes, "He left because it rained. He ran.", ["because it rained"]),
        (entities.causes, "due to snow; then", ["due to snow"]),
        (entities.conditions, "Use it only if it rains, please.", ["only if it rains"]),
        (entities.conditions, "It stays unless he comes.", ["unless he comes"]),
        (entities.manners, "He won by running fast, they say.", ["by running fast"]),
        (entities.manners, "Open it with a key.", ["with a key"]),
    ],
)
def test_finders(finder: Finder, text: str, found: list[str]) -> None:
    assert [text[entity.start : entity.end] for entity in finder(text, NAMES)] == found


def test_a_name_after_a_preposition_of_place_is_a_place_rather_than_a_person() -> None:
    text = "Mary met Ann in Rome."
    person = {text[e.start : e.end]: e.strength for e in entities.people(text, NAMES)}
    place = {text[e.start : e.end]: e.strength for e in entities.places(text, NAMES)}
    assert person["Rome"] < person["Ann"]
    assert place["Rome"] > place["Ann"]


def test_a_year_is_a_number_only_loosely() -> None:
    (count, year) = entities.numbers("40 goats in 1953", NAMES)
    assert count.strength == 1.0 > year.strength


@pytest.mark.parametrize(
    ("text", "found"),
    [('“Yes” and "no".', ["Yes", "no"]), ("«oui» „ja“", ["oui", "ja"]), ("“not closed", ["not closed"]), ("none", [])],
)
def test_quotations(text: str, found: list[str]) -> None:
    assert [text[entity.start : entity.end] for entity in entities.quotations(text)] == found


@pytest.mark.parametrize(
    ("number", "units"),
    [
        ("4 dollars", (True, False, False)),
        ("€4", (True, False, False)),
        ("40 years old", (False, True, False)),
        ("12 metres", (False, False, True)),
        ("7 goats", (False, False, False)),
    ],
)
def test_units(number: str, units: tuple[bool, bool, bool]) -> None:
    assert (entities.is_money(number), entities.is_duration(number), entities.is_length(number)) == units


def test_proper_names_are_those_no_sentence_begins_with() -> None:
    assert list(entities.proper_names("The boats of Gull Point. Mary left Mary Hale’s “House”.")) == [
        "Gull",
        "Point",
        "Mary",
        "Hale",
    ]


@given(st.text() | st.text("AaB .,“”1'’-é\n"))
def test_whatever_is_found_lies_in_the_text(text: str) -> None:
    found = [entity for finder in FINDERS for entity in finder(text, NAMES)] + list(entities.quotations(text))
    for entity in found:
        assert 0 <= entity.start < entity.end <= len(text)
        assert 0 <= entity.strength <= 1
