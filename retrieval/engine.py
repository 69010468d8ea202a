"""Collections of an existing engine, Milvus, and calls to it that end: each within a bound, whatever the engine does.

``milvus.py`` says what is stored; here stands how. A call is tried again while the engine is away or busy, after longer
and longer pauses, until its time is up. The next call begins anew, so an engine that is back is found again.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple, TypeVar

import grpc
from pymilvus import DataType, MilvusClient, MilvusException
from pymilvus.exceptions import ConnectionConfigException, DataNotMatchException, ParamError
from tenacity import Retrying, retry_if_exception, stop_before_delay, wait_random_exponential

from corpus import IndexAway, IndexProblem
from retrieval.address import LITE, Address

_log = logging.getLogger(__name__)

Result = TypeVar("Result")
Vector = Mapping[int, float]
"""A sparse vector: what each of its dimensions, from 0 to DIMENSIONS − 1, weighs."""

DIMENSIONS = 2**32 - 2  # one less than there may be: the last is that of entities which are not searched for
PIECE = 65_535 // 4  # characters of a text that fit into one field, whatever they are: it takes 65,535 bytes of UTF-8
PATIENCE = 5.0  # seconds that a call may take, its tries and pauses together
WRITING = 60.0  # and one that writes
MOST = 16_384  # entities that one search gives at the most

_NOWHERE: Final = {DIMENSIONS: 1.0}
_AT_ONCE = 16  # calls under way
_CONNECTING = 2.0  # seconds in which an engine that is there has answered
_PAUSES = wait_random_exponential(multiplier=0.1, max=1.0)
_CHANNEL = {
    "grpc.use_local_subchannel_pool": 1,  # or a new channel waits as long as the one that failed before it
    "grpc.max_reconnect_backoff_ms": 1_000,
}
_CHARACTERS, _ENTITIES, _KEYS = 4_000_000, 1_000, 500  # of one request; Milvus takes 64 MB

# What errors say: states of gRPC, and numbers that Milvus gives them; milvus-lite has one of its own for what is wrong.
_UNCONNECTED, _NO_COLLECTION, _NOT_LOADED, _NO_PARTITION, _NO_ALIAS = 2, 100, 101, 200, 1600
_REFUSED = frozenset((grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, 1400, 1401))
_WRONG = frozenset((grpc.StatusCode.INVALID_ARGUMENT, 6, 1100, 1101, 1102, 1601, 1602))
_FULL = frozenset((3, 7, 9))
_FINAL = frozenset(
    (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.DEADLINE_EXCEEDED, _NO_COLLECTION, _NO_PARTITION, _NO_ALIAS)
).union(_REFUSED, _WRONG, _FULL)


class EngineError(IndexProblem):
    """The engine is there, but does not serve."""


class EngineAway(EngineError, IndexAway):  # noqa: N818 (as that)
    """The engine cannot be reached just now, or not within the time."""


class EngineChanged(EngineError, IndexAway):  # noqa: N818 (likewise)
    """What was asked for has been replaced since."""


class Entity(NamedTuple):
    """What a collection holds.

    ``key`` and ``document``, ASCII without quotes, at most 64 characters: what it is, and whose. ``text`` is at most
    PIECE characters. ``vector`` is what it is searched for by; nothing where it only is looked up.
    """

    key: str
    document: str
    text: str
    vector: Vector = _NOWHERE


class Near(NamedTuple):
    """An entity that was searched for; ``score`` is its inner product with what was asked."""

    key: str
    score: float
    text: str


@dataclass(eq=False)
class _Link:
    """A connection; it is closed when nobody uses it any more and another has taken its place."""

    client: Any
    users: int = 0
    dropped: bool = False


class Engine:
    """The collections of one engine. May be used from several threads.

    Whatever the engine does, a call ends within ``PATIENCE`` seconds, one that writes within ``WRITING``: with
    EngineAway if it was not answered, with EngineChanged if the collection is none any more, else with EngineError.
    """

    def __init__(self, address: Address, *, patience: float = PATIENCE, writing: float = WRITING) -> None:
        """Of the engine at ``address``; nothing is connected before the first call."""
        # They print every failed try with its traceback; what comes of a call is told by what is raised.
        for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc._server"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.address = address
        self._patience, self._writing = patience, writing
        # Even what pymilvus bounds may take it longer, while it reconnects for one thread after the other.
        self._pool = ThreadPoolExecutor(_AT_ONCE, "engine")
        self._lock = Lock()
        self._link: _Link | None = None

    def close(self) -> None:
        """Ends the connection; a file is then free for another process."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            link, self._link = self._link, None
        if link:
            link.client.close()
        if self.address.uri.endswith(LITE):
            from milvus_lite.server_manager import server_manager_instance  # noqa: PLC0415 (only files need it)

            server_manager_instance.release_server(self.address.uri)

    def collections(self) -> list[str]:
        """The names of all."""
        return list(self._call(lambda client, time: client.list_collections(timeout=time)))

    def current(self, name: str) -> str | None:
        """The collection that an alias stands for."""

        def current(client: MilvusClient, time: float) -> str | None:
            try:
                return str(client.describe_alias(name, timeout=time)["collection_name"])
            except MilvusException as error:
                if _code(error) in {_NO_ALIAS, _NO_COLLECTION}:
                    return None
                raise

        return self._call(current)

    def point(self, name: str, collection: str) -> None:
        """Lets an alias stand for a collection, from one moment to the next."""
        known = self.current(name) is not None

        def point(client: MilvusClient, time: float) -> None:
            (client.alter_alias if known else client.create_alias)(collection, name, timeout=time)

        self._call(point, self._writing)

    def create(self, collection: str, partitions: Sequence[str]) -> None:
        """Makes a collection, empty; what a try before left of it goes."""

        def create(client: MilvusClient, time: float) -> None:
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=64)
            schema.add_field("document", DataType.VARCHAR, max_length=64)
            schema.add_field("vector", DataType.SPARSE_FLOAT_VECTOR)
            # Texts are read a few at a time: they may stay on disk.
            schema.add_field("text", DataType.VARCHAR, max_length=65_535, mmap_enabled=True)
            if client.has_collection(collection, timeout=time):
                client.drop_collection(collection, timeout=time)
            client.create_collection(collection, schema=schema, timeout=time)
            for partition in partitions:
                client.create_partition(collection, partition, timeout=time)
            index = client.prepare_index_params()
            index.add_index("vector", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            index.add_index("document", index_type="INVERTED")
            client.create_index(collection, index, timeout=time, sync=False)  # there is nothing in it
            client.load_collection(collection, timeout=time)

        self._call(create, self._writing)

    def drop(self, collection: str) -> None:
        """Removes a collection."""
        self._call(lambda client, time: client.drop_collection(collection, timeout=time), self._writing)

    def settle(self, collection: str) -> None:
        """Has the engine put what was added into its final form, by which it is found fastest."""
        self._call(lambda client, time: client.flush(collection, timeout=time), self._writing)

    def put(self, collection: str, partition: str, entities: Iterable[Entity]) -> None:
        """Adds entities, in the order given; each takes the place of one with its key."""
        for some in _requests(entities):
            self._put(collection, partition, [entity._asdict() for entity in some])

    def remove(self, collection: str, documents: Iterable[str]) -> None:
        """Removes all entities of some documents."""
        self._delete(collection, "document", documents)

    def forget(self, collection: str, keys: Iterable[str]) -> None:
        """Removes the entities with some keys."""
        self._delete(collection, "key", keys)

    def texts(self, collection: str, keys: Iterable[str], *, fresh: bool = False) -> dict[str, str]:
        """The texts of the entities with some keys, of those there are; ``fresh``: with what was put a moment ago."""
        found: dict[str, str] = {}
        for some in _runs(keys, _KEYS):
            found |= self._query(collection, _among("key", some), fresh=fresh)
        return found

    def few(self, collection: str, partition: str, *, fresh: bool = False) -> dict[str, str]:
        """The texts of a partition that has few entities, by their keys; ``fresh`` as in ``texts``."""
        return self._query(collection, 'key > ""', partition, fresh=fresh)

    def every(self, collection: str, partition: str) -> Iterator[tuple[str, str]]:
        """The keys and texts of a partition, in the order of their keys; read bit by bit."""
        last = ""
        while rows := self._after(collection, partition, last):
            yield from rows
            last = max(key for key, _ in rows)

    def nearest(
        self, collection: str, partition: str, vector: Vector, limit: int, document: str | None = None
    ) -> list[Near]:
        """The ``limit`` entities, at most MOST, with the greatest inner product with ``vector``, the greatest first.

        ``document``: only of this one. Those that share no dimension are never found.
        """
        [rows] = self._read(
            collection,
            lambda client, time: client.search(
                collection,
                [dict(vector)],
                filter="" if document is None else _among("document", [document]),
                limit=limit,
                output_fields=["text"],
                search_params={"metric_type": "IP"},
                partition_names=[partition],
                anns_field="vector",
                timeout=time,
            ),
        )
        return [Near(row["key"], float(row["distance"]), row["entity"]["text"]) for row in rows]

    def _query(
        self, collection: str, which: str, partition: str | None = None, *, fresh: bool = False
    ) -> dict[str, str]:
        rows = self._read(
            collection,
            lambda client, time: client.query(
                collection,
                filter=which,
                limit=MOST,
                output_fields=["key", "text"],
                partition_names=[partition] if partition else None,
                timeout=time,
                **({"consistency_level": "Strong"} if fresh else {}),
            ),
        )
        return {row["key"]: row["text"] for row in rows}

    def _after(self, collection: str, partition: str, key: str) -> list[tuple[str, str]]:
        """The first of a partition that come after a key."""
        rows = self._read(
            collection,
            lambda client, time: client.query(
                collection,
                filter=f'key > "{key}"',
                limit=_ENTITIES,
                output_fields=["key", "text"],
                partition_names=[partition],
                timeout=time,
                # As pymilvus's iterators ask: the first by their keys, and not just some.
                iterator="True",
                reduce_stop_for_best="True",
            ),
        )
        return [(row["key"], row["text"]) for row in rows]

    def _put(self, collection: str, partition: str, rows: list[dict[str, Any]]) -> None:
        self._call(
            lambda client, time: client.upsert(collection, rows, partition_name=partition, timeout=time), self._writing
        )

    def _delete(self, collection: str, field: str, values: Iterable[str]) -> None:
        for some in _runs(values, _KEYS):
            self._remove(collection, _among(field, some))

    def _remove(self, collection: str, which: str) -> None:
        self._call(
            lambda client, time: client.delete(collection, filter=which, consistency_level="Strong", timeout=time),
            self._writing,
        )

    def _read(self, collection: str, work: Callable[[MilvusClient, float], Result]) -> Result:
        """What ``work`` reads of a collection, which is loaded first if it is not."""

        def read(client: MilvusClient, time: float) -> Result:
            try:
                return work(client, time)
            except MilvusException as error:
                if _code(error) == _NOT_LOADED:  # milvus-lite forgets at its end what was loaded
                    client.load_collection(collection, timeout=time, _async=True)
                raise

        return self._call(read)

    def _call(self, work: Callable[[MilvusClient, float], Result], patience: float | None = None) -> Result:
        """What ``work`` gives for a client and the seconds that it has; tried until ``patience`` is at its end."""
        patience = patience or self._patience
        tries = Retrying(
            stop=stop_before_delay(patience), wait=_PAUSES, retry=retry_if_exception(_passes), reraise=True
        )
        try:
            found: Result = tries(self._try, work, monotonic() + patience)
        except (ParamError, DataNotMatchException):  # called wrongly, here
            raise
        except (grpc.RpcError, MilvusException, NotYet) as error:
            raise self._told(error) from error
        return found

    def _try(self, work: Callable[[MilvusClient, float], Result], until: float) -> Result:
        future = self._pool.submit(self._run, work, until)
        try:
            return future.result(max(until - monotonic(), 0))
        except NotYet:
            future.cancel()
            raise

    def _run(self, work: Callable[[MilvusClient, float], Result], until: float) -> Result:
        with self._connected(until) as client:
            return work(client, max(until - monotonic(), 0.01))

    @contextmanager
    def _connected(self, until: float) -> Iterator[MilvusClient]:
        """The client; one that fails is dropped, so that the next call connects anew."""
        with self._lock:
            if self._link is None:
                self._link = _Link(self._connect(until))
            link = self._link
            link.users += 1
        try:
            yield link.client
        except (grpc.RpcError, MilvusException) as error:
            if _lost(error):
                with self._lock:
                    link.dropped = True
                    if self._link is link:
                        self._link = None
            raise
        finally:
            with self._lock:
                link.users -= 1
                unused = link.dropped and not link.users
            if unused:
                link.client.close()

    def _connect(self, until: float) -> MilvusClient:
        time = max(min(_CONNECTING, until - monotonic()), 0.01)
        uri, _, token = self.address
        return MilvusClient(uri, token=token, timeout=time, dedicated=True, grpc_options=_CHANNEL)

    def _told(self, error: Exception) -> EngineError:
        """What went wrong, for a person; the rest is logged, for it tells of machines."""
        where, code = self.address.shown, _code(error)
        if code in {_NO_COLLECTION, _NO_PARTITION}:
            return EngineChanged("the documents have just changed: ask again")
        if code in _REFUSED:
            return EngineError(f"INDEX: {where} does not take this user and password, or this token")
        if code is grpc.StatusCode.UNIMPLEMENTED:
            return EngineError(f"INDEX: {where} is no Milvus server, or too old a one")
        if isinstance(error, ConnectionConfigException):
            return EngineError(f"INDEX: {where} cannot be opened: it is for one process, and another may have it")
        reason = " ".join(str(getattr(error, "message", error)).split())
        if code in _WRONG | _FULL:
            return EngineError(f"INDEX: {where}: {reason}")
        _log.warning("The index at %s: %s", where, reason or "no answer in time")
        return EngineAway("the index cannot be reached just now: try again in a moment")


def _code(error: BaseException) -> object:
    """What kind of error it is: a status of gRPC, or a number of Milvus's."""
    if isinstance(error, grpc.RpcError):
        return error.code()
    # Why a connection was refused stands only in what the error came from.
    if isinstance(error.__cause__, grpc.RpcError) and error.__cause__.code() in _REFUSED:
        return error.__cause__.code()
    return getattr(error, "code", None)


def _passes(error: BaseException) -> bool:
    """Whether it may go better in a moment: true of all that is not known to be final."""
    if isinstance(error, ParamError | DataNotMatchException | ConnectionConfigException):
        return False
    if not isinstance(error, grpc.RpcError | MilvusException) or getattr(error, "is_input_error", False):
        return False
    return _code(error) not in _FINAL


def _lost(error: BaseException) -> bool:
    """Whether the connection is to be made anew."""
    return isinstance(error, grpc.RpcError) or _code(error) in {_UNCONNECTED, grpc.StatusCode.UNAVAILABLE}


def _among(field: str, values: Sequence[str]) -> str:
    return f"{field} in {json.dumps(list(values))}"


def _runs(values: Iterable[str], size: int) -> Iterator[list[str]]:
    run: list[str] = []
    for value in values:
        run.append(value)
        if len(run) == size:
            yield run
            run = []
    if run:
        yield run


def _requests(entities: Iterable[Entity]) -> Iterator[list[Entity]]:
    """Entities in runs that fit into one request each."""
    run: list[Entity] = []
    characters = 0
    for entity in entities:
        if run and (len(run) == _ENTITIES or characters + len(entity.text) > _CHARACTERS):
            yield run
            run, characters = [], 0
        run.append(entity)
        characters += len(entity.text)
    if run:
        yield run
