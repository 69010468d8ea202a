"""Documents on an engine answer as those of the built-in index do, whatever happens to those who write them."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import chain, count
from operator import attrgetter
from pathlib import Path
from pydoc_data.topics import topics
from threading import Barrier, Event, Thread
from typing import cast

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

from pymilvus import MilvusClient
from test_engine import Server

from corpus import ENGLISH, Document, read_folder
from retrieval import Answerer, Index
from retrieval.address import Address
from retrieval.engine import Engine, EngineChanged, EngineError, Result
from retrieval.milvus import STRETCHES, MilvusIndex
from retrieval.packing import body_of, digest, key_of
from retrieval.question import parse
from retrieval.ranking import Searched
from retrieval.sharing import Shared
from retrieval.stack import Hits

HERE = Path(__file__).parent
NAMES = count()

Place = tuple[str, int, int, float, float, int]
Changes = list[tuple[int, str]]


def folder(name: str) -> tuple[Document, ...]:
    return read_folder(HERE / name).documents


def questions(name: str) -> list[str]:
    return [json.loads(line)["question"] for line in (HERE / name).read_text("utf-8").splitlines()]


def places(hits: Hits) -> list[Place]:
    """The rows found, best first: where each stands, the parts of its score, how many copies it has."""
    rows = ((segment, *segment.row_spans[row].tolist(), segment.row_document[row]) for segment, row in hits.places())
    scores = zip(hits.own.tolist(), hits.around.tolist(), map(len, hits.copies), strict=True)
    return [
        (segment.documents.identifier(int(document)), start, end, *score)
        for (segment, _, start, end, document), score in zip(rows, scores, strict=True)
    ]


def rankings(
    index: Index | MilvusIndex, asked: Iterable[str], document: str | None = None, *, language: str | None = None
) -> list[list[Place]]:
    """What is found for some questions in each language or one, in all documents or one."""
    stacks: Mapping[str, Searched] = index.stacks
    return [
        places(stack.search(parse(question, language=known).terms, 40, document))
        for known, stack in sorted(stacks.items())
        for question in asked
        if language in {None, known}
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    address = Address.parse(str(tmp_path_factory.mktemp("engine") / "x.db"))
    assert address is not None
    with closing(Engine(address)) as made:
        yield made


def empty(engine: Engine, clock: Clock | None = None) -> Shared:
    """No documents yet, under a name of their own on the engine."""
    engine.address = engine.address._replace(name=f"test_{next(NAMES)}")
    return Shared(engine, clock=clock or Clock())


@pytest.fixture
def shared(engine: Engine, clock: Clock) -> Shared:
    return empty(engine, clock)


@pytest.fixture(scope="module")
def many() -> tuple[Document, ...]:
    """Over five thousand sentences: what Python says of itself, and the documents of other tests, in ten languages."""
    python = [Document(f"python/{name}.txt", name, None, text) for name, text in sorted(topics.items())]
    names = ["../corpus/documents", *(f"data/{name}" for name in ("club", "newsroom", "support", "town"))]
    names += [f"languages/{path.name}" for path in sorted((HERE / "languages").iterdir()) if path.is_dir()]
    found = {f"{name}/{document.id}": document for name in names for document in folder(name)}
    return (*python, *(Document(key, *[getattr(d, f) for f in FIELDS]) for key, d in found.items()))


FIELDS = ("title", "date", "text", "url", "marks", "language")


@pytest.fixture(scope="module")
def both(engine: Engine, many: tuple[Document, ...]) -> tuple[Index, MilvusIndex]:
    shared = empty(engine)
    shared.build(many)
    return Index.of(many), shared.index()


SEEDS = [
    *questions("data/seed_questions.jsonl"),
    *chain.from_iterable(
        questions(f"data/{name}.jsonl") for name in ("club", "newsroom", "shipped", "support", "town")
    ),
]


def others(documents: Iterable[Document], number: int) -> list[str]:
    """Questions made of words that stand near each other, and of words that do not."""
    chance = random.Random(6)  # noqa: S311 (the same every time)
    lines = [line for document in documents for line in document.text.splitlines() if len(line) > 40]
    # Where no spaces stand between words, characters do for them.
    split = [line.split() if line.count(" ") > 7 else list(line) for line in lines]
    near = [" ".join(chance.sample(words, min(5, len(words)))) for words in chance.choices(split, k=number // 2)]
    words = list(chain.from_iterable(split))
    return [*near, *(" ".join(chance.sample(words, chance.randint(1, 9))) for _ in range(number - len(near)))]


def test_five_thousand_sentences_are_ranked_as_built_in(
    both: tuple[Index, MilvusIndex], many: tuple[Document, ...]
) -> None:
    index, served = both
    assert sum(len(part.segment) for part in index.parts) >= 5_000
    assert served.stacks.keys() == index.stacks.keys()
    asked = [*SEEDS, *others(many, 200)]
    assert len(SEEDS) >= 100
    assert rankings(served, asked, language=ENGLISH) == rankings(index, asked, language=ENGLISH)
    for language in index.stacks.keys() - {ENGLISH}:
        few = others((document for document in many if document.language == language), 20)
        assert rankings(served, few, language=language) == rankings(index, few, language=language)


def test_more_is_fetched_while_it_may_matter(
    both: tuple[Index, MilvusIndex], many: tuple[Document, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.milvus._FIRST", 1)
    index, served = both
    asked = [*SEEDS[::9], *others(many, 20)]
    assert rankings(served, asked, language=ENGLISH) == rankings(index, asked, language=ENGLISH)


def test_one_document_is_ranked_as_built_in(both: tuple[Index, MilvusIndex], many: tuple[Document, ...]) -> None:
    index, served = both
    for document in ("python/class.txt", "python/lists.txt", "data/town/ferry.txt", "none.txt"):
        asked = ["What is a class?", "When does the ferry leave?", *others(many[::20], 10)]
        assert rankings(served, asked, document) == rankings(index, asked, document)


def test_what_is_counted_is_what_is_counted_built_in(both: tuple[Index, MilvusIndex]) -> None:
    index, served = both
    ours, theirs = served.stacks[ENGLISH].tallies, index.stacks[ENGLISH].tallies
    words = ["class", "putin", "Kim", "nowhere", "the", "US", "ferry", "Lindqvist"]
    for name in ("idf", "frequencies", "written", "names", "names_term", "shorts", "pairs", "acronyms", "__contains__"):
        assert list(map(getattr(ours, name), words)) == list(map(getattr(theirs, name), words)), name
    assert ours.spelt("f") == theirs.spelt("f")


def test_answers_are_the_same_to_the_letter(both: tuple[Index, MilvusIndex]) -> None:
    index, served = both
    ours, theirs = Answerer(cast(Index, served)), Answerer(index)
    listing = ["What are the house rules?", "Wie alt ist der Turm?", "who is the mayor", "Pyonyang"]
    for question in [*SEEDS[::4], *listing]:
        assert ours.ask(question) == theirs.ask(question)
    one = "data/town/ferry.txt"
    assert ours.ask("When does the ferry leave?", one) == theirs.ask("When does the ferry leave?", one)


def test_a_list_shows_the_documents(both: tuple[Index, MilvusIndex], many: tuple[Document, ...]) -> None:
    _, served = both
    assert [(d.id, d.title, d.date, d.url, d.language) for d in served.entries] == [
        (d.id, d.title, d.date, d.url, d.language) for d in sorted(many, key=lambda document: document.id)
    ]
    assert "python/class.txt" in served
    assert "class.txt" not in served


def test_documents_beside_those_on_the_engine(shared: Shared) -> None:
    shared.build([LIGHTHOUSE])
    beside = shared.index().beside(Index.of([HARBOUR]))
    index, asked = Index.of([LIGHTHOUSE, HARBOUR]), ["Who built the stone lighthouse?", "How many passengers?"]
    assert rankings(beside, asked) == rankings(index, asked)
    assert rankings(beside, asked, HARBOUR.id) == rankings(index, asked, HARBOUR.id)
    assert [document.id for document in beside.entries] == [LIGHTHOUSE.id, HARBOUR.id]
    assert HARBOUR.id in beside
    without = beside.beside(Index([]))
    assert rankings(without, asked) == rankings(Index.of([LIGHTHOUSE]), asked)


def same(shared: Shared, documents: Iterable[Document]) -> None:
    """Whether what is served is just these documents, by all there is to see of it."""
    index, expected = shared.index(), Index.of(documents)
    assert [document.id for document in index.entries] == [document.id for document in expected.entries]
    asked = ["the gate opens on saturdays", "Who built the stone lighthouse?", "version changed twice", "cats dogs"]
    assert rankings(index, asked) == rankings(expected, asked)
    for hits in (index.stacks[ENGLISH].search(["lighthous"], 9), expected.stacks[ENGLISH].search(["lighthous"], 9)):
        assert all(segment.row(row).document in expected.documents for segment, row in hits.places())
    words = ["lighthous", "version", "chang", "gate", "cat"]
    ours, theirs = index.stacks[ENGLISH].tallies, expected.stacks[ENGLISH].tallies
    assert [ours.frequencies(word) for word in words] == [theirs.frequencies(word) for word in words]
    assert ours.rows == theirs.rows


def version(number: int, text: str) -> Document:
    return Document(f"{number}.txt", f"Title {number}", None, text)


TEXTS = st.sampled_from(["", "A cat.", "Cats and dogs. The cat sat.", "A lighthouse.\n\nVisiting\n\nThe gate opens."])
STEPS = st.lists(st.lists(st.tuples(st.integers(0, 4), st.none() | TEXTS), max_size=3), max_size=6)


@given(STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_documents_that_come_and_go_leave_what_a_full_build_has(
    engine: Engine, steps: list[list[tuple[int, str | None]]]
) -> None:
    shared, held = empty(engine), dict[str, Document]()
    shared.build([])
    for step in steps:
        last = dict(step)
        shared.add([version(number, text) for number, text in last.items() if text is not None])
        shared.remove([f"{number}.txt" for number, text in last.items() if text is None])
        for number, text in last.items():
            held.pop(f"{number}.txt", None)
            if text is not None:
                held[f"{number}.txt"] = version(number, text)
    same(shared, held.values())


def test_adding_again_changes_nothing(shared: Shared) -> None:
    shared.build([LIGHTHOUSE, HARBOUR])
    index = shared.index()
    shared.add([HARBOUR])
    shared.build([HARBOUR, LIGHTHOUSE])
    shared.remove(["none.txt"])
    assert not shared.changed(index)
    same(shared, [LIGHTHOUSE, HARBOUR])


def test_another_process_sees_what_is_new(shared: Shared, clock: Clock) -> None:
    shared.build([LIGHTHOUSE])
    other = Shared(shared.engine, clock=clock)
    index = other.index()
    assert not other.changed(index)
    shared.add([HARBOUR])
    assert other.changed(index)
    assert rankings(index, ["ferry"]) == rankings(Index.of([LIGHTHOUSE]), ["ferry"]), "an index never changes"
    same(other, [LIGHTHOUSE, HARBOUR])
    assert not other.changed(other.index())


def test_many_small_changes_are_added_up(shared: Shared) -> None:
    documents = [version(number, f"Cats and version {number}.") for number in range(30)]
    shared.build([])
    for document in documents:
        shared.add([document])
    assert len(shared.index().view.records) <= 9
    same(shared, documents)
    shared.build(documents[:20])
    assert len(shared.index().view.records) == 1
    same(shared, documents[:20])


def test_a_document_that_changes_while_it_is_cited(shared: Shared) -> None:
    shared.build([LIGHTHOUSE])
    index = shared.index()
    hits = index.stacks[ENGLISH].search(["granit"], 9)
    segment, row = hits.places()[0]
    assert segment.row(row).document == LIGHTHOUSE, "what was loaded stays"
    late = shared.index()
    [head] = late.heads
    shared.add([Document(LIGHTHOUSE.id, "Other", None, "Another text, of granite.")])
    assert late.stacks[ENGLISH].search(["granit"], 9).places() == [], "it is another document by now"
    for key in (key_of(LIGHTHOUSE.id), "none"):
        with pytest.raises(EngineChanged):
            late.document(key, head.batch)


def test_no_documents_yet(shared: Shared) -> None:
    for work in (shared.index, partial(shared.add, [HARBOUR]), partial(shared.remove, ["a"])):
        with pytest.raises(EngineError, match=r"^INDEX: .* holds no documents yet: `python -m bot index` adds them$"):
            work()


def test_what_another_version_made_is_made_anew(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.sharing.FORMAT", {"format": 0})
        shared.build([HARBOUR])
        old = shared.index()
    with pytest.raises(EngineError, match="was made by another version of Verbatim: make it anew"):
        shared.index()
    shared.build([LIGHTHOUSE])
    assert shared.index().view.collection != old.view.collection
    same(shared, [LIGHTHOUSE])
    shared.tidy()
    assert old.view.collection not in shared.engine.collections()


def test_one_writes_at_a_time(shared: Shared, clock: Clock) -> None:
    shared.build([LIGHTHOUSE])
    other = Shared(shared.engine, clock=clock)

    def documents() -> Iterator[Document]:
        with pytest.raises(EngineError, match=r"changed by another process .*: try again in \d+ seconds$"):
            other.remove([LIGHTHOUSE.id])
        yield HARBOUR

    shared.add(documents())
    other.remove([LIGHTHOUSE.id])
    same(shared, [HARBOUR])


def test_one_that_lost_its_turn_changes_nothing_and_leaves_the_other_its_own(shared: Shared, clock: Clock) -> None:
    shared.build([LIGHTHOUSE])
    other = Shared(shared.engine, clock=clock)

    def slow() -> Iterator[Document]:
        clock.now += 1_000
        other.add(between())
        yield LIGHTHOUSE

    def between() -> Iterator[Document]:
        yield HARBOUR
        with pytest.raises(EngineError, match="changed by another process"):
            shared.add([version(1, "Cats.")])

    shared.add(slow())
    same(shared, [LIGHTHOUSE, HARBOUR])


class _Cut(BaseException):
    """What ends a process at once: nothing catches it."""


class Cut(Engine):
    """An engine that lets so many changes through, and from then on nothing."""

    left = 0

    def _call(self, work: Callable[[MilvusClient, float], Result], patience: float | None = None) -> Result:
        self.left -= patience is not None  # as those have that change something
        if self.left < 0:
            raise _Cut
        return super()._call(work, patience)


BEFORE = [LIGHTHOUSE, version(1, "Version one. Cats."), version(2, "Dogs.")]
AFTER = [
    LIGHTHOUSE,
    version(1, "# Version two\n\nChanged.\n\n# Version three\n\nChanged twice."),
    version(3, f"Cats and dogs. {'é' * 20_000}"),
    HARBOUR,
]


@pytest.mark.parametrize("work", ["first", "again", "anew"])
def test_a_build_cut_short_anywhere_is_taken_up_again(
    tmp_path: Path, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every change in turn; what is served meanwhile is always some documents as they are, counted rightly."""
    monkeypatch.setattr("retrieval.sharing._BATCH", 10_000)  # characters: more than one batch
    address = Address.parse(str(tmp_path / "x.db"))
    assert address is not None
    with closing(Cut(address)) as engine:
        for changes in count():
            engine.left = 1_000_000
            clock = Clock()
            shared = empty(engine, clock)
            if work != "first":
                shared.build(BEFORE)
            engine.left = changes
            try:
                shared.build(AFTER, anew=work == "anew")
            except _Cut:
                engine.left = 1_000_000
            else:
                break
            if engine.current(engine.address.name):
                known = {digest(document): document for document in [*BEFORE, *AFTER]}
                served = [known[head.digest] for head in shared.index().heads]
                same(shared, served)
                if work == "anew":
                    assert served in [sorted(documents, key=attrgetter("id")) for documents in (BEFORE, AFTER)]
            clock.now += 1_000
            for documents in (AFTER, BEFORE)[changes % 2 :]:
                Shared(engine, clock=clock).build(documents)
                same(shared, documents)
                stretches = sum(len(part.segment.stretch_heading) for part in Index.of(documents).parts)
                there = dict(engine.every(shared.index().view.collection, STRETCHES))
                assert len(there) == stretches, "nothing is left of what was cut short"
    assert changes > 10


def test_what_is_taken_out_is_gone_whatever_happens(tmp_path: Path) -> None:
    address = Address.parse(str(tmp_path / "x.db"))
    assert address is not None
    kept, removed = [LIGHTHOUSE], version(1, "Cats and dogs.")
    with closing(Cut(address)) as engine:
        for changes in count():
            engine.left = 1_000_000
            clock = Clock()
            shared = empty(engine, clock)
            shared.build([*kept, removed])
            engine.left = changes
            try:
                shared.remove([removed.id])
            except _Cut:
                engine.left = 1_000_000
            else:
                break
            index = shared.index()
            there = removed.id in index
            same(shared, [*kept, removed] if there else kept)
            clock.now += 1_000
            Shared(engine, clock=clock).add([])
            key = key_of(removed.id)
            assert len(engine.texts(index.view.collection, [key, body_of(key), f"{key}.000000"])) == 3 * there
    assert changes > 3


BUILD = """
import sys
from corpus import Document
from retrieval.address import Address, shared
import retrieval.sharing
retrieval.sharing._BATCH = 1_000
def documents():
    for number in range(60):
        print(number, flush=True)
        yield Document(f"{number}.txt", f"Title {number}", None, f"Version {number}. Cats and dogs. " * 9)
shared(Address.parse(sys.argv[1])).build(documents())
"""


@pytest.mark.parametrize("victim", ["builder", "server"])
def test_a_build_is_killed(tmp_path: Path, victim: str) -> None:
    """Killed by the system, amid its work: who builds, or the engine beneath it."""
    server = Server(tmp_path / "server")
    uri = f"milvus+http://127.0.0.1:{server.port}"
    process = subprocess.Popen(  # noqa: S603 (this Python, and code of our own)
        [sys.executable, "-c", BUILD, uri], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HERE.parent
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 33:
            break
    if victim == "server":
        server.kill()
        server.start()
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    else:
        process.kill()
        process.communicate()
    documents = [version(number, f"Version {number}. Cats and dogs. " * 9) for number in range(60)]
    with closing(Engine(server.address)) as engine:
        shared = Shared(engine)
        if victim == "builder":
            assert engine.current("verbatim") is None, "what is not whole is not served"
            later = Clock()
            later.now = 4e9
            Shared(engine, clock=later).build(documents)
        same(shared, documents)
    server.kill()


def test_answers_while_another_version_takes_over(engine: Engine) -> None:
    """Each answer is that of one version or the other, and none fails."""
    shared = empty(engine)
    shared.build(BEFORE)
    asked = ["version changed", "cats and dogs", "the stone lighthouse"]
    expected = [rankings(Index.of(documents), asked) for documents in (BEFORE, AFTER)]
    found: list[object] = []
    switched, followed, tidied = Event(), Barrier(4), Event()

    def ask() -> None:
        reader = Shared(engine)
        index = reader.index()
        try:
            while not tidied.is_set():
                late = switched.is_set()
                if reader.changed(index):
                    index = reader.index()
                found.append(rankings(index, asked))
                if late:
                    followed.wait()
                    tidied.wait()
            found.append(rankings(index, asked))
        except BaseException as error:  # noqa: BLE001 (all that goes wrong is to be seen)
            found.append(error)
            followed.abort()

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    shared.build(AFTER, anew=True)
    switched.set()
    followed.wait()
    shared.tidy()
    tidied.set()
    for thread in threads:
        thread.join()
    assert [answer for answer in found if answer not in expected] == []
    assert found[-1] == expected[1]
    assert found[0] == expected[0]
