"""When a shard may identify: several processes of one bot, which share one store, take turns.

Discord takes one IDENTIFY every five seconds in each bucket, ``shard_id % max_concurrency``
(https://discord.com/developers/docs/events/gateway#rate-limits), whatever process sends it.
"""

from bot.store import Store

EVERY = 5.0
"""Seconds from one IDENTIFY of a bucket to the next."""

_LONGEST = 600.0  # seconds: no queue is longer, so a slot further off was taken before the clock was set back


class Slots:
    """The next slot of each bucket that is free."""

    def __init__(self, store: Store) -> None:
        """Keeps the slots in the store."""
        self._store = store

    def claim(self, bucket: int, now: float) -> float:
        """Takes the bucket's next slot, which then nobody else gets. How many seconds there are to wait for it.

        ``now`` is Unix time.
        """
        with self._store.writing() as connection:
            row = connection.execute("SELECT free_at FROM slots WHERE bucket = ?", (bucket,)).fetchone()
            slot = row["free_at"] if row is not None and now < row["free_at"] <= now + _LONGEST else now
            connection.execute(
                "INSERT INTO slots (bucket, free_at) VALUES (?, ?) "
                "ON CONFLICT (bucket) DO UPDATE SET free_at = excluded.free_at",
                (bucket, slot + EVERY),
            )
        return float(slot - now)
