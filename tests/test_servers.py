"""What a server set, and that all of it goes with the bot."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Clock, everything
from hypothesis import given
from hypothesis import strategies as st

from bot.asked import Asked, Questions, Quoted
from bot.servers import KEPT_AFTER, Server, Servers
from bot.store import Store
from bot.uploads import Uploads
from corpus import Document

IDS = st.integers(1, 2**63 - 1)
SERVERS = st.builds(
    Server,
    guild=IDS,
    channels=st.lists(IDS, max_size=3).map(tuple),
    private=st.booleans(),
    threshold=st.none() | st.floats(0, 1),
    people=st.none() | IDS,
    curators=st.none() | IDS,
)


@pytest.fixture
def servers(store: Store, clock: Clock) -> Servers:
    return Servers(store, clock)


def fill(store: Store, guild: int) -> None:
    """Something of every kind, of a server."""
    Servers(store).put(Server(guild, people=7))
    quoted = Quoted("a.txt", "A", 0, 10, "A cat sat.", None)
    Questions(store).add(
        Asked(f"of {guild}", guild, 1, 2, 3.0, "cat?", None, "cat?", None, False, False, True, 0.9, (quoted,))
    )
    Questions(store).vote(f"of {guild}", 3, good=False)
    Uploads(store, 1).put(guild, "b.txt", b"A dog ran.", Document("added/b.txt", "b", None, "A dog ran."), 2)


def test_a_server_that_set_nothing(servers: Servers) -> None:
    assert servers.get(1) == Server(1, (), False, None, None, None)
    assert servers.known() == set(), "asking is not setting"


@given(SERVERS, st.data())
def test_what_was_set_last_is_set(lasting_store: Store, server: Server, data: st.DataObject) -> None:
    servers = Servers(lasting_store)
    servers.put(server)
    assert servers.get(server.guild) == server
    other = data.draw(SERVERS.filter(lambda other: other.guild != server.guild))
    servers.put(other)
    assert (servers.get(server.guild), servers.get(other.guild)) == (server, other)


def test_known_is_whatever_has_a_row(store: Store, servers: Servers) -> None:
    fill(store, 1)
    servers.put(Server(2))
    Questions(store).add(Asked("a", 3, 1, 2, 3.0, "cat?", None, "cat?", None, False, False, False, 0.1, ()))
    Questions(store).add(Asked("b", None, 1, 2, 3.0, "cat?", None, "cat?", None, False, False, False, 0.1, ()))
    Uploads(store, 1).put(4, "b.txt", b"A dog ran.", Document("added/b.txt", "b", None, "A dog ran."), 2)
    assert servers.known() == {1, 2, 3, 4}


def test_a_server_that_was_left_is_deleted_with_all_it_has(store: Store, servers: Servers, clock: Clock) -> None:
    fill(store, 1)
    before = everything(store)
    fill(store, 2)
    servers.left(2)
    clock.now += KEPT_AFTER
    assert servers.expire() == [], "not a second too early"
    clock.now += 1
    assert servers.expire() == [2]
    assert everything(store) == before
    assert set(before.values()) == {0, 1}
    assert before["slots"] == 0, "all that is not of a server"
    assert servers.known() == {1}
    assert servers.expire() == []


def test_a_server_to_which_the_bot_returned_is_kept(servers: Servers, clock: Clock) -> None:
    servers.put(Server(1, private=True))
    servers.left(1)
    servers.returned(1)
    clock.now += 2 * KEPT_AFTER
    assert servers.expire() == []
    assert servers.get(1) == Server(1, private=True)


def test_it_is_the_first_leaving_that_counts(servers: Servers, clock: Clock) -> None:
    servers.put(Server(1))
    servers.left(1)
    clock.now += KEPT_AFTER
    servers.left(1)
    servers.put(Server(1, private=True))
    clock.now += 1
    assert servers.expire() == [1]


def test_of_a_server_of_which_nothing_is_stored_nothing_is_noted(servers: Servers) -> None:
    servers.left(1)
    servers.returned(1)
    assert servers.known() == set()


def test_who_change_different_settings_at_once_change_both(store: Store) -> None:
    servers = Servers(store)
    changes: list[dict[str, object]] = [{"private": True}, {"people": 5}, {"channels": (3, 4)}, {"threshold": 0.7}]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda fields: servers.change(1, **fields), changes))
    assert servers.get(1) == Server(1, (3, 4), private=True, threshold=0.7, people=5)
