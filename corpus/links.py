"""Addresses on the web, and the one that takes a browser to a quote and marks it there.

That is the page's own with a text fragment: its first words and its last (URL Fragment Text Directives, WICG, 2023).
"""

import re
from itertools import accumulate
from urllib.parse import quote, urlsplit

from corpus.document import LINE_BREAK, Document

_WHOLE = 80  # characters of a quote that is named by all of its words; of a longer one, the first and the last
_ENOUGH = 24  # characters that its first words have at the least, and its last
_BEFORE = 3  # words named that stand before it, where its own stand on the page before

_MARKER = re.compile(r"(?:•|\d{1,9}\.)[ \t]+")  # of an item: the reader put it there, the page has it for a picture
_WORD = re.compile(r"[^\s、。，；：！？]+[、。，；：！？]*\s*|\S\s*")  # where a language has no spaces, up to a comma
_SAFE = "!$&'()*+,;=:@/?%#[]~"


def web_address(url: object) -> str | None:
    """The address if it is one that a browser opens without doing anything else: http or https, of a host."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url.strip())
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        return None
    return quote(parts.geturl(), safe=_SAFE) if fits else None


def link(document: Document, start: int, end: int) -> str | None:
    """The address of ``document.text[start:end]`` on the web; None for a document that is not there.

    The row of a table has only the address of its page: it is read with the names of its columns, which stand elsewhere
    there.
    """
    if document.url is None:
        return None
    if any(mark.whole for mark in document.marks if mark.start < end and start < mark.end):
        return document.url
    lines = [line for line in map(str.strip, LINE_BREAK.split(document.text[start:end])) if line]
    first, last = (_MARKER.sub("", line, count=1) for line in (lines[0], lines[-1]))
    if len(lines) == 1 and len(first) <= _WHOLE:
        named = [first]
    else:
        named = [_few(_WORD.findall(first)), _few(_WORD.findall(last), last=True)]
    begin = document.text.find(first, start)
    directive = ",".join(map(_escaped, named))
    if re.search(re.escape(named[0]), document.text[:begin], re.IGNORECASE):
        before = " ".join(_WORD.findall(document.text[:begin][-200:])[-_BEFORE:])
        directive = f"{_escaped(' '.join(before.split()))}-,{directive}"
    return f"{document.url}{'' if '#' in document.url else '#'}:~:text={directive}"


def _few(words: list[str], *, last: bool = False) -> str:
    """The first words, or the last, as many as are long enough together."""
    lengths = accumulate(len(word) for word in (reversed(words) if last else words))
    number = next((number for number, length in enumerate(lengths, 1) if length >= _ENOUGH), len(words))
    return "".join(words[-number:] if last else words[:number]).strip()


def _escaped(words: str) -> str:
    """Words as part of a directive, in which hyphens, commas and ampersands would have a meaning."""
    return quote(words, safe="").replace("-", "%2D")
