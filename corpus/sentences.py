"""Text → passages: blocks by their lines, sentences by sentencex, each an exact slice of the text.

``blocks`` finds paragraphs, whether one stands on one line or is wrapped over several; ``split`` says what each block
is (heading, residue, prose) and cuts prose into ``sentences``. sentencex (Wikimedia) knows abbreviations and keeps a
quotation together; what is ours is the layout of plain text and the bound on a passage's length.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from sentencex import segment

from corpus.dates import read_date
from corpus.document import Document, Kind, Passage
from corpus.language import ENGLISH

Span = tuple[int, int]

TOP = 5  # blocks among which a title and a date line are looked for
_CLAUSE_ENDS = (". ", "? ", "! ", "; ", ".\n", ";\n", "。", "？", "！", "；", "؟ ", "؛ ")
MAX_PASSAGE = 1_200
"""Characters. A longer sentence is cut at a clause or a word, so that a quote always fits a screen and a message."""

_AT_ONCE = 10_000  # characters handed to sentencex at a time: unclosed quotation marks cost it their square
_LINE = re.compile(r"\S(?:[^\r\n]*\S)?")  # without the white space at its ends
_BREAK = re.compile(r"\r\n|\r|\n")
_LIST_MARKER = re.compile(r"(?:[-*+•‣◦▪·–—]|\(?(?:\d{1,3}|[A-Za-z])[.)])[ \t]+(?=\S)")
_HASHES = re.compile(r"#{1,6}[ \t]+(?=\S)")
_KEY_AND_VALUE = re.compile(r"(?!chapter|part|section|appendix)(?:\S+ ){0,3}\S+:[ \t]+\S", re.IGNORECASE)
_NO_TITLE = re.compile(r"[@:|](?:(?<=@)\w|(?<=:)//|(?<=\|))")  # an address, a row of a table
_FENCES = ("```", "~~~")
_ASKED = re.compile(
    r"(?:[#*_ ]*(?:(?:Q|Question|QUESTION)[ #.]{0,2}\d{0,3} ?[:.)]|\(?\d{1,3}[.)])[*_]*[ \t]|(?:\*\*|__))"
    r"(?:[^.!?]|[.!?](?!\s+[^\Wa-z])){1,200}\?[*_\"”» ]*",
)  # "Q: …?", "1. …?", "**…?**": what is asked only to be answered below
_CLOSERS = "\"'”’»)]*_」』）】 \t"
_ENDS = ".!;:,。！；：，、؛،۔"
_ASKS = ("?", "？", "؟")
# Chinese, Japanese; Thai, Lao, Burmese, Khmer: a line may end after any of them, or nearly.
_UNSPACED = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3]")
# What ends like a sentence and is none, where sentencex does not know it: initials, titles before a name, measures.
_SHORTENED = re.compile(
    r"\b(?:Mme|Mlle|Mgr|Dr|Pr|Ste?|Dña|[Ee]nv|[Aa]prox|Inh|Hr|Fr|[Ии]м|[Рр]ис|[Сс]т|[Аа]кад|[Пп]роф|тел)\.$"
)
_INITIAL = re.compile(r"\b([^\W\d_])\.$")
_ORDINALS = ("de", "da", "no", "fi", "cs", "sk", "hr", "hu")  # where "19." is "19th"
_ORDINAL = re.compile(r"(?<!\S)\d{1,2}\.$")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_WRAP_WIDTHS = range(40, 121)  # the line lengths at which people and programs wrap prose
_WRAP_SLACK = 10  # how much earlier than the longest line a wrapped line may end

_RESIDUE = re.compile(
    r"""no\ comments:? | \d+\ comments:? | post\ a\ comment | leave\ a\ (?:reply|comment)
      | add\ (?:a\ )?comment | (?:newer|older)\ posts? | subscribe\ to:.* | posted\ by\b.{0,60} | share\ this:?
      | share\ to\ \w+ | email\ this | blogthis! | share\ on\ \w+ | read\ more | advertisement | related\ articles:?
      | copyright\ .{0,80}all\ rights\ reserved\.? | all\ rights\ reserved\.? | skip\ to\ (?:main\ )?content""",
    re.IGNORECASE | re.VERBOSE,
)


def blocks(text: str) -> list[Span]:
    """The spans of the paragraphs of ``text``, in order, trimmed of white space; between them is nothing else.

    A blank line ends a paragraph. A line break inside one is taken for wrapping, as a typesetter would have made it,
    when the next line's first word no longer fitted (Knuth & Plass, 1981, call it first fit); otherwise each line is a
    paragraph of its own. A list item always begins one.
    """
    spans: list[Span] = []
    for run in _runs(text):
        if len(run) == 1:
            spans += run
            continue
        width = max(end - start for start, end in run)
        begin, previous_end = run[0]
        for line, (start, end) in pairwise(run):
            wraps = (
                width in _WRAP_WIDTHS
                and _fills(line[1] - line[0], width - _WRAP_SLACK, text, start, end)
                and not _LIST_MARKER.match(text, start)
                and not _HASHES.match(text, line[0])
            )
            if not wraps:
                spans.append((begin, previous_end))
                begin = start
            previous_end = end
        spans.append((begin, previous_end))
    return spans


def paragraphs(document: Document, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of the paragraphs of ``document`` that reach between ``start`` and ``end``, in order, trimmed.

    Each is whole. What is far away is not looked at, if there are blank lines between.
    """
    text, between = document.text, "\n" if document.marks else "\n\n"
    start, end = max(start, 0), len(text) if end is None else min(end, len(text))
    first, last = text.rfind(between, 0, start) + 1, text.find(between, end)
    part = text[first:last] if last >= 0 else text[first:]
    found = ((first + low, first + high) for low, high in (_lines(part) if document.marks else blocks(part)))
    return [(low, high) for low, high in found if start < high and low < end]


def split(document: Document) -> list[Passage]:
    """The passages of ``document`` in order: every character that is not white space is in exactly one of them."""
    text = document.text
    spans = paragraphs(document)
    whole = {mark.start for mark in document.marks if mark.whole}
    kinds = _kinds(document, spans, whole)
    heading: Span | None = None
    passages: list[Passage] = []
    for block, kind in zip(spans, kinds, strict=True):
        above = None if kind in {Kind.HEADING, Kind.LINE} else heading
        cut = kind is Kind.SENTENCE and block[0] not in whole
        pieces = sentences(text, *block, document.language) if cut else _bounded(text, *block)
        asks = cut and text.find("?", *block) >= 0
        for start, end in pieces:
            if asks and _ASKED.fullmatch(text, start, end):
                heading = above = start, end
                passages.append(Passage(document, start, end, Kind.HEADING, block, None))
            else:
                passages.append(Passage(document, start, end, kind, block, above))
        if kind in {Kind.HEADING, Kind.LINE}:
            heading = block
    return passages


def sentences(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """The spans of the sentences of one paragraph, in pieces of at most MAX_PASSAGE characters, trimmed.

    The marker of a list item stays with its first sentence.
    """
    marker = _LIST_MARKER.match(text, start, end)
    offset = marker.end() if marker else start
    for first, last in _bounded(text, offset, end, _AT_ONCE) if end - offset > _AT_ONCE else ((offset, end),):
        # One character for one, so that offsets stay: to sentencex a wrapped paragraph is one line.
        line = text[first:last]
        if not line.isprintable():  # no white space but a space is printable
            line = re.sub(r"\s", " ", line)
        at = first
        for sentence in _sentences(line, language):
            if bare := sentence.strip():
                begin = at + sentence.index(bare)
                close = begin + len(bare)
                if marker and begin == offset:
                    begin = start
                if close - begin > MAX_PASSAGE:
                    yield from _bounded(text, begin, close)
                else:
                    yield begin, close
            at += len(sentence)


def looks_like_heading(text: str) -> bool:
    """Whether a line reads as a title: short, ending like no sentence ends, not an item, not a value with its name."""
    if len(text) > 120:
        return bool(_HASHES.match(text))
    bare = text.rstrip(_CLOSERS)
    return bool(_HASHES.match(text)) or (
        len(text.split()) <= 16
        and bool(bare)
        and bare[-1] not in _ENDS
        and any(map(str.isalpha, text))
        and not bare[0].islower()
        and not _LIST_MARKER.match(text)
        and not _KEY_AND_VALUE.match(text)
        and not text.startswith(_FENCES)
        and not _NO_TITLE.search(text)
    )


def is_residue(text: str) -> bool:
    """Whether a line is what a web page leaves around an article when it is copied."""
    return _RESIDUE.fullmatch(text.strip()) is not None


def _runs(text: str) -> Iterator[list[Span]]:
    """Lines with no blank line between them, trimmed."""
    run: list[Span] = []
    previous = 0
    for match in _LINE.finditer(text):
        line = match.span()
        if run and (
            text.startswith("\n\n", previous)
            or (line[0] - previous > 1 and len(_BREAK.findall(text, previous, line[0])) > 1)
        ):
            yield run
            run = []
        run.append(line)
        previous = line[1]
    if run:
        yield run


def _lines(text: str) -> list[Span]:
    """The lines of a text whose format has told its blocks apart, trimmed."""
    return [match.span() for match in _LINE.finditer(text)]


def _kinds(document: Document, spans: list[Span], whole: set[int]) -> list[Kind]:
    """What each block is. Where headings are marked, only those are; three short lines in a row are a list.

    What begins at one of ``whole`` is quoted as it is.
    """
    text = document.text
    if document.marks:
        headings = {mark.start for mark in document.marks if mark.level}
    else:
        headings = {start for start, _ in spans if _HASHES.match(text, start)}
    kinds = []
    for number, (start, end) in enumerate(spans):
        block = text[start:end]
        if is_residue(block):
            kinds.append(Kind.RESIDUE)
        elif number + 1 == len(spans) or start in whole:
            kinds.append(Kind.SENTENCE)
        elif (
            block == document.title
            or start in headings
            or ("?" in block and _ASKED.fullmatch(block))
            or (number < TOP and read_date(block))
        ):
            kinds.append(Kind.HEADING)
        elif headings or not looks_like_heading(block):
            kinds.append(Kind.SENTENCE)
        else:
            kinds.append(Kind.HEADING if block.rstrip(_CLOSERS).endswith(_ASKS) else Kind.LINE)
    for kind, numbers in groupby(range(len(kinds)), key=kinds.__getitem__):
        lines = list(numbers)
        if kind is Kind.LINE and len(lines) > 2:
            for number in lines:
                kinds[number] = Kind.SENTENCE
    return kinds


def _sentences(line: str, language: str) -> list[str]:
    """All of a line as the sentences that sentencex has.

    Outside English, whose abbreviations it knows, some are put together again.
    """
    found: list[str] = segment(language, line)
    if language == ENGLISH:
        return found
    joined: list[str] = []
    start = end = 0
    for sentence in found:
        end += len(sentence)
        if end == len(line) or not _goes_on(line[start:end].rstrip(), line[end:].lstrip(), language):
            joined.append(line[start:end])
            start = end
    return joined


def _goes_on(before: str, after: str, language: str) -> bool:
    """Whether a sentence goes on: after an initial, a title or an ordinal number, or with a small letter."""
    ordinal = language in _ORDINALS and _ORDINAL.search(before)
    said = before.endswith(("」", "』")) and _HIRAGANA.match(after)
    shortened = _SHORTENED.search(before)
    initial = _INITIAL.search(before)
    return bool(ordinal or said or shortened or (initial and not initial[1].islower()) or after[:1].islower())


def _bounded(text: str, start: int, end: int, longest: int = MAX_PASSAGE) -> Iterator[Span]:
    """The span whole, or in pieces of at most ``longest`` characters, cut after a clause or before a word."""
    while end - start > longest:
        window = text[start : start + longest + 1]
        cut = max(window.rfind(mark, longest // 3) for mark in _CLAUSE_ENDS) + 1
        cut = cut or max(window.rfind(space, longest // 2) for space in " \n\t\r")
        piece = _trim(text, start, start + (cut if cut > 0 else longest))
        if piece is not None:
            yield piece
        start += cut if cut > 0 else longest
    rest = _trim(text, start, end)
    if rest is not None:
        yield rest


def _trim(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, or None if nothing is left."""
    kept = text[start:end].rstrip()
    end = start + len(kept)
    start = end - len(kept.lstrip())
    return (start, end) if start < end else None


def _fills(length: int, width: int, text: str, start: int, end: int) -> bool:
    """Whether a line of some length has no room for a space and the first word of ``text[start:end]``."""
    room = width - length - 1
    return room < 1 or (not _UNSPACED.match(text, start) and len(text[start:end].split(maxsplit=1)[0]) > room)
