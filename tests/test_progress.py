"""The bar for whoever waits at a terminal."""

import io
import re
import threading

import pytest

from bot import progress
from bot.progress import Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and what is drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = threading.Condition()

    def isatty(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        with self._drawn:
            self._drawn.notify_all()
            return super().write(text)

    @property
    def plain(self) -> str:
        """What was drawn, without colours and movements."""
        return re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", self.getvalue())

    def shows(self, pattern: str) -> bool:
        """Waits until it was drawn."""
        with self._drawn:
            return self._drawn.wait_for(lambda: re.search(pattern, self.plain) is not None, 60)


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


def test_what_takes_long_has_a_bar_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    terminal = Terminal()
    taken = []
    for item in Bar(terminal)(range(3), "reading"):
        taken.append(item)
        rate = r"[\d,]+\.\d/s " if item else " "
        assert terminal.shows(rf"reading ━+╸?╺?━* {item}/3 {rate}[-\d]:[-\d]{{2}}:[-\d]{{2}}")
    assert taken == [0, 1, 2]
    assert terminal.getvalue().endswith("\x1b[2K"), "its line is cleared"


def test_what_is_soon_done_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    terminal = Terminal()
    assert list(Bar(terminal)(range(3), "reading")) == [0, 1, 2]
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_nothing_is_drawn_where_nothing_can_be_cleared(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "dumb")
    items = range(3)
    assert Bar(stream)(items, "reading") is items
