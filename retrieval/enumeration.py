"""One item of an enumeration → all of it: who asks for several things is shown all that a sentence names, or none."""

import re

_AND = r"(?:,?\s+(?:and|or|&|as\s+well\s+as)\s+)"
_NAME = r"(?:the\s+)?[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:\s+(?:of\s+)?(?:the\s+)?[A-ZÀ-ÖØ-Þ][\w'’.-]*){0,4}"
_ASIDE = r"(?:\s+\([^()]{1,40}\))?"
_NUMBER = r"\d+s?(?![\w.,]*\d)"
# Names and numbers alone show by themselves where the first item begins and the last one ends.
_LIST = re.compile(
    "|".join(
        rf"(?<![\w.]){item}{_ASIDE}(?:,\s+{item}{_ASIDE}){{0,20}}{_AND}{item}{_ASIDE}" for item in (_NAME, _NUMBER)
    )
)
# What follows a comma or "and" and is no item: another clause.
_ITEM = r"(?!(?:wh\w+|so|but|like|such|not|there|he|she|it|they|we|is|are|was|were|has|have|had)\b)"
_GOES_ON = re.compile(rf"{_ASIDE}(?:,\s+{_ITEM}[^,.;:()]{{1,40}}?{_ASIDE})*{_AND}{_ITEM}")
_WENT_ON = re.compile(r"(?:(?P<comma>,)|\b(?:and|or|&|as\s+well\s+as))\s+(?:the\s+|an?\s+)?$")
_JOINED = re.compile(_AND)
_PLACED = re.compile(r"\b(?:in|at|on|to|from|near|after|before|since|during|for)\s+$", re.IGNORECASE)


def whole(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The enumeration of which ``text[start:end]`` is a part, or that itself where it is all, or part of none.

    None where it is one item and the others cannot be told from the rest: what stands before the first may be a verb.
    """
    before = _WENT_ON.search(text, 0, start)
    joined = _JOINED.search(text, start, end) is not None
    comma = before is not None and before["comma"] is not None
    if (before is None and joined) or ((before is None or comma) and not joined and not _GOES_ON.match(text, end)):
        return start, end
    for listed in _LIST.finditer(text):
        first, last = listed.start(), listed.start() + len(listed[0].rstrip("."))
        # The first word of a sentence has a capital whatever it is, and "after talks in Rome, Mary and Ann met".
        foreign = first < start and (first == 0 or (_PLACED.search(text, 0, first) and "," in text[first:start]))
        if first <= start and end <= last and not foreign:
            return first, last
    return (start, end) if joined and comma else None
