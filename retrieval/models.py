"""What was learned from questions with marked answers, as it ships; its README.md is their card."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from retrieval.marker import Marker, read_marker
from retrieval.trees import UNTAUGHT, Trees, read_trees

FOLDER = Path(__file__).with_name("learned")


class Models(NamedTuple):
    """The log-odds that a candidate answers, and that the likeliest of them does; what marks the words that answer."""

    ranker: Trees = UNTAUGHT
    confidence: Trees = UNTAUGHT
    marker: Marker | None = None

    def write(self, folder: Path) -> None:
        """Writes each model to files of ``folder``; the same models give the same bytes."""
        for name, model in self._asdict().items():
            if model is not None:
                model.write(folder / f"{name}.npz")


@cache
def read_models(folder: Path = FOLDER) -> Models:
    """The models that ``write`` wrote, the same however often they are read.

    What numpy raises if one is missing or damaged passes through.
    """
    ranker, confidence = (read_trees(folder / f"{name}.npz") for name in ("ranker", "confidence"))
    return Models(ranker, confidence, read_marker(folder / "marker.npz"))
