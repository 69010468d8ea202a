"""Reliability and risk–coverage curves as a picture, by matplotlib, which is an extra."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from corpus import SettingError
from retrieval import Outcomes

SUFFIXES = (".png", ".svg")


def check(path: Path) -> None:
    """Raises SettingError, in one line, where no picture could be written: said before the questions are asked."""
    if path.suffix.lower() not in SUFFIXES:
        raise SettingError(f"{path}: a picture ends in {' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise SettingError(f"{path}: there is no folder {path.parent}; make it first")
    if find_spec("matplotlib") is None:
        raise SettingError("--plot needs matplotlib: run `make evaluate` instead, or install requirements-evaluate.txt")


def draw(path: Path, title: str, outcomes: Mapping[str, Outcomes]) -> None:
    """Draws both curves of each of ``outcomes`` into the file ``path``. Raises SettingError if it cannot be written.

    Left: mean confidence against the share answered right, the points as large as their bins. Right: the share of
    questions answered, surest first, against the share of those answers that is wrong.
    """
    import matplotlib as mpl  # noqa: PLC0415 (an extra)
    from matplotlib.figure import Figure  # noqa: PLC0415 (and without pyplot, which keeps every figure it drew)

    figure = Figure(figsize=(10, 5), layout="constrained")
    figure.suptitle(title)
    left, right = figure.subplots(1, 2)
    left.plot((0, 1), (0, 1), color="0.7", linestyle="--")
    for name, outcome in outcomes.items():
        bins, points = outcome.reliability(), outcome.risk_coverage()
        total = sum(b.size for b in bins)
        (line,) = left.plot([b.confidence for b in bins], [b.accuracy for b in bins], label=name)
        left.scatter(
            [b.confidence for b in bins],
            [b.accuracy for b in bins],
            [10 + 300 * b.size / total for b in bins],
            color=line.get_color(),
            alpha=0.6,
        )
        right.plot([p.coverage for p in points], [p.risk for p in points], label=name)
    left.set(title="Reliability", xlabel="confidence", ylabel="share answered right", xlim=(0, 1), ylim=(0, 1))
    right.set(
        title="Risk and coverage", xlabel="share answered", ylabel="share of them wrong", xlim=(0, 1), ylim=(0, 1)
    )
    for axes in (left, right):
        axes.grid(alpha=0.3)
    left.legend(loc="upper left")
    try:
        with mpl.rc_context({"svg.hashsalt": "verbatim"}):  # the same figures give the same file
            figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise SettingError(f"{path}: cannot be written ({error.strerror}): check the folder's permissions") from None
