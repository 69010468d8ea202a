"""The documents there are: a paged list, and a card of each."""

import hashlib
import re
from collections.abc import Sequence

import discord
from discord import ui

from bot.layouts.parts import Layout, button, described, fits, identified
from bot.markdown import plain, quote
from bot.presses import custom_id
from bot.wording import counted
from corpus import Document
from retrieval import Entry

ON_A_PAGE = 10
"""Documents on a page."""

_EXCERPT = 500
_NAME = 100  # characters of a choice in a list


def sources_view(documents: Sequence[Document | Entry], page: int) -> Layout:
    """One page of the documents, in their order; ``page`` counts from 0 and is one that there is."""
    pages = max(1, -(-len(documents) // ON_A_PAGE))
    shown = documents[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    head = f"### {counted(len(documents), 'documents')}"
    entries = [f"{described(document)}\n-# {identified(document)}" for document in shown]
    choose: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=custom_id("card", page),
        placeholder="Open a document",
        options=[discord.SelectOption(label=choice(document), value=key(document)) for document in shown],
    )
    turn = [
        button("Back", custom_id("sources", page - 1), emoji="◀️", disabled=page == 0),
        button("Next", custom_id("sources", page + 1), emoji="▶️", disabled=page + 1 >= pages),
    ]
    below = [f"-# Page {page + 1} of {pages}."] if pages > 1 else []
    return Layout(
        [head, *(["\n".join(entries)] if entries else [])],
        below,
        rows=[[choose] if shown else [], turn if pages > 1 else []],
    )


def card_view(document: Document, file: str | None, note: str = "") -> Layout:
    """What is known of a document, how it begins, and the file itself, attached under the name ``file``."""
    facts = [described(document), f"-# {identified(document)}"]
    facts.append(f"-# {counted(len(document.text.split()), 'words')}")
    excerpt = f"> {quote(document.text[: 4 * _EXCERPT], None, _EXCERPT)}"
    below = [f"-# {note}"] if note else []
    link = f" · [open the page](<{document.url}>)" if document.url else ""
    if fits([*facts, link, excerpt, *below]):
        facts[-1] += link
    return Layout(["\n".join(facts), excerpt], below, files=[file] if file else [])


def choice(document: Document | Entry) -> str:
    """A document as one of a list to choose from: plain text, in which nothing acts."""
    name = plain(document.title) or document.id
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def key(document: Document | Entry) -> str:
    """What stands for a document in a list to choose from: its id, or where that is too long a digest of it."""
    return document.id if len(document.id) <= _NAME else hashlib.sha256(document.id.encode()).hexdigest()


def file_name(document: Document) -> str:
    """A name to attach a document's file by: the last part of its id, of what Discord keeps as it is."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", document.id.rpartition("/")[2])[-_NAME:].lstrip("._-") or "document"
