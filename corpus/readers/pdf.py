"""PDF → Document: its text page by page, by PDFium; lines made paragraphs again, running headers and footers left out.

PDFium gives characters with their boxes, line by line. ``_page`` makes lines of them, ``_running`` finds those that
stand on many pages, ``_paragraphs`` joins what was one paragraph before it was set. What a person calls a paragraph a
PDF does not know, so all of this goes by how lines stand to each other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from corpus.document import Document
from corpus.errors import DocumentError
from corpus.readers.draft import Draft, Piece, squeezed
from corpus.sentences import looks_like_heading

_HYPHEN = "\x02"  # what PDFium puts in the place of a hyphen at which it joined two lines
_SOME = 12  # characters of a line that are enough to tell its height by
_EDGE = 2  # lines at the top and at the bottom of a page that may be running headers and footers
_REPEATS = 3  # pages that such a line stands on at the least, if there are so many
_LARGER = 1.12  # times the size of most text: what a heading has
_ALIKE = 1.04  # times that sizes of headings of one level may differ by: a character in another font is enough
_APART = 1.5  # times the usual distance of lines: what a running header is from the text at the least
_CONTROLS = re.compile("[\0\1\3-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BROKEN = re.compile(rf"([^\W\d_]+)(?:{_HYPHEN}|[-\u2010\u00ad] (?=[^\W\d_A-Z]))([^\W\d_]+)")
_ITEM = re.compile(r"(?:[-*+•‣◦▪·–—]|\(?(?:\d{1,3}|[A-Za-z])[.)])[ \t]+(?=\S)")
_LEADER = re.compile(r"(?:[ \t]?[.·…]){5,}\s*(.{0,12})$")  # dots up to the number of a page, or to a price
_BROKEN_ADDRESS = re.compile(r"((?:https?://|www\.)\S*[./]) (?=[a-z]\S*[./])")
_GOES_ON = re.compile(r"[^.!?:;…。！？\"”»)]$")
_SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.? ")
_ROMAN = re.compile(r"[ivxlc]{1,7}")
_NO_TITLE = re.compile(
    r"|untitled.*|microsoft \w+ - .*|.*\.(?:docx?|tex|dvi|indd|qxd|pdf|pages|rtf|odt)", re.IGNORECASE
)


class Line(NamedTuple):
    """A line as it is set: its words, the box around them in points, and how high its characters are."""

    words: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a PDF. Raises DocumentError."""
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise DocumentError("is protected by a password: save it again without one") from None
        raise DocumentError("is damaged, or no PDF: open it in a PDF viewer and save it again") from None
    try:
        pages = [_lines(pdf, number) for number in range(len(pdf))]
        title = squeezed(pdf.get_metadata_value("Title"))
    finally:
        pdf.close()
    if not any(pages):
        raise DocumentError("holds no text, only pictures of it: run text recognition (OCR) over it")
    body = median(line.size for line in chain.from_iterable(pages) for _ in line.words)
    pages = _without_running([_without_contents(page, len(pages)) for page in pages], body)
    draft = Draft()
    for level, pieces in _mended(list(_blocks(pages, body))):
        if level:
            ((words, called, number),) = pieces
            draft.heading(words, level, (called, number))
        else:
            draft.block(pieces)
    return draft.document(identifier, "" if _NO_TITLE.fullmatch(title) else title)


def _lines(pdf: pypdfium2.PdfDocument, number: int) -> list[Line]:
    """The lines of a page, in the order in which PDFium reads them; none for a page that is damaged."""
    try:
        page = pdf[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    try:
        characters = [chr(raw.FPDFText_GetUnicode(text, index)) for index in range(text.count_chars())]
        lines = []
        start = 0
        for end in [*(index for index, character in enumerate(characters) if character in "\r\n"), len(characters)]:
            shown = [index for index in range(start, end) if not characters[index].isspace()]
            if shown:
                some = [*shown[:: len(shown) // _SOME + 1], shown[-1]]
                boxes = [text.get_charbox(index, loose=True) for index in some]
                heights = Counter((bottom, top) for _, bottom, _, top in boxes)
                (((bottom, top), _),) = heights.most_common(1)  # of most of the line: some words may be in another font
                words = "".join(characters[shown[0] : shown[-1] + 1])
                lines.append(Line(_text(words), boxes[0][0], bottom, boxes[-1][2], top, top - bottom))
            start = end + 1
        return lines
    finally:
        text.close()
        page.close()


def _text(units: str) -> str:
    """Words as PDFium gives them, in UTF-16 and with controls among them, without these."""
    return _CONTROLS.sub("", units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _without_contents(page: list[Line], pages: int) -> list[Line]:
    """A page without its lines of a table of contents: dots up to page numbers that the document has, in their order.

    They repeat the headings, and would be quoted instead of what stands below these.
    """
    led = {index: match[1] for index, line in enumerate(page) if (match := _LEADER.search(line.words))}
    found = [index for index, number in led.items() if number.isdecimal() or _ROMAN.fullmatch(number)]
    numbers = [int(led[index]) for index in found if led[index].isdecimal()]
    if len(found) < _REPEATS or numbers != sorted(numbers) or numbers[-1:] > [pages]:
        return page
    first, after = min(found), max(found) + 1  # between them a chapter without dots, a long heading on two lines
    between = range(first, after) if len(found) * 2 > after - first else found
    return [line for index, line in enumerate(page) if index not in between]


def _without_running(pages: list[list[Line]], body: float) -> list[list[Line]]:
    """The pages without running headers, footers and page numbers.

    A header that names the section at hand may stand on one page only. It is known by its height, at which many pages
    have a running line, and by its distance from the text.
    """
    running = _running(pages, body)
    runs = [[bool(_keys(line, number, body) & running) for line in page] for number, page in enumerate(pages)]
    heights: Counter[int] = Counter()
    for page, known in zip(pages, runs, strict=True):
        heights.update({round(line.bottom) for line, one in zip(page, known, strict=True) if one})
    often = {height for height, times in heights.items() if times >= _REPEATS}
    kept = [
        [
            line
            for line, one in zip(page, known, strict=True)
            if not (one or (round(line.bottom) in often and line.size <= body * _LARGER and _apart(line, page)))
        ]
        for page, known in zip(pages, runs, strict=True)
    ]
    return kept if any(kept) else pages  # tickets, say: every page is the same


def _apart(line: Line, page: list[Line]) -> bool:
    """Whether a line stands above or below all others of a page, and further from them than they from one another."""
    steps = [line.bottom - other.bottom for other in page if abs(line.bottom - other.bottom) > line.size / 2]
    alone = bool(steps) and (min(steps) > 0 or max(steps) < 0)
    return alone and min(map(abs, steps)) > _APART * median(
        abs(one.bottom - other.bottom) for one, other in pairwise(page)
    )


def _running(pages: list[list[Line]], body: float) -> set[str]:
    """The keys of lines that stand at the edge of many pages: running headers and footers, page numbers."""
    edges: Counter[str] = Counter()
    for number, page in enumerate(pages):
        by_height = sorted(page, key=lambda line: line.bottom)
        edges.update({key for line in (*by_height[:_EDGE], *by_height[-_EDGE:]) for key in _keys(line, number, body)})
    return {key for key, times in edges.items() if len(pages) > 1 and times >= min(_REPEATS, len(pages))}


def _keys(line: Line, page: int, body: float) -> set[str]:
    """What a line is known by on other pages: its words, or those with a number in them that grows with the pages.

    A line larger than the text is known by nothing: it may be the title, which the headers of all other pages repeat.
    """
    if line.size > body * _LARGER:
        return set()
    words = line.words.casefold()
    keys = {words, "roman"} if _ROMAN.fullmatch(words) else {words}
    numbers = list(re.finditer(r"\d{1,5}", words))
    for match in (numbers[:1] + numbers[-1:]) if numbers else ():
        keys.add(f"{words[: match.start()]}#{int(match[0]) - page}{words[match.end() :]}")
    return keys


def _blocks(pages: list[list[Line]], body: float) -> Iterator[tuple[int, list[Piece]]]:
    """Headings with their level from 1, and paragraphs with level 0, as their lines on each page."""
    levels: list[float] = []  # the largest size of the headings of each level
    for size in sorted({line.size for line in chain.from_iterable(pages)}, reverse=True):
        if size > body * _LARGER and (not levels or size * _ALIKE < levels[-1]):
            levels.append(size)
    titles = (
        pages[0] if all(line.size > body * _LARGER for line in pages[0]) else []
    )  # below one, all is about the title

    def level(lines: list[Line], words: str) -> int:
        bare = words.replace(":", "") if _SECTION.match(words) else _ITEM.sub("", words, count=1)
        heads = lines[0].size > body * _LARGER and looks_like_heading(bare)
        found = sum(largest >= lines[0].size for largest in levels) if heads else 0
        return 0 if found > 1 and lines[0] in titles else min(found, 6)

    pending: list[Piece] = []
    for number, page in enumerate(pages, 1):
        for first, lines in enumerate(_paragraphs(page)):
            words = " ".join(line.words for line in lines)
            found = level(lines, words)
            if pending and (first or found or not (_GOES_ON.search(pending[-1][0]) and words[:1].islower())):
                yield 0, pending
                pending = []
            if found:
                yield found, [(words, "page", str(number))]
            else:
                pending.append((words, "page", str(number)))
    if pending:
        yield 0, pending


def _paragraphs(page: list[Line]) -> Iterator[list[Line]]:
    """The lines of each paragraph of a page."""
    for column in _columns(page):
        edge = max(line.right for line in column)
        gaps = [one.bottom - other.top for one, other in pairwise(column)]
        usual = median(gaps) if gaps else 0.0
        paragraph = column[:1]
        for (line, after), gap in zip(pairwise(column), gaps, strict=True):
            if gap <= usual + line.size * 0.4 and _wraps(line, after, edge, item=bool(_ITEM.match(paragraph[0].words))):
                paragraph.append(after)
            else:
                yield paragraph
                paragraph = [after]
        yield paragraph


def _columns(page: list[Line]) -> Iterator[list[Line]]:
    """Lines that stand below one another."""
    column: list[Line] = []
    for line in page:
        if column:
            last = column[-1]
            below = last.bottom + last.size / 2 > line.top
            if not (below and line.left < max(other.right for other in column[-3:]) and last.left < line.right):
                yield column
                column = []
        column.append(line)
    if column:
        yield column


def _wraps(line: Line, after: Line, edge: float, *, item: bool) -> bool:
    """Whether a line goes on in the next one: its sentence does, or that one's first word had no room in it."""
    if not 1 / _LARGER < after.size / max(line.size, 0.1) < _LARGER or _ITEM.match(after.words):
        return False
    if _LEADER.search(line.words):
        return False
    if after.left - line.left > line.size and not item:  # the indented first line of a paragraph
        return False
    if after.words[0].islower() and _GOES_ON.search(line.words) and line.right - line.left > (edge - line.left) / 2:
        return True
    first = len(after.words.split(maxsplit=1)[0]) / len(after.words) * (after.right - after.left)
    return line.right + first + line.size / 2 > edge


def _mended(blocks: list[tuple[int, list[Piece]]]) -> Iterator[tuple[int, list[Piece]]]:
    """The blocks without the hyphens at which lines ended, where the word has none elsewhere in the document.

    An address of the web that was broken at a line's end is whole again, too.
    """
    everything = " ".join(words for _, pieces in blocks for words, _, _ in pieces)
    compounds = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", everything.casefold()))

    def mend(match: re.Match[str]) -> str:
        compound = f"{match[1]}-{match[2]}"
        return compound if compound.casefold() in compounds else match[1] + match[2]

    for level, pieces in blocks:
        whole = [(_BROKEN.sub(mend, words).replace(_HYPHEN, ""), called, number) for words, called, number in pieces]
        yield level, [(_BROKEN_ADDRESS.sub(r"\1", words), called, number) for words, called, number in whole]
