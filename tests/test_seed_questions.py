"""The questions people asked about the shipped documents first: answered where they can be, refused where not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from retrieval import Answerer


class Seed(NamedTuple):
    """A question, and strings one of which a right quote holds; none where the documents do not say."""

    question: str
    answers: list[str]


SEEDS = [
    Seed(**json.loads(line))
    for line in (Path(__file__).parent / "data" / "seed_questions.jsonl").read_text("utf-8").splitlines()
]
ANSWERABLE = [seed for seed in SEEDS if seed.answers]
OTHERS = [seed for seed in SEEDS if not seed.answers]


def test_there_are_as_many_as_there_were() -> None:
    assert (len(ANSWERABLE), len(OTHERS)) == (18, 10)


def test_all_answerable_ones_are_answered_right(shipped_answerer: Answerer) -> None:
    misses = {}
    for seed in ANSWERABLE:
        citations = shipped_answerer.ask(seed.question).citations
        if not citations or not any(answer in citations[0].quote for answer in seed.answers):
            misses[seed.question] = citations[0].quote if citations else "refused"
    assert misses == {}


def test_nine_of_ten_others_are_refused(shipped_answerer: Answerer) -> None:
    answered = {}
    for seed in OTHERS:
        answer = shipped_answerer.ask(seed.question)
        if answer.answered:
            answered[seed.question] = answer.citations[0].quote
    assert len(answered) <= 1, answered


CHANGES: dict[str, Callable[[str], str]] = {
    "lower case": str.lower,
    "upper case": str.upper,
    "no question mark": lambda question: question.rstrip("?"),
    "white space around": lambda question: f"  {question}\n",
    "courteously": lambda question: f"Hello, {question} Thanks!",
    "curly quotes": lambda question: question.replace("'", "’").replace('"', "”"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_how_a_question_is_typed_matters_little(shipped_answerer: Answerer, change: Callable[[str], str]) -> None:
    wrong = [
        seed.question
        for seed in ANSWERABLE
        if not (citations := shipped_answerer.ask(change(seed.question)).citations)
        or not any(answer in citations[0].quote for answer in seed.answers)
    ]
    assert len(wrong) <= 2, wrong
