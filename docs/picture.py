"""Draws docs/answer.svg, the picture in README: real questions, answered by the code as it stands."""

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bot import wording  # noqa: E402 (found only through the line above)
from corpus import read_folder  # noqa: E402
from retrieval import Answerer  # noqa: E402

QUESTIONS = ("Who signed the comprehensive strategic partnership agreement?", "What is the capital of Vietnam?")


def main() -> None:
    """Asks, and writes the picture."""
    answerer = Answerer(read_folder(HERE.parent / "corpus" / "documents").documents)
    console = Console(file=StringIO(), record=True, width=96, highlight=False, markup=False, emoji=False)
    for question in QUESTIONS:
        console.print(f"? {question}", style="bold")
        console.print(wording.as_text(answerer.ask(question, limit=1)), end="\n\n")
    console.save_svg(str(HERE / "answer.svg"), title="python -m bot console", unique_id="answer")


if __name__ == "__main__":
    main()
