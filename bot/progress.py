"""How far a long piece of work is, for whoever waits at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from threading import Timer
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

PATIENCE = 1.0
"""Seconds that nobody minds waiting without being told how long it takes."""

Item = TypeVar("Item")


class Bar:
    """A bar on a terminal for what takes over a second, nothing elsewhere; what it shows is gone when it is done."""

    def __init__(self, stream: TextIO) -> None:
        """Draws on ``stream``."""
        self._console = Console(file=stream)

    def __call__(self, items: Sequence[Item], what: str, /) -> Iterable[Item]:
        """The items, one by one, and how far it is, how fast, and how long it still takes."""
        return self._shown(items, what) if self._console.is_interactive else items

    def _shown(self, items: Sequence[Item], what: str) -> Iterator[Item]:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn()
        progress = Progress(*columns, console=self._console, transient=True)
        task = progress.add_task(what, total=len(items))
        late = Timer(PATIENCE, progress.start)
        late.start()
        try:
            for item in items:
                yield item
                progress.advance(task)
        finally:
            late.cancel()
            late.join()
            progress.stop()


class _Rate(ProgressColumn):
    """How many items are done a second."""

    def render(self, task: Task) -> Text:
        """The rate so far; nothing before there is any."""
        return Text(f"{task.completed / task.elapsed:,.1f}/s" if task.completed and task.elapsed else "")
