"""Slots to identify in: several processes take turns, and nobody waits for nothing."""

import json
from itertools import count
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from test_store import at_once

from bot.slots import EVERY, Slots
from bot.store import Store

EXAMPLES = count(100)


def test_each_waits_for_the_one_before_in_its_bucket(store: Store) -> None:
    slots = Slots(store)
    claims = [(0, 100.0), (0, 100.0), (1, 100.0), (0, 102.0), (0, 300.0), (1, 104.0)]
    assert [slots.claim(*claim) for claim in claims] == [0.0, 5.0, 0.0, 8.0, 0.0, 1.0]


def test_a_clock_that_was_set_back_keeps_nobody_waiting(store: Store) -> None:
    slots = Slots(store)
    assert [slots.claim(0, now) for now in (1e9, 1e6, 1e6)] == [0.0, 0.0, 5.0]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20)), max_size=40))
def test_slots_are_as_early_as_they_may_be(lasting_store: Store, claims: list[tuple[int, int]]) -> None:
    slots, first = Slots(lasting_store), 3 * next(EXAMPLES)
    free: dict[int, float] = {}
    now = 1000.0
    for bucket, later in claims:
        now += later
        slot = max(now, free.get(bucket, 0.0))
        assert slots.claim(first + bucket, now) == slot - now
        free[bucket] = slot + EVERY


CLAIM = """
import json, sys
from pathlib import Path
from bot.slots import Slots
from bot.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
input()
print(json.dumps([Slots(store).claim(7, 1000.0) for _ in range(20)]))
store.close()
"""


def test_no_two_processes_get_the_same_slot(tmp_path: Path) -> None:
    waits = [wait for written in at_once(CLAIM, tmp_path, 2) for wait in json.loads(written)]
    assert sorted(waits) == [number * EVERY for number in range(40)]
