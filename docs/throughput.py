"""How many questions a server process answers: the Discord bot's own way from a question to a message, many at once.

Discord itself is left out. People in different servers ask, each again as soon as they are answered; a task of the
event loop wakes every few milliseconds, and how late it wakes is how long the loop was blocked.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from bot.commands.answering import answered_view
from bot.desk import Desk, Where, open_desk, warm
from bot.library import Library
from bot.store import Store
from corpus import LIMITS, Shelf
from retrieval import Answerer, Index
from retrieval.storage import load

ASKERS = (1, 8, 64)
QUESTIONS = 1_000  # asked by each number of askers, unless they take longer than
SECONDS = 60.0

_WAKES = 0.002  # seconds
_SERVER_MB = 20


class Served(NamedTuple):
    """How ``askers`` at the same time were answered: seconds in all and for each question, and the loop's lags."""

    askers: int
    seconds: float
    answered: Sequence[float]
    lags: Sequence[float]


def serve(index: Path, questions: Sequence[str]) -> list[Served]:
    """How each number of askers is served from an index."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)  # which nobody follows
        library = Library(Shelf(folder, LIMITS), Index(load(index).parts), Answerer, lambda *_: None)
        with closing(Store(folder / "data")) as store:
            desk = open_desk(library, store, LIMITS, _SERVER_MB)
            warm(library.answerer)
            return [asyncio.run(_asked(desk, askers, islice(cycle(questions), QUESTIONS))) for askers in ASKERS]


async def _asked(desk: Desk, askers: int, questions: Iterator[str]) -> Served:
    answered: list[float] = []
    lags: list[float] = []
    begin = time.perf_counter()

    async def asker(number: int) -> None:
        for question in questions:
            here = Where(number, number, number, number)
            asked = time.perf_counter()
            await desk.consult(here, answered_view, desk, here, question)
            answered.append(time.perf_counter() - asked)
            if answered[-1] + asked - begin > SECONDS:
                return

    async def watch() -> None:
        while True:
            slept = time.perf_counter()
            await asyncio.sleep(_WAKES)
            lags.append(time.perf_counter() - slept - _WAKES)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(asker(number) for number in range(1, askers + 1)))
    seconds = time.perf_counter() - begin
    watching.cancel()
    return Served(askers, seconds, answered, lags)
