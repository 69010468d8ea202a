"""Documents on an engine, served while others change them: a real engine in a file, and real processes' ways to it."""

import io
import logging
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE

pytest.importorskip("milvus_lite")

from bot.__main__ import Streams, main
from bot.remote import Remote
from retrieval import Address, Answerer, shared
from retrieval.engine import EngineAway
from retrieval.sharing import Shared


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
def documents(place: Path) -> Shared:
    address = Address.parse(str(place))
    assert address is not None
    found = shared(address)
    assert isinstance(found, Shared)
    found.build([LIGHTHOUSE])
    return found


def test_what_others_change_is_served(documents: Shared) -> None:
    told: list[tuple[int, str]] = []
    remote = Remote(documents, Answerer, lambda level, line: told.append((level, line)))
    before = remote.answerer
    remote.look()
    assert remote.answerer is before
    documents.add([HARBOUR])
    remote.look()
    assert told == [(logging.INFO, "the documents were changed")]
    assert remote.answerer.documents == (LIGHTHOUSE, HARBOUR)
    assert remote.answerer.ask("What does the ferry carry?") == Answerer([LIGHTHOUSE, HARBOUR]).ask(
        "What does the ferry carry?"
    )
    assert remote.file(HARBOUR.id) is None


def test_while_it_is_away_that_is_told_once(documents: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []
    remote = Remote(documents, Answerer, lambda level, line: told.append((level, line)))

    def away(_index: object) -> bool:
        raise EngineAway("the index cannot be reached just now")

    with monkeypatch.context() as patch:
        patch.setattr(documents, "changed", away)
        remote.look()
        remote.look()
    remote.look()
    assert told == [
        (logging.WARNING, "the index cannot be reached just now"),
        (logging.INFO, "the index can be reached again"),
    ]


def test_an_engine_that_is_away_at_the_start_is_waited_for(documents: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []
    waited: list[float] = []
    index = documents.index

    def away() -> None:
        raise EngineAway("the index cannot be reached just now")

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            monkeypatch.setattr(documents, "index", index)

    monkeypatch.setattr(documents, "index", away)
    monkeypatch.setattr("bot.remote.time.sleep", sleep)
    remote = Remote.patient(documents, Answerer, lambda level, line: told.append((level, line)))
    assert remote.answerer.documents == (LIGHTHOUSE,)
    assert told == [(logging.WARNING, "the index cannot be reached just now; it is waited for")]
    assert waited == [5, 5, 5]


def test_it_ends_when_it_is_left(documents: Shared) -> None:
    with Remote(documents, Answerer, lambda *_: None) as remote:
        assert remote.answerer.ask("Who built the stone lighthouse?").answered


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(list(argv), Streams(io.StringIO(), out, err)), out.getvalue(), err.getvalue()


def test_index_and_ask(folder: Path, place: Path) -> None:
    where = ["--documents", str(folder), "--index", str(place)]
    assert run("index", *where) == (0, "2 documents\n", "")
    status, answer, complaints = run("ask", *where, "What does the ferry carry?")
    assert (status, complaints) == (0, "")
    assert answer.startswith("The ferry carries 40 passengers. [1]\n")
    (folder / "harbour.text").unlink()
    assert run("index", *where) == (0, "1 document\n", "")
    assert run("ask", *where, "What does the ferry carry?")[0] == 1


def test_an_engine_that_is_not_there_is_one_line() -> None:
    status, told, complaints = run("ask", "--index", "milvus+http://127.0.0.1:1", "Who sat?")
    assert (status, told) == (2, "")
    assert complaints == "verbatim: the index cannot be reached just now: try again in a moment\n"
