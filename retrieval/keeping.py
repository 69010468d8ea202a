"""The index of a folder of documents, kept on disk: opened, made, and brought up to date as the folder changes."""

from collections.abc import Iterator
from pathlib import Path

from corpus import Change, Document, Folder, Shelf, Track, not_empty
from retrieval import storage
from retrieval.building import segments
from retrieval.index import Index
from retrieval.segment import Part


class Kept:
    """An index kept in ``folder``, with the state of the shelf that tells what it is of."""

    def __init__(self, folder: Path) -> None:
        """In a folder that may not be there yet."""
        self.folder = folder

    @property
    def there(self) -> bool:
        """Whether there is one, of whatever state."""
        return (self.folder / storage.MANIFEST).exists()

    @property
    def of(self) -> Path | None:
        """The folder that it is of, whatever else is wrong with it; None where that is not seen."""
        state = storage.source(self.folder)
        return None if state is None else Shelf.folder_of(state)

    def open(self) -> tuple[Index, str]:
        """The index, and the state of the shelf it was made of. Raises IndexProblem."""
        stored = storage.load(self.folder)
        return Index(stored.parts), stored.source

    def check(self) -> None:
        """Reads all of it. Raises IndexProblem if anything is not as it was written."""
        storage.verify(self.folder)

    def save(self, index: Index, state: str) -> Index:
        """Keeps an index, in few segments; the same, opened. Raises IndexProblem."""
        with storage.writing(self.folder) as writer:
            stored = Index(writer.save(index.parts, state).parts)
            tidied = stored.tidied(writer.merge)
            return stored if tidied is stored else Index(writer.save(tidied.parts, state).parts)

    def update(self, index: Index, shelf: Shelf, track: Track) -> Index:
        """Keeps an index, brought up to date with the folder that a shelf looks at; the same, opened.

        Documents are read as they are indexed, however many there are. Raises IndexProblem; FolderError if there is no
        such folder, or nothing in it to serve.
        """
        gone: list[str] = []
        with storage.writing(self.folder) as writer:
            new = list(segments(_new(index, shelf.changes(track, settled=False), gone), writer))
            left = index.without(gone).beside(Index(list(map(Part, new))))
            if not len(left):
                not_empty(shelf.path, Folder((), shelf.problems))
            return Index(writer.save(left.tidied(writer.merge).parts, shelf.state).parts)


def _new(index: Index, changes: Iterator[Change], gone: list[str]) -> Iterator[Document]:
    """The documents that an index does not hold as they are; ``gone`` is told which of its own it has to give up."""
    for identifier, document in changes:
        held = index.get(identifier)
        if held == document:
            continue
        if held is not None:
            gone.append(identifier)
        if document is not None:
            yield document
