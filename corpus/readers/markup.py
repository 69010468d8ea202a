"""An HTML tree without menus and the like → a draft: headings, paragraphs, items of lists, rows of tables.

What Markdown, Word and web pages have in common; each is brought into this form by a library made for it.
"""

from collections.abc import Iterator
from itertools import count

from lxml import etree, html

from corpus.readers.draft import Cell, Draft, squeezed, table_rows

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rb",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_UNSHOWN = frozenset(
    [
        "audio",
        "button",
        "canvas",
        "datalist",
        "head",
        "iframe",
        "input",
        "math",
        "noscript",
        "object",
        "option",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)


def parsed(fragment: str) -> etree._Element:
    """A tree of the HTML that a library made of another format."""
    tree: etree._Element = html.fragment_fromstring(fragment, "div", parser=html.HTMLParser(huge_tree=True))
    return tree


def write(draft: Draft, root: etree._Element) -> None:
    """Writes what a tree shows into a draft. It goes over the tree without calling itself, however deep that is."""
    _Writer(draft).write(root)


class _Writer:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._words: list[str] = []  # of the block so far
        self._level = 0  # of the heading it is
        self._marker = ""  # of the item it begins
        self._lists: list[Iterator[int] | None] = []  # the numbers of each list around, None if it has bullets
        self._preformatted = 0
        self._tables = 0  # tables around; what stands in one within another is part of a cell
        self._rows: list[list[Cell]] = []

    def write(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            tag = element.tag
            if event in {"comment", "pi"}:
                self._say(element.tail)
            elif event == "start" and tag in _UNSHOWN:
                walk.skip_subtree()
            elif event == "start":
                self._open(element, str(tag))
                self._say(element.text)
            else:
                if tag not in _UNSHOWN:
                    self._close(str(tag))
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _open(self, element: etree._Element, tag: str) -> None:
        if tag == "br":
            self._words.append("\n")
        if tag in _INLINE:
            return
        self._flush()
        if tag in _HEADINGS and not self._tables:
            self._level = _HEADINGS[tag]
        elif tag in {"ul", "ol", "menu", "dir"}:
            self._lists.append(count(_number(element.get("start"))) if tag == "ol" else None)
        elif tag == "li":
            numbers = self._lists[-1] if self._lists else None
            self._marker = "• " if numbers is None else f"{next(numbers)}. "
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "table":
            self._tables += 1
        elif tag == "tr" and self._tables == 1:
            self._rows.append([])
        elif tag in {"td", "th"} and self._tables == 1 and self._rows:
            self._rows[-1].append((tag == "th", ""))

    def _close(self, tag: str) -> None:
        if tag in _INLINE:
            return
        self._flush()
        if tag in _HEADINGS:
            self._level = 0
        elif tag in {"ul", "ol", "menu", "dir"} and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""
        elif tag == "pre":
            self._preformatted -= 1
        elif tag == "table":
            self._tables -= 1
            if not self._tables:
                self._table()

    def _say(self, words: str | None) -> None:
        if words:
            self._words.append(words if self._preformatted else words.replace("\n", " ").replace("\r", " "))

    def _flush(self) -> None:
        """Ends the block: what was said since the last one goes to where it belongs."""
        words = "".join(self._words)
        self._words.clear()
        if not words.strip():
            return
        if self._tables and self._rows and self._rows[-1]:
            marked, cell = self._rows[-1][-1]
            self._rows[-1][-1] = marked, squeezed(f"{cell} {words}".replace("\n", " "))
        elif self._level:
            self._draft.heading(words.replace("\n", " "), self._level)
        else:
            self._draft.counted(self._marker + words.lstrip(), "paragraph")
            self._marker = ""

    def _table(self) -> None:
        rows, self._rows = self._rows, []
        for words in table_rows(rows):
            self._draft.counted(words, "row", whole=True)


def _number(start: str | None) -> int:
    return int(start) if start and start.isascii() and start.isdigit() and len(start) < 7 else 1
