"""How often a person, and a server, may ask: over it, how long to wait.

Counted in this process alone: Discord sends all that happens in a server to one.
"""

import time
from collections.abc import Callable

from discord.ext.commands import Cooldown, CooldownMapping

PERSON, SERVER = (6, 30.0), (120, 60.0)
"""So many questions in so many seconds."""


class Pace:
    """Counts the questions of each person and of each server. For the event loop's thread alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` counts seconds."""
        self._clock = clock
        self._people: CooldownMapping[int] = CooldownMapping.from_cooldown(*PERSON, lambda number: number)
        self._noted: CooldownMapping[int] = CooldownMapping.from_cooldown(1, PERSON[1], lambda number: number)
        self._servers: CooldownMapping[int] = CooldownMapping.from_cooldown(*SERVER, lambda number: number)

    def wait(self, person: int, server: int | None) -> float:
        """Seconds until this question may be asked; 0, and it is counted, if it may be asked now."""
        now = self._clock()
        cooldowns: list[Cooldown | None] = [self._people.get_bucket(person, now)]
        if server is not None:
            cooldowns.append(self._servers.get_bucket(server, now))
        kept = [cooldown for cooldown in cooldowns if cooldown is not None]
        # All are looked at before any counts: what one person may not ask must not use up what the server may.
        if wait := max(cooldown.get_retry_after(now) for cooldown in kept):
            return wait
        for cooldown in kept:
            cooldown.update_rate_limit(now)
        return 0.0

    def may_note(self, person: int) -> bool:
        """Whether a person may be told to wait where others see it: once, not at every question."""
        return self._noted.update_rate_limit(person, self._clock()) is None
