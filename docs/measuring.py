"""Measures engines beside each other: writing an index, opening and asking it, each in a process of its own."""

import math
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import samples
import sentences
import throughput
from engines import ENGINES, RETRIEVE, Built, Opened, Timed, memory
from samples import Question, Sample

BUSY = 100_000
"""The size of which many people ask at once."""

LIMIT = 10
"""Passages that a question wants."""

KINDS = ("full", "bare")
"""Kinds of questions: with stop words and without."""

ROUNDS = 20
OPENINGS = 3

BUILD_SECONDS = 900.0
"""What writing or opening an index may take."""

ASK_SECONDS = 60.0
"""What the questions to an engine may take, those with stop words and those without each."""

_WORKER = Path(__file__).with_name("worker.py")

_LOOKS = 0.25  # seconds between two looks at how much memory several processes have


class Asked(NamedTuple):
    """Questions of one kind that an engine was asked: the seconds of each, those of the processor, how many it met.

    It meets one by having the sentence that the question was made from among the first LIMIT.
    """

    seconds: Sequence[float]
    processor: Sequence[float]
    met: int


class Figures(NamedTuple):
    """What was measured of one engine; None and empty where it was given up.

    ``disk`` in bytes; ``first``: the seconds of the first question; ``full`` and ``bare``: the questions of each kind.
    """

    built: Built | None
    disk: int
    opened: Opened | None
    first: float | None
    full: Asked
    bare: Asked


class Measured(NamedTuple):
    """A sample, and the figures of each engine by its name."""

    sample: Sample
    figures: Mapping[str, Figures]


class Report(NamedTuple):
    """All that the document is made of; ``load`` is how many processes wanted to run in the minute before."""

    sources: Sequence[sentences.Source]
    measured: Sequence[Measured]
    served: Sequence[throughput.Served]
    machine: str
    load: float


class Serving(NamedTuple):
    """An engine that waits for questions, and what it took to get there."""

    opened: Opened
    first: float
    connection: Connection


class GivenUpError(Exception):
    """A process took longer than it may, or ended before it was done."""


def measure(folder: Path, sizes: Sequence[int], names: Sequence[str]) -> Report:
    """Measures some engines with samples of what is gathered in a folder. Raises UserError."""
    load = os.getloadavg()[0]
    sources = sentences.gather(folder)
    measured = []
    served: Sequence[throughput.Served] = ()
    for size, sample in zip(sizes, samples.draw(folder, folder / "samples", sizes), strict=True):
        indexes = folder / "indexes"
        shutil.rmtree(indexes, ignore_errors=True)
        measured.append(Measured(sample, _measured(sample, indexes, names)))
        if size == BUSY:
            served = _served(indexes / RETRIEVE, samples.questions(sample.folder))
        shutil.rmtree(indexes)
    return Report(sources, measured, served, machine(), load)


def machine() -> str:
    """What it runs on: cores, processor, Python, libraries."""
    told = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in told if line.startswith("model name")), platform.machine())
    return ", ".join([f"{os.cpu_count()} cores ({model})", f"Python {platform.python_version()}", *_libraries()])


def _libraries() -> Iterator[str]:
    for library in ("scikit-learn", "scipy", "numpy", "bm25s", "numba", "tantivy", "rank-bm25"):
        with suppress(PackageNotFoundError):
            yield f"{library} {version(library)}"


def _measured(sample: Sample, indexes: Path, names: Sequence[str]) -> dict[str, Figures]:
    """The figures of each engine."""
    owners = {name: ENGINES[name].shares or name for name in names}
    built = {name: _built(name, sample, indexes / name) for name in dict.fromkeys(owners.values())}
    disks = {name: sum(f.stat().st_size for f in (indexes / name).rglob("*") if f.is_file()) for name in built}
    opens = [name for name, owner in owners.items() if ENGINES[name].asked and built[owner]]
    questions = samples.questions(sample.folder)
    with ExitStack() as stack:
        opened = {name: _opened(name, indexes / owners[name], questions[0].full, stack) for name in opens}
        serving = {name: served for name, served in opened.items() if served}
        asked = _asked({name: served.connection for name, served in serving.items()}, questions)
    return {
        name: Figures(
            built[owner],
            disks[owner],
            serving[name].opened if name in serving else None,
            serving[name].first if name in serving else None,
            *(_together(questions, asked[kind].get(name, ())) for kind in KINDS),
        )
        for name, owner in owners.items()
    }


def _together(questions: Sequence[Question], timed: Sequence[Timed]) -> Asked:
    met = sum(question.sentence in each.found for question, each in zip(questions, timed, strict=False))
    return Asked([each.seconds for each in timed], [each.processor for each in timed], met)


def _built(name: str, sample: Sample, folder: Path) -> Built | None:
    """What it takes an engine to write its index; the memory is that of all its processes together."""
    _tell(f"{name} writes its index of {sample.sentences:,} sentences")
    folder.mkdir(parents=True)
    try:
        with _apart("build", name, sample.folder, folder) as (connection, process), _watched(process) as peaks:
            built: Built = _received(connection, BUILD_SECONDS)
    except GivenUpError:
        return None
    return built._replace(peak=max(built.peak, *peaks))


def _opened(name: str, folder: Path, question: str, stack: ExitStack) -> Serving | None:
    """What it takes to open an index, the median of several processes; the last is left open, until ``stack`` ends."""
    _tell(f"{name} opens its index")
    found: list[Opened] = []
    work = "serve", name, folder, question, LIMIT, ASK_SECONDS
    try:
        for _ in range(OPENINGS - 1):
            with _apart(*work) as (connection, _):
                found.append(_received(connection, BUILD_SECONDS))
        connection, _ = stack.enter_context(_apart(*work))
        found.append(_received(connection, BUILD_SECONDS))
        first = _received(connection, BUILD_SECONDS)
    except GivenUpError:
        return None
    return Serving(Opened(*(statistics.median(each) for each in zip(*found, strict=True))), first, connection)


def _asked(serving: Mapping[str, Connection], questions: Sequence[Question]) -> dict[str, dict[str, list[Timed]]]:
    """What came of the questions, by their kind and the engine's name.

    The engines are asked a few questions each in turn, so that whatever disturbs disturbs all.
    """
    found: dict[str, dict[str, list[Timed]]] = {kind: defaultdict(list) for kind in KINDS}
    each = math.ceil(len(questions) / ROUNDS)
    left = dict(serving)
    for number in range(ROUNDS):
        _tell(f"round {number + 1} of {ROUNDS}")
        some, warming = questions[number * each : (number + 1) * each], questions[number * each - 1]
        turn = number % len(serving)
        for name in [*serving][turn:] + [*serving][:turn]:
            try:
                for kind in KINDS if name in left else ():
                    left[name].send((kind, [getattr(question, kind) for question in (warming, *some)]))
                    found[kind][name] += left[name].recv()
            except (EOFError, OSError):
                _tell(f"{name} ended")
                del left[name]
    return found


def _served(index: Path, questions: Sequence[Question]) -> Sequence[throughput.Served]:
    """How a server process answers many at once."""
    _tell("many people ask at once")
    with _apart("busy", index, [question.full for question in questions]) as (connection, _):
        served: Sequence[throughput.Served] = _received(connection, BUILD_SECONDS)
        return served


@contextmanager
def _apart(*work: object) -> Iterator[tuple[Connection, int]]:
    """Has work done in a fresh process, with a connection to it and its id, and ends it afterwards."""
    ours, theirs = multiprocessing.Pipe()
    command = [sys.executable, str(_WORKER), str(theirs.fileno())]
    with ours, subprocess.Popen(command, pass_fds=[theirs.fileno()]) as process:  # noqa: S603 (this Python, our code)
        theirs.close()  # or its end would not be heard
        ours.send(work)
        try:
            yield ours, process.pid
        finally:
            process.kill()


def _received(connection: Connection, seconds: float) -> Any:  # noqa: ANN401 (whatever was sent)
    """What a process sends. Raises GivenUpError."""
    try:
        if connection.poll(seconds):
            return connection.recv()
    except EOFError:
        _tell("the process ended")
    raise GivenUpError


@contextmanager
def _watched(process: int) -> Iterator[list[int]]:
    """The memory of a process and its children together, in bytes, looked at again and again where there are some.

    What several share counts once (proportional set size).
    """
    sizes = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOKS):
            with suppress(OSError):  # one of them ended just now
                processes = list(_tree(process))
                if len(processes) > 1:
                    sizes.append(sum(memory("Pss", "smaps_rollup", each) for each in processes))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()


def _tree(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text("utf-8").split():
            yield from _tree(int(child))


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)
