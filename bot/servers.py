"""What a server set, and that all of it goes some time after the bot was removed."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from sqlite3 import Connection, Row
from typing import Any

from bot.store import Store

KEPT_AFTER = 30 * 86_400.0
"""Seconds for which a server's settings, documents and questions are kept after the bot was removed from it."""


@dataclass(frozen=True, slots=True)
class Server:
    """The settings of a server, by default those of one that set nothing.

    ``channels`` are those in which the bot may speak, none meaning all. ``private`` shows answers to who asked alone
    unless they say otherwise. ``threshold`` takes the place of the setting of this name. ``people`` is the channel for
    questions that the documents do not answer, ``curators`` the role that may add documents beside *Manage Server*.
    """

    guild: int
    channels: tuple[int, ...] = ()
    private: bool = False
    threshold: float | None = None
    people: int | None = None
    curators: int | None = None


class Servers:
    """The settings of all servers."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        """Keeps them in the store. ``clock`` gives Unix time."""
        self._store = store
        self._clock = clock

    def get(self, guild: int) -> Server:
        """What a server set."""
        rows = self._store.read("SELECT * FROM servers WHERE guild = ?", guild)
        return _read(rows[0]) if rows else Server(guild)

    def put(self, server: Server) -> None:
        """Sets all of a server's settings."""
        with self._store.writing() as connection:
            _write(connection, server)

    def change(self, guild: int, **fields: Any) -> Server:  # noqa: ANN401 (the fields of Server)
        """Sets some of a server's settings, whatever else is set at the same time, and returns all."""
        with self._store.writing() as connection:
            rows = connection.execute("SELECT * FROM servers WHERE guild = ?", (guild,)).fetchall()
            server = replace(_read(rows[0]) if rows else Server(guild), **fields)
            _write(connection, server)
        return server

    def known(self) -> set[int]:
        """The servers of which anything is stored."""
        return {row["guild"] for row in self._store.read("SELECT guild FROM servers")}

    def left(self, guild: int) -> None:
        """Notes that the bot was removed; the first time it is noted counts."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE servers SET left_at = ? WHERE guild = ? AND left_at IS NULL", (self._clock(), guild)
            )

    def returned(self, guild: int) -> None:
        """Notes that the bot is there, again or still."""
        with self._store.writing() as connection:
            connection.execute("UPDATE servers SET left_at = NULL WHERE guild = ?", (guild,))

    def expire(self) -> list[int]:
        """Deletes all that is stored of the servers left longer ago than ``KEPT_AFTER``, and returns which."""
        long_ago = (self._clock() - KEPT_AFTER,)
        with self._store.writing() as connection:
            rows = connection.execute("SELECT guild FROM servers WHERE left_at < ? ORDER BY guild", long_ago).fetchall()
            connection.execute("DELETE FROM servers WHERE left_at < ?", long_ago)
        return [row["guild"] for row in rows]


def _read(row: Row) -> Server:
    channels = tuple(json.loads(row["channels"]))
    return Server(row["guild"], channels, bool(row["private"]), row["threshold"], row["people"], row["curators"])


def _write(connection: Connection, server: Server) -> None:
    channels = json.dumps(server.channels)
    connection.execute(
        "INSERT INTO servers (guild, channels, private, threshold, people, curators) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (guild) DO UPDATE SET channels = excluded.channels, private = excluded.private, "
        "threshold = excluded.threshold, people = excluded.people, curators = excluded.curators",
        (server.guild, channels, server.private, server.threshold, server.people, server.curators),
    )
