"""Writes docs/speed.md: how fast Verbatim searches and answers, and at what cost, beside other search libraries.

``make bench DATA=folder`` runs it. The folder is filled first, with sentences from packages' documentation
(``sentences.py``); it keeps the figures, of which ``--write`` makes the document anew.
"""

import argparse
import math
import os
import pickle
import statistics
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engines import ANSWER, ENGINES, RETRIEVE  # noqa: E402
from measuring import (  # noqa: E402
    ASK_SECONDS,
    BUILD_SECONDS,
    BUSY,
    KINDS,
    LIMIT,
    OPENINGS,
    ROUNDS,
    Asked,
    Figures,
    Measured,
    Report,
    measure,
)
from samples import QUESTIONS  # noqa: E402
from throughput import Served  # noqa: E402

from corpus import UserError  # noqa: E402 (found only through the lines above, as what follows)

SIZES = (10_000, 100_000, 1_000_000)

KINDS_CALLED = {"full": "with stop words", "bare": "without"}
"""The kinds of questions, as they are called in a table."""

_TWICE = 2.0  # how far a goal must be missed to be said in times, and not in per cent
_FEWEST = 100  # questions of which a 99th percentile is taken
_NONE = "–"
_MS, _MB = 1e3, 1e-6

HEAD = """\
# How fast it is

Written by `make bench DATA=folder`, in about half an hour. It gathers real English sentences from packages'
documentation, has Verbatim and other search libraries index them, and asks all of them the same questions. Times are of
one thread, but for writing an index: that may take all cores. × is how many times as much as Verbatim's search alone
(`retrieve`): above 1 it is slower or larger than that.

{machine}
"""

QUESTIONS_ABOUT = """\
From the text of a question to the numbers of the best {limit} sentences, in milliseconds: the median (p50), the 99th
percentile, and the same of the processor's time alone, in which nothing else that runs on the machine has a part.
"answer" is all that Verbatim does, from the text of a question to quotes with the answering words marked. "asked" is
how many questions there was time for; "finds" is the share of them that have the sentence they were made from among the
first {limit}: it says that all of them search for the same, not how good they are ([quality.md](quality.md) does).
"""

COSTS_ABOUT = """\
Written from texts in memory to a file, in sentences a second; "peak" is the most resident memory of its processes, the
texts included. Verbatim's index has the texts in it, with offsets and all an answer needs; the others' hold only what
they search by. Opening, the median of {openings}, is from the files, which the system still has in memory, to ready for
a question; "resident" is the memory of the process then, in brackets what opening took of it. "first" is the first
question, for which bm25s with numba compiles.
"""

GROWTH_ABOUT = """\
How many times as much it takes for {times:.1f} times as many sentences ({few:,} → {many:,}).
"""

BUSY_ABOUT = """\
A process that answers as the Discord bot does, in threads beside its event loop, from question to message, with what it
stores of each; Discord itself left out. People in as many servers ask, each again as soon as they are answered, of
{sentences:,} sentences. The lag is how much later than wanted a task in the event loop woke.
"""

METHOD = """\
## How it is measured

- Every figure is of one run. Each engine builds in a fresh process, and opens its index in another, which it is asked
  in. All are open at the same time and asked in turn, {each} questions each in {rounds} rounds, the order shifted by
  one each time, so that whatever disturbs disturbs all alike; before each turn one question goes untimed.
- The peers are used as their documentation shows for speed: scikit-learn with a matrix fitted before, and the ten best
  chosen among the scores that are not 0; bm25s with its own tokenizer, PyStemmer and stop words, by `retrieve` with
  both backends, and by memory map; tantivy with its English stemmer, without stored texts or positions, written with
  all cores; rank-bm25 with words split at spaces. "All words" keeps stop words in the index. Garbage collection is left
  as Python has it, for all.
- An engine that takes longer than {build:.0f} s to write or open its index is given up; its questions end after
  {ask:.0f} s, those with stop words and those without each. A 99th percentile of fewer than {fewest} is left out.
- The {questions:,} questions are made of sentences drawn by lot with a fixed seed: 3 to 8 words that are no stop words,
  as many as people use in the mean, and what stands between them, with a way of asking around ("How do I …?" where they
  follow "to" or "can", or else "What does … do?", "When is … used?" and eight more). Without stop words is the same
  less those of Verbatim's list.

## The sentences

{gathered:,} documents of {packages} packages of Debian and of the docstrings of Python and what `make` installs.
Of their {paragraphs:,} paragraphs of prose, {copies:,} were copies of others and left out; paragraphs count as prose by
their words (English, few symbols, a full stop), and are read from HTML by a plainer way than Verbatim's readers. The
samples are documents drawn by lot, the same each time, a smaller one part of each larger one; sentences are what
Verbatim may quote of them.

| documents | sentences | of them distinct | characters |
|---|---|---|---|
{samples}

| package | version | documents | paragraphs | copies |
|---|---|---|---|---|
{sources}
"""


class Goal(NamedTuple):
    """What was to be reached: at most ``wanted``, or at least; ``reached`` is None where it was not measured."""

    name: str
    wanted: float
    reached: float | None
    unit: str
    least: bool = False

    def row(self) -> str:
        """Its row of the table."""
        wanted = f"{'≥' if self.least else '≤'} {self.wanted:,g} {self.unit}"
        if not self.reached:
            return _row([self.name, wanted, _NONE, _NONE])
        short = self.wanted / self.reached if self.least else self.reached / self.wanted
        times = f"{short:.1f} ×" if short >= _TWICE else f"{100 * (short - 1):.0f} %"
        met = "yes" if short <= 1 else f"no: {times} too {'little' if self.least else 'much'}"
        return _row([self.name, wanted, f"{shown(self.reached)} {self.unit}", met])


def document(report: Report) -> str:
    """The document, in Markdown."""
    largest = report.measured[-1]
    parts = [
        HEAD.format(
            machine=_wrapped(f"Measured on {report.machine}. {report.load:.1f} processes wanted to run before.")
        ),
        "## Goals\n\n" + _table("goal", ("wanted", "reached", "met"), (goal.row() for goal in goals(report))),
    ]
    for measured in reversed(report.measured):
        title = f"## Of {measured.sample.sentences:,} sentences\n"
        asked = QUESTIONS_ABOUT.format(limit=LIMIT)
        costs = COSTS_ABOUT.format(openings=OPENINGS)
        if measured is not largest:
            asked = costs = ""
        parts += [title, asked, *(questions(measured, kind) for kind in KINDS), costs, building(measured)]
    if len(report.measured) > 1:
        parts += ["## Growth\n", growth(report.measured[-2], largest)]
    if report.served:
        parts += ["## Many at once\n", busy(report)]
    parts.append(_method(report))
    return "\n".join(filter(None, parts))


def goals(report: Report) -> list[Goal]:
    """What is wanted of a million sentences, and what came of the largest sample."""
    figures = report.measured[-1].figures
    found, answered = figures[RETRIEVE], figures.get(ANSWER)
    built, opened = found.built, found.opened
    lag = max((max(served.lags) for served in report.served), default=None)
    return [
        Goal("retrieve with stop words, p50", 1.5, _ms(_p50(found.full.seconds)), "ms"),
        Goal("retrieve without stop words, p50", 0.6, _ms(_p50(found.bare.seconds)), "ms"),
        Goal("retrieve with stop words, p99", 3, _over(_p99(found.full.seconds), _p50(found.full.seconds)), "× p50"),
        Goal("retrieve without stop words, p99", 3, _over(_p99(found.bare.seconds), _p50(found.bare.seconds)), "× p50"),
        Goal("answer, p50", 5, answered and _ms(_p50(answered.full.seconds)), "ms"),
        Goal("opening", 50, _ms(opened and opened.seconds), "ms"),
        Goal("opening", 60, opened and (opened.after - opened.before) * _MB, "MB"),
        Goal("building", 150_000, built and report.measured[-1].sample.sentences / built.seconds, "sentences/s", True),
        Goal("building", 1_000, built and built.peak * _MB, "MB"),
        Goal("event loop, longest lag", 20, _ms(lag), "ms"),
    ]


def questions(measured: Measured, kind: str) -> str:
    """The table of the questions of one kind."""
    asked: dict[str, Asked] = {name: getattr(figures, kind) for name, figures in measured.figures.items()}
    base = asked[RETRIEVE]

    def row(name: str, own: Asked) -> str:
        cells = [name]
        for percentile in (_p50, _p99):
            here, there = percentile(own.seconds), percentile(base.seconds)
            cells += [shown(_ms(here)), _times(here, there)]
        cells += [shown(_ms(_p50(own.processor))), shown(_ms(_p99(own.processor))), f"{len(own.seconds):,}"]
        return _row([*cells, f"{own.met / len(own.seconds):.2f}" if own.met else _NONE])

    columns = ("p50", "×", "p99", "×", "processor p50", "p99", "asked", "finds")
    return _table(KINDS_CALLED[kind], columns, (row(name, own) for name, own in asked.items() if ENGINES[name].asked))


def building(measured: Measured) -> str:
    """The table of what an index costs."""
    base = measured.figures[RETRIEVE]

    def row(name: str, figures: Figures) -> str:
        built, opened = figures.built, figures.opened
        cells = [name]
        if ENGINES[name].shares:
            cells += [_NONE] * 6
        elif built is None:
            cells += [f"over {BUILD_SECONDS:.0f} s", *[_NONE] * 5]
        else:
            rate = f"{measured.sample.sentences / built.seconds:,.0f}"
            other = base.built
            cells += [rate, _times(built.seconds, other and other.seconds)]
            cells += [shown(built.peak * _MB), _times(built.peak, other and other.peak)]
            cells += [shown(figures.disk * _MB), _times(figures.disk, base.disk)]
        if opened is None:
            cells += [_NONE] * 4
        else:
            taken = opened.after - opened.before
            cells += [shown(_ms(opened.seconds)), _times(opened.seconds, base.opened and base.opened.seconds)]
            cells += [f"{shown(opened.after * _MB)} ({shown(taken * _MB)})", shown(_ms(figures.first))]
        return _row(cells)

    columns = (
        "written, a second",
        "time ×",
        "peak, MB",
        "×",
        "disk, MB",
        "×",
        "opening, ms",
        "×",
        "resident, MB",
        "first, ms",
    )
    return _table("", columns, (row(name, figures) for name, figures in measured.figures.items()))


def growth(small: Measured, large: Measured) -> str:
    """The table of how much more it takes for more sentences."""
    about = GROWTH_ABOUT.format(
        times=large.sample.sentences / small.sample.sentences,
        few=small.sample.sentences,
        many=large.sample.sentences,
    )

    def row(name: str, one: Figures, other: Figures) -> str:
        sizes = [(_p50(one.full.seconds), _p50(other.full.seconds)), (_p50(one.bare.seconds), _p50(other.bare.seconds))]
        if ENGINES[name].shares:
            sizes += [(None, None)] * 3
        else:
            sizes += [(one.built and one.built.seconds, other.built and other.built.seconds)]
            sizes += [(one.built and one.built.peak, other.built and other.built.peak), (one.disk, other.disk)]
        sizes += [(one.opened and one.opened.seconds, other.opened and other.opened.seconds)]
        return _row([name, *(_times(after, before) for before, after in sizes)])

    columns = ("p50", "bare p50", "writing", "peak memory", "disk", "opening")
    both = ((name, figures, large.figures[name]) for name, figures in small.figures.items())
    return f"{about}\n{_table('', columns, (row(*each) for each in both))}"


def busy(report: Report) -> str:
    """The table of many at once."""
    sentences = next(each.sample.sentences for each in report.measured if each.sample.sentences >= BUSY)

    def row(served: Served) -> str:
        rate = len(served.answered) / served.seconds
        return _row(
            [
                f"{served.askers}",
                f"{len(served.answered):,}",
                f"{rate:.0f}",
                *(shown(_ms(each)) for each in (_p50(served.answered), _p99(served.answered))),
                *(shown(_ms(each)) for each in (_p50(served.lags), _p99(served.lags), max(served.lags))),
            ]
        )

    columns = ("questions", "a second", "p50, ms", "p99, ms", "lag p50, ms", "lag p99, ms", "longest lag, ms")
    return BUSY_ABOUT.format(sentences=sentences) + "\n" + _table("askers", columns, map(row, report.served))


def _method(report: Report) -> str:
    samples = (_row([f"{each:,}" for each in measured.sample[1:]]) for measured in report.measured)
    sources = (_row([*source[:2], *(f"{each:,}" for each in source[2:5])]) for source in report.sources)
    return METHOD.format(
        each=math.ceil(QUESTIONS / ROUNDS),
        rounds=ROUNDS,
        build=BUILD_SECONDS,
        ask=ASK_SECONDS,
        fewest=_FEWEST,
        questions=QUESTIONS,
        gathered=sum(source.documents for source in report.sources),
        packages=len(report.sources) - 1,
        paragraphs=sum(source.paragraphs for source in report.sources),
        copies=sum(source.copies for source in report.sources),
        samples="\n".join(samples),
        sources="\n".join(sources),
    )


def _p50(seconds: Sequence[float]) -> float | None:
    return statistics.median(seconds) if seconds else None


def _p99(seconds: Sequence[float]) -> float | None:
    return sorted(seconds)[math.ceil(0.99 * len(seconds)) - 1] if len(seconds) >= _FEWEST else None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * _MS


def _over(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def _times(one: float | None, other: float | None) -> str:
    """How many times as much one is as another."""
    return shown(_over(one, other))


def shown(number: float | None) -> str:
    """A number with three digits, or all it has before the point."""
    if number is None:
        return _NONE
    return f"{number:,.{max(0, 2 - math.floor(math.log10(number)))}f}" if number else "0"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_on_hyphens=False)


def _table(first: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    return "\n".join([_row([first, *columns]), "|---" * (len(columns) + 1) + "|", *rows]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(argv: Sequence[str]) -> int:
    """Measures, prints and writes the document. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the sentences, samples and figures are kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="sentences, ascending")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES), metavar="NAME")
    parser.add_argument("--write", action="store_true", help="measure nothing, only write the document anew")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    arguments = parser.parse_args(argv)
    # Libraries read these when they are loaded, which is in processes that are started from here.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))
    figures = arguments.folder / "speed.pickle"
    try:
        if not arguments.write:
            report = measure(arguments.folder, arguments.sizes, list(dict.fromkeys([RETRIEVE, *arguments.engines])))
            figures.write_bytes(pickle.dumps(report))
        text = document(pickle.loads(figures.read_bytes()))  # noqa: S301 (written by the line above)
    except UserError as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    arguments.output.write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
