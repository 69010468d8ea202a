"""Text and words as they are compared: what only looks different is made the same; every place can be told again.

``Plain`` undoes how a text was typed or set (full-width forms, ligatures, soft hyphens, zero-width characters, accents
apart from their letters) before it is cut into words; ``fold`` takes case and accents off a word.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import repeat

MARKS = "".join(c for c in map(chr, range(0x300, 0x1E00)) if unicodedata.category(c).startswith("M")) + "\u3099\u309a"
"""The combining marks of the living scripts: they belong to the letter before them."""

INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)
"""Soft hyphens, zero-width characters, marks of direction, variation selectors."""

UNSPACED = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Chinese
    "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7a3"  # katakana, Hangul
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
"""Characters that stand for words or parts of them, whose words are not set apart."""

HIRAGANA = "\u3041-\u3096\u3099\u309a\u309d-\u309f"
"""In Japanese, mostly what is no word: particles and endings."""

_BROKEN = rf"(?<=[{UNSPACED}{HIRAGANA}])\r?\n(?=[{UNSPACED}{HIRAGANA}])"  # a line break, no more, inside a word
# What goes with the character before it: also the voiced marks of half-width kana and the later parts of a syllable in
# Hangul, each of which is a letter by itself.
_CLUSTER = re.compile(
    f"([^{INVISIBLE}]?(?:[{INVISIBLE}]*[{MARKS}\uff9e\uff9f\u1160-\u11ff])*)[{INVISIBLE}]*(?:{_BROKEN})?"
)
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_UNLIKE = re.compile(rf"{_HIDDEN.pattern}|[^\W0-9](?<=\d)|{_BROKEN}")  # or a digit of another script
# Accents, the vowel signs of Arabic and Hebrew, and the stroke that only draws an Arabic word out; not the breve of й,
# which is a letter of its own.
_ACCENTS = re.compile(
    r"(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]"
)
_SIGNS = re.compile("[\uff01-\uff60\u2e80-\u2fdf]")
_ALPHABETS = "\u1100"  # the scripts below it are alphabets: several letters are no several words
_LETTERS = str.maketrans("’‘ʼىة", "'''يه")


def fold(word: str) -> str:
    """A word as it is compared: lower case, no accents, compatible forms and invisible characters folded."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", _HIDDEN.sub("", word)).translate(_LETTERS).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


class Plain:
    """A text with its characters in their plain forms, its case and its accents kept.

    ``text`` is the very same string where every character is plain.
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str) -> None:
        """Makes ``text`` plain."""
        self.text = text
        if text.isascii() or (unicodedata.is_normalized("NFKC", text) and not _UNLIKE.search(text)):
            return
        self._starts: list[int] = []
        self._ends: list[int] = []
        parts: list[str] = []
        for match in _CLUSTER.finditer(text):
            part = _composed(match[1])
            parts.append(part)
            start, end = match.span(1)
            each = part == match[1]  # nothing was changed, so every character stands where it stood
            self._starts += range(start, end) if each else repeat(start, len(part))
            self._ends += range(start + 1, end + 1) if each else repeat(end, len(part))
        self.text = "".join(parts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``self.text[start:end]``, which is not empty, stands in the text that was not plain."""
        return self._starts[start], self._ends[end - 1]


@lru_cache(maxsize=65_536)
def _composed(cluster: str) -> str:
    """A character with what belongs to it in its plain form; itself where that would be no letter, or several words."""
    seen = _HIDDEN.sub("", cluster)
    if not seen:
        return ""
    if (digit := unicodedata.decimal(seen[0], None)) is not None:
        return f"{digit}{seen[1:]}"
    # Beside letters, the full-width signs, and radicals, as which many a PDF has its Chinese characters.
    if not (unicodedata.category(seen[0]).startswith("L") or _SIGNS.match(seen)):
        return seen
    composed = unicodedata.normalize("NFKC", seen)
    return composed if len(composed) == 1 or (composed.isalpha() and composed < _ALPHABETS) else seen
