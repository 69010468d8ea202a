"""A file that somebody hands over, as a name and its bytes → its document, read as a file of the folder is.

Both come from strangers. So the name is never a path, and every format is read in a process apart, plain text too: a
new one for each file, for what one file does to its reader must not reach what is handed over next.
"""

import unicodedata
from pathlib import PurePosixPath

from corpus.apart import Apart, Limits
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.readers import READERS, read_document, reader_of

LONGEST_NAME = 80
"""Characters of a name."""


def name_of(filename: str) -> str:
    """The name by which a file that was handed over is kept and shown: a key and a label.

    That is the last part of ``filename`` in Unicode's form NFC, on one line, without dots around it and characters that
    cannot be shown, of at most LONGEST_NAME characters, its ending among them; ``"unnamed"`` if nothing is left. Case
    counts. The name of a name is itself.
    """
    last = filename.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable() or character.isspace())
    name = " ".join(unicodedata.normalize("NFC", shown).split()).strip(" .")
    if len(name) > LONGEST_NAME:
        suffix = PurePosixPath(name).suffix
        suffix = suffix if suffix.lower() in READERS else ""
        name = (name[: LONGEST_NAME - len(suffix)] + suffix).strip(" .")
    return name or "unnamed"


def read_upload(identifier: str, data: bytes, limits: Limits) -> Document:
    """The document in the bytes of a file that was handed over, with the id given; how that ends says the format.

    Raises DocumentError worded for whoever handed it over, who has neither the folder nor its settings.
    """
    try:
        limits.check_size(len(data))
        reader_of(identifier)  # or a process would be started only to say that there is none
        with Apart(read_document, limits) as apart:
            return apart.read(identifier, data)
    except DocumentError as error:
        raise DocumentError(error.reason) from None
