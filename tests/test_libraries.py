"""Who answers in which server: its own documents beside the shared ones, never another's; made no more than needed."""

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from types import SimpleNamespace
from weakref import ref

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Still
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import libraries as module
from bot.libraries import ADDED, Libraries
from bot.store import Store
from bot.uploads import Uploads
from corpus import LIMITS, Document, DocumentError, Limits, UserError, read_text
from retrieval import Answerer, Index, Source
from retrieval.segment import Part

PATIENCE = 60.0  # seconds in which all that is waited for comes, however busy the machine
PERSON = 7


def text(name: str, words: str) -> Document:
    """A server's own document."""
    return read_text(ADDED + name, words.encode())


class Watched:
    """A lock that tells when somebody has come to it."""

    def __init__(self, arrivals: SimpleQueue[int]) -> None:
        self._lock, self._arrivals = threading.Lock(), arrivals

    def __enter__(self) -> None:
        self._arrivals.put(threading.get_ident())
        assert self._lock.acquire(timeout=PATIENCE)

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def locked(self) -> bool:
        return self._lock.locked()


class Served:
    """Libraries over one shared document, of which it is counted what is made and which may be made to wait."""

    def __init__(self, store: Store) -> None:
        self.shared = Still(Answerer([LIGHTHOUSE]))
        self.uploads = Uploads(store, 1)
        self.libraries = Libraries(self.shared, self.uploads, self.make, LIMITS)
        self.made: list[tuple[str, ...]] = []
        self.making = SimpleQueue[tuple[str, ...]]()
        self.waits: dict[str, threading.Event] = {}  # by a document: when an answerer with it may be made
        self.failure: Exception | None = None
        self.arrivals = SimpleQueue[int]()

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """From here on it is told who has come to ask a server whose answerer others may be making."""
        patch.setattr(module, "threading", SimpleNamespace(Lock=lambda: Watched(self.arrivals)))

    def make(self, index: Source) -> Answerer:
        ids = tuple(document.id for document in index.entries)
        self.made.append(ids)
        self.making.put(ids)
        for identifier in ids:
            if identifier in self.waits:
                assert self.waits[identifier].wait(PATIENCE)
        if self.failure is not None:
            raise self.failure
        return Answerer(index)

    def put(self, guild: int, name: str, words: str) -> Document:
        document = text(name, words)
        self.uploads.put(guild, name, words.encode(), document, PERSON)
        return document

    def of(self, guild: int | None) -> Answerer:
        return self.libraries.of(guild)

    @contextmanager
    def held(self, name: str) -> Iterator[Callable[[int], "Future[Answerer]"]]:
        """For a while no answerer with that document gets done, but by the end; asks in other threads."""
        event = self.waits[ADDED + name] = threading.Event()
        with ThreadPoolExecutor(8) as threads:
            try:
                yield lambda guild: threads.submit(self.of, guild)
            finally:
                event.set()
                del self.waits[ADDED + name]


@pytest.fixture
def served(store: Store) -> Served:
    return Served(store)


def test_a_server_has_the_shared_documents_and_its_own(served: Served) -> None:
    cat, dog = served.put(1, "cat.txt", "A cat sat."), served.put(1, "a.txt", "A dog barked.")
    assert served.of(1).documents == (dog, cat, LIGHTHOUSE)
    assert [citation.document for citation in served.of(1).ask("cat").citations] == [cat]
    assert served.of(2) is served.of(None) is served.shared.answerer
    served.uploads.remove(1, "cat.txt")
    assert served.of(1).documents == (dog, LIGHTHOUSE)
    served.uploads.remove(1, "a.txt")
    assert served.of(1) is served.shared.answerer


def test_an_answerer_is_made_when_it_is_needed_and_kept(served: Served) -> None:
    served.put(1, "cat.txt", "A cat sat.")
    served.put(2, "cat.txt", "A cat ran.")
    assert served.made == []
    first = served.of(1)
    assert served.of(2) is not first
    assert served.of(1) is first
    assert len(served.made) == 2
    served.put(1, "cat.txt", "A cat slept.")
    assert served.of(1) is not first
    assert len(served.made) == 3
    assert first.documents[0].text == "A cat sat.", "who has it keeps it"


def test_shared_documents_that_change_are_taken_over(served: Served) -> None:
    cat = served.put(1, "cat.txt", "A cat sat.")
    before = served.of(1)
    served.shared.answerer = Answerer([HARBOUR])
    assert served.of(1).documents == (cat, HARBOUR)
    assert before.documents == (cat, LIGHTHOUSE)
    assert served.of(1) is served.of(1)


def test_a_shared_file_is_never_taken_for_a_servers_own(served: Served) -> None:
    path = replace(HARBOUR, id="added/cat.txt")
    served.shared.answerer = Answerer([path])
    cat = served.put(1, "cat.txt", "A cat sat.")
    assert served.of(1).documents == (cat, path)
    assert served.of(1).ask("cat", cat.id).answered
    assert not served.of(1).ask("cat", path.id).answered


def test_the_one_used_least_recently_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    for guild in (1, 2, 3):
        served.put(guild, f"{guild}.txt", "A cat sat.")
    one, _ = served.of(1), served.of(2)
    assert served.of(1) is one
    served.of(3)
    assert served.of(1) is one
    assert [ids[:1] for ids in served.made] == [(f"{ADDED}{number}.txt",) for number in (1, 2, 3)]
    served.of(2)
    assert len(served.made) == 4


def test_large_ones_are_let_go_sooner(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHARACTERS", len("A cat sat."))
    for guild in (1, 2):
        served.put(guild, f"{guild}.txt", "A cat sat.")
    assert served.of(1) is served.of(1), "one is kept however large it is"
    for guild in (2, 1, 2):
        served.of(guild)
        served.of(guild)
    assert len(served.made) == 4


def test_what_is_let_go_is_gone(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 1)
    for guild in (1, 2):
        served.put(guild, f"{guild}.txt", "A cat sat.")
    one = ref(served.of(1))
    served.of(2)
    gc.collect()
    assert one() is None


def test_nobody_waits_for_another_server_and_one_is_made_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.watch(monkeypatch)
    served.put(1, "slow.txt", "A cat sat.")
    dog = served.put(2, "dog.txt", "A dog barked.")
    with served.held("slow.txt") as ask:
        asked = [ask(1) for _ in range(4)]
        assert len({served.arrivals.get(timeout=PATIENCE) for _ in asked}) == len(asked)
        assert ask(2).result(PATIENCE).documents == (dog, LIGHTHOUSE)
        assert served.of(None) is served.shared.answerer
        assert not any(future.done() for future in asked)
    assert len({future.result(PATIENCE) for future in asked}) == 1
    assert len(served.made) == 2


def test_one_that_is_let_go_while_it_is_made_is_made_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.watch(monkeypatch)
    monkeypatch.setattr(module, "_MOST", 1)
    served.put(1, "slow.txt", "A cat sat.")
    served.put(2, "dog.txt", "A dog barked.")
    with served.held("slow.txt") as ask:
        first = ask(1)
        served.making.get(timeout=PATIENCE)
        ask(2).result(PATIENCE)
        second = ask(1)
        for _ in range(3):
            served.arrivals.get(timeout=PATIENCE)
    assert first.result(PATIENCE) is second.result(PATIENCE)
    assert len(served.made) == 2


def test_what_changes_while_one_is_made_is_taken_up_by_who_asks_next(served: Served) -> None:
    cat = served.put(1, "cat.txt", "A cat sat.")
    served.of(1)
    served.making.get(timeout=PATIENCE)
    served.shared.answerer = Answerer([HARBOUR])
    with served.held("cat.txt") as ask:
        first = ask(1)
        served.making.get(timeout=PATIENCE)
        changed = served.put(1, "cat.txt", "A cat ran.")
        second = ask(1)
    assert first.result(PATIENCE).documents == (cat, HARBOUR)
    assert second.result(PATIENCE).documents == (changed, HARBOUR)


def parts(answerer: Answerer) -> tuple[Part, ...]:
    """What an answerer's index is made of."""
    assert isinstance(answerer.index, Index)
    return answerer.index.parts


def test_only_what_is_new_in_a_server_is_read(served: Served) -> None:
    for number in range(3):
        served.put(1, f"{number}.txt", f"Cat {number} sat.")
    before = parts(served.of(1))
    new = served.put(1, "dog.txt", "A dog barked.")
    served.shared.answerer = Answerer([HARBOUR])
    (harbour, *kept, added) = parts(served.of(1))
    assert harbour.segment is parts(served.shared.answerer)[0].segment
    assert [part.segment for part in kept] == [part.segment for part in before[1:]]
    assert [added.segment.documents[number] for number in range(len(added.segment.documents))] == [new]


def test_a_server_that_removed_all_its_documents_waits_for_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.put(1, "a.txt", "A cat sat.")
    served.uploads.remove(1, "a.txt")
    assert served.of(1) is served.shared.answerer
    monkeypatch.setattr(module, "threading", SimpleNamespace(Lock=threading.Lock))  # and no threads
    assert served.libraries.prepare(1).done()
    assert served.of(1) is served.shared.answerer
    assert served.made == []


def test_what_could_not_be_made_is_made_when_it_is_asked_again(served: Served) -> None:
    cat = served.put(1, "cat.txt", "A cat sat.")
    served.failure = MemoryError()
    with pytest.raises(MemoryError):
        served.of(1)
    served.failure = None
    assert served.of(1).documents == (cat, LIGHTHOUSE)


def test_a_file_that_is_added_is_served(served: Served) -> None:
    document = served.libraries.add(1, "../Caf\u0065\u0301 fees.md", b"# Fees\n\nA guide costs *9 dollars*.\n", PERSON)
    assert document.id == "added//Café fees.md"
    assert [(upload.name, upload.added_by) for upload in served.uploads.all(1)] == [("Café fees.md", PERSON)]
    assert served.uploads.data(1, "Café fees.md") == b"# Fees\n\nA guide costs *9 dollars*.\n"
    assert served.of(1).documents == (document, LIGHTHOUSE)
    assert served.of(1).ask("How much does a guide cost?").words == "9 dollars"
    assert served.of(2).documents == (LIGHTHOUSE,)


def test_a_file_that_cannot_be_added_changes_nothing(served: Served) -> None:
    with pytest.raises(DocumentError) as refused:
        served.libraries.add(1, "a\n\u202eb.txt", b" ", PERSON)
    assert str(refused.value) == "is empty: write something in it"
    with pytest.raises(UserError) as full:
        served.libraries.add(1, "a.txt", b"A cat sat. " * 100_000, PERSON)
    assert str(full.value).startswith("takes 1.2 MB, and of the 1 MB of this server")
    strict = Libraries(served.shared, served.uploads, served.make, Limits(max_file_mb=1))
    with pytest.raises(DocumentError) as large:
        strict.add(1, "a.txt", bytes(1_000_001), PERSON)
    assert str(large.value) == "is larger than 1 MB: split it"
    assert served.of(1) is served.shared.answerer


GUILDS = st.sampled_from([1, 2, 3])
NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt"])
WORDS = st.sampled_from(["A cat sat.", "A dog barked.", "The ferry sank in 1999."])
STEPS = st.lists(
    st.tuples(st.just("put"), GUILDS, NAMES, WORDS)
    | st.tuples(st.just("remove"), GUILDS, NAMES)
    | st.tuples(st.just("of"), GUILDS)
    | st.tuples(st.just("share"), st.sampled_from([(LIGHTHOUSE,), (HARBOUR,), (LIGHTHOUSE, HARBOUR)])),
    max_size=20,
)


@given(STEPS, st.integers(1, 3))
@settings(max_examples=50)
def test_whatever_happens_each_server_has_its_own_and_no_others(
    lasting_store: Store, steps: list[tuple[object, ...]], most: int
) -> None:
    served, shared = Served(lasting_store), (LIGHTHOUSE,)
    expected: dict[int, dict[str, Document]] = {guild: {} for guild in (1, 2, 3)}
    for guild in expected:  # what the example before left
        for upload in served.uploads.all(guild):
            served.uploads.remove(guild, upload.name)

    def check(guild: int) -> None:
        own = expected[guild]
        assert served.of(guild).documents == Answerer([*shared, *(own[name] for name in sorted(own))]).documents

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST", most)
        for step in steps:
            match step:
                case "put", int(guild), str(name), str(words):
                    expected[guild][name] = served.put(guild, name, words)
                case "remove", int(guild), str(name):
                    served.uploads.remove(guild, name)
                    expected[guild].pop(name, None)
                case "of", int(guild):
                    check(guild)
                case "share", tuple(documents):
                    shared, served.shared.answerer = documents, Answerer(documents)
        for guild in expected:
            check(guild)
        assert served.of(None) is served.shared.answerer
