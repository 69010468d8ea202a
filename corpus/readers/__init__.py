"""One small module a format, behind one table. A further format is one module, ``read(identifier, data)``, and its row.

A reader is a function of one file's path and bytes. It raises DocumentError for what a person can mend; whatever else
goes wrong in it is caught where it is called (``corpus/apart.py``).
"""

from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath

from corpus.document import Document
from corpus.errors import DocumentError
from corpus.language import language_of

READERS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".csv": "table",
    ".tsv": "table",
    ".srt": "subtitles",
    ".vtt": "subtitles",
}
"""How a file's name ends → the module of this package that reads it, loaded when the first such file is read."""


def reader_of(identifier: str) -> str:
    """The name of the reader for a path. Raises DocumentError if there is none for it."""
    reader = READERS.get(PurePosixPath(identifier).suffix.lower())
    if reader is None:
        raise DocumentError(f"is not one of {', '.join(READERS)}: convert it to one of these", "take it out")
    return reader


def read_document(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a file, its language told: a function of these two alone. Raises DocumentError."""
    module = import_module(f"corpus.readers.{reader_of(identifier)}")
    if not data.strip():
        raise DocumentError("is empty: write something in it", "take it out of the folder")
    document: Document = module.read(identifier, data)
    if not document.text.strip():
        raise DocumentError("holds no text that can be found: save it in another form", "take it out of the folder")
    return replace(document, language=language_of(document.text))
