"""Writes docs/reading.md: how fast 1,000 mixed documents load, and what each reader takes.

The documents are made by the formats' own writers, each of about 600 words with headings, a list or a table.
"""

import io
import platform
import random
import sys
import tempfile
import time
from pathlib import Path

import docx
from fpdf import FPDF

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from corpus import read_document, read_folder  # noqa: E402 (found once the path is set)
from corpus.apart import PROCESSES  # noqa: E402

DOCUMENTS = 1_000
SECTIONS, SENTENCES = 5, 12
WORDS = [
    "the",
    "a",
    "harbour",
    "ferry",
    "tower",
    "granite",
    "storm",
    "keeper",
    "lamp",
    "boat",
    "captain",
    "morning",
    "evening",
    "carries",
    "builds",
    "opens",
    "closes",
    "paints",
    "visits",
    "with",
    "from",
    "under",
    "over",
    "before",
    "after",
    "every",
    "old",
    "new",
    "green",
    "heavy",
    "quiet",
    "hundred",
    "second",
    "stone",
    "wooden",
    "of",
    "and",
    "to",
    "in",
]


def sections(chance: random.Random) -> list[tuple[str, list[str]]]:
    """Headings, and the sentences below each."""
    return [
        (
            f"Section {number}",
            [" ".join(chance.choices(WORDS, k=10)).capitalize() + "." for _ in range(SENTENCES)],
        )
        for number in range(1, SECTIONS + 1)
    ]


def text(parts: list[tuple[str, list[str]]]) -> bytes:
    """Plain text."""
    return "\n\n".join(f"{heading}\n\n{' '.join(sentences)}" for heading, sentences in parts).encode()


def markdown(parts: list[tuple[str, list[str]]]) -> bytes:
    """Markdown with front matter and lists."""
    body = "\n\n".join(f"## {heading}\n\n{' '.join(some)}\n\n- {some[0]}\n- {some[1]}" for heading, some in parts)
    return f"---\ntitle: A guide\ndate: 2024-05-03\n---\n# A guide\n\n{body}\n".encode()


def html(parts: list[tuple[str, list[str]]]) -> bytes:
    """A web page with a menu and a footer."""
    body = "".join(f"<h2>{heading}</h2><p>{' '.join(some)}</p>" for heading, some in parts)
    menu = "".join(f'<li><a href="/{number}">Page {number}</a></li>' for number in range(9))
    return (
        f"<html><head><title>A guide</title></head><body><nav><ul>{menu}</ul></nav><article><h1>A guide</h1>{body}"
        "</article><footer>All rights reserved.</footer></body></html>"
    ).encode()


def pdf(parts: list[tuple[str, list[str]]]) -> bytes:
    """A PDF, a page a section."""
    paper = FPDF()
    for heading, some in parts:
        paper.add_page()
        paper.set_font("helvetica", size=16)
        paper.cell(text=heading)
        paper.ln(10)
        paper.set_font("helvetica", size=11)
        paper.multi_cell(0, 5, " ".join(some))
    return bytes(paper.output())


def word(parts: list[tuple[str, list[str]]]) -> bytes:
    """A Word document."""
    made = docx.Document()
    for heading, some in parts:
        made.add_heading(heading, 1)
        made.add_paragraph(" ".join(some))
        made.add_paragraph(some[0], style="List Bullet")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def table(parts: list[tuple[str, list[str]]]) -> bytes:
    """Comma-separated values."""
    return b"Section,Sentence\n" + "".join(f"{h},{s}\n" for h, some in parts for s in some).encode()


def subtitles(parts: list[tuple[str, list[str]]]) -> bytes:
    """SubRip."""
    said = [sentence for _, some in parts for sentence in some]
    return "\n".join(
        f"{n}\n00:{n // 30:02}:{n * 2 % 60:02},000 --> 00:{n // 30:02}:{n * 2 % 60 + 1:02},900\n{sentence}\n"
        for n, sentence in enumerate(said, 1)
    ).encode()


MADE = {".txt": text, ".md": markdown, ".html": html, ".pdf": pdf, ".docx": word, ".csv": table, ".srt": subtitles}


def main() -> None:
    """Makes the documents, reads them, writes what it took."""
    chance = random.Random(7)  # noqa: S311 (the same documents every time)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        suffixes = list(MADE)
        files = [f"{number}{suffixes[number % len(suffixes)]}" for number in range(DOCUMENTS)]
        for file in files:
            (folder / file).write_bytes(MADE[Path(file).suffix](sections(chance)))
        begin = time.perf_counter()
        found = read_folder(folder)
        elapsed = time.perf_counter() - begin
        rates = {suffix: rate(folder, [file for file in files if file.endswith(suffix)]) for suffix in suffixes}
    slowest = min(rates, key=rates.__getitem__)
    rows = "\n".join(f"| `{suffix}` | {rates[suffix]:,.0f} |" for suffix in sorted(rates, key=rates.__getitem__))
    (HERE / "reading.md").write_text(
        f"""\
# How fast documents load

Written by `make reading` (Python {platform.python_version()}, {platform.machine()}, {PROCESSES} processes).

{len(found.documents):,} documents of about 600 words, as many of each of {len(suffixes)} formats, load in
{elapsed:.1f} s: **{len(found.documents) / elapsed:,.0f} documents a second**, the start of the processes included.
The slowest reader is the one for `{slowest}`.

| format | documents a second, in one process |
|---|---|
{rows}
""",
        "utf-8",
    )


def rate(folder: Path, files: list[str]) -> float:
    """How many of the files are read in a second, once the reader is loaded."""
    data = [(file, (folder / file).read_bytes()) for file in files]
    read_document(*data[0])
    begin = time.perf_counter()
    for file, content in data:
        read_document(file, content)
    return len(files) / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
