"""Plain text → Document: what the file says, decoded and otherwise untouched, and the title and date it opens with."""

import re
from pathlib import PurePosixPath

from corpus.dates import read_date
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.sentences import TOP, blocks, is_residue, looks_like_heading


def read_text(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a plain-text file; offsets count the characters of ``data.decode("utf-8-sig")``.

    Raises DocumentError when the bytes are no text in UTF-8.
    """
    if b"\0" in data:
        raise DocumentError("is binary, not plain text: convert it to a .txt file, or take it out of the folder")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 (byte {error.start}): save it again with the encoding UTF-8") from None
    day, title = None, None
    for start, end in blocks(text)[:TOP]:
        line = text[start:end]
        if (found := read_date(line)) is not None:
            day = day or found
        elif title is None and not is_residue(line):
            title = line.lstrip("# ") if looks_like_heading(line) else ""
    return Document(identifier, title or _name(identifier), day, text)


def _name(identifier: str) -> str:
    """A title for a document that opens with none: its file's name, as words."""
    stem = PurePosixPath(identifier).stem
    return re.sub(r"[\s_-]+", " ", stem).strip() or identifier
