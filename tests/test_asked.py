"""What was asked: kept whole, for a while, and counted without a word of who asked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from conftest import Clock, everything
from hypothesis import given
from hypothesis import strategies as st
from test_store import at_once

from bot import asked as module
from bot.asked import KEPT, Asked, Cited, Day, Deed, Disliked, Questions, Quoted, Statistics, Unanswered
from bot.store import Store

NUMBERS = count()
TODAY = date(2024, 3, 1)
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC).timestamp()

CAT = Quoted("cats/a.txt", "Cats", 10, 20, "A cat sat.", (12, 15))
DOG = Quoted("b.txt", "Dogs", 0, 10, "A dog ran.", None)
QUESTION = Asked("a", 1, 2, 3, NOON, "cat?", None, "cat?", None, False, False, True, 0.9, (CAT, DOG))

TEXT = st.text()
IDS = st.integers(1, 2**63 - 1)
QUOTES = st.builds(
    Quoted,
    document=TEXT,
    title=TEXT,
    start=st.integers(0, 10**9),
    end=st.integers(0, 10**9),
    quote=TEXT,
    highlight=st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
)
ASKED = st.builds(
    Asked,
    id=st.builds(lambda: f"any {next(NUMBERS)}"),
    guild=st.none() | IDS,
    channel=IDS,
    person=IDS,
    at=st.floats(0, 1e11),
    question=TEXT,
    document=st.none() | TEXT,
    read=TEXT,
    standing=st.none() | TEXT,
    private=st.booleans(),
    words_only=st.booleans(),
    answered=st.booleans(),
    confidence=st.floats(0, 1),
    quotes=st.lists(QUOTES, max_size=4).map(tuple),
)


@pytest.fixture
def questions(store: Store, clock: Clock) -> Questions:
    clock.now = NOON
    return Questions(store, clock)


@given(ASKED)
def test_what_was_asked_is_kept_whole(lasting_store: Store, asked: Asked) -> None:
    questions = Questions(lasting_store)
    questions.add(asked)
    found = questions.find(asked.id)
    assert found == asked
    assert [type(getattr(found, field.name)) for field in fields(Asked)] == [
        type(getattr(asked, field.name)) for field in fields(Asked)
    ]


def test_what_is_not_kept_is_not_found(questions: Questions) -> None:
    assert questions.find("a") is None


def test_half_a_character_is_kept_as_none(questions: Questions) -> None:
    questions.add(replace(QUESTION, question="cat\ud83d?", read="\udc08", standing="\udc08 cat"))
    assert questions.find("a") == replace(QUESTION, question="cat\ufffd?", read="\ufffd", standing="\ufffd cat")


def test_the_last_question_of_a_person_in_a_channel(questions: Questions) -> None:
    for asked in [
        replace(QUESTION, id="older", at=NOON - 60),
        replace(QUESTION, id="last", at=NOON - 50),
        replace(QUESTION, id="at the same time", at=NOON - 50),
        replace(QUESTION, id="words", at=NOON - 10, words_only=True),
        replace(QUESTION, id="elsewhere", at=NOON - 10, channel=9),
        replace(QUESTION, id="another's", at=NOON - 10, person=9),
        replace(QUESTION, id="long ago", at=NOON - 600, channel=8, guild=None, quotes=()),
    ]:
        questions.add(asked)
    assert questions.last(3, 2, 50) == replace(QUESTION, id="at the same time", at=NOON - 50)
    assert questions.last(3, 2, 49) is None
    assert questions.last(3, 8, 900) == replace(
        QUESTION, id="long ago", at=NOON - 600, channel=8, guild=None, quotes=()
    )
    assert questions.last(4, 2, 900) is None


def disliked(questions: Questions) -> tuple[Disliked, ...]:
    return questions.statistics(1, 1, TODAY).disliked


def test_of_each_person_the_last_vote_counts(questions: Questions) -> None:
    questions.add(QUESTION)
    bad = (Disliked("cat?", "A cat sat.", "cats/a.txt"),)
    assert questions.vote("a", 5, good=False)
    assert questions.vote("a", 6, good=False)
    assert disliked(questions) == bad, "listed once"
    assert questions.vote("a", 5, good=True)
    assert disliked(questions) == bad
    assert questions.vote("a", 6, good=True)
    assert disliked(questions) == ()


def test_a_vote_on_what_is_not_kept(store: Store, questions: Questions) -> None:
    assert not questions.vote("a", 5, good=False)
    assert everything(store)["votes"] == 0


DEEDS: tuple[Deed, Deed] = ("shared", "forwarded")


@pytest.mark.parametrize(("deed", "other"), [DEEDS, DEEDS[::-1]])
def test_of_many_at_once_one_is_the_first(questions: Questions, deed: Deed, other: Deed) -> None:
    questions.add(QUESTION)
    questions.add(replace(QUESTION, id="b"))
    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(questions.claim, ["a"] * 16, [deed] * 16)) == [False] * 15 + [True]
    assert [questions.claim("b", deed), questions.claim("none", deed)] == [True, False]
    assert questions.claim("a", other), "the one is not the other"


def test_what_was_not_done_after_all_may_be_done(questions: Questions) -> None:
    questions.add(QUESTION)
    for _ in range(2):
        assert questions.claim("a", "shared")
        questions.release("a", "shared")


SHARE = """
import sys
from pathlib import Path
from bot.asked import Questions
from bot.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
input()
print(Questions(store).claim("a", "shared"))
store.close()
"""


def test_of_two_processes_one_is_the_first(questions: Questions, tmp_path: Path) -> None:
    questions.add(QUESTION)
    assert sorted(at_once(SHARE, tmp_path / "data", 2)) == ["False\n", "True\n"]


def test_a_person_is_forgotten_everywhere(store: Store, questions: Questions) -> None:
    for identifier, guild, person in [("a", 1, 3), ("b", None, 3), ("c", 2, 3), ("d", 1, 4)]:
        questions.add(replace(QUESTION, id=identifier, guild=guild, person=person))
        questions.vote(identifier, 3, good=False)
        questions.vote(identifier, 4, good=False)
    assert questions.forget(3) == 3
    assert [questions.find(identifier) for identifier in "abc"] == [None] * 3
    assert questions.find("d") == replace(QUESTION, id="d", person=4)
    rows = everything(store)
    assert (rows["questions"], rows["quotes"], rows["votes"]) == (1, 2, 1)
    assert [tuple(row) for row in store.read("SELECT asked, person FROM votes")] == [("d", 4)]
    assert questions.forget(3) == 0


def test_what_a_person_had_deleted_is_in_no_file(questions: Questions, tmp_path: Path) -> None:
    def holds() -> bool:
        return any(b"a secret" in path.read_bytes() for path in (tmp_path / "data").iterdir())

    questions.add(replace(QUESTION, question="a secret " * 200))
    assert holds()
    questions.forget(3)
    assert not holds()


def test_a_question_is_kept_so_long(store: Store, questions: Questions, clock: Clock) -> None:
    questions.add(QUESTION)
    questions.add(replace(QUESTION, id="b", at=NOON + 1))
    questions.vote("a", 5, good=True)
    clock.now = NOON + KEPT
    assert questions.expire() == 0
    clock.now += 1
    assert questions.expire() == 1
    assert (questions.find("a"), questions.find("b")) == (None, replace(QUESTION, id="b", at=NOON + 1))
    assert everything(store)["votes"] == 0


def test_statistics_of_nothing(questions: Questions) -> None:
    nothing = Statistics((Day(date(2024, 2, 29), 0, 0), Day(TODAY, 0, 0)), (), (), ())
    assert questions.statistics(1, 2, TODAY) == nothing
    assert (nothing.answered_count, nothing.unanswered_count) == (0, 0)


def test_the_title_is_the_one_it_was_cited_by_last(questions: Questions) -> None:
    for identifier, at, title in [("new", NOON - 10, "All cats"), ("old", NOON - 20, "Cats")]:
        questions.add(replace(QUESTION, id=identifier, at=at, quotes=(replace(CAT, title=title), DOG)))
    assert questions.statistics(1, 1, TODAY).cited == (Cited("b.txt", "Dogs", 2), Cited("cats/a.txt", "All cats", 2))


def test_no_more_is_listed_than_may_be(questions: Questions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LISTED", 2)
    monkeypatch.setattr(module, "LISTED_UNANSWERED", 2)
    for number in range(4):
        asked = replace(QUESTION, at=NOON + number, question=f"{number}", quotes=(replace(DOG, document=f"{number}"),))
        questions.add(replace(asked, id=f"answered {number}"))
        questions.add(replace(asked, id=f"unanswered {number}", answered=False))
        questions.vote(f"answered {number}", 1, good=False)
    found = questions.statistics(1, 1, TODAY)
    assert found == Statistics(
        (Day(TODAY, 4, 4),),
        (Unanswered("3", NOON + 3), Unanswered("2", NOON + 2)),
        (Cited("0", "Dogs", 1), Cited("1", "Dogs", 1)),
        (Disliked("3", "A dog ran.", "3"), Disliked("2", "A dog ran.", "2")),
    )
    assert (found.answered_count, found.unanswered_count) == (4, 4)


def moment(days: int, seconds: float) -> float:
    """So many days before today's midnight (UTC), and so many seconds after that."""
    return datetime(2024, 3, 1, tzinfo=UTC).timestamp() - days * 86_400 + seconds


SEEN = st.lists(
    st.tuples(
        st.builds(
            Asked,
            id=st.just(""),
            guild=st.sampled_from([1, 2, None]),
            channel=st.just(2),
            person=st.just(3),
            at=st.builds(
                moment,
                st.integers(-1, 4),
                st.floats(0, 86_400, exclude_max=True) | st.sampled_from([0.0, 86_399.9999]),
            ),
            question=st.sampled_from(["cat?", "dog?"]),
            document=st.none(),
            read=st.just(""),
            standing=st.none(),
            private=st.booleans(),
            words_only=st.booleans(),
            answered=st.booleans(),
            confidence=st.just(0.5),
            quotes=st.lists(st.sampled_from([CAT, DOG, replace(CAT, start=9)]), max_size=3).map(tuple),
        ),
        st.dictionaries(st.integers(1, 3), st.booleans()),
    ),
    max_size=12,
    unique_by=lambda seen: seen[0].at,
)


@given(SEEN, st.integers(1, 4))
def test_statistics_count_what_was_asked(
    lasting_store: Store, seen: list[tuple[Asked, dict[int, bool]]], days: int
) -> None:
    with lasting_store.writing() as connection:
        connection.execute("DELETE FROM questions")
    questions = Questions(lasting_store)
    for number, (asked, votes) in enumerate(seen):
        questions.add(replace(asked, id=f"seen {number}"))
        for person, good in votes.items():
            questions.vote(f"seen {number}", person, good)
    dates = [TODAY - timedelta(before) for before in reversed(range(days))]
    newest_first = [
        (asked, votes)
        for asked, votes in sorted(seen, key=lambda seen: -seen[0].at)
        if asked.guild == 1 and not asked.words_only and datetime.fromtimestamp(int(asked.at), UTC).date() in dates
    ]
    of_day = {
        day: [asked.answered for asked, _ in newest_first if datetime.fromtimestamp(int(asked.at), UTC).date() == day]
        for day in dates
    }
    cited = [{quoted.document for quoted in asked.quotes} for asked, _ in newest_first if asked.answered]
    counts = [
        Cited(quoted.document, quoted.title, sum(quoted.document in documents for documents in cited))
        for quoted in (DOG, CAT)
    ]
    assert questions.statistics(1, days, TODAY) == Statistics(
        tuple(Day(day, sum(answered), len(answered) - sum(answered)) for day, answered in of_day.items()),
        tuple(
            Unanswered(asked.question, asked.at)
            for asked, _ in newest_first
            if not asked.answered and not asked.private
        ),
        tuple(sorted((each for each in counts if each.count), key=lambda each: -each.count)),
        tuple(
            Disliked(
                asked.question, *((asked.quotes[0].quote, asked.quotes[0].document) if asked.quotes else (None, None))
            )
            for asked, votes in newest_first
            if not asked.private and not all(votes.values())
        ),
    )
