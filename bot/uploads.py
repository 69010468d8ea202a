"""A server's own documents, within its quota: each as it was uploaded, and as it was read."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from sqlite3 import Connection

from bot.store import Store
from corpus import Document, Mark, UserError

MOST = 200
"""Documents that one server may have."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that a server added.

    ``size``, in bytes, is what it takes of the quota: of the file, or of what was read from it, if that is more (a
    small file may unpack to a large text). ``added_by`` is a person's id, None once they had theirs deleted;
    ``added_at`` is Unix time, ``length`` what the file itself has, in bytes.
    """

    name: str
    size: int
    added_by: int | None
    added_at: float
    length: int


class Uploads:
    """The documents of all servers. A file's name is only ever a name here, never a path."""

    def __init__(self, store: Store, server_mb: int, clock: Callable[[], float] = time.time) -> None:
        """Keeps them in the store, of each server ``server_mb`` million bytes. ``clock`` gives Unix time.

        ``quota`` is the same in bytes.
        """
        self._store = store
        self.quota = server_mb * 1_000_000
        self._clock = clock

    def put(self, guild: int, name: str, data: bytes, document: Document, person: int) -> None:
        """Adds a document, in the place of the one of this name if there is one.

        Stored as it was read, so that the offsets of quotes that were stored stay true when a reader changes. Raises
        UserError, in one line, if the server would have too many or too much.
        """
        read = _written(document)
        size = max(len(data), len(read))
        with self._store.writing() as connection:
            self._check(connection, guild, name, size)
            connection.execute(
                "INSERT INTO uploads (guild, name, size, added_by, added_at, data, document) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (guild, name) DO UPDATE SET size = excluded.size, "
                "added_by = excluded.added_by, added_at = excluded.added_at, data = excluded.data, "
                "document = excluded.document",
                (guild, name, size, person, self._clock(), data, read),
            )
            _changed(connection, guild)

    def check(self, guild: int, name: str, size: int) -> None:
        """Raises UserError, without the name, if a document of this name and size seems to have no room now."""
        with self._store.reading() as connection:
            self._check(connection, guild, name, size)

    def remove(self, guild: int, name: str) -> bool:
        """Removes a document. Whether there was one of this name."""
        with self._store.writing() as connection:
            removed = connection.execute("DELETE FROM uploads WHERE guild = ? AND name = ?", (guild, name)).rowcount > 0
            if removed:
                _changed(connection, guild)
        return removed

    def all(self, guild: int) -> list[Upload]:
        """What a server has, in the order of the names."""
        rows = self._store.read(
            "SELECT name, size, added_by, added_at, LENGTH(data) FROM uploads WHERE guild = ? ORDER BY name", guild
        )
        return [Upload(*row) for row in rows]

    def data(self, guild: int, name: str) -> bytes | None:
        """A file as it was uploaded, or None if there is none of this name."""
        for row in self._store.read("SELECT data FROM uploads WHERE guild = ? AND name = ?", guild, name):
            return bytes(row["data"])
        return None

    def documents(self, guild: int) -> tuple[Document, ...]:
        """What was read from a server's files, in the order of their names."""
        rows = self._store.read("SELECT document FROM uploads WHERE guild = ? ORDER BY name", guild)
        return tuple(_document(row["document"]) for row in rows)

    def version(self, guild: int) -> int:
        """A number that is another after each change of a server's documents, by whatever process.

        0: there never were any. Take it before the documents: what changes in between is then found at the next look.
        """
        for row in self._store.read("SELECT version FROM changes WHERE guild = ?", guild):
            return int(row["version"])
        return 0

    def _check(self, connection: Connection, guild: int, name: str, size: int) -> None:
        number, used = connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM uploads WHERE guild = ? AND name <> ?", (guild, name)
        ).fetchone()
        if number >= MOST:
            raise UserError(f"is one too many, this server has {MOST} documents: remove one first")
        if used + size > self.quota:
            left = (self.quota - used) // 100_000 / 10  # rounded so that it is never said to fit
            raise UserError(
                f"takes {-(-size // 100_000) / 10:.1f} MB, and of the {self.quota // 1_000_000} MB of "
                f"this server {left:.1f} are left: remove documents first, or split it"
            )

    def forget(self, person: int) -> None:
        """Deletes who added what; the documents are the servers' own and stay."""
        with self._store.writing() as connection:
            connection.execute("UPDATE uploads SET added_by = NULL WHERE added_by = ?", (person,))


def _changed(connection: Connection, guild: int) -> None:
    connection.execute("INSERT OR REPLACE INTO changes (guild) VALUES (?)", (guild,))


def _written(document: Document) -> bytes:
    """A document as JSON. Whatever Python may hold as a string comes through it, lone surrogates too."""
    return json.dumps(asdict(document), ensure_ascii=False, default=date.isoformat).encode("utf-8", "surrogatepass")


def _document(written: bytes) -> Document:
    """The document that ``_written`` wrote; what it did not know yet has its default."""
    fields = json.loads(written.decode("utf-8", "surrogatepass"))
    day, marks = fields["date"], fields["marks"]
    return Document(**fields | {"date": day and date.fromisoformat(day), "marks": tuple(Mark(*mark) for mark in marks)})
