"""A process in which one engine is measured and nothing else is loaded; ``measuring.py`` starts it and ends it.

It is given the number of a file on which both talk, and hears there what to do.
"""

import gc
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engines import ENGINES, Built, Opened, Timed, memory


def build(connection: Connection, name: str, sample: Path, folder: Path) -> None:
    """Writes the index of a sample into a folder and sends what that took."""
    engine = ENGINES[name].make()
    write = engine.read(sample)
    gc.collect()
    begin = time.perf_counter()
    write(folder)
    seconds = time.perf_counter() - begin
    connection.send(Built(seconds, memory("VmHWM")))


def serve(connection: Connection, name: str, folder: Path, first: str, limit: int, seconds: float) -> None:
    """Opens an index, sends what that took and what the ``first`` question took, and answers lists of questions.

    Of a list, all of one kind, the first warms up and is not timed. When those of a kind have taken ``seconds``, the
    rest is left out.
    """
    engine = ENGINES[name].make()
    before = memory("VmRSS")
    begin = time.perf_counter()
    engine.open(folder)
    opened = time.perf_counter() - begin
    after = memory("VmRSS")
    connection.send(Opened(opened, before, after))
    begin = time.perf_counter()
    engine.search(first, limit)
    connection.send(time.perf_counter() - begin)
    spent: defaultdict[str, float] = defaultdict(float)
    while True:
        kind, (warming, *questions) = connection.recv()
        answered = []
        if spent[kind] < seconds:
            engine.search(warming, limit)
        for question in questions:
            if spent[kind] < seconds:
                worked, begin = time.thread_time(), time.perf_counter()
                found = engine.search(question, limit)
                took, worked = time.perf_counter() - begin, time.thread_time() - worked
                answered.append(Timed(took, worked, found))
                spent[kind] += answered[-1].seconds
        connection.send(answered)


def busy(connection: Connection, index: Path, questions: list[str]) -> None:
    """Sends how a server process answers many at once."""
    import throughput  # noqa: PLC0415 (it loads all of the bot)

    connection.send(throughput.serve(index, questions))


WORK: dict[str, Callable[..., None]] = {"build": build, "serve": serve, "busy": busy}

if __name__ == "__main__":
    to_measuring = Connection(int(sys.argv[1]))
    work, *arguments = to_measuring.recv()
    WORK[work](to_measuring, *arguments)
