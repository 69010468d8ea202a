"""An engine that is there, away, slow, back; and that every call ends. The engine is milvus-lite, or a socket."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

import grpc

from retrieval.address import Address
from retrieval.engine import Engine, EngineAway, EngineChanged, EngineError, Entity, Near

SERVE = "from milvus_lite.adapter.grpc.server import run_server; run_server({folder!r}, '127.0.0.1', {port})"
PUT = [Entity("a", "one", "first", {1: 1.0, 2: 0.5}), Entity("b", "two", "second", {2: 1.0})]


class Server:
    """A milvus-lite in a process of its own, on a port that stays its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = SERVE.format(folder=str(self.folder), port=self.port)
        self.process = subprocess.Popen(  # noqa: S603 (our own words)
            [sys.executable, "-u", "-c", command], stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()  # it says when it listens

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def address(self) -> Address:
        return address(self.port)


def address(port: int) -> Address:
    found = Address.parse(f"milvus+http://127.0.0.1:{port}")
    assert found is not None
    return found


@contextmanager
def engine_at(port: int, patience: float) -> Iterator[Engine]:
    with closing(Engine(address(port), patience=patience)) as engine:
        yield engine


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path / "server")
    yield found
    found.kill()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = Address.parse(str(tmp_path_factory.mktemp("engine") / "x.db"))
    assert found is not None
    with closing(Engine(found)) as made:
        yield made


def test_what_is_put_is_found(engine: Engine) -> None:
    engine.create("found", ["left", "right"])
    engine.put("found", "left", PUT)
    engine.put("found", "right", [Entity("c", "two", "third")])
    assert engine.nearest("found", "left", {2: 2.0}, 9) == [Near("b", 2.0, "second"), Near("a", 1.0, "first")]
    assert engine.nearest("found", "left", {2: 2.0}, 1) == [Near("b", 2.0, "second")]
    assert engine.nearest("found", "left", {2: 2.0}, 9, "one") == [Near("a", 1.0, "first")]
    assert engine.nearest("found", "right", {2: 2.0}, 9) == engine.nearest("found", "left", {7: 1.0}, 9) == []
    assert engine.texts("found", ["a", "c", "none"]) == {"a": "first", "c": "third"}
    assert engine.few("found", "right") == {"c": "third"}
    engine.put("found", "left", [Entity("a", "one", "again", {2: 3.0})])
    assert engine.nearest("found", "left", {2: 2.0}, 1) == [Near("a", 6.0, "again")]
    engine.remove("found", ["two"])
    engine.forget("found", ["a", "none"])
    assert engine.texts("found", ["a", "b", "c"]) == {}


def test_more_than_one_request_holds(engine: Engine) -> None:
    engine.create("many", ["all"])
    engine.put("many", "all", (Entity(f"{n:04}", "d", "x" * 9_000 * (n % 3)) for n in range(2_100)))
    assert [(key, len(text)) for key, text in engine.every("many", "all")] == [
        (f"{n:04}", 9_000 * (n % 3)) for n in range(2_100)
    ]
    engine.forget("many", (f"{n:04}" for n in range(2_099)))
    assert [key for key, _ in engine.every("many", "all")] == ["2099"]


def test_a_collection_made_again_is_empty(engine: Engine) -> None:
    engine.create("again", ["all"])
    engine.put("again", "all", PUT)
    engine.create("again", ["all"])
    assert engine.few("again", "all") == {}
    assert "again" in engine.collections()
    engine.drop("again")
    assert "again" not in engine.collections()
    with pytest.raises(EngineChanged, match="have just changed"):
        engine.few("again", "all")


def test_an_alias_changes_what_it_stands_for(engine: Engine) -> None:
    assert engine.current("alias") is None
    for collection in ("one", "two", "two"):
        engine.create(collection, [])
        engine.point("alias", collection)
        assert engine.current("alias") == collection


def test_what_the_engine_does_not_take_ends_in_one_line(engine: Engine) -> None:
    engine.create("strict", ["all"])
    with pytest.raises(EngineError, match=r"^INDEX: .*\.db: [^\n]+$"):
        engine.put("strict", "all", [Entity("a", "d", "x" * 70_000)])


def test_a_file_serves_one_process(server: Server, tmp_path: Path) -> None:
    server.kill()
    server.folder.rename(tmp_path / "x.db")
    server.folder = tmp_path / "x.db"
    server.start()
    found = Address.parse(str(tmp_path / "x.db"))
    assert found is not None
    with closing(Engine(found)) as engine, pytest.raises(EngineError, match="cannot be opened: it is for one process"):
        engine.collections()


def test_an_engine_that_goes_away_and_comes_back(server: Server) -> None:
    with engine_at(server.port, 1.0) as engine:
        engine.create("there", ["all"])
        engine.put("there", "all", PUT)
        server.kill()
        for _ in range(2):
            with pytest.raises(EngineAway, match=r"^the index cannot be reached just now: try again in a moment$"):
                engine.nearest("there", "all", {2: 1.0}, 1)
        server.start()
    with engine_at(server.port, 20.0) as engine:
        assert [near.key for near in engine.nearest("there", "all", {2: 1.0}, 1)] == ["b"]


def test_the_same_connection_serves_again(server: Server) -> None:
    with engine_at(server.port, 20.0) as engine:
        engine.create("there", ["all"])
        engine.put("there", "all", PUT)
        server.kill()
        server.start()
        assert [near.key for near in engine.nearest("there", "all", {2: 1.0}, 1)] == ["b"]


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped for a while there")
def test_an_engine_that_hangs(server: Server) -> None:
    with engine_at(server.port, 1.0) as engine:
        assert engine.collections() == []
        server.process.send_signal(signal.SIGSTOP)
        os.waitpid(server.process.pid, os.WUNTRACED)
        for _ in range(2):
            with pytest.raises(EngineAway):
                engine.collections()
        server.process.send_signal(signal.SIGCONT)
    with engine_at(server.port, 20.0) as engine:
        assert engine.collections() == []


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with engine_at(port, 0.3) as engine, pytest.raises(EngineAway):
        engine.collections()


@pytest.mark.parametrize("word", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_somebody_listens_who_is_no_engine(word: bytes | None) -> None:
    """One who never answers, one who hangs up at once, and a web server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with ExitStack() as held, suppress(OSError):
                while True:
                    connection = held.enter_context(listener.accept()[0])
                    if word is not None:
                        connection.sendall(word)
                        connection.close()

        thread = Thread(target=answer)
        thread.start()
        with engine_at(listener.getsockname()[1], 0.3) as engine, pytest.raises(EngineAway):
            engine.collections()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, "does not take this user and password, or this token"),
        (grpc.StatusCode.PERMISSION_DENIED, "does not take this user and password, or this token"),
    ],
)
def test_an_engine_that_refuses_is_not_asked_again(status: grpc.StatusCode, told: str) -> None:
    asked: list[str] = []

    class Refusing(grpc.GenericRpcHandler):  # type: ignore[misc] # gRPC has no types
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            asked.append(details.method)
            return grpc.unary_unary_rpc_method_handler(lambda _, context: context.abort(status, "no"))

    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Refusing()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with engine_at(port, 30.0) as engine, pytest.raises(EngineError, match=f"^INDEX: http://[^@]*{told}$"):
        engine.collections()
    server.stop(None).wait()
    assert len(asked) == 1
