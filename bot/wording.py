"""Answer → words: JSON for programs, styled text for a terminal. Pure functions of the answer."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count, islice
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus import Document, Folder, Problem
from retrieval import Answer, Citation, Entry, Index, Match

DO_NOT_SAY = "The documents do not say."
DIFFER = "The documents differ:"
LEANING = "leaning on"
NEAREST = "Nearest passages (not an answer):"

NAMED = 5
"""Files that cannot be served which are named unasked; ``sources --problems`` names them all."""

_SHORT = 120  # characters of the question leaned on that are shown

# A terminal obeys control characters, and a document may hold any: each is shown as its picture (U+2400 and on).
_CONTROLS = (
    {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"} | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
)
# Right-to-left overrides and their kin could make the rest of a line read otherwise than it is written.
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "")
# Some readers take these for the end of a line; JSON gives them another spelling.
_LINE_SEPARATORS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
_SHOWN = _CONTROLS | _DIRECTIONS


def as_json(answer: Answer, elapsed_ms: float, reply: str | None = None) -> str:
    """One line of JSON; offsets count characters of the document's text. ``reply`` is for what was no question."""
    line = json.dumps(
        {
            "question": answer.question,
            "leaning_on": answer.leaning_on,
            "standing": answer.standing,
            "answered": answer.answered,
            "answer": answer.words,
            "confidence": round(answer.confidence, 4),
            "reply": reply,
            "corrections": [correction._asdict() for correction in answer.corrections],
            "citations": [_citation(citation) for citation in answer.citations],
            "nearest": [_citation(citation) for citation in answer.nearest],
            "elapsed_ms": round(elapsed_ms, 3),
        },
        ensure_ascii=False,
    )
    return line.translate(_LINE_SEPARATORS)


def as_text(answer: Answer) -> Text:
    """The answer for a terminal: each quote, then where it stands; or that the documents do not say.

    Above it, how words of the question were read, and if it does not stand by itself, the question it leans on.
    """
    text = Text.assemble((f"({shown(corrected(answer))})\n", "dim") if answer.corrections else "")
    if answer.leaning_on is not None:
        last = shown(answer.leaning_on)
        text.append(f'{LEANING}: "{last if len(last) <= _SHORT else f"{last[:_SHORT]}…"}"\n', style="dim")
    if answer.answered:
        return text.append(quotes(answer.citations))
    text.append(DO_NOT_SAY, style="bold")
    return text.append(f"\n\n{NEAREST}\n").append(quotes(answer.nearest)) if answer.nearest else text


def corrected(answer: Answer) -> str:
    """How misspelt words of the question were read: ``"read 'Pyonyang' as 'Pyongyang'"``; empty where none was."""
    readings = ", ".join(f"'{correction.asked}' as '{correction.read}'" for correction in answer.corrections)
    return f"read {readings}" if readings else ""


def quotes(citations: Sequence[Citation], first: int = 1) -> Text:
    """Quotes with numbered sources below each, from number ``first``; an echo is a source of the quote before it.

    Quotes that differ stand together, below words that say so.
    """
    groups: list[list[tuple[int, Citation]]] = []
    for number, citation in zip(count(first), citations, strict=False):
        if citation.echo and groups:
            groups[-1].append((number, citation))
        else:
            groups.append([(number, citation)])
    blocks: list[Text] = []
    differ = False
    for group in groups:
        if group[0][1].differs and not differ:
            blocks.append(Text(DIFFER, style="bold yellow"))
            differ = True
        block = _quote(group[0][1])
        block.append("".join(f" [{number}]" for number, _ in group), style="cyan")
        for number, citation in group:
            block.append(f"\n[{number}] ", style="cyan")
            block.append(source(citation), style=f"dim link {citation.url}" if citation.url else "dim")
            if citation.echo:
                block.append(" (nearly the same words)", style="dim")
        blocks.append(block)
    return Text("\n\n").join(blocks)


def source(citation: Citation) -> str:
    """Where a quote stands: title, date if there is one, file and line."""
    document = citation.document
    parts = (shown(document.title), day(document.date), f"{shown(document.id)}, {citation.place}")
    return " · ".join(part for part in parts if part)


def sources(documents: Sequence[Document | Entry]) -> Text:
    """The documents served: title, date, file."""
    lines = []
    for document in documents:
        line = Text(shown(document.title), style="bold")
        rest = " · ".join(part for part in (day(document.date), shown(document.id)) if part)
        lines.append(line.append(f"\n  {rest}", style="not bold dim"))
    return Text("\n").join(lines)


def problems(folder: Folder) -> Text:
    """A line for each file that is not served, and how many are."""
    lines = [f"{shown(str(problem))}\n" for problem in folder.problems]
    served, not_served = len(folder.documents), len(folder.problems)
    return Text("".join(lines) + f"{served} served, {not_served} not.")


def unserved(problems: Sequence[Problem]) -> Iterator[str]:
    """A line for each of the first files that cannot be served, and one for the rest."""
    yield from map(str, islice(problems, NAMED))
    if (more := len(problems) - NAMED) > 0:
        yield f"and {more} more files cannot be served; `sources --problems` names them all"


def news(before: Index, changes: Mapping[str, Document | None], problems: Sequence[Problem]) -> str:
    """What is served otherwise than before: ``"read anew: 2 added, 1 changed"``; empty if nothing is.

    ``changes`` are the documents by their ids, None where there is none any more. A file that can be read no longer is
    not counted: it has a line of its own.
    """
    unread = {problem.path for problem in problems}
    new = {identifier: document for identifier, document in changes.items() if document is not None}
    counts = {
        "added": sum(identifier not in before for identifier in new),
        "changed": sum(identifier in before and before.get(identifier) != new[identifier] for identifier in new),
        "removed": sum(identifier in before for identifier in changes.keys() - new.keys() - unread),
    }
    told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return f"read anew: {told}" if told else ""


def why(matches: Sequence[Match]) -> Table:
    """How the best passage met each word of the question, and what the word weighs."""
    table = Table("word", "weight", "met in", "as", box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for match in matches:
        table.add_row(shown(match.word), f"{match.weight:.2f}", match.where, shown(match.met_by))
    return table


def day(value: date | None) -> str:
    """A date as it is written out: ``"21 June 2024"``; empty for none."""
    return f"{value.day} {value:%B} {value.year}" if value else ""


def counted(number: int, things: str) -> str:
    """A number of things, named in the plural: ``"1,200 documents"``, ``"1 document"``."""
    return f"{number:,} {things.removesuffix('s') if number == 1 else things}"


def shown(text: str) -> str:
    """Text fit for one line of a terminal: white space as single spaces, control characters as pictures."""
    return re.sub(r"\s+", " ", text).translate(_SHOWN)


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Leaves it to ``__main__``; rich itself would exit with status 1, which says that the documents do not say."""
        raise BrokenPipeError


def terminal(stream: TextIO) -> Console:
    """A rich console that prints text as it is: no markup, no emoji codes; unwrapped where it is no terminal."""
    return _Terminal(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=not stream.isatty())


def _quote(citation: Citation) -> Text:
    text, (start, end) = citation.document.text, citation.highlight or (citation.end, citation.end)
    return Text.assemble(
        shown(text[citation.start : start]), (shown(text[start:end]), "bold green"), shown(text[end : citation.end])
    )


def _citation(citation: Citation) -> dict[str, object]:
    document = citation.document
    return {
        "document": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "url": citation.url,
        "place": citation.place,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "highlight": list(citation.highlight) if citation.highlight else None,
        "score": citation.score,
        "differs": citation.differs,
    }
