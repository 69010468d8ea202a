"""Which language a text is written in, as its ISO 639-1 code.

py3langid (Lui & Baldwin, 2012) tells it from the bytes; what is ours is the bias: a text is English, which everything
here was made with first, until another language is sure.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
READ = 2_000  # characters of a text that are read: enough to tell
_PLACES = 4  # of a longer text that they are read from: many a book has its preface in another language

_SURE = 0.999  # how probable another language must be: of a few words, as in a list of prices, it is soon too sure
# The languages that are searched by their own grammar, and those they could be taken for.
_KNOWN = (
    *("en", "es", "de", "fr", "ru", "ar", "zh", "ja"),
    *("it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "hr", "bg", "sr", "uk", "el", "tr"),
    *("he", "fa", "ur", "hi", "ko", "vi", "id", "th"),
)
# Words of every English text, which next to no text in another language has; the share from which they are enough.
_COMMON = re.compile(r"\b(?:the|and|of|to|that|with|this|from|are|was|by|you|not|which|have)\b", re.IGNORECASE)
_ENOUGH = 0.12
_CHARACTER = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")  # set apart by nothing


def language_of(text: str, among: Collection[str] = ()) -> str:
    """The language of ``text``; the likeliest of those ``among`` which it is known to be, if any are given."""
    read = _excerpt(text)
    words = len(read.split()) + len(_CHARACTER.findall(read))
    if len(_COMMON.findall(read)) > _ENOUGH * words and (not among or ENGLISH in among):
        return ENGLISH
    likely = {language: float(probability) for language, probability in _identifier().rank(read)}
    if among:
        return max(sorted(among), key=lambda language: likely.get(language, 0.0))
    best = max(likely, key=lambda language: likely[language])
    return best if likely[best] >= _SURE else ENGLISH


def _excerpt(text: str) -> str:
    """The text, or of a long one as much as is read."""
    if len(text) <= READ:
        return text
    apart = len(text) // _PLACES
    return " ".join(text[at * apart : at * apart + READ // _PLACES] for at in range(_PLACES))


@cache
def _identifier() -> "LanguageIdentifier":
    """The model; loaded when the first text that is not plainly English is met."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (it loads numpy, into every reader)

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_KNOWN)
    return identifier
