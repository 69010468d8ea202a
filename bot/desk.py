"""Who is asked: the documents, settings and memory of each server, and what happens to a question put to them.

All of it waits for the disk or computes: off the event loop with it, except where it says otherwise.
"""

import asyncio
import gc
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import discord

from bot.asked import Asked, Questions, Quoted
from bot.libraries import ADDED, Libraries
from bot.library import Serving
from bot.pace import Pace
from bot.servers import Server, Servers
from bot.slots import Slots
from bot.store import Store
from bot.uploads import Uploads
from corpus import Document, IndexProblem, Limits, QuestionError
from retrieval import Answer, Answerer, Citation, Entry, Match

_log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST = 300
"""Characters of a question on Discord."""

CITED = 3
"""Quotes in an answer, at most."""

RANKED = 30
"""Passages that can be paged through."""

ASKERS = 2
"""Threads that ask the documents: the interpreter runs one at a time, and every other makes the event loop wait."""

_FIRST = "Who wrote teh docmuents?"  # what is misspelt is looked for in a list of English words

LEANS_FOR = 900.0
"""Seconds for which a question in plain words may lean on the one before it."""


class Where(NamedTuple):
    """Where something is asked, and by whom.

    ``server`` is the one whose documents and settings hold: None in a direct message, and in a server that has not
    added the bot, where a person has brought it along. ``parent`` is the channel of a thread, or else the channel.
    """

    server: int | None
    channel: int
    parent: int
    person: int


class Answered(NamedTuple):
    """An answer, how the words of the question were met where it is none, and the id by which it is remembered."""

    answer: Answer
    looked_for: tuple[Match, ...]
    asked: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command is given. ``pace`` is for the event loop's thread."""

    libraries: Libraries
    questions: Questions
    servers: Servers
    uploads: Uploads
    slots: Slots
    pace: Pace
    library: Serving
    limits: Limits
    askers: ThreadPoolExecutor

    def server(self, where: Where) -> Server | None:
        """What the server has set; None where there is none."""
        return None if where.server is None else self.servers.get(where.server)

    async def prepared(self, server: int | None) -> object:
        """Waits, in the event loop, until the documents of a server can be asked; they can while the result is held.

        The threads of the pool are few, and all servers share them: nobody waits in one for a library to be made.
        """
        if server is None:
            return None
        while not (made := await asyncio.to_thread(self.libraries.prepare, server)).done():
            await asyncio.wrap_future(made)
        return made.result()

    async def consult(self, where: Where, work: Callable[..., T], *arguments: object, **named: object) -> T:
        """What comes of work with the documents of a server, done in a thread once they can be asked."""
        made = await self.prepared(where.server)
        try:
            return await asyncio.get_running_loop().run_in_executor(self.askers, partial(work, *arguments, **named))
        finally:
            del made  # held until here

    def ask(
        self,
        where: Where,
        question: str,
        *,
        document: str | None = None,
        after: str | None = None,
        private: bool = False,
        alone: bool = False,
    ) -> Answered:
        """Answers from the documents of the server, and remembers what was asked and quoted.

        Raises QuestionError. What cannot be remembered is answered all the same.
        """
        answerer = self.libraries.of(where.server)
        server = self.server(where)
        threshold = server.threshold if server else None
        answer = answerer.ask(question, document, CITED, after, threshold)
        looked_for = () if answer.answered else answerer.why(answer.read, document)
        asked = self._remembered(where, answer, document, private=private, alone=alone)
        return Answered(answer, looked_for, asked)

    def search(self, where: Where, words: str, document: str | None = None) -> tuple[str | None, tuple[Citation, ...]]:
        """The passages ranked first for some words, and the id by which they are remembered. Raises QuestionError."""
        found = self.libraries.of(where.server).search(words, document, RANKED)
        asked = self._remembered(where, Answer(words, (), (), 0.0), document, private=True, alone=True, words_only=True)
        return asked, found

    def passages(self, asked: Asked) -> tuple[Citation, ...]:
        """The passages ranked first for what was asked, as the documents stand now. Raises QuestionError."""
        return self.libraries.of(asked.guild).search(asked.read, asked.document, RANKED)

    def documents(self, where: Where) -> tuple[Entry, ...]:
        """The documents that are asked there, as a list shows them."""
        return self.libraries.of(where.server).entries

    def find(self, where: Where, asked: str) -> Asked | None:
        """What was asked under that id, if it was asked in this very channel, and is not private to somebody else."""
        found = self.questions.find(asked)
        if found is None or (found.guild, found.channel) != (where.server, where.channel):
            return None
        return found if found.person == where.person or found.shared or not found.private else None

    def gone(self, asked: Asked) -> bool:
        """Whether it was asked of one document, and that is there no more. Waits for no library to be made."""
        if asked.document is None:
            return False
        if asked.guild is not None and asked.document.startswith(ADDED):
            return all(ADDED + upload.name != asked.document for upload in self.uploads.all(asked.guild))
        return asked.document not in self.libraries.of(None).index

    def quoted(self, asked: Asked, number: int) -> tuple[Document, tuple[int, int]] | None:
        """A quote, by its number from 0: its document as it is now, and where it stands in that.

        None where the document is gone, or does not hold those words any more, or more than once since it changed.
        """
        if not 0 <= number < len(asked.quotes):
            return None
        quoted = asked.quotes[number]
        document = self.libraries.of(asked.guild).index.get(quoted.document)
        if document is None:
            return None
        start = quoted.start
        if document.text[quoted.start : quoted.end] != quoted.quote:
            start = document.text.find(quoted.quote)
            if start < 0 or document.text.find(quoted.quote, start + 1) >= 0:
                return None
        return document, (start, start + len(quoted.quote))

    def card(self, where: Where, identifier: str, most: int) -> tuple[Document, bytes | None, str]:
        """A document, its file as it is now if that has at most ``most`` bytes, and why there is none otherwise.

        Raises QuestionError if there is no such document.
        """
        document = self.libraries.of(where.server).index.get(identifier)
        if document is None:
            raise QuestionError("That document is not there any more.")
        if identifier.startswith(ADDED) and where.server is not None:
            data = self.uploads.data(where.server, identifier.removeprefix(ADDED))
        else:
            data = self.library.file(identifier)
        if data is None:
            return document, None, "The file cannot be read just now."
        if len(data) > most:
            return document, None, "The file is too large to be sent here."
        return document, data, ""

    def expire(self) -> None:
        """Deletes what was kept long enough."""
        self.questions.expire()
        self.servers.expire()

    def _remembered(
        self,
        where: Where,
        answer: Answer,
        document: str | None,
        *,
        private: bool,
        alone: bool,
        words_only: bool = False,
    ) -> str | None:
        """The id under which an answer is kept; None where that fails."""
        shown = answer.citations or answer.nearest
        asked = Asked(
            id=secrets.token_urlsafe(9),
            guild=where.server,
            channel=where.channel,
            person=where.person,
            at=time.time(),
            question=answer.question,
            document=document,
            read=answer.read,
            standing=answer.standing,
            private=private,
            words_only=words_only,
            answered=answer.answered,
            confidence=answer.confidence,
            quotes=tuple(map(_quoted, shown)),
            alone=alone,
        )
        try:
            self.questions.add(asked)
        except sqlite3.Error as error:
            _log.error("A question could not be remembered: %s", error)
            return None
        return asked.id


def open_desk(library: Serving, store: Store, limits: Limits, server_mb: int) -> Desk:
    """The desk of a library that is shared by all servers, and of what the store keeps of each."""
    uploads = Uploads(store, server_mb)
    libraries = Libraries(library, uploads, library.make, limits)
    askers = ThreadPoolExecutor(ASKERS, "asker")
    return Desk(libraries, Questions(store), Servers(store), uploads, Slots(store), Pace(), library, limits, askers)


def warm(answerer: Answerer) -> None:
    """Asks a first question, so that nobody waits for what it loads, and takes what is there now to stay.

    A full collection of garbage, which all threads wait for, has that much less to look through: it took a tenth of a
    second. A process does it once.
    """
    with suppress(IndexProblem):  # whoever asks next will see
        answerer.ask(_FIRST)
    gc.freeze()


def _quoted(citation: Citation) -> Quoted:
    document = citation.document
    return Quoted(document.id, document.title, citation.start, citation.end, citation.quote, citation.highlight)


def where(interaction: discord.Interaction[Any]) -> Where:
    """Where an interaction comes from. Raises nothing, and waits for nothing."""
    channel = interaction.channel_id or 0
    parent = getattr(interaction.channel, "parent_id", None) or channel
    server = interaction.guild_id if interaction.is_guild_integration() else None
    return Where(server, channel, parent, interaction.user.id)
