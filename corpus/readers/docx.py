"""A Word document → Document: its text with headings, lists and tables, by python-docx.

python-docx opens the package and knows its styles; the text itself is taken from the elements, for it passes over what
stands in a content control, a text box or a change that was tracked.
"""

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import docx
from docx.document import Document as Word
from docx.oxml.ns import qn
from lxml import etree

from corpus.document import Document
from corpus.errors import DocumentError
from corpus.readers.draft import Draft, table_rows

UNPACKED = 100_000_000
"""Bytes that the parts of a document in XML may have when they are unpacked: far more than anybody writes."""

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an OLE compound file begins: Word before 2007, or anything encrypted
_ENTITY = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc (?:heading|[1-9])|contents (?:heading|[1-9])", re.IGNORECASE)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_BOX = qn("w:txbxContent")
_LEFT_OUT = frozenset((_BOX, _FALLBACK, *map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:pPr", "w:rPr"))))
_SHOWN = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT, _PARAGRAPH, _TABLE, _ROW, _CELL = map(qn, ("w:t", "w:p", "w:tbl", "w:tr", "w:tc"))


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a .docx file. Raises DocumentError."""
    if data.startswith(_OLD):
        raise DocumentError("is protected by a password, or an old .doc: save it as .docx without a password")
    _check(data)
    try:
        word = docx.Document(io.BytesIO(data))
        draft = Draft()
        _Writer(draft, word).write(word.element.body)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise DocumentError("is nested too deeply: save it in a simpler form, or as .txt") from None
        if "unknown error" in str(error):  # libxml2 was given no memory
            raise MemoryError from None
        raise _damaged(error) from None
    except (zipfile.BadZipFile, zlib.error, LookupError, AttributeError, TypeError, OSError, ValueError) as error:
        raise _damaged(error) from None
    return draft.document(identifier)


class _Writer:
    def __init__(self, draft: Draft, word: Word) -> None:
        self._draft = draft
        self._styles = {style.get(qn("w:styleId")): style for style in word.styles.element.iter(qn("w:style"))}
        self._numbering = _numbering(word)
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 10)  # of each list, by depth
        self._level = cache(self._level)  # type: ignore[method-assign]

    def write(self, parent: etree._Element) -> None:
        """Writes what stands in an element, block by block."""
        for element in parent:
            if element.tag == _PARAGRAPH:
                self._paragraph(element)
            elif element.tag == _TABLE:
                rows = [[(False, _words(cell)) for cell in _below(row, _CELL)] for row in _below(element, _ROW)]
                for words in table_rows(rows):
                    self._draft.counted(words, "row", whole=True)
            elif element.tag not in _LEFT_OUT:
                self.write(element)

    def _paragraph(self, paragraph: etree._Element) -> None:
        words = _words(paragraph)
        style = _value(paragraph, "w:pPr/w:pStyle")
        if any(_CONTENTS.fullmatch(_value(one, "w:name")) for one in self._line(style)):
            return  # a table of contents says again what the headings say
        level = self._level(style)
        if words.strip() and level:
            self._draft.heading(words.replace("\n", " "), level)
        elif words.strip():
            self._draft.counted(self._marker(paragraph, style) + words, "paragraph")
        for box in _boxes(paragraph):
            self.write(box)

    def _level(self, style: str) -> int:
        """The level of the headings that have a style; 0 for any other style."""
        for one in self._line(style):
            name = _value(one, "w:name")
            if name.casefold() == "title":
                return 1
            if match := _HEADING.fullmatch(name):
                return min(int(match[1]), 6)
        return 0

    def _marker(self, paragraph: etree._Element, style: str) -> str:
        """The bullet or the number that an item of a list begins with."""
        for one in (paragraph, *self._line(style)):
            if number := _value(one, "w:pPr/w:numPr/w:numId"):
                depth = int(_value(paragraph, "w:pPr/w:numPr/w:ilvl") or 0) % 9
                if number not in self._numbering or self._numbering[number].get(depth, "bullet") in {"bullet", "none"}:
                    return "• " if number != "0" else ""  # 0 takes an item out of its list
                counts = self._counts[number]
                counts[depth : depth + 1], counts[depth + 1 :] = [counts[depth] + 1], [0] * (9 - depth)
                return f"{counts[depth]}. "
        return ""

    def _line(self, style: str) -> Iterator[etree._Element]:
        """A style, the one that it is based on, and so on."""
        for _ in range(9):
            if (found := self._styles.get(style)) is None:
                return
            yield found
            style = _value(found, "w:basedOn")


def _words(block: etree._Element) -> str:
    """The text of a paragraph or of a cell, its paragraphs each on a line, as it is with all changes accepted."""
    parts = []
    walk = etree.iterwalk(block, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element.tag == _PARAGRAPH and element is not block:
                parts.append("\n")
        elif element.tag in _LEFT_OUT:
            walk.skip_subtree()
        elif element.tag == _TEXT:
            parts.append(element.text or "")
        else:
            parts.append(_SHOWN.get(element.tag, ""))
    return "".join(parts)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The text boxes that are anchored in a paragraph, each once."""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag == _FALLBACK:
            walk.skip_subtree()
        elif element.tag == _BOX:
            walk.skip_subtree()
            yield element


def _below(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, not those of a table within it."""
    walk = etree.iterwalk(parent, events=("start",))
    for _, element in walk:
        if element is not parent and element.tag in {tag, _TABLE}:
            walk.skip_subtree()
            if element.tag == tag:
                yield element


def _numbering(word: Word) -> dict[str, dict[int, str]]:
    """For each list by its number, how its items are counted at each depth."""
    try:
        root = word.part.numbering_part.element
    except NotImplementedError:  # there is none, and python-docx does not make one
        return {}
    kinds = {
        abstract.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"), 0)): _value(level, "w:numFmt") for level in abstract.iter(qn("w:lvl"))
        }
        for abstract in root.iter(qn("w:abstractNum"))
    }
    return {
        number.get(qn("w:numId")): kinds.get(_value(number, "w:abstractNumId"), {}) for number in root.iter(qn("w:num"))
    }


def _value(element: etree._Element, path: str) -> str:
    """The value of an element below another; empty if there is none."""
    for name in path.split("/"):
        found = element.find(qn(name))
        if found is None:
            return ""
        element = found
    return element.get(qn("w:val"), "")


def _check(data: bytes) -> None:
    """Refuses what no word processor writes: parts that unpack to far more than they are, or that declare entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = [part for part in parts.infolist() if part.filename.endswith((".xml", ".rels"))]
            unpacked = sum(part.file_size for part in names)
            if unpacked > UNPACKED:
                raise DocumentError(
                    f"would unpack to {unpacked // 1_000_000:,} MB: split it", "take it out of the folder"
                )
            if any(_ENTITY.search(parts.read(part)) for part in names):
                raise DocumentError("declares entities, which no word processor does: save it again as .docx")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> DocumentError:
    if "is not a Word file" in str(error):  # a template, say, or a spreadsheet: python-docx goes by what it says it is
        return DocumentError("is no Word document, whatever its name says: open it and save it as .docx")
    reason = " ".join(str(error).split())[:80]
    return DocumentError(f"is damaged ({reason}): open it in a word processor and save it again")
