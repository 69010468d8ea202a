"""A server's own documents: what came of adding some, and the list of them."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.layouts.parts import Layout, button
from bot.markdown import label
from bot.presses import custom_id
from bot.uploads import Upload
from bot.wording import counted

ON_A_PAGE = 15
"""Documents on a page."""

_NAME, _REASON = 160, 400


class Adding(NamedTuple):
    """How far a file is: waiting, being read, added or not."""

    name: str
    state: str
    note: str = ""


WAITING, READING, ADDED, REFUSED = "⏳", "📖", "✅", "❌"


def adding_view(files: Sequence[Adding], *, done: bool) -> Layout:
    """How far the files are that are being added."""
    lines = []
    for file in files:
        note = f" · {label(file.note, _REASON)}" if file.note else ""
        lines.append(f"{file.state} **{label(file.name, _NAME)}**{note}")
    added = sum(file.state == ADDED for file in files)
    end = "From now on this server's questions are answered from them, too." if added else "Nothing was added."
    return Layout(["### Adding documents", "\n".join(lines)], [end] if done else ["-# This may take a minute."])


def removed_view(name: str) -> Layout:
    """That a document is gone."""
    return Layout([f"Removed **{label(name, _NAME)}**. It is not answered from any more."])


def uploads_view(uploads: Sequence[Upload], quota: int, page: int) -> Layout:
    """One page of a server's own documents; ``quota`` is in bytes, ``page`` counts from 0 and is one that there is."""
    if not uploads:
        add = f"`/documents add` adds some, up to {_mb(quota)} MB. Nobody outside this server is answered from them."
        return Layout(["### This server has no documents of its own", add])
    pages = -(-len(uploads) // ON_A_PAGE)
    used = sum(upload.size for upload in uploads)
    head = f"### This server's own {counted(len(uploads), 'documents')}\n-# {_mb(used)} of {_mb(quota)} MB are used."
    lines = []
    for upload in uploads[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]:
        by = f" by <@{upload.added_by}>" if upload.added_by else ""
        lines.append(
            f"**{label(upload.name, _NAME)}** · {_mb(upload.size)} MB · added <t:{int(upload.added_at)}:d>{by}"
        )
    turn = [
        button("Back", custom_id("own", page - 1), emoji="◀️", disabled=page == 0),
        button("Next", custom_id("own", page + 1), emoji="▶️", disabled=page + 1 >= pages),
    ]
    below = [f"-# Page {page + 1} of {pages}."] if pages > 1 else []
    return Layout([head, "\n".join(lines)], below, rows=[turn] if pages > 1 else [])


def export_view(names: Sequence[str], too_large: Sequence[str], part: int, parts: int, file: str | None) -> Layout:
    """One part of a server's documents, packed; ``part`` counts from 0."""
    head = "### This server's own documents" + (f", part {part + 1} of {parts}" if parts > 1 else "")
    texts = [head, counted(len(names), "documents") + "."]
    if too_large:
        texts.append(f"Too large to be sent here: {label(', '.join(too_large), 1000)}")
    following = [button(f"Part {part + 2}", custom_id("export", part + 1), emoji="📦")] if part + 1 < parts else []
    return Layout(texts, rows=[following], files=[file] if file else [])


def _mb(size: int) -> str:
    """Bytes in millions."""
    return f"{size / 1_000_000:,.1f}"
