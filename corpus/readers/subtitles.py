"""Subtitles → Document: what is said, in sentences across the cues, each at its time code."""

import re
from html import unescape
from operator import attrgetter

from pysubs2 import SSAFile
from pysubs2.exceptions import Pysubs2Error

from corpus.document import LINE_BREAK, Document
from corpus.encoding import decode
from corpus.errors import DocumentError
from corpus.readers.draft import Draft, Piece
from corpus.readers.opening import named

_PAUSE = 2_000  # milliseconds of silence that end a paragraph
_ROLLED = 20  # milliseconds between a line of captions that roll up and the same line again
_LONG = 600  # characters after which a paragraph ends with its sentence
_SAID = re.compile(r"[.!?…。！？][\"'”’»)]*$")
_WITHIN = re.compile(r"<\d{1,3}(?::\d\d){1,2}\.\d{3}>")  # WebVTT's way to say when each word is spoken
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")  # WebVTT's way to say who speaks


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of an .srt or .vtt file. Raises DocumentError."""
    text = LINE_BREAK.sub("\n", decode(data))
    try:
        text = _WITHIN.sub("", _VOICE.sub(r"\1: ", text))
        cues = SSAFile.from_string(text, format_="vtt" if text.lstrip().startswith("WEBVTT") else "srt")
    except (Pysubs2Error, ValueError, OverflowError):
        raise DocumentError("holds no time codes as .srt or .vtt has them: rename it to .txt if it is text") from None
    draft = Draft()
    paragraph: list[Piece] = []
    length, end = 0, 0
    above = ""
    for cue in sorted(cues, key=attrgetter("start")):
        lines = [line for line in map(str.strip, cue.plaintext.split("\n")) if line]
        if lines[:1] == [above] and cue.start <= end + _ROLLED:
            lines = lines[1:]  # captions that roll up show a line again above the next
        if not lines:
            continue
        above = lines[-1]
        words = unescape(" ".join(lines))
        over = length > _LONG and paragraph and _SAID.search(paragraph[-1][0])
        if over or cue.start - end >= _PAUSE or words.startswith(("-", "–", "—")):
            draft.block(paragraph)
            paragraph, length = [], 0
        paragraph.append((words, "", _time_code(cue.start)))
        length += len(words)
        end = cue.end
    draft.block(paragraph)
    return draft.document(identifier, named(identifier))


def _time_code(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
