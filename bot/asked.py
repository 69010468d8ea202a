"""What was asked, what was quoted, and what people thought of it: for the buttons of an answer, and for statistics.

Of a person there is the id alone, and that only as long as a question is kept.
"""

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection, Row
from typing import Literal

from bot.store import Store

KEPT = 90 * 86_400.0
"""Seconds for which a question is kept."""

LISTED = 50
"""Documents and disliked answers that statistics list, of each, at most."""

LISTED_UNANSWERED = 10_000
"""Unanswered questions that they list at most."""

Deed = Literal["shared", "forwarded"]
"""What may be done once with an answer: show a private one to all, hand a question on to people."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # what a person sends may hold them; text in SQLite may not

_SCOPE = """
    WITH asked_then AS (
        SELECT rowid AS number, * FROM questions
        WHERE guild = :guild AND at >= :begin AND at < :end AND NOT words_only
    )
"""

# Cut to whole seconds, for SQLite would round what is a moment before midnight into the next day.
_PER_DAY = """
    SELECT date(CAST(at AS INTEGER), 'unixepoch') AS day, SUM(answered) AS answered, SUM(NOT answered) AS unanswered
    FROM asked_then GROUP BY day
"""

_UNANSWERED = """
    SELECT question, at FROM asked_then WHERE NOT answered AND NOT private ORDER BY at DESC, number DESC LIMIT :newest
"""

# Beside MAX, SQLite takes the other columns (the title) from the row that has it.
_CITED = """
    SELECT quotes.document, title, COUNT(DISTINCT asked) AS count, MAX(at)
    FROM asked_then JOIN quotes ON asked = id
    WHERE answered GROUP BY quotes.document ORDER BY count DESC, quotes.document LIMIT :most
"""

_DISLIKED = """
    SELECT question, quote, quotes.document
    FROM asked_then LEFT JOIN quotes ON asked = id AND position = 0
    WHERE NOT private AND EXISTS (SELECT * FROM votes WHERE votes.asked = id AND NOT good)
    ORDER BY at DESC, number DESC LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote that was shown: ``document`` is an id, and of its text ``[start:end]`` was the quote at that time.

    ``highlight`` is the span of the words that answer, in offsets of the document as well.
    """

    document: str
    title: str
    start: int
    end: int
    quote: str
    highlight: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it.

    ``id`` is ``secrets.token_urlsafe(9)``, 12 characters. ``guild`` is the server that has the bot; None in direct
    messages, and where the bot is only the person's own. ``at`` is Unix time. ``document`` is the id of the one
    document it was asked of, if it was. ``read`` and ``standing`` are those of the answer. ``private`` says that
    whoever asked wanted nobody else to see it. ``words_only`` says that words were searched for, and nothing was asked.
    ``quotes`` are those shown: citations, or what came nearest. ``alone`` says that the answer was shown to whoever
    asked alone, ``shared`` that such an answer saw was shown to all.
    """

    id: str
    guild: int | None
    channel: int
    person: int
    at: float
    question: str
    document: str | None
    read: str
    standing: str | None
    private: bool
    words_only: bool
    answered: bool
    confidence: float
    quotes: tuple[Quoted, ...]
    alone: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions of a day (UTC) were answered and how many not."""

    day: date
    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the documents do not answer, and when it was asked (Unix time)."""

    question: str
    at: float


@dataclass(frozen=True, slots=True)
class Cited:
    """A document, by its id and its title when it was cited last, and how many answers cite it."""

    document: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Disliked:
    """A question whose answer somebody found wrong, and its first quote with the id of its document, if it had one."""

    question: str
    quote: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was asked in a server in some days, without a word of who asked.

    ``days`` are all of them, the oldest first. Of the rest at most ``LISTED`` each, of unanswered questions
    ``LISTED_UNANSWERED``: the newest questions first, the most cited documents first.
    """

    days: tuple[Day, ...]
    unanswered: tuple[Unanswered, ...]
    cited: tuple[Cited, ...]
    disliked: tuple[Disliked, ...]

    @property
    def answered_count(self) -> int:
        """How many questions were answered in all."""
        return sum(day.answered for day in self.days)

    @property
    def unanswered_count(self) -> int:
        """How many questions were not."""
        return sum(day.unanswered for day in self.days)


class Questions:
    """All that was asked and is still kept."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        """Keeps it in the store. ``clock`` gives Unix time."""
        self._store = store
        self._clock = clock

    def add(self, asked: Asked) -> None:
        """Keeps a question. Lone surrogates in what the person wrote become U+FFFD."""
        fields = {
            name: _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
            for name, value in asdict(asked).items()
        }
        with self._store.writing() as connection:
            connection.execute(
                "INSERT INTO questions (id, guild, channel, person, at, question, document, read, standing, private, "
                "words_only, answered, confidence, alone) VALUES (:id, :guild, :channel, :person, :at, :question, "
                ":document, :read, :standing, :private, :words_only, :answered, :confidence, :alone)",
                fields,
            )
            connection.executemany(
                "INSERT INTO quotes (asked, position, document, title, first, past, quote, marked_first, marked_past) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        asked.id,
                        position,
                        quoted.document,
                        quoted.title,
                        quoted.start,
                        quoted.end,
                        quoted.quote,
                        *(quoted.highlight or (None, None)),
                    )
                    for position, quoted in enumerate(asked.quotes)
                ],
            )

    def find(self, identifier: str) -> Asked | None:
        """A question by its id, or None if it is not kept any more."""
        with self._store.reading() as connection:
            return _first(connection, "SELECT * FROM questions WHERE id = ?", identifier)

    def last(self, person: int, channel: int, within: float) -> Asked | None:
        """What a person asked last in a channel, if that is no more than so many seconds ago."""
        with self._store.reading() as connection:
            return _first(
                connection,
                "SELECT * FROM questions WHERE person = ? AND channel = ? AND at >= ? AND NOT words_only "
                "ORDER BY at DESC, rowid DESC LIMIT 1",
                person,
                channel,
                self._clock() - within,
            )

    def vote(self, identifier: str, person: int, good: bool) -> bool:
        """Notes what a person thinks of an answer, in the place of what they thought before.

        Whether the question is still kept; if not, nothing is noted.
        """
        with self._store.writing() as connection:
            noted = connection.execute(
                "INSERT INTO votes (asked, person, good) SELECT id, ?, ? FROM questions WHERE id = ? "
                "ON CONFLICT (asked, person) DO UPDATE SET good = excluded.good",
                (person, good, identifier),
            )
        return noted.rowcount > 0

    def claim(self, identifier: str, deed: Deed) -> bool:
        """Notes what may be done once with an answer. True for the first who says so, and False for any other."""
        return self._note(identifier, deed, done=True)

    def release(self, identifier: str, deed: Deed) -> None:
        """Notes that it was not done after all."""
        self._note(identifier, deed, done=False)

    def _note(self, identifier: str, deed: Deed, *, done: bool) -> bool:
        """Whether that was a change."""
        with self._store.writing() as connection:
            changed = connection.execute(
                f"UPDATE questions SET {deed} = ? WHERE id = ? AND {deed} = ?",  # noqa: S608 (one of two names)
                (done, identifier, not done),
            )
            return changed.rowcount > 0

    def forget(self, person: int) -> int:
        """Deletes whatever a person asked and thought, everywhere. How many questions that were."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM votes WHERE person = ?", (person,))
            deleted = connection.execute("DELETE FROM questions WHERE person = ?", (person,)).rowcount
        self._store.read("PRAGMA wal_checkpoint(TRUNCATE)")  # what was written stands in the log of changes still
        return deleted

    def expire(self) -> int:
        """Deletes what was asked longer ago than ``KEPT``. How many questions that were."""
        with self._store.writing() as connection:
            return connection.execute("DELETE FROM questions WHERE at < ?", (self._clock() - KEPT,)).rowcount

    def statistics(self, guild: int, days: int, today: date) -> Statistics:
        """What was asked in a server on so many days, the last of them ``today`` (UTC); not what was searched for."""
        dates = [today - timedelta(ahead) for ahead in reversed(range(days))]
        begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in (dates[0], today))
        scope = {"guild": guild, "begin": begin, "end": end + 86_400, "most": LISTED, "newest": LISTED_UNANSWERED}
        with self._store.reading() as connection:

            def rows(query: str) -> list[Row]:
                return connection.execute(_SCOPE + query, scope).fetchall()

            counts = {row["day"]: (row["answered"], row["unanswered"]) for row in rows(_PER_DAY)}
            return Statistics(
                tuple(Day(day, *counts.get(day.isoformat(), (0, 0))) for day in dates),
                tuple(Unanswered(*row) for row in rows(_UNANSWERED)),
                tuple(Cited(*row[:3]) for row in rows(_CITED)),
                tuple(Disliked(*row) for row in rows(_DISLIKED)),
            )


def _first(connection: Connection, query: str, *parameters: object) -> Asked | None:
    """The first question that a query finds, with its quotes."""
    row = connection.execute(query, parameters).fetchone()
    if row is None:
        return None
    quotes = connection.execute("SELECT * FROM quotes WHERE asked = ? ORDER BY position", (row["id"],))
    return Asked(
        row["id"],
        row["guild"],
        row["channel"],
        row["person"],
        row["at"],
        row["question"],
        row["document"],
        row["read"],
        row["standing"],
        bool(row["private"]),
        bool(row["words_only"]),
        bool(row["answered"]),
        row["confidence"],
        tuple(map(_quoted, quotes)),
        bool(row["alone"]),
        bool(row["shared"]),
    )


def _quoted(row: Row) -> Quoted:
    highlight = None if row["marked_first"] is None else (row["marked_first"], row["marked_past"])
    return Quoted(row["document"], row["title"], row["first"], row["past"], row["quote"], highlight)
