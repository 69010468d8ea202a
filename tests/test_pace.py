"""How often a person and a server may ask."""

import pytest
from conftest import Clock
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.answering import WaitError
from bot.pace import PERSON, SERVER, Pace


def test_a_person_may_ask_so_often_and_again_once_the_time_is_over(clock: Clock) -> None:
    pace = Pace(clock)
    most, seconds = PERSON
    assert [pace.wait(1, None) for _ in range(most)] == [0.0] * most
    clock.now += 10
    assert pace.wait(1, None) == seconds - 10
    assert pace.wait(2, None) == 0.0
    clock.now += seconds - 10 + 0.001
    assert pace.wait(1, None) == 0.0


def test_all_of_a_server_may_ask_so_often(clock: Clock) -> None:
    pace = Pace(clock)
    most, seconds = SERVER
    assert [pace.wait(person, 7) for person in range(most)] == [0.0] * most
    assert pace.wait(most, 7) == seconds
    assert pace.wait(most, 8) == 0.0
    assert pace.wait(most, None) == 0.0


def test_what_one_person_may_not_ask_uses_nothing_of_the_server(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(10 * SERVER[0]):
        pace.wait(1, 7)
    assert pace.wait(2, 7) == 0.0


def test_what_a_server_may_not_ask_uses_nothing_of_the_person(clock: Clock) -> None:
    pace = Pace(clock)
    for person in range(SERVER[0]):
        pace.wait(person, 7)
    for _ in range(10 * PERSON[0]):
        assert pace.wait(1000, 7) > 0
    assert pace.wait(1000, None) == 0.0


def test_a_person_is_told_to_wait_once_in_a_while(clock: Clock) -> None:
    pace = Pace(clock)
    assert [pace.may_note(1), pace.may_note(1), pace.may_note(2)] == [True, False, True]
    clock.now += PERSON[1] + 0.001
    assert pace.may_note(1)


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 40)), max_size=60))
def test_nobody_ever_asks_more_in_that_time_and_waits_longer_than_that(asked: list[tuple[int, float]]) -> None:
    clock = Clock()
    pace = Pace(clock)
    answered: dict[int, list[float]] = {1: [], 2: [], 3: []}
    most, seconds = PERSON
    for person, later in asked:
        clock.now += later
        wait = pace.wait(person, 7)
        assert 0 <= wait <= seconds
        if not wait:
            answered[person].append(clock.now)
    for times in answered.values():
        windows = zip(times, times[most * 2 :], strict=False)
        # Counted from the first of each window, so that two windows may touch, and no third.
        assert all(last - first >= seconds for first, last in windows)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 second"), (1.0, "1 second"), (1.01, "2 seconds"), (29.3, "30 seconds")]
)
def test_who_waits_as_long_as_is_said_need_not_wait_again(seconds: float, said: str) -> None:
    assert str(WaitError(seconds)) == f"That is faster than I may answer here: ask again in {said}."
