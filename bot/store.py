"""The store: what servers set and added and what people asked, in one SQLite file of the folder ``DATA``.

The schema is here, what it means is in ``asked.py``, ``servers.py``, ``uploads.py`` and ``slots.py``. Whatever belongs
to a server hangs on its row in ``servers``, and goes with it; votes and quotes hang on their question.
"""

import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus import SettingError, UserError, printable

FILE = "verbatim.db"
"""What the file is called in the folder ``DATA``."""

# Empty lines part the statements, for sqlite3's executescript would commit before it begins. STRICT and RETURNING are
# not used: beside Python 3.11 there is still SQLite 3.34.
MIGRATIONS = (
    """
    CREATE TABLE servers (
        guild INTEGER PRIMARY KEY,
        channels TEXT NOT NULL DEFAULT '[]',  -- JSON
        private INTEGER NOT NULL DEFAULT 0,
        threshold REAL,
        people INTEGER,
        curators INTEGER,
        left_at REAL  -- when the bot was removed; NULL while it is there
    );

    CREATE TABLE questions (
        id TEXT PRIMARY KEY,
        guild INTEGER REFERENCES servers ON DELETE CASCADE,
        channel INTEGER NOT NULL,
        person INTEGER NOT NULL,
        at REAL NOT NULL,
        question TEXT NOT NULL,
        document TEXT,
        read TEXT NOT NULL,
        standing TEXT,
        private INTEGER NOT NULL,
        words_only INTEGER NOT NULL,
        answered INTEGER NOT NULL,
        confidence REAL NOT NULL,
        alone INTEGER NOT NULL,
        shared INTEGER NOT NULL DEFAULT 0,
        forwarded INTEGER NOT NULL DEFAULT 0
    );

    CREATE INDEX questions_of_person ON questions (person, channel, at);

    CREATE INDEX questions_of_guild ON questions (guild, at);

    CREATE INDEX questions_by_age ON questions (at);

    CREATE TABLE quotes (
        asked TEXT NOT NULL REFERENCES questions ON DELETE CASCADE,
        position INTEGER NOT NULL,  -- from 0
        document TEXT NOT NULL,
        title TEXT NOT NULL,
        first INTEGER NOT NULL,
        past INTEGER NOT NULL,
        quote TEXT NOT NULL,
        marked_first INTEGER,
        marked_past INTEGER,
        PRIMARY KEY (asked, position)
    );

    CREATE TABLE votes (
        asked TEXT NOT NULL REFERENCES questions ON DELETE CASCADE,
        person INTEGER NOT NULL,
        good INTEGER NOT NULL,
        PRIMARY KEY (asked, person)
    );

    CREATE INDEX votes_of_person ON votes (person);

    CREATE TABLE uploads (
        guild INTEGER NOT NULL REFERENCES servers ON DELETE CASCADE,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        added_by INTEGER,
        added_at REAL NOT NULL,
        data BLOB NOT NULL,
        document BLOB NOT NULL,  -- JSON
        PRIMARY KEY (guild, name)
    );

    CREATE TABLE changes (  -- the last of each server's documents; no number is ever given twice
        version INTEGER PRIMARY KEY AUTOINCREMENT,
        guild INTEGER NOT NULL UNIQUE REFERENCES servers ON DELETE CASCADE
    );

    CREATE TABLE slots (
        bucket INTEGER PRIMARY KEY,
        free_at REAL NOT NULL
    );

    CREATE TRIGGER question_of_server BEFORE INSERT ON questions WHEN NEW.guild IS NOT NULL BEGIN
        INSERT INTO servers (guild) SELECT NEW.guild WHERE NEW.guild NOT IN (SELECT guild FROM servers);
    END;

    CREATE TRIGGER upload_of_server BEFORE INSERT ON uploads BEGIN
        INSERT INTO servers (guild) SELECT NEW.guild WHERE NEW.guild NOT IN (SELECT guild FROM servers);
    END;
    """,
)
"""Each brings the schema from one version to the next, and never changes once it was released."""

_PATIENCE = 10.0  # seconds for which one who writes waits for another, of this process or a further one

_BROKEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Store:
    """One file, safe for several threads of several processes on one machine.

    Each thread that is at it has a connection to itself, taken from those that are idle. What goes wrong later than at
    the start (the disk is full, say) raises sqlite3.Error, and nothing of that write is kept.
    """

    def __init__(self, folder: Path) -> None:
        """Makes the folder and the file, which only their owner may read, and brings the schema up to date.

        Raises SettingError, in one line, if the file cannot be made, read or written, is damaged or is no database, or
        was made by a newer version.
        """
        self._path = folder / FILE
        self._idle: deque[sqlite3.Connection] = deque()
        shown = printable(str(self._path))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with closing(_open(self._path)) as connection:
                _log_ahead(connection)
                _migrate(connection, shown)
        except sqlite3.Error as error:
            if _code(error) in _BROKEN:
                raise SettingError(
                    f"DATA: {shown}: is damaged or no database: move it away, or put a backup in its place"
                ) from None
            raise SettingError(
                f"DATA: {shown}: cannot be used ({error}): see that the bot may write there and the disk has room"
            ) from None
        except OSError as error:
            raise SettingError(
                f"DATA: {shown}: cannot be made or opened ({error.strerror}): name a folder in which the bot may write"
            ) from None

    def read(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """The rows that one query finds."""
        with self._borrowed() as connection:
            return connection.execute(sql, parameters).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For several queries that must see the file as it is at one moment."""
        with self._borrowed() as connection:
            connection.execute("BEGIN")
            with connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: no other writes meanwhile, and of what is written all is kept, or after an exception none."""
        with self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    def close(self) -> None:
        """Closes what no thread is at."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = _open(self._path)
            # What is deleted is overwritten, in the file and, as soon as it is begun anew, in the log of changes.
            for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON", "journal_size_limit = 0"):
                connection.execute(f"PRAGMA {pragma}")
        try:
            yield connection
        finally:
            self._idle.append(connection)


def backup(folder: Path, file: Path) -> None:
    """Copies the store in a folder, as it is at this moment, while others may write in it.

    The file is the whole copy, or as it was before; only its owner may read it. Raises UserError, in one line, if there
    is no store or the copy cannot be made.
    """
    store, shown = folder / FILE, printable(str(file))
    try:
        if not store.is_file():
            raise SettingError(f"DATA: {printable(str(store))}: there is no such file; the bot makes it when it runs")
        if file.exists() and file.samefile(store):
            raise UserError(f"{shown}: is the store itself: name another file")
        with tempfile.TemporaryDirectory(prefix=".verbatim-", dir=file.parent) as beside:
            copy = Path(beside) / FILE
            copy.touch(mode=0o600)
            with closing(_open(store)) as origin, closing(_open(copy)) as target:
                origin.backup(target)
            copy.replace(file)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{shown}: cannot be copied from {printable(str(store))} ({reason}): see that both may be opened and the "
            "disk has room"
        ) from None


def _open(path: Path) -> sqlite3.Connection:
    """A connection for any one thread at a time, that begins a transaction only where it is told to."""
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Has the file keep a log of changes (WAL), so that who reads and who writes do not wait for each other.

    Two who do so at once are in each other's way, and in this one change SQLite does not wait but fails. One of them
    gets through: the other waits here until nobody is at the file, and finds it done.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
        connection.execute("BEGIN EXCLUSIVE")
        connection.rollback()


def _migrate(connection: sqlite3.Connection, shown: str) -> None:
    """Brings the schema up to date, wholly or not at all; ``user_version`` counts the migrations that were made.

    It is written even where it stays the same, so that a file that cannot be written is found out at the start. Foreign
    keys are off in a new connection, as they must be while tables are made anew. Raises SettingError, sqlite3.Error.
    """
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise SettingError(
                f"DATA: {shown}: was made by a newer version (schema {version}, this one knows {len(MIGRATIONS)}): "
                "run that one, or put an older backup in its place"
            )
        for migration in MIGRATIONS[version:]:
            for statement in migration.split("\n\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code, without what extends it; -1 for an error of Python's own."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF
