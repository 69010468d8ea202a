"""The command ``evaluate``: a report as tables or as JSON."""

import json
import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import wording
from retrieval import Miss, Report, Section


def as_json(name: str, report: Report, seconds: float) -> str:
    """The report as one JSON object; what could not be measured is null."""
    return json.dumps(
        {
            "file": name,
            "kind": report.kind,
            "notes": report.notes,
            **{size.replace(" ", "_"): count for size, count in report.sizes.items()},
            **{f"{quantile}_ms": round(value, 3) for quantile, value in report.milliseconds.items()},
            "seconds": round(seconds, 1),
            "sections": {
                section.key: {row: _rounded(figures) for row, figures in section.rows.items()}
                for section in report.sections
            },
            "missed": report.missed,
            "misses": [
                {
                    "question": miss.question,
                    "why": miss.why,
                    "confidence": round(miss.confidence, 4),
                    "quoted": miss.quoted,
                    "nearest": miss.nearest,
                    "wanted": miss.wanted,
                }
                for miss in report.misses
            ],
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def show(console: Console, name: str, report: Report, seconds: float) -> None:
    """The report for a person: what was measured, a table a section, and the misses."""
    sizes = [wording.counted(count, size) for size, count in report.sizes.items()]
    console.print(Text(f"{wording.shown(name)} ({report.kind})", style="bold"))
    console.print(" · ".join([*sizes, *report.notes]))
    times = [f"{value:.1f} ms ({quantile})" for quantile, value in report.milliseconds.items()]
    console.print(f"a question: {', '.join(times)} · {seconds:.0f} s in all")
    for section in report.sections:
        console.print()
        console.print(_table(section))
    if report.misses:
        of = f" of {report.missed:,}, drawn by a fixed seed" if report.missed > len(report.misses) else ""
        console.print(Text(f"\nMisses: {len(report.misses)}{of}", style="bold"))
    for miss in report.misses:
        console.print(_miss(miss))


def _table(section: Section) -> Table:
    metrics = list(next(iter(section.rows.values())))
    table = Table(title=section.title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for metric in metrics:
        table.add_column(metric, justify="right")
    for row, figures in section.rows.items():
        table.add_row(row, *("–" if math.isnan(figures[metric]) else f"{figures[metric]:.3f}" for metric in metrics))
    return table


def _miss(miss: Miss) -> Text:
    text = Text.assemble("\n", (wording.shown(miss.question), "bold"), f"\n  {miss.why} ({miss.confidence:.2f})")
    for name, quote in (("quoted", miss.quoted), ("nearest", miss.nearest)):
        if quote is not None:
            text.append(f"\n  {name}: {wording.shown(quote)}")
    if miss.wanted:
        text.append(f"\n  wanted: {' | '.join(map(wording.shown, miss.wanted))}")
    return text


def _rounded(figures: dict[str, float]) -> dict[str, float | None]:
    return {metric: None if math.isnan(value) else round(value, 4) for metric, value in figures.items()}
