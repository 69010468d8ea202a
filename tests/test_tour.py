"""The bot as a process of its own, over real HTTP and a real gateway, against a Discord on this machine.

It needs the module ``fake_discord``, a loopback Discord that checks all that is sent by Discord's own description.
Where that cannot be imported these tests are skipped; ``test_commands.py`` and its kin take the same paths without it.
"""

import asyncio
import io
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

fake_discord = pytest.importorskip("fake_discord")

ROOT = Path(__file__).parents[1]
SEED = "Who is the US State Department spokesman?"
SAID = "Matthew Miller"
CATS = b"The House of Cats\n\nThe red cat Minka was born in the harbour of Sundby in 1911. She slept on the mat.\n"
BORN = "When was Minka born?"
LOGS = count()

Message = dict[str, Any]
Fake = Any
"""A FakeDiscord, whose module has no types."""


@asynccontextmanager
async def running(fake: Fake, folder: Path, **env: str) -> AsyncIterator[Any]:
    """The bot, connected."""
    command = (sys.executable, "-m", "bot", "discord")
    log, data = folder / f"bot-{next(LOGS)}.log", str(folder / "data")
    async with fake.spawn(*command, cwd=ROOT, log=log, ready_timeout=60, DATA=data, **env) as process:
        await fake.wait_command("ask")
        await fake.wait_ready()
        yield process


def walk(scenario: Callable[[Fake, Path], Awaitable[None]], folder: Path, ignore: str | None = None) -> None:
    """Walks through a Discord of its own, which must find nothing wrong; ``ignore`` is what a fault of it explains."""

    async def walked() -> None:
        async with fake_discord.FakeDiscord() as fake:
            await scenario(fake, folder)
            fake.assert_clean(ignore)

    asyncio.run(walked())


def parts(component: object) -> Iterator[Message]:
    """All components of a message, in reading order."""
    if isinstance(component, list):
        for inner in component:
            yield from parts(inner)
    elif isinstance(component, dict):
        yield component
        yield from parts(component.get("components"))


def said(message: Message) -> str:
    """All that a message says."""
    texts = [part["content"] for part in parts(message["components"]) if part.get("type") == 10]
    return "\n".join([message["content"], *texts])


def button(message: Message, label: str) -> str:
    """The custom_id of the button with that label or emoji, or of the list with that placeholder."""
    for part in parts(message["components"]):
        if label in (part.get("label"), (part.get("emoji") or {}).get("name"), part.get("placeholder")):
            return str(part["custom_id"])
    raise AssertionError(f"no button {label}: {message['components']}")


async def ask(fake: Fake, question: str, **options: Any) -> Message:  # noqa: ANN401 (as the module takes them)
    """What is said to a question."""
    where = {name: options.pop(name) for name in ("guild", "dm", "user", "channel") if name in options}
    asked = await fake.invoke_command("ask", {"question": question, **options}, **where)
    return await asked.message()  # type: ignore[no-any-return]


async def press(fake: Fake, message: Message, label: str, **who: object) -> Message:
    """The message that comes of pressing a button: a new one."""
    return await (await fake.click(button(message, label), message, **who)).message()  # type: ignore[no-any-return]


async def turn(fake: Fake, message: Message, label: str) -> Message:
    """The same message, after pressing a button that changes it."""
    return await (await fake.click(button(message, label), message)).edited()  # type: ignore[no-any-return]


async def manage(fake: Fake, command: str, **options: object) -> Any:  # noqa: ANN401
    """What somebody who manages the server is shown."""
    return await fake.invoke_command(command, options, user_permissions="manage_guild")


async def the_tour(fake: Fake, folder: Path) -> None:
    async with running(fake, folder):
        answer = await ask(fake, SEED)
        assert SAID in said(answer)

        context = await press(fake, answer, "Context")
        assert SAID in said(context)
        assert context["flags"] & 64
        shown = said(context)
        assert "2 pages earlier" in said(await turn(fake, await turn(fake, context, "Earlier"), "Earlier"))
        assert said(await turn(fake, context, "Back to the quote")) == shown

        more = await press(fake, answer, "More passages")
        assert "Page 1 of" in said(more)
        assert "Page 2 of" in said(await turn(fake, more, "Next"))

        form = await fake.click(button(answer, "Follow up"), answer)
        await form.ack()
        followed = await (await fake.submit_modal(form, {"question": "and what did he say?"})).message()
        assert f"leaning on: {SEED}" in said(followed)

        assert "do not say" in said(await ask(fake, BORN))
        adding = await manage(fake, "documents add", file=fake.attachment("cats.txt", CATS))
        await fake.wait_until(lambda: adding.original and "From now on" in said(adding.original), 30, "it is added")
        assert "✅ **cats.txt**" in said(adding.original)
        born = await ask(fake, BORN)
        assert "**1911**" in said(born)
        assert "do not say" in said(await ask(fake, BORN, guild=fake.add_guild("Another")))
        assert "do not say" in said(await ask(fake, BORN, dm=True))

        listed = await (await manage(fake, "documents list")).message()
        assert "cats" in said(listed)
        export = await manage(fake, "documents export")
        packed = await export.message()
        with zipfile.ZipFile(io.BytesIO(export.file(packed["attachments"][0]))) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {"cats.txt": CATS}

        card = await (await fake.invoke_command("sources", {"document": "added//cats.txt"})).message()
        assert [file["filename"] for file in card["attachments"]] == ["cats.txt"]

        voted = await press(fake, born, "👎")
        assert "Noted" in said(voted)
        gone = await (await manage(fake, "documents remove", document="cats.txt")).message()
        assert "Removed" in said(gone)
        assert "do not say" in said(await ask(fake, BORN, user=fake.add_user("bob")))
        stale = await press(fake, born, "Context")
        assert "not there any more" in said(stale)

        stats = await (await manage(fake, "stats")).message()
        assert BORN in said(stats)


def test_a_tour(tmp_path: Path) -> None:
    walk(the_tour, tmp_path)


async def a_restart(fake: Fake, folder: Path) -> None:
    async with running(fake, folder):
        answer = await ask(fake, SEED)
        form = await fake.click(button(answer, "Follow up"), answer)
        await form.ack()
    async with running(fake, folder):
        assert SAID in said(await press(fake, answer, "Context"))
        followed = await (await fake.submit_modal(form, {"question": "and what did he say?"})).message()
        assert f"leaning on: {SEED}" in said(followed)


def test_a_restart_between_a_message_and_its_buttons(tmp_path: Path) -> None:
    walk(a_restart, tmp_path)


def answers(fake: Fake) -> list[Message]:
    """The messages in which the bot answers, in all channels."""
    mine = (message for message in fake.messages.values() if message["author"]["id"] == fake.me["id"])
    return [message for message in mine if "Question: " in said(message)]


async def plain_words(fake: Fake, folder: Path) -> None:
    async with running(fake, folder):
        mention = f"<@{fake.me['id']}>"
        await fake.send_user_message("nothing to the bot: who is the spokesman?")
        asked = await fake.send_user_message(f"{mention} {SEED}")
        await fake.wait_until(lambda: len(answers(fake)) == 1, 10, "an answer to a mention")
        (answer,) = answers(fake)
        assert SAID in said(answer)
        assert answer["message_reference"]["message_id"] == asked["id"]
        assert not answer["mentions"]
        assert SAID in said(await press(fake, answer, "Context"))

        await fake.send_user_message(f"{mention} and what did he say?")
        await fake.wait_until(lambda: len(answers(fake)) == 2, 10, "an answer to what leans on it")
        assert f"leaning on: {SEED}" in said(answers(fake)[1])

        menu = await fake.context_menu("Ask the documents", asked)
        private = await menu.message()
        assert SAID in said(private)
        assert menu.ephemeral
        shared = await press(fake, private, "Share")
        assert SAID in said(shared)
        assert f"Shared by <@{fake.user['id']}>" in said(shared)
        assert not shared["flags"] & 64
        again = await fake.click(button(private, "Share"), private)
        assert "shared already" in said(await again.message())


def test_plain_words(tmp_path: Path) -> None:
    walk(plain_words, tmp_path)


CALLBACK, EDIT, POST = r"POST /interactions/\d+/[^/]+/callback", r"PATCH /webhooks/", r"POST /channels/\d+/messages"


async def trouble_on_the_way(fake: Fake, folder: Path) -> None:
    async with running(fake, folder):
        expected = said(await ask(fake, SEED))
        for number, (match, status, after) in enumerate(
            [(match, status, after) for match in (CALLBACK, EDIT) for status in (429, 500) for after in (False, True)]
        ):
            if status == 429:
                fake.rate_limit_next(1, 0.1, match)
            else:
                fake.fail_next(1, status, match, after=after)
            assert said(await ask(fake, SEED, user=fake.add_user(f"user {number}"))) == expected
            assert len(answers(fake)) == number + 2, "none is posted twice"
        fake.drop_next(1, EDIT, after=True)
        assert said(await ask(fake, SEED, user=fake.add_user("carol"))) == expected
        assert len(answers(fake)) == 10

        await fake.drop_gateway()
        await fake.wait_resumed()
        assert said(await ask(fake, SEED, user=fake.add_user("dan"))) == expected


def test_trouble_on_the_way(tmp_path: Path) -> None:
    walk(trouble_on_the_way, tmp_path, ignore="40060")  # the first attempt took effect, as the bot then knows


async def nobody_waits(fake: Fake, folder: Path) -> None:
    async with running(fake, folder) as process:
        fake.delay_next(0.3, 1, EDIT)
        asked = await fake.invoke_command("ask", {"question": SEED})
        await asked.ack()
        fake.expire_token(asked)
        await fake.wait_call(EDIT)
        asked.original_deleted = True  # nobody will ever see it

        message = await fake.send_user_message(f"<@{fake.me['id']}> {SEED}")
        fake.messages.pop(message["id"])
        await fake.wait_call(POST)
        assert SAID in said(await ask(fake, SEED))
    assert "Traceback" not in process.log.read_text("utf-8")


def test_nobody_waits_for_the_answer(tmp_path: Path) -> None:
    walk(nobody_waits, tmp_path, ignore="@original|10008|message_reference|messages -> 4")


async def two_processes(fake: Fake, folder: Path) -> None:
    guilds = [fake.guild]
    while len({int(guild["id"]) >> 22 & 1 for guild in guilds}) < 2:
        guilds.append(fake.add_guild(f"Server {len(guilds)}"))
        await asyncio.sleep(0)
    one = next(guild for guild in guilds if not int(guild["id"]) >> 22 & 1)
    other = next(guild for guild in guilds if int(guild["id"]) >> 22 & 1)
    command, data = (sys.executable, "-m", "bot", "discord"), str(folder / "data")
    async with (
        fake.spawn(*command, cwd=ROOT, log=folder / "0", ready_timeout=60, DATA=data, SHARD_COUNT="2", SHARD_IDS="0"),
        fake.spawn(*command, cwd=ROOT, log=folder / "1", ready_timeout=None, DATA=data, SHARD_COUNT="2", SHARD_IDS="1"),
    ):
        await fake.wait_command("ask")
        await fake.wait_until(
            lambda: {session.shard[0] for session in fake.sessions.values() if session.ready} == {0, 1},
            60,
            "two shards",
        )
        for guild in (one, other):
            channel = next(channel for channel in fake.channels.values() if channel.get("guild_id") == guild["id"])
            answer = await ask(fake, SEED, guild=guild, channel=channel)
            assert SAID in said(answer)
        adding = await fake.invoke_command(
            "documents add", {"file": fake.attachment("cats.txt", CATS)}, guild=other, user_permissions="manage_guild"
        )
        await fake.wait_until(lambda: adding.original and "From now on" in said(adding.original), 30, "it is added")
        assert "**1911**" in said(await ask(fake, BORN, guild=other))
        assert "do not say" in said(await ask(fake, BORN, guild=one))


def test_two_shards_in_two_processes(tmp_path: Path) -> None:
    walk(two_processes, tmp_path)


async def a_thousand_questions(fake: Fake, folder: Path) -> None:
    people = [fake.add_user(f"user {number}") for number in range(250)]
    guilds = [fake.guild, *(fake.add_guild(f"Server {number}") for number in range(9))]
    async with running(fake, folder):
        asked = []
        for number in range(1000):
            where = {"user": people[number % 250], "guild": guilds[number % 10]}
            asked.append(await fake.invoke_command("ask", {"question": SEED}, **where))
            await asyncio.sleep(0.01)
        messages = [said(await each.message(60)) for each in asked]
        assert all(SAID in message or "faster than I may answer" in message for message in messages)
        assert sum(SAID in message for message in messages) >= 900
        assert all(each.latency_ack < 3 for each in asked)


def test_a_thousand_questions_in_ten_seconds(tmp_path: Path) -> None:
    walk(a_thousand_questions, tmp_path)
