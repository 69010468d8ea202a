"""/documents: a server's own documents, for those who may look after them."""

import asyncio
import zipfile
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot import delivery
from bot.commands.permissions import check_curator
from bot.desk import Desk
from bot.layouts import (
    ADDED,
    READING,
    REFUSED,
    UPLOADS_ON_A_PAGE,
    WAITING,
    Adding,
    Layout,
    adding_view,
    export_view,
    removed_view,
    uploads_view,
)
from bot.presses import Handler, StaleError, as_number
from bot.wording import counted
from corpus import DocumentError, Limits, UserError, name_of

Interaction = discord.Interaction[Any]

_FETCHED_IN = 60.0  # seconds for a file to come from Discord
_AT_ONCE = 2  # files fetched and read at the same time, over all servers: each may take all memory that is allowed
_OFFERED = 25  # choices that Discord shows
_AROUND = 200  # bytes around a file in an archive, beside its name, which stands there twice


def documents_commands(desk: Desk) -> list[app_commands.Group]:
    """The group of commands."""
    turns = asyncio.Semaphore(_AT_ONCE)
    group = app_commands.Group(
        name="documents",
        description="This server's own documents.",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(name="add", description="Add documents that this server's questions are answered from.")
    @app_commands.describe(file="Text, Markdown, HTML, PDF, Word, a table or subtitles.")
    async def add(
        interaction: Interaction,
        file: discord.Attachment,
        file2: discord.Attachment | None = None,
        file3: discord.Attachment | None = None,
        file4: discord.Attachment | None = None,
        file5: discord.Attachment | None = None,
    ) -> None:
        server = await check_curator(desk, interaction)
        await delivery.defer(interaction, private=True)
        await _add(desk, interaction, server, turns, [each for each in (file, file2, file3, file4, file5) if each])

    @group.command(name="remove", description="Remove one of this server's own documents.")
    @app_commands.describe(document="Which one.")
    async def remove(interaction: Interaction, document: str) -> None:
        server = await check_curator(desk, interaction)
        await delivery.defer(interaction, private=True)
        if not await asyncio.to_thread(desk.uploads.remove, server, document):
            raise UserError("This server has no document of that name: /documents list shows them.")
        await desk.prepared(server)  # so that it is gone when this is said
        await delivery.answer(interaction, removed_view(document))

    @remove.autocomplete("document")
    async def _(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            server = await check_curator(desk, interaction)
        except UserError:
            return []
        names = [upload.name for upload in await asyncio.to_thread(desk.uploads.all, server)]
        fitting = [name for name in names if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in fitting[:_OFFERED]]

    @group.command(name="list", description="List this server's own documents.")
    async def show(interaction: Interaction) -> None:
        server = await check_curator(desk, interaction)
        await delivery.defer(interaction, private=True)
        await delivery.answer(interaction, await asyncio.to_thread(_listed, desk, server, 0))

    @group.command(name="export", description="Get this server's own documents back, as they were added.")
    async def export(interaction: Interaction) -> None:
        await _export(desk, interaction, "0")

    return [group]


def documents_presses(desk: Desk) -> dict[str, Handler]:
    """What turns the pages of the list, and sends the further parts."""
    return {"own": partial(_turn, desk), "export": partial(_export, desk)}


async def _add(
    desk: Desk, interaction: Interaction, server: int, turns: asyncio.Semaphore, files: list[discord.Attachment]
) -> None:
    """Fetches, reads and keeps the files one by one, and says after each how far it is."""
    states = [Adding(_name(file), WAITING) for file in files]
    for number, file in enumerate(files):
        name = states[number].name
        states[number] = Adding(name, READING)
        await delivery.answer(interaction, adding_view(states, done=False))
        try:
            async with turns:
                await asyncio.to_thread(desk.uploads.check, server, name, file.size)
                data = await _fetched(file, desk.limits)
                document = await asyncio.to_thread(desk.libraries.add, server, name, data, interaction.user.id)
        except DocumentError as error:
            states[number] = Adding(name, REFUSED, error.reason)
        except UserError as error:
            states[number] = Adding(name, REFUSED, str(error).removeprefix(f"{name}: "))
        else:
            states[number] = Adding(name, ADDED, counted(len(document.text.split()), "words"))
    await desk.prepared(server)  # so that they are answered from when this is said
    await delivery.answer(interaction, adding_view(states, done=True))


def _name(file: discord.Attachment) -> str:
    """The name to keep a file by: as the person has it, not as Discord had to write it for an address."""
    suffix = PurePosixPath(file.filename).suffix
    return name_of(f"{file.title.removesuffix(suffix)}{suffix}" if file.title else file.filename)


async def _fetched(file: discord.Attachment, limits: Limits) -> bytes:
    """The bytes of an attachment: no more than may be read, whatever size was announced. Raises UserError."""
    limits.check_size(file.size)
    data = bytearray()
    try:
        async with asyncio.timeout(_FETCHED_IN), aiohttp.ClientSession() as session, session.get(file.url) as response:
            response.raise_for_status()
            async for chunk in response.content.iter_chunked(1 << 16):
                data += chunk
                limits.check_size(len(data))
    except (aiohttp.ClientError, OSError) as error:  # asyncio's TimeoutError among them
        raise UserError(f"could not be fetched from Discord ({type(error).__name__}): try again") from None
    return bytes(data)


def _listed(desk: Desk, server: int, page: int) -> Layout:
    uploads = desk.uploads.all(server)
    last = max(0, len(uploads) - 1) // UPLOADS_ON_A_PAGE
    return uploads_view(uploads, desk.uploads.quota, min(max(page, 0), last))


async def _turn(desk: Desk, interaction: Interaction, page: str) -> None:
    """Shows another page of the list."""
    server = await check_curator(desk, interaction)
    await delivery.defer_change(interaction)
    await delivery.answer(interaction, await asyncio.to_thread(_listed, desk, server, as_number(page)))


async def _export(desk: Desk, interaction: Interaction, part: str) -> None:
    """Sends one part of a server's documents."""
    server = await check_curator(desk, interaction)
    await delivery.defer(interaction, private=True)
    view, files = await asyncio.to_thread(_packed, desk, server, as_number(part), interaction.filesize_limit)
    await delivery.answer(interaction, view, files)


def _packed(desk: Desk, server: int, part: int, most: int) -> tuple[Layout, list[delivery.Attached]]:
    """One of the archives, of at most so many bytes, that hold a server's documents together."""
    parts: list[list[str]] = []
    too_large: list[str] = []
    room = 0
    for upload in desk.uploads.all(server):
        # What cannot be packed takes a little more than it has: zlib's compressBound.
        needed = upload.length + upload.length // 1000 + 2 * len(upload.name.encode()) + _AROUND
        if needed > most:
            too_large.append(upload.name)
            continue
        if needed > room:
            parts.append([])
            room = most
        parts[-1].append(upload.name)
        room -= needed
    if part and not 0 <= part < len(parts):  # some were removed since the button was made
        raise StaleError
    names = parts[part] if parts else []
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            if (data := desk.uploads.data(server, name)) is not None:
                archive.writestr(name, data)
    file = f"documents-{part + 1}.zip"
    view = export_view(names, too_large, part, len(parts), file if names else None)
    return view, [delivery.Attached(file, packed.getvalue())] if names else []
