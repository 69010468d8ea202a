"""Plain text → Document: what the file says, decoded and otherwise untouched, and the title and date it opens with."""

from corpus.document import Document
from corpus.encoding import decode
from corpus.readers.opening import named, opening


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a plain-text file; offsets count the characters of the file as decoded.

    Raises DocumentError when the bytes are no text in any encoding known.
    """
    text = decode(data)
    title, day = opening(text)
    return Document(identifier, title or named(identifier), day, text)
