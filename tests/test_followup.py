"""Questions that lean on the one before them, and those that do not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer
from retrieval.followup import LONGEST, leans, resolve

NAMES = frozenset({"putin", "kim", "hanoi", "vietnam", "mari", "hale", "rome"})
PLACES = {"Hanoi": True, "Vietnam": True, "Kim": False}
SEEDS = [
    json.loads(line)["question"]
    for line in (Path(__file__).parent / "data" / "seed_questions.jsonl").read_text("utf-8").splitlines()
]
BUILT = "Who built the stone lighthouse?"


@pytest.mark.parametrize(
    "question",
    [
        *("when?", "And why?", "where", "by whom?", "since when?", "how many?", "how many of them?", "which one?"),
        *("why did he?", "why not?", "Why didn't they?"),
        *("what about Hanoi?", "How about the tower?", "and in 2023?", "and Kim?", "but on Sundays?", "or Rome?"),
        *("and who signed it?", "who signed it?", "When did she build it?", "what is his name?", "who lives there?"),
        *("how old is she?", "which weapons did he send?", "tell me about her", "who said that?", "and who paid?"),
    ],
)
def test_what_leans(question: str) -> None:
    assert leans(question, NAMES)


@pytest.mark.parametrize(
    "question",
    [
        *("Who built the tower?", "hello", "thanks", "who are you?"),
        *("And who is the mayor of Rome?", "So when did Putin visit Vietnam?", "And who was Mary Hale?", "and"),
        *("What did Putin say about his visit?", "Does the museum say who founded it?", "Who lost his hat?"),
        *(
            "Is it true that Putin visited Hanoi?",
            "What time is it?",
            "How cold was it?",
            "Will it rain?",
            "How long does it take to pay?",
        ),
        *("Who said that Seoul would rethink?", "How many arches are there on the bridge?", "Can I bring a dog?"),
        *("", "?", "…", "it", "and it's a fine day for all of us here", "越南呢？", "x" * LONGEST + " when?"),
    ],
)
def test_what_stands_by_itself(question: str) -> None:
    assert not leans(question, NAMES)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_people_asked_first_stands_by_itself(seed: str) -> None:
    assert not leans(seed, NAMES)


@pytest.mark.parametrize(
    ("last", "words", "question", "resolved"),
    [
        # only the kind of answer is new
        (BUILT, "Mary Hale", "and when?", "when Mary Hale built the stone lighthouse"),
        (BUILT, None, "and when?", "when built the stone lighthouse"),
        ("Who was Count Morav?", "its owner", "when?", "when was Count Morav"),
        (BUILT, "Mary Hale", "why did she?", "why Mary Hale built the stone lighthouse"),
        ("When did Putin visit Vietnam?", "Thursday", "why?", "why did Putin visit Vietnam"),
        ("Which bridges did Mary Hale build?", None, "when?", "when did Mary Hale build bridges"),
        # a pronoun stands for what was asked about first, or for the answer
        (BUILT, "Mary Hale", "When did it open?", "When did stone lighthouse open"),
        (BUILT, "Mary Hale", "how old is she?", "how old is Mary Hale"),
        (BUILT, None, "how old is she?", None),
        ("How much does a ticket cost?", "4 dollars", "why did she leave?", None),
        ("When does the gate open?", "Saturdays", "why did he leave?", None),
        ("Which engineer drew the plan?", "Mary Hale", "why did she leave?", "why did Mary Hale leave"),
        (BUILT, None, "who said that?", "who said built the stone lighthouse"),
        ("When did Putin visit Vietnam?", "Thursday", "What did he say?", "What did Putin say"),
        ("What did Putin sign?", "a new pact", "and who wrote it?", "who wrote a new pact"),
        ("Who is the mayor of Rome?", "Mary Hale", "what is his wife called?", "what is Mary Hale's wife called"),
        ("What did Putin and Kim sign?", "a pact", "when did they sign it?", "when did Putin and Kim sign a pact"),
        ("Where did Putin speak?", "Hanoi", "who lives there?", "who lives Hanoi"),
        # two pronouns never stand for the same: one that is left over stays as it is
        ("Where is Mary Hale's mill?", None, "when did she sell it?", "when did Mary Hale sell mill"),
        ("Where is Mary Hale's Mill?", None, "when did she sell it?", "when did Mary Hale sell Mill"),
        ("Did Mary Hale's mill burn?", None, "when did she build it?", "when did Mary Hale build mill"),
        ("What did Mary Hale build?", None, "when did she sell it?", "when did Mary Hale sell it"),
        ("When did Putin visit Vietnam?", None, "what did he tell her?", "what did Putin tell her"),
        ("What did Putin say about Kim?", None, "why did he meet him?", "why did Putin meet Kim"),
        ("When did Putin visit Kim?", None, "what did he say of his plans?", "what did Putin say of Putin's plans"),
        ("How was the auction?", None, "when did she sell it?", "when did she sell auction"),
        # nor do they lose who did it, further on
        ("when Mary Hale built the mill", "1871", "why did she sell it?", "why did Mary Hale sell mill"),
        ("when the two owners sold the mill", "1871", "why did they sell it?", "why did two owners sell mill"),
        # an addition takes the place of its like
        ("How much does a day ticket cost?", "4 dollars", "and a locker?", "How much does a locker cost"),
        ("Did the museum open in 1950?", None, "and in 1960?", "Did the museum open in 1960"),
        ("Who is the mayor of Rome?", None, "what about Hanoi?", "Who is the mayor of Hanoi"),
        ("IN 1950 WHO WAS MAYOR?", None, "and in 1960?", "in 1960 WHO WAS MAYOR"),
        ("When did Putin visit Vietnam?", None, "and Hanoi?", "When did Putin visit Hanoi"),
        ("When did Putin visit Vietnam?", None, "what about Kim?", "When did Kim visit Vietnam"),
        # where it is not plain which, all of it is asked for
        ("When did Putin visit Vietnam?", None, "and Oslo?", "When did Putin visit Vietnam Oslo"),
        ("When did Putin visit Vietnam?", None, "and who paid?", "who paid Putin Vietnam"),
        ("How many books may I borrow?", "12", "and films?", "How many films may I borrow"),
        # what belongs together is taken together
        ("How much does the Studio plan cost?", None, "and the Team plan?", "How much does the Team plan cost"),
        ("What does error E-207 mean?", None, "and E-311?", "What does error E-311 mean"),
        ("What was the first bridge made of?", None, "when did it fall?", "when did first bridge fall"),
        ("Who was Count Morav?", "its owner", "when did he leave?", "when did Count Morav leave"),
        ("What does the winner of the race get?", "an eel", "who is it?", "who is winner of the race"),
        ("who is Tom Reed?", None, "when does he retire?", "when does Tom Reed retire"),
        ("with whom Mary Hale built the mill", None, "what about the tower?", "with whom Mary Hale built the tower"),
        ("Which country has won the war?", "Oslo", "what did it lose?", "what did Oslo lose"),
    ],
)
def test_resolved(last: str, words: str | None, question: str, resolved: str | None) -> None:
    assert leans(question, NAMES)
    assert resolve(question, last, words, NAMES, PLACES.get) == resolved


@pytest.mark.parametrize(
    ("after", "question", "words"),
    [
        (BUILT, "when?", "Mary Hale built the stone lighthouse in 1871."),
        (BUILT, "Why did she pick granite?", "because storms had wrecked a wooden tower"),
        ("What does the ferry carry?", "how many?", "40"),
        ("When does the gate open?", "and the ferry?", None),
    ],
)
def test_asked_of_the_documents(answerer: Answerer, after: str, question: str, words: str | None) -> None:
    answer = answerer.ask(question, after=after)
    assert answer.leaning_on == after
    assert answer.answered == (words is not None)
    assert not words or words in answer.citations[0].quote


@pytest.mark.parametrize(
    ("after", "question", "words"),
    [
        ("Who is the US State Department spokesman?", "What did he say?", "Miller"),
        ("When did the Korean War end?", "how?", "with an armistice rather than a peace treaty"),
        ("What did Putin and Kim Jong Un sign?", "and where?", "During his rare visit to Pyongyang"),
        ("Which country has only supplied non-lethal aid?", "why is it considering arming Kyiv?", "in response to"),
        ("Who is the US State Department spokesman?", "when was he born?", None),
        ("Which country has only supplied non-lethal aid?", "and to Hanoi?", None),
        ("Did Putin visit Vietnam?", "and Japan?", None),
        ("Did Putin visit Vietnam?", "and Pyongyang?", "During his rare visit to Pyongyang"),
        ("Did Putin visit Vietnam?", "and Kim Jong Un?", None),
        ("Did Putin visit Vietnam?", "what about Hanoi?", None),
    ],
)
def test_asked_of_the_shipped_documents(
    shipped_answerer: Answerer, after: str, question: str, words: str | None
) -> None:
    citations = shipped_answerer.ask(question, after=after).citations
    assert bool(citations) == (words is not None)
    assert not words or words in citations[0].quote


def test_a_chain_carries_what_it_is_about(answerer: Answerer) -> None:
    first = answerer.ask(BUILT)
    second = answerer.ask("and when?", after=first.standing)
    third = answerer.ask("why did she?", after=second.standing)
    assert [answer.leaning_on for answer in (first, second, third)] == [
        *(None, BUILT, "when Mary Hale built the stone lighthouse")
    ]
    assert third.standing == "why Mary Hale built the stone lighthouse"


def test_what_could_not_be_resolved_is_nothing_to_lean_on(answerer: Answerer) -> None:
    alone = answerer.ask("Why did she vanish?")
    assert (alone.leaning_on, alone.standing) == (None, None)
    assert answerer.ask("and when?", after="Why did she vanish?").leaning_on is None
    kept = answerer.ask("Why did she vanish?", after="and when?")
    assert (kept.leaning_on, kept.standing) == (None, "and when?")
    priced = "How much does a ticket cost?"
    kept = answerer.ask("Why did she vanish?", after=priced)
    assert (kept.leaning_on, kept.standing) == (None, priced)


def test_a_chain_does_not_grow_for_ever(answerer: Answerer) -> None:
    standing: str | None = BUILT
    for _ in range(50):
        standing = answerer.ask("and Kim?", after=standing).standing
    assert standing is not None
    assert len(standing) <= LONGEST + len(" Kim")


ANY = st.text() | st.lists(
    st.sampled_from(f"{BUILT} and when why did she it its there he what about 1871 in on the ferry Kim ?".split())
).map(" ".join)


@given(ANY.filter(str.strip), ANY)
def test_what_stands_by_itself_is_answered_as_if_nothing_had_been_asked(
    answerer: Answerer, question: str, after: str
) -> None:
    answer, alone = answerer.ask(question, after=after), answerer.ask(question)
    if answer.leaning_on is None:
        assert answer == (alone if alone.standing else replace(alone, standing=after))
    else:
        assert (answer.question, answer.leaning_on) == (question, after)
        assert not answer.answered or answerer.ask(answer.read).answered
