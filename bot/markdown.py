"""Text → Discord's markdown that Discord shows as exactly that text, whatever stands in it.

``escape`` takes the meaning out of a text; ``quote`` makes a document's words one line with the answering words bold,
cut to fit; ``label`` does the same for a name (a title, a path, a question), of which nothing is bold and of which
invisible controls are dropped. All three return a single line: a line break would end a block quote.

Discord's parser takes a backslash before any character that is neither alphanumeric nor white space as that character
(the ``escape`` rule of the simple-markdown library it is built on). Hence everything here is escaped by a backslash,
and never by an invisible character, which would be copied along with the quote.

Lengths are counted in UTF-16 units, as JavaScript and Java count. That is never less than the number of characters,
so Discord's limits hold whichever of the two it counts.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple

CUT = "`[…]`"  # stands for words left out; set as code, which no document can forge, because its backticks are escaped

# Emphasis, code, spoilers, links, mentions, timestamps, headings, emoji and (by the colon) bare web addresses, which
# Discord would make clickable and in which it would show a backslash before an underscore.
_ACTIVE = re.compile(r"[\\*_~`|<\[#@:]")
# What would make a list or a block quote at the start of a line; group 1 is what stands before the backslash.
_OPENING = re.compile(r"\A(\d+(?=[.)](?:\s|\Z))|(?=>|[-+](?:\s|\Z)))")
_BREAK = re.compile("[ \\t]*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\\s*")
_UNSHOWN = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")  # controls and lone surrogates

# Unicode UAX #9: what opens an embedding or an isolate, and what closes it.
_EMBEDDINGS, _ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
_POP, _ISOLATE, _END_ISOLATE = "\u202c", "\u2068", "\u2069"
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))

_WORD = 80  # a word longer than this is cut inside, so that a text without spaces still fills its room
_CLUSTER = 64  # characters that look like one, at most: a longer heap of accents is cut inside
_MARKS = 2 * (len(CUT) + 1) + 4 + 3 + 2  # two cuts, the asterisks, what opens each of three pieces, two directions


class _Part(NamedTuple):
    """What of a text is shown: ``text[start:end]``."""

    start: int
    end: int


def length(markdown: str) -> int:
    """How long a text is to Discord, at most."""
    return len(markdown.encode("utf-16-le")) // 2


def escape(text: str) -> str:
    """The text as one line of markdown in which nothing acts. Controls, which Discord cannot show, become U+FFFD."""
    text = _UNSHOWN.sub("\ufffd", _BREAK.sub(" ", text))
    return _OPENING.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", text))


def plain(text: str) -> str:
    """A name where Discord reads no markdown: on one line, controls as U+FFFD; empty if nothing of it can be seen."""
    name = " ".join(_DIRECTIONS.sub("", text).split())
    return _UNSHOWN.sub("\ufffd", name) if any(map(str.isprintable, name.replace(" ", ""))) else ""


def needed(text: str) -> int:
    """A room that is enough for ``quote`` to show all of a text, and for what sets it apart from the next."""
    return sum(map(_cost, text)) + _MARKS + 8


def label(text: str, room: int) -> str:
    """A name as one line of at most ``room`` UTF-16 units, closed against its surroundings in both directions."""
    name = " ".join(_DIRECTIONS.sub("", text).split())
    part = _fit(name, None, room - 4)  # the ellipsis, what opens a line, two directions
    shown = name[: part.end].rstrip()
    return _isolated(shown, escape(shown)) + ("…" if part.end < len(name) else "")


def quote(text: str, highlight: tuple[int, int] | None, room: int) -> str:
    """A document's words as one line of at most ``room`` UTF-16 units, ``text[slice(*highlight)]`` bold.

    A text that does not fit is cut around the highlight, at a space if there is one near; ``CUT`` stands for what was
    left out, with no space before it where a word goes on.
    """
    whole = _trimmed(text, 0, len(text))
    bold = _trimmed(text, *highlight) if highlight else None
    if bold and bold.start == bold.end:
        bold = None
    part = _fit(text[: whole.end], bold, room - _MARKS, whole.start)
    shown = _trimmed(text, *part)
    start, end = (max(bold.start, shown.start), min(bold.end, shown.end)) if bold else (shown.end, shown.end)
    before, middle, after = text[shown.start : start], text[start:end], text[end : shown.end]
    # White space inside the asterisks would keep them from being read as bold: hence _trimmed.
    pieces = escape(before) + (f"**{escape(middle)}**" if middle else "") + escape(after)
    left = CUT + " " * text[shown.start - 1].isspace() if shown.start > whole.start else ""
    right = " " * text[shown.end].isspace() + CUT if shown.end < whole.end else ""
    return left + _isolated(text[shown.start : shown.end], pieces) + right


def _fit(text: str, bold: _Part | None, room: int, start: int = 0) -> _Part:
    """The part of ``text[start:]`` that fits, with all or at least the beginning of the bold words in it.

    Words before the bold ones get half of the room that these leave, and more where the words after need less.
    """
    costs = [0, *accumulate(map(_cost, text[start:]))]
    if costs[-1] <= room:
        return _Part(start, len(text))
    first, last = (bold.start - start, bold.end - start) if bold else (0, 0)
    spare = room - (costs[last] - costs[first])
    if spare < 0:
        high = bisect_right(costs, costs[first] + room) - 1
        return _Part(start + first, _cut_left(text, start + high, start + first))
    before = min(costs[first], max(spare // 2, spare - (costs[-1] - costs[last])))
    low = bisect_left(costs, costs[first] - before)
    high = bisect_right(costs, costs[last] + spare - before) - 1
    return _Part(_cut_right(text, start + low, start + first, start), _cut_left(text, start + high, start + last))


def _cost(character: str) -> int:
    """UTF-16 units of a character as shown, counting what closes a direction that it opens."""
    return (
        1
        + (character > "\uffff")
        + (_ACTIVE.match(character) is not None)
        + (character in _EMBEDDINGS or character in _ISOLATES)
    )


def _cut_left(text: str, at: int, floor: int) -> int:
    """The last good place to cut at or before ``at``, but not before ``floor``."""
    if at >= len(text):
        return len(text)
    for place in range(at, max(floor, at - _WORD) - 1, -1):
        if text[place].isspace():
            return place
    return next((place for place in range(at, max(floor, at - _CLUSTER), -1) if separable(text, place)), max(at, floor))


def _cut_right(text: str, at: int, ceiling: int, start: int) -> int:
    """The first good place to cut at or after ``at``, but not after ``ceiling``; ``start`` is always good."""
    if at <= start:
        return start
    for place in range(at, min(ceiling, at + _WORD) + 1):
        if text[place - 1].isspace():
            return place
    return next((place for place in range(at, min(ceiling, at + _CLUSTER)) if separable(text, place)), min(at, ceiling))


def separable(text: str, at: int) -> bool:
    """Whether ``text`` may be cut at ``at`` without tearing apart what is seen as one character.

    The rules of Unicode UAX #29 that matter to a reader: accents and other marks, emoji joined or modified, flags,
    and Korean syllables written as letters.
    """
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after in "\u200c\u200d" or before == "\u200d":
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff":
        return False
    # A flag is two letters: between two such letters, count from the first of the row.
    return after not in _FLAGS or (at - len(text[:at].rstrip(_FLAGS))) % 2 == 0


def _trimmed(text: str, start: int, end: int) -> _Part:
    """The span without the white space at its edges."""
    start, end = max(start, 0), min(end, len(text))
    inner = text[start:end]
    return _Part(end - len(inner.lstrip()), start + len(inner.rstrip())) if inner.strip() else _Part(start, start)


def _isolated(text: str, shown: str) -> str:
    """What is shown of a text, followed by what ends every direction the text leaves open.

    A text with letters written from right to left is set apart as a whole, or it would draw the punctuation and the
    numbers beside it to its side. The added characters stand outside the text's own.
    """
    isolate = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)
    opened: list[str] = []  # what would close what is open, innermost last
    for character in (_ISOLATE if isolate else "") + text:
        if character in _EMBEDDINGS:
            opened.append(_POP)
        elif character in _ISOLATES:
            opened.append(_END_ISOLATE)
        elif character == _POP and opened[-1:] == [_POP]:
            opened.pop()
        elif character == _END_ISOLATE and _END_ISOLATE in opened:
            while opened.pop() != _END_ISOLATE:  # closing an isolate closes the embeddings inside it
                pass
    return (_ISOLATE if isolate else "") + shown + "".join(reversed(opened))
