"""A folder → its documents, and a line for each file in it that cannot be served."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.errors import DocumentError, FolderError
from corpus.text import read_text

SUFFIXES = (".txt", ".text", ".md")
"""The files taken for plain text."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that is not served: its path relative to the folder, why, and what to do about it."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found in a folder: documents in the order of their ids, and the files that could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read_folder(path: Path) -> Folder:
    """Reads every document below ``path``; hidden files and folders are left out.

    Raises FolderError, in one line, if there is no such folder or not one document in it can be read.
    """
    shown = printable(str(path))
    try:
        if not path.exists():
            raise FolderError(f"{shown}: there is no such folder; give the folder that holds your documents")
        if not path.is_dir():
            raise FolderError(f"{shown}: is a file, not a folder; give the folder that holds it")
    except OSError as error:  # a name too long, or below a folder that may not be entered
        raise FolderError(f"{shown}: cannot be opened ({error.strerror}): check the name and its permissions") from None
    root = path.resolve()
    documents: list[Document] = []
    problems: list[Problem] = []

    def unreadable(error: OSError) -> None:
        relative = Path(error.filename).relative_to(root).as_posix()
        problems.append(Problem(relative, f"cannot be opened ({error.strerror}): check its permissions"))

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path_below in (Path(folder, name) for name in folders):
            if os.path.islink(path_below):  # noqa: PTH114 (Path.is_symlink may raise, before Python 3.13)
                reason = "is a link to a folder, and such links are not followed: put the folder itself there"
                problems.append(Problem(path_below.relative_to(root).as_posix(), reason))
        for name in files:
            if name.startswith("."):
                continue
            file = Path(folder, name)
            identifier = file.relative_to(root).as_posix()
            try:
                documents.append(_read(root, file, identifier))
            except DocumentError as error:
                problems.append(Problem(identifier, str(error)))
    if not documents:
        first = f" (the first of {len(problems)} problems: {min(problems, key=str)})" if problems else ""
        raise FolderError(f"{shown}: holds no document that can be read; put .txt files there{first}")
    return Folder(
        tuple(sorted(documents, key=lambda document: document.id)),
        tuple(sorted(problems, key=lambda problem: problem.path)),
    )


def _read(root: Path, file: Path, identifier: str) -> Document:
    if not printable(identifier) == identifier:
        raise DocumentError("has a name that cannot be written down: rename it")
    try:
        # A link may lead out of the folder, to what nobody meant to serve; a pipe would never end.
        if not file.resolve().is_relative_to(root):
            raise DocumentError("is a link that leads out of the folder: put the file itself there")
        if not stat.S_ISREG(file.stat().st_mode):
            raise DocumentError("is not a regular file: take it out of the folder")
        if file.suffix.lower() not in SUFFIXES:
            raise DocumentError(f"is not one of {', '.join(SUFFIXES)}: convert it to plain text in UTF-8")
        data = file.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be opened ({reason}): check that it exists and may be read") from None
    document = read_text(identifier, data)
    if not document.text.strip():
        raise DocumentError("is empty: write something in it, or take it out of the folder")
    return document


def printable(path: str) -> str:
    """A path fit to be shown on one line: characters that cannot be shown stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)
